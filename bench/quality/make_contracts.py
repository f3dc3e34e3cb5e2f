#!/usr/bin/env python3
"""Writes the contracts of the benchmark's studies, all from one table of kinds and tokens.

One general recipe for every data set: what is compared, by the kind of identifier, never by the
set; the model learns the rest. Run it after changing the table; the JSON files beside it are its
output.
"""

import json
import pathlib

FOLDER = pathlib.Path(__file__).resolve().parent / "contracts"

BIGRAMS = {"kind": "qgram", "q": 2}
PLACED_DIGITS = {"kind": "qgram", "q": 1, "padded": False, "positional": True}
WHOLE = {"kind": "exact"}

# What an identifier is: contract kind and tokens, in filters of 512 bits with 10 positions a token.
RECIPE = {
    "given_name": ("name", BIGRAMS),
    "surname": ("name", BIGRAMS),
    "birth_date": ("date", PLACED_DIGITS),
    "sex": ("sex", WHOLE),
    "postcode": ("postcode", PLACED_DIGITS),
    "street": ("text", BIGRAMS),
    "street_number": ("text", BIGRAMS),
    "address_rest": ("text", BIGRAMS),
    "suburb": ("text", BIGRAMS),
    "city": ("text", BIGRAMS),
    "birthplace": ("text", BIGRAMS),
    "state": ("text", WHOLE),
    "phone": ("digits", PLACED_DIGITS),
    "email": ("text", BIGRAMS),
}
MODEL = {"kind": "fellegi_sunter", "threshold": "0.5"}

# Study: date order, and each identifier's column.
STUDIES = {
    "febrl": ("year_first", {
        "given_name": "given_name", "surname": "surname", "birth_date": "date_of_birth",
        "postcode": "postcode", "street": "address_1", "street_number": "street_number",
        "address_rest": "address_2", "suburb": "suburb", "state": "state"}),
    "febrl_few": ("year_first", {
        "given_name": "given_name", "surname": "surname", "birth_date": "date_of_birth",
        "postcode": "postcode"}),
    "anonlink5": ("day_first", {
        "given_name": "givenname", "surname": "surname", "birth_date": "dob", "sex": "gender",
        "city": "city", "phone": "phone number"}),
    "leipzig": ("day_first", {
        "given_name": "firstName", "surname": "lastName", "birth_date": "dateOfBirth",
        "postcode": "plz", "city": "city"}),
    "splink": ("year_first", {
        "given_name": "first_name", "surname": "surname", "birth_date": "dob", "city": "city",
        "email": "email"}),
}

# The Japanese study, whose contracts differ in the rules of writing alone. Each filter: column and
# part, kind and level where the rules are on, tokens.
JAPAN = {
    "name_kana": ("name_kana", None, "name_kana", "skeleton", BIGRAMS),
    "name_kanji": ("name_kanji", None, "name_kanji", "strict", BIGRAMS),
    "birth_date": ("birth_date", None, "date", None, PLACED_DIGITS),
    "sex": ("sex", None, "sex", None, WHOLE),
    "postcode": ("postcode", None, "postcode", None, PLACED_DIGITS),
    "phone": ("phone", None, "phone", None, PLACED_DIGITS),
    "address_town": ("address", "town", "address", "strict", BIGRAMS),
    "address_number": ("address", "number", "address", "strict", BIGRAMS),
}


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
    """One filter of the Japanese study; its bits are the same in both contracts."""
    level, tokens = JAPAN[name][3:]
    feature = {"field": name, "tokens": tokens, "positions": 10}
    if rules and level:
        feature["level"] = level
    return {"name": name, "bits": 512, "features": [feature]}


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
                    "model": MODEL},
    }


def field(name, column, date_order):
    """One field of a contract."""
    entry = {"name": name, "kind": RECIPE[name][0], "column": column}
    if entry["kind"] == "date":
        entry.update(date_order=date_order, on_invalid="keep")
    return entry


def contract(study):
    """The contract of one study."""
    date_order, columns = STUDIES[study]
    return {
        "musubi_contract": 1,
        "name": study,
        "description": "Benchmark of linkage quality; see bench/quality/README.md.",
        "profile": "fields",
        "fields": [field(name, column, date_order) for name, column in columns.items()],
        "filters": [{"name": name, "bits": 512,
                     "features": [{"field": name, "tokens": RECIPE[name][1], "positions": 10}]}
                    for name in columns],
        "linkage": {"candidates": {"method": "all_pairs"},
                    "model": MODEL},
    }


def record_contract(study):
    """The fields of a study in one filter a person, decided by a threshold."""
    made = contract(study)
    features = [feature for entry in made["filters"] for feature in entry["features"]]
    made.update(name=study + "_record", profile="record",
                filters=[{"name": "person", "bits": 1024, "features": features}])
    made["linkage"]["model"] = {"kind": "weighted_mean", "threshold": "0.8"}
    return made


def main():
    """Writes every contract."""
    FOLDER.mkdir(exist_ok=True)
    contracts = [contract(study) for study in STUDIES]
    contracts.append(record_contract("anonlink5"))
    contracts += [japan_contract("japan_rules_on", True), japan_contract("japan_rules_off", False)]
    for made in contracts:
        path = FOLDER / f"{made['name']}.json"
        path.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
