"""Draws from a list whose first items are common and whose last are rare."""

from __future__ import annotations

from bisect import bisect
from itertools import accumulate
from random import Random
from typing import Generic, Sequence, TypeVar

T = TypeVar("T")


class Weighted(Generic[T]):
    """Items with fixed weights; one call of the generator per draw."""

    def __init__(self, items: Sequence[T], weights: Sequence[float]) -> None:
        if not items or len(items) != len(weights):
            raise ValueError("as many weights as items, and at least one")
        self.items = list(items)
        self._bounds = list(accumulate(weights))

    @classmethod
    def zipf(cls, items: Sequence[T], exponent: float = 0.75, shift: float = 3.0) -> Weighted[T]:
        """Weights 1 / (rank + shift) ** exponent, the law that names follow (Zipf-Mandelbrot)."""
        return cls(items, [(rank + shift) ** -exponent for rank in range(1, len(items) + 1)])

    def draw(self, rng: Random) -> T:
        return self.items[bisect(self._bounds, rng.random() * self._bounds[-1])]
