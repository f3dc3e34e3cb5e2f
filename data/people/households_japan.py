"""Households in Japan: address, telephone and health insurance, and strangers of the same name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from .insurance_japan import LATE_ELDERLY_AGE, Insurers
from .model import REFERENCE_DAY, Name
from .model_japan import Home, Insurance, JapanPerson
from .names_foreign import Nation, nation
from .names_japan import SURNAME_HOMOPHONES, JapaneseNames
from .places_japan import TOWNS, Town
from .population import Population
from .weighted import Weighted

_FOREIGN_SHARE = 0.025
_NAMESAKE_SHARE = 0.02
# Of namesakes: born on the same day, in the same year, at any time.
_NAMESAKE_BIRTHS = Weighted(("day", "year", "any"), (10, 45, 45))
_OWN_INSURANCE_CHANCE = 0.5  # of an adult who lives with another
_GROWN_UP = 18
_OLDEST_WITHOUT_MOBILE = 12

_BUILDING_CHANCE = 0.4
_BUILDINGS = ("メゾン", "コーポ", "ハイツ", "サンハイツ", "グランドハイツ", "パークマンション", "レジデンス",
              "ライオンズ", "シティハイム", "グリーンコーポ", "第二コーポ", "ハイム")
_BUILDING_ENDS = ("", "", "A棟", "B棟", "壱番館", "Ⅱ", "弐番館")

_SAME_CITY_MOVE_CHANCE = 0.4
_NEAR_MOVE_CHANCE = 0.3
_NEAR_MOVE_REACH = 40  # towns, in the order of municipality codes


@dataclass(slots=True)
class Household:
    """What its members share."""

    surname: Name
    surname_register: str
    nation: Nation | None
    home: Home
    later_home: Home
    phone: str
    later_phone: str
    later_surname: Name
    first_birth: date | None = None
    insurance: Insurance | None = None
    later_insurance: Insurance | None = None
    next_branch: int = 1


class JapanPopulation(Population):
    """Households as elsewhere, with all that Japanese holders know of their members."""

    def __init__(self, names: JapaneseNames, rng: Random) -> None:
        super().__init__("japan", names, rng)
        self._towns = _Towns(rng)
        self._insurers = Insurers(rng)
        self._made: list[JapanPerson] = []

    def _single(self) -> list[JapanPerson]:
        if self._made and self._rng.random() < _NAMESAKE_SHARE:
            return [self._namesake(self._rng.choice(self._made))]
        return super()._single()

    def _namesake(self, known: JapanPerson) -> JapanPerson:
        """A stranger with the kana name of somebody; the surname's kanji may be others."""
        rng, birth = self._rng, self._birth(self._age())
        kind = _NAMESAKE_BIRTHS.draw(rng)
        if kind == "day":
            birth = known.birth
        elif kind == "year":
            last = 60 if known.birth.year == REFERENCE_DAY.year else 365
            birth = date.fromordinal(date(known.birth.year, 1, 1).toordinal() + rng.randrange(last))
        person = self._person(*self._home(), birth, known.sex)
        spellings = SURNAME_HOMOPHONES.get(known.surname)
        person.surname, person.surname_register = known.surname, known.surname_register
        if spellings and rng.random() < 0.5:
            person.surname = Name(known.surname.text, rng.choice(spellings))
            person.surname_register = person.surname.kanji
        person.given, person.given_register = known.given, known.given_register
        person.foreign = known.foreign
        if person.later_surname.text == person.surname.text:
            person.later_surname = self._other_surname(person.surname)
        return person

    def _home(self) -> tuple[Household]:
        rng, names = self._rng, self._names
        from_abroad = nation(rng) if rng.random() < _FOREIGN_SHARE else None
        if from_abroad:
            register, surname = from_abroad.surnames.draw(rng)
        else:
            surname = names.surname(rng)
            register = names.register_form(rng, surname.kanji)
        home = self._towns.home(rng)
        later_home = self._towns.later_home(rng, home)
        phone, later_phone = _landline(rng, home.town), _landline(rng, later_home.town)
        if rng.random() < 0.4:
            phone = later_phone = _mobile(rng)
        return (Household(surname, register, from_abroad, home, later_home, phone, later_phone,
                          self._other_surname(surname)),)

    def _person(self, household: Household, birth: date, sex: str) -> JapanPerson:
        rng, names = self._rng, self._names
        age = (REFERENCE_DAY - birth).days * 4 // 1461
        if household.nation:
            given_register, given = household.nation.given[sex].draw(rng)
        else:
            given = names.given(rng, sex, birth)
            given_register = names.register_form(rng, given.kanji)
        phone, later_phone = household.phone, household.later_phone
        if age > _OLDEST_WITHOUT_MOBILE and rng.random() < 0.7:
            phone = later_phone = _mobile(rng)
        insurance, later_insurance, branch = self._insure(household, birth, age)
        person = JapanPerson(
            household.surname, given, birth, sex, household.home.town.postcode,
            household.surname_register, given_register, household.later_surname,
            household.later_home.town.postcode, household.home, household.later_home, phone,
            later_phone, insurance, later_insurance, branch, household.nation is not None)
        self._made.append(person)
        return person

    def _insure(self, household: Household, birth: date, age: int
                ) -> tuple[Insurance, Insurance, str]:
        """Twins and children share the family's insurance; the late elderly have their own."""
        rng, town = self._rng, household.home.town
        first = household.first_birth is None
        grown = age >= _GROWN_UP and birth != household.first_birth
        own = not first and grown and rng.random() < _OWN_INSURANCE_CHANCE
        if first:
            household.first_birth = birth
            household.next_branch = 1 if age >= _GROWN_UP else rng.randint(2, 3)
        if own or age >= LATE_ELDERLY_AGE:
            insurance = self._insurers.draw(rng, town, age)
            branch = "" if age >= LATE_ELDERLY_AGE else "01"
            return insurance, self._insurers.other(rng, town, age, insurance), branch
        if household.insurance is None:
            household.insurance = self._insurers.draw(rng, town, age)
            household.later_insurance = self._insurers.other(rng, town, age, household.insurance)
        branch = f"{household.next_branch:02d}"
        household.next_branch += 1
        return household.insurance, household.later_insurance, branch


