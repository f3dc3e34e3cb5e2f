"""A whole study: the population, who is known to which holder, and what each wrote down.

Every holder draws its persons at random and independently of the others, so the share of the
population a holder knows is also the share of its persons that any other holder knows. The first
record of a person, in the order of the holders, is free of mistakes; a later one, at another
holder or a duplicate, has mistakes with the probability asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from . import forms_japan, forms_western
from .errors import ErrorModel, Tag
from .errors_japan import JAPAN_KINDS
from .errors_western import WESTERN_KINDS
from .forms import Form
from .model import Person, Record
from .names_japan import JapaneseNames
from .names_western import WesternNames
from .population import Population

_DUPLICATED_SHARE = 0.10
_THIRD_RECORD_CHANCE = 0.2
# Local ids are drawn from this many times as many numbers, as in a file that has lost rows.
_ID_SPREAD = 3

_NAMES = {"western": WesternNames, "japan": JapaneseNames}
_KINDS = {"western": WESTERN_KINDS, "japan": JAPAN_KINDS}
_MODULES = {"western": forms_western, "japan": forms_japan}

STYLES = tuple(_NAMES)


class Options(NamedTuple):
    """All that decides the bytes of a study."""

    style: str
    persons: int
    holders: int
    seed: int
    overlap: float = 0.6
    errors: float = 0.2
    duplicates: str | None = None


@dataclass(slots=True)
class Row:
    person: int  # index into Study.people
    local_id: str
    record: Record
    tags: list[Tag]


class Holder(NamedTuple):
    name: str
    form: Form
    duplicates: bool
    rows: list[Row]


class Study(NamedTuple):
    options: Options
    columns: tuple[str, ...]
    people: list[Person]
    holders: list[Holder]


def holder_names(style: str, count: int) -> list[str]:
    known = _MODULES[style].HOLDERS
    return [known[i] if i < len(known) else f"holder{i + 1}" for i in range(count)]


def make_study(options: Options) -> Study:
    rng = Random(options.seed)
    people = Population(options.style, _NAMES[options.style](), rng).make(options.persons)
    writer = _Writer(options, people, rng)
    module = _MODULES[options.style]
    holders = []
    for index, name in enumerate(holder_names(options.style, options.holders)):
        form = module.FORMS[index % len(module.FORMS)]
        duplicates = name == options.duplicates
        holders.append(Holder(name, form, duplicates, writer.rows(name, form, duplicates)))
    return Study(options, module.COLUMNS, people, holders)


class _Writer:
    """Writes down the records of one holder after the other."""

    def __init__(self, options: Options, people: list[Person], rng: Random) -> None:
        self._options = options
        self._people = people
        self._rng = rng
        self._errors = ErrorModel(_KINDS[options.style])
        self._known = bytearray(len(people))  # 1 once a person has a first record

    def rows(self, holder: str, form: Form, duplicates: bool) -> list[Row]:
        persons = self._entries(duplicates)
        rows = [Row(person, "", *self._record(person, form)) for person in persons]
        self._rng.shuffle(rows)
        numbers = self._rng.sample(range(1, _ID_SPREAD * len(rows) + 1), len(rows))
        for row, number in zip(rows, numbers):
            row.local_id = f"{_id_prefix(holder)}{number:06d}"
        return rows

    def _entries(self, duplicates: bool) -> list[int]:
        """The persons of one holder, one entry for each record."""
        count = max(1, round(len(self._people) * self._options.overlap))
        persons = self._rng.sample(range(len(self._people)), count)
        if not duplicates:
            return persons
        again = self._rng.sample(persons, max(1, round(count * _DUPLICATED_SHARE)))
        third = [person for person in again if self._rng.random() < _THIRD_RECORD_CHANCE]
        return persons + again + third

    def _record(self, index: int, form: Form) -> tuple[Record, list[Tag]]:
        person = self._people[index]
        record, tags = person.record(), []
        if self._known[index] and self._rng.random() < self._options.errors:
            tags = self._errors.spoil(record, person, self._rng)
        self._known[index] = 1
        if form.register_share and self._rng.random() < form.register_share:
            tags += _use_register_form(record, person, form, self._rng)
        return record, tags


def _id_prefix(holder: str) -> str:
    """H for hospital; N6- for holder6, which no holder with a name of its own can have."""
    number = holder.removeprefix("holder")
    return holder[0].upper() if number == holder else f"N{number}-"


def _use_register_form(record: Record, person: Person, form: Form, rng: Random) -> list[Tag]:
    """Old kanji where the record still has the everyday ones; signs for what cannot be encoded."""
    before = record.surname_kanji, record.given_kanji
    if record.surname_kanji == person.surname.kanji:
        record.surname_kanji = person.surname_register
    if record.given_kanji == person.given.kanji:
        record.given_kanji = person.given_register
    old = record.surname_kanji, record.given_kanji
    if old == before:
        return []
    sign = rng.choice(forms_japan.BLANK_SIGNS)
    kept = [forms_japan.without_foreign_glyphs(text, form.encoding, sign) for text in old]
    record.surname_kanji, record.given_kanji = kept
    tags = []
    if any(k != b and k == o for k, b, o in zip(kept, before, old)):
        tags.append(Tag("name_kanji", "old_kanji"))
    if any(k != o for k, o in zip(kept, old)):
        tags.append(Tag("name_kanji", "glyph_lost"))
    return tags
