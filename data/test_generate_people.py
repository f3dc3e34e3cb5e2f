"""Checks the generator through its command line, and its records through its modules.

Run: python3 data/test_generate_people.py
"""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Iterator, NamedTuple

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from people import dates, habits_japan, kana, names_japan, numerals  # noqa: E402
from people.model_japan import JapanPerson  # noqa: E402
from people.places_japan import TOWNS, municipality_code  # noqa: E402
from people.study import Options, Study, make_study, unspoilt  # noqa: E402

COLUMNS = {
    "western": ["id", "given_name", "surname", "birth_date", "sex", "postcode"],
    "japan": ["id", "name_kana", "name_kanji", "birth_date", "sex", "postcode", "address", "phone",
              "insurer_number", "insurance_symbol", "insurance_number", "insurance_branch",
              "municipality_code"],
}


def generate(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(HERE / "generate_people.py"), "-o", str(folder), *arguments]
    environment = {**os.environ, "PYTHONHASHSEED": "random", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def options(style: str, *more: str, persons: int = 400, holders: int = 4) -> list[str]:
    sizes = ["--persons", str(persons), "--holders", str(holders)]
    return ["--style", style, *sizes, "--seed", "5", *more]


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def rows(path: Path, charset: str = "utf-8") -> list[list[str]]:
    text = path.read_bytes().decode("utf-8-sig" if charset == "utf-8" else charset)
    return list(csv.reader(text.splitlines()))


def day_of_era_code(code: str) -> date:
    """Reads a claims date without help from the module under test."""
    first_years = {"1": 1868, "2": 1912, "3": 1926, "4": 1989, "5": 2019}
    year = first_years[code[0]] + int(code[1:3]) - 1
    return date(year, int(code[3:5]), int(code[5:7]))


class FolderTest(unittest.TestCase):
    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = Path(scratch.name)

    def make(self, *arguments: str) -> Path:
        folder = self.scratch / f"study{len(list(self.scratch.iterdir()))}"
        done = generate(folder, *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return folder

    def test_same_options_give_the_same_bytes(self) -> None:
        for style in COLUMNS:
            first, second = self.make(*options(style)), self.make(*options(style))
            self.assertEqual(files(first), files(second))

    def test_another_seed_gives_other_people(self) -> None:
        first = self.make(*options("western"))
        other = self.make(*options("western", "--seed", "6"))
        self.assertNotEqual(files(first)["hospital.csv"], files(other)["hospital.csv"])

    def test_files_agree_with_study_truth_and_errors(self) -> None:
        for style, header in COLUMNS.items():
            with self.subTest(style=style):
                self.check_folder(self.make(*options(style, "--duplicates", "insurer")), header)

    def check_folder(self, folder: Path, header: list[str]) -> None:
        study = json.loads((folder / "study.json").read_text(encoding="utf-8"))
        held = []
        for holder in study["holders"]:
            self.assertEqual(holder["duplicates"], holder["name"] == "insurer")
            table = rows(folder / holder["file"], holder["charset"])
            self.assertEqual(table[0], header)
            self.assertTrue(all(len(row) == len(header) for row in table))
            held += [(holder["name"], row[0]) for row in table[1:]]
        self.assertEqual(len(held), len(set(held)))

        truth = rows(folder / "truth.csv")
        self.assertEqual(truth[0], ["person_id", "holder", "local_id"])
        self.assertEqual(sorted(held), sorted((row[1], row[2]) for row in truth[1:]))
        self.check_repeats(truth[1:])

        errors = rows(folder / "errors.csv")
        self.assertEqual(errors[0], ["holder", "local_id", "field", "error"])
        known = set(held)
        for holder, local_id, field, _ in errors[1:]:
            self.assertIn((holder, local_id), known)
            self.assertIn(field, header[1:])

    def check_repeats(self, truth: list[list[str]]) -> None:
        """Persons with more than one record: every tenth of the insurer's, nobody elsewhere."""
        counts = Counter((row[1], row[0]) for row in truth)
        repeated = {key: n for key, n in counts.items() if n > 1}
        self.assertEqual({holder for holder, _ in repeated}, {"insurer"})
        self.assertEqual(len(repeated), round(0.1 * 0.6 * 400))
        self.assertEqual(set(repeated.values()), {2, 3})

    def test_encodings_and_line_ends_are_as_declared(self) -> None:
        made = files(self.make(*options("japan")))
        self.assertTrue(made["municipality.csv"].startswith(b"\xef\xbb\xbf"))
        self.assertFalse(made["hospital.csv"].startswith(b"\xef\xbb\xbf"))
        insurer = made["insurer.csv"]
        self.assertEqual(insurer.count(b"\r\n"), insurer.count(b"\n"))
        self.assertNotIn(b"\r", made["hospital.csv"])
        insurer.decode("cp932")

    def test_an_existing_folder_is_refused_unless_forced(self) -> None:
        folder = self.make(*options("western"))
        before = files(folder)
        refused = generate(folder, *options("japan"))
        self.assertEqual(refused.returncode, 73)
        self.assertIn("--force", refused.stderr)
        self.assertEqual(files(folder), before)

        (folder / "contract.json").write_text("{}")
        forced = generate(folder, *options("japan", "--force", holders=2))
        self.assertEqual(forced.returncode, 0, forced.stderr)
        expected = ["contract.json", "errors.csv", "hospital.csv", "insurer.csv", "study.json",
                    "truth.csv"]
        self.assertEqual(list(files(folder)), expected)

    def test_bad_arguments_are_named(self) -> None:
        for wrong, word in (
            (["--persons", "0"], "--persons"),
            (["--overlap", "1.5"], "--overlap"),
            (["--overlap", "0"], "--overlap"),
            (["--errors", "nan"], "--errors"),
            (["--duplicates", "nobody"], "hospital, insurer"),
            (["--style", "martian"], "--style"),
        ):
            done = generate(self.scratch / "never", *options("western"), *wrong)
            self.assertEqual(done.returncode, 64, wrong)
            self.assertIn(word, done.stderr)
        self.assertFalse((self.scratch / "never").exists())

    def test_samples_are_what_the_generator_makes(self) -> None:
        command = ["bash", str(HERE / "make_samples.sh"), str(self.scratch / "samples")]
        environment = {**os.environ, "PYTHON": sys.executable}
        subprocess.run(command, check=True, capture_output=True, env=environment)
        for style in COLUMNS:
            kept = files(HERE / "samples" / style)
            kept.pop("contract.json", None)
            self.assertEqual(files(self.scratch / "samples" / style), kept)


class RecordTest(unittest.TestCase):
    def study(self, style: str, **more: object) -> Study:
        return make_study(Options(style, 3000, 4, 8, **more))

    def test_exactly_the_tagged_cells_differ_from_the_truth(self) -> None:
        for style in COLUMNS:
            study = self.study(style, errors=0.5)
            for holder in study.holders:
                for row in holder.rows:
                    right = holder.form.render(unspoilt(study.people[row.person], row.record))
                    written = holder.form.render(row.record)
                    cells = zip(study.columns[1:], right, written)
                    wrong = {column for column, a, b in cells if a != b}
                    self.assertEqual(wrong, {tag.column for tag in row.tags}, (right, written))

    def test_errors_is_the_share_of_later_records_with_mistakes(self) -> None:
        for style in COLUMNS:
            study, known, later, wrong = self.study(style, errors=0.3), set(), 0, 0
            for holder in study.holders:
                for row in holder.rows:
                    mistaken = any(tag.error not in habits_japan.QUIRK_TAGS for tag in row.tags)
                    later += row.person in known
                    wrong += mistaken
                    self.assertTrue(row.person in known or not mistaken)
                known |= {row.person for row in holder.rows}
            self.assertAlmostEqual(wrong / later, 0.3, delta=0.03)

    def test_no_errors_means_none(self) -> None:
        for holder in self.study("western", errors=0.0, duplicates="clinic").holders:
            self.assertFalse(any(row.tags for row in holder.rows))

    def test_two_holders_share_the_overlap(self) -> None:
        first, second, *_ = (
            {row.person for row in holder.rows} for holder in self.study("western").holders
        )
        self.assertAlmostEqual(len(first & second) / len(first), 0.6, delta=0.05)

    def test_households_and_twins_are_there(self) -> None:
        for style in COLUMNS:
            people = make_study(Options(style, 20000, 1, 8)).people
            places = [getattr(p, "home", p.postcode) for p in people]
            homes = Counter((p.surname, place) for p, place in zip(people, places))
            births = Counter((p.surname, place, p.birth) for p, place in zip(people, places))
            together = sum(n for n in homes.values() if n > 1) / len(people)
            twins = sum(n for n in births.values() if n > 1) / len(people)
            self.assertAlmostEqual(together, 0.22, delta=0.04)
            self.assertAlmostEqual(twins, 0.01, delta=0.003)

    def test_lost_glyphs_are_tagged_and_signed(self) -> None:
        study = make_study(Options("japan", 8000, 2, 3))
        insurer = study.holders[1]
        lost = [row for row in insurer.rows if ("name_kanji", "glyph_lost") in row.tags]
        signed = [
            row
            for row in insurer.rows
            if any(s in row.record.surname_kanji + row.record.given_kanji
                   for s in habits_japan.BLANK_SIGNS)
        ]
        self.assertTrue(lost)
        self.assertEqual(lost, signed)


def luhn(digits: str) -> bool:
    """Whether the last digit is right, computed in another way than the module under test."""
    doubled = {digit: sum(map(int, str(2 * int(digit)))) for digit in "0123456789"}
    from_right = digits[::-1]
    total = sum(map(int, from_right[::2])) + sum(doubled[d] for d in from_right[1::2])
    return total % 10 == 0


class Cell(NamedTuple):
    """One tagged cell: as it would be without errors and losses, and as it was written."""

    right: str
    written: str
    tags: frozenset[str]


# What each tag says of a cell that has no other tag.
TAG_MEANINGS = {
    "not_recorded": lambda c: c.written == "" != c.right,
    "missing": lambda c: c.written == "" != c.right,
    "unknown_date": lambda c: c.written == "9999999",
    "small_kana": lambda c: c.written == c.right.translate(str.maketrans("ｧｨｩｪｫｬｭｮｯ", "ｱｲｳｴｵﾔﾕﾖﾂ")),
    "zero_filled": lambda c: len(c.written) == 8 > len(c.right) and int(c.written) == int(c.right),
    "no_prefecture": lambda c: c.right[:4].endswith(c.written) or c.right.endswith(c.written),
    "no_building": lambda c: c.right.startswith(c.written) and c.right[len(c.written)] in "\u3000 ",
    "kana_in_kanji": lambda c: re.fullmatch("[ァ-ヴー\u3000]+", c.written),
    "kana_for_kanji": lambda c: re.fullmatch("[ァ-ヴー\u3000]+", c.written),
    "space_lost": lambda c: re.sub("[ \u3000]", "", c.right, count=1) == c.written
    or re.sub("[ \u3000]", "", c.right) == re.sub("[ \u3000]", "", c.written),
    "glyph_lost": lambda c: re.search("[●〓]", c.written),
    "latin_register": lambda c: re.search("[A-ZＡ-Ｚ]", c.written),
    "miscoded": lambda c: {c.right, c.written} in ({"男", "女"}, {"1", "2"}),
}


class JapanTest(unittest.TestCase):
    """What Japanese holders write down about a person beyond name, birth and sex."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.study = make_study(Options("japan", 8000, 3, 4))
        cls.columns = cls.study.columns[1:]

    def cells(self, holder: str) -> Iterator[tuple[JapanPerson, dict[str, Cell]]]:
        """Each record of a holder as cells by column."""
        found = next(h for h in self.study.holders if h.name == holder)
        for row in found.rows:
            person = self.study.people[row.person]
            right = found.form.render(unspoilt(person, row.record))
            written = found.form.render(row.record)
            yield person, {
                column: Cell(a, b, frozenset(t.error for t in row.tags if t.column == column))
                for column, a, b in zip(self.columns, right, written)
            }

    def test_each_tag_says_what_happened_to_its_cell(self) -> None:
        seen = Counter()
        for holder in ("hospital", "insurer", "municipality"):
            for _, cells in self.cells(holder):
                for cell in cells.values():
                    if len(cell.tags) != 1:
                        continue
                    (tag,) = cell.tags
                    seen[tag] += 1
                    meaning = TAG_MEANINGS.get(tag, lambda c: c.right != c.written)
                    self.assertTrue(meaning(cell), (holder, tag, cell))
        self.assertEqual(set(TAG_MEANINGS) - set(seen), set())

    def test_a_truncated_name_fills_its_field(self) -> None:
        seen = 0
        for _, cells in self.cells("insurer"):
            kana_name = cells["name_kana"]
            self.assertLessEqual(len(kana_name.written), 20)
            if "truncated" in kana_name.tags:
                seen += 1
                self.assertEqual(len(kana_name.written), 20)
        self.assertGreater(seen, 0)

    def test_a_wrong_digit_is_one_wrong_digit(self) -> None:
        seen = 0
        for _, cells in self.cells("insurer"):
            for column in ("postcode", "phone", "insurer_number", "insurance_number"):
                cell = cells[column]
                if cell.tags == {"digit"}:
                    wrong = sum(a != b for a, b in zip(cell.right, cell.written))
                    self.assertEqual((len(cell.right), wrong), (len(cell.written), 1))
                    seen += 1
        self.assertGreater(seen, 20)

    def test_check_digits_are_valid_unless_a_digit_is_tagged_wrong(self) -> None:
        kinds = Counter()
        for holder in ("hospital", "insurer"):
            for _, cells in self.cells(holder):
                number = cells["insurer_number"]
                self.assertEqual(luhn(number.written), "digit" not in number.tags, number)
                kinds[len(number.written)] += 1
        self.assertEqual(set(kinds), {6, 8})
        self.assertGreater(kinds[6], 0.1 * kinds[8])
        for _, cells in self.cells("municipality"):
            code = cells["municipality_code"].written
            self.assertEqual(municipality_code(code[:5]), code)
        for known in ("011011", "131016", "271276", "342084", "472018"):
            self.assertEqual(municipality_code(known[:5]), known)

    def test_a_holder_knows_only_what_is_its_business(self) -> None:
        insurance = [c for c in self.columns if c.startswith("insur")]
        self.assertEqual(len(insurance), 4)
        for _, cells in self.cells("municipality"):
            self.assertFalse(any(cells[column].written for column in insurance))
            if "digit" not in cells["phone"].tags:
                self.assertRegex(cells["phone"].written, r"^(\+81-?[1-9][0-9-]+|0[0-9]{9,10}|)$")
        for holder in ("hospital", "insurer"):
            self.assertFalse(any(c["municipality_code"].written for _, c in self.cells(holder)))
        for _, cells in self.cells("insurer"):
            self.assertRegex(cells["birth_date"].written, "^([1-5][0-9]{6}|9999999|)$")
            self.assertRegex(cells["insurance_branch"].written, "^([0-9]{2}|)$")
            self.assertRegex(cells["name_kana"].written, "^[ｦ-ﾟ ]+$")
            " ".join(cell.written for cell in cells.values()).encode("cp932")

    def test_postcode_municipality_and_address_agree(self) -> None:
        town_of = {town.postcode: town for town in TOWNS}
        self.assertEqual(len(town_of), len(TOWNS))
        moved = 0
        for _, cells in self.cells("municipality"):
            postcode = cells["postcode"]
            if postcode.tags - {"moved"}:
                continue
            moved += "moved" in postcode.tags
            town = town_of[postcode.written.replace("-", "")]
            self.assertEqual(town.code, cells["municipality_code"].written)
            address = re.sub("[ヶケ]", "が", cells["address"].written)
            place = town.city + ("大字" if town.village else "") + town.name
            self.assertTrue(not address or re.sub("[ヶケ]", "が", place) in address)
        self.assertGreater(moved, 50)

    def test_a_tenth_changes_insurer_and_all_numbers_with_it(self) -> None:
        known = {row.person for row in self.study.holders[0].rows}
        insurer, later, changed = self.study.holders[1], 0, 0
        for row in insurer.rows:
            person = self.study.people[row.person]
            if row.person not in known or person.age() >= 75:
                continue
            later += 1
            columns = {t.column for t in row.tags if t.error == "insurer_changed"}
            if columns:
                changed += 1
                self.assertEqual(columns, set(self.columns[7:10]))
                self.assertNotEqual(person.insurance.insurer, person.later_insurance.insurer)
        self.assertAlmostEqual(changed / later, 0.115, delta=0.025)

    def test_twins_share_all_but_given_name_and_branch(self) -> None:
        homes: dict[tuple, list[JapanPerson]] = {}
        for person in self.study.people:
            homes.setdefault((person.home, person.birth), []).append(person)
        twins = [pair for pair in homes.values() if len(pair) == 2]
        same_sex = 0
        for one, other in twins:
            self.assertEqual(one.surname, other.surname)
            self.assertEqual(one.surname_register, other.surname_register)
            self.assertNotEqual(one.given.text, other.given.text)
            if one.age() < 75:
                self.assertEqual(one.insurance, other.insurance)
                self.assertNotEqual(one.branch, other.branch)
            same_sex += one.sex == other.sex
        self.assertGreater(same_sex, 10)

    def test_strangers_share_names_and_some_a_birth_date(self) -> None:
        people, homophones = self.study.people, 0
        for key, least in ((lambda p: p.birth.year, 40), (lambda p: p.birth, 5)):
            groups: dict[tuple, list[JapanPerson]] = {}
            for p in people:
                groups.setdefault((p.surname.text, p.given.text, p.sex, key(p)), []).append(p)
            strangers = [g for g in groups.values() if len({p.home for p in g}) > 1]
            self.assertGreater(len(strangers), least)
            homophones += sum(len({p.surname.kanji for p in g}) > 1 for g in strangers)
        self.assertGreater(homophones, 3)

    def test_some_residents_have_foreign_names_of_several_parts(self) -> None:
        foreign = [person for person in self.study.people if person.foreign]
        self.assertAlmostEqual(len(foreign) / len(self.study.people), 0.025, delta=0.01)
        self.assertTrue(any("\u3000" in person.given.text for person in foreign))
        latin = [cells["name_kanji"].written for person, cells in self.cells("municipality")
                 if person.foreign and not cells["name_kanji"].tags - {"latin_register"}]
        self.assertGreater(len(latin), 50)
        for name in latin:
            self.assertRegex(name, "^[A-Z]+( [A-Z]+)+$")


class DatesTest(unittest.TestCase):
    def test_every_day_survives_the_era_code(self) -> None:
        day = date(1900, 1, 1)
        while day < date(2026, 1, 1):
            code = dates.era_code(day)
            self.assertEqual((len(code), day_of_era_code(code)), (7, day))
            day += timedelta(days=1)

    def test_eras_begin_and_end_on_the_right_day(self) -> None:
        for day, code, words in (
            (date(1912, 7, 29), "1450729", "明治45年7月29日"),
            (date(1912, 7, 30), "2010730", "大正元年7月30日"),
            (date(1926, 12, 24), "2151224", "大正15年12月24日"),
            (date(1926, 12, 25), "3011225", "昭和元年12月25日"),
            (date(1971, 1, 1), "3460101", "昭和46年1月1日"),
            (date(1989, 1, 7), "3640107", "昭和64年1月7日"),
            (date(1989, 1, 8), "4010108", "平成元年1月8日"),
            (date(2019, 5, 1), "5010501", "令和元年5月1日"),
        ):
            self.assertEqual((dates.era_code(day), dates.era_words(day)), (code, words))

    def test_eras_in_one_character_and_numbers_in_kanji(self) -> None:
        for day, square, kanji in (
            (date(1971, 1, 1), "㍼46年1月1日", "昭和四十六年一月一日"),
            (date(1989, 1, 8), "㍻元年1月8日", "平成元年一月八日"),
            (date(2020, 10, 21), "㋿2年10月21日", "令和二年十月二十一日"),
        ):
            self.assertEqual((dates.era_square(day), dates.era_kanji(day)), (square, kanji))
        written = [numerals.kanji_number(n) for n in (9, 10, 20, 111, 1000, 2058)]
        self.assertEqual(written, ["九", "十", "二十", "百十一", "千", "二千五十八"])


class NamesTest(unittest.TestCase):
    def test_kana_costumes(self) -> None:
        self.assertEqual(kana.half_width("ショウジ ペッー"), "ｼｮｳｼﾞ ﾍﾟｯｰ")
        self.assertEqual(kana.half_width(kana.enlarged("ショウジ ペッー")), "ｼﾖｳｼﾞ ﾍﾟﾂｰ")
        self.assertEqual(kana.hiragana("ハットリ　ヴー"), "はっとり　ゔー")
        self.assertEqual([kana.toggle_voicing(k) for k in "カガハパナワ"],
                         list("ガカバハナワ"))

    def test_everyday_names_fit_every_holder(self) -> None:
        names = [*names_japan.SURNAMES]
        for whole in names_japan.GIVEN_WHOLE.values():
            names += whole
        for name in names:
            name.kanji.encode("cp932")
            self.assertRegex(name.text, "^[ァ-ヴー]+$")
            self.assertTrue(kana.half_width(name.text).encode("cp932"))
        self.assertEqual(len(names_japan.SURNAMES), len(set(names_japan.SURNAMES)))

    def test_a_character_and_its_selector_are_one_glyph(self) -> None:
        lost = habits_japan.without_foreign_glyphs("葛\U000e0100西\U00020bb7髙", "cp932", "●")
        self.assertEqual(lost, "●西●髙")


if __name__ == "__main__":
    unittest.main()
