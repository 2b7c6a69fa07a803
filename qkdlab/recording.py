"""A recording: what Alice and Bob wrote down of a run, whoever made it, read from files and written to them.

Bob's rows are read first; of Alice's, only those of the pulses that he detected are kept. So memory grows
with the clicks and not with the pulses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .errors import RecordingError
from .exchange import Exchange
from .link.source import Intensity, Source
from .recording_files import BASES, INTENSITY, PARTIES, Rows, first_unknown, read_rows, write_rows
from .values import Basis, Bits, IntensityRecord, RawKey, check_count, read_only

if TYPE_CHECKING:
    from .session import SessionResult

NAMES = ("signal", "decoy", "vacuum")
"""The intensities as files name them, in the order of `Source.intensities`."""

WRITTEN_ROWS = 1 << 16
"""Clicks written at a time."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class Recording:
    """What each party holds of the detected pulses.

    Parameters
    ----------
    n_pulses
        Pulses sent.
    slots
        int64, shape (n_detected,): the numbers of the pulses that made a click, ascending.
    alice, bob
        What each holds for these pulses.
    intensities
        With which intensities Alice sent; None if her source has only one.
    n_recorded
        Pulses of which Alice has a row, detected or not.
    """

    n_pulses: int
    slots: NDArray[np.int64]
    alice: RawKey
    bob: RawKey
    intensities: IntensityRecord | None
    n_recorded: int

    def __repr__(self) -> str:
        return f"Recording({self.n_pulses} pulses, {len(self.slots)} detected)"


def read_recording(
    *paths: str | PathLike[str], n_pulses: int, source: Source, n_sent: tuple[int, ...] | None = None
) -> Recording:
    """Read a recording from one file of both parties, or from several.

    Parameters
    ----------
    *paths
        CSV or NPZ files; several count as one, in this order. Each is read twice.
    n_pulses
        Pulses that Alice sent, lost ones included; slots are numbered from 0 to `n_pulses` - 1.
    source
        What she sent. Files with an intensity column need a source that has several.
    n_sent
        Pulses sent with each intensity, lost ones included. None counts Alice's rows, if she recorded every
        pulse, or stands for a source with one intensity.

    Raises
    ------
    RecordingError
        If a file is broken, a field is not what it must be, the rows of a party do not ascend, or Bob
        detected a pulse of which Alice has no row; with file, line and value.
    ValueError
        If `n_sent` is missing, or does not fit the records.
    """
    check_count("n_pulses", n_pulses, minimum=1)
    files = [Path(fspath(path)) for path in paths]
    if not files:
        raise ValueError(f"paths must be one file or more, got {paths!r}")
    slots, bob = _read_bob(files, n_pulses)
    alice = _AliceReader(slots, n_pulses, source.intensities)
    for rows in _party_rows(files, "Alice"):
        alice.read(rows)
    if (lost := alice.missing) is not None:
        raise _no_record(files, lost)
    return Recording(
        n_pulses=n_pulses,
        slots=read_only(slots),
        alice=RawKey(bits=_joined(alice.bits), bases=_joined(alice.bases)),
        bob=bob,
        intensities=_intensities(source, alice, n_pulses, n_sent),
        n_recorded=alice.n_rows,
    )


def save_recording(recorded: Exchange | SessionResult, path: str | PathLike[str]) -> None:
    """Write the exchange of a simulated session as a recording of both parties, CSV or NPZ by its suffix.

    Alice's rows are those of the detected pulses alone; the simulation does not draw the others.
    `read_recording` is then to be told how many were sent.

    Raises
    ------
    ValueError
        If Alice announces anything but her basis, Z or X, in the exchange's protocol; or for another suffix.
    """
    exchange = recorded if isinstance(recorded, Exchange) else recorded.exchange
    alice, bob = exchange.alice, exchange.bob
    known = np.concatenate([alice.bases, bob.bases]) <= Basis.X
    if not (known.all() and np.array_equal(exchange.announcements, alice.bases)):
        raise ValueError(f"recorded must be of a protocol that announces the basis Z or X, got {recorded!r}")
    write_rows(Path(fspath(path)), _rows_of(exchange))


