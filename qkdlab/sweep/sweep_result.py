"""What a sweep has come to: rows, their columns as arrays, and files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import shown
from ..values import check_instance, read_only
from .files.file_formats import row_files
from .files.row_files import CsvFiles
from .files.sweep_folder import read_folder
from .points.design import Value
from .sweep_row import ADDED, ERROR, REPETITION, SECONDS, SEED, Row, columns_of


class SweepResult:
    """The rows of a sweep, one for each run, in the order of its points and then of repetitions.

    Parameters
    ----------
    rows
        The rows, or a function that reads them when they are first asked for.
    swept
        The dotted names that were swept.
    outputs
        The columns of what came out; none if that is seen from the rows.
    length
        How many rows there are, if that is known without reading them.

    Examples
    --------
    >>> from qkdlab import IDEAL_LINK, SessionSettings
    >>> from qkdlab.sweep import sweep
    >>> settings = SessionSettings(n_pulses=10_000, link=IDEAL_LINK, security="asymptotic", seed=1)
    >>> result = sweep(settings, {"link.length_km": [0, 10]}, seeds=2, progress=False)
    >>> result, result.column("link.length_km")
    (SweepResult(4 rows over link.length_km), array([ 0,  0, 10, 10]))
    """

    def __init__(
        self,
        rows: Iterable[Row] | Callable[[], Iterable[Row]],
        *,
        swept: tuple[str, ...],
        outputs: tuple[str, ...] = (),
        length: int | None = None,
    ) -> None:
        self._source = rows
        self._rows: tuple[Row, ...] | None = None if callable(rows) else tuple(rows)
        self._length = length
        self._outputs = outputs
        self.swept = swept

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows, each from the names of the columns to numbers, text, truth values or None."""
        if self._rows is None:
            self._rows = tuple(self._source()) if callable(self._source) else ()
        return self._rows

    @property
    def columns(self) -> tuple[str, ...]:
        """Their names: what is swept, `repetition`, `seed`, what came out, `error` and `seconds`."""
        return columns_of(self.swept, self.rows, self._outputs)

    def __len__(self) -> int:
        return len(self.rows) if self._length is None else self._length

    def __iter__(self) -> Iterator[Row]:
        columns = self.columns
        return ({name: row.get(name) for name in columns} for row in self.rows)

    def __repr__(self) -> str:
        return f"SweepResult({len(self):,} rows over {', '.join(self.swept) or 'repetitions'})"

    def column(self, name: str) -> NDArray[Any]:
        """Return a column as a read-only array, shape (n_rows,).

        Whole numbers are int64, numbers float64 with NaN where a row has none, truth values bool where every
        row has one; all else is an array of objects.

        Raises
        ------
        ValueError
            If there is no such column.
        """
        if name not in self.columns:
            raise ValueError(f"name must be one of {', '.join(self.columns)}, got {shown(name)}")
        values = [row.get(name) for row in self.rows]
        kinds = {type(value) for value in values}
        if kinds in ({int}, {bool}):
            return read_only(np.array(values))
        if kinds and kinds <= {int, float, type(None)} and kinds != {type(None)}:
            return read_only(np.array([np.nan if one is None else one for one in values], dtype=np.float64))
        found = np.empty(len(values), dtype=object)
        found[:] = values
        found.setflags(write=False)
        return found

    def where(self, wanted: Mapping[str, Any]) -> SweepResult:
        """Return the rows that have these values in these columns; settings by themselves or by their text.

        >>> result = SweepResult([{"a": 1, "b": 5}, {"a": 2, "b": 5}], swept=("a", "b"))
        >>> len(result.where({"a": 2}))
        1
        """
        for name in check_instance("wanted", wanted, Mapping):
            if name not in self.columns:
                raise ValueError(f"wanted must have names of columns, got {shown(name)}")
        labels = {name: Value.of(one).label for name, one in wanted.items()}
        return self._with(row for row in self.rows if all(row.get(k) == v for k, v in labels.items()))

    @property
    def failed(self) -> SweepResult:
        """The rows whose run raised an error, which stands in their column `error`."""
        return self._with(row for row in self.rows if row.get(ERROR) is not None)

    def __add__(self, other: object) -> SweepResult:
        """Return the rows of both, each once.

        A run is known by its settings in the row, its repetition and its seed. Where one result has an error
        for it and the other none, the row without stays.

        Raises
        ------
        ValueError
            If other names were swept, or a run came out in two ways.
        """
        if not isinstance(other, SweepResult):
            return NotImplemented
        if set(other.swept) != set(self.swept):
            raise ValueError(f"both results must sweep {', '.join(self.swept)}, got {', '.join(other.swept)}")
        found: dict[tuple[Any, ...], Row] = {}
        for row in (*self.rows, *other.rows):
            key = tuple((type(one) is str, one) for one in self._key(row))
            first = found.get(key)
            if first is None or (first.get(ERROR) is not None and row.get(ERROR) is None):
                found[key] = row
            elif row.get(ERROR) is None and _without_time(first) != _without_time(row):
                raise ValueError(f"a run must come out one way, got two for {shown(self._key(row))}")
        return self._with(found.values())

    def _key(self, row: Row) -> tuple[Any, ...]:
        return tuple(row.get(name) for name in (*self.swept, REPETITION, SEED))

    def _with(self, rows: Iterable[Row]) -> SweepResult:
        outputs = tuple(name for name in self.columns if name not in self.swept and name not in ADDED)
        return SweepResult(rows, swept=self.swept, outputs=outputs)

    def to_csv(self, path: str | Path, *, seconds: bool = False) -> None:
        """Write the rows as CSV; without `seconds`, the same sweep writes the same bytes wherever it ran."""
        columns = tuple(name for name in self.columns if seconds or name != SECONDS)
        Path(path).write_bytes(CsvFiles().encoded(self.rows, columns))

    @classmethod
    def read(cls, path: str | Path) -> SweepResult:
        """Return the rows of a file that a sweep wrote (CSV or Parquet), or of the folder of a sweep.

        What is swept is what stands before the column `repetition`. In CSV, a column of numbers is read as
        numbers, and an empty cell as None.

        Raises
        ------
        ValueError
            If the file is none of a sweep, or the folder has none that is finished.
        """
        path = Path(path)
        if path.is_dir():
            columns, rows = read_folder(path)
        else:
            files = row_files(path.suffix)
            try:
                columns, rows = files.columns(path), list(files.rows(path))
            except UnicodeDecodeError as error:
                raise ValueError(f"{path} must be in UTF-8: {error}") from error
        if REPETITION not in columns:
            raise ValueError(f"{path} must have the column {REPETITION!r}, got {', '.join(columns)[:200]}")
        swept = columns[: columns.index(REPETITION)]
        outputs = tuple(name for name in columns if name not in swept and name not in ADDED)
        return cls(rows, swept=swept, outputs=outputs)


def _without_time(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != SECONDS}
