"""Races: two commands start at one store at the same time, and one of them has it."""

from collections import Counter

from small_study import PROGRAMS, STEPS, Failure, Running

LOCKED = 75


def race_once(study, number):
    """Two starters of one step; how the second ended."""
    step = STEPS[number]
    with study.copy(number) as copy:
        command = [PROGRAMS / "musubi-unit", *step.words(copy)]
        starters = [Running(command), Running(command)]
        outcomes = sorted((starter.wait() for starter in starters), key=lambda o: o.code)
        winner, loser = outcomes
        told = f"{winner}\n{loser}"
        if winner.code != 0:
            raise Failure(f"no winner: {told}")
        after, alone = study.observe(copy), study.observed[number + 1]
        if loser.code == 0 and step.again is None:  # a second link run, when the first was done
            if after.persons["sha256"] != alone.persons["sha256"]:
                raise Failure(f"the second run changed what the first had found: {told}")
            return "one after the other"
        if loser.out or loser.code not in (LOCKED, step.again):
            raise Failure(f"no loser: {told}")
        if not after.is_like(alone, step.mints):
            raise Failure(f"another outcome than of one alone: {told}")
        return "one locked out" if loser.code == LOCKED else "one after the other"


def campaign(study, rng, count):
    """Runs `count` races of imports and link runs; returns (note, rows of a table, failures)."""
    steps = [number for number, step in enumerate(STEPS) if step.name in ("import", "link")]
    table, failures = Counter(), []
    for _ in range(count):
        number = rng.choice(steps)
        try:
            table[STEPS[number].name, race_once(study, number)] += 1
        except Failure as failure:
            failures.append(f"race of step {number}: {failure}")
    return "", table, failures