def _rows_of(exchange: Exchange) -> Iterator[dict[str, NDArray[Any]]]:
    """Yield the columns of a recording; Alice's row and Bob's of a pulse follow each other."""
    alice, bob, chosen = exchange.alice, exchange.bob, exchange.intensities
    for start in range(0, max(1, len(exchange.slots)), WRITTEN_ROWS):
        part = slice(start, start + WRITTEN_ROWS)
        slots = exchange.slots[part]
        columns = {
            "party": np.tile(np.array(list(PARTIES)), len(slots)),
            "slot": np.repeat(slots, 2),
            "basis": np.array(list(BASES))[_interleaved(alice.bases[part], bob.bases[part])],
            "bit": _interleaved(alice.bits[part], bob.bits[part]),
        }
        if chosen:
            nothing = np.full(len(slots), len(NAMES), dtype=np.uint8)
            columns[INTENSITY] = np.array([*NAMES, ""])[_interleaved(chosen.choices[part], nothing)]
        yield columns


def _interleaved(alice: Bits, bob: Bits) -> Bits:
    return np.stack([alice, bob], axis=1).ravel()


def _joined(parts: list[Bits]) -> Bits:
    return np.concatenate([np.zeros(0, dtype=np.uint8), *parts])


def _party_rows(files: list[Path], party: str) -> Iterator[Rows]:
    """Yield the rows of one party, refusing a third."""
    for file in files:
        for rows in read_rows(file):
            chosen = rows.where(rows.words("party", PARTIES) == PARTIES[party])
            if len(chosen.numbers):
                yield chosen


def _read_slots(rows: Rows, n_pulses: int, last: int) -> NDArray[np.int64]:
    """Return the slots of some rows, the party's rows before them ending at `last`."""
    slots = rows.wholes("slot", n_pulses - 1)
    before = np.concatenate([[last], slots[:-1]])
    if not (good := slots > before).all():
        index = int(np.argmin(good))
        if slots[index] == before[index]:
            raise rows.refusal(index, "slot", "occur once for each party")
        raise rows.refusal(index, "slot", f"ascend for each party, here above {before[index]}")
    return slots


def _read_bob(files: list[Path], n_pulses: int) -> tuple[NDArray[np.int64], RawKey]:
    """Return the slots that Bob detected, and what he holds of them."""
    slots, bits, bases, last = [np.zeros(0, dtype=np.int64)], [], [], -1
    for rows in _party_rows(files, "Bob"):
        slots.append(_read_slots(rows, n_pulses, last))
        bases.append(rows.words("basis", BASES))
        bits.append(rows.wholes("bit", 1).astype(np.uint8))
        last = int(slots[-1][-1])
    return np.concatenate(slots), RawKey(bits=_joined(bits), bases=_joined(bases))


def _no_record(files: list[Path], slot: int) -> RecordingError:
    """Return the error about a slot of Bob's that Alice has not; its row is looked up again."""
    for rows in _party_rows(files, "Bob"):
        found = rows.wholes("slot", np.iinfo(np.int64).max) == slot
        if found.any():
            return rows.refusal(int(np.argmax(found)), "slot", "be one of which Alice has a row as well")
    return RecordingError(f"slot must be one of which Alice has a row as well, got {slot}")


class _AliceReader:
    """Keeps those of Alice's rows that Bob detected, and counts the others."""

    def __init__(self, slots: NDArray[np.int64], n_pulses: int, intensities: tuple[Intensity, ...]) -> None:
        self.bits: list[Bits] = []
        self.bases: list[Bits] = []
        self.choices: list[Bits] = []
        self.n_rows = 0
        self.n_each = np.zeros(len(intensities), dtype=np.int64)
        self._wanted, self._n_pulses, self._last = slots, n_pulses, -1
        self._intensities = _IntensityReader(intensities)
        self._n_found = 0

    @property
    def missing(self) -> int | None:
        """The first slot of Bob's of which she has no row; None if there is none."""
        return int(self._wanted[self._n_found]) if self._n_found < len(self._wanted) else None

    def read(self, rows: Rows) -> None:
        """Read her next rows. It stops finding any once one is missing."""
        slots = _read_slots(rows, self._n_pulses, self._last)
        bases, bits = rows.words("basis", BASES), rows.wholes("bit", 1).astype(np.uint8)
        choices = self._intensities.read(rows)
        self._last, self.n_rows = int(slots[-1]), self.n_rows + len(slots)
        self.n_each += np.bincount(choices, minlength=len(self.n_each))[: len(self.n_each)]
        stop = int(np.searchsorted(self._wanted, slots[-1], side="right"))
        wanted = self._wanted[self._n_found : stop]
        places = np.searchsorted(slots, wanted)
        found = slots[places] == wanted
        places = places if found.all() else places[: int(np.argmin(found))]
        self._n_found += len(places)
        self.bases.append(bases[places])
        self.bits.append(bits[places])
        self.choices.append(choices[places])


