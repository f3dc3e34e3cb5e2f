"""Mistakes that both styles share, and the rule by which a record receives mistakes.

The kinds are those that linkage studies report again and again: moves and marriages between two
registrations, missing values, day and month exchanged, a wrong digit, a miscoded sex, given name
and surname in each other's box. Weights are round numbers chosen to resemble such reports, not
estimates from data. Every mistake is tagged with its kind and the columns it changed.
"""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Callable, NamedTuple

from .model import REFERENCE_DAY, Person, Record, Tag
from .weighted import Weighted

# Changes the record and returns True, or finds nothing to change and returns False.
Mistake = Callable[[Record, Person, Random], bool]


class ErrorKind(NamedTuple):
    tag: str
    columns: tuple[str, ...]
    weight: float
    apply: Mistake
    # What often comes with it, and the chance: a move with a marriage.
    follows: tuple[tuple[ErrorKind, float], ...] = ()


class ErrorModel:
    """Makes one record wrong in one or more columns."""

    # How many mistakes a wrong record has.
    _COUNTS = Weighted((1, 2, 3), (0.72, 0.21, 0.07))
    _MOST_DRAWS = 200

    def __init__(self, kinds: tuple[ErrorKind, ...]) -> None:
        self._kinds = Weighted(kinds, [kind.weight for kind in kinds])

    def spoil(
        self, record: Record, person: Person, rng: Random, closed: frozenset[str] = frozenset()
    ) -> list[Tag]:
        """Applies one to three mistakes, never two to the same column, and tags them; fewer where
        no more are found that apply to the record.

        A kind whose first column is `closed`, because nothing written there would show, is
        passed over.
        """
        tags: list[Tag] = []
        left = self._COUNTS.draw(rng)
        for _ in range(self._MOST_DRAWS):
            kind = self._kinds.draw(rng)
            made = _apply(kind, record, person, rng, {tag.column for tag in tags}, closed)
            if made:
                tags.extend(made)
                left -= 1
                if left == 0:
                    return tags
        return tags


def _apply(
    kind: ErrorKind,
    record: Record,
    person: Person,
    rng: Random,
    touched: set[str],
    closed: frozenset[str],
) -> list[Tag]:
    """The tags of the mistake and of what follows it; none if it does not apply."""
    if kind.columns[0] in closed or not touched.isdisjoint(kind.columns):
        return []
    if not kind.apply(record, person, rng):
        return []
    tags = [Tag(column, kind.tag) for column in kind.columns]
    for next_kind, chance in kind.follows:
        if rng.random() < chance:
            columns = touched | {tag.column for tag in tags}
            tags += _apply(next_kind, record, person, rng, columns, closed)
    return tags


def moved(record: Record, person: Person, rng: Random) -> bool:
    record.postcode = person.later_postcode
    return True


def wrong_sex(record: Record, person: Person, rng: Random) -> bool:
    record.sex = "F" if record.sex == "M" else "M"
    return True


def wrong_postcode_digit(record: Record, person: Person, rng: Random) -> bool:
    record.postcode = wrong_digit(record.postcode, rng)
    return True


def missing_birth(record: Record, person: Person, rng: Random) -> bool:
    record.birth = None
    return True


def missing_sex(record: Record, person: Person, rng: Random) -> bool:
    record.sex = ""
    return True


def missing_postcode(record: Record, person: Person, rng: Random) -> bool:
    record.postcode = ""
    return True


def day_month_swapped(record: Record, person: Person, rng: Random) -> bool:
    day = person.birth
    if day.day > 12 or day.day == day.month:
        return False
    return _set_birth(record, date(day.year, day.day, day.month))


def wrong_date_digit(record: Record, person: Person, rng: Random) -> bool:
    """One digit of the ISO form is wrong and the date is still a date of a living person."""
    for _ in range(10):
        try:
            wrong = date.fromisoformat(wrong_digit(person.birth.isoformat(), rng))
        except ValueError:
            continue
        if wrong.year >= 1900 and _set_birth(record, wrong):
            return True
    return False


def _set_birth(record: Record, day: date) -> bool:
    if day > REFERENCE_DAY:
        return False
    record.birth = day
    return True


def wrong_digit(text: str, rng: Random) -> str:
    """`text` with one of its digits replaced by another."""
    places = [i for i, character in enumerate(text) if character.isdigit()]
    at = rng.choice(places)
    wrong = rng.choice([digit for digit in "0123456789" if digit != text[at]])
    return text[:at] + wrong + text[at + 1 :]


# What may befall the columns that both styles have.
COMMON_KINDS = (
    ErrorKind("digit", ("postcode",), 5, wrong_postcode_digit),
    ErrorKind("missing", ("postcode",), 5, missing_postcode),
    ErrorKind("day_month", ("birth_date",), 4, day_month_swapped),
    ErrorKind("digit", ("birth_date",), 5, wrong_date_digit),
    ErrorKind("missing", ("birth_date",), 2, missing_birth),
    ErrorKind("miscoded", ("sex",), 3, wrong_sex),
    ErrorKind("missing", ("sex",), 2, missing_sex),
)
