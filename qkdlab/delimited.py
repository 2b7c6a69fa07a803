"""Text files of fields: their encoding, compression and separators, recognised or as stated."""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO, TextIOWrapper
from itertools import chain
from math import nan
from pathlib import Path
from types import MappingProxyType
from typing import Any

from .errors import shown

DELIMITERS = MappingProxyType({"\t": "tabs", ";": "';'", "|": "'|'", ",": "commas", " ": "blanks"})
"""What may stand between fields, the blank for any white space, and how it is told.

Where a line could be cut by several the first is taken: decimal commas stand between others."""
GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
"""A number that could be 1.234 or 1234."""

_GZIP, _MARK = b"\x1f\x8b", "\ufeff"
_ENCODINGS = {b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32"}
_ENCODINGS |= {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_OTHERS = {
    b"\x93NUMPY": "a single NumPy array",
    b"\x89HDF": "an HDF5 file",
    b"MATLAB": "a MATLAB file",
    b"\xd0\xcf\x11\xe0": "an Excel workbook",
    b"PK\x03\x04": "a ZIP file, such as an Excel workbook",
}
_RULE = "must be CSV text in UTF-8, or in UTF-16 with a byte-order mark (encoding= states another)"
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?", re.ASCII)
_SEP = re.compile("sep=(.)[\r\n]*", re.IGNORECASE)


class DelimitedText:
    """A text file with fields in each line; Excel's ``sep=;``, byte-order marks and gzip are understood.

    Parameters
    ----------
    path
        The file.
    error
        Makes what is raised if it is no such text, of a message that names the file and the line.
    kinds
        What it should be, for that message.
    delimiter
        One of `DELIMITERS`; if it is None, `choose` takes one.
    encoding
        None takes UTF-8, or UTF-16 or UTF-32 with a byte-order mark.
    comments
        How lines begin that have no fields.
    """

    def __init__(
        self,
        path: Path,
        error: Callable[[str], Exception],
        *,
        kinds: str = "CSV",
        delimiter: str | None,
        encoding: str | None,
        comments: tuple[str, ...] = (),
    ) -> None:
        self.path, self.delimiter = path, delimiter
        self._error, self._comments = error, comments
        self._reader: Any = None
        with path.open("rb") as file:
            self._packed = file.read(2) == _GZIP
        with self._readable(), self._opened() as file:
            head = file.read(400)
        for beginning, what in _OTHERS.items():
            if head.startswith(beginning):
                raise error(f"{path}: must be {kinds}, got {what}; save it as {kinds}")
        marked = next((name for mark, name in _ENCODINGS.items() if head.startswith(mark)), None)
        self._encoding = encoding or marked or "utf-8"
        if b"\0" in head and not (marked or encoding):
            raise error(f"{path}: {_RULE}, got bytes that are 0")
        with self.lines():
            pass  # a line sep= has stated the separator

    @contextmanager
    def lines(self) -> Iterator[Iterator[str]]:
        """Open the file and give its lines, one that states the separator as an empty one."""
        self._reader = None
        with (
            self._readable(),
            self._opened() as file,
            TextIOWrapper(file, self._encoding, newline="") as text,
        ):
            first = next(text, "").removeprefix(_MARK)
            if stated := _SEP.fullmatch(first):
                self.delimiter, first = self.delimiter or stated[1], "\n"
            yield chain([first], text)

    @contextmanager
    def rows(self) -> Iterator[Iterator[tuple[int, list[str]]]]:
        """Open the file and give what holds fields: the number of its line, from 1, and the fields."""
        with self.lines() as lines:
            kept = ("\n" if line.startswith(self._comments) else line for line in lines)
            if self.delimiter == " ":
                yield ((number, row) for number, line in enumerate(kept, 1) if (row := line.split()))
            else:
                reader = self._reader = _reader(kept, self.delimiter or ",", strict=True)
                yield ((reader.line_num, row) for row in reader if any(row))

    def choose(self, line: str, worth: Callable[[str, list[str]], Any]) -> None:
        """Take the separator for which it is worth most, and the fields that it gives, if none is stated."""
        head = line[:4096]
        self.delimiter = self.delimiter or max(
            DELIMITERS, key=lambda sign: worth(sign, fields_of(head, sign))
        )

    @property
    def separated(self) -> str:
        """How fields are separated, in words."""
        return f"fields are separated by {DELIMITERS.get(self.delimiter or ',', repr(self.delimiter))}"

    @property
    def remarks(self) -> tuple[str, ...]:
        """What was recognised of the file, for a report."""
        said = [] if self.delimiter == "," else [self.separated]
        said += [] if self._encoding == "utf-8" else [self._encoding.upper()]
        said += ["gzip"] if self._packed else []
        return tuple(said)

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        """Open the file and give its bytes, unpacked."""
        with self.path.open("rb") as file:
            yield gzip.GzipFile(fileobj=file) if self._packed else file

    @contextmanager
    def _readable(self) -> Iterator[None]:
        """Turn what is wrong with the file into an error that says where."""
        try:
            yield
        except (csv.Error, UnicodeError) as error:
            is_cut = isinstance(error, csv.Error)
            line = getattr(self._reader, "line_num", 0) + (not is_cut)
            if isinstance(error, UnicodeDecodeError) and self._reader is None:  # among the first bytes
                line = error.object[: error.start].count(b"\n") + 1
            rule = "must be rows of fields" if is_cut else _RULE
            text = shown(str(error))[1:-1]
            raise self._error(f"{self.path}, about line {line}: {rule}: {text}") from error
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise self._error(f"{self.path}: must be a whole gzip file: {error}") from error


def fields_of(line: str, delimiter: str) -> list[str]:
    """Return the fields of one line; none if they are too long."""
    if delimiter == " ":
        return line.split()
    with suppress(csv.Error):
        return [field.strip() for field in next(_reader([line], delimiter), [])]
    return []


def read_number(text: str) -> float:
    """Return a number that is written with a decimal point or a decimal comma; NaN for anything else.

    >>> read_number(" 28,5 "), read_number("1e3"), read_number("1,234.5")
    (28.5, 1000.0, nan)
    """
    text = text.strip()
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else nan


def check_encoding(encoding: str | None) -> None:
    """Refuse what is no encoding of text; None is."""
    try:
        TextIOWrapper(BytesIO(), encoding=encoding)
    except (LookupError, TypeError, ValueError) as error:
        rule = "be an encoding of text that Python knows"
        raise ValueError(f"encoding must {rule}, got {shown(encoding)}") from error


def _reader(lines: Iterable[str], delimiter: str, *, strict: bool = False) -> Any:
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=strict)
