#!/usr/bin/env python3
"""Checks Japanese normalisation vectors through `musubi-holder normalise`.

    tests/vectors/jp_vectors.py HOLDER [FILE.tsv ...]

A file has the columns category, input_a, input_b, relation, canonical, note. Without files, those
of jp_vectors/ in the shared data are checked ($MUSUBI_SHARED, or shared/ beside the source tree);
where there are none, it says so and ends with 77, which the test runner counts as skipped.
"""

import csv
import json
import os
import pathlib
import subprocess
import sys

SKIPPED = 77
MISSING_CHARACTER = "〓"
KINDS = {"kana": "name_kana", "kanji": "name_kanji", "romaji": "name_romaji", "date": "date",
         "sex": "sex", "insurer": "insurer_number", "insured_id": "insured_id",
         "mynumber": "digits", "address": "address", "phone": "phone"}


def normalise(holder, kind, values):
    """The forms of each value, as the program gives them."""
    result = subprocess.run([holder, "normalise", "--kind", kind, "--json"], check=True,
                            input="".join(value + "\n" for value in values).encode(),
                            stdout=subprocess.PIPE)
    return [json.loads(line) for line in result.stdout.splitlines()]


def expected_form(category, canonical):
    """A vector's canonical form, written as the normaliser writes it."""
    if not canonical:
        return ""
    if category in ("kana", "kanji"):
        return canonical.replace("|", "")
    if category == "date":
        return canonical.replace("-", "").replace("?", MISSING_CHARACTER)
    if category == "address":
        return canonical + "|"
    return canonical


def equal_at(level, a, b, form):
    """Whether both are present and equal at a level, in the form given, if one is."""
    return (a["state"] == b["state"] == "present" and a[level] == b[level]
            and (not form or a[level] == form))


def differs(a, b):
    """Whether two values are told apart by every level that stands for identity."""
    return a["strict"] != b["strict"] and a["skeleton"] != b["skeleton"] or (
        a["strict"] != b["strict"] and not a["skeleton"])


def holds(row, a, b):
    """Whether the relation that a row states holds of the forms of its two inputs."""
    relation, form = row["relation"], expected_form(row["category"], row["canonical"] or "")
    if relation in ("EQUAL", "EQUAL@JOIN"):
        return equal_at("strict", a, b, form)
    if relation == "EQUAL+WARN":
        return equal_at("strict", a, b, form) and a["era_overrun"]
    if relation == "EQUAL@L2":
        return equal_at("skeleton", a, b, form)
    if relation == "EQUAL@L3":
        return equal_at("phonetic", a, b, form)
    if relation in ("DISTINCT", "CONFUSABLE"):
        return differs(a, b)
    if relation == "MISSING_CHAR":
        return a["missing_character"] and a["strict"] != b["strict"]
    if relation == "FIELD_TYPE":
        return a["kana_in_kanji"] and a["state"] == "missing"
    if relation == "REJECT":
        return a["state"] != "present"
    if relation == "MISSING":
        return a["state"] == "missing"
    if relation == "VALID":
        return a["state"] == "present" and a["strict"] == form
    if relation == "CHECK_FAIL":
        return a["state"] == "invalid"
    if relation == "PARTIAL":
        return a["state"] == "present" and a["partial_date"] and a["strict"] == form
    if relation == "REFUSE_COLUMN":
        return a["my_number"]
    return False


def check(holder, path):
    """Prints the rows of a file that do not hold; returns how many rows and failures there are."""
    with open(path, encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    failures = 0
    for category in sorted({row["category"] for row in rows}):
        chosen = [row for row in rows if row["category"] == category]
        if category not in KINDS:
            print(f"{path.name}: no kind is known for the category {category}")
            failures += len(chosen)
            continue
        first = normalise(holder, KINDS[category], [row["input_a"] for row in chosen])
        second = normalise(holder, KINDS[category], [row["input_b"] for row in chosen])
        for row, a, b in zip(chosen, first, second, strict=True):
            if not holds(row, a, b):
                failures += 1
                print(f"{category}: {row['input_a']} / {row['input_b']}: not {row['relation']} "
                      f"{row['canonical'] or ''}\n  {a}\n  {b}")
    return len(rows), failures


def main(arguments):
    holder = arguments[0]
    files = [pathlib.Path(name) for name in arguments[1:]]
    if not files:
        beside = pathlib.Path(__file__).resolve().parents[2].parent / "shared"
        shared = pathlib.Path(os.environ.get("MUSUBI_SHARED", beside))
        files = sorted(shared.glob("data/vectors/jp_vectors/*.tsv"))
    if not files:
        print("skipped: no jp_vectors in the shared data")
        return SKIPPED
    total = failed = 0
    for path in files:
        rows, failures = check(holder, path)
        print(f"{path.name}: {rows - failures} of {rows} rows hold")
        total, failed = total + rows, failed + failures
    return 1 if failed or not total else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
