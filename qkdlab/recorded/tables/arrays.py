"""NPZ files of records: one array of shape (n_rows,) for each column, read block by block."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import RecordingError, shown
from .layout import Layout, listed, recognise
from .table_rows import BLOCK_ROWS, LONGEST, Rows

_NUMPY_2_1 = "allow_pickle"
"""NumPy 2.1 takes this argument of `numpy.savez` for an array: such files hold a Boolean of this name."""


class ArrayTable:
    """A table in an NPZ file; see `Table`."""

    def __init__(self, path: Path, layout: Layout) -> None:
        self.path = path
        self.remarks: tuple[str, ...] = ()
        with self._opened() as files:
            found = {name: self._header(name, file) for name, file in files.items()}
        if found.get(_NUMPY_2_1) == ((), np.dtype(bool)):
            del found[_NUMPY_2_1]
        self.names = list(found)
        if len(zipped := zipfile.ZipFile(path).namelist()) > len(set(zipped)):
            raise RecordingError(f"{path}: must hold each array once, got {listed(zipped)}")
        self.roles = recognise(self.names, layout, str(path))
        self._kinds: dict[str, np.dtype[Any]] = {}
        lengths = {}
        for name in self.roles.values():
            shape, dtype = found[name]
            if len(shape) != 1:
                raise RecordingError(f"{path}: {name} must have shape (n_rows,), got shape {shape}")
            if dtype.kind not in "USbiuf" or dtype.itemsize > 4 * LONGEST:
                raise RecordingError(f"{path}: {name} must hold short words or numbers, got dtype {dtype}")
            self._kinds[name], lengths[name] = dtype, shape[0]
        if len(set(lengths.values())) > 1:
            raise RecordingError(f"{path}: arrays must be of one length, got {shown(lengths)}")
        self._n_rows = max(lengths.values(), default=0)

    def blocks(self) -> Iterator[Rows]:
        """Yield the rows, at most `BLOCK_ROWS` at a time."""
        with self._opened(*self._kinds) as files:
            for name, file in files.items():
                self._header(name, file)
            for start in range(0, self._n_rows, BLOCK_ROWS):
                numbers = np.arange(start, min(start + BLOCK_ROWS, self._n_rows))
                columns = {name: _read(files[name], kind, len(numbers)) for name, kind in self._kinds.items()}
                yield Rows(path=str(self.path), unit="row", numbers=numbers, columns=columns)

    def unknown_columns(self) -> str:
        """Return what a message says of the arrays that are there."""
        return listed(self.names)

    def _opened(self, *names: str) -> _Opened:
        return _Opened(self.path, names)

    def _header(self, name: str, file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
        """Return shape and dtype of an array, and leave the file where its elements begin."""
        try:
            old = np.lib.format.read_magic(file) == (1, 0)
            read = np.lib.format.read_array_header_1_0 if old else np.lib.format.read_array_header_2_0
            shape, _, dtype = read(file)
        except ValueError as error:
            text = shown(str(error))[1:-1]
            raise RecordingError(f"{self.path}: {name} must be a NumPy array: {text}") from error
        return shape, dtype


class _Opened(ExitStack):
    """The arrays of an archive as files, by name; what is wrong with them becomes a `RecordingError`."""

    def __init__(self, path: Path, names: tuple[str, ...]) -> None:
        super().__init__()
        self._path, self._names = path, names

    def __enter__(self) -> dict[str, IO[bytes]]:  # type: ignore[override]
        try:
            archive = self.enter_context(zipfile.ZipFile(self._path))
            names = self._names or [name.removesuffix(".npy") for name in archive.namelist()]
            if any(name.startswith("xl/") for name in names):
                raise RecordingError(
                    f"{self._path}: must be CSV or NPZ, got an Excel workbook; save it as CSV"
                )
            if others := [name for name in archive.namelist() if not name.endswith(".npy")]:
                raise RecordingError(
                    f"{self._path}: must hold nothing but arrays (.npy), got {listed(others)}"
                )
            return {name: self.enter_context(archive.open(f"{name}.npy")) for name in names}
        except (zipfile.BadZipFile, KeyError) as error:
            raise RecordingError(f"{self._path}: must be a whole NPZ file: {error}") from error

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        super().__exit__(kind, error, trace)
        if isinstance(error, zipfile.BadZipFile | zlib.error | EOFError):
            raise RecordingError(f"{self._path}: must be a whole NPZ file: {error}") from error


def _read(file: IO[bytes], dtype: np.dtype[Any], n_rows: int) -> NDArray[Any]:
    """Return the next elements of an array in an archive."""
    data = file.read(n_rows * dtype.itemsize)
    if len(data) < n_rows * dtype.itemsize:
        raise EOFError(f"an array ends {n_rows - len(data) // (dtype.itemsize or 1)} rows too early")
    column: NDArray[Any] = np.frombuffer(data, dtype=dtype)
    return np.char.decode(column, "latin-1") if dtype.kind == "S" else column
