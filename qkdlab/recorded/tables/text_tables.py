"""Text files of records: their encoding, compression, separators and comments, recognised or as stated."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import RecordingError, shown
from .layout import DELIMITERS, Layout, listed, recognise, role_of
from .table_rows import BLOCK_FIELDS, BLOCK_ROWS, LONGEST, Rows

GZIP = b"\x1f\x8b"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_COMMENTS = ("#", "%", "//")
_NAMES = {",": "commas", ";": "';'", "\t": "tabs", "|": "'|'", " ": "blanks"}


def read_head(path: Path, size: int = 8) -> bytes:
    """Return the first bytes of a file, of what it holds if it is compressed."""
    with path.open("rb") as file:
        head = file.read(size)
    if not head.startswith(GZIP):
        return head
    with _broken(path), gzip.open(path) as unpacked:
        return unpacked.read(size)


class TextTable:
    """A table in a text file; see `Table`."""

    def __init__(self, path: Path, layout: Layout) -> None:
        self.path = path
        with path.open("rb") as file:
            self._packed = file.read(2) == GZIP
        wide = read_head(path).startswith(_UTF_16)
        self._encoding = layout.encoding or ("utf-16" if wide else "utf-8-sig")
        self._stated = layout.delimiter
        if b"\0" in read_head(path, 400) and not (wide or layout.encoding):
            rule = "must be CSV text in UTF-8, or in UTF-16 with a byte-order mark (encoding= states another)"
            raise RecordingError(f"{path}: {rule}, got bytes that are 0")
        lines, comment = self._first_lines()
        self._header = self._n_skipped = 0
        with _broken(path):
            names = self._find_names(lines, comment, layout)
        while names and not names[-1]:  # a spreadsheet may end lines with separators
            names.pop()
        self.names = names
        self.roles = recognise([name for name in names if name], layout, str(path))
        self.remarks = self._remarks()

    def blocks(self) -> Iterator[Rows]:
        """Yield the rows, at most `BLOCK_ROWS` at a time, and `BLOCK_FIELDS` fields."""
        places = [self.names.index(name) for name in self.roles.values()]
        line, header = 1, self._header
        most = max(1, min(BLOCK_ROWS, BLOCK_FIELDS // len(self.names)))
        with self._lines() as lines, _broken(self.path, rows := _cut(lines, self._delimiter)):
            while block := list(islice(rows, most)):
                filled = [row for row in block if any(row)]
                numbers = np.array([number for number, row in enumerate(block, line) if any(row)])
                line += len(block)
                if header and filled:
                    filled, numbers, header = filled[1:], numbers[1:], 0
                if filled:
                    yield self._split(numbers, filled, places)

    def _split(self, numbers: NDArray[np.int64], block: list[list[str]], places: list[int]) -> Rows:
        """Return the fields of the columns that are read."""
        n = len(self.names)
        if set(map(len, block)) != {n}:
            for line, row in zip(numbers, block, strict=True):
                if len(row) < n or any(row[n:]):
                    raise RecordingError(
                        f"{self.path}, line {line}: must have {n} fields, got {len(row)}{self._separated()}"
                    )
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

    def _first_lines(self) -> tuple[list[str], str]:
        """Return the first lines that hold something, and the comment before them."""
        found: list[str] = []
        comment = ""
        with self._lines() as lines, _broken(self.path):
            for line in islice(lines, 10_000):
                if line.lower().startswith("sep=") and not found:
                    self._stated = self._stated or line[4:].strip("\r\n")[:1]
                elif line.startswith(_COMMENTS) and not found:
                    comment = line.lstrip("#%/ ")
                elif line.strip():
                    found.append(line)
                if len(found) == 2:
                    break
        return found, comment

    def _find_names(self, lines: list[str], comment: str, layout: Layout) -> list[str]:
        """Settle the separator and return the names of the columns."""
        if not lines:
            raise RecordingError(f"{self.path}: must hold rows, got none")
        first = lines[0]
        if layout.columns is not None and not isinstance(layout.columns, Mapping):
            self._delimiter = self._stated or self._guess(first, layout)
            names = [name or "" for name in layout.columns]
            width = len(_fields(first, self._delimiter))
            if width != len(names):
                raise RecordingError(
                    f"{self.path}: columns must name all {width} columns, got {len(names)}{self._separated()}"
                )
            return names
        for header, text in ((1, first), (0, comment)):
            self._delimiter = self._stated or self._guess(text, layout)
            names = [name.strip() for name in _fields(text, self._delimiter)]
            if recognise([name for name in names if name], layout, str(self.path)):
                self._header = header
                return names
        self._delimiter = self._stated or self._guess(first, layout)
        self._header = 1
        return _fields(first, self._delimiter)

    def _guess(self, line: str, layout: Layout) -> str:
        """Return the separator that makes most of a line: the stated width, known names, fields."""

        columns = layout.columns
        stated = set(columns.values()) if isinstance(columns, Mapping) else set()
        width = None if columns is None or isinstance(columns, Mapping) else len(columns)

        def worth(delimiter: str) -> tuple[bool, int, bool, int]:
            head = line[:4096]
            fields = head.split() if delimiter == " " else next(csv.reader([head], delimiter=delimiter), [])
            fits = len(fields) == width and not any(" " in field.strip() for field in fields)
            if delimiter == " " and not fits and any(other in head for other in DELIMITERS[:-1]):
                return False, 0, False, -len(_ORDER)  # the blanks are in the names
            known = sum(field in stated or role_of(field) is not None for field in fields)
            return fits, known, len(fields) > 1, -_ORDER.index(delimiter)

        return max(DELIMITERS, key=worth)

    def _separated(self) -> str:
        """Return the words that tell how fields are separated."""
        return f" (fields are separated by {_NAMES.get(self._delimiter, repr(self._delimiter))})"

    def unknown_columns(self) -> str:
        """Return what a message says of the columns that are there."""
        return listed(self.names) + self._separated()

    def _remarks(self) -> tuple[str, ...]:
        said = [] if self._delimiter == "," else [self._separated()[2:-1]]
        said += [] if self._encoding == "utf-8-sig" else [self._encoding.upper()]
        said += ["gzip"] if self._packed else []
        return tuple(said)

    @contextmanager
    def _lines(self) -> Iterator[Iterator[str]]:
        """Open the file and yield its lines."""
        with self.path.open("rb") as raw:
            binary: Any = gzip.GzipFile(fileobj=raw) if self._packed else raw
            with io.TextIOWrapper(binary, encoding=self._encoding, newline="") as text:
                yield iter(text)


_ORDER = ("\t", ";", "|", ",", " ")
"""Which separator is taken where a line could be cut by several: decimal commas stand between others."""


def _cut(lines: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    """Yield the fields of each line; comments and ``sep=`` count as blank lines, so that numbers stay."""
    kept = _without_comments(lines)
    if delimiter == " ":
        return (line.split() for line in kept)
    return csv.reader(kept, delimiter=delimiter, skipinitialspace=True, strict=True)


def _without_comments(lines: Iterator[str]) -> Iterator[str]:
    first = next(lines, "")
    yield "\n" if first.startswith(_COMMENTS) or first.lower().startswith("sep=") else first
    for line in lines:
        yield "\n" if line.startswith(_COMMENTS) else line


def _fields(line: str, delimiter: str) -> list[str]:
    """Return the fields of one line."""
    return next(_cut(iter([line]), delimiter), [])


@contextmanager
def _broken(path: Path, rows: object = None) -> Iterator[None]:
    """Turn what is wrong with a text file into a `RecordingError`."""
    try:
        yield
    except (csv.Error, UnicodeError) as error:
        rule = "must be CSV text in UTF-8, or in UTF-16 with a byte-order mark (encoding= states another)"
        line = getattr(rows, "line_num", 0) + 1
        if isinstance(error, UnicodeDecodeError) and rows is None:  # among the first bytes
            line = error.object[: error.start].count(b"\n") + 1
        raise RecordingError(f"{path}, about line {line}: {rule}: {shown(str(error))[1:-1]}") from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise RecordingError(f"{path}: must be a whole gzip file: {error}") from error
