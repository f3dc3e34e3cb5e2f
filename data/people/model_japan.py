"""What Japanese holders know of a person beyond name, birth and sex: home, telephone, insurance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from .model import Person, Record
from .places_japan import Town


class Home(NamedTuple):
    """One address. A number that an address does not have is 0."""

    town: Town
    block: int  # 丁目
    lot: int  # 番, or 番地 where the town has no 丁目
    house: int  # 号, or the branch of a 番地
    building: str
    room: int


class Insurance(NamedTuple):
    """What a family shares of its health insurance."""

    insurer: str  # 8 digits, or 6 for national health insurance, with a check digit
    symbol: str  # may be empty
    number: str  # digits without zeros before them


@dataclass(slots=True)
class JapanRecord(Record):
    """What one Japanese holder wrote down. An empty string, or None, is a missing value.

    `notation` chooses among forms that say the same; `quirks` and `omitted` are what the holder's
    system does at the cost of information, by the name it has in errors.csv and by column.
    """

    home: Home | None = None
    municipality_code: str = ""
    phone: str = ""
    insurer_number: str = ""
    insurance_symbol: str = ""
    insurance_number: str = ""
    insurance_branch: str = ""
    notation: int = 0
    quirks: frozenset[str] = frozenset()
    omitted: frozenset[str] = frozenset()

    def insure(self, insurance: Insurance) -> None:
        self.insurer_number, self.insurance_symbol, self.insurance_number = insurance

    def move(self, home: Home, phone: str) -> None:
        self.home, self.phone = home, phone
        self.postcode, self.municipality_code = home.town.postcode, home.town.code


@dataclass(slots=True)
class JapanPerson(Person):
    """A person in Japan; the register form of a foreign name is its Latin spelling."""

    home: Home
    later_home: Home
    phone: str
    later_phone: str
    insurance: Insurance
    later_insurance: Insurance
    branch: str
    foreign: bool

    def record(self) -> JapanRecord:
        """A fresh record without any error."""
        surname, given = self.surname, self.given
        record = JapanRecord(surname.text, given.text, surname.kanji, given.kanji, self.birth,
                             self.sex, self.postcode)
        record.move(self.home, self.phone)
        record.insure(self.insurance)
        record.insurance_branch = self.branch
        return record
