"""Which format files of rows have."""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import shown
from ...extras import is_installed
from ..sweep_row import Row, columns_of
from .parquet_files import ParquetFiles
from .row_files import CsvFiles, RowFiles


def row_files(suffix: str | None = None) -> RowFiles:
    """Return the files of a suffix, ``.csv`` or ``.parquet``; without one, Parquet if pyarrow is there.

    Raises
    ------
    ValueError
        For another suffix.
    MissingExtra
        For Parquet without pyarrow.
    """
    if suffix == ".csv" or (suffix is None and not is_installed("pyarrow")):
        return CsvFiles()
    if suffix in (None, ".parquet"):
        return ParquetFiles()
    raise ValueError(f"path must end in .csv or .parquet, got {shown(suffix)}")


def packed(suffix: str, names: tuple[str, ...], outputs: tuple[str, ...], rows: Sequence[Row]) -> bytes:
    """Return the bytes of a part of rows."""
    return row_files(suffix).encoded(rows, columns_of(names, rows, outputs))
