#!/usr/bin/env python3
"""Compares clkhash with musubi-holder encode-clks, in bytes and in seconds.

Started by run_clkhash.sh, which prepares what it needs. Two sets of records: people, for the times,
and odd values under a schema that uses every kind of feature, for the bytes. Exits with 1 where any
byte differs.
"""

import argparse
import csv
import json
import os
import pathlib
import random
import resource
import statistics
import subprocess
import sys
import time

SECRET = "correct horse battery staple"
SEED = 20180101
ONE_WORKER = "clkhash, 1 worker"
WORKERS = "clkhash, a worker a processor"  # whose seconds are those of processes that it leaves


def feature(name, form, comparison, strategy, **more):
    """One feature of a version 3 schema."""
    hashing = {"comparison": comparison, "strategy": strategy, **more}
    return {"identifier": name, "format": form, "hashing": hashing}


def people_schema():
    """The columns of data/generate_people.py, hashed as clkhash's own example does it."""
    bigrams = {"type": "ngram", "n": 2}
    digits = {"type": "ngram", "n": 1, "positional": True}
    missing = {"missingValue": {"sentinel": "", "replaceWith": ""}}
    text = {"type": "string", "encoding": "utf-8"}
    return {"version": 3, "clkConfig": {"l": 1024, "kdf": {"type": "HKDF"}}, "features": [
        {"identifier": "id", "ignored": True},
        feature("given_name", text, bigrams, {"bitsPerFeature": 200}),
        feature("surname", text, bigrams, {"bitsPerFeature": 200}),
        feature("birth_date", {"type": "date", "format": "%Y-%m-%d"}, digits,
                {"bitsPerFeature": 200}, **missing),
        feature("sex", text, {"type": "exact"}, {"bitsPerFeature": 60}),
        feature("postcode", text, digits, {"bitsPerFeature": 120})]}


def field_schemas(schema):
    """A schema for each feature, 512 bits long: clkhash's way to what `encode` makes, a filter a
    field."""
    for hashed in schema["features"]:
        if hashed.get("ignored"):
            continue
        features = [f if f is hashed else {"identifier": f["identifier"], "ignored": True}
                    for f in schema["features"]]
        yield {**schema, "clkConfig": {**schema["clkConfig"], "l": 512}, "features": features}


def odd_schema():
    """Every format, comparison, strategy, hash and encoding."""
    double = {"hash": {"type": "doubleHash"}}
    avoiding = {"hash": {"type": "doubleHash", "prevent_singularity": True}}
    kdf = {"type": "HKDF", "hash": "SHA512", "salt": "c2FsdA==", "info": "aW5mbw==", "keySize": 32}
    return {"version": 3, "clkConfig": {"l": 512, "kdf": kdf, "xor_folds": 1}, "features": [
        {"identifier": "id", "ignored": True},
        feature("name", {"type": "string", "case": "lower", "minLength": 1},
                {"type": "ngram", "n": 2}, {"bitsPerFeature": 100}),
        feature("kana", {"type": "string", "encoding": "utf-16"},
                {"type": "ngram", "n": 1, "positional": True}, {"bitsPerToken": 7}, **double),
        feature("code", {"type": "string", "pattern": r"[A-Z]{2}\d{1,4}\Z"},
                {"type": "ngram", "n": 3}, {"bitsPerToken": 40}, **avoiding),
        feature("born", {"type": "date", "format": "%d/%m/%Y"}, {"type": "exact"},
                {"bitsPerToken": 20}, missingValue={"sentinel": "", "replaceWith": "19000101"}),
        feature("count", {"type": "integer", "minimum": -1000}, {"type": "exact"},
                {"bitsPerFeature": 33}),
        feature("size", {"type": "string"}, {"type": "numeric", "thresholdDistance": 2.5,
                "resolution": 5, "fractional_precision": 1}, {"bitsPerFeature": 55}, **double),
        feature("sex", {"type": "enum", "values": ["m", "f", ""]}, {"type": "exact"},
                {"bitsPerToken": 10}, missingValue={"sentinel": "?", "replaceWith": ""})]}


