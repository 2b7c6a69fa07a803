"""Some rows of a file, not yet read as anything: columns of text or numbers that know where they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...delimited import GROUPED, read_number
from ...errors import RecordingError, shown
from ...values import Bits

BLOCK_ROWS = 1 << 14
"""Rows read at a time: a few megabytes of text."""
BLOCK_FIELDS = 1 << 18
"""Fields of text read at a time: of wide tables fewer rows, since columns that are not read count, too."""
LONGEST = 40
"""Characters of a field at the most."""
MOST_EXACT = 2**53
"""From here on, 64-bit floats skip whole numbers."""
MOST_WRITTEN = 10**18 - 1
"""The largest whole number that is read of text: 64 bits hold all numbers of 18 digits."""
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_UNKNOWN = 255


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Rows:
    """Some rows of a file.

    Parameters
    ----------
    path
        The file, for messages.
    unit
        What its rows are called there: line or row.
    numbers
        int64, shape (n,): their numbers in the file. Lines count from 1, the header being the first; rows of
        arrays from 0.
    columns
        Arrays of shape (n,) by the names that the file gives them: text, or numbers if the file has them.
    """

    path: str
    unit: str
    numbers: NDArray[np.int64]
    columns: dict[str, NDArray[Any]]

    def __len__(self) -> int:
        return len(self.numbers)

    def where(self, mask: NDArray[np.bool_]) -> Rows:
        """Return those that `mask` selects."""
        if mask.all():
            return self
        columns = {name: column[mask] for name, column in self.columns.items()}
        return Rows(path=self.path, unit=self.unit, numbers=self.numbers[mask], columns=columns)

    def place(self, index: int) -> str:
        """Return file and line of a row, for a message."""
        return f"{self.path}, {self.unit} {self.numbers[index]}"

    def refusal(self, index: int, name: str, rule: str) -> RecordingError:
        """Return the error that says what a field must be."""
        field = self.columns[name][index].item()
        return RecordingError(f"{self.place(index)}: {name} must {rule}, got {shown(field)}")

    def codes(self, name: str, meanings: dict[Any, int]) -> Bits:
        """Return what each field of a column stands for; `first_unknown` finds what `meanings` has not."""
        column = self.columns[name]
        found = np.full(len(column), _UNKNOWN, dtype=np.uint8)
        for word, code in meanings.items():
            nan = isinstance(word, float) and isnan(word)  # which is not equal to itself
            found[np.isnan(column) if nan else column == word] = code
        return found

    def wholes(self, name: str, least: int, most: int) -> NDArray[np.int64]:
        """Return a column as whole numbers from `least` to `most`, int64, shape (n,), or refuse another.

        No number is read above `MOST_WRITTEN` in text, and in an array above what it holds exactly.
        """
        column = self.columns[name]
        most = min(most, MOST_WRITTEN if column.dtype.kind == "U" else _most_exact(column.dtype) - 1)
        if column.dtype.kind == "U":
            numbers, good = _digits(column)
            for index in np.flatnonzero(~good):  # a spreadsheet or pandas may write 12 as 12.0
                if re.fullmatch(r"\d{1,15}(?:[.,]0*)?", text := str(column[index]).strip(), re.ASCII):
                    numbers[index], good[index] = int(re.split("[.,]", text)[0]), True
        else:
            good = np.asarray((column >= least) & (column <= most))
            numbers = np.where(good, column, 0).astype(np.int64)
            good &= numbers == column
        good &= (numbers >= least) & (numbers <= most)
        if not good.all():
            raise self.refusal(int(np.argmin(good)), name, f"be a whole number from {least} to {most}")
        return numbers

    def reals(self, name: str) -> NDArray[np.float64]:
        """Return a column as numbers below 2⁵³, float64, shape (n,), or refuse the first other.

        Of an array of shorter floats, below what it holds exactly. Text in which thousands seem to be set
        apart, 999 and then 1,000, is refused.
        """
        column = self.columns[name]
        if (text := column.dtype.kind == "U") and (index := _first_grouped(column)) is not None:
            raise self.refusal(index, name, "be written without a sign between thousands")
        numbers = np.array([read_number(field) for field in column]) if text else column
        most = MOST_EXACT if text else _most_exact(column.dtype)
        good = np.abs(numbers.astype(np.float64)) < most
        if not good.all():
            power = f"2{str(most.bit_length() - 1).translate(_RAISED)}"
            rule = f"be a number below {power} (count from the beginning of the run, or in larger units)"
            raise self.refusal(int(np.argmin(good)), name, rule)
        return numbers.astype(np.float64)


def _digits(column: NDArray[np.str_]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return text of up to 18 decimal digits as numbers, and where it is that; NumPy's own way is slower."""
    if not len(column):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.bool_)
    characters = np.ascontiguousarray(column).view(np.uint32).reshape(len(column), -1)
    numbers, good = np.zeros(len(column), dtype=np.int64), characters[:, 0] > 0
    ended = np.zeros(len(column), dtype=np.bool_)
    for place, character in enumerate(characters.T):
        ended |= character == 0
        digit = character - np.uint32(ord("0"))  # what stands before 0 wraps around
        good &= np.where(ended, character == 0, (digit <= 9) & (place < 18))
        numbers = np.where(ended | ~good, numbers, 10 * numbers + digit)
    return numbers, good


def _most_exact(dtype: np.dtype[Any]) -> int:
    """Return the number from which on an array skips whole numbers, at most `MOST_EXACT`.

    >>> _most_exact(np.dtype("f4")) == 2**24, _most_exact(np.dtype("i8")) == 2**53
    (True, True)
    """
    return min(2 ** (np.finfo(dtype).nmant + 1), MOST_EXACT) if dtype.kind == "f" else MOST_EXACT


def _first_grouped(column: NDArray[np.str_]) -> int | None:
    """Return the index of the first number that could be 1,000 or 1.000, if all others are below 1,000.

    None if a field shows that the sign stands before decimals, or no field has one.
    """
    fields = [text.strip() for text in column.tolist()]
    grouped = [number for number, text in enumerate(fields) if not (text.isdecimal() and len(text) < 4)]
    if len(grouped) < len(fields) and all(GROUPED.fullmatch(fields[number]) for number in grouped):
        return next(iter(grouped), None)
    return None


def first_unknown(codes: Bits) -> int | None:
    """Return the index of the first field that `Rows.codes` did not know; None if there is none."""
    unknown = codes == _UNKNOWN
    return int(np.argmax(unknown)) if unknown.any() else None
