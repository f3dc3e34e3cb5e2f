"""Three written forms of Japanese records; further holders repeat them in turn.

hospital: UTF-8, katakana, ISO dates. insurer: CP932 with CRLF, half-width kana without small
kana, era-code dates as in claims. municipality: UTF-8 with a byte order mark, hiragana, the
family register's kanji, era dates in words.
"""

from __future__ import annotations

import re

from .dates import era_code, era_words, iso
from .forms import Form
from .kana import claims_form, hiragana
from .model import Record

COLUMNS = ("id", "name_kana", "name_kanji", "birth_date", "sex", "postcode")
HOLDERS = ("hospital", "insurer", "municipality", "clinic", "registry")

# What an insurer's system prints for a character it does not have.
BLANK_SIGNS = ("〓", "●")

_WIDE_SPACE = "\u3000"
_KANJI = {"M": "男", "F": "女", "": ""}
_NUMBERS = {"M": "1", "F": "2", "": ""}
# A character and the variation selector that may follow it are one glyph.
_GLYPH = re.compile("[^\U000e0100-\U000e01ef][\U000e0100-\U000e01ef]?")


def without_foreign_glyphs(text: str, encoding: str, sign: str) -> str:
    """`text` with `sign` for every glyph that `encoding` cannot write."""

    def one(match: re.Match[str]) -> str:
        try:
            match.group().encode(encoding)
        except UnicodeEncodeError:
            return sign
        return match.group()

    return _GLYPH.sub(one, text)


def _joined(family: str, given: str, space: str) -> str:
    return family + space + given if family or given else ""


def _kanji_name(record: Record) -> str:
    space = _WIDE_SPACE if record.kanji_spaced else ""
    return _joined(record.surname_kanji, record.given_kanji, space)


def _dashed(postcode: str) -> str:
    return f"{postcode[:3]}-{postcode[3:]}" if postcode else ""


def _hospital(record: Record) -> list[str]:
    kana = _joined(record.surname, record.given, _WIDE_SPACE if record.kana_spaced else "")
    birth = iso(record.birth) if record.birth else ""
    return [kana, _kanji_name(record), birth, _KANJI[record.sex], _dashed(record.postcode)]


def _insurer(record: Record) -> list[str]:
    kana = _joined(record.surname, record.given, " " if record.kana_spaced else "")
    birth = era_code(record.birth) if record.birth else ""
    cells = [claims_form(kana), _kanji_name(record), birth]
    return cells + [_NUMBERS[record.sex], record.postcode]


def _municipality(record: Record) -> list[str]:
    kana = _joined(record.surname, record.given, _WIDE_SPACE if record.kana_spaced else "")
    birth = era_words(record.birth) if record.birth else ""
    cells = [hiragana(kana), _kanji_name(record), birth]
    return cells + [_KANJI[record.sex], _dashed(record.postcode)]


FORMS = (
    Form("utf-8", "utf-8", "\n", _hospital),
    Form("cp932", "cp932", "\r\n", _insurer, register_share=0.6),
    Form("utf-8", "utf-8-sig", "\n", _municipality, register_share=1.0),
)
