"""What a comparison of joins reads and writes: filters of an encoding file, pairs of rows."""

import io
import tarfile

import numpy

PAIR = numpy.dtype([("left", "<u4"), ("right", "<u4")])


def read_filters(path, name):
    """The filters called `name` of an encoding file: a row a record, least significant bit first.

    Every row is the filter's width in bytes, rounded up to a multiple of 64.
    """
    with tarfile.open(path, "r:") as file:
        return numpy.load(io.BytesIO(file.extractfile(f"filters/{name}.npy").read()))


def write_pairs(path, left, right):
    """Writes pairs of rows in ascending order, as join_bench does."""
    pairs = numpy.empty(len(left), PAIR)
    pairs["left"], pairs["right"] = left, right
    pairs[numpy.lexsort((pairs["right"], pairs["left"]))].tofile(path)


def read_pairs(path):
    """The pairs of a file, a number each: left * 2^32 + right. Ascending, none twice."""
    pairs = numpy.fromfile(path, PAIR)
    numbers = pairs["left"].astype(numpy.uint64) << numpy.uint64(32) | pairs["right"]
    if numpy.any(numbers[1:] <= numbers[:-1]):
        raise ValueError(f"{path}: a pair comes twice, or pairs are not in order")
    return numbers


def rows_of(numbers):
    """The left rows and the right rows of what read_pairs returned."""
    return (numbers >> numpy.uint64(32)).astype(numpy.int64), \
        (numbers & numpy.uint64(0xffffffff)).astype(numpy.int64)


def count_bits(filters):
    """The number of bits set in each row."""
    return numpy.bitwise_count(filters.view("<u8")).sum(axis=1, dtype=numpy.int64)


def excess(left, right, left_rows, right_rows, threshold):
    """By how much each pair's Dice similarity is above the threshold, a fraction.

    In integers and to scale: 0 exactly on the threshold, negative below it.
    """
    found = []
    step = 1 << 16  # pairs at a time: 8 MiB of filters of 1,024 bits
    for begin in range(0, len(left_rows), step):
        a = left[left_rows[begin:begin + step]]
        b = right[right_rows[begin:begin + step]]
        found.append(2 * threshold.denominator * count_bits(a & b)
                     - threshold.numerator * (count_bits(a) + count_bits(b)))
    return numpy.concatenate(found) if found else numpy.empty(0, numpy.int64)
