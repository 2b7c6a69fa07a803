"""What a session would ask of a device, before anything is sent to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..quantum.circuits import CircuitTable
from ..quantum.devices import DeviceSampler, Entry
from ..quantum.sampling import Sampler, get_sampler
from ..settings.session_settings import SessionSettings
from ..values import Bits, as_index
from .report import number
from .session import run_session


@dataclass(frozen=True, kw_only=True, slots=True)
class JobEstimate:
    """The size of the jobs of a session.

    Parameters
    ----------
    sampler
        The name of the sampler.
    n_pulses
        Pulses to be measured: those that click, and the first 200 of the run.
    n_circuits
        Distinct circuits among them.
    n_qubits
        Qubits of the widest of them, without copies.
    depth, n_two_qubit_gates
        Depth of the deepest, and gates on two qubits of the one that has most; as the device runs them,
        copies included.
    copies
        Pulses that a shot makes, at most.
    n_shots, n_jobs
        Shots in all, and jobs that they are sent in; 0 if no device takes part.
    """

    sampler: str
    n_pulses: int
    n_circuits: int
    n_qubits: int
    depth: int
    n_two_qubit_gates: int
    copies: int
    n_shots: int
    n_jobs: int

    def __str__(self) -> str:
        def of(count: int, name: str) -> str:
            return f"{number(count)} {name}" + ("" if count == 1 else "s")

        size = f"{of(self.n_circuits, 'distinct circuit')}, {of(self.n_qubits, 'qubit')} at most"
        gates = f"depth {self.depth} and {of(self.n_two_qubit_gates, 'two-qubit gate')} at most"
        shots = f"about {of(self.n_shots, 'shot')} in {of(self.n_jobs, 'job')}"
        if self.copies > 1:
            shots += f", up to {self.copies} pulses a shot"
        if not self.n_jobs:
            shots = "none: no device takes part"
        return "\n".join(
            [
                f"Job estimate for {self.sampler}",
                f"  pulses    {number(self.n_pulses)} to be measured",
                f"  circuits  {size}",
                f"  gates     {gates}",
                f"  shots     {shots}",
            ]
        )


class _Rehearsal(Sampler):
    """Takes the place of a sampler, and notes what it would be asked for."""

    name = "rehearsal"

    def __init__(self) -> None:
        self.blocks: list[tuple[CircuitTable, NDArray[np.int64]]] = []

    def sample(self, table: CircuitTable, index: NDArray[np.uint16], rng: np.random.Generator) -> Bits:
        self.blocks.append((table, np.bincount(as_index(index), minlength=len(table.circuits))))
        return np.zeros(len(index), dtype=np.uint8)


def estimate_job(settings: SessionSettings | None = None, /, **changes: Any) -> JobEstimate:
    """Return what a session would ask of its device. Nothing is sent to the device.

    The session is rehearsed with every outcome 0: it draws the same pulses and the same losses, which takes
    about as long as with the exact sampler. Circuits are transpiled, and need not be again in the run. The
    number of shots is that of the run but for double clicks, which change which bases Bob takes next, and
    afterpulses, which follow the outcomes.

    Parameters
    ----------
    settings, **changes
        As for `run_session`.

    Raises
    ------
    ValueError, TypeError
        If a setting is out of range, unknown or missing.

    Examples
    --------
    >>> from qkdlab import IDEAL_LINK
    >>> from qiskit_aer import AerSimulator
    >>> print(estimate_job(n_pulses=5_000, seed=1, link=IDEAL_LINK, sampler=AerSimulator()))
    Job estimate for aer_simulator
      pulses    5,000 to be measured
      circuits  8 distinct circuits, 1 qubit at most
      gates     depth 3 and 0 two-qubit gates at most
      shots     about 5,304 shots in 2 jobs
    """
    settings = replace(settings, **changes) if settings else SessionSettings(**changes)
    sampler, rehearsal = get_sampler(settings.sampler), _Rehearsal()
    run_session(replace(settings, sampler=rehearsal))
    used: set[tuple[CircuitTable, int]] = set()
    jobs: list[tuple[Entry, ...]] = []
    sizes, copies, n_qubits = [(0, 0)], 1, 0
    for table, counts in rehearsal.blocks:
        made = sampler.circuits(table) if isinstance(sampler, DeviceSampler) else None
        for row in np.flatnonzero(counts).tolist():
            if (table, row) in used:
                continue
            used.add((table, row))
            n_qubits = max(n_qubits, table.circuits[row].n_qubits)
            one = table.circuits[row]
            sizes.append(made[row].size if made else (one.depth, one.n_nonlocal_gates))
            copies = max(copies, made[row].copies if made else 1)
        if isinstance(sampler, DeviceSampler):
            jobs += sampler.jobs(table, counts)
    return JobEstimate(
        sampler=sampler.name,
        n_pulses=sum(int(counts.sum()) for _, counts in rehearsal.blocks),
        n_circuits=len(used),
        n_qubits=n_qubits,
        depth=max(depth for depth, _ in sizes),
        n_two_qubit_gates=max(count for _, count in sizes),
        copies=copies,
        n_shots=sum(entry.shots for job in jobs for entry in job),
        n_jobs=len(jobs),
    )
