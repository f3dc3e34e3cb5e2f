#!/usr/bin/env python3
"""Compares clkhash with musubi-holder encode-clks on random schemas, each with a few random rows.

Started by run_clkhash.sh. Schemas of every version take random formats, comparisons, strategies,
hashes, key derivations and missing values; one in three is then broken at random. Values mostly fit
their format. Both programs must make the same CLKs or refuse; exits with 1 where they differ.

One difference is meant and counted apart: what clkhash can use only while no record has a token
(blakeHash with an l that is no power of two, or with keys of more than 64 bytes) is refused with
the schema.
"""

import argparse
import copy
import csv
import datetime
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import warnings

from clkhash.clk import generate_clk_from_csv
from clkhash.schema import from_json_dict
from clkhash.serialization import serialize_bitarray

ALPHABETS = ["abcdefghij", "ABCDEFXYZ", "0123456789", " -'\",", "äößéñøžçğжщωΣς", "日本田中々ー",
             "アイウ゛ｶﾞ", "\u00a0\u3000\u2028\u0085\x1c\x0b", "ǅŉﬃİı", "😀𠮷", "\u0660\u0661\uff11",
             "\u0301\u200b"]
PATTERNS = [r"[A-Z]{2}\d{1,4}\Z", r".*", r"\w+", r"(?i)[a-z ]+", r"\S+|", r"(?:a|b)+c?",
            r"\d+\.?\d*", r"[\u3040-\u30ff]*", r"(?s).*", r"(.)\1*.*", r"^.*$", r"[[]a-z]*.*",
            r".{0,12}", r"(?P<x>a)?(?(x)b|.*)", r"\b.*\b|", r"(?!z).*", r"(?<=)..*|", r"[\w\-' ]*"]
FITTING = ["AB12", "abc", "", "a", "b", "zz top", "1.5", "あいう", " x1 ", "aab", "AB1\n", "[a-z]]x"]
DATES = ["%Y-%m-%d", "%d/%m/%Y", "%Y%m%d", "%m/%d/%y", "%d %b %Y", "%B %d, %Y", "%Y-%j",
         "%A %d %B %Y", "%d.%m.%Y %H:%M", "%d%m%Y", "%Y %U %w", "%G-%V-%u", "%Y-%m-%dT%H:%M:%S",
         "%I %p %d %m %Y", "%Y-%m-%d %z", "%Y/%m/%d%%", "%d-%m", "%Y", " %Y  %m %d "]
INTEGERS = ["1_0", "1__0", "_1", "\uff11\uff12", "\u0663", "0x10", "1.0", "", "- 5", "--5",
            "\u00a05", "5\u3000", "1e3", "00", "-0", "+0"]
NUMBERS = ["1_000", " 12 ", "-0", "0.5", "-1.5", "12.", "+3.25", ".5", "1E5", "0.125", "2.5", "1e22",
           "123456789012345678901234567890", "1_0.5", "1e-7"]
NO_NUMBERS = ["nan", "inf", "1e400", "x", "1__0"]
WRONG = [None, 0, 1, -1, 2.0, 1.5, "", "x", True, False, [], {}, 3, "utf-8", "SHA512", "exact", 64.0,
         [1], {"type": "exact"}, "0", 257]
KEYS = ["foo", "type", "n", "k", "hash", "ignored", "positional", "description", "weight",
        "minLength", "pattern", "case", "encoding"]
REFUSED_EARLY = ("needs an l that is a power of two", "takes a keySize of at most 64")


