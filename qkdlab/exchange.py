"""The quantum part of a session: n pulses become what Alice, Bob and Eve each hold.

Only pulses that make a click are looked at, in blocks of about as many each, so that time and memory
grow with the clicks and not with the pulses: what is drawn has the same statistics as if every pulse
were followed on its way. Every party draws from its own generator: switching Eve on does not change what
Alice sends, in which bases Bob measures or, as long as she leaves the photon numbers alone, which
photons are lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from .errors import DeviceError
from .link import Link
from .link.detector import read_out
from .link.detector_memory import with_memory
from .link.pulses import PulseTable, draw_slots, pulse_table
from .quantum.circuits import circuit_table
from .quantum.eavesdroppers import PASS, Eavesdropper
from .quantum.protocols import Protocol
from .quantum.sampling import Sampler
from .values import Bits, IntensityRecord, Progress, RawKey, check_count, read_only

BLOCK = 1 << 17
"""Clicks drawn at a time, about; a fixed number, because results at a fixed seed depend on it."""

OPENING = 200
"""Number of first pulses that are kept whole, lost ones included, for looking at."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class EveRecord:
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
class Exchange:
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Generators:
    """One random generator for each party and for nature, all children of one seed."""

    alice: np.random.Generator
    bob: np.random.Generator
    eve: np.random.Generator
    link: np.random.Generator
    qubits: np.random.Generator
    public: np.random.Generator

    @classmethod
    def from_seed(cls, seed: int) -> Generators:
        """Return the generators that belong to `seed`, a whole number ≥ 0."""
        names = [field.name for field in fields(cls)]
        children = np.random.default_rng(check_count("seed", seed)).spawn(len(names))
        return cls(**dict(zip(names, children, strict=True)))


@dataclass(frozen=True, slots=True)
class _Rows:
    """What the parties and nature hold of the pulses that are looked at, one element each."""

    slots: NDArray[np.int64]
    clicks: Bits
    arrived: NDArray[np.bool_]
    photons: NDArray[np.uint16]
    intensities: Bits
    alice_bits: Bits
    alice_bases: Bits
    announcements: Bits
    tactics: Bits
    outcomes: Bits
    bob_bases: Bits
    bob_bits: Bits

    def where(self, mask: NDArray[np.bool_ | np.intp]) -> _Rows:
        return _Rows(*(getattr(self, field.name)[mask] for field in fields(self)))

    @classmethod
    def joined(cls, parts: Sequence[_Rows]) -> _Rows:
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))


@dataclass(frozen=True, slots=True)
class _Line:
    """What a run is made of, so that a block can be drawn."""

    protocol: Protocol
    link: Link
    eavesdropper: Eavesdropper | None
    sampler: Sampler
    generators: Generators

    def rows(self, slots: NDArray[np.int64], pulses: PulseTable) -> _Rows:
        """Return the pulses `slots`, each of which is of one of the kinds `pulses`."""
        protocol, eavesdropper, generators, n = self.protocol, self.eavesdropper, self.generators, len(slots)
        kinds = pulses.draw(n, generators.link)
        signals = _choose([signal.probability for signal in protocol.signals], n, generators.alice)
        choices = _choose([chance for _, chance in protocol.bases], n, generators.bob)
        photons, arrived = pulses.photons[kinds], pulses.arrived[kinds]
        tactics = pulses.tactics[kinds]
        if eavesdropper:
            chosen = eavesdropper.choose(n, generators.eve)
            tactics = np.where((tactics == PASS) & (photons > 0), chosen, tactics)
        table = circuit_table(
            protocol, eavesdropper.tactics if eavesdropper else (), self.link.depolarizing_probability
        )
        try:
            outcome = self.sampler.sample(table, table.index(signals, tactics, choices), generators.qubits)
        except DeviceError as error:
            raise DeviceError(f"{error} (after {slots[0]} pulses, of which nothing is reported)") from error
        value = outcome & np.uint8(1)
        outcome >>= np.uint8(1)
        if protocol.entangled:
            alice_bits = outcome & np.uint8(1)
            outcome >>= np.uint8(1)
        else:
            alice_bits = _column([signal.bit for signal in protocol.signals])[signals]
        if self.link.misalignment_error:
            value ^= generators.link.random(n) < self.link.misalignment_error
        bob_bases = _column([basis for basis, _ in protocol.bases])[choices]
        response = eavesdropper.response(self.link) if eavesdropper else None
        if response is not None:
            arrived &= generators.link.random(n) < response[tactics, outcome, bob_bases, value]
        clicks = pulses.dark[kinds] | (arrived.view(np.uint8) << value)
        bob_bits = np.zeros(n, dtype=np.uint8)
        clicked = clicks > 0
        bob_bits[clicked] = read_out(clicks[clicked], generators.bob)
        return _Rows(
            slots=slots,
            clicks=clicks,
            arrived=arrived,
            photons=photons,
            intensities=pulses.intensities[kinds],
            alice_bits=alice_bits,
            alice_bases=_column([signal.basis for signal in protocol.signals])[signals],
            announcements=_column([signal.announcement for signal in protocol.signals])[signals],
            tactics=tactics,
            outcomes=outcome,
            bob_bases=bob_bases,
            bob_bits=bob_bits,
        )

    def remembered(self, rows: _Rows, n_pulses: int, silent: PulseTable) -> _Rows:
        """Return `rows` as detectors see them that remember, and rows of `silent` where they click alone.

        `rows` are all that were looked at, ascending, those without a click included.
        """
        clicked, swaps = np.flatnonzero(rows.clicks), self._assignments(len(rows.slots))
        slots, masks = with_memory(
            rows.slots[clicked],
            _swapped(rows.clicks, swaps)[clicked],
            detector=self.link.detector,
            n_gates=n_pulses,
            rng=self.generators.link,
        )
        new = np.setdiff1d(slots, rows.slots, assume_unique=True)
        if len(new):
            rows = _Rows.joined([rows, self.rows(new, silent)])
            swaps = np.concatenate([swaps, self._assignments(len(new))])
            order = np.argsort(rows.slots, kind="stable")
            rows, swaps = rows.where(order), swaps[order]
        clicks = np.zeros_like(rows.clicks)
        clicks[np.searchsorted(rows.slots, slots)] = masks
        clicks = _swapped(clicks, swaps)
        bob_bits = np.where(clicks > 0, rows.bob_bits, np.uint8(0))
        changed = (clicks > 0) & (clicks != rows.clicks)
        bob_bits[changed] = read_out(clicks[changed], self.generators.bob)
        return replace(rows, clicks=clicks, arrived=rows.arrived & (clicks > 0), bob_bits=bob_bits)

    def _assignments(self, n: int) -> NDArray[np.bool_]:
        """Return for which of `n` pulses the detectors stand for the other bit each, bool, shape (n,)."""
        if not self.link.detector.random_assignment:
            return np.zeros(n, dtype=np.bool_)
        return self.generators.bob.integers(0, 2, n, dtype=np.uint8) > 0


