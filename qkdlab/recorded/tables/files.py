"""Files of records: opened by what they hold, whatever their name, and written as CSV or NPZ."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import shown
from .arrays import ArrayTable
from .layout import Layout
from .table import Table
from .text_tables import TextTable


def open_table(path: Path, layout: Layout) -> Table:
    """Open a file of records.

    Raises
    ------
    RecordingError
        If it is no text or NPZ file, is broken, or its columns cannot be told.
    OSError
        If it cannot be opened.
    """
    with path.open("rb") as file:
        head = file.read(2)
    if head == b"PK" or path.suffix.lower() == ".npz":
        return ArrayTable(path, layout)
    return TextTable(path, layout)


def write_rows(path: Path, blocks: Iterable[dict[str, NDArray[Any]]]) -> None:
    """Write columns, block by block, to a new file, CSV or NPZ by its suffix.

    CSV is written as the blocks come; NPZ needs all of them in memory.
    """
    if (suffix := path.suffix.lower()) == ".csv":
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            for number, block in enumerate(blocks):
                if not number:
                    writer.writerow(block)
                writer.writerows(zip(*(column.tolist() for column in block.values()), strict=True))
    elif suffix == ".npz":
        held = list(blocks)
        columns: Any = {name: np.concatenate([block[name] for block in held]) for name in held[0]}
        np.savez_compressed(path, **columns)  # text and numbers: nothing to pickle
    else:
        raise ValueError(f"path must end in .csv or .npz, got {shown(str(path))}")
