#!/usr/bin/env python3
"""What the errors of a linkage are: runs a study and looks at its wrong and missed pairs.

Compares the written forms of the two records, field by field, as only a benchmark with public data
may: for every contract field, how many pairs lack it on a side, agree in it, or differ, among the
missed, the wrong and the correct pairs. Prints counts, no value.
"""

import argparse
import collections
import csv
import itertools
import json
import os
import pathlib
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

from main_job import read_study, run_main_job_in  # noqa: E402  (needs the path above)


def read_records(folder, fields):
    """(holder, local id) -> the fields' written forms, lower case and without blanks."""
    records = {}
    for holder in read_study(folder):
        path = folder / holder["file"]
        with open(path, encoding=holder["charset"].replace("utf-8", "utf-8-sig"),
                  newline="") as file:
            reader = csv.DictReader(file)
            reader.fieldnames = [name.strip() for name in reader.fieldnames]
            for row in reader:
                key = (holder["name"], row[holder["id_column"]].strip())
                records[key] = {name: "".join(row[column].lower().split())
                                for name, column in fields.items()}
    return records


def groups(path, key):
    """Sets of records that share a value of column `key`."""
    found = collections.defaultdict(list)
    for file_path in path:
        with open(file_path, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                found[row[key]].append((row["holder"], row["local_id"]))
    return found.values()


def pairs(clusters):
    """All pairs inside clusters."""
    return {tuple(sorted(pair)) for cluster in clusters
            for pair in itertools.combinations(cluster, 2)}


def describe(title, chosen, records, fields):
    """Prints one table: a line for each field."""
    print(f"\n{title}: {len(chosen):,} pairs")
    print(f"  {'field':<16}{'missing':>10}{'equal':>10}{'differs':>10}")
    for field in fields:
        counts = collections.Counter()
        for a, b in chosen:
            left, right = records[a][field], records[b][field]
            counts["missing" if not left or not right else
                   "equal" if left == right else "differs"] += 1
        share = {name: f"{100 * counts[name] / max(1, len(chosen)):.1f} %"
                 for name in ("missing", "equal", "differs")}
        print(f"  {field:<16}{share['missing']:>10}{share['equal']:>10}{share['differs']:>10}")
    if "given_name" in fields and "surname" in fields:
        swapped = sum(is_swapped(records[a], records[b]) for a, b in chosen)
        print(f"  given name and surname in each other's place: {swapped:,} pairs")


def is_swapped(left, right):
    """Whether one record has its two names where the other has them the other way round."""
    return (left["given_name"] == right["surname"] and left["surname"] == right["given_name"]
            and left["given_name"] != left["surname"])


def main():
    """Runs the study and prints the three tables and how persons were split."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "build/release/cli")
    args = parser.parse_args()
    with open(args.folder / "contract.json", encoding="utf-8") as file:
        fields = {f["name"]: f.get("column", f["name"]) for f in json.load(file)["fields"]}
    records = read_records(args.folder, fields)
    with tempfile.TemporaryDirectory(prefix="musubi-") as scratch:
        work = pathlib.Path(scratch)
        result = run_main_job_in(work, args.folder, args.programs, os.cpu_count())
        linked = pairs(groups(sorted(work.glob("*.links.csv")), "project_id"))
        clusters = list(groups(sorted(work.glob("*.links.csv")), "project_id"))
    people = list(groups([args.folder / "truth.csv"], "person_id"))
    true = pairs(people)
    print(f"{result['study']}: precision {result['precision']:.4f}  recall {result['recall']:.4f}  "
          f"F1 {result['f1']:.4f}")
    describe("missed", sorted(true - linked), records, fields)
    describe("wrong", sorted(linked - true), records, fields)
    describe("correct", sorted(linked & true), records, fields)
    cluster_of = {record: i for i, cluster in enumerate(clusters) for record in cluster}
    splits = collections.Counter(
        tuple(sorted(collections.Counter(cluster_of[r] for r in person if r in cluster_of).values(),
                     reverse=True)) for person in people if len(person) > 1)
    print("\npersons by how their records were clustered (4+1: one record of five is apart)")
    for parts, count in splits.most_common(8):
        print(f"  {'+'.join(map(str, parts)):<12}{count:>8,}")


if __name__ == "__main__":
    main()
