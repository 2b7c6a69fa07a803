"""How bright Alice's pulses were: names, places or mean photon numbers in her records."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import RecordingError, shown
from ..link.source import Intensity, Source
from ..values import Bits, IntensityRecord
from .tables.table_rows import Rows, first_unknown


class IntensityReader:
    """Reads intensities as names, whole numbers (the place in the source) or mean photon numbers.

    A number with a decimal point is a mean photon number, and one without it is a place; a recording
    keeps to one notation, so that a vacuum written 0 among 0.5 and 0.1 is not taken for the first place.
    """

    def __init__(self, intensities: tuple[Intensity, ...]) -> None:
        self._intensities = intensities
        self._known: dict[Any, int] = {}
        self._notation = ""

    def read(self, rows: Rows, name: str | None) -> Bits:
        """Return the number of each row's intensity, uint8, shape (n,); 0 if there is only one."""
        if not self._intensities:
            if name is not None:
                column = rows.columns[name]
                filled = ~np.isnan(column) if column.dtype.kind == "f" else column != ""
                if filled.any():
                    raise rows.refusal(int(np.argmax(filled)), name, "be empty for a source with only one")
            return np.zeros(len(rows), dtype=np.uint8)
        if name is None:
            raise RecordingError(f"{rows.path}: must have the column 'intensity' for a source with several")
        while (index := first_unknown(codes := rows.codes(name, self._known))) is not None:
            field = rows.columns[name][index].item()
            number, notation = self._understand(field)
            if number is None:
                means = ", ".join(f"{one.name} ({one.mean_photon_number})" for one in self._intensities)
                raise rows.refusal(index, name, f"be one of {means}")
            if notation != (self._notation or notation):
                raise rows.refusal(index, name, f"be a {self._notation} as in the rows before")
            if notation == "place" and all(one.mean_photon_number % 1 == 0 for one in self._intensities):
                rule = "be a name, as it could be a place or a mean photon number"
                raise rows.refusal(index, name, rule)
            self._known[field], self._notation = number, notation
        return codes

    def _understand(self, field: str | int | float) -> tuple[int | None, str]:
        """Return the number of an intensity, None if there is no such, and the notation of the field."""
        names = [choice.name for choice in self._intensities]
        if str(field).strip().lower() in names:
            return names.index(str(field).strip().lower()), "name"
        if isinstance(field, int) or (isinstance(field, str) and field.isdecimal()):
            place = int(field)
            return (place if 0 <= place < len(names) else None), "place"
        try:
            mean = float(str(field).replace(",", "."))
        except ValueError:
            return None, "name"
        for number, choice in enumerate(self._intensities):
            if abs(mean - choice.mean_photon_number) <= 1e-9 * choice.mean_photon_number:
                return number, "mean photon number"
        return None, "mean photon number"


def intensity_record(
    source: Source | None,
    choices: Bits | None,
    counted: tuple[int, ...] | None,
    n_pulses: int,
    n_sent: tuple[int, ...] | None,
    *,
    n_rows: int,
) -> IntensityRecord | None:
    """Return Alice's record of her intensities, with the number of pulses sent with each.

    Parameters
    ----------
    source
        What she sent.
    choices
        uint8, shape (n_detected,): the intensity of each detected pulse.
    counted
        How many of her `n_rows` pulses had each intensity.
    n_pulses, n_sent
        Pulses sent, and with each intensity; None takes `counted`, if she recorded every pulse.
    """
    if source is None or not source.intensities or choices is None or counted is None:
        if n_sent is not None:
            raise ValueError(f"n_sent must be None for a source with one intensity, got {shown(n_sent)}")
        return None
    if n_sent is None:
        if n_rows < n_pulses:
            raise ValueError(
                f"n_sent must be given, as Alice has rows of {n_rows} of {n_pulses} pulses, got None"
            )
        n_sent = counted
    record = IntensityRecord(
        means=tuple(choice.mean_photon_number for choice in source.intensities),
        probabilities=tuple(choice.probability for choice in source.intensities),
        n_sent=n_sent,
        choices=choices,
    )
    if sum(record.n_sent) != n_pulses:
        raise ValueError(f"n_sent must sum to the {n_pulses} pulses, got {shown(n_sent)}")
    if any(sent < seen for sent, seen in zip(record.n_sent, counted, strict=True)):
        raise ValueError(f"n_sent must not be below Alice's rows, {counted!r}, got {shown(n_sent)}")
    return record
