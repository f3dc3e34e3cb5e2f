"""Mistakes in Japanese records: kana heard or read wrongly, kanji converted wrongly, wrong digits.

Kana readings are often asked for by voice or guessed from the kanji, so a voicing mark comes or
goes (ヤマサキ, ヤマザキ); kanji come from a converter that offers all spellings of a reading
(伊藤, 伊東); systems that refuse a character are given kana in the kanji box; and the space
between family and given name is lost. A marriage often brings a new address and another insurer.
"""

from __future__ import annotations

from random import Random
from typing import Callable

from .errors import COMMON_KINDS, ErrorKind, Mistake, wrong_digit
from .kana import SMALL_KANA, toggle_voicing
from .model import REFERENCE_DAY
from .model_japan import JapanPerson, JapanRecord
from .names_japan import GIVEN_HOMOPHONES, SURNAME_HOMOPHONES

# Kana that look alike on paper.
_LOOKALIKES = {
    a: b
    for pair in ("シツ", "ソン", "クワ", "アマ", "ウワ", "スヌ", "チテ", "コユ", "ナメ", "ラフ", "セヤ")
    for a, b in (pair, pair[::-1])
}
_UNMOVABLE = SMALL_KANA | {"ー", "ン", "\u3000"}

# A slip changes one kana of a text, or returns the text unchanged.
Slip = Callable[[str, int], str]


def _lookalike(text: str, at: int) -> str:
    return text[:at] + _LOOKALIKES.get(text[at], text[at]) + text[at + 1 :]


def _voicing(text: str, at: int) -> str:
    return text[:at] + toggle_voicing(text[at]) + text[at + 1 :]


def _drop(text: str, at: int) -> str:
    return text[:at] + text[at + 1 :] if at > 0 else text


def _double(text: str, at: int) -> str:
    return text[: at + 1] + text[at:] if text[at] not in _UNMOVABLE else text


def _transposition(text: str, at: int) -> str:
    pair = text[at : at + 2]
    if len(pair) < 2 or pair[0] in _UNMOVABLE or pair[1] in _UNMOVABLE:
        return text
    return text[:at] + pair[::-1] + text[at + 2 :]


def _kana(slip: Slip) -> Mistake:
    """The slip at a random kana of the family or given name."""

    def apply(record: JapanRecord, person: JapanPerson, rng: Random) -> bool:
        if rng.random() < 0.5:
            record.surname = slip(person.surname.text, rng.randrange(len(person.surname.text)))
            return record.surname != person.surname.text
        record.given = slip(person.given.text, rng.randrange(len(person.given.text)))
        return record.given != person.given.text

    return apply


def _misconverted(record: JapanRecord, person: JapanPerson, rng: Random) -> bool:
    """Right reading, wrong kanji."""
    spellings = SURNAME_HOMOPHONES.get(person.surname)
    if spellings and rng.random() < 0.5:
        record.surname_kanji = rng.choice(spellings)
        return True
    given = person.given.kanji
    at = rng.randrange(len(given))
    if len(given) < 2 or given[at] not in GIVEN_HOMOPHONES:
        return False
    record.given_kanji = given[:at] + rng.choice(GIVEN_HOMOPHONES[given[at]]) + given[at + 1 :]
    return True


def _kana_for_kanji(record: JapanRecord, person: JapanPerson, rng: Random) -> bool:
    if person.foreign:
        return False
    record.surname_kanji, record.given_kanji = person.surname.text, person.given.text
    return True


def _missing_kanji(record: JapanRecord, person: JapanPerson, rng: Random) -> bool:
    record.surname_kanji = record.given_kanji = ""
    return True


def _kana_space_lost(record: JapanRecord, person: JapanPerson, rng: Random) -> bool:
    record.kana_spaced = False
    return True


def _kanji_space_lost(record: JapanRecord, person: JapanPerson, rng: Random) -> bool:
    record.kanji_spaced = False
    return True


def _married(record: JapanRecord, person: JapanPerson, rng: Random) -> bool:
    if person.age() < 20 or (person.sex == "M" and rng.random() < 0.95):
        return False
    record.surname, record.surname_kanji = person.later_surname
    return True


