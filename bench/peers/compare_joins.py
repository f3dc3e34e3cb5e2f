#!/usr/bin/env python3
"""Compares joins of the same filters by join_bench, anonlink and FAISS: pairs, then seconds.

Started by run_joins.sh, which prepares what it needs. Two holders' people are encoded under each
contract and joined at each threshold. Exits with 1 where the pairs are not what they must be.
"""

import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
from fractions import Fraction

import numpy

from join_files import count_bits, excess, read_filters, read_pairs, rows_of

CONTRACTS = ["full_record", "name_birth_sex"]
THRESHOLDS = ["0.85", "0.80"]
HOLDERS = ["hospital", "municipality"]
FILTER = "person"  # the one filter of either contract
SUBSET = 2000  # left records of what is too slow for all: FAISS and the scan
ANONLINK = "anonlink, processes: {}"
EXACT = "musubi exact -j {}"
LSH = "musubi lsh -j {}"
FAISS = "FAISS flat, threads: {}"
SCAN = "musubi scan -j 2"


class WrongPairs(Exception):
    """Two programs disagree where they must not."""


def run(command):
    """The JSON that a command prints; its own message where it fails."""
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}\nexit {done.returncode}: {done.stderr}")
    return json.loads(done.stdout) if done.stdout.strip() else {}


class Encodings:
    """Both holders' records under one contract."""

    def __init__(self, args, name):
        self.args = args
        self.contract = pathlib.Path(__file__).parent / f"{name}.json"
        self.files = [args.work / f"{name}.{holder}.enc" for holder in HOLDERS]
        self.name = name

    def encode(self):
        """Makes a secret and the two files."""
        holder_program = self.args.programs / "musubi-holder"
        key = self.args.work / f"{self.name}.key"
        key.unlink(missing_ok=True)
        subprocess.run([holder_program, "secret", "new", "--contract", self.contract, "-o", key,
                        "-q"], check=True)
        for holder, file in zip(HOLDERS, self.files):
            work = self.args.work / f"{self.name}.{holder}"
            done = subprocess.run(
                [holder_program, "encode", self.args.study / f"{holder}.csv", "--contract",
                 self.contract, "--secret", key, "--holder", holder, "--id-column", "id", "-o",
                 file, "--refs", f"{work}.refs.csv", "--rejects", f"{work}.rejects.csv",
                 "--force", "-q"], check=False)
            if done.returncode not in (0, 1):  # 1: rows were rejected
                raise RuntimeError(f"encode: exit {done.returncode}")
        return self

    def filters(self):
        """The filters of either file."""
        return [read_filters(file, FILTER) for file in self.files]


class Join:
    """One contract at one threshold, joined by every program."""

    def __init__(self, args, encodings, threshold):
        self.args = args
        self.encodings = encodings
        self.threshold = threshold
        self.ways = {}
        for n in (1, 2):
            self.ways[ANONLINK.format(n)] = self.peer("anonlink", n)
            self.ways[FAISS.format(n)] = self.peer("faiss", n, "--first", SUBSET)
            self.ways[EXACT.format(n)] = self.own("exact", n)
            self.ways[LSH.format(n)] = self.own("lsh", n, "--recall", "0.99")
        self.ways[SCAN] = self.own("scan", 2, "--first", SUBSET)
        self.reports = {name: [] for name in self.ways}

    def output(self, name):
        """Where a way's pairs go."""
        return self.args.work / (re.sub("[^a-z0-9]+", "_", name.lower()) + ".pairs")

    def peer(self, program, processes, *more):
        """The command of another program, but for its output."""
        return [sys.executable, pathlib.Path(__file__).parent / "run_peer.py", program,
                *self.encodings.files, "OUTPUT", "--filter", FILTER, "--threshold", self.threshold,
                "--processes", processes, *more]

    def own(self, method, threads, *more):
        """The command of join_bench, but for its output."""
        return [self.args.join_bench, self.encodings.contract, *self.encodings.files, "-o",
                "OUTPUT", "--method", method, "--threshold", self.threshold, "-j", threads, *more]

    def run_once(self):
        """Runs every way, one after another, so that what else the machine does meets all alike."""
        for name, command in self.ways.items():
            command = [self.output(name) if word == "OUTPUT" else word for word in command]
            self.reports[name].append(run(command))

    def wall(self, report, name):
        """The seconds of one run; of a part of the left records, as if it were all."""
        seconds = report["seconds"]
        total = seconds["wall"] if "wall" in seconds else sum(seconds.values())
        return total * self.scale(name)

    def cpu(self, report, name):
        """Likewise the processor seconds, of all threads and processes."""
        own = report["cpu_seconds"] if "cpu_seconds" in report else report["seconds"]["cpu"]
        return own * self.scale(name)

    def scale(self, name):
        """How many times the pairs of a way all pairs are: 1 unless it joined a part."""
        return self.reports[EXACT.format(1)][0]["pairs"] / self.reports[name][0]["pairs"]

    def median(self, what, name):
        """The median of self.wall or self.cpu over the runs."""
        return statistics.median(what(report, name) for report in self.reports[name])

    def pairs(self, name):
        """What a way found."""
        return read_pairs(self.output(name))

    def check(self, left, right):
        """What the pairs say; WrongPairs where they are not what they must be."""
        threshold = Fraction(self.threshold)
        exact = self.pairs(EXACT.format(1))
        if numpy.any(excess(left, right, *rows_of(exact), threshold) < 0):
            raise WrongPairs("the exact join has a pair below the threshold")
        must_equal(exact, self.pairs(EXACT.format(2)), "the exact join with two threads")
        of_subset = exact[exact < numpy.uint64(SUBSET << 32)]
        must_equal(of_subset, self.pairs(SCAN), "the scan")
        for n in (1, 2):
            must_equal(of_subset, self.pairs(FAISS.format(n)), "FAISS")
        lost = [lost_on_threshold(exact, self.pairs(ANONLINK.format(n)), left, right, threshold)
                for n in (1, 2)]
        lsh = self.pairs(LSH.format(1))
        must_equal(lsh, self.pairs(LSH.format(2)), "lsh with two threads")
        if len(numpy.setdiff1d(lsh, exact)) > 0:
            raise WrongPairs("lsh has a pair that the exact join has not")
        return {"found": len(exact), "subset_found": len(of_subset), "lsh_found": len(lsh),
                "lsh_recall": round(len(lsh) / len(exact), 6) if len(exact) > 0 else None,
                "anonlink_lost": lost}


