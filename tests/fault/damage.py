"""Damage: a file of a store is changed, cut, deleted or older than the others.

A store may then say all that it said before, or refuse; never anything else.
"""

import collections
import concurrent.futures
import os
import re
import shutil
from collections import Counter

from small_study import STEPS, Failure, contents

REFUSALS = (65, 74, 77)  # damaged, unreadable, of another key
NUMBER = re.compile(r"-?\d{6}")

Damage = collections.namedtuple("Damage", "file how where apply")


def kind_of(name):
    """What a file of a store is, whatever its number."""
    return NUMBER.sub("", name)


def files_of(store):
    """Every file below a store, by name, hidden ones too."""
    return sorted(str(path.relative_to(store)) for path in store.rglob("*") if path.is_file())


def flip(file, offset, bit):
    """Changes a bit."""
    with open(file, "r+b") as content:
        content.seek(offset)
        byte = content.read(1)[0]
        content.seek(offset)
        content.write(bytes([byte ^ 1 << bit]))


def older_copies(study, name):
    """What stood in a file, or in the one of its kind, at earlier stages; each content once."""
    now = (study.stages[-1] / "store" / name).read_bytes()
    found = {}
    for stage in study.stages[:-1]:
        store = stage / "store"
        for other in files_of(store):
            # A table is never written again; a MANIFEST may stand for one of another number.
            if other == name or (kind_of(other) == kind_of(name) and "MANIFEST" in name):
                found.setdefault((store / other).read_bytes(), store / other)
    found.pop(now, None)
    return list(found.values())


def harms_of(study, rng, name, offsets):
    """Every damage to one file: at `offsets` places, or at each where it has fewer."""
    size = (study.stages[-1] / "store" / name).stat().st_size
    for offset in sorted(rng.sample(range(size), min(offsets, size))):
        bit = rng.randrange(8)
        yield Damage(name, "changed", offset,
                     lambda file, at=offset, bit=bit: flip(file, at, bit))
        yield Damage(name, "cut", offset, lambda file, at=offset: os.truncate(file, at))
    yield Damage(name, "deleted", None, os.remove)
    for copy in older_copies(study, name):
        yield Damage(name, "older", copy, lambda file, copy=copy: shutil.copyfile(copy, file))


def draw(study, rng, offsets, files_of_a_kind):
    """The damages of a campaign."""
    kinds = collections.defaultdict(list)
    for name in files_of(study.stages[-1] / "store"):
        kinds[kind_of(name)].append(name)
    for _, names in sorted(kinds.items()):
        if files_of_a_kind:
            names = rng.sample(names, min(files_of_a_kind, len(names)))
        for name in names:
            yield from harms_of(study, rng, name, offsets)


def say(study, copy):
    """What a store tells and releases, or the exit code of the command that refuses."""
    said = []
    maps = copy.folder / "released"
    for words in (["verify", copy.store, "--json"], ["status", copy.store, "--json"],
                  ["history", copy.store, "--json"],
                  ["release", copy.store, "--project", "p", "-o", maps]):
        outcome = study.unit(*words)
        if outcome.code in REFUSALS and outcome.message and not outcome.out:
            return outcome.code
        if outcome.code != 0:
            raise Failure(f"neither done nor refused: {outcome}")
        said.append(outcome.out if words[-1] == "--json" else contents(maps))
    return said


def judge(study, sound, damage):
    """Does one damage to a copy of the store; "healed" or "refused"."""
    with study.copy(len(STEPS)) as copy:
        damage.apply(copy.store / damage.file)
        said = say(study, copy)
        if isinstance(said, int):
            return f"refused {said}"
        if said != sound:
            raise Failure("the store says something else in silence")
        return "healed"


def control(study, sound):
    """An earlier store in the place of the last: if the judge finds nothing then, he is blind."""
    with study.copy(len(STEPS) - 1) as copy:
        if say(study, copy) == sound:
            raise Failure("an older store is not told from the last")


def campaign(study, rng, offsets, files_of_a_kind):
    """Damages each file of a store; returns (note, rows of a table, failures)."""
    with study.copy(len(STEPS)) as copy:
        sound = say(study, copy)
    control(study, sound)
    table, failures = Counter(), []

    def run(damage):
        try:
            return damage, judge(study, sound, damage), None
        except Failure as failure:
            return damage, None, failure

    harms = list(draw(study, rng, offsets, files_of_a_kind))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for damage, verdict, failure in pool.map(run, harms):
            if failure:
                failures.append(f"{damage.file} {damage.how} at {damage.where}: {failure}")
            else:
                table[f"{kind_of(damage.file)} {damage.how}", verdict] += 1
    return f"{len(set(damage.file for damage in harms))} files", table, failures
