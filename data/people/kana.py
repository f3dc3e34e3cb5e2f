"""The three costumes of one kana syllable: full-width katakana, half-width katakana, hiragana."""

from __future__ import annotations

import unicodedata

_SMALL = "ァィゥェォッャュョヮ"
_LARGE = "アイウエオツヤユヨワ"
_FULL = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノ"
    "ハヒフヘホマミムメモヤユヨラリルレロワヲンー\u3099\u309a"
)
_HALF = (
    "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉ"
    "ﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｰﾞﾟ"
)

_ENLARGE = str.maketrans(_SMALL, _LARGE)
_TO_HALF = str.maketrans(_FULL, _HALF)
_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}

SMALL_KANA = frozenset(_SMALL)


def claims_form(text: str) -> str:
    """Half-width, every small kana large (ショ becomes ｼﾖ), voicing marks as their own letters."""
    return unicodedata.normalize("NFD", text.translate(_ENLARGE)).translate(_TO_HALF)


def hiragana(text: str) -> str:
    return text.translate(_TO_HIRAGANA)


def toggle_voicing(kana: str) -> str:
    """カ for ガ and ガ for カ; the kana itself where no voiced partner exists."""
    base, *marks = unicodedata.normalize("NFD", kana)
    if marks:
        return base
    voiced = unicodedata.normalize("NFC", base + "\u3099")
    return voiced if len(voiced) == 1 else kana
