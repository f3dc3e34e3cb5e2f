"""The values every module here shares: a name, a person, and one record of a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import NamedTuple, Protocol

# The day on which all records are taken. Fixed: the clock must not change the output.
REFERENCE_DAY = date(2025, 4, 1)


class Name(NamedTuple):
    """One part of a name. Western names use `text` only; in Japan `text` is full-width katakana."""

    text: str
    kanji: str = ""


class Tag(NamedTuple):
    """One line of errors.csv: a column, and what was done to it."""

    column: str
    error: str


class NameModel(Protocol):
    """What a style must offer to name people."""

    def surname(self, rng: Random) -> Name: ...

    def given(self, rng: Random, sex: str, birth: date) -> Name: ...

    def register_form(self, rng: Random, kanji: str) -> str:
        """The spelling in the family register, often `kanji` itself."""
        ...


@dataclass(slots=True)
class Record:
    """What one holder wrote down, before it takes the holder's written form.

    An empty string, or `birth` None, is a missing value. `sex` is M or F.
    """

    surname: str
    given: str
    surname_kanji: str
    given_kanji: str
    birth: date | None
    sex: str
    postcode: str
    kana_spaced: bool = True
    kanji_spaced: bool = True


@dataclass(slots=True)
class Person:
    """The truth about one person, and what life will change about it."""

    surname: Name
    given: Name
    birth: date
    sex: str
    postcode: str
    surname_register: str
    given_register: str
    later_surname: Name
    later_postcode: str

    def record(self) -> Record:
        """A fresh record without any error."""
        return Record(
            self.surname.text,
            self.given.text,
            self.surname.kanji,
            self.given.kanji,
            self.birth,
            self.sex,
            self.postcode,
        )

    def age(self) -> int:
        """Age in completed years, give or take a day."""
        return (REFERENCE_DAY - self.birth).days * 4 // 1461
