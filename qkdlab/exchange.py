"""The quantum part of a session: n pulses become what Alice, Bob and Eve each hold.

Pulses are drawn in blocks, and only detected pulses are kept, so that memory grows with the
detections and not with the pulses. Every party draws from its own generator: switching Eve on
does not change what Alice sends, in which bases Bob measures or, as long as she leaves the photon
numbers alone, which photons are lost.

The tactic of an attack on the qubit is drawn for looked-at pulses only: it does not change which
pulses click. An attack on the photon numbers looks at every pulse.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .link import Link
from .link.detector import read_out
from .quantum.circuits import CircuitTable, circuit_table
from .quantum.eavesdroppers import PASS, Eavesdropper
from .quantum.protocols import PrepareAndMeasure
from .quantum.sampling import Sampler
from .values import Bits, IntensityRecord, Progress, RawKey, check_count, read_only

BLOCK = 1 << 18
"""Pulses drawn at a time; a fixed number, because results at a fixed seed depend on it."""

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
        What each holds for these pulses.
    eve
        What Eve holds for these pulses; None if there is no Eve.
    opening
        The first pulses whole, lost ones included.
    intensities
        With which intensities Alice sent; None if her source has only one.
    """

    n_pulses: int
    slots: NDArray[np.int64]
    alice: RawKey
    bob: RawKey
    eve: EveRecord | None
    opening: tuple[PulseStory, ...]
    intensities: IntensityRecord | None = None

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
class _Block:
    """The pulses of one block that are kept: detected ones, and whole ones at the opening."""

    slots: NDArray[np.int64]
    clicked: NDArray[np.bool_]
    arrived: NDArray[np.bool_]
    alice_bits: Bits
    alice_bases: Bits
    intensities: Bits
    n_sent: NDArray[np.int64]
    tactics: Bits
    outcomes: Bits
    bob_bases: Bits
    bob_bits: Bits


def run_exchange(
    n_pulses: int,
    *,
    protocol: PrepareAndMeasure,
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
    table = circuit_table(
        protocol, eavesdropper.tactics if eavesdropper else (), link.depolarizing_probability
    )
    blocks = []
    opening: tuple[PulseStory, ...] = ()
    for start in range(0, n_pulses, BLOCK):
        size = min(BLOCK, n_pulses - start)
        block = _run_block(start, size, protocol, link, eavesdropper, table, sampler, generators)
        if start == 0:
            opening = _tell(block)
        blocks.append(block)
        if progress:
            progress((start + size) / n_pulses)

    def kept(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(block, name)[block.clicked] for block in blocks])

    eve = EveRecord(tactics=kept("tactics"), outcomes=kept("outcomes")) if eavesdropper else None
    intensities = None
    if link.source.intensities:
        intensities = IntensityRecord(
            means=tuple(choice.mean_photon_number for choice in link.source.intensities),
            n_sent=tuple(np.sum([block.n_sent for block in blocks], axis=0).tolist()),
            choices=kept("intensities"),
        )
    return Exchange(
        n_pulses=n_pulses,
        slots=read_only(kept("slots")),
        alice=RawKey(bits=kept("alice_bits"), bases=kept("alice_bases")),
        bob=RawKey(bits=kept("bob_bits"), bases=kept("bob_bases")),
        eve=eve,
        opening=opening,
        intensities=intensities,
    )


def _run_block(
    start: int,
    size: int,
    protocol: PrepareAndMeasure,
    link: Link,
    eavesdropper: Eavesdropper | None,
    table: CircuitTable,
    sampler: Sampler,
    generators: Generators,
) -> _Block:
    signals = generators.alice.integers(0, len(protocol.signals), size, dtype=np.uint8)
    choices = generators.bob.integers(0, len(protocol.bases), size, dtype=np.uint8)
    intensities = link.source.choose_intensities(size, generators.alice)
    photons = link.source.photon_numbers(intensities, generators.link)
    tap = eavesdropper.tap(photons, link, generators.eve) if eavesdropper else None
    passing, efficiency = (tap.passing, tap.efficiency) if tap else (photons, link.efficiency)
    detectable = 1 - (1 - efficiency) ** np.arange(passing.max() + 1.0)
    arrived = generators.link.random(size) < detectable.take(passing)
    dark = link.detector.dark_counts(size, generators.link)

    clicked = arrived | dark[0] | dark[1]
    looked_at = clicked.copy()
    if start == 0:
        looked_at[:OPENING] = True
    rows = np.flatnonzero(looked_at)
    misled = generators.link.random(len(rows)) < link.misalignment_error
    tactics = np.full(len(rows), PASS, dtype=np.uint8)
    if eavesdropper:
        tactics = tap.tactics[rows] if tap else eavesdropper.choose(len(rows), generators.eve)
        tactics[photons[rows] == 0] = PASS
    signals, choices = signals[rows], choices[rows]
    outcome = sampler.sample(table, table.index(signals, tactics, choices), generators.qubits)

    value = (outcome & np.uint8(1)) ^ misled.astype(np.uint8)
    bob_bits = np.zeros(len(rows), dtype=np.uint8)
    clicks = clicked[rows]
    hits = rows[clicks]
    bob_bits[clicks] = read_out(arrived[hits], value[clicks], (dark[0][hits], dark[1][hits]), generators.bob)
    return _Block(
        slots=rows + start,
        clicked=clicks,
        arrived=arrived[rows],
        alice_bits=np.array([s.bit for s in protocol.signals], dtype=np.uint8)[signals],
        alice_bases=np.array([s.basis for s in protocol.signals], dtype=np.uint8)[signals],
        intensities=intensities[rows],
        n_sent=np.bincount(intensities, minlength=len(link.source.intensities)),
        tactics=tactics,
        outcomes=outcome >> np.uint8(1),
        bob_bases=np.array(protocol.bases, dtype=np.uint8)[choices],
        bob_bits=bob_bits,
    )


def _tell(block: _Block) -> tuple[PulseStory, ...]:
    return tuple(
        PulseStory(
            alice_bit=int(block.alice_bits[i]),
            alice_basis=int(block.alice_bases[i]),
            eve_tactic=int(block.tactics[i]),
            eve_outcome=int(block.outcomes[i]),
            arrived=bool(block.arrived[i]),
            bob_basis=int(block.bob_bases[i]),
            bob_bit=int(block.bob_bits[i]) if block.clicked[i] else None,
        )
        for i in range(np.searchsorted(block.slots, OPENING))
    )
