#!/usr/bin/env python3
"""Writes the contracts of the benchmark's studies, all from one table of weights and floors.

One general recipe for every data set: a weight and a floor by the kind of identifier, never by
the set. Run it after changing the table; the JSON files beside it are its output.
"""

import json
import pathlib

FOLDER = pathlib.Path(__file__).resolve().parent / "contracts"

BIGRAMS = {"kind": "qgram", "q": 2}
PLACED_DIGITS = {"kind": "qgram", "q": 1, "padded": False, "positional": True}
WHOLE = {"kind": "exact"}

# What an identifier is: contract kind, tokens, weight, floor. The floors are what unrelated values
# reach by chance in filters of 512 bits with 10 positions a token.
RECIPE = {
    "given_name": ("name", BIGRAMS, 11, "0.3"),
    "surname": ("name", BIGRAMS, 9, "0.3"),
    "birth_date": ("date", PLACED_DIGITS, 15, "0.55"),
    "sex": ("sex", WHOLE, 2, "0"),
    "postcode": ("postcode", PLACED_DIGITS, 6, "0.25"),
    "street": ("text", BIGRAMS, 5, "0.38"),
    "street_number": ("text", BIGRAMS, 2, "0.05"),
    "address_rest": ("text", BIGRAMS, 1, "0.3"),
    "suburb": ("text", BIGRAMS, 4, "0.3"),
    "city": ("text", BIGRAMS, 5, "0.3"),
    "birthplace": ("text", BIGRAMS, 4, "0.3"),
    "state": ("text", WHOLE, 1, "0"),
    "phone": ("digits", PLACED_DIGITS, 14, "0.35"),
    "email": ("text", BIGRAMS, 14, "0.38"),
}
PRIOR_WEIGHT = 4

# Study: threshold, date order, and each identifier's column.
STUDIES = {
    "febrl": ("0.5", "year_first", {
        "given_name": "given_name", "surname": "surname", "birth_date": "date_of_birth",
        "postcode": "postcode", "street": "address_1", "street_number": "street_number",
        "address_rest": "address_2", "suburb": "suburb", "state": "state"}),
    "anonlink5": ("0.5", "day_first", {
        "given_name": "givenname", "surname": "surname", "birth_date": "dob", "sex": "gender",
        "city": "city", "phone": "phone number"}),
    "leipzig": ("0.5", "day_first", {
        "given_name": "firstName", "surname": "lastName", "birth_date": "dateOfBirth",
        "postcode": "plz", "city": "city"}),
    "splink": ("0.5", "year_first", {
        "given_name": "first_name", "surname": "surname", "birth_date": "dob", "city": "city",
        "email": "email"}),
}

# The Japanese study, whose contracts differ in the rules of writing alone. Each filter: column and
# part, kind and level where the rules are on, tokens, weight, floor, penalty. Unrelated postcodes
# agree in more than elsewhere: most end in 00 and two digits.
JAPAN = {
    "name_kana": ("name_kana", None, "name_kana", "skeleton", BIGRAMS, 16, "0.3", "0.5"),
    "name_kanji": ("name_kanji", None, "name_kanji", "strict", BIGRAMS, 6, "0.3", None),
    "birth_date": ("birth_date", None, "date", None, PLACED_DIGITS, 16, "0.55", "0.5"),
    "sex": ("sex", None, "sex", None, WHOLE, 3, "0", None),
    "postcode": ("postcode", None, "postcode", None, PLACED_DIGITS, 4, "0.35", None),
    "phone": ("phone", None, "phone", None, PLACED_DIGITS, 4, "0.35", None),
    "address_town": ("address", "town", "address", "strict", BIGRAMS, 2, "0.3", None),
    "address_number": ("address", "number", "address", "strict", BIGRAMS, 2, "0.3", None),
}
JAPAN_THRESHOLD = "0.65"


def japan_field(name, rules):
    """One field of the Japanese study. Without rules its kind is raw, as written."""
    column, part, kind = JAPAN[name][:3]
    entry = {"name": name, "kind": kind if rules else "raw", "column": column}
    if rules and part:
        entry["part"] = part
    if rules and kind == "date":
        entry.update(date_order="year_first", on_invalid="keep")
    if rules and kind == "phone":
        entry["calling_code"] = "81"
    return entry


def japan_filter(name, rules):
    """One filter of the Japanese study; numbers are the same in both contracts."""
    level, tokens, weight, floor, penalty = JAPAN[name][3:]
    feature = {"field": name, "tokens": tokens, "positions": 10}
    if rules and level:
        feature["level"] = level
    entry = {"name": name, "bits": 512, "weight": weight, "floor": floor, "features": [feature]}
    if penalty:
        entry["penalty"] = penalty
    return entry


def japan_contract(study, rules):
    """The contract of the Japanese study, with the rules of writing or without."""
    return {
        "musubi_contract": 1,
        "name": study,
        "description": "Benchmark of linkage quality; see bench/quality/README.md.",
        "profile": "fields",
        "fields": [japan_field(name, rules) for name in JAPAN],
        "filters": [japan_filter(name, rules) for name in JAPAN],
        "linkage": {"candidates": {"method": "all_pairs"},
                    "model": {"kind": "weighted_mean", "threshold": JAPAN_THRESHOLD,
                              "prior_weight": PRIOR_WEIGHT}},
    }


def field(name, column, date_order):
    """One field of a contract."""
    entry = {"name": name, "kind": RECIPE[name][0], "column": column}
    if entry["kind"] == "date":
        entry.update(date_order=date_order, on_invalid="keep")
    return entry


def contract(study):
    """The contract of one study."""
    threshold, date_order, columns = STUDIES[study]
    return {
        "musubi_contract": 1,
        "name": study,
        "description": "Benchmark of linkage quality; see bench/quality/README.md.",
        "profile": "fields",
        "fields": [field(name, column, date_order) for name, column in columns.items()],
        "filters": [{"name": name, "bits": 512, "weight": RECIPE[name][2],
                     "floor": RECIPE[name][3],
                     "features": [{"field": name, "tokens": RECIPE[name][1], "positions": 10}]}
                    for name in columns],
        "linkage": {"candidates": {"method": "all_pairs"},
                    "model": {"kind": "weighted_mean", "threshold": threshold,
                              "prior_weight": PRIOR_WEIGHT}},
    }


def main():
    """Writes every contract."""
    FOLDER.mkdir(exist_ok=True)
    contracts = [contract(study) for study in STUDIES]
    contracts += [japan_contract("japan_rules_on", True), japan_contract("japan_rules_off", False)]
    for made in contracts:
        path = FOLDER / f"{made['name']}.json"
        path.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
