#!/usr/bin/env python3
"""Draws seconds of `link` by stage over the records of a holder. Called by plot.sh."""

import json
import sys

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "musubi"  # the same runs give the same bytes
import matplotlib.pyplot as plt  # noqa: E402  (needs the backend above)

STAGES = ["load", "block", "learn", "compare", "resolve", "commit"]


def read_runs(path):
    """The last run of each size of two western holders, by records of a holder."""
    runs = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            run = json.loads(line)
            if run.get("study", "").startswith("western-") and "link_seconds" in run:
                runs[run["records"] // 2] = run["link_seconds"]
    return dict(sorted(runs.items()))


def main():
    """Reads, draws, writes."""
    runs = {n: seconds for n, seconds in read_runs(sys.argv[1]).items() if n >= 1_000_000}
    millions = [n / 1e6 for n in runs]
    figure, axes = plt.subplots(figsize=(7, 4.5))
    for stage in STAGES:
        axes.plot(millions, [run.get(stage, 0) for run in runs.values()], marker="o", label=stage)
    totals = [sum(run.values()) for run in runs.values()]
    axes.plot(millions, totals, color="black", marker="o", linewidth=2, label="link")
    axes.plot(millions, [totals[0] * m / millions[0] for m in millions], color="grey",
              linestyle=":", label="in proportion")
    axes.set_xscale("log", base=2)
    axes.set_yscale("log", base=2)
    axes.set_xticks(millions, [f"{m:g}" for m in millions])
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set_xlabel("records of each of two holders, millions")
    axes.set_ylabel("seconds")
    axes.grid(alpha=0.3)
    axes.legend(ncols=2, fontsize="small")
    figure.tight_layout()
    figure.savefig(sys.argv[2], metadata={"Date": None})


if __name__ == "__main__":
    main()
