"""Mistakes in western names: slips of the keyboard, short forms, a surname changed by marriage."""

from __future__ import annotations

from random import Random
from typing import Callable

from .errors import COMMON_KINDS, ErrorKind, Mistake, moved
from .model import Person, Record
from .names_western import NICKNAMES

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")

# A slip returns the text unchanged where it does not apply.
Slip = Callable[[str, Random], str]


def _neighbours() -> dict[str, str]:
    """Keys that touch each other, on the same row or the rows above and below."""
    places = {key: (row, col) for row, keys in enumerate(_ROWS) for col, key in enumerate(keys)}
    return {
        key: "".join(
            other
            for other, (r, c) in places.items()
            if other != key and abs(r - row) <= 1 and abs(c - col) <= 1
        )
        for key, (row, col) in places.items()
    }


_NEIGHBOURS = _neighbours()


def _keyboard(text: str, rng: Random) -> str:
    at = rng.randrange(len(text))
    keys = _NEIGHBOURS.get(text[at].lower())
    if keys is None:
        return text
    wrong = rng.choice(keys)
    return text[:at] + (wrong.upper() if text[at].isupper() else wrong) + text[at + 1 :]


def _transposition(text: str, rng: Random) -> str:
    if len(text) < 2:
        return text
    at = rng.randrange(len(text) - 1)
    first, second = text[at], text[at + 1]
    if first.lower() == second.lower() or not (first.isalpha() and second.isalpha()):
        return text
    if first.isupper() and second.islower():
        first, second = first.lower(), second.upper()
    return text[:at] + second + first + text[at + 2 :]


def _drop(text: str, rng: Random) -> str:
    at = rng.randrange(len(text))
    return text[:at] + text[at + 1 :] if len(text) > 2 and text[at].isalpha() else text


def _double(text: str, rng: Random) -> str:
    at = rng.randrange(len(text))
    return text[: at + 1] + text[at].lower() + text[at + 1 :] if text[at].isalpha() else text


def _nickname(text: str, rng: Random) -> str:
    return NICKNAMES.get(text, text)


def _initial(text: str, rng: Random) -> str:
    return text[0] + "."


def _given(slip: Slip) -> Mistake:
    def apply(record: Record, person: Person, rng: Random) -> bool:
        record.given = slip(person.given.text, rng)
        return record.given != person.given.text

    return apply


def _surname(slip: Slip) -> Mistake:
    def apply(record: Record, person: Person, rng: Random) -> bool:
        record.surname = slip(person.surname.text, rng)
        return record.surname != person.surname.text

    return apply


def _missing_given(record: Record, person: Person, rng: Random) -> bool:
    record.given = ""
    return True


def _suffix(record: Record, person: Person, rng: Random) -> bool:
    """Smith becomes "Smith, Jr.", which needs quotes in CSV."""
    if person.sex != "M" or person.age() < 18:
        return False
    record.surname += rng.choice((", Jr.", ", Sr.", ", III"))
    return True


def _married(record: Record, person: Person, rng: Random) -> bool:
    if person.age() < 20 or (person.sex == "M" and rng.random() < 0.9):
        return False
    record.surname = person.later_surname.text
    if rng.random() < 0.15:
        record.surname = f"{person.surname.text}-{record.surname}"
    return True


def _swapped(record: Record, person: Person, rng: Random) -> bool:
    record.surname, record.given = record.given, record.surname
    return record.surname != record.given


WESTERN_KINDS = (ErrorKind("moved", ("postcode",), 14, moved),) + COMMON_KINDS + (
    ErrorKind("keyboard", ("given_name",), 5, _given(_keyboard)),
    ErrorKind("keyboard", ("surname",), 5, _surname(_keyboard)),
    ErrorKind("transposition", ("given_name",), 3, _given(_transposition)),
    ErrorKind("transposition", ("surname",), 4, _surname(_transposition)),
    ErrorKind("drop", ("given_name",), 4, _given(_drop)),
    ErrorKind("drop", ("surname",), 5, _surname(_drop)),
    ErrorKind("double", ("given_name",), 2, _given(_double)),
    ErrorKind("double", ("surname",), 3, _surname(_double)),
    ErrorKind("nickname", ("given_name",), 14, _given(_nickname)),
    ErrorKind("initial", ("given_name",), 3, _given(_initial)),
    ErrorKind("missing", ("given_name",), 1, _missing_given),
    ErrorKind("suffix", ("surname",), 2, _suffix),
    ErrorKind("married", ("surname",), 10, _married),
    ErrorKind("swapped_names", ("given_name", "surname"), 2, _swapped),
)
