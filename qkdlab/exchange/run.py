"""The quantum part of a session: n pulses become what Alice, Bob and Eve each hold.

Only pulses that make a click are looked at, in blocks of about as many each, so that time and memory
grow with the clicks and not with the pulses: what is drawn has the same statistics as if every pulse
were followed on its way. Every party draws from its own generator: switching Eve on does not change what
Alice sends, in which bases Bob measures or, as long as she leaves the photon numbers alone, which
photons are lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..attacks.attack import Eavesdropper
from ..link import Link
from ..quantum.outcomes import Sampler
from ..quantum.protocol import Protocol
from ..values import (
    Bits,
    HoldsArrays,
    IntensityRecord,
    Progress,
    RawKey,
    check_count,
    read_only,
)
from .line import Generators, Line, Rows
from .pulses import draw_slots, pulse_table

__all__ = [
    "BLOCK",
    "OPENING",
    "EveRecord",
    "Exchange",
    "Generators",
    "PulseStory",
    "exchange_blocks",
    "run_exchange",
]

BLOCK = 1 << 17
"""Clicks drawn at a time, about; a fixed number, because results at a fixed seed depend on it."""

OPENING = 200
"""Number of first pulses that are kept whole, lost ones included, for looking at."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class EveRecord(HoldsArrays):
    """What Eve holds about the detected pulses: her tactic (0: let pass) and what her probe shows.

    uint8 arrays of shape (n_detected,). Where she let the pulse pass, the outcome is 0 and means
    nothing.
    """

    tactics: Bits
    outcomes: Bits

    def __post_init__(self) -> None:
        for name in ("tactics", "outcomes"):
            object.__setattr__(self, name, read_only(getattr(self, name), np.uint8))

    def __repr__(self) -> str:
        return f"EveRecord({len(self.tactics)} pulses)"


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class PulseStory:
    """Everything that happened to one pulse, for showing. Nobody in reality can see all of it."""

    alice_bit: int
    alice_basis: int
    eve_tactic: int
    eve_outcome: int
    arrived: bool
    bob_basis: int
    bob_bit: int | None

    def __repr__(self) -> str:
        return "PulseStory(one pulse)"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class Exchange(HoldsArrays):
    """The outcome of the quantum part.

    Parameters
    ----------
    n_pulses
        Pulses sent.
    slots
        int64, shape (n_detected,): the numbers of the pulses that made a click, ascending.
    alice, bob
        What each holds for these pulses. Bob's bits are his outcomes; what they stand for follows from
        the sifting rule of the protocol.
    announcements
        uint8, shape (n_detected,): what Alice will say of each in sifting; her basis in BB84.
    eve
        What Eve holds for these pulses; None if there is no Eve.
    opening
        The first pulses whole, lost ones included.
    photons
        uint16, shape (n_detected,): photons in each pulse as it left Alice. Nobody can see them.
    intensities
        With which intensities Alice sent; None if her source has only one.
    n_alarms
        Clicks at which Bob's monitor saw bright light; None if he has no monitor.
    """

    n_pulses: int
    slots: NDArray[np.int64]
    alice: RawKey
    bob: RawKey
    announcements: Bits
    eve: EveRecord | None
    opening: tuple[PulseStory, ...]
    photons: NDArray[np.uint16]
    intensities: IntensityRecord | None = None
    n_alarms: int | None = None

    def __repr__(self) -> str:
        return f"Exchange({self.n_pulses} pulses, {len(self.slots)} detected)"


def run_exchange(
    n_pulses: int,
    *,
    protocol: Protocol,
    link: Link,
    eavesdropper: Eavesdropper | None,
    sampler: Sampler,
    generators: Generators,
    progress: Progress | None = None,
) -> Exchange:
    """Send `n_pulses` from Alice to Bob, past Eve if there is one.

    Eve stands at Alice's door, before any loss. An attack on the qubit sends on as many photons as
    it received and the photons of a pulse are detected alike, so the count rates do not betray it.

    Parameters
    ----------
    n_pulses
        Pulses to send, at least 1.
    protocol, link, eavesdropper, sampler
        What is run; `eavesdropper` is None for a line without Eve.
    generators
        The parties' sources of randomness.
    progress
        Called after every block with the share done; it may raise to cancel.
    """
    line = Line(protocol, link, eavesdropper, sampler, generators)
    pulses, memory = pulse_table(link, eavesdropper), link.detector.has_memory
    blocks: list[Rows] = []
    n_sent, n_unseen = np.zeros(max(1, len(link.source.intensities)), dtype=np.int64), 0
    for start, stop, block in _blocks(line, n_pulses):
        if not start:
            first = block
        n_silent = stop - start - len(block.slots)
        n_sent += np.bincount(block.intensities, minlength=len(n_sent))
        if memory:  # afterpulses may fall into any of them
            n_unseen += n_silent
        else:
            n_sent += pulses.silent.sent(n_silent, len(n_sent), generators.alice)
        blocks.append(block if memory else block.clicked)
        if progress and (start or stop == n_pulses):
            progress(stop / n_pulses)
    rows = Rows.joined(blocks)
    if memory:
        seen = line.remembered(rows, n_pulses, pulses.silent)
        n_new = len(seen.slots) - len(rows.slots)
        n_sent = np.bincount(seen.intensities, minlength=len(n_sent))
        n_sent += pulses.silent.sent(n_unseen - n_new, len(n_sent), generators.alice)
        first, rows = seen.where(seen.slots < OPENING), seen.clicked
    return _exchange(line, n_pulses, rows, n_sent, _tell(first))


