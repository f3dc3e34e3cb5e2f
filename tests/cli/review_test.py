"""Keys over time, as the people of a linkage unit see it: proposals, decisions, history."""

import unittest

import musubi_cli
from musubi_cli import Study, read_table, write_table

# The same person twice, as two holders write her, and as a third does who agrees with both.
ANNA = {"a": ["Annabelle", "Thornbury", "1961-04-17", "F", "48213"],
        "b": ["Anabele", "Thornbery", "1961-04-17", "F", "90077"],
        "c": ["Annabele", "Thornbury", "1961-04-17", "F", "48213"]}
OTHERS = [["Marcus", "Ellwood", "1949-12-02", "M", "10115"],
          ["Ines", "Quintero", "1988-07-30", "F", "73301"]]


class ReviewTest(musubi_cli.PreparedTest):
    """A store in which one pair of keys may be one person's."""

    def prepare(self, folder):
        study = Study(self, folder / "study")
        study.init()
        for holder in ("a", "b"):
            self.add(study, holder, OTHERS)
        study.link("--threshold", "0.9")
        study.add_project("p")
        self.add(study, "c", [])
        study.link("--threshold", "0.5")

    def setUp(self):
        super().setUp()
        self.study_of = Study(self, self.folder / "study")
        self.store = self.study_of.store

    def add(self, study, holder, others):
        """Encodes and imports a holder's few records."""
        source = write_table(study.folder / f"{holder}.csv", [
            [f"{holder}{i}", *row] for i, row in enumerate([ANNA[holder], *others])])
        study.encode(holder, source)
        study.import_files(holder)

    def review(self, *args, **options):
        """Runs a review command with JSON."""
        verb, *rest = args
        return self.unit("review", verb, self.store, "--json", *rest, **options)

    def test_a_list_shows_what_is_open(self):
        listed = self.review("list").json
        self.assertEqual(listed["open"], {"reclustered": 1})
        self.assertEqual([p["proposal"] for p in listed["proposals"]], [1])
        proposal = listed["proposals"][0]
        self.assertEqual((proposal["change"], proposal["status"]), ("merge", "open"))
        self.assertEqual(proposal["score_unit"], "weighted_mean")
        text = self.unit("review", "list", self.store).out.decode()
        self.assertIn("1 open, reclustered", text)
        self.assertIn("merge", text)
        self.assertEqual(self.unit("status", self.store, "--json").json["open_proposals"], 1)
        none = self.review("list", "--reason", "twin").json
        self.assertEqual(none["proposals"], [])
        self.review("list", "--reason", "other", expect=64)
        self.assertEqual(self.review("list", "--limit", "0").json["matching"], 1)

    def test_evidence_shows_levels_and_no_value(self):
        shown = self.review("show", "1")
        levels = shown.json["best"]["levels"]
        self.assertEqual(set(levels), {"given_name", "surname", "birth_date", "sex", "postcode"})
        self.assertEqual((levels["birth_date"], levels["sex"]), (8, 8))
        self.assertLess(levels["given_name"], 8)
        self.assertLessEqual({shown.json["best"]["record_holder"],
                              shown.json["best"]["other_holder"]}, {"a", "b", "c"})
        text = self.unit("review", "show", self.store, "1").out
        for row in ANNA.values():
            for value in row[:3]:
                self.assertNotIn(value.lower().encode(), text.lower() + shown.out.lower())
        self.review("show", "2", expect=66)
        self.review("show", "x", expect=64)

    def test_accepting_changes_keys_and_is_told(self):
        first = self.folder / "first"
        self.study_of.release("p", first)
        decided = self.review("accept", "1", "--reviewer", "ann", "--reason", "same birth date")
        self.assertEqual((decided.json["epoch"], decided.json["settled"]), (3, [1]))
        self.assertEqual(decided.json["keys_retired"], 1)
        history = self.unit("history", self.store, "--json").json
        self.assertEqual([e["kind"] for e in history["epochs"]],
                         ["link_run", "link_run", "review"])
        decision = history["epochs"][2]["decisions"][0]
        self.assertEqual((decision["reviewer"], decision["reason"], decision["verdict"]),
                         ("ann", "same birth date", "accepted"))
        text = self.unit("history", self.store).out.decode()
        self.assertIn("accepted by ann: same birth date", text)
        self.assertIn("release 1 to project p", text)
        self.review("accept", "1", "--reviewer", "ann", expect=77)
        second = self.folder / "second"
        released = self.study_of.release("p", second)
        self.assertEqual(released.json["changes"]["ids"], 1)
        changes = read_table(second / "changes.csv")
        before = self.ids(first)
        after = self.ids(second)
        self.assertEqual([(row["old_project_id"], row["new_project_id"], row["event"])
                          for row in changes],
                         [(old, after[record], "merged") for record, old in before.items()
                          if after[record] != old][:1])
        self.assertEqual(len({after[r] for r in ("a0", "b0", "c0")}), 1)

    def ids(self, maps):
        """Local id -> project id."""
        ids = {}
        for holder in ANNA:
            ids.update(self.study_of.attach(holder, maps, maps / f"{holder}.links.csv"))
        return ids

    def test_rejecting_is_for_good(self):
        self.review("reject", "1", "--reviewer", "ann")
        self.assertEqual(self.study_of.link("--threshold", "0.5")["proposals"], 0)
        self.assertEqual(self.review("list").json["proposals"], [])
        listed = self.review("list", "--all").json["proposals"]
        self.assertEqual([p["status"] for p in listed], ["rejected"])

    def test_any_epoch_can_be_replayed(self):
        at = [self.unit("resolve", self.store, "--epoch", epoch, "--json").json
              for epoch in (1, 2)]
        self.assertEqual([(a["records"], a["persons"]) for a in at], [(6, 4), (7, 4)])
        self.review("accept", "1", "--reviewer", "ann")
        again = self.unit("resolve", self.store, "--epoch", 2, "--json").json
        self.assertEqual(again, at[1])
        file = self.folder / "persons.csv"
        now = self.unit("resolve", self.store, "-o", file, "--json").json
        self.assertEqual((now["epoch"], now["persons"]), (3, 3))
        rows = read_table(file)
        self.assertEqual(len({row["person_ref"] for row in rows}), 3)
        self.assertLessEqual({row["person_ref"] for row in rows},
                             {row["record_ref"] for row in rows})
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        self.unit("resolve", self.store, "-o", file, expect=73)
        self.unit("resolve", self.store, "--epoch", 9, expect=64)

    def test_two_reviewers_where_the_unit_asks_for_them(self):
        self.study_of.store = self.store = self.folder / "careful"
        self.unit("init", self.store, "--no-passphrase", "--contract", self.study_of.contract,
                  "--decisions", "2", "--approvals", "0")
        self.study_of.import_files("a", "b")
        self.study_of.link("--threshold", "0.9")
        self.study_of.import_files("c")
        self.study_of.link("--threshold", "0.5")
        first = self.review("accept", "1", "--reviewer", "ann").json
        self.assertEqual((first["settled"], first["waiting"], first["moved"]), ([], [1], 0))
        self.review("accept", "1", "--reviewer", "ann", expect=77)
        second = self.review("accept", "1", "--reviewer", "ben").json
        self.assertEqual(second["settled"], [1])
        self.unit("init", self.folder / "other", "--no-passphrase", "--contract",
                  self.study_of.contract,
                  "--decisions", "3", expect=64)

    def test_a_decision_needs_a_reviewer(self):
        self.review("accept", "1", expect=64)
        self.review("accept", "1", "--reviewer", "Ann B", expect=64)
        self.review("accept", "1", "--reviewer", "ann", "--reason", "x" * 201, expect=64)
        self.review("accept", "7", "--reviewer", "ann", expect=66)
        self.assertEqual(self.review("list").json["open"], {"reclustered": 1})


if __name__ == "__main__":
    unittest.main()
