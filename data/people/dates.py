"""The ways in which holders write a day.

Era boundaries follow the calendar Japan uses in law: an era begins on the day the emperor's
reign (or, for Reiwa, the succession) begins, and its first year ends on 31 December. The digits
1 to 5 are the era codes of Japanese insurance claims.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from .numerals import kanji_number


class Era(NamedTuple):
    first_day: date
    name: str
    square: str  # the two kanji in one character
    code: int


# Newest first, so that the first era which has begun is the right one.
ERAS = (
    Era(date(2019, 5, 1), "令和", "㋿", 5),
    Era(date(1989, 1, 8), "平成", "㍻", 4),
    Era(date(1926, 12, 25), "昭和", "㍼", 3),
    Era(date(1912, 7, 30), "大正", "㍽", 2),
    Era(date(1868, 1, 25), "明治", "㍾", 1),
)


def era_of(day: date) -> tuple[Era, int]:
    """The era of a day and the year within it, counted from 1."""
    for era in ERAS:
        if day >= era.first_day:
            return era, day.year - era.first_day.year + 1
    raise ValueError("days before Meiji have no era code")


def era_code(day: date) -> str:
    """Seven digits, as in claims: 3460101 is the first of January, Showa 46."""
    era, year = era_of(day)
    return f"{era.code}{year:02d}{day.month:02d}{day.day:02d}"


def era_words(day: date) -> str:
    """As a town hall writes it: 昭和46年1月1日, and 元年 for the first year."""
    era, year = era_of(day)
    return f"{era.name}{'元' if year == 1 else year}年{day.month}月{day.day}日"


def era_square(day: date) -> str:
    """The same with the era as one character: ㍼46年1月1日."""
    words = era_words(day)
    return era_of(day)[0].square + words[2:]


def era_kanji(day: date) -> str:
    """The same with numbers in kanji: 昭和四十六年一月一日."""
    era, year = era_of(day)
    count = "元" if year == 1 else kanji_number(year)
    return f"{era.name}{count}年{kanji_number(day.month)}月{kanji_number(day.day)}日"


def iso(day: date) -> str:
    return day.isoformat()


def digits(day: date) -> str:
    """19700131."""
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"


def slashes(day: date) -> str:
    """1970/1/31, without leading zeros."""
    return f"{day.year}/{day.month}/{day.day}"
