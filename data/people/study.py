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
from .errors import ErrorModel
from .errors_japan import JAPAN_KINDS
from .errors_western import WESTERN_KINDS
from .forms import Form
from .households_japan import JapanPopulation
from .model import Person, Record, Tag
from .model_japan import JapanRecord
from .names_japan import JapaneseNames
from .names_western import WesternNames
from .population import WesternPopulation

_DUPLICATED_SHARE = 0.10
_THIRD_RECORD_CHANCE = 0.2
# Local ids are drawn from this many times as many numbers, as in a file that has lost rows.
_ID_SPREAD = 3

_POPULATIONS = {
    "western": (WesternPopulation, WesternNames),
    "japan": (JapanPopulation, JapaneseNames),
}
_KINDS = {"western": WESTERN_KINDS, "japan": JAPAN_KINDS}
_MODULES = {"western": forms_western, "japan": forms_japan}

STYLES = tuple(_POPULATIONS)


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
    population, names = _POPULATIONS[options.style]
    people = population(names(), rng).make(options.persons)
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
        self._columns = _MODULES[options.style].COLUMNS[1:]
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
        person, rng = self._people[index], self._rng
        record, tags = person.record(), []
        later, habits, closed = bool(self._known[index]), form.habits, frozenset()
        self._known[index] = 1
        if habits:
            tags = habits.begin(record, person, later, rng)
            closed = habits.closed_columns(record)
        if later and rng.random() < self._options.errors:
            tags += self._errors.spoil(record, person, rng, closed)
        if habits:
            tags += habits.finish(record, person, rng)
            tags = self._visible(tags, record, person, form)
        return record, tags

    def _visible(self, tags: list[Tag], record: Record, person: Person, form: Form) -> list[Tag]:
        """Tags of cells that differ: a move within a town leaves the municipality's code alone."""
        if not tags:
            return tags
        written, right = form.render(record), form.render(unspoilt(person, record))
        cells = zip(self._columns, right, written)
        changed = {column for column, a, b in cells if a != b}
        return [tag for tag in dict.fromkeys(tags) if tag.column in changed]


def unspoilt(person: Person, like: Record) -> Record:
    """The person's record without errors and losses, in the notation of another record."""
    record = person.record()
    if isinstance(like, JapanRecord):
        record.notation = like.notation
    return record


def _id_prefix(holder: str) -> str:
    """H for hospital; N6- for holder6, which no holder with a name of its own can have."""
    number = holder.removeprefix("holder")
    return holder[0].upper() if number == holder else f"N{number}-"
