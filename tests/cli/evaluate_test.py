"""musubi-study evaluate: the same measures as text, as JSON and as a table; and what it refuses."""

import csv
import io
import os
import unittest

import musubi_cli
from musubi_cli import limit_files, names, read_table, write_table

TRUTH = ["person_id", "holder", "local_id", "sex", "地域"]
LINKS = ["project_id", "holder", "local_id"]


class EvaluateTest(musubi_cli.ProgramTest):
    """Eighty persons at two holders; every fourth of sex F is missed, no M; one has no sex."""

    def setUp(self):
        super().setUp()
        truth, north, south = [], [], []
        for number in range(80):
            sex = "FM"[number % 2] if number < 79 else ""
            for holder in ("north", "south"):
                truth.append([f"p{number}", holder, f"r{number}", sex, "東" if number < 50 else "西"])
            north.append([f"X{number}", "north", f"r{number}"])
            missed = number % 8 == 0
            south.append([f"X{number + 1000 * missed}", "south", f"r{number}"])
        self.truth = write_table(self.folder / "truth.csv", truth, TRUTH)
        self.links = [write_table(self.folder / "north.csv", north, LINKS),
                      write_table(self.folder / "south.csv", south, LINKS)]
        self.table = self.folder / "table.csv"

    def evaluate(self, *options, **how):
        """Measures the links."""
        return self.study("evaluate", "--truth", self.truth, *self.links, *options, **how)

    def test_json_has_pairs_clusters_and_groups(self):
        found = self.evaluate("--by", "sex", "--by", "地域", "--json").json
        self.assertEqual(found["all"]["true_pairs"], 80)
        self.assertEqual(found["all"]["correct_pairs"], 70)
        self.assertEqual(found["all"]["recall"], 0.875)
        self.assertLess(found["all"]["recall_low"], 0.875)
        self.assertGreater(found["all"]["recall_high"], 0.875)
        clusters = found["clusters"]
        self.assertEqual((clusters["true_clusters"], clusters["linked_clusters"]), (80, 90))
        self.assertEqual((clusters["identical_clusters"], clusters["split_persons"]), (70, 10))
        self.assertEqual((clusters["splits_needed"], clusters["merges_needed"]), (0, 10))
        self.assertEqual(clusters["b_cubed"]["precision"], 1.0)
        self.assertEqual(clusters["b_cubed"]["recall"], 150 / 160)
        self.assertEqual(clusters["sizes"], [
            {"records": 1, "true_clusters": 0, "linked_clusters": 20},
            {"records": 2, "true_clusters": 80, "linked_clusters": 70}])
        sex, area = found["by"]
        self.assertEqual([g["value"] for g in sex["groups"]], ["F", "M", "(none)"])
        self.assertEqual([g["persons"] for g in sex["groups"]], [40, 39, 1])
        self.assertEqual([g["few"] for g in sex["groups"]], [False, False, True])
        self.assertEqual([g["pairs"]["recall"] for g in sex["groups"]], [0.75, 1.0, 1.0])
        self.assertEqual(sex["recall_gap"], {"difference": 0.25, "lowest": "F", "highest": "M"})
        self.assertEqual(sex["precision_gap"]["difference"], 0)
        self.assertEqual(area["column"], "地域")
        self.assertEqual([g["value"] for g in area["groups"]], ["東", "西"])

    def test_text_shows_the_same(self):
        text = self.evaluate("--by", "sex").out.decode("utf-8")
        self.assertRegex(text, r"(?m)^all +80 +70 +70 +1\.0000 +0\.8750 +0\.9333$")
        self.assertRegex(text, r"(?m)^exact +80 +90 +70 +0\.7778 +0\.8750 +0\.8235$")
        self.assertRegex(text, r"(?m)^F +80 +40 +40 .* 0\.7500 +0\.5981-0\.8581 ")
        self.assertRegex(text, r"(?m)^\(none\) .*  few$")
        self.assertRegex(text, r"(?m)^gap of recall +0\.2500, from 0\.7500 of F to 1\.0000 of M$")
        self.assertNotIn("by sex", self.evaluate().out.decode("utf-8"))

    def test_the_table_has_every_measure(self):
        found = self.evaluate("--by", "sex", "--csv", self.table, "--json").json
        rows = read_table(self.table)
        self.assertEqual(list(rows[0]), ["scope", "group_column", "group_value", "measure", "value",
                                         "low", "high", "count"])
        of = {tuple(row.values())[:4]: row for row in rows}
        self.assertEqual(len(of), len(rows))
        recall = of["all", "", "", "pair_recall"]
        self.assertEqual(float(recall["value"]), found["all"]["recall"])
        self.assertEqual(float(recall["low"]), found["all"]["recall_low"])
        self.assertEqual(float(recall["high"]), found["all"]["recall_high"])
        self.assertEqual(recall["count"], "80")
        self.assertEqual(of["clusters", "", "", "linked_clusters_of_1"]["count"], "20")
        self.assertEqual(of["clusters", "", "", "split_persons"]["count"], "10")
        self.assertEqual(float(of["clusters", "", "", "b_cubed_f1"]["value"]),
                         found["clusters"]["b_cubed"]["f1"])
        self.assertEqual(of["group", "sex", "F", "pair_recall"]["value"], "0.75")
        self.assertEqual(of["group", "sex", "(none)", "few"]["count"], "1")
        self.assertEqual(of["gap", "sex", "", "pair_recall"]["value"], "0.25")
        self.assertEqual(os.stat(self.table).st_mode & 0o777, 0o644)

    def test_the_table_on_stdout_is_all_there_is(self):
        self.evaluate("--csv", self.table)
        outcome = self.evaluate("--csv", "-")
        self.assertEqual(outcome.out, self.table.read_bytes())
        self.assertEqual(next(csv.reader(io.StringIO(outcome.out.decode("utf-8"))))[0], "scope")
        self.assert_says(self.evaluate("--csv", "-", "--json", expect=64), "standard output")

    def test_the_table_appears_whole_or_not_at_all(self):
        self.table.write_text("mine")
        before = names(self.folder)
        self.assert_says(self.evaluate("--csv", self.table, expect=73), "--force")
        self.assertEqual(self.table.read_text(), "mine")
        self.evaluate("--csv", self.table, "--force")
        self.assertTrue(self.table.read_text().startswith("scope,"))
        self.table.unlink()
        self.evaluate("--csv", self.table, "--by", "age", expect=65)
        self.evaluate("--csv", self.table, expect=74, preexec_fn=limit_files(1000))
        self.assertEqual(names(self.folder), [name for name in before if name != "table.csv"])

    def test_an_input_is_never_replaced(self):
        for file in (self.truth, *self.links):
            with self.unchanged(self.folder):
                self.assert_says(self.evaluate("--csv", file, "--force", expect=64), "twice")

    def test_columns_that_cannot_be_groups_are_refused(self):
        self.assert_says(self.evaluate("--by", "age", expect=65), "truth.csv", "age")
        self.assert_says(self.evaluate("--by", "person_id", expect=64), "person_id")
        self.assert_says(self.evaluate("--by", "sex", "--by", "sex", expect=64), "sex")
        rows = [[f"p{n}", "north", f"r{n}", f"secret{n}", ""] for n in range(1001)]
        write_table(self.truth, rows, TRUTH)
        outcome = self.evaluate("--by", "sex", expect=65)
        self.assert_says(outcome, "truth.csv", "column sex", "1,000")
        self.assertNotIn("secret", outcome.message)

    def test_a_record_twice_is_refused(self):
        rows = read_table(self.truth)
        write_table(self.truth, [list(row.values()) for row in [*rows, rows[0]]], TRUTH)
        self.assert_says(self.evaluate("--by", "sex", "--csv", self.table, expect=65), "row 162",
                         "local_id")
        self.assertFalse(self.table.exists())


if __name__ == "__main__":
    unittest.main()
