"""Outcomes for many pulses from few circuits.

A sampler is given a table of circuits and, for each pulse, which of them it runs; it returns one
joint outcome a pulse, whose digits are the circuit's classical bits. Here are the two samplers that need no
device; `devices` has the one that runs on anything else.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from qiskit.primitives import BaseSamplerV2
from qiskit.providers import BackendV2
from qiskit.quantum_info import Statevector
from qiskit_aer.primitives import SamplerV2

from ..errors import shown
from ..values import Bits, as_index, check_choice, frozen
from .circuits import CircuitTable
from .devices import DeviceSampler
from .outcomes import Sampler, classical_bits, outcome_numbers

__all__ = [
    "SAMPLERS",
    "ExactSampler",
    "Sampler",
    "SamplerLike",
    "ShotsSampler",
    "get_sampler",
    "outcome_distribution",
]

SamplerLike: TypeAlias = str | Sampler | BackendV2 | BaseSamplerV2
"""What may be given as a sampler; `get_sampler` makes a `Sampler` of it."""


@lru_cache(maxsize=256)
def outcome_distribution(table: CircuitTable) -> NDArray[np.float64]:
    """Return the exact outcome probabilities, shape (n_circuits, n_outcomes), from statevectors.

    Values within 1e-15 of a simple number are snapped to 15 decimals, so that an outcome of
    probability 0 is never drawn.
    """
    rows = np.zeros((len(table.circuits), table.n_outcomes))
    for row, circuit in zip(rows, table.circuits, strict=True):
        state = Statevector(circuit.remove_final_measurements(inplace=False))
        measured = list(range(circuit.num_clbits))  # the photon, then the probes
        row[: 2 ** len(measured)] = state.probabilities(measured)
    return frozen(np.round(rows, 15))


class ExactSampler(Sampler):
    """Outcome distribution of each circuit from Qiskit's statevector, outcomes drawn with NumPy."""

    name = "exact"

    def sample(self, table: CircuitTable, index: NDArray[np.uint16], rng: np.random.Generator) -> Bits:
        steps = np.round(np.cumsum(outcome_distribution(table), axis=1), 15)[:, :-1]
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
        # Aer replays an integer seed for every circuit with another number of shots: a fresh one for each
        seeds = rng.integers(2**31, size=len(table.circuits))
        for i in used:
            job = SamplerV2(seed=int(seeds[i])).run([(table.circuits[i], None, int(counts[i]))])
            data = job.result()[0].data
            drawn = classical_bits(table.circuits[i], data)
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
    if isinstance(sampler, BackendV2 | BaseSamplerV2):
        return DeviceSampler(sampler)
    if not isinstance(sampler, str):
        names = ", ".join(map(repr, SAMPLERS))
        raise ValueError(
            f"sampler must be {names}, a Sampler, a BackendV2 or a BaseSamplerV2, got {shown(sampler)}"
        )
    found: Sampler = SAMPLERS[check_choice("sampler", sampler, tuple(SAMPLERS))]
    return found
