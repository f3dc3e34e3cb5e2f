"""What a holder's system does to every record it stores: the written form of a file."""

from __future__ import annotations

from typing import Callable, NamedTuple

from .model import Record


class Form(NamedTuple):
    """The form of one holder's file."""

    charset: str  # as declared in study.json
    encoding: str  # the Python codec, which knows about byte order marks
    line_end: str
    render: Callable[[Record], list[str]]  # the cells that follow the local id
    # Chance that the holder copied the family register's spelling where it has an old one.
    register_share: float = 0.0
