"""The quantum part of a session: n pulses become what Alice, Bob and Eve each hold.

Only pulses that make a click are looked at, in blocks of about as many each, so that time and memory
grow with the clicks and not with the pulses: what is drawn has the same statistics as if every pulse
were followed on its way. Every party draws from its own generator: switching Eve on does not change what
Alice sends, in which bases Bob measures or, as long as she leaves the photon numbers alone, which
photons are lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..attacks.attack import Eavesdropper
from ..distillation.sifting import RawRecords
from ..link import Link
from ..quantum.outcomes import Sampler
from ..quantum.protocol import Protocol
from ..values import Bits, HoldsArrays, IntensityRecord, Progress, RawKey, frozen, read_only
from .line import Generators, Line, Part, Rows

__all__ = ["EveRecord", "Exchange", "Generators", "PulseStory", "exchange_blocks", "run_exchange"]


KEPT = ("slots", "photons", "alice_bits", "alice_bases", "bob_bits", "bob_bases")
"""What is kept of every click."""


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
class Exchange(RawRecords):
    """The outcome of the quantum part: what Alice and Bob hold, and what nobody else can see.

    Parameters
    ----------
    eve
        What Eve holds for these pulses; None if there is no Eve.
    opening
        The first pulses whole, lost ones included.
    photons
        uint8, shape (n_detected,): photons in each pulse as it left Alice. Nobody can see them.
    """

    eve: EveRecord | None
    opening: tuple[PulseStory, ...]
    photons: NDArray[np.uint8]


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
    return _joined(line, line.parts(n_pulses, progress))


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
    for part in line.parts(n_pulses):
        yield _joined(line, [part])


def _joined(line: Line, parts: Iterable[Part]) -> Exchange:
    """Return what each holds of the parts of a run, which may come one by one: none is kept."""
    tapped, choices = line.eavesdropper is not None, line.link.source.intensities
    told = line.protocol.announces_bases
    wanted = {"announcements": not told, "tactics": tapped, "outcomes": tapped, "intensities": bool(choices)}
    names = [field.name for field in fields(Rows) if wanted.get(field.name, field.name in KEPT)]
    held: dict[str, NDArray[Any]] = {}
    opening: tuple[PulseStory, ...] = ()
    n_pulses, n_sent = 0, np.zeros(max(1, len(choices)), dtype=np.int64)
    for part in parts:
        n_pulses, n_sent = n_pulses + part.n_pulses, n_sent + part.n_sent
        opening = opening if part.opening is None else _tell(part.opening)
        for name in names:
            _append(held, name, getattr(part.clicked, name))
    column = {name: frozen(values) for name, values in held.items()}
    record = None
    if choices:
        record = IntensityRecord(
            means=tuple(choice.mean_photon_number for choice in choices),
            probabilities=tuple(choice.probability for choice in choices),
            n_sent=tuple(n_sent.tolist()),
            choices=column["intensities"],
        )
    eve = EveRecord(tactics=column["tactics"], outcomes=column["outcomes"]) if tapped else None
    n_alarms = None
    if line.link.detector.watches_light:
        bright = line.eavesdropper is not None and line.eavesdropper.is_bright
        n_alarms = int(np.count_nonzero(eve.tactics)) if eve and bright else 0
    return Exchange(
        n_pulses=n_pulses,
        slots=column["slots"],
        alice=RawKey(bits=column["alice_bits"], bases=column["alice_bases"]),
        bob=RawKey(bits=column["bob_bits"], bases=column["bob_bases"]),
        announcements=column["alice_bases" if told else "announcements"],
        eve=eve,
        opening=opening,
        photons=column["photons"],
        intensities=record,
        n_alarms=n_alarms,
    )


def _append(held: dict[str, NDArray[Any]], name: str, values: NDArray[Any]) -> None:
    """Add values to the array `name` of `held`, which grows in place: a run is never in memory twice."""
    if name not in held:
        held[name] = np.array(values)
        return
    array = held[name]
    array.resize(len(array) + len(values), refcheck=False)
    array[len(array) - len(values) :] = values


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
