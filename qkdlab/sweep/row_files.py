"""Rows in files: CSV, or Parquet where pyarrow is installed."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from .sweep_row import Row

FINAL = ("rows.parquet", "rows.csv")
"""Names of the finished file in the folder of a sweep."""


def cell(value: Any) -> str:
    """Return what a cell of CSV says of a value.

    >>> [cell(one) for one in (None, True, 3, 0.1, "BB84")]
    ['', 'true', '3', '0.1', 'BB84']
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else str(value)


def write_csv(path: Path, rows: Iterable[Row], columns: tuple[str, ...]) -> None:
    """Write rows as CSV (UTF-8, lines ended by a line feed)."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([cell(row.get(name)) for name in columns] for row in rows)


def read_rows(path: Path) -> tuple[tuple[str, ...], list[Row]]:
    """Return the columns and the rows of a file."""
    with path.open(encoding="utf-8", newline="") as file:
        lines: Iterator[list[str]] = csv.reader(file)
        columns = tuple(next(lines, []))
        cells = list(zip(*lines, strict=True)) or [()] * len(columns)
    values = [_column(one) for one in cells]
    return columns, [dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True)]


def _column(cells: Iterable[str]) -> list[Any]:
    """Return the values of a column: all numbers, all truth values, or text."""
    told = list(cells)
    for read in (_truth, int, float):
        try:
            return [None if text == "" else read(text) for text in told]
        except ValueError:
            continue
    return [None if text == "" else text for text in told]


def _truth(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"