def must_equal(expected, found, who):
    """Fails where two ways that must find the same pairs do not."""
    if not numpy.array_equal(expected, found):
        raise WrongPairs(f"{who} has {len(numpy.setdiff1d(found, expected))} pairs too many and "
                         f"{len(numpy.setdiff1d(expected, found))} too few")


def lost_on_threshold(exact, anonlink, left, right, threshold):
    """How many pairs anonlink lost, each of which must be exactly on the threshold."""
    if len(numpy.setdiff1d(anonlink, exact)) > 0:
        raise WrongPairs("anonlink has a pair that the exact join has not")
    lost = numpy.setdiff1d(exact, anonlink)
    if numpy.any(excess(left, right, *rows_of(lost), threshold) != 0):
        raise WrongPairs("anonlink lacks a pair that is not exactly on the threshold")
    return len(lost)


def print_join(join, found, sizes, bits):
    """The table of one contract and threshold."""
    one, two = (join.median(join.wall, ANONLINK.format(n)) for n in (1, 2))
    one_cpu = join.median(join.cpu, ANONLINK.format(1))
    pairs = sizes[0] * sizes[1]
    print(f"\n{join.encodings.name}, Dice >= {join.threshold}: {sizes[0]:,} x {sizes[1]:,} "
          f"records, {bits:.0f} of 1,024 bits set on average")
    print(f"{'':26}{'seconds':>10}{'cpu s':>10}{'M pairs/s':>11}{'x anonlink 1':>14}"
          f"{'x anonlink 2':>14}{'x cpu':>8}{'MiB':>7}")
    for name in join.ways:
        wall, cpu = join.median(join.wall, name), join.median(join.cpu, name)
        peak = max(report["peak_bytes"] for report in join.reports[name]) / 2**20
        scaled = "*" if join.scale(name) != 1 else ""
        print(f"{name + scaled:26}{wall:10.3f}{cpu:10.3f}{pairs / wall / 1e6:11,.0f}"
              f"{one / wall:14.1f}{two / wall:14.1f}{one_cpu / cpu:8.1f}{peak:7.0f}")
    chosen = join.reports[LSH.format(1)][0]["lsh"]
    print(f"pairs found: {found['found']:,}; the scan and FAISS agree on the first {SUBSET:,} left "
          f"records; anonlink lacks {found['anonlink_lost'][0]} and {found['anonlink_lost'][1]}, "
          f"all exactly on the threshold\nlsh: recall {found['lsh_recall']}, "
          f"{chosen['bits_per_key']} bits a key, {chosen['tables']} tables")


def log_line(join, found, sizes, bits):
    """The raw figures of one contract and threshold."""
    return {"benchmark": "joins", "contract": join.encodings.name, "threshold": join.threshold,
            "records": sizes, "mean_bits": round(bits, 1), "runs": join.args.runs, **found,
            "subset": SUBSET, "processors": os.cpu_count(), "load": os.getloadavg(),
            "python": sys.version.split()[0], "peers": join.args.peers,
            "lsh": join.reports[LSH.format(1)][0]["lsh"],
            "kernel": join.reports[EXACT.format(1)][0]["kernel"],
            "reports": {name: [{"seconds": report["seconds"],
                                "cpu_seconds": round(join.cpu(report, name) / join.scale(name), 4),
                                "pairs": report["pairs"], "pairs_found": report["pairs_found"],
                                "peak_bytes": report["peak_bytes"]} for report in reports]
                        for name, reports in join.reports.items()}}


def compare(args):
    """Joins, checks, reports."""
    for name in CONTRACTS:
        encodings = Encodings(args, name).encode()
        left, right = encodings.filters()
        sizes = [len(left), len(right)]
        bits = float(numpy.concatenate([count_bits(left), count_bits(right)]).mean())
        for threshold in THRESHOLDS:
            join = Join(args, encodings, threshold)
            for _ in range(args.runs):
                join.run_once()
            found = join.check(left, right)
            print_join(join, found, sizes, bits)
            with open(args.log, "a", encoding="utf-8") as file:
                file.write(json.dumps(log_line(join, found, sizes, bits)) + "\n")
    print(f"\n*: the first {SUBSET:,} left records, scaled. cpu s: of all threads and processes. "
          "x: times as fast as\nanonlink with one process and with two, in seconds; x cpu: as with "
          "one, in processor seconds.")
    return 0


def main():
    """Compares; 1 where pairs are wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--study", type=pathlib.Path, required=True)
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--programs", type=pathlib.Path, required=True)
    parser.add_argument("--join-bench", type=pathlib.Path, required=True)
    parser.add_argument("--peers", required=True, help="the versions of the other programs")
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--log", type=pathlib.Path, required=True)
    args = parser.parse_args()
    try:
        return compare(args)
    except WrongPairs as wrong:
        print(f"WRONG PAIRS: {wrong}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
