"""The report's page in a browser: web/report/test/browser.mjs looks at one page of each kind.

The environment says where things are: MUSUBI_NODE and MUSUBI_CHROMIUM are the programs,
MUSUBI_PAGE_FOLDER is where the page was built, and gets the pictures.
"""

import os
import pathlib
import shutil
import subprocess
import unittest

import musubi_cli
from report_stores import ReportStores

FOLDER = pathlib.Path(os.environ.get("MUSUBI_PAGE_FOLDER")
                      or musubi_cli.ROOT / "build/release/web/report")
NODE = os.environ.get("MUSUBI_NODE") or "node"
CHROMIUM = os.environ.get("MUSUBI_CHROMIUM") or shutil.which("chromium") or "chromium"
PICTURES = FOLDER / "pictures"
OF_PERSONS = ["sizes", "spread", "runs"]


class ReportPageTest(musubi_cli.ProgramTest):
    """Each kind of store, light and dark, in a wide and a narrow window."""

    def look(self, name, *charts, timeout=300):
        """Opens the page of a store in the browser, and expects these charts."""
        study = getattr(ReportStores(self, self.folder), name)()
        page = self.folder / f"{name}.html"
        self.unit("report", study.store, "-o", page)
        # The browser keeps its profile in the home folder.
        environment = dict(os.environ, HOME=str(self.folder))
        looked = subprocess.run([NODE, FOLDER / "test/browser.mjs", CHROMIUM, page, PICTURES,
                                 *charts], env=environment, capture_output=True, text=True,
                                timeout=timeout, check=False)
        self.assertEqual(looked.returncode, 0, looked.stdout + looked.stderr)
        self.assertIn(f"{name}: 0 faults", looked.stdout)

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
