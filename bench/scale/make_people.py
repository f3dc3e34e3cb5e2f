#!/usr/bin/env python3
"""Makes a study folder of holders of N synthetic people each, for any N.

generate_people.py keeps a population in memory, some 700 bytes a person. Here populations of up to
a million records a holder are made one by one, each with its own seed, and put one behind another
as parts of one: their people are strangers to each other, but share names, dates and postcodes as
strangers do.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
RECORDS_OF_PART = 1_000_000
OVERLAP = 0.6  # the share of the population that each holder knows


def make_part(style, holders, records, seed, folder):
    """One population through generate_people.py, its mistakes' list left out."""
    subprocess.run([sys.executable, ROOT / "data/generate_people.py", "--style", style,
                    "--persons", str(round(records / OVERLAP)), "--holders", str(holders),
                    "--overlap", str(OVERLAP), "--seed", str(seed), "-o", folder],
                   check=True, stdout=subprocess.DEVNULL)
    (folder / "errors.csv").unlink()


def append(part, name, out, prefix, columns):
    """Copies a CSV file behind what is in `out`, with `prefix` before the cells of `columns`."""
    with open(part / name, "rb") as rows:
        header = rows.readline()
        if out.tell() == 0:
            out.write(header)
        for row in rows:
            # Ids are letters and digits, never quoted, and come first or last in a row.
            cells = row.rstrip(b"\r\n")
            end = row[len(cells):]
            if columns == "first":
                out.write(prefix + cells + end)
            else:
                person, holder, local_id = cells.split(b",")
                out.write(b",".join([prefix + person, holder, prefix + local_id]) + end)


def join(parts, folder):
    """Puts the parts one behind another."""
    with open(parts[0] / "study.json", encoding="utf-8") as file:
        study = json.load(file)
    names = {holder["file"]: "first" for holder in study["holders"]} | {"truth.csv": "both"}
    for name, columns in names.items():
        with open(folder / name, "wb") as out:
            for number, part in enumerate(parts):
                append(part, name, out, f"{number}-".encode(), columns)
                (part / name).unlink()
    (folder / "study.json").write_text(json.dumps(study, indent=2) + "\n", encoding="utf-8")


def main():
    """Parses the command line and makes the folder, whole or not at all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("records", type=int, help="of each holder")
    parser.add_argument("style", choices=["western", "japan"])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--holders", type=int, default=2)
    parser.add_argument("--part", type=int, default=RECORDS_OF_PART,
                        help="records of a holder that are made at once")
    args = parser.parse_args()
    if min(args.records, args.part) < 1:
        parser.error("records and --part are numbers from 1 on")
    sizes = [args.part] * (args.records // args.part)
    if args.records % args.part > 0:
        sizes.append(args.records % args.part)
    args.folder.parent.mkdir(parents=True, exist_ok=True)
    made = pathlib.Path(tempfile.mkdtemp(prefix=f".{args.folder.name}.", dir=args.folder.parent))
    try:
        parts = [made / f"part{number}" for number in range(len(sizes))]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda n: make_part(args.style, args.holders, sizes[n], n + 1, parts[n]),
                          range(len(sizes))))
        join(parts, made)
        for part in parts:
            shutil.rmtree(part)
        made.rename(args.folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