class _IntensityReader:
    """Reads intensities as names, whole numbers (the place in the source) or mean photon numbers.

    A number with a decimal point is a mean photon number, and one without it is a place; a recording
    keeps to one notation, so that a vacuum written 0 among 0.5 and 0.1 is not taken for the first place.
    """

    def __init__(self, intensities: tuple[Intensity, ...]) -> None:
        self._intensities = intensities
        self._known: dict[Any, int] = {}
        self._notation = ""

    def read(self, rows: Rows) -> Bits:
        """Return the number of each row's intensity, uint8, shape (n,); 0 if there is only one."""
        if not self._intensities:
            if INTENSITY in rows.columns:
                filled = rows.columns[INTENSITY] != ""
                if filled.any():
                    raise rows.refusal(
                        int(np.argmax(filled)), INTENSITY, "be empty for a source with only one"
                    )
            return np.zeros(len(rows.numbers), dtype=np.uint8)
        if INTENSITY not in rows.columns:
            raise RecordingError(f"{rows.path}: must have the column {INTENSITY!r} for a source with several")
        while (index := first_unknown(codes := rows.codes(INTENSITY, self._known))) is not None:
            field = rows.columns[INTENSITY][index].item()
            number, notation = self._understand(field)
            if number is None:
                means = ", ".join(
                    f"{choice.name} ({choice.mean_photon_number})" for choice in self._intensities
                )
                raise rows.refusal(index, INTENSITY, f"be one of {means}")
            if notation != (self._notation or notation):
                raise rows.refusal(index, INTENSITY, f"be a {self._notation} as in the rows before")
            if notation == "place" and all(
                choice.mean_photon_number % 1 == 0 for choice in self._intensities
            ):
                raise rows.refusal(
                    index, INTENSITY, "be a name, as it could be a place or a mean photon number"
                )
            self._known[field], self._notation = number, notation
        return codes

    def _understand(self, field: str | int | float) -> tuple[int | None, str]:
        """Return the number of an intensity, None if there is no such, and the notation of the field."""
        names = [choice.name for choice in self._intensities]
        if field in names:
            return names.index(str(field)), "name"
        if isinstance(field, int) or (isinstance(field, str) and field.isdecimal()):
            place = int(field)
            return (place if 0 <= place < len(names) else None), "place"
        try:
            mean = float(field)
        except ValueError:
            return None, "name"
        for number, choice in enumerate(self._intensities):
            if abs(mean - choice.mean_photon_number) <= 1e-9 * choice.mean_photon_number:
                return number, "mean photon number"
        return None, "mean photon number"


def _intensities(
    source: Source, alice: _AliceReader, n_pulses: int, n_sent: tuple[int, ...] | None
) -> IntensityRecord | None:
    """Return Alice's record of her intensities, with the number of pulses sent with each."""
    choices, counted = source.intensities, tuple(alice.n_each.tolist())
    if not choices:
        if n_sent is not None:
            raise ValueError(f"n_sent must be None for a source with one intensity, got {n_sent!r}")
        return None
    if n_sent is None:
        if alice.n_rows < n_pulses:
            raise ValueError(
                f"n_sent must be given, as Alice has rows of {alice.n_rows} of {n_pulses} pulses, got None"
            )
        n_sent = counted
    record = IntensityRecord(
        means=tuple(choice.mean_photon_number for choice in choices),
        probabilities=tuple(choice.probability for choice in choices),
        n_sent=n_sent,
        choices=_joined(alice.choices),
    )
    if sum(record.n_sent) != n_pulses:
        raise ValueError(f"n_sent must sum to the {n_pulses} pulses, got {n_sent!r}")
    if any(sent < seen for sent, seen in zip(record.n_sent, counted, strict=True)):
        raise ValueError(f"n_sent must not be below Alice's rows, {counted!r}, got {n_sent!r}")
    return record
