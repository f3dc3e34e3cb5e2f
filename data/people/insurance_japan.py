"""Health insurance in Japan: who insures whom, under which numbers.

An insurer's number is the kind of insurance (01 association, 06 company, 31 to 34 mutual aid, 39
late elderly; none for national health insurance), the prefecture, three digits and a check
digit. The three digits are here those of the municipality, or invented, as is every symbol and
number.
"""

from __future__ import annotations

from random import Random

from .model_japan import Insurance
from .places_japan import Town
from .weighted import Weighted

LATE_ELDERLY_AGE = 75
_RETIRED_AGE = 65

_COMPANIES = 400  # company insurers, of unequal size
_MUTUALS = 80
_MUTUAL_SYMBOLS = ("公立", "警共", "文部", "地共", "市町村")


def with_check_digit(digits: str) -> str:
    """Weights 2 and 1 in turn from the right, digits of a product added, to a multiple of 10."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        product = int(digit) * (2 - place % 2)
        total += product // 10 + product % 10
    return f"{digits}{-total % 10}"


class Insurers:
    """All insurers of the country, and the chances of being insured with each."""

    def __init__(self, rng: Random) -> None:
        companies = [_in_some_prefecture("06", number, rng) for number in range(_COMPANIES)]
        mutuals = [_in_some_prefecture(f"{31 + number % 4}", number, rng)
                   for number in range(_MUTUALS)]
        self._companies = Weighted.zipf(companies)
        self._mutuals = Weighted.zipf(mutuals)
        kinds = (self._association, self._company, self._mutual, self._national)
        self._working = Weighted(kinds, (38, 28, 9, 25))
        self._retired = Weighted(kinds, (12, 10, 3, 75))

    def draw(self, rng: Random, town: Town, age: int) -> Insurance:
        """The insurance of somebody of `age` years who lives in `town`."""
        if age >= LATE_ELDERLY_AGE:
            return self._late_elderly(rng, town)
        kinds = self._retired if age >= _RETIRED_AGE else self._working
        return kinds.draw(rng)(rng, town)

    def other(self, rng: Random, town: Town, age: int, old: Insurance) -> Insurance:
        """What a change of job brings: another insurer. The late elderly keep theirs."""
        if age >= LATE_ELDERLY_AGE:
            return old
        while True:
            new = self.draw(rng, town, age)
            if all(a != b for a, b in zip(new, old)):
                return new

    def _association(self, rng: Random, town: Town) -> Insurance:
        insurer = with_check_digit(f"01{town.code[:2]}001")
        return Insurance(insurer, f"{rng.randrange(1_000_000, 99_000_000)}", _number(rng, 4))

    def _company(self, rng: Random, town: Town) -> Insurance:
        symbol = f"{rng.randrange(1, 4000)}"
        if rng.random() < 0.2:
            symbol += f"-{rng.randrange(1, 60)}"
        return Insurance(self._companies.draw(rng), symbol, _number(rng, 6))

    def _mutual(self, rng: Random, town: Town) -> Insurance:
        symbol = rng.choice(_MUTUAL_SYMBOLS) + town.prefecture[:2]
        return Insurance(self._mutuals.draw(rng), symbol, _number(rng, 7))

    def _national(self, rng: Random, town: Town) -> Insurance:
        insurer = with_check_digit(town.code[:5])
        form = rng.random()
        if form < 0.25:
            symbol = ""
        elif form < 0.5:
            symbol = f"{rng.choice('いろはにほ')}{rng.randrange(1, 30)}"
        else:
            symbol = f"{rng.randrange(1, 40):02d}-{rng.randrange(1, 90):02d}"
        return Insurance(insurer, symbol, _number(rng, 7))

    def _late_elderly(self, rng: Random, town: Town) -> Insurance:
        insurer = with_check_digit(f"39{town.code[:5]}")
        return Insurance(insurer, "", with_check_digit(f"{rng.randrange(1_000_000, 10_000_000)}"))


def _in_some_prefecture(kind: str, number: int, rng: Random) -> str:
    return with_check_digit(f"{kind}{rng.randint(1, 47):02d}{number + 1:03d}")


def _number(rng: Random, most_digits: int) -> str:
    """Short numbers are as likely as long ones."""
    return f"{rng.randrange(1, 10 ** rng.randint(2, most_digits))}"
