"""Three written forms of western records; further holders repeat them in turn.

hospital: names as spoken, ISO dates, M and F. insurer: capitals without diacritics, dates in
eight digits, 1 and 2. registry: surname in capitals, dates with slashes, male and female.
"""

from __future__ import annotations

import unicodedata

from .dates import digits, iso, slashes
from .forms import Form
from .model import Record

COLUMNS = ("id", "given_name", "surname", "birth_date", "sex", "postcode")
HOLDERS = ("hospital", "insurer", "registry", "clinic", "municipality")

_LETTERS = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss"})
_NUMBERS = {"M": "1", "F": "2", "": ""}
_WORDS = {"M": "male", "F": "female", "": ""}


def _plain_capitals(text: str) -> str:
    bare = unicodedata.normalize("NFD", text.translate(_LETTERS))
    return bare.encode("ascii", "ignore").decode("ascii").upper()


def _hospital(record: Record) -> list[str]:
    birth = iso(record.birth) if record.birth else ""
    return [record.given, record.surname, birth, record.sex, record.postcode]


def _insurer(record: Record) -> list[str]:
    birth = digits(record.birth) if record.birth else ""
    given, surname = _plain_capitals(record.given), _plain_capitals(record.surname)
    return [given, surname, birth, _NUMBERS[record.sex], record.postcode]


def _registry(record: Record) -> list[str]:
    birth = slashes(record.birth) if record.birth else ""
    return [record.given, record.surname.upper(), birth, _WORDS[record.sex], record.postcode]


FORMS = (
    Form("utf-8", "utf-8", "\n", _hospital),
    Form("utf-8", "utf-8", "\n", _insurer),
    Form("utf-8", "utf-8", "\n", _registry),
)
