"""How often a store was changed, written down beside it, to find out one that went back in time.

A store file alone cannot tell that it is an old copy, nor that the journal with its last changes was damaged
or removed: SQLite then silently goes back to an earlier state, in which keys that were handed out are still
there. The count is written after each change and not synced: a crash of the machine may leave it behind the
store, which does no harm, never ahead.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from zlib import crc32

from ...errors import KeyStoreError

RECORD = struct.Struct(">QI")


def count_file(path: Path) -> Path:
    """Return the path of the count that belongs to the store at `path`."""
    return path.with_name(path.name + "-count")


def _record(changes: int) -> bytes:
    number = changes.to_bytes(8, "big")
    return RECORD.pack(changes, crc32(number))


def make_count(path: Path) -> None:
    """Begin the count of a new store at 0, before the store is there."""
    count_file(path).unlink(missing_ok=True)
    file = os.open(count_file(path), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(file, _record(0))
        os.fsync(file)
    finally:
        os.close(file)


class Witness:
    """The open count of a store.

    Parameters
    ----------
    path
        The store's path.
    changes
        How often the store says it was changed.

    Raises
    ------
    KeyStoreError
        If the count is not there or unreadable, or the store has been changed more often than it remembers.
    """

    def __init__(self, path: Path, changes: int) -> None:
        name = count_file(path)
        try:
            self._file = os.open(name, os.O_RDWR | getattr(os, "O_BINARY", 0))
        except OSError as error:
            raise KeyStoreError(
                f"{name} cannot be opened ({error.strerror}); it belongs to {path}"
            ) from error
        try:
            record = os.read(self._file, RECORD.size + 1)
            if len(record) != RECORD.size or record != _record(RECORD.unpack(record)[0]):
                raise KeyStoreError(f"{name} is damaged; it belongs to {path}")
            lost = RECORD.unpack(record)[0] - changes
            if lost > 0:
                raise KeyStoreError(
                    f"{path} went back in time: its last {lost} changes are missing, and keys in it may have"
                    " been handed out already; it cannot be used again"
                )
            self.write(changes)
        except BaseException:
            self.close()
            raise

    def write(self, changes: int) -> None:
        """Write down that the store was changed for the `changes`-th time."""
        os.lseek(self._file, 0, os.SEEK_SET)
        os.write(self._file, _record(changes))

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)
