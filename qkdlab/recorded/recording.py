"""A recording: what Alice and Bob wrote down of a run, whoever made it, read from files and written to them.

Bob's rows are read first; of Alice's, only those of the pulses that he detected are kept. So memory grows
with the clicks and not with the pulses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..distillation.sifting import RawRecords
from ..errors import RecordingError, shown
from ..exchange.run import Exchange
from ..link.source import INTENSITY_NAMES, Source
from ..values import Basis, Bits, RawKey, as_bits, as_index, check_count, check_path, read_only
from .alice import AliceReader
from .clicks import read_clicks
from .events import Records
from .intensities import intensity_record
from .tables.files import write_rows
from .tables.layout import PARTIES, Layout

if TYPE_CHECKING:
    from ..session.session import SessionResult

WRITTEN_ROWS = 1 << 16
"""Clicks written at a time."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class Recording(RawRecords):
    """What each party holds of the detected pulses; Alice announces her basis.

    Parameters
    ----------
    n_recorded
        Pulses of which Alice has a row, detected or not.
    n_crossed
        Slots in which Bob has clicks in both bases: his choice of the basis was passive.
    reading
        How the files were read, where they are not as `save_recording` writes them; and what became of double
        clicks. Sentences for the report.
    """

    n_recorded: int
    n_crossed: int = 0
    reading: tuple[str, ...] = ()

    @classmethod
    def from_arrays(
        cls,
        *,
        n_pulses: int,
        slots: ArrayLike,
        alice_bases: ArrayLike,
        alice_bits: ArrayLike,
        bob_bases: ArrayLike,
        bob_bits: ArrayLike,
        intensities: ArrayLike | None = None,
        source: Source | None = None,
        n_sent: tuple[int, ...] | None = None,
    ) -> Self:
        """Return the recording of a run that is at hand as arrays.

        Parameters
        ----------
        n_pulses
            Pulses sent, lost ones included.
        slots
            Whole numbers from 0, shape (n_detected,), ascending: the pulses that Bob detected.
        alice_bases, alice_bits, bob_bases, bob_bits
            0 and 1 (bases: 0 is Z, 1 is X), shape (n_detected,). Alice's arrays may instead have an element
            for every pulse, shape (n_pulses,): those of the detected ones are taken.
        intensities, source
            Both only for a source with several intensities: the place in `source` of each of hers, shaped
            like her other arrays, and the source.
        n_sent
            Pulses sent with each intensity; None counts them if `intensities` has every pulse.

        Raises
        ------
        ValueError
            If an array has another shape or other values; naming it, and the first bad element.

        Examples
        --------
        >>> from qkdlab import Recording
        >>> Recording.from_arrays(
        ...     n_pulses=5, slots=[0, 3], alice_bases=[0, 1, 1, 0, 0], alice_bits=[1, 0, 0, 1, 1],
        ...     bob_bases=[0, 1], bob_bits=[1, 0],
        ... )
        Recording(5 pulses, 2 detected)
        """
        check_count("n_pulses", n_pulses, minimum=1)
        places = _slots_of(slots, n_pulses)
        hers = {"alice_bits": alice_bits, "alice_bases": alice_bases}
        choices = source.intensities if source else ()
        if choices and intensities is None:
            raise ValueError("intensities must be given for a source with several, got None")
        if not choices and intensities is not None:
            rule = "without a source of several" if source is None else "for a source with only one"
            raise ValueError(f"intensities must be None {rule}, got an array")
        held = {name: as_bits(name, values) for name, values in hers.items()}
        if intensities is not None:
            held["intensities"] = as_bits("intensities", intensities, largest=len(choices) - 1)
        his = {"bob_bits": as_bits("bob_bits", bob_bits), "bob_bases": as_bits("bob_bases", bob_bases)}
        whole = {len(values) for values in held.values()} == {n_pulses}
        for name, values in (held | his).items():
            if len(values) != (n_pulses if whole and name in held else len(places)):
                lengths = f"({len(places)},)" + (f" or ({n_pulses},)" if name in held else "")
                raise ValueError(f"{name} must have shape {lengths}, got {values.shape}")
        counted = None
        if intensities is not None:
            numbers = held["intensities"]
            counted = tuple(np.bincount(as_index(numbers), minlength=len(choices)).tolist())
        taken = {name: values[places] for name, values in held.items()} if whole else held
        n_rows = n_pulses if whole else len(places)
        alice = RawKey(bits=taken["alice_bits"], bases=taken["alice_bases"])
        return cls(
            n_pulses=n_pulses,
            slots=places,
            alice=alice,
            bob=RawKey(bits=his["bob_bits"], bases=his["bob_bases"]),
            announcements=alice.bases,
            intensities=intensity_record(
                source, taken.get("intensities"), counted, n_pulses, n_sent, n_rows=n_rows
            ),
            n_recorded=n_rows,
        )


