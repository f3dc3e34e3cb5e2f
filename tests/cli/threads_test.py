"""The number of threads changes how long it takes, and nothing else."""

import io
import tarfile
import unittest

import musubi_cli
from musubi_cli import Study, generate, partition, read_table

THREADS = (1, 2, 8)
# Enough rows for several batches of the encoder and several tiles of the comparison.
PEOPLE = ("--style", "western", "--persons", 5000, "--holders", 2, "--overlap", 0.65, "--seed", 11,
          "--duplicates", "insurer")
HOLDERS = {"hospital": (), "insurer": ("--declares-duplicates",)}
FILTERS = ("given_name", "surname", "birth_date", "sex", "postcode")


def rows_of(encoding, part):
    """The rows of one array of an encoding file, as bytes."""
    with tarfile.open(encoding) as tar:
        content = io.BytesIO(tar.extractfile(part).read())
    magic = content.read(10)
    assert magic[:8] == b"\x93NUMPY\x01\x00", magic
    header = content.read(int.from_bytes(magic[8:10], "little")).decode("latin-1")
    shape = header.split("'shape': (")[1].split(")")[0]
    rows = int(shape.split(",")[0])
    data = content.read()
    size, rest = divmod(len(data), rows)
    assert rest == 0 and size > 0
    return [data[i * size:(i + 1) * size] for i in range(rows)]


def records_of(encoding, refs):
    """Local id -> (filters, presence, tokens) of an encoding file, joined by its references."""
    local = {row["record_ref"]: row["local_id"] for row in read_table(refs)}
    parts = [f"filters/{name}.npy" for name in FILTERS] + ["presence.npy", "tokens.npy"]
    ids = [local[ref.hex()] for ref in rows_of(encoding, "refs.npy")]
    assert len(set(ids)) == len(local)
    return dict(zip(ids, zip(*[rows_of(encoding, part) for part in parts])))


class ThreadsTest(musubi_cli.ProgramTest):
    """One study of two holders, encoded and linked at 1, 2 and 8 threads."""

    def setUp(self):
        super().setUp()
        self.people = generate(self.folder / "people", *PEOPLE)
        self.study_of = Study(self, self.folder / "study", "western")

    def encode(self, threads):
        """Encodes both holders; returns (their records by local id, receipts, manifests)."""
        study = self.study_of
        records, receipts, manifests = {}, {}, {}
        for holder, options in HOLDERS.items():
            receipt = study.encode(holder, self.people / f"{holder}.csv", *options, "--json",
                                   "--force", "-j", str(threads)).json
            del receipt["stages"]
            receipts[holder] = receipt
            manifest = self.unit("inspect", study.enc(holder), "--json").json
            manifests[holder] = {name: manifest[name] for name in
                                 ("contract", "holder", "key_check", "present", "records",
                                  "declares_duplicates")}
            for local_id, record in records_of(study.enc(holder), study.refs(holder)).items():
                records[holder, local_id] = record
        return records, receipts, manifests

    def link(self, threads, *options):
        """Links what was encoded in a new store; returns the summary and the persons found."""
        study = self.study_of
        study.store = self.folder / f"store-{threads}{'-'.join(options)}"
        study.init()
        study.import_files(*HOLDERS)
        summary = study.link("-j", str(threads), *options)
        del summary["stages"]
        study.add_project("p")
        maps = study.store.with_suffix(".maps")
        study.release("p", maps)
        links = {holder: study.attach(holder, maps, maps / f"{holder}.links.csv")
                 for holder in HOLDERS}
        return summary, partition(links)

    def test_encodings_are_the_same_at_any_number_of_threads(self):
        first = self.encode(THREADS[0])
        self.assertGreater(len(first[0]), 6000)
        self.assertGreater(len({record[0] for record in first[0].values()}), 500)
        for threads in THREADS[1:]:
            for expected, found in zip(first, self.encode(threads)):
                self.assertEqual(expected, found)

    def test_links_are_the_same_at_any_number_of_threads(self):
        self.encode(THREADS[-1])
        for options in ((), ("--candidates", "blocks")):
            with self.subTest(options=options):
                first = self.link(THREADS[0], *options)
                self.assertGreater(first[0]["linked_records"], 2000)
                for threads in THREADS[1:]:
                    self.assertEqual(self.link(threads, *options), first)

    def test_another_encoding_of_the_same_rows_finds_the_same_pairs(self):
        # Not the same persons: where two pairs tie, the random references decide which is taken.
        found = []
        for threads in THREADS[:2]:
            self.encode(threads)
            summary, _ = self.link(threads)
            found.append((summary["links"], summary["pairs_compared"]))
        self.assertEqual(found[0], found[1])


if __name__ == "__main__":
    unittest.main()
