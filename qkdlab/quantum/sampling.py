"""Outcomes for many pulses from few circuits.

A sampler is given a table of circuits and, for each pulse, which of them it runs; it returns one
joint outcome a pulse. Outcome = Bob's bit + 2 × the number on Eve's probes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import lru_cache
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from qiskit.quantum_info import Statevector
from qiskit_aer.primitives import SamplerV2

from ..values import Bits, check_choice
from .circuits import CircuitTable


class Sampler(ABC):
    """Draws the outcome of every pulse."""

    name: ClassVar[str]

    @abstractmethod
    def sample(self, table: CircuitTable, index: NDArray[np.uint16], rng: np.random.Generator) -> Bits:
        """Return the outcome of each pulse.

        Parameters
        ----------
        table
            The distinct circuits.
        index
            uint16, shape (n,): which circuit each pulse runs.
        rng
            Source of all randomness of the outcomes.

        Returns
        -------
        uint8 array, shape (n,): Bob's bit + 2 × the number on Eve's probes.
        """


@lru_cache(maxsize=32)
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
    rows = np.round(rows, 15)
    rows.setflags(write=False)
    return rows


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
        counts = np.bincount(index, minlength=len(table.circuits))
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
            drawn = data["bob"].array[:, 0].astype(np.uint8)
            if "eve" in data:
                drawn = drawn + 2 * data["eve"].array[:, -1]
            outcome[order[stops[i] - counts[i] : stops[i]]] = drawn
        return outcome


SAMPLERS: dict[str, Sampler] = {sampler.name: sampler for sampler in (ExactSampler(), ShotsSampler())}
"""The samplers by name; they hold no state."""


def get_sampler(name: str) -> Sampler:
    """Return the sampler of that name: ``"exact"`` or ``"shots"``."""
    sampler: Sampler = SAMPLERS[check_choice("sampler", name, tuple(SAMPLERS))]
    return sampler
