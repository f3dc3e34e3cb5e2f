"""What Japanese holders' systems do at the cost of information, each tagged in errors.csv.

Not mistakes, and not counted as such: cells that a holder does not fill, kana in place of kanji,
small kana written large, characters that a system lacks, fields too short, zeros put before a
number. A change of insurer since the first record of a person is among them, because people
change it whatever the typists do.
"""

from __future__ import annotations

import re
from random import Random
from typing import Callable, NamedTuple

from .kana import SMALL_KANA, half_width
from .model import Tag
from .model_japan import JapanPerson, JapanRecord

# Signs that a system prints for a character it does not have.
BLANK_SIGNS = ("●", "●", "●", "〓")

KANA_FIELD = 20  # half-width characters in an insurer's kana field
NUMBER_FIELD = 8  # digits of an insured number where zeros are put before it

# Of all persons, those who have another insurer a year later; records of a person at two holders
# are taken to be a year apart.
JOB_CHANGE_CHANCE = 0.10

# Marks of what is no mistake. Those that stand for the whole cell come first.
QUIRK_TAGS = frozenset((
    "not_recorded", "unknown_date", "kana_in_kanji",
    "insurer_changed", "small_kana", "truncated", "zero_filled", "no_prefecture", "no_building",
    "old_kanji", "latin_register", "glyph_lost",
))

_INSURANCE = ("insurer_number", "insurance_symbol", "insurance_number")
_NOTATIONS = 1 << 15
# A character and the variation selector that may follow it are one glyph.
_GLYPH = re.compile("[^\U000e0100-\U000e01ef][\U000e0100-\U000e01ef]?")
_JIS_X_0208 = "iso2022_jp"  # a codec for ASCII and JIS X 0208 alone
_CP932 = "cp932"


def without_foreign_glyphs(text: str, encoding: str, sign: str) -> str:
    """`text` with `sign` for every glyph that `encoding` cannot write."""

    def one(match: re.Match[str]) -> str:
        try:
            match.group().encode(encoding)
        except UnicodeEncodeError:
            return sign
        return match.group()

    return _GLYPH.sub(one, text)


class Quirk(NamedTuple):
    """A loss on the way into one column, and which records have something to lose."""

    name: str
    column: str
    chance: float
    bites: Callable[[JapanRecord], bool]


def _has_small_kana(record: JapanRecord) -> bool:
    return not SMALL_KANA.isdisjoint(record.surname + record.given)


def _is_long(record: JapanRecord) -> bool:
    blank = 1 if record.kana_spaced else 0
    return len(half_width(record.surname + record.given)) + blank > KANA_FIELD


def _has_short_number(record: JapanRecord) -> bool:
    return 0 < len(record.insurance_number) < NUMBER_FIELD


def _has_address(record: JapanRecord) -> bool:
    return record.home is not None


def _has_building(record: JapanRecord) -> bool:
    return record.home is not None and record.home.building != ""


