"""The three costumes of one kana syllable: full-width katakana, half-width katakana, hiragana."""

from __future__ import annotations

import unicodedata

_SMALL = "ァィゥェォッャュョヮ"
_LARGE = "アイウエオツヤユヨワ"
_SMALL_HALF = "ｧｨｩｪｫｯｬｭｮﾜ"
_FULL = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノ"
    "ハヒフヘホマミムメモヤユヨラリルレロワヲンー\u3099\u309a"
)
_HALF = (
    "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉ"
    "ﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｰﾞﾟ"
)

_ENLARGE = str.maketrans(_SMALL, _LARGE)
_TO_HALF = str.maketrans(_FULL + _SMALL, _HALF + _SMALL_HALF)
_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}

# Voiced kana that no name has and CP932 lacks.
_UNUSED = "ヷヸヹヺ"

SMALL_KANA = frozenset(_SMALL)


def enlarged(text: str) -> str:
    """Every small kana large, as claims have them: ショ becomes シヨ."""
    return text.translate(_ENLARGE)


def half_width(text: str) -> str:
    """Half-width katakana, voicing marks as letters of their own; ヮ has no small form there."""
    return unicodedata.normalize("NFD", text).translate(_TO_HALF)


def hiragana(text: str) -> str:
    return text.translate(_TO_HIRAGANA)


def toggle_voicing(kana: str) -> str:
    """カ for ガ and ガ for カ; the kana itself where no voiced partner exists."""
    base, *marks = unicodedata.normalize("NFD", kana)
    if marks:
        return base
    voiced = unicodedata.normalize("NFC", base + "\u3099")
    return voiced if len(voiced) == 1 and voiced not in _UNUSED else kana