def exchange_blocks(
    n_pulses: int,
    *,
    protocol: Protocol,
    link: Link,
    eavesdropper: Eavesdropper | None,
    sampler: Sampler,
    generators: Generators,
) -> Iterator[Exchange]:
    """Yield the same run block after block, so that no more than one block need be in memory.

    The arguments are those of `run_exchange`. Each block is an exchange of its own pulses, numbered from the
    beginning of the run; taken together they are what `run_exchange` returns.

    Raises
    ------
    ValueError
        If the detectors remember earlier clicks, which blocks cannot tell each other.
    """
    if link.detector.has_memory:
        raise ValueError(f"detector must not remember earlier clicks in blocks, got {link.detector!r}")
    line = Line(protocol, link, eavesdropper, sampler, generators)
    silent, n_intensities = pulse_table(link, eavesdropper).silent, max(1, len(link.source.intensities))
    for start, stop, block in _blocks(line, n_pulses):
        n_sent = np.bincount(block.intensities, minlength=n_intensities)
        n_sent += silent.sent(stop - start - len(block.slots), n_intensities, generators.alice)
        yield _exchange(line, stop - start, block.clicked, n_sent, () if start else _tell(block))


def _blocks(line: Line, n_pulses: int) -> Iterator[tuple[int, int, Rows]]:
    """Yield first pulse, end and the pulses looked at of each block; the opening is the first block."""
    check_count("n_pulses", n_pulses, minimum=1)
    pulses = pulse_table(line.link, line.eavesdropper)
    clicking = pulses.clicking
    opening = min(n_pulses, OPENING)
    yield 0, opening, line.rows(np.arange(opening), pulses)
    size = min(n_pulses, int(BLOCK / max(clicking.total, BLOCK / n_pulses)))
    for start in range(opening, n_pulses, size):
        stop = min(start + size, n_pulses)
        slots = start + draw_slots(stop - start, clicking.total, line.generators.link)
        yield start, stop, line.rows(slots, clicking)


def _exchange(
    line: Line, n_pulses: int, rows: Rows, n_sent: NDArray[np.int64], opening: tuple[PulseStory, ...]
) -> Exchange:
    """Return what each holds of the pulses `rows`, which made a click."""
    eavesdropper, choices = line.eavesdropper, line.link.source.intensities
    eve = EveRecord(tactics=rows.tactics, outcomes=rows.outcomes) if eavesdropper else None
    n_alarms = None
    if line.link.detector.watches_light:
        bright = eve is not None and eavesdropper is not None and eavesdropper.is_bright
        n_alarms = int(np.count_nonzero(eve.tactics)) if eve and bright else 0
    record = None
    if choices:
        record = IntensityRecord(
            means=tuple(choice.mean_photon_number for choice in choices),
            probabilities=tuple(choice.probability for choice in choices),
            n_sent=tuple(n_sent.tolist()),
            choices=rows.intensities,
        )
    return Exchange(
        n_pulses=n_pulses,
        slots=read_only(rows.slots),
        alice=RawKey(bits=rows.alice_bits, bases=rows.alice_bases),
        bob=RawKey(bits=rows.bob_bits, bases=rows.bob_bases),
        announcements=read_only(rows.announcements),
        eve=eve,
        opening=opening,
        photons=read_only(rows.photons),
        intensities=record,
        n_alarms=n_alarms,
    )


def _tell(rows: Rows) -> tuple[PulseStory, ...]:
    return tuple(
        PulseStory(
            alice_bit=int(rows.alice_bits[i]),
            alice_basis=int(rows.alice_bases[i]),
            eve_tactic=int(rows.tactics[i]),
            eve_outcome=int(rows.outcomes[i]),
            arrived=bool(rows.arrived[i]),
            bob_basis=int(rows.bob_bases[i]),
            bob_bit=int(rows.bob_bits[i]) if rows.clicks[i] else None,
        )
        for i in range(len(rows.slots))
    )
