#!/usr/bin/env python3
"""The table of bench/quality/README.md, from the raw lines of all.sh: quality-*.jsonl and
clear-text-*.jsonl."""

import json
import sys

CLUSTER_MEASURES = {"b_cubed_f1": "B-cubed F1", "cluster_f1": "cluster F1"}


def read_lines(path):
    """The records of a file of JSON lines, by study."""
    with open(path, encoding="utf-8") as file:
        return {record["study"]: record for record in map(json.loads, file)}


def estimate_of(record):
    """The precision that the run estimated, and how."""
    quality = record.get("estimate") or {}
    if "control" in quality:
        control = quality["control"]
        return f"{control['precision']:.4f} ({control['low']:.3f}-{control['high']:.3f})"
    return f"{quality['model_precision']:.4f} (model)" if "model_precision" in quality else ""


def cells_of(run, members):
    """Cells of four decimals; of a run that was made before a member was measured, empty."""
    return "".join(f" {run[member]:.4f} |" if member in run else " |" for member in members)


def main():
    """Prints one line a study; the clusters' F1 where any run has it."""
    runs = read_lines(sys.argv[1])
    clear = read_lines(sys.argv[2])
    clusters = {member: title for member, title in CLUSTER_MEASURES.items()
                if any(member in run for run in runs.values())}
    titles = ["study", "holders", "records", "precision", "its estimate", "recall", "F1",
              *clusters.values(), "F1 on clear text", "pairs compared", "link s", "peak MiB"]
    print(f"| {' | '.join(titles)} |")
    print("|" + "---|" * len(titles))
    for name, run in runs.items():
        start = f"| {name} | {run['holders']} | {run['records']:,} |"
        if "refused" in run:
            print(f"{start} refused | | | |{' |' * len(clusters)} "
                  f"{'refused' if clear[name]['refused'] else ''} | | | |")
            continue
        peer = clear.get(name, {})
        print(f"{start} {run['precision']:.4f} | {estimate_of(run)} | {run['recall']:.4f} | "
              f"{run['f1']:.4f} |{cells_of(run, clusters)} "
              f"{peer['f1'] if 'f1' in peer else float('nan'):.4f} | "
              f"{run['pairs_compared']:,} | {run['seconds']['link']:.1f} | "
              f"{run['peak_bytes'] / 2**20:.0f} |".replace("nan", ""))


if __name__ == "__main__":
    main()
