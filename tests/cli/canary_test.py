"""Nothing that identifies a person, nor the secret, gets where it must not be.

Every input cell of some rows holds a string found nowhere else. After the main job and several
failures, all files and all output are searched for each of them in every form they could leak in.
"""

import base64
import random
import unittest

import musubi_cli
from leaks import byte_forms, find, forms_of
from musubi_cli import SAMPLES, Study, write_table

SEED = 20270401
PLANTED = 3
UNIT_FOLDER = "unit"
# The holder's own files, which may hold its people: input, references, links; and the truth.
PRIVATE_SUFFIXES = (".people.csv", ".refs.csv", ".links.csv", "truth.csv")
OBSERVER = ["-v", "--progress", "json"]


class Canaries:
    """Strings for each column that no program would make up."""

    def __init__(self, seed):
        self._random = random.Random(seed)
        self.rows = [self._row() for _ in range(PLANTED)]
        # In cells that are no date, no sex, in another charset, in a row cut short.
        self.bad = [self._letters(9) for _ in range(4)]

    def _letters(self, count, alphabet="bdfjkqvwxz"):
        return "".join(self._random.choice(alphabet) for _ in range(count))

    def _row(self):
        date = f"{self._random.randint(1901, 1919)}-{self._random.randint(1, 12):02}-" \
               f"{self._random.randint(1, 28):02}"
        return {"id": self._letters(4, "QXZJ") + str(self._random.randint(10**6, 10**7 - 1)),
                "given_name": self._letters(8).capitalize(),
                "surname": self._letters(6, "ヱヰヴヲヂヅザゾ") + self._letters(6),
                "birth_date": date, "sex": "F",
                "postcode": self._letters(7, "QXZJKV0123456789"),
                "diagnosis": self._letters(10)}

    def values(self):
        """All of them; the sex of a person tells too little to be searched for."""
        return self.bad + [value for row in self.rows for column, value in row.items()
                           if column != "sex"]


