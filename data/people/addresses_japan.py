"""One address as three holders write it.

Hospital: prefecture to house in the usual form. Insurer: free text with hyphens, wide or narrow
digits. Municipality: the town and the number apart, register forms (大字, 番地), kanji numerals.
"""

from __future__ import annotations

import re

from .model_japan import Home
from .numerals import kanji_number

WIDE_SPACE = "\u3000"
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}  # ASCII to full-width

# ヶ between kanji, in any of its spellings: 霞が関, 千駄ヶ谷, 自由ケ丘.
_KE = re.compile("(?<=[一-鿿])[ヶケが](?=[一-鿿])")


def hospital_address(home: Home, variant: int, quirks: frozenset[str]) -> str:
    """東京都港区芝浦一丁目2番3号　メゾン芝浦405号室; one in eight with hyphens."""
    text = _place(home, quirks)
    if variant == 7:
        text += _hyphened(home)
    elif home.block:
        text += f"{kanji_number(home.block)}丁目{home.lot}番{home.house}号"
    else:
        text += f"{home.lot}番地{home.house or ''}"
    return text + _building(home, quirks, f"{home.room}号室")


def insurer_address(home: Home, variant: int, quirks: frozenset[str]) -> str:
    """港区芝浦１－２－３, in full-width or ASCII; the room may be one more number."""
    text = _KE.sub("ケ", _place(home, quirks)) if variant & 1 else _place(home, quirks)
    text += _hyphened(home) + _building(home, quirks, f"-{home.room}")
    if variant & 2:
        return text.translate(WIDE)
    return text.replace(WIDE_SPACE, " ")


def municipality_address(home: Home, variant: int, quirks: frozenset[str]) -> str:
    """港区芝浦一丁目　２番３号; one in four with every number in kanji."""
    place = _place(home, quirks, "大字" if home.town.village else "")
    place = _KE.sub("ヶ" if variant & 1 else "ケ", place)
    lot = kanji_number(home.lot) if variant & 6 == 0 else str(home.lot).translate(WIDE)
    house = home.house and (
        kanji_number(home.house) if variant & 6 == 0 else str(home.house).translate(WIDE))
    if home.block:
        number = f"{lot}番{house}号"
        place += f"{kanji_number(home.block)}丁目"
    else:
        number = f"{lot}番地" + (f"の{house}" if house else "")
    return place + WIDE_SPACE + number + _building(home, quirks, f"{home.room}号")


def _place(home: Home, quirks: frozenset[str], before_town: str = "") -> str:
    prefecture = "" if "no_prefecture" in quirks else home.town.prefecture
    return prefecture + home.town.city + before_town + home.town.name


def _hyphened(home: Home) -> str:
    return "-".join(str(number) for number in (home.block, home.lot, home.house) if number)


def _building(home: Home, quirks: frozenset[str], room: str) -> str:
    if not home.building or "no_building" in quirks:
        return ""
    return WIDE_SPACE + home.building + room