def odd_rows(count):
    """Random rows that are valid under odd_schema()."""
    chance = random.Random(SEED)
    letters = "abcdefghijklmnopqrstuvwxyz' -,\"äößéñøžçğжщω日本田中"
    kana = "アイウエオカキクケコガギグ゛ー・😀"

    def text(alphabet, low, high):
        return "".join(chance.choice(alphabet) for _ in range(chance.randint(low, high)))

    def date():
        if chance.random() < 0.1:
            return ""
        day, month = chance.randint(1, 28), chance.randint(1, 12)
        year = chance.choice([chance.randint(1900, 2030), chance.randint(1, 999)])
        return chance.choice(["%d/%d/%04d", "%02d/%02d/%04d"]) % (day, month, year)

    def number():
        value = chance.randint(-999, 10 ** chance.choice([3, 6, 25]))
        return chance.choice(["%d", "%+d", " %d ", "%05d"]) % value

    def size():
        forms = [lambda: repr(chance.uniform(-300, 300)), lambda: str(chance.randint(-50, 250)),
                 lambda: "%.1f" % chance.uniform(0, 250), lambda: "%.3e" % chance.uniform(0, 1e9),
                 lambda: ""]
        return chance.choice(forms)()

    for i in range(count):
        yield [i, text(letters, 1, 12), text(kana, 0, 8),
               text("ABCXYZ", 2, 2) + text("0123456789", 1, 4), date(), number(), size(),
               chance.choice("mf?") if chance.random() < 0.95 else ""]


def write_csv(path, schema, rows):
    """Writes rows under the schema's header."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([f["identifier"] for f in schema["features"]])
        writer.writerows(rows)


def processor_seconds():
    """Of this process and of all that it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def encode_with_clkhash(schema, data, output, workers):
    """In a process of its own, because clkhash remembers tokens; prints the seconds that it took
    and those of all processors."""
    from clkhash.clk import generate_clk_from_csv
    from clkhash.schema import from_json_file
    from clkhash.serialization import serialize_bitarray
    start, used = time.monotonic(), processor_seconds()
    with open(schema, encoding="utf-8") as file:
        parsed = from_json_file(file)
    with open(data, encoding="utf-8") as file:
        clks = generate_clk_from_csv(file, SECRET, parsed, progress_bar=False,
                                     max_workers=int(workers) or None)
    with open(output, "w", encoding="utf-8") as file:
        json.dump({"clks": [serialize_bitarray(clk) for clk in clks]}, file)
    print(time.monotonic() - start, processor_seconds() - used)


def timed(command):
    """The seconds of a whole process, and those of all processors."""
    start, used = time.monotonic(), processor_seconds()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - start, processor_seconds() - used


