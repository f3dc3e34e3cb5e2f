"""Checks the generator through its command line, and its records through its modules.

Run: python3 data/test_generate_people.py
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
import unittest
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from people import dates, forms_japan, kana, names_japan  # noqa: E402
from people.study import Options, Study, make_study  # noqa: E402

COLUMNS = {
    "western": ["id", "given_name", "surname", "birth_date", "sex", "postcode"],
    "japan": ["id", "name_kana", "name_kanji", "birth_date", "sex", "postcode"],
}
# Spellings of the family register: how a holder writes, not a mistake that --errors counts.
REGISTER_TAGS = {"old_kanji", "glyph_lost"}


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
                    right = holder.form.render(study.people[row.person].record())
                    written = holder.form.render(row.record)
                    cells = zip(study.columns[1:], right, written)
                    wrong = {column for column, a, b in cells if a != b}
                    self.assertEqual(wrong, {tag.column for tag in row.tags}, (right, written))

    def test_errors_is_the_share_of_later_records_with_mistakes(self) -> None:
        for style in COLUMNS:
            study, known, later, wrong = self.study(style, errors=0.3), set(), 0, 0
            for holder in study.holders:
                for row in holder.rows:
                    mistaken = any(tag.error not in REGISTER_TAGS for tag in row.tags)
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
            homes = Counter((p.surname, p.postcode) for p in people)
            births = Counter((p.surname, p.postcode, p.birth) for p in people)
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
                   for s in forms_japan.BLANK_SIGNS)
        ]
        self.assertTrue(lost)
        self.assertEqual(lost, signed)


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


class NamesTest(unittest.TestCase):
    def test_kana_costumes(self) -> None:
        self.assertEqual(kana.claims_form("ショウジ ペッー"), "ｼﾖｳｼﾞ ﾍﾟﾂｰ")
        self.assertEqual(kana.hiragana("ハットリ　ヴー"), "はっとり　ゔー")
        self.assertEqual([kana.toggle_voicing(k) for k in "カガハパナ"], list("ガカバハナ"))

    def test_everyday_names_fit_every_holder(self) -> None:
        names = [*names_japan.SURNAMES]
        for whole in names_japan.GIVEN_WHOLE.values():
            names += whole
        for name in names:
            name.kanji.encode("cp932")
            self.assertRegex(name.text, "^[ァ-ヴー]+$")
            self.assertTrue(kana.claims_form(name.text).encode("cp932"))
        self.assertEqual(len(names_japan.SURNAMES), len(set(names_japan.SURNAMES)))

    def test_a_character_and_its_selector_are_one_glyph(self) -> None:
        lost = forms_japan.without_foreign_glyphs("葛\U000e0100西\U00020bb7髙", "cp932", "●")
        self.assertEqual(lost, "●西●髙")


if __name__ == "__main__":
    unittest.main()
