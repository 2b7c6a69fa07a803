"""The folder of a sweep: what is swept, the parts that are done, and at the end one file.

::

    rates/manifest.json                      what is swept, and by which version of the package
    rates/part-000000000000-000000000250-….  rows 0 … 249, named by their numbers and a hash of the file
    rates/rows.parquet                       all rows in order, in place of the parts, when all are done
    rates/seconds.csv                        how long each took

A part is written beside its place, flushed to the disk and renamed: it is there as a whole or not at all.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ...errors import shown
from ..sweep_row import ERROR, SECONDS, Row, columns_of
from .file_formats import packed, row_files
from .row_files import CsvFiles, RowFiles

MANIFEST, LOCK, TIMES = "manifest.json", "lock", "seconds.csv"
PART = re.compile(r"part-(\d{12,})-(\d{12,})-([0-9a-f]{16})\.(csv|parquet)")
FORMAT, VERSION = "qkdlab sweep", 1


def package_version() -> str:
    """Return the version of the package, which a folder remembers."""
    try:
        return version("qkdlab")
    except PackageNotFoundError:
        return "not installed"


@dataclass(frozen=True, kw_only=True, slots=True)
class SweepFolder:
    """The folder of a sweep.

    Parameters
    ----------
    path
        The folder.
    names
        The dotted names that are swept.
    outputs
        What comes out; none if that is seen from the rows.
    n_rows
        How many rows the sweep has.
    files
        The format of its files.
    """

    path: Path
    names: tuple[str, ...]
    outputs: tuple[str, ...]
    n_rows: int
    files: RowFiles

    @classmethod
    @contextmanager
    def opened(
        cls,
        path: Path,
        told: dict[str, Any],
        *,
        names: tuple[str, ...],
        outputs: tuple[str, ...],
        n_rows: int,
    ) -> Iterator[SweepFolder]:
        """Make or take up the folder of a sweep, which nobody else may be writing to.

        Parameters
        ----------
        path
            The folder.
        told
            What JSON can say of the sweep: all that its rows depend on.
        names, outputs, n_rows
            As above.

        Raises
        ------
        ValueError
            If it is no folder, or that of another sweep; the message names what differs.
        BlockingIOError
            If another process is writing to it.
        """
        try:
            path.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise ValueError(f"out must be a folder, or a name for one, got {shown(str(path))}") from error
        with (path / LOCK).open("a") as lock:
            _lock(lock.fileno(), path)
            told = {"format": FORMAT, "version": VERSION, "package": package_version()} | told
            suffix = _taken_up(path, told)
            files = row_files(suffix)
            if suffix is None:
                told["files"] = files.suffix
                _write(path / MANIFEST, json.dumps(told, indent=2, ensure_ascii=False).encode())
            del told  # it may be long
            for torn in path.glob("*.tmp"):
                torn.unlink()
            yield cls(path=path, names=names, outputs=outputs, n_rows=n_rows, files=files)

    @property
    def finished(self) -> Path:
        """The file of all rows, once they are done."""
        return self.path / f"rows{self.files.suffix}"

    def parts(self) -> list[str]:
        """Return the names of the parts that are there, in the order of their rows."""
        found = [name for name in os.listdir(self.path) if PART.fullmatch(name)]
        return sorted(found, key=lambda name: _rows(name).start)

    def left(self) -> list[range]:
        """Return the numbers of the rows that are still to be run.

        Raises
        ------
        ValueError
            If a part is not as it was written.
        """
        if self.finished.is_file():
            return []
        left, at = [], 0
        for name in self.parts():
            rows, path = _rows(name), self.path / name
            if sha256(path.read_bytes()).hexdigest()[:16] != PART.fullmatch(name)[3]:  # type: ignore[index]
                raise ValueError(f"{path} must be as it was written: delete it, and its rows are run again")
            if rows.start < at or rows.stop > self.n_rows:
                raise ValueError(f"{path} must have rows that no other part has: delete it")
            left.append(range(at, rows.start))
            at = rows.stop
        return [one for one in (*left, range(at, self.n_rows)) if one]

    @property
    def pack(self) -> partial[bytes]:
        """What makes the bytes of a part of rows: workers do that, and import it by its name."""
        return partial(packed, self.files.suffix, self.names, self.outputs)

    def write(self, rows: range, data: bytes) -> None:
        """Write rows of these numbers, packed, as a part."""
        digest = sha256(data).hexdigest()[:16]
        _write(self.path / f"part-{rows.start:012d}-{rows.stop:012d}-{digest}{self.files.suffix}", data)

    def finish(self) -> None:
        """Put all parts into one file, if that is not done, and remove them."""
        parts = _Paths(self.path, self.parts())
        if not self.finished.is_file():
            seen = (dict.fromkeys(self.files.columns(part)) for part in parts) if not self.outputs else ()
            columns = columns_of(self.names, seen, self.outputs)
            self._write_times(parts)
            torn = self.finished.with_name(f"{self.finished.name}.tmp")
            self.files.merge(parts, tuple(name for name in columns if name != SECONDS), torn)
            _put(torn, self.finished)
        for part in parts:
            part.unlink()

    def _write_times(self, parts: Iterable[Path]) -> None:
        """Write how long each row took, beside what is the same wherever the sweep runs."""
        target = self.path / TIMES
        torn = target.with_name(f"{TIMES}.tmp")
        with torn.open("wb") as file:
            file.write(f"{SECONDS}\n".encode())
            for part in parts:
                file.writelines(f"{one}\n".encode() for one in self.files.cells(part, SECONDS))
        _put(torn, target)


class _Paths:
    """Files of a folder: of many the names take a fifth of the memory of their paths."""

    def __init__(self, folder: Path, names: list[str]) -> None:
        self._folder, self._names = folder, names

    def __iter__(self) -> Iterator[Path]:
        return (self._folder / name for name in self._names)


def _rows(part: str) -> range:
    """Return the numbers of the rows of a part, by its name."""
    _, first, last, _ = part.split("-")
    return range(int(first), int(last))


def count_failed(path: Path) -> int:
    """Return how many rows of a folder whose sweep is finished have an error; they are not kept in memory.

    Raises
    ------
    ValueError
        If there is none.
    """
    files, finished = _finished(path)
    return sum(1 for one in files.cells(finished, ERROR) if one)


def read_folder(path: Path) -> tuple[tuple[str, ...], list[Row]]:
    """Return the columns and the rows of a folder whose sweep is finished, with the time of each row.

    Raises
    ------
    ValueError
        If there is none.
    """
    files, finished = _finished(path)
    rows = list(files.rows(finished))
    if (path / TIMES).is_file():
        for row, time in zip(rows, CsvFiles().rows(path / TIMES), strict=True):
            row.update(time)
    return files.columns(finished), rows


def _finished(path: Path) -> tuple[RowFiles, Path]:
    """Return the file of all rows of a folder, and the format that it has."""
    for found in sorted(path.glob("rows.*")):
        if found.suffix in (".csv", ".parquet"):
            return row_files(found.suffix), found
    raise ValueError(f"{path} must hold a finished sweep: run the same sweep again to finish it")


def _taken_up(path: Path, told: dict[str, Any]) -> str | None:
    """Return the suffix of the files of a sweep that was begun; None if there is none."""
    manifest = path / MANIFEST
    if not manifest.is_file():
        others = sorted(one.name for one in path.iterdir() if one.name != LOCK and one.suffix != ".tmp")
        if others:
            raise ValueError(f"out must be a new folder or that of a sweep, got {path} with {others[0]!r}")
        return None
    try:
        found = json.loads(manifest.read_bytes())
        suffix = str(found.pop("files"))
    except (ValueError, KeyError, AttributeError) as error:
        raise ValueError(f"{manifest} must be that of a sweep: {error}") from error
    if differs := difference(found, json.loads(json.dumps(told))):
        name, was, now = differs
        raise ValueError(
            f"out must be the folder of the same sweep, got {path}, "
            f"where {name} is {shown(was)}, and now it is {shown(now)}: take another folder"
        )
    return suffix


def difference(first: Any, second: Any, path: str = "") -> tuple[str, Any, Any] | None:
    """Return where two values of JSON first differ, as a dotted name, and what each has there.

    >>> difference({"a": {"b": 1}}, {"a": {"b": 2}})
    ('a.b', 1, 2)
    """
    if isinstance(first, dict) and isinstance(second, dict):
        for name in dict.fromkeys((*first, *second)):
            if found := difference(first.get(name), second.get(name), f"{path}.{name}".lstrip(".")):
                return found
        return None
    return None if first == second else (path, first, second)


def _write(path: Path, data: bytes) -> None:
    """Write a file so that it is there as a whole or not at all, whatever happens."""
    torn = path.with_name(f"{path.name}.tmp")
    torn.write_bytes(data)
    _put(torn, path)


def _put(torn: Path, path: Path) -> None:
    """Flush a file to the disk and put it in its place."""
    with torn.open("rb+") as file:
        os.fsync(file.fileno())
    torn.replace(path)
    if sys.platform != "win32":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _lock(file: int, path: Path) -> None:
    """Lock an open file, as far as the system has locks; the lock ends with the process."""
    if sys.platform in ("win32", "emscripten"):
        return
    from fcntl import LOCK_EX, LOCK_NB, flock  # noqa: PLC0415 (there is none on Windows)

    try:
        flock(file, LOCK_EX | LOCK_NB)
    except BlockingIOError as error:
        raise BlockingIOError(f"another process is writing to {path}") from error