class Maker:
    """Random schemas and rows of one seed."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.pick = self.chance.choice

    def often(self, share):
        return self.chance.random() < share

    def text(self, low, high):
        letters = "".join(self.chance.sample(ALPHABETS, self.pick([1, 1, 2, 3, len(ALPHABETS)])))
        return "".join(self.pick(letters) for _ in range(self.chance.randint(low, high)))

    def format(self):
        """A format of a feature."""
        kind = self.pick(["string", "string", "string", "integer", "date", "enum"])
        form = {"type": kind}
        options = {
            "string": [("encoding", lambda: self.pick(["ascii", "utf-8", "utf-16", "utf-32"]))],
            "integer": [("minimum", lambda: self.pick([-1000, 0, 5])),
                        ("maximum", lambda: self.pick([10, 9999, 10**9]))],
            "date": [], "enum": []}[kind]
        if kind == "string" and self.often(0.25):
            form["pattern"] = self.pick(PATTERNS)
        elif kind == "string":
            options += [("case", lambda: self.pick(["upper", "lower", "mixed"])),
                        ("minLength", lambda: self.chance.randint(0, 4)),
                        ("maxLength", lambda: self.chance.randint(3, 12))]
        form.update({name: make() for name, make in options if self.often(0.4)})
        if kind == "date":
            form["format"] = self.pick(DATES)
        if kind == "enum":
            form["values"] = sorted({self.text(0, 5) for _ in range(self.chance.randint(1, 5))})
        return form

    def missing(self):
        value = {"sentinel": self.pick(["", "?", "9999", "NA", self.text(0, 3)])}
        if self.often(0.7):
            value["replaceWith"] = self.pick(["", "1", "19000101", self.text(0, 4)])
        return value

    def hash(self):
        return self.pick([{"type": "blakeHash"}, {"type": "doubleHash"},
                          {"type": "doubleHash", "prevent_singularity": self.often(0.5)}])

    def comparison(self, form):
        kind = self.pick(["ngram", "ngram", "exact", "numeric"])
        if kind == "numeric" and ("pattern" in form or form["type"] == "enum"):
            kind = "exact"
        comparison = {"type": kind}
        if kind == "ngram":
            comparison["n"] = self.pick([1, 2, 2, 3, 4, 5]) if self.often(0.97) else 0
            if self.often(0.4):
                comparison["positional"] = self.often(0.7)
        if kind == "numeric":
            comparison["thresholdDistance"] = self.pick([1, 2, 2.5, 10, 3, 100, 0.5, 1.25])
            comparison["resolution"] = self.pick([1, 2, 3, 5, 8])
            if self.often(0.5):
                comparison[self.pick(["fractional_precision", "fractional_precision",
                                      "fractionalPrecision"])] = self.pick([0, 1, 2, 3, 5])
        return comparison

    def hashing(self, version, form):
        """The hashing of a feature."""
        if version == 3:
            hashing = {"comparison": self.comparison(form), "strategy": self.pick([
                {"bitsPerToken": self.pick([1, 2, 5, 20, 33, 64])},
                {"bitsPerFeature": self.pick([1, 10, 33, 100, 301])}])}
        else:
            hashing = {"ngram": self.pick([0, 1, 2, 2, 3])}
            if self.often(0.5):
                hashing["positional"] = self.often(0.7)
        if version == 1 and self.often(0.6):
            hashing["weight"] = self.pick([0, 0.5, 1, 1.5, 0.1, 2, 0.25])
        if version == 2:
            hashing.update(self.pick([{"k": self.pick([1, 5, 20])},
                                      {"numBits": self.pick([10, 100, 301])}]))
        if version > 1 and self.often(0.5):
            hashing["hash"] = self.hash()
        if self.often(0.35):
            hashing["missingValue"] = self.missing()
        return hashing

    def schema(self):
        """A schema that is valid but for its values."""
        version = self.pick([3, 3, 3, 1, 2])
        kdf = {"type": "HKDF"}
        for name, values in (("hash", ["SHA256", "SHA512"]), ("salt", ["c2FsdA==", "", "a b*c="]),
                             ("info", ["aW5mbw==", ""]), ("keySize", [64, 64, 32, 16, 1, 48, 100])):
            if self.often(0.5):
                kdf[name] = self.pick(values)
        config = {"l": self.pick([64, 128, 256, 512, 1024, 1024, 2048, 100, 33, 1000]), "kdf": kdf}
        if version == 1:
            config.update(k=self.pick([5, 20, 30]), hash=self.hash())
        if self.often(0.3):
            config[self.pick(["xorFolds", "xor_folds"])] = self.pick([0, 1, 2])
        features = []
        for i in range(self.chance.randint(1, 6)):
            if i > 0 and version > 1 and self.often(0.12):
                features.append({"identifier": f"c{i}", "ignored": True})
                continue
            form = self.format()
            features.append({"identifier": f"c{i}", "format": form,
                             "hashing": self.hashing(version, form)})
        return {"version": version, "clkConfig": config, "features": features}

    def broken(self, schema):
        """The schema with one thing removed, replaced or added."""
        schema = copy.deepcopy(schema)
        places = []

        def walk(node):
            for key in node if isinstance(node, dict) else range(len(node)):
                places.append((node, key))
                if isinstance(node[key], (dict, list)):
                    walk(node[key])

        walk(schema)
        node, key = self.pick(places)
        what = self.chance.random()
        if what < 0.3:
            del node[key]
        elif what < 0.8 or isinstance(node, list):
            node[key] = copy.deepcopy(self.pick(WRONG))
        else:
            node[self.pick(KEYS)] = self.pick([1, "x", True, None, 0, "upper", "utf-8"])
        return schema

    def value(self, feature):
        """A cell, which mostly fits its feature."""
        if "format" not in feature or self.often(0.01):
            return self.text(0, 6)
        form, hashing = feature["format"], feature["hashing"]
        if "missingValue" in hashing and self.often(0.15):
            return hashing["missingValue"]["sentinel"]
        if form["type"] == "enum":
            return self.pick(form["values"])
        return getattr(self, form["type"] + "_value")(form, hashing)

    def string_value(self, form, hashing):
        if hashing.get("comparison", {}).get("type") == "numeric":
            return self.pick(NO_NUMBERS if self.often(0.02) else NUMBERS + [
                str(self.chance.uniform(-10, 300)), str(self.chance.randint(-50, 5000)),
                f"{self.chance.uniform(0, 1e6):.2e}"])
        if "pattern" in form:
            fitting = [text for text in FITTING if re.fullmatch(form["pattern"], text)]
            return self.pick(FITTING if self.often(0.02) else fitting)
        text = self.text(form.get("minLength", 0), 8)
        if form.get("encoding") == "ascii" and self.often(0.98):
            text = "".join(c for c in text if c.isascii())
        text = {"upper": text.upper, "lower": text.lower}.get(form.get("case"), lambda: text)()
        return text[:form.get("maxLength", 8)]

    def integer_value(self, form, _):
        low = form.get("minimum", -1000)
        value = self.chance.randint(low, max(low, form.get("maximum", 10**6)))
        written = self.pick(["%d", "%d", "%+d", " %d ", "%05d"]) % value
        return written if self.often(0.97) else self.pick(INTEGERS)

    def date_value(self, form, _):
        year = self.pick([self.chance.randint(1900, 2068), self.chance.randint(1, 999)])
        moment = datetime.datetime(year, self.chance.randint(1, 12), self.chance.randint(1, 28),
                                   self.chance.randint(0, 23), self.chance.randint(0, 59),
                                   tzinfo=datetime.timezone.utc)
        text = moment.strftime(form["format"])
        if self.often(0.95):
            return text
        return self.pick([text.upper(), text.lower(), " " + text, text.replace("0", "", 1)])

    def rows(self, schema):
        features = schema["features"]
        return [[self.value(f) for f in features] for _ in range(self.chance.randint(1, 4))]


def clks_of_clkhash(schema, data, secret, validate):
    """Its CLKs, or why it makes none."""
    try:
        parsed = from_json_dict(schema)
        with open(data, encoding="utf-8") as file:
            clks = generate_clk_from_csv(file, secret, parsed, progress_bar=False, max_workers=1,
                                         validate=validate)
        return [serialize_bitarray(clk) for clk in clks], ""
    except Exception as error:  # whatever it raises is a refusal  # pylint: disable=broad-except
        return None, f"{type(error).__name__}: {error}"


def clks_of_musubi(args, schema, data, secret, validate):
    """Ours, or why there are none."""
    output = args.work / "random.json"
    output.unlink(missing_ok=True)
    command = [args.programs / "musubi-holder", "encode-clks", data, "--schema", schema, "--secret",
               secret, "-o", output, "-q", "-j", "1"] + ([] if validate else ["--no-validate"])
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return json.loads(output.read_text(encoding="utf-8"))["clks"], ""
    if done.returncode < 0:
        return f"signal {-done.returncode}", done.stderr
    return None, done.stderr


def compare_one(args, number):
    """What became of schema `number`: equal, refused, early or DIFFERENT."""
    maker = Maker(args.seed * 1_000_003 + number)
    schema = maker.schema()
    rows = maker.rows(schema)
    for _ in range(maker.pick([0, 0, 0, 0, 1, 2])):
        schema = maker.broken(schema)
    files = {name: args.work / f"random.{name}" for name in ("csv", "schema.json", "secret")}
    with open(files["csv"], "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator=maker.pick(["\n", "\r\n"]),
                            quoting=maker.pick([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
        writer.writerows([[f"c{i}" for i in range(len(rows[0]))]] + rows)
    files["schema.json"].write_text(json.dumps(schema), encoding="utf-8")
    secret = maker.pick(["secret", "a longer secret of several words", "秘密ä"])
    files["secret"].write_text(secret, encoding="utf-8")
    os.chmod(files["secret"], 0o600)
    validate = maker.often(0.8)
    theirs, their_reason = clks_of_clkhash(schema, files["csv"], secret, validate)
    ours, our_reason = clks_of_musubi(args, files["schema.json"], files["csv"], files["secret"],
                                      validate)
    if ours == theirs:
        return "equal" if ours is not None else "refused"
    if ours is None and any(reason in our_reason for reason in REFUSED_EARLY):
        return "early"
    kept = args.work / f"different-{args.seed}-{number}"
    kept.mkdir(exist_ok=True)
    for name, path in files.items():
        (kept / name).write_bytes(path.read_bytes())
    print(f"{kept}: clkhash {their_reason or 'accepts'}; ours {our_reason or 'accepts'}")
    return "DIFFERENT"


def main():
    """Compares as many schemas as asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--schemas", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--programs", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    args = parser.parse_args()
    warnings.filterwarnings("ignore")  # clkhash warns of what it ignores
    counts = {"equal": 0, "refused": 0, "early": 0, "DIFFERENT": 0}
    for number in range(args.schemas):
        counts[compare_one(args, number)] += 1
    print(f"random schemas, seed {args.seed}: {counts['equal']:,} with the same CLKs, "
          f"{counts['refused']:,} refused by both, {counts['early']:,} refused before a record, "
          f"{counts['DIFFERENT']:,} different")
    return 1 if counts["DIFFERENT"] else 0


if __name__ == "__main__":
    sys.exit(main())
