"""Recorded events in files: rows of party, slot, basis, bit and intensity, as CSV or NPZ, block by block.

A CSV file is UTF-8 text with a header that names the columns, in any order; an NPZ file holds one array
of shape (n_rows,) for each column, of the same name. The rows of either party ascend in the slot; how the
parties' rows are mixed does not matter. `docs/recordings.md` describes the columns.

Files are read a block of rows at a time, NPZ files too, and every error names file, line and value.
"""

from __future__ import annotations

import csv
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from .errors import RecordingError
from .values import Bits

COLUMNS = ("party", "slot", "basis", "bit")
"""What every recording has."""
INTENSITY = "intensity"
"""What Alice's rows have besides if she varies the brightness."""
PARTIES, BASES = {"Alice": 0, "Bob": 1}, {"Z": 0, "X": 1}
"""The words for them, and the number that each stands for."""

BLOCK_ROWS = 1 << 14
"""Rows read at a time: a few megabytes of text."""
LONGEST = 40
"""Characters of a field at the most."""
_UNKNOWN = 255
_KINDS = {"party": "US", "slot": "iu", "basis": "US", "bit": "biu", INTENSITY: "USiuf"}


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Rows:
    """Some rows of a file, not yet read as anything.

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
        Arrays of shape (n,) by name: text, or numbers if the file has them.
    """

    path: str
    unit: str
    numbers: NDArray[np.int64]
    columns: dict[str, NDArray[Any]]

    def where(self, mask: NDArray[np.bool_]) -> Rows:
        """Return those that `mask` selects."""
        columns = {name: column[mask] for name, column in self.columns.items()}
        return Rows(path=self.path, unit=self.unit, numbers=self.numbers[mask], columns=columns)

    def place(self, index: int) -> str:
        """Return file and line of a row, for a message."""
        return f"{self.path}, {self.unit} {self.numbers[index]}"

    def refusal(self, index: int, name: str, rule: str) -> RecordingError:
        """Return the error that says what a field must be."""
        return RecordingError(
            f"{self.place(index)}: {name} must {rule}, got {self.columns[name][index].item()!r}"
        )

    def codes(self, name: str, meanings: dict[Any, int]) -> Bits:
        """Return what each field of a column stands for, `_UNKNOWN` where `meanings` does not have it."""
        found = np.full(len(self.numbers), _UNKNOWN, dtype=np.uint8)
        for word, code in meanings.items():
            found[self.columns[name] == word] = code
        return found

    def words(self, name: str, meanings: dict[Any, int]) -> Bits:
        """Return what each field of a column stands for, uint8, shape (n,), or refuse the first unknown."""
        found = self.codes(name, meanings)
        if (unknown := first_unknown(found)) is not None:
            raise self.refusal(unknown, name, "be " + " or ".join(meanings))
        return found

    def wholes(self, name: str, most: int) -> NDArray[np.int64]:
        """Return a column as whole numbers from 0 to `most`, int64, shape (n,), or refuse the first other."""
        column = self.columns[name]
        if column.dtype.kind == "U":
            column, good = _digits(column)
        else:
            good = np.asarray(column >= 0)
        good &= column <= most
        if not good.all():
            raise self.refusal(int(np.argmin(good)), name, f"be a whole number from 0 to {most}")
        return column.astype(np.int64)


