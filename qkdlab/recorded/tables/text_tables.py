"""Text files of records: their columns and comments, recognised or as stated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...delimited import DELIMITERS, DelimitedText, fields_of
from ...errors import RecordingError
from .layout import Layout, listed, recognise, role_of
from .table_rows import BLOCK_FIELDS, BLOCK_ROWS, LONGEST, Rows

_COMMENTS = ("#", "%", "//")


class TextTable:
    """A table in a text file; see `Table`."""

    def __init__(self, path: Path, layout: Layout) -> None:
        self.path = path
        self._text = DelimitedText(
            path,
            RecordingError,
            kinds="CSV or NPZ",
            delimiter=layout.delimiter,
            encoding=layout.encoding,
            comments=_COMMENTS,
        )
        self._header = True
        names = self._find_names(layout)
        while names and not names[-1]:  # a spreadsheet may end lines with separators
            names.pop()
        self.names = names
        self.roles = recognise([name for name in names if name], layout, str(path))
        self.remarks = self._text.remarks

    def blocks(self) -> Iterator[Rows]:
        """Yield the rows, at most `BLOCK_ROWS` at a time, and `BLOCK_FIELDS` fields."""
        places = [self.names.index(name) for name in self.roles.values()]
        most = max(1, min(BLOCK_ROWS, BLOCK_FIELDS // len(self.names)))
        with self._text.rows() as rows:
            if self._header:
                next(rows, None)
            numbers: list[int] = []
            block: list[list[str]] = []
            for (
                number,
                row,
            ) in rows:  # no list of pairs: with so many objects Python collects garbage for long
                numbers.append(number)
                block.append(row)
                if len(block) == most:
                    yield self._split(np.array(numbers), block, places)
                    numbers, block = [], []
            if block:
                yield self._split(np.array(numbers), block, places)

    def _split(self, numbers: NDArray[np.int64], block: Sequence[list[str]], places: list[int]) -> Rows:
        """Return the fields of the columns that are read."""
        n = len(self.names)
        if set(map(len, block)) != {n}:
            for line, row in zip(numbers, block, strict=True):
                if len(row) < n or any(row[n:]):
                    rule = f"must have {n} fields, got {len(row)} ({self._text.separated})"
                    raise RecordingError(f"{self.path}, line {line}: {rule}")
        columns: dict[str, NDArray[Any]] = {}
        for place in places:
            fields = [row[place] for row in block]
            if max(map(len, fields)) > LONGEST:  # it would widen the whole array
                index = next(index for index, field in enumerate(fields) if len(field) > LONGEST)
                text, where = fields[index][:LONGEST], f"{self.path}, line {numbers[index]}"
                rule = f"must have at most {LONGEST} characters"
                raise RecordingError(f"{where}: {self.names[place]} {rule}, got {text!r}…")
            columns[self.names[place]] = np.array(fields)
        return Rows(path=str(self.path), unit="line", numbers=numbers, columns=columns)

    def _find_names(self, layout: Layout) -> list[str]:
        """Settle the separator and return the names of the columns."""
        first, comment = self._first_lines()
        if not first:
            raise RecordingError(f"{self.path}: must hold rows, got none")
        stated = self._text.delimiter
        self._choose(first, layout)
        if layout.columns is not None and not isinstance(layout.columns, Mapping):
            self._header = False
            width = len(fields_of(first, self._text.delimiter or ","))
            if width != len(layout.columns):
                rule = f"columns must name all {width} columns, got {len(layout.columns)}"
                raise RecordingError(f"{self.path}: {rule} ({self._text.separated})")
            return [name or "" for name in layout.columns]
        with self._text.rows() as rows:
            names = [name.strip() for name in next(rows, (0, []))[1]]
        if recognise([name for name in names if name], layout, str(self.path)):
            return names
        chosen, self._text.delimiter = self._text.delimiter, stated
        self._choose(comment, layout)
        in_comment = fields_of(comment, self._text.delimiter or ",")
        if recognise([name for name in in_comment if name], layout, str(self.path)):
            self._header = False
            return in_comment
        self._text.delimiter = chosen
        return names

    def _first_lines(self) -> tuple[str, str]:
        """Return the first line that holds something, and the comment before it."""
        comment = ""
        with self._text.lines() as lines:
            for line in islice(lines, 10_000):
                if line.startswith(_COMMENTS):
                    comment = line.lstrip("#%/ ")
                elif line.strip():
                    return line, comment
        return "", comment

    def _choose(self, line: str, layout: Layout) -> None:
        """Choose the separator that makes most of a line: the stated width, known names, fields."""
        columns = layout.columns
        stated = set(columns.values()) if isinstance(columns, Mapping) else set()
        width = None if columns is None or isinstance(columns, Mapping) else len(columns)

        def worth(delimiter: str, fields: list[str]) -> tuple[bool, int, bool]:
            fits = len(fields) == width and not any(" " in field for field in fields)
            if delimiter == " " and not fits and any(sign in line for sign in DELIMITERS if sign != " "):
                return False, 0, False  # the blanks are in the names
            known = sum(field in stated or role_of(field) is not None for field in fields)
            return fits, known, len(fields) > 1

        self._text.choose(line, worth)

    def unknown_columns(self) -> str:
        """Return what a message says of the columns that are there."""
        return f"{listed(self.names)} ({self._text.separated})"
