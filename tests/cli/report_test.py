"""musubi-unit report: what it tells is what the commands before it told, and nothing of a record."""

import base64
import json
import math
import re
import unittest

import musubi_cli
from musubi_cli import contents, names, read_table
from report_stores import HOLDERS, ReportStores

PLACE = re.compile(r'<script type="application/json" id="document">(.*?)</script>', re.DOTALL)


def document_of(page):
    """The document that a page holds."""
    return json.loads(PLACE.search(page)[1])


def forms_of(hexadecimal):
    """A reference or key as it could be written."""
    data = bytes.fromhex(hexadecimal)
    return (data, hexadecimal.encode(), hexadecimal.upper().encode(),
            base64.b64encode(data).rstrip(b"="))


class ReportTest(musubi_cli.ProgramTest):
    """Stores and their reports."""

    def setUp(self):
        super().setUp()
        self.stores = ReportStores(self, self.folder)

    def report(self, study, *options):
        """The document, as --json prints it."""
        return self.unit("report", study.store, "--json", *options).json

    def test_a_run_that_learns_tells_what_link_told(self):
        study = self.stores.study("learned")
        study.import_files(*HOLDERS)
        linked = study.link("--candidates", "blocks")
        [run] = self.report(study)["epochs"]
        report = run["report"]
        self.assertEqual(run["links"], linked["links"])
        self.assertEqual(report["persons"], linked["clusters"])
        self.assertEqual(report["linked_records"], linked["linked_records"])
        self.assertEqual(report["kernel"], linked["kernel"])
        self.assertEqual(report["candidates"]["pairs"], linked["pairs_compared"])
        for kept, told in zip(report["candidates"]["passes"], linked["passes"], strict=True):
            self.assertEqual(kept, {name: told[name] for name in kept})
        quality, control = report["quality"], linked["quality"]["control"]
        self.assertEqual((quality["control_pairs"], quality["control_hits"]),
                         (control["pairs"], control["hits"]))
        self.assertEqual(quality["precision"],
                         {name: round(control[name] * 1e6) for name in ("low", "high")} |
                         {"value": round(control["precision"] * 1e6)})
        self.assertEqual(quality["model_recall"], round(linked["quality"]["model_recall"] * 1e6))

    def test_weights_and_curve_agree(self):
        study = self.stores.study("learned")
        study.import_files(*HOLDERS)
        study.link("--candidates", "all_pairs")
        document = self.report(study)
        [run] = document["epochs"]
        learned = run["report"]["learned"]
        records = document["state"]["records"]
        each = [holder["records"] for holder in document["holders"]]
        across = (records * records - sum(n * n for n in each)) // 2
        self.assertEqual(learned["learned_from"], "all_pairs")
        self.assertEqual(learned["pairs"], across)
        self.assertEqual(sum(row["pairs"] for row in learned["weights"]), across)
        self.assertEqual(sum(row["held_out"] for row in learned["weights"]), learned["held_out"])
        self.assertAlmostEqual(learned["held_out"], sum(n * (n - 1) / 4 for n in each),
                               delta=sum(each) ** 1.5)
        # The threshold of one half is a weight of 0 bits: the first bit from there on that has a
        # pair selects what the run did.
        self.assertEqual(learned["threshold"], 0)
        point = next(point for point in learned["curve"] if point["bits"] >= 0)
        self.assertEqual({name: value for name, value in point.items() if name != "bits"},
                         learned["at_threshold"])
        self.assertEqual(point["selected"], run["links"])
        for name in ("selected", "hits", "model_recall"):
            column = [point[name] for point in learned["curve"]]
            self.assertEqual(column, sorted(column, reverse=True), name)
        expected = sum(row["expected_matches"] for row in learned["weights"])
        self.assertAlmostEqual(expected / learned["expected_matches"], 1, delta=0.01)

    def test_levels_are_chances(self):
        study = self.stores.without_control()
        learned = self.report(study)["epochs"][0]["report"]["learned"]
        for comparison in learned["model"]["comparisons"]:
            match, two = (sum(level[side] for level in comparison["levels"]) / 1e9
                          for side in ("match", "two"))
            self.assertAlmostEqual(two, 1, delta=1e-4, msg=comparison["name"])
            # Levels that no pair has, as values that one record alone has, are left out.
            self.assertLessEqual(match, 1 + 1e-4, comparison["name"])
            self.assertGreater(match, 0.5, comparison["name"])
            for level in comparison["levels"]:
                if min(level["match"], level["two"]) > 10_000:
                    self.assertAlmostEqual(level["weight"] / 1000,
                                           math.log2(level["match"] / level["two"]), delta=0.01)
            by_kind = {}
            for level in comparison["levels"]:
                by_kind.setdefault(level["kind"], []).append(level["weight"])
            self.assertLess(max(by_kind["unlike"]), 0)
            self.assertGreater(max(by_kind["equal"]), 0)
        self.assertAlmostEqual(sum(one["share"] for one in learned["model"]["classes"]) / 1e9, 1,
                               delta=1e-6)
        self.assertNotIn("precision", learned["at_threshold"])

    def test_a_run_by_mean_counts_its_links_by_score(self):
        study = self.stores.by_mean()
        [run] = self.report(study)["epochs"]
        scores = run["report"]["scores"]
        self.assertEqual(sum(row["links"] for row in scores), run["links"])
        over, under = map(int, run["threshold"].split("/"))
        self.assertGreaterEqual(scores[0]["hundredths"], 100 * over // under)
        self.assertLessEqual(scores[-1]["hundredths"], 100)
        self.assertNotIn("learned", run["report"])

    def test_a_holder_that_cuts_names_is_unlike_the_others(self):
        document = self.report(self.stores.by_mean())
        names_of_filters = [of_filter["name"] for of_filter in document["contract"]["filters"]]
        place = names_of_filters.index("surname")
        unlike = [holder["holder"] for holder in document["holders"]
                  if holder["filters"][place]["fill"]["differs"]]
        self.assertEqual(unlike, ["registry"])

    def test_hashing_tells_its_expected_recall(self):
        study = self.stores.hashed()
        [run] = self.report(study)["epochs"]
        self.assertGreaterEqual(run["report"]["candidates"]["lsh"]["expected_recall"], 990_000)

    def test_persons_are_those_of_a_release(self):
        study = self.stores.learned()
        document = self.report(study)
        study.add_project("p")
        study.release("p", self.folder / "maps")
        at = {}
        for place, holder in enumerate(HOLDERS):
            for row in read_table(self.folder / "maps" / f"{holder}.map.csv"):
                at.setdefault(row["project_id"], []).append(place)
        self.assertEqual(document["persons"]["total"], len(at))
        for row in document["persons"]["by_records"]:
            self.assertEqual(row["persons"],
                             sum(len(records) == row["records"] for records in at.values()))
        for a, of_holder in enumerate(document["persons"]["overlap"]):
            for b, shared in enumerate(of_holder):
                self.assertEqual(shared, sum(a in records and b in records
                                             for records in at.values()))

    def test_any_number_of_threads_gives_the_same_report(self):
        study = self.stores.learned()
        self.assertEqual(self.report(study, "-j", "1"), self.report(study, "-j", "8"))

    def test_the_page_holds_the_document_and_nothing_of_a_record(self):
        study = self.stores.learned()
        file = self.folder / "report.html"
        with self.store_unchanged(study.store):
            self.unit("report", study.store, "-o", file)
        page = file.read_bytes()
        self.assertEqual(document_of(page.decode("utf-8")), self.report(study))
        study.add_project("p")
        study.release("p", self.folder / "maps")
        hidden = set()
        for holder in HOLDERS:
            rows = read_table(self.folder / "maps" / f"{holder}.map.csv")
            self.assertGreater(len(rows), 500)
            for row in rows:
                hidden.update(forms_of(row["record_ref"]))
                hidden.add(row["project_id"].encode())
            for row in read_table(study.refs(holder)):
                hidden.add(row["record_ref"].encode())
                hidden.add(b'"' + row["local_id"].encode() + b'"')
        for form in hidden:
            self.assertNotIn(form, page)
        self.assertNotRegex(page, rb'(src|href)="(?!data:,)[^#"]')

    def test_the_page_goes_to_a_file_or_to_standard_output(self):
        study = self.stores.empty()
        file = self.folder / "report.html"
        said = self.unit("report", study.store, "-o", file)
        self.assertIn(str(file), said.out.decode())
        printed = self.unit("report", study.store, "-o", "-").out
        self.assertEqual(printed, file.read_bytes())
        told = self.unit("report", study.store, "-o", file, "--json", "--force").json
        self.assertEqual(told, document_of(printed.decode("utf-8")))

    def test_a_page_that_exists_stays(self):
        study = self.stores.empty()
        file = self.folder / "report.html"
        file.write_text("mine", encoding="utf-8")
        with self.unchanged(self.folder):
            self.unit("report", study.store, "-o", file, expect=73)
        self.unit("report", study.store, "-o", file, "--force")
        self.assertGreater(file.stat().st_size, 1000)

    def test_a_report_without_a_place_to_go_is_refused(self):
        study = self.stores.empty()
        self.assert_says(self.unit("report", study.store, expect=64), "-o", "--json")
        self.assert_says(self.unit("report", study.store, "--json", "-o", "-", expect=64),
                         "not both")

    def test_what_is_no_store_gives_no_page(self):
        before = names(self.folder), contents(self.folder)
        self.unit("report", self.folder / "none", "-o", self.folder / "r.html", expect=66)
        self.assertEqual((names(self.folder), contents(self.folder)), before)


if __name__ == "__main__":
    unittest.main()
