"""Runs the main job over a study folder through the released programs, and measures each step.

A study folder holds contract.json, study.json ({"holders": [{"name", "file", "id_column",
"charset", "duplicates", "columns"}, ...]}), one CSV file a holder, and truth.csv
(person_id,holder,local_id). Standard library only.
"""

import json
import os
import pathlib
import subprocess
import tempfile
import time


class StepFailed(Exception):
    """A program of the main job ended with an error."""


class Steps:
    """Runs commands and keeps their wall seconds and peak memory."""

    def __init__(self):
        self.seconds = {}
        self.peak_bytes = 0
        self.peak_of = {}

    def run(self, name, command):
        """Runs one command; returns the JSON that it printed. Exit 1 (rows rejected) is fine."""
        start = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        # The results are a line or two, so reading one pipe after the other cannot block.
        output = process.stdout.read()
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.seconds[name] = self.seconds.get(name, 0) + time.monotonic() - start
        peak = usage.ru_maxrss * 1024
        self.peak_of[name] = max(self.peak_of.get(name, 0), peak)
        self.peak_bytes = max(self.peak_bytes, peak)
        if process.returncode not in (0, 1):
            text = errors.decode(errors="replace").strip()
            raise StepFailed(f"{' '.join(map(str, command))}\nexit {process.returncode}: {text}")
        return json.loads(output) if output.strip() else {}

    def costs(self):
        """What the steps took, by name."""
        return {
            "seconds": {name: round(value, 3) for name, value in self.seconds.items()},
            "peak_bytes": self.peak_bytes,
            "peak_bytes_of": self.peak_of,
        }


def read_study(folder):
    """The holders of a study folder, with defaults filled in."""
    with open(folder / "study.json", encoding="utf-8") as file:
        study = json.load(file)
    holders = study["holders"] if isinstance(study, dict) else study
    for holder in holders:
        holder.setdefault("id_column", "id")
        holder.setdefault("charset", "utf-8")
        holder.setdefault("duplicates", False)
        holder.setdefault("columns", {})
    return holders


def encode_command(folder, holder, programs, work, threads):
    """The command that encodes one holder's file."""
    name = holder["name"]
    command = [programs / "musubi-holder", "encode", folder / holder["file"],
               "--contract", folder / "contract.json", "--secret", work / "study.key",
               "--holder", name, "--id-column", holder["id_column"],
               "--charset", holder["charset"], "-o", work / f"{name}.enc",
               "--refs", work / f"{name}.refs.csv", "--rejects", work / f"{name}.rejects.csv",
               "-j", str(threads), "--json"]
    for field, column in holder["columns"].items():
        command += ["--column", f"{field}={column}"]
    if holder["duplicates"]:
        command.append("--declares-duplicates")
    return command


def run_main_job(folder, programs, threads, link_options=(), encode_options=()):
    """CSV to evaluate; returns one flat record of what was found and what it took.

    A run that the model refused has "refused", which says why, and no measures.
    """
    with tempfile.TemporaryDirectory(prefix="musubi-") as scratch:
        return run_main_job_in(pathlib.Path(scratch), folder, programs, threads, link_options,
                               encode_options)


def run_main_job_in(work, folder, programs, threads, link_options=(), encode_options=()):
    """As run_main_job, but leaves what it made (HOLDER.links.csv and more) in the folder `work`."""
    folder = pathlib.Path(folder)
    programs = pathlib.Path(programs).resolve()
    steps = Steps()
    holders = read_study(folder)
    steps.run("secret", [programs / "musubi-holder", "secret", "new", "--contract",
                         folder / "contract.json", "-o", work / "study.key", "--json"])
    encoded = [steps.run("encode", [*encode_command(folder, h, programs, work, threads),
                                    *encode_options]) for h in holders]
    store = work / "store"
    unit = programs / "musubi-unit"
    steps.run("init", [unit, "init", store, "--contract", folder / "contract.json",
                       "--approvals", "0", "--no-passphrase", "--json"])
    steps.run("import", [unit, "import", store] + [work / f"{h['name']}.enc" for h in holders]
              + ["--json"])
    linked = steps.run("link", [unit, "link", store, "-j", str(threads), "--json",
                                *link_options])
    found = {
        "study": folder.name,
        "holders": len(holders),
        "records": sum(e["rows"] for e in encoded),
        "rejected": sum(e["rejected"] for e in encoded),
        "estimate": linked.get("quality"),
        "candidates": linked["candidates"],
    }
    if linked.get("quality", {}).get("refused"):
        return {**found, "refused": linked["quality"]["why"], **steps.costs()}
    steps.run("release", [unit, "project", "add", store, "bench", "--json"])
    steps.run("release", [unit, "release", store, "--project", "bench", "-o", work / "maps",
                          "--json"])
    links = []
    for holder in holders:
        name = holder["name"]
        links.append(work / f"{name}.links.csv")
        steps.run("attach", [programs / "musubi-holder", "attach",
                             work / "maps" / f"{name}.map.csv", "--refs",
                             work / f"{name}.refs.csv", "-o", links[-1], "--json"])
    quality = steps.run("evaluate", [programs / "musubi-study", "evaluate", "--truth",
                                     folder / "truth.csv", *links, "--json"])
    return {
        **found,
        "precision": quality["all"]["precision"],
        "recall": quality["all"]["recall"],
        "f1": quality["all"]["f1"],
        "b_cubed_f1": quality["clusters"]["b_cubed"]["f1"],
        "cluster_f1": quality["clusters"]["f1"],
        "within": quality["within"],
        "across": quality["across"],
        "pairs_compared": linked["pairs_compared"],
        "threshold": linked["threshold"],
        "planned_bytes": linked["memory"]["planned_bytes"],
        "link_seconds": {k: round(v, 3) for k, v in linked["stages"].items()},
        **steps.costs(),
    }
