#!/usr/bin/env python3
"""Prints what a run of the main job took, a line a stage. Reads run.py's JSON line from stdin."""

import json
import sys

STEPS = ["encode", "import", "link", "release", "attach", "evaluate"]


def main():
    """One table."""
    run = json.load(sys.stdin)
    print(f"{run['study']}: {run['records']:,} records of {run['holders']} holders")
    print(f"{'stage':18}{'seconds':>10}{'records/s':>13}{'peak MiB':>10}")
    for step in STEPS:
        seconds = run["seconds"][step]
        print(f"{step:18}{seconds:10.2f}{run['records'] / seconds:13,.0f}"
              f"{run['peak_bytes_of'][step] / 2**20:10,.0f}")
        if step == "link":
            for stage, took in run["link_seconds"].items():
                pairs = f"  {run['pairs_compared']:,} pairs" if stage == "compare" else ""
                print(f"  {stage:16}{took:10.2f}{pairs}")
    print(f"memory planned for link: {run['planned_bytes'] / 2**20:,.0f} MiB")
    print(f"pairs of one person: precision {run['precision']:.4f}, recall {run['recall']:.4f}, "
          f"F1 {run['f1']:.4f}")


if __name__ == "__main__":
    main()