class JapanHabits(NamedTuple):
    """The habits of one holder, as shares of its records."""

    unheld: frozenset[str]  # columns that the holder has for nobody
    omits: tuple[tuple[str, float], ...]
    quirks: tuple[Quirk, ...] = ()
    kana_in_kanji: float = 0.0
    kana_for_latin: float = 0.0  # the same, of foreign residents
    unknown_date: float = 0.0
    # Copies the family register's spelling where it has an old one, and whether it has only
    # JIS X 0208 or only CP932 to write it in.
    register: float = 0.0
    jis_only: float = 0.0
    cp932: bool = False

    def begin(self, record: JapanRecord, person: JapanPerson, later: bool, rng: Random
              ) -> list[Tag]:
        record.notation = rng.randrange(_NOTATIONS)
        omitted = [column for column, chance in self.omits if rng.random() < chance]
        record.omitted = frozenset(omitted)
        tags = [Tag(column, "not_recorded") for column in omitted]
        quirks = [quirk.name for quirk in self.quirks
                  if rng.random() < quirk.chance and quirk.column not in record.omitted]
        if rng.random() < (self.kana_for_latin if person.foreign else self.kana_in_kanji):
            quirks.append("kana_in_kanji")
            tags.append(Tag("name_kanji", "kana_in_kanji"))
        if rng.random() < self.unknown_date:
            quirks.append("unknown_date")
            tags.append(Tag("birth_date", "unknown_date"))
        record.quirks = frozenset(quirks)
        if later and rng.random() < JOB_CHANGE_CHANCE:
            record.insure(person.later_insurance)
            tags += [Tag(column, "insurer_changed") for column in _INSURANCE]
        return tags

    def closed_columns(self, record: JapanRecord) -> frozenset[str]:
        closed = self.unheld | record.omitted
        if "kana_in_kanji" in record.quirks:
            closed |= {"name_kanji"}
        if "unknown_date" in record.quirks:
            closed |= {"birth_date"}
        return closed

    def finish(self, record: JapanRecord, person: JapanPerson, rng: Random) -> list[Tag]:
        drawn = [quirk for quirk in self.quirks if quirk.name in record.quirks]
        idle = {quirk.name for quirk in drawn if not quirk.bites(record)}
        record.quirks -= idle
        tags = [Tag(quirk.column, quirk.name) for quirk in drawn if quirk.name not in idle]
        if rng.random() < self.register and "kana_in_kanji" not in record.quirks:
            tags += self._use_register_form(record, person, rng)
        return tags

    def _use_register_form(self, record: JapanRecord, person: JapanPerson, rng: Random
                           ) -> list[Tag]:
        """Old kanji where the record still has the everyday ones; signs for what is lacking."""
        before = record.surname_kanji, record.given_kanji
        if record.surname_kanji == person.surname.kanji:
            record.surname_kanji = person.surname_register
        if record.given_kanji == person.given.kanji:
            record.given_kanji = person.given_register
        old = record.surname_kanji, record.given_kanji
        if old == before:
            return []
        kept = old
        if self.cp932:
            charset = _JIS_X_0208 if rng.random() < self.jis_only else _CP932
            sign = rng.choice(BLANK_SIGNS)
            kept = tuple(without_foreign_glyphs(text, charset, sign) for text in old)
            record.surname_kanji, record.given_kanji = kept
        tags = []
        if any(k != b and k == o for k, b, o in zip(kept, before, old)):
            latin = any(o.isascii() and o != b for o, b in zip(old, before))
            tags.append(Tag("name_kanji", "latin_register" if latin else "old_kanji"))
        if kept != old:
            tags.append(Tag("name_kanji", "glyph_lost"))
        return tags


HOSPITAL_HABITS = JapanHabits(
    unheld=frozenset(("municipality_code",)),
    omits=(("address", 0.03), ("phone", 0.06), ("insurance_branch", 0.25)),
    quirks=(Quirk("no_building", "address", 0.15, _has_building),),
    kana_for_latin=0.4,
)
INSURER_HABITS = JapanHabits(
    unheld=frozenset(("municipality_code",)),
    omits=(("postcode", 0.10), ("address", 0.60), ("phone", 0.85), ("insurance_branch", 0.05)),
    quirks=(
        Quirk("small_kana", "name_kana", 1.0, _has_small_kana),
        Quirk("truncated", "name_kana", 1.0, _is_long),
        Quirk("zero_filled", "insurance_number", 0.3, _has_short_number),
        Quirk("no_prefecture", "address", 0.5, _has_address),
        Quirk("no_building", "address", 0.4, _has_building),
    ),
    kana_in_kanji=0.05,
    kana_for_latin=0.4,
    unknown_date=0.003,
    register=0.6,
    jis_only=0.5,
    cp932=True,
)
MUNICIPALITY_HABITS = JapanHabits(
    unheld=frozenset(_INSURANCE + ("insurance_branch",)),
    omits=(("phone", 0.40),),
    quirks=(Quirk("no_prefecture", "address", 0.6, _has_address),),
    register=1.0,
)
