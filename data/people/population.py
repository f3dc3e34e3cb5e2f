"""The population: who lives with whom, how old they are, and what life will change.

About 20 % of persons share surname and postcode with a household member, among them about 1 %
who are twins (same birth date too): these are the pairs that a linkage must keep apart. Ages
follow a rough age pyramid of the style's country, 0 to 100 years. Each person is also given a
later surname and a later postcode, so that all holders who know of a marriage or a move agree.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, timedelta
from random import Random

from .model import REFERENCE_DAY, Name, NameModel, Person
from .weighted import Weighted

# Weight of each ten-year age band, 0-9 to 90-99.
_AGE_BANDS = {
    "western": (12, 13, 13, 13, 12, 13, 12, 8, 3, 1),
    "japan": (8, 9, 10, 11, 14, 14, 12, 13, 7, 2),
}

# Western postcodes: how many are in use, digits, lowest, highest + 1.
_POSTCODES = (3000, 5, 501, 99951)

_TWIN_SHARE = 0.01
_FAMILY_SHARE = 0.19
# (adults, children): chance. The mean size below turns shares of persons into shares of draws.
_FAMILIES = (((2, 0), 0.45), ((1, 1), 0.20), ((2, 1), 0.20), ((2, 2), 0.15))
_FAMILY_SIZE = sum(sum(members) * chance for members, chance in _FAMILIES)

_NEAR_MOVE_CHANCE = 0.6
_NEAR_MOVE_REACH = 25


class Places:
    """Postcodes of unequal size; neighbours in the sorted list are neighbours on the map."""

    def __init__(self, rng: Random) -> None:
        count, width, low, high = _POSTCODES
        self._codes = [f"{n:0{width}d}" for n in sorted(rng.sample(range(low, high), count))]
        by_size = list(range(count))
        rng.shuffle(by_size)
        self._draw = Weighted.zipf(by_size, 0.6, 20.0)

    def draw(self, rng: Random) -> str:
        return self._codes[self._draw.draw(rng)]

    def move(self, rng: Random, old: str) -> str:
        """Another postcode, more often than not a near one."""
        while True:
            index = self._draw.draw(rng)
            if rng.random() < _NEAR_MOVE_CHANCE:
                index = self._index(old) + rng.randint(-_NEAR_MOVE_REACH, _NEAR_MOVE_REACH)
            code = self._codes[index % len(self._codes)]
            if code != old:
                return code

    def _index(self, code: str) -> int:
        return bisect_left(self._codes, code)


class Population:
    """Makes households until there are enough persons. A style adds what a household shares."""

    def __init__(self, style: str, names: NameModel, rng: Random) -> None:
        self._rng = rng
        self._names = names
        self._bands = Weighted(range(10), _AGE_BANDS[style])
        self._families = Weighted([f[0] for f in _FAMILIES], [f[1] for f in _FAMILIES])
        self._kinds = Weighted(
            [self._single, self._family, self._twins],
            [1 - _FAMILY_SHARE - _TWIN_SHARE, _FAMILY_SHARE / _FAMILY_SIZE, _TWIN_SHARE / 2],
        )

    def make(self, count: int) -> list[Person]:
        """`count` persons in random order, so that neighbours in the list are strangers."""
        people: list[Person] = []
        while len(people) < count:
            people.extend(self._kinds.draw(self._rng)())
        del people[count:]
        self._rng.shuffle(people)
        return people

    def _single(self) -> list[Person]:
        return [self._person(*self._home(), self._birth(self._age()), self._sex())]

    def _twins(self) -> list[Person]:
        home, birth = self._home(), self._birth(self._age())
        first = self._person(*home, birth, self._sex())
        while True:
            second = self._person(*home, birth, self._sex())
            if second.given.text != first.given.text:
                return [first, second]

    def _family(self) -> list[Person]:
        adults, children = self._families.draw(self._rng)
        home, sex, age = self._home(), self._sex(), self._adult_age()
        family = [self._person(*home, self._birth(age), sex)]
        if adults == 2:
            other = min(max(age + self._rng.randint(-6, 6), 20), 100)
            family.append(self._person(*home, self._birth(other), "F" if sex == "M" else "M"))
        for _ in range(children):
            gap = self._rng.randint(20, min(40, age))
            family.append(self._person(*home, self._birth(age - gap), self._sex()))
        return family

    def _home(self) -> tuple:
        """What the members of one household share: the first arguments of `_person`."""
        raise NotImplementedError

    def _person(self, *home_birth_sex) -> Person:
        raise NotImplementedError

    def _other_surname(self, old: Name) -> Name:
        while True:
            name = self._names.surname(self._rng)
            if name.text != old.text and (name.kanji != old.kanji or not old.kanji):
                return name

    def _age(self) -> int:
        return self._bands.draw(self._rng) * 10 + self._rng.randrange(10)

    def _adult_age(self) -> int:
        while True:
            age = self._age()
            if age >= 22:
                return age

    def _birth(self, age: int) -> date:
        return REFERENCE_DAY - timedelta(days=int((age + self._rng.random()) * 365.2425))

    def _sex(self) -> str:
        return "M" if self._rng.random() < 0.49 else "F"


class WesternPopulation(Population):
    """Households that share surname and postcode."""

    def __init__(self, names: NameModel, rng: Random) -> None:
        super().__init__("western", names, rng)
        self._places = Places(rng)

    def _person(self, surname: Name, postcode: str, birth: date, sex: str) -> Person:
        rng, names = self._rng, self._names
        given = names.given(rng, sex, birth)
        return Person(
            surname=surname,
            given=given,
            birth=birth,
            sex=sex,
            postcode=postcode,
            surname_register=names.register_form(rng, surname.kanji),
            given_register=names.register_form(rng, given.kanji),
            later_surname=self._other_surname(surname),
            later_postcode=self._places.move(rng, postcode),
        )

    def _home(self) -> tuple[Name, str]:
        return self._names.surname(self._rng), self._places.draw(self._rng)
