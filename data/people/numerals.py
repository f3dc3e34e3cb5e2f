"""Numbers as kanji, as in 四十六年 and 二丁目."""

from __future__ import annotations

_DIGITS = "〇一二三四五六七八九"
_UNITS = ((1000, "千"), (100, "百"), (10, "十"))


def kanji_number(number: int) -> str:
    """1 to 9,999, with units: 1204 is 千二百四."""
    if not 1 <= number <= 9999:
        raise ValueError("kanji numbers here are from 1 to 9,999")
    written = ""
    for size, unit in _UNITS:
        count, number = divmod(number, size)
        if count:
            written += (_DIGITS[count] if count > 1 else "") + unit
    return written + (_DIGITS[number] if number else "")
