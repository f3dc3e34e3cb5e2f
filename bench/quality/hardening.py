#!/usr/bin/env python3
"""What each step of hardening costs in linkage: F1 of a study under one contract after the other.

    bench/quality/hardening.py FOLDER [--json]

FOLDER is a study of the western template's fields. Prints a table: step, precision, recall, F1.
"""

import argparse
import copy
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "core/templates"
YEAR = {"field": "birth_date", "form": "year"}


def template(name):
    """A template of the program."""
    return json.loads((TEMPLATES / f"{name}.json").read_text(encoding="utf-8"))


def hardened(*steps):
    """The western template with these steps in every filter."""
    contract = template("western")
    for filter_ in contract["filters"]:
        filter_["hardening"] = copy.deepcopy(list(steps))
    return contract


def salted():
    """The western template whose names are salted by the year of birth."""
    contract = template("western")
    for filter_ in contract["filters"][:2]:
        filter_["features"][0]["salt"] = YEAR
    return contract


def sampled():
    """The record template with samples of fields: names count most."""
    contract = template("record")
    filter_ = contract["filters"][0]
    for feature, bits in zip(filter_["features"], (272, 272, 240, 48, 192)):
        feature["sample"] = {"own_bits": 512, "bits": bits}
    return contract


def saul(terms, bits=1024):
    """The saul template with other numbers."""
    contract = template("saul")
    contract["filters"][0]["saul"]["terms"] = terms
    contract["filters"][0]["bits"] = bits
    return contract


def views():
    """Three salted views of T = 2 and L = 512, of which the best counts."""
    contract = template("saul")
    whole = contract["filters"].pop()
    for name, salt in (("day", {"field": "birth_date", "form": "month_day"}),
                       ("surname", {"field": "surname", "form": "soundex"}),
                       ("given_name", {"field": "given_name", "form": "soundex"})):
        view = copy.deepcopy(whole)
        view.update(name=name, bits=512, saul={"terms": 2})
        for feature in view["features"]:
            feature["salt"] = salt
        contract["filters"].append(view)
    contract["linkage"]["model"].update(combine="best", threshold="0.3")
    return contract


def variants():
    """(name, contract) of all that is compared."""
    yield "fields, plain", template("western")
    yield "record, plain", template("record")
    yield "record, weighted sample", sampled()
    yield "fields, salt by birth year", salted()
    yield "fields, balance", hardened({"kind": "balance"})
    yield "fields, fold", hardened({"kind": "fold"})
    yield "fields, rule90", hardened({"kind": "rule90"})
    yield "fields, blip 0.05", hardened({"kind": "blip", "flip": "0.05"})
    yield "fields, sample of 256", hardened({"kind": "sample", "bits": 256})
    yield "fields, balance, fold, blip 0.02", hardened(
        {"kind": "balance"}, {"kind": "fold"}, {"kind": "blip", "flip": "0.02"})
    for terms in (1, 2, 3, 4, 5):
        yield f"saul, T = {terms}, L = 1024", saul(terms)
    yield "saul, T = 4, L = 2048", saul(4, 2048)
    yield "saul, three views, T = 2, L = 512", views()


def measure(study, contract):
    """What the quality job says of a study under a contract."""
    with tempfile.TemporaryDirectory() as folder:
        copy_of = pathlib.Path(folder) / "study"
        shutil.copytree(study, copy_of)
        (copy_of / "contract.json").write_text(json.dumps(contract), encoding="utf-8")
        done = subprocess.run([ROOT / "bench/quality/run.sh", copy_of], check=False,
                              capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def main():
    """Measures every variant."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("study", type=pathlib.Path)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    for name, contract in variants():
        result = measure(arguments.study, contract)
        row = {key: result[key] for key in ("precision", "recall", "f1")}
        if arguments.json:
            print(json.dumps({"variant": name, **row}), flush=True)
        else:
            print(f"{name:36}" + "".join(f"{row[key]:9.4f}" for key in row), flush=True)


if __name__ == "__main__":
    main()