class _Towns:
    """Towns of unequal size, and addresses in them."""

    def __init__(self, rng: Random) -> None:
        by_size = list(range(len(TOWNS)))
        rng.shuffle(by_size)
        self._draw = Weighted.zipf(by_size, 0.6, 20.0)
        self._index = {town: index for index, town in enumerate(TOWNS)}

    def home(self, rng: Random) -> Home:
        return _home_in(rng, TOWNS[self._draw.draw(rng)])

    def later_home(self, rng: Random, old: Home) -> Home:
        """An address in another town, more often than not a near one."""
        while True:
            town = self._next_town(rng, old.town)
            if town != old.town:
                return _home_in(rng, town)

    def _next_town(self, rng: Random, old: Town) -> Town:
        distance = rng.random()
        if distance < _SAME_CITY_MOVE_CHANCE:
            town = TOWNS[(self._index[old] + rng.randint(-7, 7)) % len(TOWNS)]
            return town if town.code == old.code else old
        if distance < _SAME_CITY_MOVE_CHANCE + _NEAR_MOVE_CHANCE:
            step = rng.randint(-_NEAR_MOVE_REACH, _NEAR_MOVE_REACH)
            return TOWNS[(self._index[old] + step) % len(TOWNS)]
        return TOWNS[self._draw.draw(rng)]


def _home_in(rng: Random, town: Town) -> Home:
    building, room = "", 0
    if rng.random() < _BUILDING_CHANCE:
        building = rng.choice(_BUILDINGS) + town.name[:2] + rng.choice(_BUILDING_ENDS)
        room = 100 * rng.randint(1, 12) + rng.randint(1, 15)
    if town.blocks:
        return Home(town, rng.randint(1, 6), rng.randint(1, 40), rng.randint(1, 30), building, room)
    house = rng.randint(1, 20) if rng.random() < 0.5 else 0
    return Home(town, 0, rng.randint(1, 2500), house, building, room)


def _landline(rng: Random, town: Town) -> str:
    """Ten digits: area code, exchange, number."""
    digits = 6 - len(town.area_code)
    exchange = rng.randrange(2 * 10 ** (digits - 1), 10**digits)
    return f"{town.area_code}-{exchange}-{rng.randrange(10_000):04d}"


def _mobile(rng: Random) -> str:
    exchange, number = rng.randrange(1000, 10_000), rng.randrange(10_000)
    return f"{rng.choice(('090', '080', '070'))}-{exchange}-{number:04d}"
