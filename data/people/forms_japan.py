"""Three written forms of Japanese records; further holders repeat them in turn.

hospital: UTF-8, katakana, ISO dates, full addresses, insurance as on the card. insurer: CP932
with CRLF, half-width kana, era-code dates as in claims, free-form addresses. municipality: UTF-8
with a byte order mark, hiragana, the family register's kanji, era dates in words, no insurance.

Without quirks a record is written in full; `habits_japan.py` says what quirks cost.
"""

from __future__ import annotations

from .addresses_japan import (WIDE, WIDE_SPACE, hospital_address, insurer_address,
                              municipality_address)
from .dates import era_code, era_kanji, era_square, era_words, iso
from .forms import Form
from .habits_japan import (HOSPITAL_HABITS, INSURER_HABITS, KANA_FIELD, MUNICIPALITY_HABITS,
                           NUMBER_FIELD)
from .kana import enlarged, half_width, hiragana
from .model_japan import JapanRecord

COLUMNS = ("id", "name_kana", "name_kanji", "birth_date", "sex", "postcode", "address", "phone",
           "insurer_number", "insurance_symbol", "insurance_number", "insurance_branch",
           "municipality_code")
HOLDERS = ("hospital", "insurer", "municipality", "clinic", "registry")

_KANJI = {"M": "男", "F": "女", "": ""}
_NUMBERS = {"M": "1", "F": "2", "": ""}
_UNKNOWN_DATE = "9999999"


def _choice(record: JapanRecord, aspect: int) -> int:
    """0 to 7: which of the forms that say the same this record has in one aspect."""
    return record.notation >> 3 * aspect & 7


_DATE, _ADDRESS, _PHONE, _INSURANCE, _NAME = range(5)


def _joined(family: str, given: str, space: str) -> str:
    return family + space + given if family or given else ""


def _kana_name(record: JapanRecord) -> str:
    return _joined(record.surname, record.given, WIDE_SPACE if record.kana_spaced else "")


def _kanji_name(record: JapanRecord) -> str:
    """Kanji, or Latin letters for a foreign resident without them."""
    space = WIDE_SPACE if record.kanji_spaced else ""
    if "kana_in_kanji" in record.quirks:
        return _joined(record.surname, record.given, space)
    if (record.surname_kanji + record.given_kanji).isascii():
        space = " " if record.kanji_spaced else ""
    return _joined(record.surname_kanji, record.given_kanji, space)


def _dashed(postcode: str) -> str:
    return f"{postcode[:3]}-{postcode[3:]}" if postcode else ""


def _left_out(cells: list[str], record: JapanRecord) -> list[str]:
    if not record.omitted:
        return cells
    return ["" if column in record.omitted else cell for column, cell in zip(COLUMNS[1:], cells)]


def _hospital(record: JapanRecord) -> list[str]:
    kana = _kana_name(record)
    if _choice(record, _NAME) == 7:
        kana = kana.replace(WIDE_SPACE, " ")
    kanji = _kanji_name(record)
    insurer = record.insurer_number
    if _choice(record, _INSURANCE) & 3 == 3:
        insurer = insurer and insurer.zfill(8)
    address = record.home and hospital_address(record.home, _choice(record, _ADDRESS),
                                               record.quirks)
    cells = [kana, kanji.title() if kanji.isascii() else kanji,
             iso(record.birth) if record.birth else "", _KANJI[record.sex],
             _dashed(record.postcode), address or "", record.phone, insurer,
             record.insurance_symbol, record.insurance_number, record.insurance_branch, ""]
    return _left_out(cells, record)


def _insurer(record: JapanRecord) -> list[str]:
    kana = _kana_name(record).replace(WIDE_SPACE, " ")
    kana = half_width(enlarged(kana) if "small_kana" in record.quirks else kana)
    if "truncated" in record.quirks:
        kana = kana[:KANA_FIELD]
    birth = era_code(record.birth) if record.birth else ""
    if "unknown_date" in record.quirks:
        birth = _UNKNOWN_DATE
    number, symbol = record.insurance_number, record.insurance_symbol
    if "zero_filled" in record.quirks:
        number = number.zfill(NUMBER_FIELD)
    if _choice(record, _INSURANCE) & 3 == 0:
        symbol = symbol.translate(WIDE)
    address = record.home and insurer_address(record.home, _choice(record, _ADDRESS),
                                              record.quirks)
    phone = record.phone if _choice(record, _PHONE) == 0 else record.phone.replace("-", "")
    cells = [kana, _kanji_name(record).replace(" ", WIDE_SPACE).translate(WIDE), birth,
             _NUMBERS[record.sex], record.postcode, address or "", phone, record.insurer_number,
             symbol, number, record.insurance_branch, ""]
    return _left_out(cells, record)


# One in eight records each with the era as one character and with numbers in kanji.
_ERA_DATES = (era_words,) * 6 + (era_square, era_kanji)


def _municipality(record: JapanRecord) -> list[str]:
    write_date = _ERA_DATES[_choice(record, _DATE)]
    address = record.home and municipality_address(record.home, _choice(record, _ADDRESS),
                                                   record.quirks)
    cells = [hiragana(_kana_name(record)), _kanji_name(record),
             write_date(record.birth) if record.birth else "", _KANJI[record.sex],
             _dashed(record.postcode), address or "",
             _municipality_phone(record.phone, _choice(record, _PHONE)), "", "", "", "",
             record.municipality_code]
    return _left_out(cells, record)


def _municipality_phone(phone: str, variant: int) -> str:
    """Digits alone; one in four the international way."""
    if not phone or variant & 3:
        return phone.replace("-", "")
    return "+81" + ("-" + phone[1:] if variant else phone[1:].replace("-", ""))


FORMS = (
    Form("utf-8", "utf-8", "\n", _hospital, HOSPITAL_HABITS),
    Form("cp932", "cp932", "\r\n", _insurer, INSURER_HABITS),
    Form("utf-8", "utf-8-sig", "\n", _municipality, MUNICIPALITY_HABITS),
)
