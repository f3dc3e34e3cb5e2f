"""A full disk: every step of a small run on a file system with a little more room each time."""

import contextlib
import os
import pathlib
import subprocess
import tempfile
from collections import Counter

from small_study import STEPS, Failure

STEP_BYTES = 16 * 1024
IO_ERROR = 74


def mount(folder, size, *options):
    """Mounts a tmpfs of `size` bytes, or gives one another size; false where it may not."""
    words = ["mount", "-t", "tmpfs", "-o", ",".join([f"size={size}", *options]), "tmpfs", folder]
    return subprocess.run(words, check=False, stderr=subprocess.DEVNULL).returncode == 0


@contextlib.contextmanager
def small_disk(size):
    """A folder on a disk of `size` bytes."""
    with tempfile.TemporaryDirectory() as folder:
        if not mount(folder, size):
            raise Failure("a small disk could be mounted before, and now cannot")
        try:
            yield pathlib.Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


def can_mount():
    """Whether this process may mount a tmpfs."""
    if os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory() as folder:
        if not mount(folder, STEP_BYTES):
            return False
        subprocess.run(["umount", folder], check=True)
        return True


def bytes_taken(study, number):
    """What a stage takes on such a disk."""
    with small_disk(1 << 30) as disk, study.copy(number, place=disk):
        free = os.statvfs(disk)
        return (free.f_blocks - free.f_bfree) * free.f_frsize


def try_with(study, number, size):
    """A step on a disk of `size` bytes; "full" or "done"."""
    step = STEPS[number]
    with small_disk(size) as disk, study.copy(number, place=disk) as copy:
        outcome = study.unit(*step.words(copy))
        if outcome.code == 0:
            return "done"
        if outcome.code != IO_ERROR or "space" not in outcome.message or outcome.out:
            raise Failure(f"no clear refusal: {outcome}")
        with study.copy(copy) as elsewhere:
            if study.observe(elsewhere) != study.observed[number]:
                raise Failure(f"the store is not as it was: {outcome}")
        if not mount(disk, 1 << 30, "remount"):
            raise Failure("the small disk could not be made larger")
        outcome = study.unit(*step.words(copy))
        if outcome.code != 0:
            raise Failure(f"with more room, the same command fails: {outcome}")
        if not study.observe(copy).is_like(study.observed[number + 1], step.mints):
            raise Failure(f"with more room, another outcome than undisturbed: {outcome}")
        return "full"


def campaign(study, rng, count):
    """Gives each step more and more room, `count` times or until it is enough."""
    if not can_mount():
        return "left out: needs root, for a small tmpfs", Counter(), []
    table, failures = Counter(), []
    for number, step in enumerate(STEPS):
        taken = bytes_taken(study, number)
        for room in range(0, count * STEP_BYTES, STEP_BYTES):
            try:
                verdict = try_with(study, number, taken + room)
            except Failure as failure:
                failures.append(f"{step.name} (step {number}) with {room} bytes: {failure}")
                continue
            table[step.name, verdict] += 1
            if verdict == "done":
                break
    return "", table, failures
