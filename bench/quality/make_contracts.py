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
    for study in STUDIES:
        path = FOLDER / f"{study}.json"
        path.write_text(json.dumps(contract(study), indent=1) + "\n", encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
