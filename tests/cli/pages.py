"""Looking at a page that a program wrote, in headless Chromium.

The environment says where things are: MUSUBI_NODE and MUSUBI_CHROMIUM are the programs,
MUSUBI_PAGES_FOLDER is where the pages were built, and gets the pictures.
"""

import os
import pathlib
import shutil
import subprocess

import musubi_cli

PAGES = pathlib.Path(os.environ.get("MUSUBI_PAGES_FOLDER") or musubi_cli.ROOT / "build/release/web")
NODE = os.environ.get("MUSUBI_NODE") or "node"
CHROMIUM = os.environ.get("MUSUBI_CHROMIUM") or shutil.which("chromium") or "chromium"


def pictures(kind):
    """Where the pictures of pages of a kind (report, audit) are."""
    return PAGES / kind / "pictures"


def look(test, kind, page, *words, timeout=300):
    """Has web/KIND/test/browser.mjs look at a page, and expects that it finds no fault."""
    # The browser keeps its profile in the home folder.
    environment = dict(os.environ, HOME=str(test.folder))
    looked = subprocess.run([NODE, PAGES / kind / "test/browser.mjs", CHROMIUM, page, pictures(kind),
                             *words], env=environment, capture_output=True, text=True,
                            timeout=timeout, check=False)
    test.assertEqual(looked.returncode, 0, looked.stdout + looked.stderr)
    test.assertIn(f"{page.stem}: 0 faults", looked.stdout)
