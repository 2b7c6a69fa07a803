"""What stands beside a store's file: how often it was changed, and a lock.

A store file alone cannot tell that it is an old copy, nor that the journal with its last changes was damaged
or removed: SQLite then silently goes back to an earlier state, in which keys that were handed out are still
there. The count is written after each change and not synced: a crash of the machine may leave it behind the
store, which does no harm, never ahead.

The lock is one more than SQLite's own, which POSIX systems drop as soon as anything else in the process opens
and closes the file.
"""

from __future__ import annotations

import os
import struct
import sys
import time
from contextlib import suppress
from pathlib import Path
from zlib import crc32

from ...errors import KeyStoreError

IN_USE = "another process, or another KeyStore, has it open"
PATIENCE_SECONDS = 1.0
"""How long an opener waits for the one before to let go."""

RECORD = struct.Struct(">QI")


def count_file(path: Path) -> Path:
    """Return the path of the count that belongs to the store at `path`."""
    return path.with_name(path.name + "-count")


def make_count(path: Path) -> None:
    """Begin the count of a new store at 0, before the store is there."""
    count_file(path).unlink(missing_ok=True)
    file = os.open(count_file(path), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(file, _record(0))
        os.fsync(file)
    finally:
        os.close(file)


def _record(changes: int) -> bytes:
    return RECORD.pack(changes, crc32(changes.to_bytes(8, "big")))


if sys.platform in ("win32", "emscripten"):

    def _lock(file: int) -> None:
        """Lock nothing: nothing here drops SQLite's own lock; in a browser there is no other process."""

else:
    from fcntl import LOCK_EX, LOCK_NB, flock

    def _lock(file: int) -> None:
        """Lock an open file, or raise ``BlockingIOError``."""
        flock(file, LOCK_EX | LOCK_NB)


class Witness:
    """The open count of a store, locked.

    Parameters
    ----------
    path
        The store's path.

    Raises
    ------
    KeyStoreError
        If the count cannot be opened, or somebody else has it open.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = os.open(count_file(path), os.O_RDWR | getattr(os, "O_BINARY", 0))
        except OSError as error:
            raise KeyStoreError(f"its count cannot be opened ({error.strerror})") from error
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            with suppress(BlockingIOError):
                _lock(self._file)
                break
            if time.monotonic() > deadline:
                self.close()
                raise KeyStoreError(IN_USE)
            time.sleep(0.05)

    def check(self, changes: int) -> None:
        """Raise `KeyStoreError` if the store has been changed more often than the `changes` it knows of."""
        record = os.read(self._file, RECORD.size + 1)
        if len(record) != RECORD.size or record != _record(RECORD.unpack(record)[0]):
            raise KeyStoreError("its count is damaged")
        lost = RECORD.unpack(record)[0] - changes
        if lost > 0:
            raise KeyStoreError(
                f"it went back in time: its last {lost} changes are missing, and keys in it may have been"
                " handed out already; it cannot be used again"
            )
        self.write(changes)

    def write(self, changes: int) -> None:
        """Write down that the store was changed for the `changes`-th time."""
        os.lseek(self._file, 0, os.SEEK_SET)
        os.write(self._file, _record(changes))

    def close(self) -> None:
        """Close the file, and let the lock go."""
        os.close(self._file)