def _swapped(clicks: Bits, swaps: NDArray[np.bool_]) -> Bits:
    """Return clicks (1, 2, 3: both) with the two detectors exchanged where `swaps` says so."""
    return np.where(swaps, clicks >> np.uint8(1) | (clicks & np.uint8(1)) << np.uint8(1), clicks)


def _column(values: Sequence[int | None]) -> Bits:
    return np.array(values, dtype=np.uint8)


def _choose(probabilities: Sequence[float], n: int, rng: np.random.Generator) -> Bits:
    """Return `n` choices among a few possibilities, uint8, shape (n,)."""
    if len(set(probabilities)) == 1:
        return rng.integers(0, len(probabilities), n, dtype=np.uint8)
    uniform, choices = rng.random(n), np.zeros(n, dtype=np.uint8)
    for step in np.cumsum(probabilities)[:-1]:
        choices += uniform >= step
    return choices


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
    check_count("n_pulses", n_pulses, minimum=1)
    line = _Line(protocol, link, eavesdropper, sampler, generators)
    pulses, memory = pulse_table(link, eavesdropper), link.detector.has_memory
    clicking, silent = pulses.clicking, pulses.silent
    intensities = link.source.intensities

    first = line.rows(np.arange(min(n_pulses, OPENING)), pulses)
    n_sent = np.bincount(first.intensities, minlength=len(intensities))
    blocks, n_unseen = [first if memory else first.where(first.clicks > 0)], 0
    size = min(n_pulses, int(BLOCK / max(clicking.total, BLOCK / n_pulses)))
    for start in range(len(first.slots), n_pulses, size):
        stop = min(start + size, n_pulses)
        block = line.rows(start + draw_slots(stop - start, clicking.total, generators.link), clicking)
        n_silent = stop - start - len(block.slots)
        n_sent += np.bincount(block.intensities, minlength=len(n_sent))
        if memory:  # afterpulses may fall into any of them
            n_unseen += n_silent
        else:
            n_sent += silent.sent(n_silent, len(n_sent), generators.alice)
        blocks.append(block if memory or block.clicks.all() else block.where(block.clicks > 0))
        if progress:
            progress(stop / n_pulses)
    rows = _Rows.joined(blocks)
    if memory:
        seen = line.remembered(rows, n_pulses, silent)
        n_new = len(seen.slots) - len(rows.slots)
        n_sent = np.bincount(seen.intensities, minlength=len(n_sent))
        n_sent += silent.sent(n_unseen - n_new, len(n_sent), generators.alice)
        first, rows = seen.where(seen.slots < OPENING), seen.where(seen.clicks > 0)

    eve = EveRecord(tactics=rows.tactics, outcomes=rows.outcomes) if eavesdropper else None
    n_alarms = None
    if link.detector.watches_light:
        bright = eve is not None and eavesdropper is not None and eavesdropper.is_bright
        n_alarms = int(np.count_nonzero(eve.tactics)) if eve and bright else 0
    record = None
    if intensities:
        record = IntensityRecord(
            means=tuple(choice.mean_photon_number for choice in intensities),
            probabilities=tuple(choice.probability for choice in intensities),
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
        opening=_tell(first),
        photons=read_only(rows.photons),
        intensities=record,
        n_alarms=n_alarms,
    )


def _tell(rows: _Rows) -> tuple[PulseStory, ...]:
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
