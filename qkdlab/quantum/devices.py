"""Devices: a Qiskit backend or sampler primitive runs the circuits, with all errors that it has.

A backend may be a simulator with a noise model, a fake device or hardware. Every distinct circuit is
transpiled once, and the pulses of a block go to the device in one job, with as many shots for each circuit
as there are pulses that run it.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import DeviceError, MissingExtra, shown
from ..extras import extra_needed
from ..values import Bits, as_index, check_count
from .calibration import calibrated_error
from .circuits import CircuitTable, qiskit_circuits
from .device_kinds import IBM_RUNTIME, has_one_shot_number, is_backend, is_device, is_ibm_hardware, of_qiskit
from .outcomes import Sampler, classical_bits, outcome_numbers

if TYPE_CHECKING:
    from qiskit import QuantumCircuit
    from qiskit.primitives import BaseSamplerV2
    from qiskit.providers import BackendV2

TRANSPILER_SEED = 2026
"""Layout and routing are drawn with this seed, so that they are the same in every process."""

ENTRY_COST = 100
"""A further circuit in a job is taken to cost as much as this many shots."""


class DeviceCircuit(NamedTuple):
    """A circuit as the device runs it, and how many pulses a shot of it makes."""

    circuit: QuantumCircuit
    copies: int

    @property
    def size(self) -> tuple[int, int]:
        """Its depth, and its number of gates on two qubits or more."""
        return int(self.circuit.depth()), int(self.circuit.num_nonlocal_gates())


class Entry(NamedTuple):
    """One circuit in a job: its row in the table, and its shots."""

    row: int
    shots: int


@dataclass(frozen=True)
class DeviceSampler(Sampler):
    """Every pulse is a shot on a device.

    The device's errors come on top of those of the link: a session cannot tell them from Eve's. With a
    backend, every job gets a seed from the session's generator; simulators such as Aer and the fake devices
    then give the same numbers for the same settings. A primitive keeps the seed it was made with, and
    hardware has none: there, the same settings give the same pulses, but not the same outcomes.

    Parameters
    ----------
    device
        A ``BackendV2``, or a ``BaseSamplerV2``. Circuits are transpiled for the backend, or for that of the
        primitive (its ``backend``); for a primitive without one they stay as they are.
    copies
        Up to how many pulses a shot makes: as many copies of a circuit as fit on the backend, and no more
        than this, are put side by side. Each copy has qubits of its own, with errors of their own; a
        simulator slows down.
    optimization_level
        Of Qiskit's transpiler, 0 … 3. The parts of a circuit are separated by barriers, across which
        nothing is simplified: what Alice prepares is prepared, and what Bob turns is turned.
    max_shots
        Most shots of one entry of a job; None for what the backend says, if it says anything. A circuit that
        needs more is entered several times.

    Raises
    ------
    ValueError
        Naming the argument and the value that was refused.
    """

    device: BackendV2 | BaseSamplerV2
    copies: int = 1
    optimization_level: int = 2
    max_shots: int | None = None

    def __post_init__(self) -> None:
        if not is_device(self.device):
            raise ValueError(f"device must be a BackendV2 or a BaseSamplerV2, got {shown(self.device)}")
        check_count("copies", self.copies, minimum=1)
        check_count("optimization_level", self.optimization_level, maximum=3)
        if self.max_shots is not None:
            check_count("max_shots", self.max_shots, minimum=1)

    @property
    def backend(self) -> BackendV2 | None:
        """The backend the circuits are made for; None if the primitive has none."""
        if is_backend(self.device):
            return self.device
        found = getattr(self.device, "backend", None) or getattr(self.device, "_backend", None)
        if callable(found) and not is_backend(found):
            found = found()
        return found if is_backend(found) else None

    @property
    def name(self) -> str:
        """The name of the backend; for a primitive, its class and the backend's name."""
        names = [] if is_backend(self.device) else [type(self.device).__name__]
        if self.backend is not None:
            names.append(str(self.backend.name or type(self.backend).__name__))
        return " on ".join(names)

    def circuits(self, table: CircuitTable) -> tuple[DeviceCircuit, ...]:
        """Return the circuits of a table as the device runs them; transpiled once and then remembered."""
        if self.backend is None:
            return tuple(DeviceCircuit(circuit, 1) for circuit in qiskit_circuits(table))
        return _device_circuits(self.backend, table, self.copies, self.optimization_level)

    def jobs(self, table: CircuitTable, counts: NDArray[np.int64]) -> tuple[tuple[Entry, ...], ...]:
        """Return what would be sent to the device, job by job.

        Parameters
        ----------
        table
            The distinct circuits.
        counts
            int64, shape (n_circuits,): how many pulses run each.
        """
        copies = np.array([circuit.copies for circuit in self.circuits(table)])
        shots = -(-counts // copies)
        if not shots.any():
            return ()
        backend = self.backend
        limit = self.max_shots or getattr(backend, "max_shots", None) or int(shots.max())
        equal = has_one_shot_number(self.device)
        portion = _portion(shots, limit) if equal else limit
        entries = [
            Entry(int(row), portion if equal else int(min(portion, shots[row] - start)))
            for row in np.flatnonzero(shots)
            for start in range(0, int(shots[row]), portion)
        ]
        size = getattr(backend, "max_circuits", None) or len(entries)
        return tuple(tuple(entries[start : start + size]) for start in range(0, len(entries), size))

    def sample(self, table: CircuitTable, index: NDArray[np.uint16], rng: np.random.Generator) -> Bits:
        outcome = np.zeros(len(index), dtype=np.uint8)
        counts = np.bincount(as_index(index), minlength=len(table.circuits))
        drawn: dict[int, list[Bits]] = {}
        jobs = self.jobs(table, counts)
        for number, job in enumerate(jobs, start=1):
            found = self._run(table, job, rng, f"job {number} of {len(jobs)}")
            for entry, outcomes in zip(job, found, strict=True):
                drawn.setdefault(entry.row, []).append(outcomes)
        order, stops = np.argsort(index, kind="stable"), np.cumsum(counts)
        for row, parts in drawn.items():
            # Shuffled, because some devices give shots in the order of their values, and some are left over.
            shuffled = rng.permutation(np.concatenate(parts))
            outcome[order[stops[row] - counts[row] : stops[row]]] = shuffled[: counts[row]]
        return outcome

    def expected_errors(self, table: CircuitTable) -> NDArray[np.float64]:
        """Return how likely each circuit's bit is flipped, by the calibration data of the backend.

        For circuits in which only Bob's qubit has gates; float64, shape (n_circuits,). See
        `calibrated_error`.

        Raises
        ------
        ValueError
            If there is no backend, or a circuit has gates on several qubits.
        """
        if self.backend is None:
            raise ValueError(f"device must have a backend with calibration data, got {self.name}")
        single = _device_circuits(self.backend, table, 1, self.optimization_level)
        return np.array([calibrated_error(made.circuit, self.backend.target) for made in single])

    def _primitive(self, rng: np.random.Generator) -> BaseSamplerV2:
        if not is_backend(self.device):
            return self.device
        if is_ibm_hardware(self.device):
            with extra_needed("devices"):
                runtime = importlib.import_module(f"{IBM_RUNTIME}.executor_sampler")
            return runtime.Sampler(mode=self.device)
        make = of_qiskit("qiskit.primitives", "BackendSamplerV2")
        return make(backend=self.device, options={"seed_simulator": int(rng.integers(2**31))})

    def _run(
        self, table: CircuitTable, job: tuple[Entry, ...], rng: np.random.Generator, which: str
    ) -> list[Bits]:
        """Run one job and return the outcomes of each entry, uint8, at least as many as pulses are in it."""
        circuits = self.circuits(table)
        try:
            pubs = [(circuits[entry.row].circuit, None, entry.shots) for entry in job]
            data = [result.data for result in self._primitive(rng).run(pubs).result()]
            bits = [
                classical_bits(circuits[entry.row].circuit, shots)
                for entry, shots in zip(job, data, strict=False)
            ]
        except MissingExtra:
            raise
        except Exception as error:  # whatever a device may raise
            reason = str(error) or type(error).__name__
            raise DeviceError(f"{self.name} failed in {which}: {reason}") from error
        if len(bits) < len(job):
            raise DeviceError(f"{self.name} returned {len(bits)} of {len(job)} circuits in {which}")
        for entry, found in zip(job, bits, strict=True):
            if len(found) < entry.shots:
                raise DeviceError(
                    f"{self.name} returned {len(found)} of {entry.shots} shots of a circuit in {which}"
                )
        return [
            outcome_numbers(found.reshape(len(found) * circuits[entry.row].copies, -1))
            for entry, found in zip(job, bits, strict=True)
        ]


def _portion(shots: NDArray[np.int64], limit: int) -> int:
    """Return the equal number of shots in which shots of shape (n_circuits,) are asked for most cheaply.

    >>> _portion(np.array([2500, 2490, 2510]), limit=100_000), _portion(np.array([8000, 1000]), limit=5000)
    (2510, 1000)
    """
    most = int(shots.max())
    fewest = ceil(most / limit)
    candidates = [ceil(most / parts) for parts in range(fewest, 8 * fewest + 1)]
    return min(candidates, key=lambda portion: int((-(-shots // portion)).sum()) * (portion + ENTRY_COST))


@lru_cache(maxsize=32)
def _device_circuits(
    backend: BackendV2, table: CircuitTable, copies: int, optimization_level: int
) -> tuple[DeviceCircuit, ...]:
    """Return the (cached) circuits of a table, transpiled for a backend."""
    circuits = qiskit_circuits(table)
    widest = max(circuit.n_qubits for circuit in table.circuits)
    width = backend.num_qubits or copies * widest  # some simulators have no limit
    if widest > width:
        raise ValueError(
            f"sampler must have {widest} qubits for these settings, got {backend.name} with {width}"
        )
    packed = [min(copies, width // circuit.num_qubits) for circuit in circuits]
    passes = of_qiskit("qiskit.transpiler", "generate_preset_pass_manager")(
        optimization_level=optimization_level, backend=backend, seed_transpiler=TRANSPILER_SEED
    )
    wide = [side_by_side(circuit, n) for circuit, n in zip(circuits, packed, strict=True)]
    transpiled = passes.run(wide, num_processes=1)
    return tuple(DeviceCircuit(circuit, n) for circuit, n in zip(transpiled, packed, strict=True))


def side_by_side(circuit: QuantumCircuit, copies: int) -> QuantumCircuit:
    """Return a circuit of several copies of `circuit`, one after another in qubits and classical bits."""
    if copies == 1:
        return circuit
    qubits, bits = circuit.num_qubits, circuit.num_clbits
    wide: QuantumCircuit = of_qiskit("qiskit", "QuantumCircuit")(copies * qubits, copies * bits)
    for i in range(copies):
        wide.compose(
            circuit,
            qubits=range(i * qubits, (i + 1) * qubits),
            clbits=range(i * bits, (i + 1) * bits),
            inplace=True,
        )
    return wide