def seconds_of_clkhash(schema, data, output, workers):
    """As of timed(), of the encoding alone: without Python's start and imports."""
    command = [sys.executable, __file__, "--encode", schema, data, output, str(workers)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return tuple(float(word) for word in done.stdout.split())


def together(times):
    """As of timed(), of several."""
    return tuple(sum(column) for column in zip(*times))


class Comparison:
    """The files and programs of one comparison."""

    def __init__(self, args):
        self.args = args
        self.work = args.work
        self.holder = args.programs / "musubi-holder"
        self.secret = self.work / "clkhash.secret"
        self.secret.write_text(SECRET + "\n", encoding="utf-8")
        os.chmod(self.secret, 0o600)

    def prepare(self, name, schema):
        """Writes a schema; returns its path."""
        path = self.work / f"{name}.schema.json"
        path.write_text(json.dumps(schema), encoding="utf-8")
        return path

    def encode_clks(self, schema, data, output, threads):
        """The command that makes CLKs."""
        return [self.holder, "encode-clks", data, "--schema", schema, "--secret", self.secret,
                "-o", output, "--force", "-q", "-j", str(threads)]

    def same_bytes(self, name, schema, data):
        """Whether both programs make the same file, and of how many CLKs."""
        theirs = self.work / f"{name}.clkhash.json"
        ours = self.work / f"{name}.musubi.json"
        seconds_of_clkhash(schema, data, theirs, 1)
        subprocess.run(self.encode_clks(schema, data, ours, 2), check=True)
        count = len(json.loads(theirs.read_text(encoding="utf-8"))["clks"])
        return theirs.read_bytes() == ours.read_bytes(), count

    def encode(self, contract, key, data):
        """The command that makes Musubi's own encoding: five filters of 512 bits."""
        return [self.holder, "encode", data, "--contract", contract, "--secret", key, "--holder",
                "hospital", "--id-column", "id", "-o", self.work / "own.enc", "--refs",
                self.work / "own.refs.csv", "--rejects", self.work / "own.rejects.csv", "--force",
                "-q", "-j", "1"]

    def encode_own(self, contract, key, data):
        """As of timed(); rejected rows, exit 1, are none here."""
        return timed(self.encode(contract, key, data))

    def remove_outputs(self):
        """Of the run before, so that none is charged with freeing them."""
        for name in ("timed.json", "own.enc", "own.refs.csv", "own.rejects.csv"):
            (self.work / name).unlink(missing_ok=True)

    def own_keys(self):
        """A contract of five filters, and a secret for it."""
        contract = self.work / "western.json"
        key = self.work / "western.key"
        subprocess.run([self.args.programs / "musubi-study", "contract", "new", "--template",
                        "western", "-o", contract, "--force", "-q"], check=True)
        key.unlink(missing_ok=True)
        subprocess.run([self.holder, "secret", "new", "--contract", contract, "-o", key, "-q"],
                       check=True)
        return contract, key


def compare(args):
    """Compares bytes, then seconds; 1 where bytes differ."""
    comparison = Comparison(args)
    odd_data = args.work / "odd.csv"
    write_csv(odd_data, odd_schema(), odd_rows(args.records))
    odd = comparison.prepare("odd", odd_schema())
    people = comparison.prepare("people", people_schema())
    data = args.study / "hospital.csv"
    equal = True
    for name, schema, file in (("odd", odd, odd_data), ("people", people, data)):
        same, count = comparison.same_bytes(name, schema, file)
        print(f"{name}: {count:,} CLKs, {'the same bytes' if same else 'DIFFERENT BYTES'}")
        equal = equal and same

    contract, key = comparison.own_keys()
    output = args.work / "timed.json"
    fields = [comparison.prepare(f"field{i}", schema)
              for i, schema in enumerate(field_schemas(people_schema()))]
    ways = {
        ONE_WORKER: lambda: seconds_of_clkhash(people, data, output, 1),
        WORKERS: lambda: seconds_of_clkhash(people, data, output, 0),
        "clkhash, 1 worker, a CLK a field": lambda: together(
            [seconds_of_clkhash(schema, data, output, 1) for schema in fields]),
        "encode-clks -j 1": lambda: timed(comparison.encode_clks(people, data, output, 1)),
        "encode-clks -j 2": lambda: timed(comparison.encode_clks(people, data, output, 2)),
        "encode -j 1, five filters": lambda: comparison.encode_own(contract, key, data),
    }
    # Round by round, so that what else the machine does meets all alike.
    seconds = {name: [] for name in ways}
    for _ in range(args.runs):
        for name, run in ways.items():
            comparison.remove_outputs()
            seconds[name].append(run())
    count = sum(1 for _ in open(data, encoding="utf-8")) - 1
    report(seconds, count, equal, args)
    return 0 if equal else 1


def report(seconds, count, equal, args):
    """Prints a table by the clock and one by processor seconds, and appends the raw figures."""
    for column, what in enumerate(("seconds", "processor s")):
        median = {name: statistics.median(runs[column] for runs in values)
                  for name, values in seconds.items() if column == 0 or name != WORKERS}
        slowest = median[ONE_WORKER]
        print(f"\n{'':34}{what:>12}{'records/s':>12}{'times clkhash':>15}")
        for name, value in median.items():
            print(f"{name:34}{value:12.3f}{count / value:12,.0f}{slowest / value:15.1f}")
    line = {"benchmark": "clkhash", "records": count, "runs": args.runs, "same_bytes": equal,
            "python": sys.version.split()[0], "processors": os.cpu_count(),
            "seconds": {name: [round(wall, 4) for wall, _ in values]
                        for name, values in seconds.items()},
            "processor_seconds": {name: [round(used, 4) for _, used in values]
                                  for name, values in seconds.items() if name != WORKERS}}
    with open(args.log, "a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def main():
    """Encodes with clkhash, or compares."""
    if len(sys.argv) > 1 and sys.argv[1] == "--encode":
        encode_with_clkhash(*sys.argv[2:6])
        return 0
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--study", type=pathlib.Path, required=True)
    parser.add_argument("--records", type=int, required=True)
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--programs", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--log", type=pathlib.Path, required=True)
    return compare(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
