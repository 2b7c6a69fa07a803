"""A table of links in a CSV file: which sign stands between fields, and which in numbers."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import TopologyError, shown
from .topology import MOST_FIBRES
from .topology_file import LARGEST_BYTES

DELIMITERS = {",": "','", ";": "';'", "\t": "a tab"}
"""What may stand between fields, and how it is told."""

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
"""A number that could be 1.234 or 1234."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkTable:
    """The rows of a file.

    Parameters
    ----------
    rows
        The number of the line, and the fields by the names of their columns.
    decimal
        What stands before the decimals of numbers; None if it was not stated, and no number shows it.
    """

    rows: tuple[tuple[int, Mapping[str, str]], ...]
    decimal: str | None

    def number(self, text: str, line: int, column: str) -> float | None:
        """Return a field as a number, None if it is empty; ``TopologyError`` if it is none."""
        text = text.strip()
        if not text:
            return None
        other = "," if self.decimal == "." else "."
        if not _NUMBER.fullmatch(text) or (self.decimal and other in text):
            sign = f" with {self.decimal!r} before decimals" if self.decimal else ""
            raise TopologyError(f"line {line}: {column} must be a number{sign}, got {text[:60]!r}")
        return float(text.replace(",", "."))


def read_table(
    path: Path, columns: Sequence[str], *, delimiter: str | None, decimal: str | None
) -> LinkTable:
    """Return the rows of a CSV file whose header has these columns, the first two of which are no numbers.

    Raises ``TopologyError`` if it has not, or a row has more or fewer fields; `delimiter` and `decimal` are
    those of `read_links`.
    """
    if delimiter is not None and delimiter not in DELIMITERS:
        raise ValueError(f"delimiter must be ',', ';' or a tab, got {shown(delimiter)}")
    if decimal not in (None, ".", ","):
        raise ValueError(f"decimal must be '.' or ',', got {shown(decimal)}")
    lines = _lines(path)
    if lines and re.fullmatch("sep=.[\r\n]*", lines[0], re.IGNORECASE):  # as Excel writes and reads it
        delimiter = delimiter or lines[0][4]
        lines[0] = "\n"
    rows, sign = _rows(lines, columns, delimiter)
    numbers = [(line, fields[column]) for line, fields in rows for column in columns[2:]]
    return LinkTable(rows=tuple(rows), decimal=decimal or _decimal(numbers, sign))


def _lines(path: Path) -> list[str]:
    with path.open("rb") as file:
        data = file.read(LARGEST_BYTES + 1)
    if len(data) > LARGEST_BYTES:
        raise TopologyError(f"must have at most {LARGEST_BYTES:,} bytes, got more")
    try:
        return data.decode("utf-8-sig").splitlines(keepends=True)
    except UnicodeDecodeError as error:
        raise TopologyError(
            f"must be text in UTF-8 (in Excel: CSV UTF-8): {error.reason} at byte {error.start}"
        ) from error


def _split(lines: list[str], delimiter: str) -> list[tuple[int, list[str]]]:
    """Return the fields of all lines that are not empty, with their numbers."""
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    try:
        return [(reader.line_num, row) for row in reader if any(field.strip() for field in row)]
    except csv.Error as error:
        raise TopologyError(f"line {reader.line_num}: must be fields of a table: {error}") from error


def _rows(
    lines: list[str], columns: Sequence[str], delimiter: str | None
) -> tuple[list[tuple[int, Mapping[str, str]]], str]:
    """Return the rows, and the sign between their fields."""
    start = next((place for place, line in enumerate(lines) if line.strip()), None)
    if start is None:
        raise TopologyError("must have a header, got no line")
    signs = [delimiter] if delimiter else list(DELIMITERS)
    heads = {sign: _header(lines[start], sign) for sign in signs}
    fitting = [sign for sign in signs if set(columns) <= set(heads[sign])]
    if not fitting:
        _refuse(heads, columns)
    header = heads[fitting[0]]
    if twice := [column for column in columns if header.count(column) > 1]:
        raise TopologyError(f"the header must have the column {twice[0]!r} once, got it twice")
    rows = _split(lines, fitting[0])[1:]
    if len(rows) > MOST_FIBRES:
        raise TopologyError(f"links must be at most {MOST_FIBRES:,}, got {len(rows):,}")
    for line, fields in rows:
        if len(fields) != len(header):
            raise TopologyError(f"line {line} must have {len(header)} fields, got {len(fields)}")
    return [(line, dict(zip(header, fields, strict=True))) for line, fields in rows], fitting[0]


def _header(line: str, delimiter: str) -> list[str]:
    try:
        (row,) = csv.reader([line], delimiter=delimiter, skipinitialspace=True)
    except csv.Error as error:
        raise TopologyError(f"the header must be fields of a table: {error}") from error
    return [field.strip() for field in row]


def _refuse(heads: Mapping[str, list[str]], columns: Sequence[str]) -> None:
    """Say what the header has, split by the sign that gives most fields."""
    sign = max(heads, key=lambda one: len(heads[one]))
    missing = next(column for column in columns if column not in heads[sign])
    there = ", ".join(repr(field[:40]) for field in heads[sign][:12])
    say = f", or say which it is, such as a={heads[sign][0][:40]!r}" if missing in columns[:2] else ""
    raise TopologyError(
        f"the header must have the column {missing[:40]!r}{say}; fields are separated by {DELIMITERS[sign]}, "
        f"got {there}"
    )


def _decimal(numbers: Sequence[tuple[int, str]], delimiter: str) -> str | None:
    """Return the sign before decimals in numbers, None if there is none; both, or thousands, are refused.

    Where commas stand between fields, points stand before decimals: who groups by points has decimal commas.
    """
    points, commas = ([(line, text) for line, text in numbers if sign in text] for sign in ".,")
    if points and commas:
        raise TopologyError(
            f"decimal must be stated where numbers have both signs, got {points[0][1][:40]!r} in line "
            f"{points[0][0]} and {commas[0][1][:40]!r} in line {commas[0][0]}"
        )
    if not (signed := points or commas):
        return None
    clear = points and delimiter == ","
    if not clear and all(_THOUSANDS.fullmatch(text.strip()) for _, text in signed):
        line, text = signed[0]
        raise TopologyError(
            f"decimal must be stated, as {'points' if points else 'commas'} could separate thousands, got "
            f"{text[:40]!r} in line {line}"
        )
    return "." if points else ","
