"""Kills: a command dies at any moment, by kill -9, and is given again."""

import dataclasses
import os
import re
import shutil
import signal
import subprocess
import time
from collections import Counter

from small_study import PROGRAMS, SANITIZED, STEPS, Failure, Running, contents

# What a disk keeps, or the order in which it does, is settled in these.
DURABLE = ("fsync,fdatasync,sync_file_range,write,pwrite64,writev,pwritev,ftruncate,fallocate,"
           "rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat,rmdir,openat")
CALL = re.compile(r"^(\d+) +([a-z_0-9]+)\(")


def tracing(*options):
    """The words before a command that run it under strace."""
    return ["strace", "-f", "-qq", *options]


def can_trace():
    """Whether strace is there and allowed to trace, and the programs can be: sanitizers cannot."""
    return not SANITIZED and bool(shutil.which("strace")) and subprocess.run(
        tracing("-o", "/dev/null", "true"), check=False, stderr=subprocess.DEVNULL).returncode == 0


def calls_of(study, number):
    """Every (system call, n) that a step makes: n counts the calls of one thread."""
    with study.copy(number) as copy:
        trace = copy.folder / "trace"
        Running([*tracing("-o", trace, "-e", f"trace={DURABLE}"), PROGRAMS / "musubi-unit",
                 *STEPS[number].words(copy)]).wait()
        made = Counter(match.groups() for match in map(CALL.match, trace.open()) if match)
    most = Counter()
    for (_, call), count in made.items():
        most[call] = max(most[call], count)
    return [(call, n) for call, count in most.items() for n in range(1, count + 1)]


class Moments:
    """Which command dies when: half by the clock, half at a system call, where strace can."""

    def __init__(self, study, rng):
        self._study = study
        self._rng = rng
        self._calls = []
        self.traced = can_trace()
        if self.traced:
            self._calls = [(number, *call) for number in range(len(STEPS))
                           for call in calls_of(study, number)]
            rng.shuffle(self._calls)
        self.calls = len(self._calls)

    def draw(self, count):
        """The first `count` moments: (step, seconds) or (step, call, n), each call once."""
        for i in range(count):
            if i % 2 == 0 and self._calls:
                yield self._calls.pop()
            else:
                number = self._rng.randrange(len(STEPS))
                yield number, self._rng.uniform(0, 1.1 * self._study.seconds[number])


def strike(copy, number, *moment):
    """Runs a step and kills it; returns its outcome."""
    command = [PROGRAMS / "musubi-unit", *STEPS[number].words(copy)]
    if len(moment) == 2:
        call, n = moment
        return Running([*tracing("-o", "/dev/null", "-e", f"trace={call}", "-e",
                                 f"inject={call}:signal=KILL:when={n}"), *command]).wait()
    running = Running(command)
    time.sleep(moment[0])
    os.kill(running.pid, signal.SIGKILL)
    return running.wait()


def outputs(folder):
    """What lies in a study's folder beside the store; a kill may leave hidden files. A receipt is
    sealed anew each time it is made."""
    return {name: "" if name == "receipt.pkg" else digest
            for name, digest in contents(folder).items()
            if not name.startswith(("store/", "."))}


def finish(study, copy, number):
    """Gives the command again, and looks at what the store says then."""
    step = STEPS[number]
    outcome = study.unit(*step.words(copy))
    if outcome.code != 0:
        raise Failure(f"the same command fails: {outcome}")
    after = study.observe(copy)
    if not after.is_like(study.observed[number + 1], step.mints):
        raise Failure(f"another outcome than undisturbed: {after}")
    if outputs(copy.folder) != outputs(study.stages[number + 1]):
        raise Failure(f"other outputs than undisturbed: {outputs(copy.folder)}")


def refuse(study, copy, number):
    """What is done already is refused, and stays; or its outputs, which are not there, are made."""
    step = STEPS[number]
    if step.again is None:
        return
    before = study.observe(copy)
    outcome = study.unit(*step.words(copy))
    after = study.observe(copy)
    if outcome.code == 0 and step.name == "release":
        # It is recorded before it appears, so that none is out unrecorded: now it is twice.
        before = dataclasses.replace(before, state=after.state, log=[*before.log, "release"],
                                     history=after.history)
    if outcome.code not in (0, step.again) or after != before:
        raise Failure(f"what was done is done again: {outcome}")
    if outputs(copy.folder) != outputs(study.stages[number + 1]):
        raise Failure(f"done, and not all outputs are there: {outcome}")


def kill_once(study, number, *moment):
    """One kill; returns what came of it."""
    step = STEPS[number]
    with study.copy(number) as copy:
        outcome = strike(copy, number, *moment)
        if outcome.code not in (0, -signal.SIGKILL):
            raise Failure(f"it was not killed: {outcome}")
        found = study.observe(copy)
        if found.is_like(study.observed[number + 1], step.mints):
            refuse(study, copy, number)
            return "done" if outcome.out else "done, untold"
        if outcome.out:
            raise Failure(f"told as done, and lost: {outcome}")
        if found != study.observed[number]:
            raise Failure(f"half done: {found}")
        finish(study, copy, number)
        return "begun anew"


def campaign(study, rng, count):
    """Runs `count` kills; returns (rows of a table, failures)."""
    moments = Moments(study, rng)
    table, failures = Counter(), []
    for moment in moments.draw(count):
        number = moment[0]
        try:
            table[(STEPS[number].name, kill_once(study, *moment))] += 1
        except Failure as failure:
            failures.append(f"kill of step {moment}: {failure}")
    note = (f"{moments.calls} system calls of {len(STEPS)} commands known to strace"
            if moments.traced else "without strace: by the clock alone")
    return note, table, failures
