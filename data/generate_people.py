#!/usr/bin/env python3
"""Makes a study folder of people who do not exist, for tests, benchmarks and demonstrations.

It models what makes linkage hard: names of realistic skew, households and twins, moves and
marriages between two registrations, the mistakes of typists and converters, and holders that
write the same fact in different forms. Names, weights and kinds of mistakes come from general
knowledge and from what linkage studies report; no real record was read, and a row that equals a
living person does so by chance. The same options give the same bytes on every run.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from people.folder import write_study
from people.study import STYLES, Options, Study, holder_names, make_study

EX_USAGE = 64
EX_EXISTS = 73
EX_IO = 74


class Parser(argparse.ArgumentParser):
    """Reports a usage error with the exit status that Musubi's programs use."""

    def error(self, message: str) -> None:
        self.print_usage(sys.stderr)
        self.exit(EX_USAGE, f"{self.prog}: {message}\n")


def whole(low: int, high: int):
    """An argument type: a whole number from `low` to `high`."""

    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {low} to {high}")
        return int(text)

    return parse


def share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 1.0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a share from 0 to 1")
    return value


def parse_arguments(arguments: list[str]) -> tuple[Options, Path, bool]:
    parser = Parser(
        prog="generate_people.py",
        description="Makes a study folder of people who do not exist.",
        epilog="Writes HOLDER.csv for each holder, study.json, truth.csv (who is who) and "
        "errors.csv (every mistake that was made on purpose).",
    )
    add = parser.add_argument
    add("--style", choices=STYLES, required=True, help="names, columns and written forms")
    add("--persons", type=whole(1, 9_999_999), required=True, metavar="N",
        help="distinct persons in the population")
    add("--holders", type=whole(1, 99), required=True, metavar="H", help="number of data holders")
    add("--seed", type=whole(0, 2**63 - 1), required=True, metavar="S",
        help="the same seed and options give the same bytes")
    add("-o", dest="folder", type=Path, required=True, metavar="DIR", help="the folder to make")
    add("--overlap", type=share, default=0.6, metavar="SHARE",
        help="share of the population each holder knows, and so of its persons that any other "
        "holder knows (default 0.6)")
    add("--errors", type=share, default=0.2, metavar="SHARE",
        help="share of records with mistakes, among all but the first of each person (default 0.2)")
    add("--duplicates", metavar="HOLDER",
        help="this holder has two or three records of every tenth person")
    add("--force", action="store_true", help="replace the files of an existing study in DIR")
    given = parser.parse_args(arguments)
    if given.overlap == 0.0:
        parser.error("argument --overlap: a holder that knows nobody has no file")
    names = holder_names(given.style, given.holders)
    if given.duplicates is not None and given.duplicates not in names:
        parser.error(f"argument --duplicates: {given.duplicates!r} is not one of the holders: "
                     + ", ".join(names))
    options = Options(given.style, given.persons, given.holders, given.seed, given.overlap,
                      given.errors, given.duplicates)
    return options, given.folder, given.force


def publish(made: Path, folder: Path) -> None:
    """Moves complete files into `folder`, and removes those of the study that was there."""
    folder.mkdir(parents=True, exist_ok=True)
    for stale in earlier_files(folder):
        (folder / stale).unlink(missing_ok=True)
    for path in sorted(made.iterdir()):
        os.replace(path, folder / path.name)


def earlier_files(folder: Path) -> list[str]:
    """Holder files that an earlier study.json in `folder` names; none if it is not ours."""
    try:
        holders = json.loads((folder / "study.json").read_text(encoding="utf-8"))["holders"]
        names = [holder["file"] for holder in holders]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [n for n in names if isinstance(n, str) and n.endswith(".csv") and Path(n).name == n]


def summary(study: Study, folder: Path) -> str:
    lines = [f"{folder}: {len(study.people)} persons, seed {study.options.seed}"]
    for holder in study.holders:
        wrong = sum(1 for row in holder.rows if row.tags)
        lines.append(f"  {holder.name}: {len(holder.rows)} records, {wrong} tagged in errors.csv")
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    options, folder, force = parse_arguments(arguments)
    if (folder.exists() or folder.is_symlink()) and not force:
        print(f"generate_people.py: {folder} exists; --force replaces the study in it",
              file=sys.stderr)
        return EX_EXISTS
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            study = make_study(options)
            write_study(study, made)
            publish(made, folder)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    except OSError as error:
        print(f"generate_people.py: {error}", file=sys.stderr)
        return EX_IO
    print(summary(study, folder))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
