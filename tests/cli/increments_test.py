"""Holders arrive one after the other, and what was given earlier stays."""

import unittest

import musubi_cli
from musubi_cli import SAMPLES, Study, contents, generate, partition, read_table, write_table

SAMPLE = SAMPLES / "western"
# The same person twice, as two holders write her, and as a third does who agrees with both.
ANNA_AS_KNOWN_TO_A = ["Annabelle", "Thornbury", "1961-04-17", "F", "48213"]
ANNA_AS_KNOWN_TO_B = ["Anabele", "Thornbery", "1961-04-17", "F", "90077"]
ANNA_AS_KNOWN_TO_C = ["Annabele", "Thornbury", "1961-04-17", "F", "48213"]
OTHERS = [["Marcus", "Ellwood", "1949-12-02", "M", "10115"],
          ["Ines", "Quintero", "1988-07-30", "F", "73301"]]


class IncrementsTest(musubi_cli.ProgramTest):
    """Imports, links and releases in several steps over one store."""

    def setUp(self):
        super().setUp()
        self.study_of = Study(self, self.folder / "study")
        self.study_of.init()
        self.released = 0

    def add(self, holder, source, *options):
        """Encodes and imports one holder's file."""
        self.study_of.encode(holder, source, *options)
        self.study_of.import_files(holder)

    def maps(self, project="p"):
        """Releases a project and returns the folder."""
        self.released += 1
        folder = self.folder / f"release-{self.released}"
        self.study_of.release(project, folder)
        return folder

    def ids(self, holder, maps):
        """Local id -> project id of one holder."""
        return self.study_of.attach(holder, maps, maps / f"{holder}.links.csv")

    def test_keys_given_before_stay_when_a_holder_is_added(self):
        self.add("hospital", SAMPLE / "hospital.csv")
        first = self.study_of.link()
        self.assertEqual(first["keys_minted"], 390)
        self.study_of.add_project("p")
        before = self.maps()
        self.add("insurer", SAMPLE / "insurer.csv")
        second = self.study_of.link()
        self.assertEqual((second["epoch"], second["new_records"]), (2, 390))
        self.assertGreater(second["attached"], 200)
        self.assertEqual(second["attached"] + second["keys_minted"], second["new_records"])
        after = self.maps()
        name = "hospital.map.csv"
        self.assertEqual((before / name).read_bytes(), (after / name).read_bytes())
        shared = set(self.ids("hospital", after).values()) & set(self.ids("insurer",
                                                                          after).values())
        self.assertEqual(len(shared), second["attached"])

    def test_linking_again_without_new_records_changes_no_id(self):
        self.add("hospital", SAMPLE / "hospital.csv")
        self.add("insurer", SAMPLE / "insurer.csv")
        self.study_of.link()
        self.study_of.add_project("p")
        before = contents(self.maps())
        again = self.study_of.link()
        self.assertEqual((again["new_records"], again["keys_minted"], again["attached"]),
                         (0, 0, 0))
        after = contents(self.maps())
        for name in ("hospital.map.csv", "insurer.map.csv"):
            self.assertEqual(before[name], after[name])

    def test_linking_one_by_one_finds_what_linking_at_once_finds(self):
        people = generate(self.folder / "people", "--style", "western", "--persons", 600,
                          "--holders", 3, "--seed", 5)
        holders = ("hospital", "insurer", "registry")
        for holder in holders:
            self.add(holder, people / f"{holder}.csv")
            last = self.study_of.link()
        self.assertEqual(last["epoch"], 3)
        self.assertGreater(last["attached"], 100)
        self.study_of.add_project("p")
        maps = self.maps()
        links = {holder: self.ids(holder, maps) for holder in holders}
        quality = self.study("evaluate", "--truth", people / "truth.csv", "--json",
                             *[maps / f"{holder}.links.csv" for holder in holders]).json
        self.assertGreater(quality["all"]["f1"], 0.95)
        self.assertGreater(max(map(len, partition(links))), 2)

    def test_the_same_file_is_imported_once(self):
        self.add("hospital", SAMPLE / "hospital.csv")
        with self.store_unchanged(self.study_of.store):
            self.assert_says(self.study_of.import_files("hospital", expect=73), "hospital.enc")

    def test_an_import_that_fails_says_which_files_are_in(self):
        self.study_of.encode("hospital", SAMPLE / "hospital.csv")
        for second, code in (("hospital", 73), ("nobody", 66)):
            self.study_of.store = self.folder / f"store-{code}"
            self.study_of.init()
            outcome = self.study_of.import_files("hospital", second, expect=code)
            self.assert_says(outcome, f"{second}.enc", "the 1 before it")
            status = self.unit("status", self.study_of.store, "--json").json
            self.assertEqual(len(status["datasets"]), 1)

    def test_only_a_holder_that_declares_duplicates_gets_links_inside(self):
        people = generate(self.folder / "people", "--style", "western", "--persons", 1500,
                          "--holders", 1, "--overlap", 0.7, "--seed", 9, "--duplicates",
                          "hospital")
        for options, least, most in ((("--declares-duplicates",), 0.8, 1), ((), 0, 0)):
            self.study_of.store = self.folder / f"store-{most}"
            self.study_of.init()
            self.study_of.encode("hospital", people / "hospital.csv", "--force", *options)
            self.study_of.import_files("hospital")
            self.study_of.link()
            self.study_of.add_project("p")
            maps = self.maps()
            self.ids("hospital", maps)
            within = self.study("evaluate", "--truth", people / "truth.csv",
                                maps / "hospital.links.csv", "--json").json["within"]
            self.assertGreater(within["true_pairs"], 50)
            self.assertGreaterEqual(within["recall"], least)
            self.assertLessEqual(within["recall"], most)

    def test_a_holder_may_not_change_its_mind_about_duplicates(self):
        self.add("hospital", SAMPLE / "hospital.csv")
        self.study_of.encode("hospital", SAMPLE / "insurer.csv", "--declares-duplicates",
                             "--force")
        with self.store_unchanged(self.study_of.store):
            self.assert_says(self.study_of.import_files("hospital", expect=77), "duplicates")

    def test_a_holders_second_file_joins_its_first(self):
        rows = [line.split(",") for line in
                (SAMPLE / "hospital.csv").read_text(encoding="utf-8").splitlines()[1:]]
        refs = []
        for number, part in enumerate((rows[:200], rows[200:])):
            write_table(self.folder / "part.csv", part)
            self.study_of.encode("hospital", self.folder / "part.csv", "--force")
            self.study_of.import_files("hospital")
            refs += ["--refs", self.study_of.refs("hospital").rename(
                self.folder / f"part{number}.refs.csv")]
            self.study_of.link()
        self.study_of.add_project("p")
        released = self.maps() / "hospital.map.csv"
        links = self.folder / "links.csv"
        self.assert_says(self.holder("attach", released, *refs[:2], "-o", links, expect=65),
                         "record_ref")
        self.assertFalse(links.exists())
        self.holder("attach", released, *refs, "-o", links)
        attached = read_table(links)
        self.assertEqual(sorted(row["local_id"] for row in attached), sorted(r[0] for r in rows))
        # One holder without duplicates: every record is another person.
        self.assertEqual(len({row["project_id"] for row in attached}), len(rows))

    def test_a_late_record_that_fits_two_keys_is_reported_and_joins_one(self):
        for holder, anna in (("a", ANNA_AS_KNOWN_TO_A), ("b", ANNA_AS_KNOWN_TO_B)):
            self.add(holder, write_table(self.folder / f"{holder}.csv", [
                [f"{holder}{i}", *row] for i, row in enumerate([anna, *OTHERS])]))
        # Strict at first, so that the two spellings are two persons.
        first = self.study_of.link("--threshold", "0.9")
        self.assertEqual((first["keys_minted"], first["proposals"]), (4, 0))
        self.study_of.add_project("p")
        before = self.maps()
        self.add("c", write_table(self.folder / "c.csv", [["c0", *ANNA_AS_KNOWN_TO_C]]))
        second = self.study_of.link("--threshold", "0.5")
        self.assertEqual((second["attached"], second["keys_minted"]), (1, 0))
        self.assertEqual(second["proposals"], 1)
        after = self.maps()
        for holder in ("a", "b"):
            name = f"{holder}.map.csv"
            self.assertEqual((before / name).read_bytes(), (after / name).read_bytes())
        ids = {holder: self.ids(holder, after) for holder in ("a", "b", "c")}
        self.assertNotEqual(ids["a"]["a0"], ids["b"]["b0"])
        self.assertEqual(ids["c"]["c0"], ids["a"]["a0"])


if __name__ == "__main__":
    unittest.main()
