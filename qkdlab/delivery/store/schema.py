"""The file of a key store: its tables, and how it is made, opened and looked over."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zlib import crc32

from ...errors import KeyStoreError
from .witness import IN_USE, PATIENCE_SECONDS, make_count

APPLICATION_ID = 0x514B4453
"""What SQLite files of key stores carry in their header ("QKDS")."""
VERSION = 1

TABLES = {
    "state": "CREATE TABLE state (one INTEGER PRIMARY KEY, changes INTEGER, seconds REAL, clock REAL,"
    " totals TEXT, seal INTEGER)",
    "pool": "CREATE TABLE pool (id INTEGER PRIMARY KEY, peer TEXT, direction TEXT, stored INTEGER,"
    " last INTEGER, seal INTEGER, UNIQUE (peer, direction))",
    "chunk": "CREATE TABLE chunk (pool INTEGER, block INTEGER, place INTEGER, bits BLOB, seal INTEGER,"
    " PRIMARY KEY (pool, block, place)) WITHOUT ROWID",
    "spent": "CREATE TABLE spent (pool INTEGER, block INTEGER, first INTEGER, count INTEGER, seal INTEGER)",
    "key": "CREATE TABLE key (key_id TEXT PRIMARY KEY, pool INTEGER, master TEXT, state TEXT, waiting TEXT,"
    " served TEXT, size INTEGER, chunks TEXT, bits BLOB, created REAL, seal INTEGER) WITHOUT ROWID",
}
"""Every row ends with a seal of what stands before it: SQLite finds broken pages, but no bit that flipped in
a value."""
INDEXES = {"key_by_age": "CREATE INDEX key_by_age ON key (state, created)"}

PRAGMAS = (
    "locking_mode = EXCLUSIVE",  # one process at a time; the system lets go when a process dies
    "synchronous = FULL",  # a change is on the disk before anybody hears of it
    "fullfsync = ON",  # nor in the disk's own memory, where the system can tell it (macOS)
    "secure_delete = ON",  # what is deleted is overwritten in the file
    "temp_store = MEMORY",  # nothing is spilt into files elsewhere
    "trusted_schema = OFF",
    "cell_size_check = ON",
)


def seal(*values: object) -> int:
    """Return a checksum of a row's values, against accidents and not against forgers."""
    return crc32(repr(values).encode())


def unsealed(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the values of a row before its seal, or raise `KeyStoreError` if they are not those sealed."""
    if seal(*row[:-1]) != row[-1]:
        raise KeyStoreError(
            "the key store is damaged: a row is not as it was written; it cannot be used again"
        )
    return row[:-1]


@contextmanager
def opening(path: Path) -> Iterator[None]:
    """Let what goes wrong in the ``with`` block be a `KeyStoreError` that names the file."""
    try:
        yield
    except (OSError, UnicodeError, sqlite3.Error, KeyStoreError) as error:
        raise KeyStoreError(f"{path} cannot be opened: {explained(error)}") from error


def open_store(path: Path) -> sqlite3.Connection:
    """Return a connection to the key store at `path`, looked over."""
    connection = _connect(path)
    try:
        _look_over(connection)
        for part in (path, path.with_name(path.name + "-wal")):
            with suppress(FileNotFoundError):
                os.chmod(part, 0o600)
    except BaseException:
        connection.close()  # and with it the lock
        raise
    return connection


def explained(error: Exception) -> str:
    """Return what an error of SQLite or of the system means for a key store."""
    match getattr(error, "sqlite_errorname", "").split("_")[:2]:
        case ["SQLITE", "BUSY" | "LOCKED"]:
            return IN_USE
        case ["SQLITE", "NOTADB"]:
            return "it is not a key store"
        case ["SQLITE", "FULL"]:
            return "the disk is full"
        case ["SQLITE", "CORRUPT"]:
            return f"it is damaged ({error})"
    return "it is damaged (text is broken)" if isinstance(error, UnicodeError) else str(error)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode=rw",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=PATIENCE_SECONDS,
    )
    try:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


def make_store(path: Path) -> None:
    """Make an empty store that is there whole or not at all."""
    for suffix in ("-wal", "-journal"):  # SQLite would take what an older store left for the new one's
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    make_count(path)
    handle, name = tempfile.mkstemp(prefix=path.name, suffix=".new", dir=path.parent)
    os.close(handle)
    try:
        connection = _connect(Path(name))
        try:
            connection.execute("BEGIN IMMEDIATE")
            for statement in (*TABLES.values(), *INDEXES.values()):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {VERSION}")
            connection.execute("COMMIT")
            connection.execute("PRAGMA journal_mode = WAL")
        finally:
            connection.close()
        if hasattr(os, "link"):
            with suppress(FileExistsError):  # another was faster: its store is the one
                os.link(name, path)
        else:  # in a browser there is no other
            os.rename(name, path)
    finally:
        Path(name).unlink(missing_ok=True)
    if hasattr(os, "O_DIRECTORY"):  # the name is on the disk, too
        folder = os.open(path.parent, os.O_DIRECTORY)
        os.fsync(folder)
        os.close(folder)


def _look_over(connection: sqlite3.Connection) -> None:
    """Raise an error if this is no key store, of another version, or if anything in it is damaged."""
    if _pragma(connection, "application_id") != APPLICATION_ID:
        raise KeyStoreError("it is not a key store")
    if (version := _pragma(connection, "user_version")) != VERSION:
        raise KeyStoreError(f"it is a key store of version {version}; this is version {VERSION}")
    if _pragma(connection, "journal_mode") != "wal":
        raise KeyStoreError("it is damaged (not in WAL mode)")
    if (finding := _pragma(connection, "integrity_check(1)")) != "ok":
        raise KeyStoreError(f"it is damaged ({finding})")
    tables = connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
    if dict(tables.fetchall()) != TABLES | INDEXES:
        raise KeyStoreError("it is damaged (its tables are not those of a key store)")
    for table in TABLES:
        for row in connection.execute(f"SELECT * FROM {table}"):
            unsealed(row)
    counted = "SELECT count(*) FROM pool WHERE stored != (SELECT count(*) FROM chunk WHERE pool = pool.id)"
    if connection.execute(counted).fetchone() != (0,):
        raise KeyStoreError("it is damaged (chunks are missing)")


def _pragma(connection: sqlite3.Connection, name: str) -> Any:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]
