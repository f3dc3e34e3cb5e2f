"""What the holder's program tells of a file before it is encoded, and of single values; and the
files of clkhash that it makes.

Counts may be told, values never: every cell of a file is looked for in what is said of it.
"""

import base64
import csv
import hashlib
import json
import unittest

import musubi_cli
from musubi_cli import SAMPLES, Study, read_table, write_table

JAPAN = {"hospital": "utf-8", "municipality": "utf-8", "insurer": "cp932"}
# A filler that the program names itself where it says what it found.
SPOKEN = {"9999999"}
CLKS = 300


def sample(holder):
    """The Japanese sample file of a holder."""
    return SAMPLES / "japan" / f"{holder}.csv"


def cells_of(file, charset):
    """Every cell below the header of a file."""
    encoding = {"utf-8": "utf-8-sig", "cp932": "cp932"}[charset]
    with open(file, encoding=encoding, newline="") as text:
        rows = list(csv.reader(text))
    return {cell for row in rows[1:] for cell in row}


def my_number(number):
    """Eleven digits and the check digit of an Individual Number."""
    digits = [int(digit) for digit in str(number)]
    rest = sum(d * w for d, w in zip(digits, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2))) % 11
    return f"{number}{0 if rest <= 1 else 11 - rest}"


def clk_reference(holder, place):
    """The reference of a CLK, by docs/formats/clkhash.md."""
    text = f"musubi clks reference 1\0{holder}\0{place}"
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:32]