class CanaryTest(musubi_cli.ProgramTest):
    """The main job in one folder a role, with everything said on the way kept."""

    def setUp(self):
        super().setUp()
        self.canaries = Canaries(SEED)
        self.study_of = Study(self, self.folder / "study")
        self.unit_folder = self.folder / UNIT_FOLDER
        self.unit_folder.mkdir()
        self.study_of.store = self.unit_folder / "store"
        self.people = {holder: self.write_people(holder) for holder in ("north", "south")}
        for holder in self.people:
            self.run_holder(holder)
        self.run_unit()
        self.run_failures()

    def write_people(self, holder):
        """A holder's file: ordinary people, the planted ones, and rows that are rejected."""
        columns = list(self.canaries.rows[0])
        sample = (SAMPLES / "western/hospital.csv").read_text(encoding="utf-8").splitlines()[1:]
        rows = [[*line.split(","), ""] for line in sample[:60]]
        rows += [list(row.values()) for row in self.canaries.rows]
        no_date, no_sex, charset, short = self.canaries.bad
        rows += [["B1", "Ann", "Lee", f"31-{no_date}", no_sex, "12345", ""], ["B2", short]]
        file = write_table(self.folder / f"{holder}.people.csv", rows, columns)
        with open(file, "ab") as output:
            output.write(f"B3,{charset}".encode() + b"\xff,x,1961-04-17,F,12345,\n")
        return file

    def run_holder(self, holder):
        """Encodes with rejects and copies, as a talkative program would say most."""
        study = self.study_of
        study.encode(holder, self.people[holder], "--rejects",
                     study.folder / f"{holder}.rejects.csv", "--plant", "50", *OBSERVER,
                     expect=1)
        target = self.unit_folder / f"{holder}.enc"
        target.write_bytes(study.enc(holder).read_bytes())

    def run_unit(self):
        """Links and releases; each holder attaches; the study is measured."""
        study, store = self.study_of, self.study_of.store
        self.unit("init", store, "--no-passphrase", "--contract", study.contract, "--approvals",
                  "0", *OBSERVER)
        self.unit("import", store, *[self.unit_folder / f"{h}.enc" for h in self.people],
                  *OBSERVER)
        self.unit("link", store, *OBSERVER)
        study.add_project("p")
        maps = self.unit_folder / "maps"
        self.unit("release", store, "--project", "p", "-o", maps, *OBSERVER)
        self.unit("status", store, *OBSERVER)
        self.unit("status", store, "--json")
        self.unit("report", store, "-o", self.unit_folder / "report.html", *OBSERVER)
        self.unit("inspect", study.enc("north"), "--json")
        truth = ["person_id,holder,local_id"]
        links = []
        for holder in self.people:
            links.append(self.folder / f"{holder}.links.csv")
            ids = study.attach(holder, maps, links[-1])
            truth += [f"{number},{holder},{local}" for number, local in enumerate(sorted(ids))]
        (self.folder / "truth.csv").write_text("\n".join([*truth, ""]), encoding="utf-8")
        quality = self.study("evaluate", "--truth", self.folder / "truth.csv", *links, "--json",
                             *OBSERVER).json
        self.assertGreaterEqual(quality["all"]["correct_pairs"], PLANTED)

    def run_failures(self):
        """Fails at every role over data that holds the canaries."""
        study, north = self.study_of, self.people["north"]
        for options in ((), ("--json",)):
            words = [*OBSERVER, *options, "--force"]
            study.encode("north", north, *words, expect=65)
            rejects = ["--rejects", self.folder / "x.csv"]
            study.encode("north", north, "--charset", "cp932", *words, expect=65)
            study.encode("north", north, "--column", "surname=none", *words, expect=65)
            doubled = self.folder / "doubled.people.csv"
            doubled.write_bytes(north.read_bytes() + ",".join(
                self.canaries.rows[0].values()).encode() + b"\n")
            study.encode("north", doubled, *rejects, *words, expect=65)
            headless = self.folder / "headless.people.csv"
            headless.write_text("\n".join(",".join(row.values()) for row in self.canaries.rows))
            study.encode("north", headless, *words, expect=65)
            links = self.folder / "north.links.csv"
            maps = self.unit_folder / "maps"
            self.holder("attach", maps / "north.map.csv", "--refs", study.refs("south"), "-o",
                        self.folder / "x.links.csv", *words, expect=65)
            self.holder("attach", maps / "north.map.csv", "--refs", north, "-o",
                        self.folder / "x.links.csv", *words, expect=65)
            self.study("evaluate", "--truth", self.folder / "truth.csv", links, links, *words,
                       expect=65)
            self.study("evaluate", "--truth", north, links, *words, expect=65)
            for program in ("unit", "study", "holder"):
                self.run_program(program, "inspect", north, *words, expect=65)
            self.unit("import", study.store, north, study.refs("north"), *words, expect=65)

    def searched(self, private):
        """(name, content) of all output and of all files; of private ones only where asked."""
        for outcome in self.outcomes:
            yield str(outcome.command[:3]), outcome.out + outcome.err
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and (private or not path.name.endswith(PRIVATE_SUFFIXES)):
                yield str(path.relative_to(self.folder)), path.read_bytes()

    def test_no_identifier_is_where_it_must_not_be(self):
        forms = set().union(*map(forms_of, self.canaries.values()))
        seen = []
        for name, content in self.searched(private=False):
            seen.append(name)
            self.assertEqual(find(forms, content), [], name)
        self.assertTrue(any(name.endswith(".sst") for name in seen), seen)
        for name in ("unit/north.enc", "unit/maps/north.map.csv", "study/north.rejects.csv"):
            self.assertIn(name, seen)
        self.assertGreater(sum(outcome.code == 65 for outcome in self.outcomes), 20)

    def test_only_ids_are_in_references_and_links(self):
        ids = {row["id"] for row in self.canaries.rows}
        others = set().union(*(forms_of(value) for value in self.canaries.values()
                               if value not in ids))
        for holder in self.people:
            for file in (self.study_of.refs(holder), self.folder / f"{holder}.links.csv"):
                content = file.read_bytes()
                self.assertEqual(find(others, content), [], file.name)
                self.assertEqual(len(find({i.encode() for i in ids}, content)), PLANTED)

    def test_the_secret_is_in_its_file_only(self):
        forms = set(byte_forms(self.study_of.key.read_bytes()))
        holding = [name for name, content in self.searched(private=True) if find(forms, content)]
        self.assertEqual(holding, ["study/study.key"])

    def test_the_search_finds_every_form_of_a_leak(self):
        for value in self.canaries.values():
            found = [name for name, content in self.searched(private=True)
                     if find(forms_of(value), content)]
            self.assertTrue(all(name.endswith(PRIVATE_SUFFIXES) for name in found))
            self.assertTrue(found, "a canary that was never planted")
        leak = self.unit_folder / "store" / "db" / "leak"
        value = self.canaries.rows[0]["given_name"]
        whole = f"before {value} after"
        leaks = [whole.encode(), whole.upper().encode(), whole.encode("utf-16-le"),
                 whole.encode("utf-16-be"), whole.encode().hex().encode(),
                 whole.encode().hex().upper().encode()]
        leaks += [base64.b64encode(bytes(n) + whole.encode()) for n in range(3)]
        leaks += [base64.urlsafe_b64encode(bytes(n) + whole.encode()) for n in range(3)]
        for content in leaks:
            leak.write_bytes(random.Random(SEED).randbytes(999) + content)
            found = [name for name, content in self.searched(private=False)
                     if find(forms_of(value), content)]
            self.assertEqual(found, ["unit/store/db/leak"], content)


if __name__ == "__main__":
    unittest.main()
