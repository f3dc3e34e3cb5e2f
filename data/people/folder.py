"""A study on disk: one CSV per holder, study.json, truth.csv and errors.csv."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Iterable

from .study import Holder, Study


def file_name(holder: str) -> str:
    return f"{holder}.csv"


def write_study(study: Study, folder: Path) -> None:
    """Writes all files into an existing folder."""
    for holder in study.holders:
        _write_holder(study, holder, folder / file_name(holder.name))
    _write_csv(folder / "truth.csv", ("person_id", "holder", "local_id"), _truth(study))
    _write_csv(folder / "errors.csv", ("holder", "local_id", "field", "error"), _errors(study))
    text = json.dumps(_description(study), ensure_ascii=False, indent=2)
    (folder / "study.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def _write_holder(study: Study, holder: Holder, path: Path) -> None:
    form = holder.form
    rows = ([row.local_id, *form.render(row.record)] for row in holder.rows)
    _write_csv(path, study.columns, rows, form.encoding, form.line_end)


def _write_csv(
    path: Path,
    header: Iterable[str],
    rows: Iterable[Iterable[str]],
    encoding: str = "utf-8",
    line_end: str = "\n",
) -> None:
    with path.open("w", encoding=encoding, newline="") as out:
        writer = csv.writer(out, lineterminator=line_end)
        writer.writerow(header)
        writer.writerows(rows)


def _truth(study: Study) -> list[tuple[str, str, str]]:
    """Ordered by person, then holder, then row."""
    width = max(6, len(str(len(study.people))))
    found = sorted(
        (row.person, h, i)
        for h, holder in enumerate(study.holders)
        for i, row in enumerate(holder.rows)
    )
    return [
        (f"P{person + 1:0{width}d}", study.holders[h].name, study.holders[h].rows[i].local_id)
        for person, h, i in found
    ]


def _errors(study: Study) -> Iterable[tuple[str, str, str, str]]:
    for holder in study.holders:
        for row in holder.rows:
            for tag in row.tags:
                yield holder.name, row.local_id, tag.column, tag.error


def _description(study: Study) -> dict:
    options = study.options
    return {
        "name": f"{options.style}-{options.persons}x{options.holders}",
        "seed": options.seed,
        "style": options.style,
        "holders": [
            {
                "name": holder.name,
                "file": file_name(holder.name),
                "id_column": study.columns[0],
                "charset": holder.form.charset,
                "duplicates": holder.duplicates,
            }
            for holder in study.holders
        ],
    }