class ProfileTest(musubi_cli.ProgramTest):
    """Looks at the Japanese samples, and at files with one thing wrong."""

    def setUp(self):
        super().setUp()
        self.japan = Study(self, self.folder / "japan", "japan")
        self.western = Study(self, self.folder / "western")

    def profile(self, source, *options, study=None, **how):
        """Profiles a file under a study's contract."""
        contract = (study or self.japan).contract
        return self.holder("profile", source, "--contract", contract, *options, **how)

    def people(self, rows):
        """A Western file of these rows."""
        return write_table(self.folder / "people.csv", rows)

    def test_counts_are_those_of_the_encoding(self):
        for holder, charset in JAPAN.items():
            found = self.profile(sample(holder), "--json").json
            told = self.japan.encode(holder, sample(holder), "--charset", "auto", "--json").json
            self.assertEqual(found["fields"], told["fields"])
            self.assertEqual((found["rows"], found["would_be_rejected"]), (told["rows"], 0))
            self.assertEqual((found["charset"], told["charset"]), (charset, charset))
            for name, field in found["fields"].items():
                self.assertEqual(field["present"] + field["missing"] + field["invalid"],
                                 found["rows"], name)
                self.assertLessEqual(field["most_frequent"], field["present"], name)

    def test_the_table_shows_the_same_counts(self):
        fields = self.profile(sample("insurer"), "--json").json["fields"]
        text = self.profile(sample("insurer")).out.decode("utf-8")
        self.assertIn("charset cp932 (found out), 180 rows", text)
        lines = {line.split()[0]: line.split()[1:] for line in text.splitlines()
                 if line and not line.startswith(" ")}
        for name, field in fields.items():
            self.assertEqual([int(word) for word in lines[name][2:]],
                             [field[count] for count in ("present", "missing", "invalid",
                                                         "distinct")], name)
        moved = fields["name_kanji"]["kana_in_kanji"]
        self.assertGreater(moved, 0)
        self.assertIn(f"name_kanji: {moved} are kana in the kanji field", text)

    def test_the_charset_may_be_given(self):
        right = self.profile(sample("insurer"), "--charset", "cp932", "--json").json
        self.assertTrue(right["charset_given"])
        self.assertEqual(right["fields"],
                         self.profile(sample("insurer"), "--json").json["fields"])
        wrong = self.profile(sample("insurer"), "--charset", "utf-8", "--json").json
        self.assertGreater(wrong["would_be_rejected"], 0)
        self.profile(sample("insurer"), "--charset", "latin-1", expect=64)
        with open(sample("insurer"), "rb") as file:
            self.assert_says(self.profile("-", expect=64, stdin=file), "charset")
        with open(sample("insurer"), "rb") as file:
            piped = self.profile("-", "--charset", "cp932", "--json", stdin=file).json
        self.assertEqual(piped["fields"], right["fields"])

    def test_no_value_is_told(self):
        for holder, charset in JAPAN.items():
            quiet = [self.profile(sample(holder)), self.profile(sample(holder), "--json")]
            # With times and names of files, in which a short number may stand by chance.
            talkative = [self.profile(sample(holder), "-v", "--progress", "json"),
                         self.japan.encode(holder, sample(holder), "--charset", "auto", "-v")]
            counts = {str(count) for field in quiet[1].json["fields"].values()
                      for count in field.values() if isinstance(count, int)}
            cells = {cell for cell in cells_of(sample(holder), charset) if len(cell) >= 3}
            cells -= counts | SPOKEN
            self.assertGreater(len(cells), 1000)
            for outcome in quiet + talkative:
                said = (outcome.out + outcome.err).decode("utf-8")
                found = [cell for cell in cells if cell in said]
                if outcome in talkative:
                    found = [cell for cell in found if len(cell) > 6 or not cell.isascii()]
                self.assertEqual(found, [])

    def test_a_column_of_my_numbers_is_told(self):
        rows = [[i, f"Ann{i}", "Lee", "1961-04-17", "F",
                 my_number(23456789012 + 7919 * i) if i % 3 else "48213"] for i in range(90)]
        source = self.people(rows)
        text = self.profile(source, study=self.western, expect=1)
        self.assertIn(b"postcode: these look like Individual Numbers (My Number)", text.out)
        found = self.profile(source, "--json", study=self.western, expect=1).json["fields"]
        self.assertEqual(found["postcode"]["my_numbers"], 60)
        self.assertEqual([name for name, field in found.items() if field["looks_like_my_number"]],
                         ["postcode"])
        refused = self.western.encode("a", source, expect=65)
        self.assert_says(refused, "people.csv", "column postcode", "My Number")
        for outcome in (text, refused):
            self.assertNotIn(rows[1][-1], (outcome.out + outcome.err).decode("utf-8"))
        self.assertFalse(self.western.enc("a").exists())

    def test_a_value_that_many_share_is_suspect(self):
        rows = [[i, f"Ann{i}", "Lee", f"{1901 + i % 100}-0{1 + i // 100}-17", "F", "48213"]
                for i in range(400)]
        rows += [[400 + i, "Bob", "Lee", "1900-01-01", "M", "48213"] for i in range(12)]
        source = self.people(rows)
        found = self.profile(source, "--json", study=self.western).json["fields"]
        self.assertEqual(found["birth_date"]["most_frequent"], 12)
        self.assertEqual([name for name, field in found.items() if field["has_suspect_value"]],
                         ["birth_date"])
        text = self.profile(source, study=self.western).out.decode("utf-8")
        self.assertIn("birth_date: one value fills 12 rows", text)
        self.assertNotIn("1900-01-01", text)

    def test_a_column_that_is_not_there_is_named(self):
        source = self.people([["1", "Ann", "Lee", "1961-04-17", "F", "48213"]])
        self.assert_says(self.profile(source, expect=65), "name_kana")
        self.assert_says(self.profile(source, "--column", "nothing=id", study=self.western,
                                      expect=64), "nothing")
        renamed = self.profile(source, "--column", "given_name=surname", "--json",
                               study=self.western).json["fields"]
        self.assertEqual(renamed["given_name"], renamed["surname"])
        self.profile(self.folder / "absent.csv", expect=66)


