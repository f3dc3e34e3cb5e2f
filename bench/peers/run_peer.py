#!/usr/bin/env python3
"""Joins the filters of two encoding files with anonlink or FAISS, and measures it.

Started by compare_joins.py, in a new process for each run. Writes the pairs as join_bench does and
prints a line of JSON. Seconds are those of the join alone: Python's start, the imports, reading the
filters and making what the program wants of them are not counted, nor is writing the pairs.
"""

import argparse
import json
import multiprocessing
import resource
import sys
import time
from fractions import Fraction

import numpy

from join_files import count_bits, excess, read_filters, write_pairs

# As many comparisons to a chunk as anonlink's own service gives a task.
CHUNK = 300_000_000
DATASETS = ()  # what worker processes inherit


def to_bitarrays(filters):
    """A bitarray for each row."""
    from bitarray import bitarray
    rows = []
    for row in filters:
        bits = bitarray(endian="little")
        bits.frombytes(row.tobytes())
        rows.append(bits)
    return rows


def anonlink_chunk(job):
    """The pairs of one chunk, in a worker process."""
    from anonlink.concurrency import process_chunk
    from anonlink.similarities import dice_coefficient_accelerated
    chunk, threshold = job
    datasets = [DATASETS[part["datasetIndex"]][slice(*part["range"])] for part in chunk]
    _, _, (left, right) = process_chunk(chunk, datasets, dice_coefficient_accelerated, threshold)
    return numpy.frombuffer(left, left.typecode), numpy.frombuffer(right, right.typecode)


def join_with_anonlink(left, right, args):
    """Every pair; k is left out, so that no pair is."""
    global DATASETS  # pylint: disable=global-statement
    from anonlink.candidate_generation import find_candidate_pairs
    from anonlink.concurrency import split_to_chunks
    from anonlink.similarities import dice_coefficient_accelerated
    DATASETS = (to_bitarrays(left), to_bitarrays(right))
    threshold = float(args.threshold)
    if args.processes == 1:
        clock = Clock()
        _, _, pairs = find_candidate_pairs(DATASETS, dice_coefficient_accelerated, threshold)
        return clock.seconds(), pairs
    with multiprocessing.get_context("fork").Pool(args.processes) as pool:
        clock = Clock()
        # At least two chunks a process, so that none waits for the others from the middle on.
        aim = min(CHUNK, len(left) * len(right) / (2 * args.processes))
        chunks = split_to_chunks(aim, dataset_sizes=[len(left), len(right)])
        parts = list(pool.imap_unordered(anonlink_chunk, [(chunk, threshold) for chunk in chunks]))
        pairs = tuple(map(numpy.concatenate, zip(*parts)))
        wall = clock.wall()
        pool.close()
        pool.join()
    return clock.seconds(wall), pairs


def join_with_faiss(left, right, args):
    """Every pair of the left rows given, with an exhaustive search by Hamming distance.

    FAISS takes one radius a search. Two filters of a and b bits whose Dice similarity is t or more
    differ in (1 - t)(a + b) bits or fewer, and b is at most a (2 - t) / t. So queries of like
    weight go together, with the radius of the heaviest; what is within it is then decided exactly.
    """
    import faiss
    faiss.omp_set_num_threads(args.processes)
    index = faiss.IndexBinaryFlat(8 * right.shape[1])
    index.add(right)
    weights, heaviest = count_bits(left), int(count_bits(right).max())
    order = numpy.argsort(weights, kind="stable")
    share = args.threshold
    pairs = []
    clock = Clock()
    for group in numpy.array_split(order, 16):
        if len(group) == 0:
            continue
        weight = int(weights[group].max())
        radius = int((1 - share) * (weight + min(heaviest, weight * (2 - share) / share)))
        ends, _, rows = index.range_search(left[group], radius + 1)  # what it finds is nearer
        queries = numpy.repeat(group, numpy.diff(ends).astype(numpy.int64))
        similar = excess(left, right, queries, rows, share) >= 0
        pairs.append((queries[similar], rows[similar]))
    pairs = tuple(map(numpy.concatenate, zip(*pairs)))
    return clock.seconds(), pairs


class Clock:
    """Wall and processor seconds since it was made."""

    def __init__(self):
        self.processor = processor_seconds()
        self.start = time.monotonic()

    def wall(self):
        """Seconds so far."""
        return time.monotonic() - self.start

    def seconds(self, wall=None):
        """Both; those of a worker process count once it has been waited for."""
        return {"wall": self.wall() if wall is None else wall,
                "cpu": processor_seconds() - self.processor}


def processor_seconds():
    """Of this process and of those it has waited for."""
    return sum(usage.ru_utime + usage.ru_stime for usage in usages())


def usages():
    """What this process and its children used."""
    return [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]


def peak_bytes():
    """Of this process, and of its largest child.

    Its own is asked of the system's page: getrusage has that of the process too which started it.
    """
    with open("/proc/self/status", encoding="ascii") as file:
        own = next(int(line.split()[1]) for line in file if line.startswith("VmHWM:"))
    return 1024 * (own + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)


def main():
    """Joins, writes, reports."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("peer", choices=["anonlink", "faiss"])
    parser.add_argument("left")
    parser.add_argument("right")
    parser.add_argument("output")
    parser.add_argument("--filter", required=True)
    parser.add_argument("--threshold", type=Fraction, required=True)
    parser.add_argument("--processes", type=int, default=1, help="of FAISS: threads")
    parser.add_argument("--first", type=int, help="only so many records of the left file")
    args = parser.parse_args()
    left = read_filters(args.left, args.filter)[:args.first]
    right = read_filters(args.right, args.filter)
    join = join_with_anonlink if args.peer == "anonlink" else join_with_faiss
    seconds, pairs = join(left, right, args)
    write_pairs(args.output, *pairs)
    print(json.dumps({"seconds": seconds, "pairs_found": len(pairs[0]),
                      "pairs": len(left) * len(right),
                      "peak_bytes": peak_bytes()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