def _swapped(record: JapanRecord, person: JapanPerson, rng: Random) -> bool:
    record.surname, record.given = record.given, record.surname
    record.surname_kanji, record.given_kanji = record.given_kanji, record.surname_kanji
    return True


def _era_slip(record: JapanRecord, person: JapanPerson, rng: Random) -> bool:
    """Year 5 of Showa filed as year 5 of Heisei, or the reverse: 63 years apart."""
    year = person.birth.year + rng.choice((-63, 63))
    if not 1926 < year < REFERENCE_DAY.year or (person.birth.month, person.birth.day) == (2, 29):
        return False
    record.birth = person.birth.replace(year=year)
    return True


def _moved(record: JapanRecord, person: JapanPerson, rng: Random) -> bool:
    record.move(person.later_home, person.later_phone)
    return True


def _insurer_changed(record: JapanRecord, person: JapanPerson, rng: Random) -> bool:
    record.insure(person.later_insurance)
    return True


def _wrong_lot(record: JapanRecord, person: JapanPerson, rng: Random) -> bool:
    """One digit of the 番 or 番地 is wrong."""
    lot = int(wrong_digit(str(person.home.lot), rng))
    if lot == 0:
        return False
    record.home = person.home._replace(lot=lot)
    return True


def _missing_address(record: JapanRecord, person: JapanPerson, rng: Random) -> bool:
    record.home = None
    return True


def _digit(column: str) -> Mistake:
    """One digit of the column's value is wrong."""

    def apply(record: JapanRecord, person: JapanPerson, rng: Random) -> bool:
        value = getattr(record, column)
        if not any(character.isdigit() for character in value):
            return False
        setattr(record, column, wrong_digit(value, rng))
        return True

    return apply


def _missing(column: str) -> Mistake:
    def apply(record: JapanRecord, person: JapanPerson, rng: Random) -> bool:
        had = getattr(record, column) != ""
        setattr(record, column, "")
        return had

    return apply


_NAMES = ("name_kana", "name_kanji")
_INSURER_CHANGED = ErrorKind(
    "insurer_changed", ("insurer_number", "insurance_symbol", "insurance_number"), 0,
    _insurer_changed)
_MOVED = ErrorKind(
    "moved", ("postcode", "address", "phone", "municipality_code"), 14, _moved,
    ((_INSURER_CHANGED, 0.15),))

JAPAN_KINDS = COMMON_KINDS + (
    _MOVED,
    ErrorKind("lookalike", ("name_kana",), 6, _kana(_lookalike)),
    ErrorKind("voicing", ("name_kana",), 9, _kana(_voicing)),
    ErrorKind("drop", ("name_kana",), 5, _kana(_drop)),
    ErrorKind("double", ("name_kana",), 2, _kana(_double)),
    ErrorKind("transposition", ("name_kana",), 3, _kana(_transposition)),
    ErrorKind("space_lost", ("name_kana",), 3, _kana_space_lost),
    ErrorKind("space_lost", ("name_kanji",), 3, _kanji_space_lost),
    ErrorKind("misconverted", ("name_kanji",), 14, _misconverted),
    ErrorKind("kana_for_kanji", ("name_kanji",), 4, _kana_for_kanji),
    ErrorKind("missing", ("name_kanji",), 3, _missing_kanji),
    ErrorKind("married", _NAMES, 9, _married, ((_MOVED, 0.6), (_INSURER_CHANGED, 0.35))),
    ErrorKind("swapped_names", _NAMES, 2, _swapped),
    ErrorKind("era_slip", ("birth_date",), 1, _era_slip),
    ErrorKind("digit", ("address",), 3, _wrong_lot),
    ErrorKind("missing", ("address",), 2, _missing_address),
    ErrorKind("digit", ("phone",), 4, _digit("phone")),
    ErrorKind("missing", ("phone",), 2, _missing("phone")),
    ErrorKind("digit", ("insurer_number",), 1, _digit("insurer_number")),
    ErrorKind("digit", ("insurance_symbol",), 1, _digit("insurance_symbol")),
    ErrorKind("digit", ("insurance_number",), 3, _digit("insurance_number")),
    ErrorKind("digit", ("insurance_branch",), 1, _digit("insurance_branch")),
    ErrorKind("missing", ("insurance_number",), 1, _missing("insurance_number")),
)
