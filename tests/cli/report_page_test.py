"""The report's page in a browser: web/report/test/browser.mjs looks at one page of each kind."""

import unittest

import musubi_cli
import pages
from report_stores import ReportStores

OF_PERSONS = ["sizes", "spread", "runs"]


class ReportPageTest(musubi_cli.ProgramTest):
    """Each kind of store, light and dark, in a wide and a narrow window."""

    def look(self, name, *charts):
        """Opens the page of a store in the browser, and expects these charts."""
        study = getattr(ReportStores(self, self.folder), name)()
        page = self.folder / f"{name}.html"
        self.unit("report", study.store, "-o", page)
        pages.look(self, "report", page, *charts)

    def test_runs_that_learn(self):
        self.look("learned", "fill", "passes", "weights", "curve", "levels", *OF_PERSONS)

    def test_a_run_without_control(self):
        self.look("without_control", "fill", "weights", "curve", "levels", *OF_PERSONS)

    def test_a_run_by_mean(self):
        self.look("by_mean", "fill", "scores", *OF_PERSONS)

    def test_a_run_by_hashing(self):
        self.look("hashed", "fill", "scores", *OF_PERSONS)

    def test_a_store_without_a_run(self):
        self.look("unlinked", "fill")

    def test_an_empty_store(self):
        self.look("empty")


if __name__ == "__main__":
    unittest.main()
