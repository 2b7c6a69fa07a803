"""Pulses on their way: what each party and nature hold of them, one element a pulse, part by part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from ..attacks.attack import Eavesdropper
from ..errors import DeviceError
from ..link import Link
from ..link.detector import read_out
from ..link.detector_memory import with_memory
from ..quantum.circuits import circuit_table
from ..quantum.outcomes import Sampler
from ..quantum.protocol import Protocol
from ..quantum.tactics import PASS
from ..values import Bits, Progress, as_index, check_count, looked_up
from .pulses import PulseTable, draw_slots, pulse_table

BLOCK = 1 << 17
"""Clicks drawn at a time, about; a fixed number, because results at a fixed seed depend on it."""

OPENING = 200
"""Number of first pulses that are kept whole, lost ones included, for looking at."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Generators:
    """One random generator for each party and for nature, all children of one seed."""

    alice: np.random.Generator
    bob: np.random.Generator
    eve: np.random.Generator
    link: np.random.Generator
    qubits: np.random.Generator
    public: np.random.Generator
    shared: np.random.Generator

    @classmethod
    def from_seed(cls, seed: int) -> Generators:
        """Return the generators that belong to `seed`, a whole number ≥ 0."""
        names = [field.name for field in fields(cls)]
        children = np.random.default_rng(check_count("seed", seed)).spawn(len(names))
        return cls(**dict(zip(names, children, strict=True)))


@dataclass(frozen=True, slots=True)
class Rows:
    """What the parties and nature hold of the pulses that are looked at, one element each."""

    slots: NDArray[np.int64]
    clicks: Bits
    arrived: NDArray[np.bool_]
    photons: NDArray[np.uint8]
    intensities: Bits
    alice_bits: Bits
    alice_bases: Bits
    announcements: Bits
    tactics: Bits
    outcomes: Bits
    bob_bases: Bits
    bob_bits: Bits

    def where(self, mask: NDArray[np.bool_ | np.intp]) -> Rows:
        """Return those that `mask` selects."""
        return Rows(*(getattr(self, field.name)[mask] for field in fields(self)))

    @property
    def clicked(self) -> Rows:
        """Those that made a click."""
        return self if self.clicks.all() else self.where(self.clicks > 0)

    @classmethod
    def joined(cls, parts: Sequence[Rows]) -> Rows:
        """Return the rows of all parts, in order."""
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a run.

    Parameters
    ----------
    n_pulses
        Pulses sent in it.
    clicked
        Those that made a click.
    n_sent
        How many had each intensity, int64, shape (n_intensities,).
    opening
        The first pulses of the run whole, lost ones included; None after the first part.
    """

    n_pulses: int
    clicked: Rows
    n_sent: NDArray[np.int64]
    opening: Rows | None


@dataclass(frozen=True, slots=True)
class Line:
    """What a run is made of: it gives the run part by part."""

    protocol: Protocol
    link: Link
    eavesdropper: Eavesdropper | None
    sampler: Sampler
    generators: Generators

    def parts(self, n_pulses: int, progress: Progress | None = None) -> Iterator[Part]:
        """Yield a run of `n_pulses`: block by block, or as one part if the detectors remember earlier clicks.

        `progress` is called after every block with the share done.
        """
        pulses = pulse_table(self.link, self.eavesdropper)
        looked_at: list[Rows] = []
        for start, stop, rows in self._blocks(n_pulses, pulses):
            if self.link.detector.has_memory:
                looked_at.append(rows)
            else:
                n_sent = self._sent(stop - start, rows, pulses.silent)
                yield Part(stop - start, rows.clicked, n_sent, None if start else rows)
            if progress and (start or stop == n_pulses):
                progress(stop / n_pulses)
        if looked_at:
            rows = self._remembered(Rows.joined(looked_at), n_pulses, pulses.silent)
            n_sent = self._sent(n_pulses, rows, pulses.silent)
            yield Part(n_pulses, rows.clicked, n_sent, rows.where(rows.slots < OPENING))

    def _blocks(self, n_pulses: int, pulses: PulseTable) -> Iterator[tuple[int, int, Rows]]:
        """Yield first pulse, end and the pulses looked at of each block; the opening is the first block."""
        check_count("n_pulses", n_pulses, minimum=1)
        clicking = pulses.clicking
        opening = min(n_pulses, OPENING)
        yield 0, opening, self.rows(np.arange(opening, dtype=np.int64), pulses)
        size = min(n_pulses, int(BLOCK / max(clicking.total, BLOCK / n_pulses)))
        for start in range(opening, n_pulses, size):
            stop = min(start + size, n_pulses)
            slots = start + draw_slots(stop - start, clicking.total, self.generators.link)
            yield start, stop, self.rows(slots, clicking)

    def _sent(self, n_pulses: int, rows: Rows, silent: PulseTable) -> NDArray[np.int64]:
        """Return how many of `n_pulses`, of which `rows` are looked at, had each intensity."""
        n_intensities = max(1, len(self.link.source.intensities))
        n_silent = n_pulses - len(rows.slots)
        counts = np.bincount(as_index(rows.intensities), minlength=n_intensities)
        return counts + silent.sent(n_silent, n_intensities, self.generators.alice)

    def rows(self, slots: NDArray[np.int64], pulses: PulseTable) -> Rows:
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
            arrived &= generators.link.random(n) < looked_up(response, tactics, outcome, bob_bases, value)
        clicks = pulses.dark[kinds] | (arrived.view(np.uint8) << value)
        bob_bits = np.zeros(n, dtype=np.uint8)
        clicked = np.flatnonzero(clicks)
        bob_bits[clicked] = read_out(clicks[clicked], generators.bob)
        return Rows(
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

    def _remembered(self, rows: Rows, n_pulses: int, silent: PulseTable) -> Rows:
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
            rows = Rows.joined([rows, self.rows(new, silent)])
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