class NormaliseTest(musubi_cli.ProgramTest):
    """Shows what the rules make of values."""

    def normalise(self, values, *options, **how):
        """Normalises these lines."""
        source = self.folder / "values"
        source.write_bytes(values if isinstance(values, bytes) else values.encode("utf-8"))
        with open(source, "rb") as file:
            return self.holder("normalise", *options, stdin=file, **how)

    def lines(self, values, *options):
        """The cells of each line of its output."""
        out = self.normalise(values, *options).out.decode("utf-8")
        return [line.split("\t") for line in out.splitlines()]

    def test_each_line_has_its_outcome_and_forms(self):
        self.assertEqual(self.lines("ｼｮｳ\n\n山田\n不明\n", "--kind", "name_kana"),
                         [["present", "ショウ", "シヨウ", "SYO"], ["missing", "", "", ""],
                          ["invalid", "山田", "山田", "山田"], ["missing", "", "", ""]])
        self.assertEqual([line[:2] for line in
                          self.lines("昭和46年10月1日\n1971-02-31\nabc\n9999999\nS46.10", "--kind",
                                     "date")],
                         [["present", "19711001"], ["invalid", "19710231"], ["invalid", ""],
                          ["missing", ""], ["present", "197110〓〓"]])

    def test_options_are_those_of_a_field(self):
        name = ("--kind", "name")
        self.assertEqual(self.lines("Watson, Mary-Jane\n", *name, "--part", "last_word")[0][1],
                         "WATSON")
        self.assertEqual(self.lines("Bob\n", *name)[0][2], "BOB")
        self.assertEqual(self.lines("Bob\n", *name, "--nicknames")[0][2], "ROBERT")
        self.assertEqual(self.lines("3/12/1961\n", "--kind", "date", "--date-order",
                                    "day_first")[0][1], "19611203")
        self.assertEqual(self.lines("3/12/1961\n", "--kind", "date")[0][:2], ["invalid", ""])
        self.assertEqual(self.lines("+49 30 123456\n", "--kind", "phone", "--calling-code",
                                    "49")[0][1], "030123456")
        self.assertEqual(self.lines("東京都千代田区霞が関一丁目２番２号\n", "--kind", "address", "--part",
                                    "number")[0][1], "1-2-2")

    def test_json_has_a_line_a_value(self):
        out = self.normalise("ヤマダ　タロウ\n●マダ\n123456789018\n", "--kind", "name_kana", "--json").out
        first, second, third = [json.loads(line) for line in out.splitlines()]
        self.assertEqual((first["state"], first["skeleton_sorted"]), ("present", "タロウヤマダ"))
        self.assertEqual((first["missing_character"], second["missing_character"]), (False, True))
        self.assertEqual((third["state"], third["my_number"]), ("invalid", True))

    def test_wrong_options_are_usage_errors(self):
        for options, says in (((), "kind"), (("--kind", "person"), "name_kana"),
                              (("--kind", "date", "--part", "first_word"), "--part"),
                              (("--kind", "name", "--part", "town"), "--part"),
                              (("--kind", "name", "--part", "middle"), "--part"),
                              (("--kind", "date", "--date-order", "dmy"), "--date-order"),
                              (("--kind", "name", "operand"), "operand")):
            outcome = self.normalise("x\n", *options, expect=64)
            self.assertEqual(outcome.out, b"")
            self.assert_says(outcome, says)

    def test_bytes_that_are_no_utf8_end_it_at_their_row(self):
        outcome = self.normalise(b"Ann\nqzxv\xff\nBob\n", "--kind", "name", expect=65)
        self.assertEqual(len(outcome.out.splitlines()), 1)
        self.assert_says(outcome, "row 2", "UTF-8")
        self.assertNotIn("qzxv", outcome.message)


