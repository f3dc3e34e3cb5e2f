#!/usr/bin/env python3
"""The recall of planted copies beside the true one, on people who do not exist.

Makes each study with data/generate_people.py below --output, plants copies at every holder, links,
and prints the table of bench/quality/README.md; the raw lines go to --raw where it is named.

    python3 bench/quality/planted.py [--plant N] [--output FOLDER] [--raw FILE]
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

from main_job import run_main_job  # noqa: E402  (needs the path above)

# Study: template, options of the generator, and each run's options of link.
STUDIES = (
    ("western, 2 holders, 0 % errors", "western", ("western", 3000, 2, 0.0), ((),)),
    ("western, 2 holders, 20 % errors", "western", ("western", 3000, 2, 0.2),
     ((), ("--threshold", "0.99"), ("--threshold", "0.9999"), ("--candidates", "blocks"))),
    ("western, 2 holders, 50 % errors", "western", ("western", 3000, 2, 0.5),
     ((), ("--candidates", "blocks"))),
    ("western, 2 holders, 100 % errors", "western", ("western", 3000, 2, 1.0),
     ((), ("--candidates", "blocks"))),
    ("Japan, 3 holders, 20 % errors", "japan-hospital", ("japan", 3000, 3, 0.2),
     ((), ("--candidates", "blocks"))),
    ("Japan, 3 holders, 50 % errors", "japan-hospital", ("japan", 3000, 3, 0.5),
     ((), ("--candidates", "blocks"))),
    ("one filter a person, 2 holders, 50 % errors", "record", ("western", 3000, 2, 0.5),
     ((), ("--threshold", "0.7"), ("--threshold", "0.9"))),
)


def make_study(folder, template, people):
    """A study folder of people under a template as it is."""
    style, persons, holders, errors = people
    subprocess.run([sys.executable, ROOT / "data/generate_people.py", "--style", style,
                    "--persons", str(persons), "--holders", str(holders), "--errors", str(errors),
                    "--seed", "29", "-o", folder, "--force"], check=True,
                   stdout=subprocess.DEVNULL)
    contract = ROOT / "core/templates" / f"{template}.json"
    (folder / "contract.json").write_bytes(contract.read_bytes())


def line_of(study, options, run):
    """A line of the table."""
    planted = run["estimate"]["planted"]
    model = run["estimate"].get("model_recall")
    shown = f"`{' '.join(options)}`" if options else ""
    return (f"| {study} | {shown} | {run['precision']:.3f} | {run['recall']:.3f} | "
            f"{planted['recall']:.3f} ({planted['low']:.3f}-{planted['high']:.3f}) | "
            f"{planted['compared'] / planted['copies']:.3f} | "
            f"{'' if model is None else f'{model:.3f}'} |")


def main():
    """Runs every study, prints a line each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plant", type=int, default=1000)
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "build/planted")
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "build/release/cli")
    parser.add_argument("--raw", type=pathlib.Path)
    args = parser.parse_args()
    raw = []
    print("| people | link | precision | recall | of planted copies | compared of them "
          "| by the model |")
    print("|---|---|---|---|---|---|---|")
    for number, (study, template, people, runs) in enumerate(STUDIES):
        folder = args.output / f"study_{number}"
        folder.mkdir(parents=True, exist_ok=True)
        make_study(folder, template, people)
        for options in runs:
            run = run_main_job(folder, args.programs, os.cpu_count(), options,
                               ["--plant", str(args.plant)])
            raw.append({"people": study, "link": " ".join(options), **run})
            print(line_of(study, options, run), flush=True)
    if args.raw:
        args.raw.write_text("".join(json.dumps(run) + "\n" for run in raw), encoding="utf-8")


if __name__ == "__main__":
    main()
