"""Rows in Parquet files, by pyarrow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

from ...extras import extra_needed
from ..sweep_row import Row
from .row_files import RowFiles, cell

with suppress(ModuleNotFoundError):  # not always installed: `ParquetFiles` says so
    import pyarrow as pa
    import pyarrow.parquet as pq

GROUP = 10_000
"""Rows of a group in a merged file, however long its parts were."""


class ParquetFiles(RowFiles):
    """Parquet. A column is of whole numbers, numbers, truth values or text; mixed ones are text."""

    suffix = ".parquet"

    def __init__(self) -> None:
        with extra_needed("sweep"):
            import_module("pyarrow")

    def encoded(self, rows: Sequence[Row], columns: tuple[str, ...]) -> bytes:
        """Return the bytes of a file of rows."""
        arrays = [_array([row.get(name) for row in rows]) for name in columns]
        file = BytesIO()
        pq.write_table(pa.Table.from_arrays(arrays, names=list(columns)), file)
        return file.getvalue()

    def columns(self, path: Path) -> tuple[str, ...]:
        """Return the names of the columns of a file."""
        return tuple(pq.read_schema(path).names)

    def rows(self, path: Path) -> Iterable[Row]:
        """Return the rows of a file."""
        found: list[Row] = _table(path).to_pylist()
        return found

    def cells(self, path: Path, name: str) -> Iterator[str]:
        """Yield the cells of one column of a file, as CSV would say them."""
        for batch in pq.ParquetFile(path).iter_batches(columns=[name]):
            yield from map(cell, batch.column(0).to_pylist())

    def merge(self, parts: Iterable[Path], columns: tuple[str, ...], target: Path) -> None:
        """Write the rows of files into one, in groups of `GROUP` rows."""
        types = {name: set[Any]() for name in columns}
        for part in parts:
            for field in pq.read_schema(part):
                if field.name in types:
                    types[field.name].add(field.type)
        schema = pa.schema([(name, _common(found)) for name, found in types.items()])
        waiting = schema.empty_table()
        with pq.ParquetWriter(target, schema) as writer:
            for part in parts:
                waiting = pa.concat_tables([waiting, _cast(_table(part), schema)])
                while waiting.num_rows >= GROUP:
                    writer.write_table(waiting.slice(0, GROUP).combine_chunks())
                    waiting = waiting.slice(GROUP)
            if waiting.num_rows:
                writer.write_table(waiting.combine_chunks())


def _table(path: Path) -> Any:
    return pq.read_table(path, partitioning=None)


def _array(values: list[Any]) -> Any:
    """Return a column as an array of one type."""
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return pa.array([None if one is None else cell(one) for one in values], type=pa.string())


def _common(types: set[Any]) -> Any:
    """Return the type of a column that has these in its parts."""
    found = {one for one in types if not pa.types.is_null(one)}
    if len(found) == 1:
        return found.pop()
    return pa.float64() if found and found <= {pa.int64(), pa.float64()} else pa.string()


def _cast(table: Any, schema: Any) -> Any:
    """Return a table with the columns of a schema; what it has not is None."""
    arrays = []
    for field in schema:
        if field.name in table.column_names:
            arrays.append(table.column(field.name).cast(field.type))
        else:
            arrays.append(pa.nulls(table.num_rows, field.type))
    return pa.Table.from_arrays(arrays, schema=schema)
