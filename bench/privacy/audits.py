#!/usr/bin/env python3
"""Audits one file under one contract after the other, and holds the findings to what must hold.

    bench/privacy/audits.py PEOPLE.csv [--json]

PEOPLE.csv has the western template's fields. Prints a table of the main findings, or with --json
the raw report of each contract, a line each.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "core/templates"
HOLDER = ROOT / "build/release/cli/musubi-holder"

# (title, test, case; of which a filter's name is not told) of the table's rows.
ROWS = (("graph matching, all overlap", "graph_matching", "100 % overlap"),
        ("graph matching, half", "graph_matching", "50 % overlap"),
        ("graph matching, a fifth", "graph_matching", "20 % overlap"),
        ("50 known pairs", "anchor_profile", "50 known pairs"),
        ("200 known pairs", "anchor_profile", "200 known pairs"),
        ("1,000 known pairs", "anchor_profile", "1000 known pairs"),
        ("1,000 known pairs, rarest", "anchor_profile", "1000 known pairs, rarest tenth"),
        ("linear probe", "probe_auc", None),
        ("learnt, a fifth known", "learnt_decoding", "a fifth known"),
        ("learnt, rarest", "learnt_decoding", "a fifth known, rarest tenth"),
        ("tokens read", "learnt_tokens", None),
        ("mined tokens", "mined_tokens", None),
        ("unevenness of bits, coins", "gini_floors", None),
        ("bits unlike coins", "frequency_divergence", None),
        ("similarity, random pairs", "similarity_random", None),
        ("similarity, neighbours", "similarity_neighbours", None),
        ("visible neighbours", "visible_neighbours", None))


def template(name):
    """A template of the program."""
    return json.loads((TEMPLATES / f"{name}.json").read_text(encoding="utf-8"))


def variants():
    """(name, contract) of all that is audited."""
    yield "record", template("record")
    yield "fields", template("western")
    hardened = template("record")
    hardened["filters"][0]["hardening"] = [{"kind": "balance"}, {"kind": "fold"}]
    yield "balance, fold", hardened
    for terms in (2, 4):
        contract = template("saul")
        contract["filters"][0]["saul"]["terms"] = terms
        yield f"saul T={terms}", contract


def run(*arguments):
    """What the holder's program prints; its exit code may be 1."""
    done = subprocess.run([HOLDER, *map(str, arguments)], check=False, capture_output=True,
                          text=True)
    if done.returncode > 1:
        sys.exit(done.stderr)
    return done.stdout


def audit(people, name, contract):
    """The report of one contract, with its name and the seconds it took."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "contract.json"
        file.write_text(json.dumps(contract), encoding="utf-8")
        secret = pathlib.Path(folder) / "secret.key"
        run("secret", "new", "--contract", file, "-o", secret)
        start = time.monotonic()
        report = json.loads(run("audit", people, "--contract", file, "--secret", secret,
                                "--id-column", "id", "--json"))
    return {"name": name, "seconds": round(time.monotonic() - start, 1), **report}


def worst(report, test, case):
    """The finding of a test that is worst: of the filters of a contract one stands for all."""
    found = [f for f in report["findings"]
             if f["test"] == test and (case is None or f["case"] == case)]
    return max(found, key=lambda finding: finding["value"]) if found else None


def value(finding, key="value"):
    """A number of a finding as the table shows it."""
    return "-" if finding is None or key not in finding else f"{finding[key]:.4g}"


def table(reports):
    """The main findings, a column for each contract; with bounds where people are named."""
    print(f"{'':30}" + "".join(f"{report['name']:>20}" for report in reports))
    for title, test, case in ROWS:
        cells = []
        for report in reports:
            finding = worst(report, test, case)
            bound = f" ({value(finding, 'upper')})" if finding and "upper" in finding else ""
            cells.append(f"{value(finding) + bound:>20}")
        print(f"{title:30}" + "".join(cells))
    for key in ("outcome", "seconds"):
        print(f"{key:30}" + "".join(f"{report[key]:>20}" for report in reports))


def failures(reports):
    """What must hold of five thousand clean people or more, and does not."""
    by_name = {report["name"]: report for report in reports}
    plain = worst(by_name["record"], "graph_matching", "100 % overlap")["control"]
    known = worst(by_name["record"], "anchor_profile", "1000 known pairs")["control"]
    learnt = worst(by_name["record"], "learnt_decoding", "a fifth known")["control"]
    saul = {test: worst(by_name["saul T=4"], test, case)
            for test, case in (("graph_matching", "100 % overlap"),
                               ("anchor_profile", "1000 known pairs"), ("gini_floors", None),
                               ("learnt_decoding", "a fifth known"),
                               ("visible_neighbours", None))}
    graphs = saul["graph_matching"]
    rules = (("graph matching names 90 % of plain filters", plain >= 0.9),
             ("1,000 known pairs name 95 % of plain filters", known >= 0.95),
             ("what is learnt names 90 % of plain filters", learnt >= 0.9),
             ("1,000 known pairs name at most 5 % of SAUL, T = 4", saul["anchor_profile"]["upper"] <= 0.05),
             ("graph matching names at most 0.5 % above chance of SAUL, T = 4",
              graphs["upper"] <= graphs["chance"] + 0.005),
             ("what is learnt names at most 0.5 % above chance of SAUL, T = 4",
              saul["learnt_decoding"]["upper"] <= saul["learnt_decoding"]["chance"] + 0.005),
             ("under SAUL, T = 4, a record visibly resembles less than one other",
              saul["visible_neighbours"]["value"] <= 1),
             ("bits of SAUL, T = 4, are at most twice as uneven as coins",
              saul["gini_floors"]["value"] <= 2))
    return [rule for rule, holds in rules if not holds]


def main():
    """Audits every variant."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("people", type=pathlib.Path)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    reports = []
    for name, contract in variants():
        reports.append(audit(arguments.people, name, contract))
        if arguments.json:
            print(json.dumps(reports[-1]), flush=True)
    if not arguments.json:
        table(reports)
    failed = failures(reports)
    for rule in failed:
        print(f"does not hold: {rule}", file=sys.stderr)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
