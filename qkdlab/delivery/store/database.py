"""Changes of a key store: each whole or not at all, counted, timed, and from one thread at a time."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from ...errors import KeyStoreError
from .elapsed import ElapsedTime
from .schema import explained, make_store, open_store, opening, seal, unsealed
from .witness import Witness, count_file

TOTALS = ("received", "delivered", "expired", "voided", "wasted")
"""What is added up in bits over the life of a store."""

FINAL = ("SQLITE_IOERR", "SQLITE_CORRUPT", "SQLITE_NOTADB")
"""Errors after which what is in memory may not be what is on the disk."""


BUSY = "a KeyStore is used by one thread at a time, and another thread is using it"


class Database:
    """The open file of a store.

    Parameters
    ----------
    path
        Where it is, or will be.
    clock
        Seconds, from any beginning.

    Raises
    ------
    KeyStoreError
        If it cannot be opened, and in every method if it cannot be read or written any more.
    """

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        self.path = path
        self._alone = Lock()
        self._unusable: str | None = None
        self._closed = False
        self._process = os.getpid()
        with opening(path), ExitStack() as undo:
            if not path.parent.is_dir():
                raise KeyStoreError("its folder is missing")
            if not path.exists():
                make_store(path)
            if count_file(path).exists():
                self._witness = Witness(path)
                undo.callback(self._witness.close)
            self._connection = open_store(path)
            undo.callback(self._connection.close)
            if not hasattr(self, "_witness"):
                raise KeyStoreError("its count is missing")
            changes, seconds, last, _ = self.state()
            self._witness.check(changes)
            self._time = ElapsedTime(clock, seconds, last)
            undo.pop_all()

    def state(self) -> tuple[int, float, float | None, dict[str, int]]:
        """Return the number of changes, the seconds counted, the clock at that time, and the totals."""
        row = self._connection.execute("SELECT * FROM state").fetchone()
        if row is None:
            return 0, 0.0, None, dict.fromkeys(TOTALS, 0)
        _, changes, seconds, clock, totals = unsealed(row)
        return changes, seconds, clock, json.loads(totals)

    @contextmanager
    def reading(self) -> Iterator[View]:
        """Give a view of the store."""
        if not self._alone.acquire(blocking=False):
            raise RuntimeError(BUSY)
        try:
            if os.getpid() != self._process:
                raise RuntimeError(
                    "a KeyStore cannot be used by a process that was forked from the one that opened it"
                )
            if self._unusable:
                raise KeyStoreError(self._unusable)
            yield View(self._connection)
        except (OSError, UnicodeError, sqlite3.Error) as error:
            message = f"{self.path}: {explained(error)}"
            if not isinstance(error, sqlite3.Error) or getattr(error, "sqlite_errorname", "").startswith(
                FINAL
            ):
                self._unusable = f"{message}; open it anew"
            raise KeyStoreError(message) from error
        finally:
            self._alone.release()

    @contextmanager
    def changing(self) -> Iterator[Change]:
        """Give a change: on the disk once the ``with`` block is left, undone if an error leaves it."""
        with self.reading():
            connection, now = self._connection, self._time.now()
            try:
                connection.execute("BEGIN IMMEDIATE")
                changes, *_, totals = self.state()
                yield Change(connection, now, totals)
                state = (1, changes + 1, self._time.seconds, self._time.last, json.dumps(totals))
                connection.execute(
                    "INSERT OR REPLACE INTO state VALUES (?, ?, ?, ?, ?, ?)", (*state, seal(*state))
                )
                connection.execute("COMMIT")
            except BaseException:
                self._undo()
                raise
            self._witness.write(changes + 1)

    def _undo(self) -> None:
        """Roll back what was begun; a store that cannot is of no use until it is opened anew."""
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            self._unusable = f"{self.path}: {explained(error)}; open it anew"

    def scrub(self) -> None:
        """Move all changes into the main file, and empty the journal, where deleted bits may stand."""
        with self.reading() as view:
            view.run("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def close(self) -> None:
        """Close the file; a second time does nothing."""
        if self._closed:
            return
        if not self._alone.acquire(blocking=False):
            raise RuntimeError(BUSY)
        self._closed, self._unusable = True, f"{self.path} is closed"
        try:
            self._connection.close()
        finally:
            self._witness.close()
            self._alone.release()


class View:
    """The store to look at.

    Parameters
    ----------
    connection
        From one thread.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def run(self, statement: str, *values: Any) -> sqlite3.Cursor:
        """Run a statement of SQL."""
        return self._connection.execute(statement, values)

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return whole rows, with their seals looked at."""
        return [unsealed(row) for row in self._connection.execute(statement, values)]


class Change(View):
    """A change in progress.

    Parameters
    ----------
    connection
        Inside a transaction.
    now
        Seconds counted by the store.
    totals
        What is added up, in bits.
    """

    def __init__(self, connection: sqlite3.Connection, now: float, totals: dict[str, int]) -> None:
        super().__init__(connection)
        self.now, self._totals = now, totals

    def write(self, table: str, *values: Any) -> None:
        """Put a row into a table, in place of one with its primary key."""
        marks = ", ".join("?" * (len(values) + 1))
        self._connection.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", (*values, seal(*values)))

    def insert(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Put rows into a table that has none of their primary keys."""
        sealed = [(*row, seal(*row)) for row in rows]
        if sealed:
            marks = ", ".join("?" * len(sealed[0]))
            self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", sealed)

    def add(self, total: str, bits: int) -> None:
        """Add to one of `TOTALS`."""
        self._totals[total] += bits
