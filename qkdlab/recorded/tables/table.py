"""A table of records: which of its columns holds what, and its rows, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from .table_rows import Rows


class Table(Protocol):
    """A file whose columns are known."""

    path: Path
    names: list[str]
    """All its columns."""
    roles: dict[str, str]
    """Those that are read, by what they hold (`layout.ROLES`)."""
    remarks: tuple[str, ...]
    """What was recognised of the file itself, for the report."""

    def blocks(self) -> Iterator[Rows]:
        """Yield the rows, some at a time."""

    def unknown_columns(self) -> str:
        """Return what a message says of the columns that are there."""