def _digits(column: NDArray[np.str_]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return text of up to 18 decimal digits as numbers, and where it is that; NumPy's own way is slower."""
    characters = np.ascontiguousarray(column).view(np.uint32).reshape(len(column), -1)
    numbers, good = np.zeros(len(column), dtype=np.int64), characters[:, 0] > 0
    ended = np.zeros(len(column), dtype=np.bool_)
    for place, character in enumerate(characters.T):
        ended |= character == 0
        digit = character - np.uint32(ord("0"))  # what stands before 0 wraps around
        good &= np.where(ended, character == 0, (digit <= 9) & (place < 18))
        numbers = np.where(ended | ~good, numbers, 10 * numbers + digit)
    return numbers, good


def first_unknown(codes: Bits) -> int | None:
    """Return the index of the first field that `Rows.codes` did not know; None if there is none."""
    unknown = codes == _UNKNOWN
    return int(np.argmax(unknown)) if unknown.any() else None


def read_rows(path: Path) -> Iterator[Rows]:
    """Yield the rows of a file, at most `BLOCK_ROWS` at a time.

    Raises
    ------
    RecordingError
        If the file is no CSV or NPZ file, broken, or without rows, or a column is missing, unknown or of
        the wrong kind.
    OSError
        If it cannot be opened.
    """
    if (suffix := path.suffix.lower()) not in (".csv", ".npz"):
        raise RecordingError(f"path must end in .csv or .npz, got {str(path)!r}")
    empty = True
    for rows in _csv_rows(path) if suffix == ".csv" else _npz_rows(path):
        empty = False
        yield rows
    if empty:
        raise RecordingError(f"{path}: must hold rows, got none")


def _check_columns(path: Path, names: list[str]) -> None:
    """Refuse a file whose columns are not those of a recording."""
    if sorted(set(names) - {INTENSITY}) != sorted(COLUMNS) or len(set(names)) < len(names):
        wanted = ",".join(COLUMNS)
        raise RecordingError(f"{path}: columns must be {wanted} and perhaps {INTENSITY}, got {names!r}")


def _csv_rows(path: Path) -> Iterator[Rows]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.reader(file, skipinitialspace=True, strict=True)
        try:
            names = next(reader, [])
            _check_columns(path, names)
            line = reader.line_num + 1
            while block := list(islice(reader, BLOCK_ROWS)):
                numbers = [number for number, row in enumerate(block, line) if row]  # without blank lines
                line += len(block)
                if numbers:
                    yield _split(path, names, numbers, [row for row in block if row])
        except (csv.Error, UnicodeDecodeError) as error:
            place = f"{path}, about line {reader.line_num + 1}"
            raise RecordingError(f"{place}: must be CSV text in UTF-8: {error}") from error


def _split(path: Path, names: list[str], numbers: list[int], block: list[list[str]]) -> Rows:
    """Return rows of fields as columns."""
    if set(map(len, block)) != {len(names)}:
        number, row = next(pair for pair in zip(numbers, block, strict=True) if len(pair[1]) != len(names))
        raise RecordingError(f"{path}, line {number}: must have {len(names)} fields, got {len(row)}")
    fields = list(chain.from_iterable(block))
    if max(map(len, fields)) > LONGEST:  # it would widen the whole array
        index = next(index for index, field in enumerate(fields) if len(field) > LONGEST)
        place, name = f"{path}, line {numbers[index // len(names)]}", names[index % len(names)]
        text = fields[index][:LONGEST]
        raise RecordingError(f"{place}: {name} must have at most {LONGEST} characters, got {text!r}…")
    table = np.array(fields).reshape(-1, len(names))
    columns = {name: table[:, place] for place, name in enumerate(names)}
    return Rows(path=str(path), unit="line", numbers=np.array(numbers), columns=columns)


def _npz_rows(path: Path) -> Iterator[Rows]:
    try:
        with ExitStack() as stack:
            archive = stack.enter_context(zipfile.ZipFile(path))
            names = [name.removesuffix(".npy") for name in archive.namelist()]
            _check_columns(path, names)
            files = {name: stack.enter_context(archive.open(f"{name}.npy")) for name in names}
            kinds, n_rows = _read_headers(path, files)
            for start in range(0, n_rows, BLOCK_ROWS):
                numbers = np.arange(start, min(start + BLOCK_ROWS, n_rows))
                columns = {name: _read_column(files[name], kinds[name], len(numbers)) for name in names}
                yield Rows(path=str(path), unit="row", numbers=numbers, columns=columns)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise RecordingError(f"{path}: must be a whole NPZ file: {error}") from error


def _read_headers(path: Path, files: dict[str, IO[bytes]]) -> tuple[dict[str, np.dtype[Any]], int]:
    """Return the dtypes of the arrays, and their common length."""
    kinds, lengths = {}, {}
    for name, file in files.items():
        try:
            old = np.lib.format.read_magic(file) == (1, 0)
            read = np.lib.format.read_array_header_1_0 if old else np.lib.format.read_array_header_2_0
            shape, _, dtype = read(file)
        except ValueError as error:
            raise RecordingError(f"{path}: {name} must be a NumPy array: {error}") from error
        if len(shape) != 1:
            raise RecordingError(f"{path}: {name} must have shape (n_rows,), got shape {shape}")
        if dtype.kind not in _KINDS[name] or dtype.itemsize > 4 * LONGEST:
            rule = "hold short words" if _KINDS[name] == "US" else "hold whole numbers"
            rule = "hold short words or numbers" if name == INTENSITY else rule
            raise RecordingError(f"{path}: {name} must {rule}, got dtype {dtype}")
        kinds[name], lengths[name] = dtype, shape[0]
    if len(set(lengths.values())) > 1:
        raise RecordingError(f"{path}: arrays must be of one length, got {lengths!r}")
    return kinds, lengths["slot"]


def _read_column(file: IO[bytes], dtype: np.dtype[Any], n_rows: int) -> NDArray[Any]:
    """Return the next elements of an array in an archive."""
    data = file.read(n_rows * dtype.itemsize)
    if len(data) < n_rows * dtype.itemsize:
        raise EOFError(f"an array ends {n_rows - len(data) // (dtype.itemsize or 1)} rows too early")
    column: NDArray[Any] = np.frombuffer(data, dtype=dtype)
    return np.char.decode(column, "latin-1") if dtype.kind == "S" else column


def write_rows(path: Path, blocks: Iterable[dict[str, NDArray[Any]]]) -> None:
    """Write columns, block by block, to a new file, CSV or NPZ by its suffix.

    CSV is written as the blocks come; NPZ needs all of them in memory.
    """
    if (suffix := path.suffix.lower()) == ".csv":
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            for number, block in enumerate(blocks):
                if not number:
                    writer.writerow(block)
                writer.writerows(zip(*(column.tolist() for column in block.values()), strict=True))
    elif suffix == ".npz":
        held = list(blocks)
        columns = {name: np.concatenate([block[name] for block in held]) for name in held[0]}
        np.savez_compressed(path, allow_pickle=False, **columns)
    else:
        raise ValueError(f"path must end in .csv or .npz, got {str(path)!r}")
