#!/usr/bin/env python3
"""One study folder through the main job; one JSON line. Called by run.sh."""

import argparse
import json
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

from main_job import StepFailed, run_main_job  # noqa: E402  (needs the path above)


def main():
    """Parses the command line, runs, prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "build/release/cli")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    args, link_options = parser.parse_known_args()
    if not (args.folder / "study.json").is_file():
        print(f"{args.folder}: is no study folder, it has no study.json", file=sys.stderr)
        return 66
    try:
        print(json.dumps(run_main_job(args.folder, args.programs, args.threads, link_options)))
    except StepFailed as failure:
        print(failure, file=sys.stderr)
        return 65
    return 0


if __name__ == "__main__":
    sys.exit(main())
