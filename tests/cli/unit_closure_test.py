"""What each program is linked from: the linkage unit's holds no way to read a person.

The include graph is checked by cmake/check_layers.py; here the built programs speak.
"""

import re
import subprocess
import unittest

from musubi_cli import PROGRAMS

# What belongs to the holder alone.
HOLDER_ONLY = {
    "the normaliser": re.compile(r"\bmusubi::identity::"),
    "the filters": re.compile(r"\bmusubi::bloom::"),
    "the filters of clkhash": re.compile(r"\bmusubi::clkhash::"),
    "the linkage secret": re.compile(r"\b(LinkageSecret|TextSecret)\b"),
    "the encoding flow": re.compile(r"\bmusubi::engine::(Encode\(|BatchEncoder\b)"),
}
UNIT_ONLY = {
    "the linking flow": re.compile(r"\bmusubi::engine::Link\("),
    "the releasing flow": re.compile(r"\bmusubi::engine::Release\("),
    "the report": re.compile(r"\bmusubi::engine::ReportDocument\b"),
    "the store": re.compile(r"\bmusubi::storage::LinkStore\b"),
}
ICU = re.compile(r"libicu\w*\.so|\bicu_\d+::|\bu_[a-z]+_\d+\b")


def output_of(*command):
    """What a tool of binutils prints."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def symbols(program):
    """The names in a program, its own and those it takes from shared libraries."""
    return output_of("nm", "-C", PROGRAMS / f"musubi-{program}")


def libraries(program):
    """The dynamic section: the shared libraries that the program names."""
    return output_of("readelf", "-d", PROGRAMS / f"musubi-{program}")


class ClosureTest(unittest.TestCase):
    """Symbols and libraries of the three programs."""

    def assert_has(self, program, wanted):
        """A program has each kind of symbol; else looking for them would prove nothing."""
        text = symbols(program)
        for name, pattern in wanted.items():
            self.assertRegex(text, pattern, f"musubi-{program} lacks {name}")

    def assert_lacks(self, program, unwanted):
        """A program has no such symbol."""
        for line in symbols(program).splitlines():
            for name, pattern in unwanted.items():
                self.assertIsNone(pattern.search(line), f"musubi-{program} has {name}: {line}")

    def test_the_holder_has_what_the_unit_must_not_have(self):
        self.assert_has("holder", HOLDER_ONLY)
        self.assertRegex(libraries("holder"), ICU)
        self.assertRegex(symbols("holder"), ICU)

    def test_the_unit_cannot_read_a_person_nor_know_the_secret(self):
        self.assert_has("unit", UNIT_ONLY)
        self.assert_lacks("unit", HOLDER_ONLY)
        self.assertNotRegex(libraries("unit"), ICU)
        self.assertNotRegex(symbols("unit"), ICU)

    def test_the_holder_cannot_open_the_units_store(self):
        self.assert_lacks("holder", UNIT_ONLY)
        self.assertNotIn("librocksdb", libraries("holder"))
        self.assertIn("librocksdb", libraries("unit"))

    def test_the_study_has_neither_side(self):
        self.assertRegex(symbols("study"), r"\bmusubi::engine::Evaluate\(")
        self.assert_lacks("study", HOLDER_ONLY | UNIT_ONLY)
        self.assertNotRegex(libraries("study"), ICU)


if __name__ == "__main__":
    unittest.main()
