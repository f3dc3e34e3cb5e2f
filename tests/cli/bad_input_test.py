"""What the holder's program does with input it cannot use.

Every bad cell holds a canary: a message or a rejects file may name the file, the row and the
column, and must never repeat the value.
"""

import os
import unittest

import musubi_cli
from musubi_cli import SAMPLES, Study, limit_files, read_table

CANARY = "Qzxvjkwy"
HEADER = b"id,given_name,surname,birth_date,sex,postcode\n"
GOOD = b"A1,Anna,Ellwood,1961-04-17,F,48213\n"
HUGE_BYTES = 100_000_000
PEAK_BYTES = 200_000_000
SECONDS = 5


class BadInputTest(musubi_cli.ProgramTest):
    """Encodes files that are wrong in one way each."""

    def setUp(self):
        super().setUp()
        self.study_of = Study(self, self.folder / "study")
        self.out = self.folder / "out"
        self.out.mkdir()
        self.people = self.folder / "people.csv"

    def encode(self, source, *options, expect, says=(), **how):
        """Encodes into the output folder; a failure must leave nothing there and tell nothing."""
        words = self.study_of.encode_words("hospital", source)
        words[words.index("-o") + 1] = self.out / "h.enc"
        words[words.index("--refs") + 1] = self.out / "h.refs.csv"
        if expect in (0, 1):
            outcome = self.holder(*words, *options, expect=expect, **how)
        else:
            with self.unchanged(self.out):
                outcome = self.holder(*words, *options, expect=expect, **how)
            self.assertEqual(outcome.out, b"")
            self.assertEqual(outcome.message.count("\n"), 1, str(outcome))
        self.assert_says(outcome, *says)
        self.assertNotIn(CANARY.lower(), (outcome.out + outcome.err).decode().lower())
        return outcome

    def refuse(self, content, *says, options=(), **how):
        """Encodes a file of these bytes, which is bad data."""
        self.people.write_bytes(content)
        return self.encode(self.people, *options, expect=65, says=("people.csv", *says), **how)

    def reject(self, row, line, column, reason):
        """A bad row: an error at first, set aside with --rejects."""
        content = HEADER + GOOD + row + GOOD.replace(b"A1", b"A9")
        where = f"row {line}, column {column}" if column else f"row {line}"
        self.refuse(content, where, reason, "--rejects")
        rejects = self.out / "rejects.csv"
        outcome = self.encode(self.people, "--rejects", rejects, "--json", expect=1)
        self.assertEqual((outcome.json["rows"], outcome.json["rejected"]), (3, 1))
        self.assertNotIn(CANARY.lower(), rejects.read_text(encoding="utf-8").lower())
        (found,) = read_table(rejects)
        self.assertEqual((found["row"], found["column"]), (str(line), column))
        self.assertIn(reason, found["reason"])
        self.assertEqual([r["local_id"] for r in read_table(self.out / "h.refs.csv")],
                         ["A1", "A9"])

    # What no row can be blamed for.

    def test_a_missing_column_is_named_and_the_present_ones_are_listed(self):
        self.refuse(HEADER.replace(b"surname", b"family") + GOOD, '"surname"',
                    "id, given_name, family, birth_date, sex, postcode")

    def test_a_missing_header_is_not_repeated_as_columns(self):
        for first in (f"{CANARY}-1,{CANARY}a,{CANARY}b,1961-04-17,F,48213\n",
                      f"{CANARY}1,{CANARY}a,{CANARY}b,17.04.1961,F,{CANARY}\n"):
            self.refuse(first.encode() + GOOD, "header")

    def test_two_columns_of_one_name_are_refused_by_their_numbers(self):
        self.refuse(b"id,id,given_name,surname,birth_date,sex,postcode\n", "columns 1 and 2")

    def test_an_empty_file_and_one_with_a_header_only_have_no_rows(self):
        self.refuse(b"", "empty")
        self.refuse(b"\n\n", "blank")
        self.refuse(HEADER, "no row")

    def test_utf16_is_recognised(self):
        self.refuse((HEADER + GOOD).decode().encode("utf-16"), "UTF-16")

    # Rows that are not CSV.

    def test_an_unterminated_quote_is_placed_where_its_row_starts(self):
        self.refuse(HEADER + GOOD + f'A2,"{CANARY},x,1961-04-17,F,4\n'.encode() + GOOD, "row 3",
                    "quote")

    def test_a_quote_inside_a_cell_is_refused(self):
        self.refuse(HEADER + f'A2,{CANARY}"x",x,1961-04-17,F,4\n'.encode(), "row 2, column 2",
                    "quote")

    def test_a_nul_byte_is_refused(self):
        self.refuse(HEADER + GOOD + f"A2,{CANARY}\0,x,1961-04-17,F,4\n".encode(),
                    "row 3, column 2", "NUL")

    def test_a_lone_carriage_return_is_refused(self):
        self.refuse(HEADER + f"A2,{CANARY}\rx,y,1961-04-17,F,4\n".encode(), "row 2",
                    "carriage return")

    def test_a_huge_line_is_refused_at_once_and_in_little_memory(self):
        shapes = {"one cell": b"x" * 1000, "a quoted cell": b'"' + b"\n" * 999,
                  "many cells": b"x," * 500}
        for name, piece in shapes.items():
            for before in (b"", HEADER + GOOD + b"A2,"):
                with self.subTest(name, in_the_header=before == b""):
                    rest = piece if name == "many cells" else piece[-1:] * len(piece)
                    with open(self.people, "wb") as file:
                        file.write(before + piece)
                        for _ in range(HUGE_BYTES // len(rest) // 1000):
                            file.write(rest * 1000)
                    outcome = self.encode(self.people, expect=65, says=["people.csv", "row"])
                    if not musubi_cli.SANITIZED:
                        self.assertLess(outcome.seconds, SECONDS)
                        self.assertLess(outcome.peak_bytes, PEAK_BYTES)

    # Rows that are CSV, but not records.

    def test_bytes_of_another_charset_are_rejected(self):
        self.reject(f"A2,Ann,{CANARY}".encode() + b"\xff\xfe,1961-04-17,F,4\n", 3, "surname",
                    "UTF-8")

    def test_a_row_of_too_few_or_too_many_cells_is_rejected(self):
        self.reject(f"A2,{CANARY},x\n".encode(), 3, "", "3 cells, the header has 6")

    def test_a_row_without_an_id_is_rejected(self):
        self.reject(f" ,{CANARY},x,1961-04-17,F,4\n".encode(), 3, "id", "empty")

    def test_a_row_without_any_field_is_rejected(self):
        self.reject(f"{CANARY}2,,,,,\n".encode(), 3, "", "missing")

    def test_an_invalid_value_is_rejected_where_the_contract_says_so(self):
        text = self.study_of.contract.read_text(encoding="utf-8")
        self.study_of.contract.write_text(text.replace('"on_invalid": "keep"',
                                                       '"on_invalid": "reject"'))
        self.reject(f"A2,Ann,Lee,31-{CANARY}-1961,F,4\n".encode(), 3, "birth_date", "valid")

    def test_no_rejects_file_appears_when_every_row_is_rejected(self):
        self.refuse(HEADER + f"A2,{CANARY}\n".encode(), "no row",
                    options=("--rejects", self.out / "rejects.csv"))

    def test_a_repeated_id_names_both_rows(self):
        row = f"{CANARY},Ann,Lee,1961-04-17,F,4\n".encode()
        self.refuse(HEADER + row + GOOD + b" " + row, "row 4, column id", "row 2")

    # Files that cannot be read or written.

    def test_a_missing_input_or_a_folder_is_no_input(self):
        self.encode(self.folder / "none.csv", expect=66, says=["none.csv"])
        self.encode(self.folder, expect=66, says=[self.folder, "folder"])

    def test_an_output_that_cannot_be_written_is_an_io_error(self):
        self.people.write_bytes(HEADER + GOOD)
        for output in ("/proc/h.enc", self.people / "h.enc", self.out / "none" / "h.enc"):
            for option in ("-o", "--refs"):
                with self.subTest(option, output=str(output)):
                    words = self.study_of.encode_words("hospital", self.people)
                    words[words.index("-o") + 1] = self.out / "h.enc"
                    words[words.index(option) + 1] = output
                    with self.unchanged(self.out, self.study_of.folder):
                        self.assert_says(self.holder(*words, expect=74), output)

    def test_an_existing_output_is_replaced_only_with_force(self):
        self.people.write_bytes(HEADER + GOOD)
        rejects = ("--rejects", self.out / "rejects.csv")
        for name in ("h.enc", "h.refs.csv", "rejects.csv"):
            with self.subTest(name):
                (self.out / name).write_text("mine")
                self.encode(self.people, *rejects, expect=73, says=[name, "--force"])
                self.encode(self.people, *rejects, "--force", expect=0)
                self.assertNotEqual((self.out / name).read_bytes(), b"mine")
                for file in self.out.iterdir():
                    file.unlink()

    def test_one_file_under_two_names_is_refused(self):
        # With --force, the references or the people would be gone for good.
        self.people.write_bytes(HEADER + GOOD)
        words = self.study_of.encode_words("hospital", self.people)
        for option, value in (("--refs", self.study_of.enc("hospital")), ("-o", self.people),
                              ("--refs", self.study_of.key), ("-o", self.study_of.contract),
                              ("-o", self.folder / "study" / ".." / "people.csv")):
            with self.subTest(option, value=str(value)):
                changed = list(words)
                changed[words.index(option) + 1] = value
                with self.unchanged(self.folder):
                    self.assert_says(self.holder(*changed, "--force", expect=64), "twice")

    def test_a_full_disk_is_an_io_error(self):
        sample = SAMPLES / "western" / "hospital.csv"
        for size in (1000, 30_000):  # the references have 20 kB, the encodings 170 kB
            with self.subTest(size):
                self.encode(sample, expect=74, says=["cannot write"],
                            preexec_fn=limit_files(size))

    def test_an_output_name_need_not_be_text(self):
        self.people.write_bytes(HEADER + GOOD)
        words = self.study_of.encode_words("hospital", self.people)
        words[words.index("-o") + 1] = os.fsdecode(os.fsencode(self.out) + b"/h\xff.enc")
        self.assertEqual(self.holder(*words, "--json").json["output"][-6:], "h\ufffd.enc")

    # Secrets and contracts.

    def test_a_secret_that_others_can_read_is_refused(self):
        self.people.write_bytes(HEADER + GOOD)
        self.study_of.key.chmod(0o644)
        self.encode(self.people, expect=77, says=["study.key", "chmod 600"])

    def test_a_secret_of_another_length_is_bad_data(self):
        self.people.write_bytes(HEADER + GOOD)
        for size in (0, 31, 33, 64):
            self.study_of.key.write_bytes(b"k" * size)
            self.encode(self.people, expect=65, says=["study.key", "32"])
        self.study_of.key.unlink()
        self.encode(self.people, expect=66, says=["study.key"])

    def test_a_secret_is_never_overwritten(self):
        before = self.study_of.key.read_bytes()
        for force in ((), ("--force",)):
            self.holder("secret", "new", "--contract", self.study_of.contract, "-o",
                        self.study_of.key, *force, expect=73)
        self.assertEqual(self.study_of.key.read_bytes(), before)
        with self.unchanged(self.folder):
            self.holder("secret", "new", "--contract", self.study_of.contract, "-o",
                        self.out / "new.key", expect=74, preexec_fn=limit_files(16))

    def test_an_invalid_contract_names_the_places(self):
        text = self.study_of.contract.read_text(encoding="utf-8")
        self.people.write_bytes(HEADER + GOOD)
        for old, new, place in (('"bits": 512', '"bits": 500', "/filters/0/bits"),
                                ('"field": "sex"', '"field": "x"', "/filters/3/features/0/field"),
                                ("}\n", "", "/"), (text, "", "/")):
            content = text.replace(old, new, 1)
            self.assertNotEqual(content, text)
            self.study_of.contract.write_text(content, encoding="utf-8")
            words = self.study_of.encode_words("hospital", self.people)
            with self.unchanged(self.folder):
                self.assert_says(self.holder(*words, expect=78), "contract.json", f"at {place}")
                self.study("contract", "check", self.study_of.contract, expect=78)


class TooMuchTest(musubi_cli.ProgramTest):
    """What would take too long or too much is refused, with what it takes."""

    def setUp(self):
        super().setUp()
        self.study_of = Study(self, self.folder / "study")
        self.study_of.init()
        self.study_of.encode("hospital", SAMPLES / "western/hospital.csv")
        self.study_of.encode("insurer", SAMPLES / "western/insurer.csv")
        self.study_of.import_files("hospital", "insurer")

    def refused(self, *options):
        """A link run that is refused and changes nothing."""
        with self.store_unchanged(self.study_of.store):
            return self.unit("link", self.study_of.store, *options, expect=64)

    def test_more_pairs_than_allowed(self):
        for method in ("all_pairs", "blocks"):
            with self.subTest(method):
                outcome = self.refused("--candidates", method, "--max-pairs", "99")
                self.assert_says(outcome, " pairs, which takes some 1 hours",
                                 "up to 99 are allowed", "pass --max-pairs ")
        outcome = self.refused("--candidates", "all_pairs", "--max-pairs", "152099")
        self.assert_says(outcome, "152,100 pairs", "--max-pairs 152100")
        self.unit("link", self.study_of.store, "--candidates", "all_pairs", "--max-pairs",
                  "152100")

    def test_records_that_have_keys_are_compared_again(self):
        self.study_of.link()
        self.study_of.encode("registry", SAMPLES / "western/insurer.csv")
        self.study_of.import_files("registry")
        outcome = self.refused("--candidates", "all_pairs", "--max-pairs", "456299")
        self.assert_says(outcome, "456,300 pairs")

    def test_less_memory_than_needed(self):
        outcome = self.refused("--memory", "1MiB")
        self.assert_says(outcome, "to link 780 records takes at least 0.2 GiB of memory",
                         "raise --memory")

    def test_memory_that_is_no_amount(self):
        for amount in ("0", "-1", "4X", "GiB", "1.5G", "", "99999999999T", "4 GB"):
            with self.subTest(amount):
                self.assert_says(self.refused("--memory", amount), "--memory is a number of bytes")

    def test_amounts_of_memory(self):
        for amount in ("1073741824", "1G", "1GiB", "1 GiB", "1024M", "1048576KiB"):
            with self.subTest(amount):
                told = self.study_of.link("--memory", amount)
                memory = told["memory"]
                self.assertEqual(memory["planned_bytes"] + memory["links_bytes"], 2**30)

    def test_checkpoints_of_no_pairs(self):
        self.assert_says(self.refused("--checkpoint-pairs", "0"), "must be above 0")


if __name__ == "__main__":
    unittest.main()
