"""What a holder's system does to every record it stores: the written form of a file."""

from __future__ import annotations

from random import Random
from typing import Callable, NamedTuple, Protocol

from .model import Person, Record, Tag


class Habits(Protocol):
    """What a holder does to records at the cost of information, and what it need not agree on."""

    def begin(self, record: Record, person: Person, later: bool, rng: Random) -> list[Tag]:
        """Before mistakes: what the holder leaves out, and what has changed in a year."""
        ...

    def closed_columns(self, record: Record) -> frozenset[str]:
        """Columns in which a mistake would not show."""
        ...

    def finish(self, record: Record, person: Person, rng: Random) -> list[Tag]:
        """After mistakes: what the holder's system does to what was entered."""
        ...


class Form(NamedTuple):
    """The form of one holder's file."""

    charset: str  # as declared in study.json
    encoding: str  # the Python codec, which knows about byte order marks
    line_end: str
    render: Callable[[Record], list[str]]  # the cells that follow the local id
    habits: Habits | None = None