class EncodeClksTest(musubi_cli.PreparedTest):
    """Makes CLKs under the schema of the clkhash template."""

    def prepare(self, folder):
        """A contract of clkhash, its schema, a secret and a file of people."""
        self.study("contract", "new", "--template", "clkhash", "-o", folder / "contract.json")
        contract = json.loads((folder / "contract.json").read_text(encoding="utf-8"))
        schema = contract["clkhash"]
        (folder / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
        write_table(folder / "people.csv",
                    [[f"H{i}", f"Ann{i % 97}", f"Lee{i % 89}",
                      "" if i % 17 == 0 else f"19{10 + i % 80}-04-17", "FM"[i % 2], 10000 + i]
                     for i in range(CLKS)],
                    [feature["identifier"] for feature in schema["features"]])
        (folder / "study.secret").write_text("correct horse battery staple\n", encoding="utf-8")
        (folder / "study.secret").chmod(0o600)

    def encode(self, *options, source=None, out="people.clks", **how):
        """Encodes the people."""
        return self.holder("encode-clks", source or self.folder / "people.csv", "--schema",
                           self.folder / "schema.json", "--secret", self.folder / "study.secret",
                           "-o", self.folder / out, *options, **how)

    def test_every_record_has_a_clk(self):
        told = self.encode("--json").json
        self.assertEqual((told["clks"], told["bits"]), (CLKS, 1024))
        text = (self.folder / "people.clks").read_text(encoding="ascii")
        clks = [base64.b64decode(clk, validate=True) for clk in json.loads(text)["clks"]]
        self.assertEqual([len(clk) for clk in clks], [128] * CLKS)
        popcounts = [sum(byte.bit_count() for byte in clk) for clk in clks]
        self.assertAlmostEqual(told["popcount_mean"], sum(popcounts) / CLKS, places=6)
        self.encode("--format", "binary", out="people.bin")
        self.assertEqual((self.folder / "people.bin").read_bytes(), b"".join(clks))

    def test_threads_change_no_byte(self):
        for threads in (1, 4):
            self.encode("-j", threads, out=f"{threads}.clks")
        self.assertEqual((self.folder / "1.clks").read_bytes(),
                         (self.folder / "4.clks").read_bytes())

    def test_references_are_made_of_places(self):
        self.encode("--refs", self.folder / "refs.csv", "--holder", "north", "--id-column", "id")
        refs = read_table(self.folder / "refs.csv")
        self.assertEqual([(row["record_ref"], row["holder"], row["local_id"]) for row in refs],
                         [(clk_reference("north", i + 1), "north", f"H{i}")
                          for i in range(CLKS)])
        self.assertEqual((self.folder / "refs.csv").stat().st_mode & 0o777, 0o600)
        self.encode("--refs", self.folder / "more.csv", out="more.clks", expect=64)

    def test_another_header_is_refused(self):
        text = (self.folder / "people.csv").read_text(encoding="utf-8")
        source = self.folder / "other.csv"
        source.write_text(text.replace("surname", "family", 1), encoding="utf-8")
        outcome = self.encode(source=source, expect=65)
        self.assert_says(outcome, "other.csv", "row 1, column 3", "surname")
        self.assertFalse((self.folder / "people.clks").exists())
        self.encode("--header", "ignore", source=source)
        self.encode(out="strict.clks")
        self.assertEqual((self.folder / "people.clks").read_bytes(),
                         (self.folder / "strict.clks").read_bytes())

    def test_an_output_that_exists_stays(self):
        (self.folder / "people.clks").write_text("old", encoding="utf-8")
        self.encode(expect=73)
        self.assertEqual((self.folder / "people.clks").read_text(encoding="utf-8"), "old")
        self.encode("--force")
        self.assertNotEqual((self.folder / "people.clks").read_text(encoding="utf-8"), "old")

    def test_a_secret_that_others_may_read_is_refused(self):
        (self.folder / "study.secret").chmod(0o644)
        outcome = self.encode(expect=77)
        self.assert_says(outcome, "study.secret", "chmod 600")
        self.assertNotIn("horse", outcome.message)
        self.assertFalse((self.folder / "people.clks").exists())

    def test_a_bad_cell_is_named_and_not_told(self):
        with open(self.folder / "people.csv", "a", encoding="utf-8") as file:
            file.write("H999,Ann,Lee,qzxv,F,10000\n")
        outcome = self.encode(expect=65)
        self.assert_says(outcome, f"row {CLKS + 2}", "birth_date")
        self.assertNotIn("qzxv", outcome.message)

    def test_the_other_commands_send_here(self):
        contract = self.folder / "contract.json"
        key = self.folder / "study.key"
        self.holder("secret", "new", "--contract", contract, "-o", key)
        encoded = self.holder("encode", self.folder / "people.csv", "--contract", contract,
                              "--secret", key, "--holder", "north", "--id-column", "id", "-o",
                              self.folder / "north.enc", "--refs", self.folder / "north.refs.csv",
                              expect=78)
        profiled = self.holder("profile", self.folder / "people.csv", "--contract", contract,
                               expect=78)
        for outcome in (encoded, profiled):
            self.assert_says(outcome, "contract.json", "encode-clks")
        self.assertFalse((self.folder / "north.enc").exists())


if __name__ == "__main__":
    unittest.main()
