"""Rows in files: CSV, or Parquet where pyarrow is installed."""

from __future__ import annotations

import csv
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from ..sweep_row import Row

READ_AS = "utf-8-sig"
"""UTF-8, with the byte-order mark that spreadsheets write or without."""


class RowFiles(ABC):
    """A format of files of rows."""

    suffix: str

    @abstractmethod
    def encoded(self, rows: Sequence[Row], columns: tuple[str, ...]) -> bytes:
        """Return the bytes of a file of rows."""

    @abstractmethod
    def columns(self, path: Path) -> tuple[str, ...]:
        """Return the names of the columns of a file."""

    @abstractmethod
    def rows(self, path: Path) -> Iterable[Row]:
        """Return the rows of a file."""

    @abstractmethod
    def cells(self, path: Path, name: str) -> Iterator[str]:
        """Yield what CSV says in one column of a file, row by row; the others are not read into memory."""

    @abstractmethod
    def merge(self, parts: Iterable[Path], columns: tuple[str, ...], target: Path) -> None:
        """Write the rows of files into one, in order, with little memory; its bytes follow from the rows.

        `parts` are gone through twice.
        """


class CsvFiles(RowFiles):
    """CSV in UTF-8, lines ended by a line feed; an empty cell is None.

    >>> CsvFiles().encoded([{"a": 0.5, "b": None}, {"a": 1.0, "b": True}], ("a", "b"))
    b'a,b\\n0.5,\\n1.0,true\\n'
    """

    suffix = ".csv"

    def encoded(self, rows: Sequence[Row], columns: tuple[str, ...]) -> bytes:
        """Return the bytes of a file of rows."""
        text = StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([cell(row.get(name)) for name in columns] for row in rows)
        return text.getvalue().encode()

    def columns(self, path: Path) -> tuple[str, ...]:
        """Return the names of the columns of a file."""
        with path.open(encoding=READ_AS, newline="") as file:
            return tuple(next(csv.reader(file), []))

    def rows(self, path: Path) -> Iterable[Row]:
        """Return the rows of a file: a column that is not numbers or truth values throughout is text."""
        with path.open(encoding=READ_AS, newline="") as file:
            lines = filter(None, csv.reader(file))
            columns = next(lines, [])
            cells = list(_columns(path, len(columns), lines))
        values = map(_values, cells)
        return [dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True)]

    def cells(self, path: Path, name: str) -> Iterator[str]:
        """Yield the cells of one column of a file."""
        return (row[name] for row in self._cells(path))

    def merge(self, parts: Iterable[Path], columns: tuple[str, ...], target: Path) -> None:
        """Write the rows of files into one, cell by cell as they stand."""
        with target.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            for part in parts:
                writer.writerows([row.get(name, "") for name in columns] for row in self._cells(part))

    def _cells(self, path: Path) -> Iterator[dict[str, str]]:
        with path.open(encoding=READ_AS, newline="") as file:
            yield from csv.DictReader(file)


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


def _columns(path: Path, n_columns: int, lines: Iterable[list[str]]) -> Iterator[tuple[str, ...]]:
    """Yield the cells of each column; ``ValueError`` for a row that is torn."""
    rows = list(lines)
    for number, row in enumerate(rows, 1):
        if len(row) != n_columns:
            told = f"{len(row)} in row {number}"
            raise ValueError(f"{path} must have {n_columns} cells in each row, got {told}")
    return zip(*rows, strict=True)


def _values(cells: tuple[str, ...]) -> list[Any]:
    """Return the values of a column."""
    for read in (_truth, int, float):
        try:
            return [None if text == "" else read(text) for text in cells]
        except ValueError:
            continue
    return [None if text == "" else text for text in cells]


def _truth(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"
