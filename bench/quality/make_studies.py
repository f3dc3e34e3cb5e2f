#!/usr/bin/env python3
"""Makes study folders from public data sets with known truth, and from the generator.

Reads the data sets from --data (shared/data beside the project unless named) and leaves out those
that are not there, saying so. Copies nothing into the project: the folders go to --output.
"""

import argparse
import csv
import json
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONTRACTS = ROOT / "bench/quality/contracts"


def read_rows(path):
    """Header and rows of a CSV file, with blanks around the header's names removed."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return [name.strip() for name in rows[0]], rows[1:]


class Study:
    """A study folder under construction."""

    def __init__(self, output, name, contract):
        self.folder = output / name
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        shutil.copy(CONTRACTS / f"{contract}.json", self.folder / "contract.json")
        self.holders = []
        self.truth = []

    def add(self, name, header, rows, person_of, duplicates=False):
        """Adds a holder. Its ids are new row numbers, because the sets' own ids tell the truth."""
        with open(self.folder / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["local_id", *header])
            for number, row in enumerate(rows):
                writer.writerow([number, *row])
                self.truth.append((person_of(row), name, number))
        self.holders.append({"name": name, "file": f"{name}.csv", "id_column": "local_id",
                             "charset": "utf-8", "duplicates": duplicates})

    def finish(self):
        """Writes study.json and truth.csv."""
        study = json.dumps({"holders": self.holders}, indent=1)
        (self.folder / "study.json").write_text(study + "\n", encoding="utf-8")
        with open(self.folder / "truth.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["person_id", "holder", "local_id"])
            writer.writerows(self.truth)


def febrl(data, output):
    """Febrl 1 to 3: split into originals and duplicates, and as one holder with duplicates."""
    for number in (1, 2, 3):
        header, rows = read_rows(data / f"linkage/febrl/dataset{number}.csv")
        person = lambda row: re.match(r"rec-(\d+)-", row[0]).group(1)  # noqa: E731
        originals = [row for row in rows if row[0].strip().endswith("-org")]
        duplicates = [row for row in rows if not row[0].strip().endswith("-org")]
        study = Study(output, f"febrl{number}", "febrl")
        study.add("originals", header, originals, person)
        study.add("duplicates", header, duplicates, person, duplicates=True)
        study.finish()
        study = Study(output, f"febrl{number}_one_holder", "febrl")
        study.add("all", header, rows, person, duplicates=True)
        study.finish()


def febrl_two(data, output):
    """Two holders without duplicates: the originals and one duplicate of each; and with a third of
    the persons at both. With all fields, and with names, birth date and postcode alone."""
    for number in (2, 3):
        header, rows = read_rows(data / f"linkage/febrl/dataset{number}.csv")
        person = lambda row: re.match(r"rec-(\d+)-", row[0]).group(1)  # noqa: E731
        originals = {person(row): row for row in rows if row[0].strip().endswith("-org")}
        duplicates = {person(row): row for row in rows if row[0].strip().endswith("-dup-0")}
        both = sorted(set(originals) & set(duplicates))
        third = len(both) // 3
        for contract, fields in (("febrl", ""), ("febrl_few", "_few")):
            study = Study(output, f"febrl{number}_two{fields}", contract)
            study.add("a", header, list(originals.values()), person)
            study.add("b", header, list(duplicates.values()), person)
            study.finish()
            study = Study(output, f"febrl{number}_third{fields}", contract)
            study.add("a", header, [originals[p] for p in both[:2 * third]], person)
            study.add("b", header, [duplicates[p] for p in both[third:]], person)
            study.finish()


def anonlink5(data, output):
    """Five holders without duplicates; the column id is the truth. With a filter a field, and with
    one filter a person."""
    for contract in ("anonlink5", "anonlink5_record"):
        study = Study(output, contract, contract)
        for number in range(1, 6):
            header, rows = read_rows(data / f"linkage/anonlink5/dataset-{number}.csv")
            study.add(f"holder{number}", header, rows, lambda row: row[0])
        study.finish()


def leipzig(data, output):
    """Records and their later selves, half of them under another surname."""
    header, rows = read_rows(data / "linkage/leipzig/DS_Time.csv")
    source, person = header.index("id.source"), header.index("id.global")
    study = Study(output, "leipzig", "leipzig")
    for name in ("org", "dup"):
        chosen = [row for row in rows if row[source] == name]
        study.add(name, header, chosen, lambda row: row[person])
    study.finish()


def splink(data, output):
    """One thousand invented records with many errors, in one holder."""
    header, rows = read_rows(data / "linkage/splink/fake_1000.csv")
    person = header.index("cluster")
    study = Study(output, "splink_fake_1000", "splink")
    study.add("all", header, rows, lambda row: row[person], duplicates=True)
    study.finish()


def make_people(folder, template, *options):
    """A folder of the generator's, with a template as its contract."""
    subprocess.run([sys.executable, ROOT / "data/generate_people.py", *options, "-o", folder,
                    "--force"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([ROOT / "build/release/cli/musubi-study", "contract", "new", "--template",
                    template, "-o", folder / "contract.json", "--force", "-q"], check=True)


def synthetic(_data, output):
    """Our own people: households, twins, moves, marriages; and twice as many mistakes."""
    for style, template, holders, errors in (
            ("western", "western", 2, 0.2), ("western", "western", 5, 0.2),
            ("western", "western", 10, 0.2), ("western", "western", 2, 0.4),
            ("western", "western", 5, 0.0), ("japan", "japan-hospital", 3, 0.2),
            ("japan", "japan-hospital", 3, 0.4)):
        name = f"synthetic_{style}_{holders}" + (f"_errors{errors * 100:.0f}" if errors != 0.2
                                                 else "")
        make_people(output / name, template, "--style", style, "--persons", "5000", "--holders",
                    str(holders), "--seed", "11", "--overlap", "0.4", "--errors", str(errors))


def collapse(_data, output):
    """One holder that declares duplicates: has some; and has none, so that households are what is
    most alike. The second must be refused."""
    make_people(output / "one_holder_households", "western", "--style", "western", "--persons",
                "5000", "--holders", "1", "--seed", "5", "--overlap", "0.9", "--duplicates",
                "hospital")
    folder = output / "collapse"
    make_people(folder, "western", "--style", "western", "--persons", "6000", "--holders", "1",
                "--seed", "3", "--overlap", "1")
    study = (folder / "study.json").read_text(encoding="utf-8")
    (folder / "study.json").write_text(
        study.replace('"duplicates": false', '"duplicates": true'), encoding="utf-8")


def japan_rules(_data, output):
    """One Japanese study twice: with the rules of writing, and with every value as written."""
    for rules in ("on", "off"):
        name = f"japan_rules_{rules}"
        folder = output / name
        subprocess.run([sys.executable, ROOT / "data/generate_people.py", "--style", "japan",
                        "--persons", "3000", "--holders", "3", "--seed", "23", "-o", folder,
                        "--force"], check=True, stdout=subprocess.DEVNULL)
        shutil.copy(CONTRACTS / f"{name}.json", folder / "contract.json")


MAKERS = (febrl, febrl_two, anonlink5, leipzig, splink, synthetic, collapse, japan_rules)


def main():
    """Makes what can be made; prints the folders of all that is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, default=ROOT.parent / "shared/data")
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "build/quality")
    parser.add_argument("--only", choices=[make.__name__ for make in MAKERS],
                        help="make these studies and leave the others as they are")
    args = parser.parse_args()
    for make in MAKERS:
        if args.only not in (None, make.__name__):
            continue
        try:
            make(args.data, args.output)
        except FileNotFoundError as error:
            print(f"left out {make.__name__}: {error.filename} is not there", file=sys.stderr)
    for folder in sorted(args.output.glob("*/study.json")):
        print(folder.parent)


if __name__ == "__main__":
    main()
