#!/usr/bin/env python3
"""Checks that each line of the pages that lean on tests names a test that is there.

    cmake/check_named_tests.py             checks docs/threat-model.md and docs/known-defects.md
    cmake/check_named_tests.py --self-test

A line is a row of a table whose last column is headed "test". A test is written `Suite.Case`
(GoogleTest), `name_test.py::test_case` (tests/cli), or as the path of a script.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
PAGES = ("docs/threat-model.md", "docs/known-defects.md")
CPP_TEST = re.compile(r"\bTEST(?:_F|_P)?\(\s*(\w+)\s*,\s*(\w+)\s*\)")
PYTHON_TEST = re.compile(r"^    def (test_\w+)\(", re.MULTILINE)


def known_tests(root):
    """The names of all tests of a tree."""
    names = set()
    for path in (root / "tests").rglob("*.cc"):
        names.update(f"{suite}.{case}"
                     for suite, case in CPP_TEST.findall(path.read_text(encoding="utf-8")))
    for path in (root / "tests" / "cli").glob("*_test.py"):
        names.update(f"{path.name}::{case}"
                     for case in PYTHON_TEST.findall(path.read_text(encoding="utf-8")))
    return names


def lines_with_tests(text):
    """(line number, last cell) of each row of the tables whose last column is headed "test"."""
    rows = []
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("|"):
            inside = False
            continue
        last = line.strip().strip("|").split("|")[-1].strip()
        if last == "test":
            inside = True
        elif inside and re.fullmatch(r":?-+:?", last) is None:
            rows.append((number, last))
    return rows


def complaints_of(page, text, tests, root):
    """What is wrong with the text of a page."""
    rows = lines_with_tests(text)
    complaints = [] if rows else [f"{page}: has no table of tests"]
    for number, cell in rows:
        names = re.findall(r"`([^`]+)`", cell)
        if not names:
            complaints.append(f"{page}:{number}: names no test")
        for name in names:
            if name not in tests and not ("/" in name and (root / name).is_file()):
                complaints.append(f"{page}:{number}: there is no test {name}")
    return complaints


def self_test():
    """The check finds what it is for."""
    page = "| would | is stopped by | test |\n|---|---|---|\n| a | b | {} |\n\n| x |\n|---|\n| y |\n"
    tests = {"Suite.Case", "a_test.py::test_it"}
    for good in ("`Suite.Case`", "`Suite.Case`, `a_test.py::test_it`", "`cmake/check_layers.py`"):
        assert not complaints_of("page", page.format(good), tests, ROOT), good
    for bad in ("", "Suite.Case", "`Suite.Other`", "`Suite.Case`, `gone_test.py::test_it`",
                "`cmake/gone.py`"):
        assert len(complaints_of("page", page.format(bad), tests, ROOT)) == 1, bad
    assert complaints_of("page", "no table", tests, ROOT)
    return 0


def main():
    """Prints the complaints; fails where there is one."""
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    tests = known_tests(ROOT)
    complaints = [complaint for page in PAGES
                  for complaint in complaints_of(page, (ROOT / page).read_text(encoding="utf-8"),
                                                 tests, ROOT)]
    print("\n".join([*complaints, f"{len(complaints)} complaints"]))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
