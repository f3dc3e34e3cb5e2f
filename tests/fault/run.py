#!/usr/bin/env python3
"""Kills, damages, races and fills the disk of a linkage unit's store, and looks what it says then.

Run it from anywhere, after a build (MUSUBI_PROGRAMS names another folder of programs). The counts
are small unless given, for every run of the tests; docs/testing.md has those of a campaign. Kills
at system calls need strace, a full disk needs root for a small tmpfs: without, they are left out,
with a note. Ends with 1 where a promise was not kept.
"""

import argparse
import os
import random
import sys
import tempfile

import damage
import full_disk
import kills
import races
from small_study import SmallStudy


def show(name, note, table, failures):
    """Prints what came of a campaign."""
    note = f" ({note})" if note else ""
    print(f"{name}: {sum(table.values())} right, {len(failures)} wrong{note}")
    for row in sorted({row for row, _ in table}):
        counts = "  ".join(f"{verdict} {count}" for (of, verdict), count in sorted(table.items())
                           if of == row)
        print(f"  {row:<24}{counts}")
    for failure in failures:
        print(f"  WRONG: {failure}")
    sys.stdout.flush()


def parse():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=10, metavar="N",
                        help="commands killed and given again")
    parser.add_argument("--offsets", type=int, default=1, metavar="N",
                        help="places at which each file is changed, and cut; 0: no damage")
    parser.add_argument("--files", type=int, default=1, metavar="N",
                        help="files of a kind that are damaged; 0: all")
    parser.add_argument("--races", type=int, default=4, metavar="N", help="pairs of starters")
    parser.add_argument("--disk-steps", type=int, default=1, metavar="N",
                        help="sizes of the disk for each command, 16 KiB apart")
    parser.add_argument("--folder", default="/dev/shm" if os.access("/dev/shm", os.W_OK) else None,
                        help="where all of it is done; in memory unless given")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    return parser.parse_args()


def main():
    """Runs the campaigns."""
    args = parse()
    print(f"--seed {args.seed}", flush=True)
    campaigns = {
        "kills": (args.kills, kills.campaign, (args.kills,)),
        "damage": (args.offsets, damage.campaign, (args.offsets, args.files)),
        "races": (args.races, races.campaign, (args.races,)),
        "full disk": (args.disk_steps, full_disk.campaign, (args.disk_steps,)),
    }
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="musubi-fault-", dir=args.folder) as folder:
        study = SmallStudy(folder, args.seed)
        for name, (wanted, campaign, counts) in campaigns.items():
            if wanted > 0:
                note, table, failures = campaign(study, random.Random(f"{args.seed} {name}"),
                                                 *counts)
                show(name, note, table, failures)
                wrong += len(failures)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
