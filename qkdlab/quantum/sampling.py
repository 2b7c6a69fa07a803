"""Outcomes for many pulses from few circuits.

A sampler is given a table of circuits and, for each pulse, which of them it runs; it returns one
joint outcome a pulse, whose digits are the circuit's classical bits. Here are the two samplers that need no
device; `devices` has the one that runs on anything else.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..errors import shown
from ..extras import qiskit_module
from ..values import Bits, as_index, check_choice, frozen
from .circuits import CircuitTable, qiskit_circuits
from .device_kinds import is_device
from .devices import DeviceSampler
from .gates.probabilities import probabilities
from .outcomes import Sampler, classical_bits, outcome_numbers

if TYPE_CHECKING:
    from qiskit.primitives import BaseSamplerV2
    from qiskit.providers import BackendV2

__all__ = [
    "SAMPLERS",
    "ExactSampler",
    "Sampler",
    "SamplerLike",
    "ShotsSampler",
    "get_sampler",
    "outcome_distribution",
]

SamplerLike: TypeAlias = "str | Sampler | BackendV2 | BaseSamplerV2"
"""What may be given as a sampler; `get_sampler` makes a `Sampler` of it."""


@lru_cache(maxsize=256)
def outcome_distribution(table: CircuitTable) -> NDArray[np.float64]:
    """Return the exact outcome probabilities, shape (n_circuits, n_outcomes), from statevectors.

    They are Qiskit's where it is installed, and NumPy's elsewhere (`probabilities`). Values within 1e-15 of a
    simple number are snapped to 15 decimals, so that an outcome of probability 0 is never drawn, and both say
    the same.
    """
    rows = np.zeros((len(table.circuits), table.n_outcomes))
    for row, circuit in zip(rows, table.circuits, strict=True):
        row[: 2**circuit.n_clbits] = probabilities(circuit)
    return frozen(np.round(rows, 15))


class ExactSampler(Sampler):
    """Outcome distribution of each circuit from its statevector, outcomes drawn with NumPy."""

    name = "exact"

    def sample(self, table: CircuitTable, index: NDArray[np.uint16], rng: np.random.Generator) -> Bits:
        shares = outcome_distribution(table)
        steps = np.round(np.cumsum(shares, axis=1), 15)[:, :-1]
        above = np.cumsum(shares[:, :0:-1], axis=1)[:, ::-1]  # of all outcomes after each step
        steps = np.where(above > 0, steps, 1.0)  # or what rounding leaves would be an outcome of its own
        uniform = rng.random(len(index))
        outcome = np.zeros(len(index), dtype=np.uint8)
        for step in steps.T:
            outcome += uniform >= step[index]
        return outcome


class ShotsSampler(Sampler):
    """Every pulse is one shot of its circuit on Qiskit Aer."""

    name = "shots"

    def sample(self, table: CircuitTable, index: NDArray[np.uint16], rng: np.random.Generator) -> Bits:
        outcome = np.zeros(len(index), dtype=np.uint8)
        counts = np.bincount(as_index(index), minlength=len(table.circuits))
        used = np.flatnonzero(counts)
        if not len(used):
            return outcome
        order = np.argsort(index, kind="stable")
        stops = np.cumsum(counts)
        aer = qiskit_module("qiskit_aer.primitives", "shots")  # first: it says that shots need it
        circuits = qiskit_circuits(table)
        # Aer replays an integer seed for every circuit with another number of shots: a fresh one for each
        seeds = rng.integers(2**31, size=len(table.circuits))
        for i in used:
            job = aer.SamplerV2(seed=int(seeds[i])).run([(circuits[i], None, int(counts[i]))])
            data = job.result()[0].data
            drawn = classical_bits(circuits[i], data)
            outcome[order[stops[i] - counts[i] : stops[i]]] = outcome_numbers(drawn)
        return outcome


SAMPLERS: dict[str, Sampler] = {sampler.name: sampler for sampler in (ExactSampler(), ShotsSampler())}
"""The samplers by name; they hold no state."""


def get_sampler(sampler: SamplerLike) -> Sampler:
    """Return the sampler that is meant.

    Parameters
    ----------
    sampler
        A name, ``"exact"`` or ``"shots"``; a `Sampler`; or a Qiskit ``BackendV2`` or ``BaseSamplerV2``,
        which is put into a `DeviceSampler`.

    Raises
    ------
    ValueError
        If it is anything else.
    """
    if isinstance(sampler, Sampler):
        return sampler
    if is_device(sampler):
        return DeviceSampler(sampler)
    if not isinstance(sampler, str):
        names = ", ".join(map(repr, SAMPLERS))
        raise ValueError(
            f"sampler must be {names}, a Sampler, a BackendV2 or a BaseSamplerV2, got {shown(sampler)}"
        )
    found: Sampler = SAMPLERS[check_choice("sampler", sampler, tuple(SAMPLERS))]
    return found