def read_recording(
    *paths: str | PathLike[str],
    n_pulses: int,
    source: Source,
    n_sent: tuple[int, ...] | None = None,
    rng: np.random.Generator | None = None,
    layout: Layout | None = None,
) -> Recording:
    """Read a recording from one file of both parties, or from several.

    Parameters
    ----------
    *paths
        Text (CSV and its kin, gzip too) or NPZ; several files are one recording, in this order. Each is read
        twice.
    n_pulses
        Pulses that Alice sent, lost ones included; slots are numbered from 0 to `n_pulses` - 1.
    source
        What she sent. Files with an intensity column need a source that has several.
    n_sent
        Pulses sent with each intensity, lost ones included. None counts Alice's rows, if she recorded every
        pulse, or stands for a source with one intensity.
    rng
        Draws the bits of double clicks; needed only if there are any.
    layout
        What is stated about the files; None has everything recognised.

    Raises
    ------
    RecordingError
        If a file is broken, a field is not understood, the rows of a party do not ascend, or Bob detected
        a pulse of which Alice has no row; with file, line and value.
    ValueError
        If `n_sent` or `rng` is missing, or `n_sent` does not fit the records.
    """
    check_count("n_pulses", n_pulses, minimum=1)
    files = [check_path("paths", path) for path in paths]
    if not files:
        raise ValueError(f"paths must be one file or more, got {paths!r}")
    records = Records(files, layout or Layout(), n_pulses)
    clicks = read_clicks(records, rng)
    alice = AliceReader(clicks.slots, source.intensities)
    for events in records.events("Alice"):
        alice.read(events)
    if (lost := alice.missing) is not None:
        raise _no_record(records, lost)
    held = RawKey(bits=_joined(alice.bits), bases=_joined(alice.bases))
    return Recording(
        n_pulses=n_pulses,
        slots=clicks.slots,
        alice=held,
        bob=clicks.held,
        announcements=held.bases,
        intensities=intensity_record(
            source,
            _joined(alice.choices),
            tuple(alice.n_each.tolist()),
            n_pulses,
            n_sent,
            n_rows=alice.n_rows,
        ),
        n_recorded=alice.n_rows,
        n_crossed=clicks.n_crossed,
        reading=records.reading() + clicks.remarks,
    )


def save_recording(recorded: Exchange | SessionResult, path: str | PathLike[str]) -> None:
    """Write the exchange of a simulated session as a recording of both parties, CSV or NPZ by its suffix.

    Alice's rows are those of the detected pulses alone; the simulation does not draw the others.
    `read_recording` is then to be told how many were sent.

    Raises
    ------
    ValueError
        If Alice announces anything but her basis, Z or X, in the exchange's protocol; if Bob's monitor saw
        bright light, for which the format has no place; or for another suffix.
    """
    exchange = recorded if isinstance(recorded, Exchange) else getattr(recorded, "exchange", None)
    if exchange is None:
        raise ValueError(f"recorded must be a session or its exchange, got {shown(recorded)}")
    alice, bob = exchange.alice, exchange.bob
    known = np.concatenate([alice.bases, bob.bases]) <= Basis.X
    if exchange.n_alarms:
        raise ValueError(f"recorded must have no alarm of Bob's monitor, got {exchange.n_alarms}")
    if not (known.all() and np.array_equal(exchange.announcements, alice.bases)):
        raise ValueError(f"recorded must be of a protocol that announces the basis Z or X, got {recorded!r}")
    write_rows(check_path("path", path), _rows_of(exchange))


def _rows_of(exchange: Exchange) -> Iterator[dict[str, NDArray[Any]]]:
    """Yield the columns of a recording; Alice's row and Bob's of a pulse follow each other."""
    alice, bob, chosen = exchange.alice, exchange.bob, exchange.intensities
    for start in range(0, max(1, len(exchange.slots)), WRITTEN_ROWS):
        part = slice(start, start + WRITTEN_ROWS)
        slots = exchange.slots[part]
        columns = {
            "party": np.tile(np.array(list(PARTIES)), len(slots)),
            "slot": np.repeat(slots, 2),
            "basis": np.array(["Z", "X"])[_interleaved(alice.bases[part], bob.bases[part])],
            "bit": _interleaved(alice.bits[part], bob.bits[part]),
        }
        if chosen:
            names = np.array([*INTENSITY_NAMES, ""])
            nothing = np.full(len(slots), len(INTENSITY_NAMES), dtype=np.uint8)
            columns["intensity"] = names[_interleaved(chosen.choices[part], nothing)]
        yield columns


def _interleaved(alice: Bits, bob: Bits) -> Bits:
    return np.stack([alice, bob], axis=1).ravel()


def _slots_of(slots: ArrayLike, n_pulses: int) -> NDArray[np.int64]:
    """Return slots given as an array, checked."""
    array = np.asarray(slots)
    if array.ndim != 1:
        raise ValueError(f"slots must have shape (n,), got shape {array.shape}")
    if array.size and array.dtype.kind not in "iu":
        raise ValueError(f"slots must hold whole numbers, got dtype {array.dtype}")
    good = (array >= 0) & (array < n_pulses)
    good[1:] &= array[1:] > array[:-1]
    if not good.all():
        first = int(np.argmin(good))
        rule = f"be from 0 to {n_pulses - 1} and above the one before"
        raise ValueError(f"slots[{first}] must {rule}, got {array[first].item()!r}")
    return read_only(array, np.int64)


def _joined(parts: list[Bits]) -> Bits:
    return np.concatenate([np.zeros(0, dtype=np.uint8), *parts])


def _no_record(records: Records, slot: int) -> RecordingError:
    """Return the error about a slot of Bob's that Alice has not; its row is looked up again."""
    for events in records.events("Bob"):
        if (found := events.slots == slot).any():
            rule = "be one of which Alice has a row as well"
            return events.rows.refusal(int(np.argmax(found)), events.slot_name, rule)
    return RecordingError(f"slot must be one of which Alice has a row as well, got {slot}")
