"""A table of links in a text file: its columns, and which sign stands before decimals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import isnan
from pathlib import Path

from ...delimited import DELIMITERS, GROUPED, DelimitedText, check_encoding, read_number
from ...errors import TopologyError, shown
from ...values import check_choice
from .topology import MOST_FIBRES
from .topology_file import LARGEST_BYTES


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkTable:
    """The rows of a file.

    Parameters
    ----------
    path
        The file, for messages.
    rows
        The number of the line, and the fields by the names of their columns.
    decimal
        What stands before the decimals of numbers; None if it was not stated, and no number shows it.
    """

    path: Path
    rows: tuple[tuple[int, Mapping[str, str]], ...]
    decimal: str | None

    def place(self, line: int) -> str:
        """Return file and line, for a message."""
        return f"{self.path}, line {line}"

    def number(self, text: str, line: int, column: str) -> float | None:
        """Return a field as a number, None if it is empty; ``TopologyError`` if it is none."""
        if not text.strip():
            return None
        number, other = read_number(text), "," if self.decimal == "." else "."
        if isnan(number) or (self.decimal and other in text):
            sign = f" with {self.decimal!r} before decimals" if self.decimal else ""
            rule = f"{column} must be a number{sign}"
            raise TopologyError(f"{self.place(line)}: {rule}, got {shown(text.strip(), 60)}")
        return number


def read_table(
    path: Path, columns: Sequence[str], *, delimiter: str | None, decimal: str | None, encoding: str | None
) -> LinkTable:
    """Return the rows of a text file whose header has these columns, the first two of which are no numbers.

    Raises ``TopologyError`` if it has not, or a row has more or fewer fields; `delimiter`, `decimal` and
    `encoding` are those of `read_links`.
    """
    if delimiter is not None:
        check_choice("delimiter", delimiter, tuple(DELIMITERS))
    if decimal is not None:
        check_choice("decimal", decimal, (".", ","))
    check_encoding(encoding)
    if path.stat().st_size > LARGEST_BYTES:
        raise TopologyError(f"{path}: must have at most {LARGEST_BYTES:,} bytes, got more")
    text = DelimitedText(path, TopologyError, delimiter=delimiter, encoding=encoding)
    rows = _rows(text, columns)
    numbers = [(line, fields[column]) for line, fields in rows for column in columns[2:]]
    return LinkTable(path=path, rows=tuple(rows), decimal=decimal or _decimal(path, numbers, text.delimiter))


def _rows(text: DelimitedText, columns: Sequence[str]) -> list[tuple[int, Mapping[str, str]]]:
    """Return the rows after the header."""
    with text.lines() as lines:
        first = next((line for line in lines if line.strip()), "")

    def worth(delimiter: str, fields: list[str]) -> tuple[int, bool, int]:
        return len(set(columns) & set(fields)), delimiter != " ", len(fields)

    text.choose(first, worth)
    with text.rows() as filled:
        header = [field.strip() for field in next(filled, (0, []))[1]]
        _check_header(text, header, columns)
        rows: list[tuple[int, Mapping[str, str]]] = []
        for line, row in islice(filled, MOST_FIBRES + 1):
            if len(row) < len(header) or any(row[len(header) :]):
                rule = f"must have {len(header)} fields, got {len(row)} ({text.separated})"
                raise TopologyError(f"{text.path}, line {line}: {rule}")
            rows.append((line, dict(zip(header, row, strict=False))))
    if len(rows) > MOST_FIBRES:
        raise TopologyError(f"{text.path}: links must be at most {MOST_FIBRES:,}, got more")
    return rows


def _check_header(text: DelimitedText, header: Sequence[str], columns: Sequence[str]) -> None:
    """Refuse a header that has not each of the columns once."""
    if not header:
        raise TopologyError(f"{text.path}: must have a header, got no line")
    for column in columns:
        if header.count(column) > 1:
            raise TopologyError(f"{text.path}: the header must have the column {shown(column, 40)} once")
        if column not in header:
            there = ", ".join(shown(field, 40) for field in header[:12])
            example = (
                f", or say which it is, such as a={shown(header[0], 40)}" if column in columns[:2] else ""
            )
            rule = f"the header must have the column {shown(column, 40)}{example}"
            raise TopologyError(f"{text.path}: {rule}; {text.separated}, got {there}")


def _decimal(path: Path, numbers: Sequence[tuple[int, str]], delimiter: str | None) -> str | None:
    """Return the sign before decimals in numbers, None if there is none; both, or thousands, are refused.

    Where commas stand between fields, points stand before decimals: who groups by points has decimal commas.
    """
    points, commas = ([(line, text) for line, text in numbers if sign in text] for sign in ".,")
    if points and commas:
        (line, text), (other_line, other) = points[0], commas[0]
        raise TopologyError(
            f"{path}: decimal must be stated where numbers have both signs, got {shown(text, 40)} in line "
            f"{line} and {shown(other, 40)} in line {other_line}"
        )
    if not (signed := points or commas):
        return None
    clear = points and delimiter == ","
    if not clear and all(GROUPED.fullmatch(text.strip()) for _, text in signed):
        (line, text), signs = signed[0], "points" if points else "commas"
        raise TopologyError(
            f"{path}, line {line}: decimal must be stated, as {signs} could separate thousands, got "
            f"{shown(text, 40)}"
        )
    return "." if points else ","
