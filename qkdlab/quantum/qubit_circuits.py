"""Circuits of one qubit by itself, and of a try to copy it; each photon is a shot of them."""

from __future__ import annotations

from collections.abc import Sequence
from math import radians

import numpy as np

from ..extras import is_installed
from ..values import Basis, Bits, check_count, frozen
from .circuits import CircuitTable
from .gates.circuit import Circuit
from .gates.circuit_builder import CircuitBuilder
from .qubit_state import BASIS_STATES, QubitState
from .sampling import ExactSampler, ShotsSampler
from .tactics import turn


def _prepare(circuit: CircuitBuilder, state: QubitState) -> None:
    """Append what makes `state` of |0⟩, up to a global phase: for basis states the textbook's gates.

    R_y(2θ) |0⟩ = cos θ |0⟩ + sin θ |1⟩, and R_z(φ) multiplies |1⟩ by e^{iφ} (Nielsen and Chuang, 4.2).
    """
    for (basis, bit), known in BASIS_STATES.items():
        if state == known:
            if bit:
                circuit.x(0)
            turn(circuit, basis, 0, back=True)
            return
    circuit.ry(2 * radians(state.angle_deg), 0)  # the angle on the Bloch sphere is twice that in the room
    if state.phase_deg:
        circuit.rz(radians(state.phase_deg), 0)


def measured_circuit(state: QubitState, bases: Sequence[Basis]) -> Circuit:
    """Return the circuit that prepares `state` and measures it in `bases`, one after another.

    Classical bit i is the result in ``bases[i]``. Between two measurements the qubit is turned back, so that
    it is in the state that was found.

    >>> [gate.name for gate in measured_circuit(QubitState(angle_deg=45), [Basis.X, Basis.Z]).gates]
    ['h', 'barrier', 'h', 'measure', 'h', 'barrier', 'measure']
    """
    circuit = CircuitBuilder({"q": 1}, {"c": len(bases)})
    _prepare(circuit, state)
    for place, basis in enumerate(bases):
        circuit.barrier()
        turn(circuit, basis, 0)
        circuit.measure(0, place)
        if place + 1 < len(bases):
            turn(circuit, basis, 0, back=True)
    return circuit.build()


def copied_circuit(state: QubitState, basis: Basis) -> Circuit:
    """Return the circuit that prepares `state`, tries to copy it by a CNOT, and measures both in `basis`.

    Classical bit 0 is that of the original, bit 1 that of the "copy". CNOT makes a |00⟩ + b |11⟩ of
    (a |0⟩ + b |1⟩) |0⟩, which is no product unless a or b is 0 (Nielsen and Chuang, 1.3.5).

    >>> [gate.name for gate in copied_circuit(QubitState(), Basis.Z).gates]
    ['barrier', 'cx', 'barrier', 'measure', 'measure']
    """
    circuit = CircuitBuilder({"q": 2}, {"c": 2})
    _prepare(circuit, state)
    circuit.barrier()
    circuit.cx(0, 1)
    circuit.barrier()
    for qubit in (0, 1):
        turn(circuit, basis, qubit)
    for qubit in (0, 1):
        circuit.measure(qubit, qubit)
    return circuit.build()


def run_shots(circuit: Circuit, n_shots: int, rng: np.random.Generator) -> Bits:
    """Return the classical bits of `n_shots` runs, a photon each, in the order they came.

    They are shots on Qiskit Aer. Where it is not installed, as in a browser, each photon is drawn from the
    exact probabilities of the circuit: the same statistics, but other numbers for a seed.

    Parameters
    ----------
    circuit
        With one to eight classical bits.
    n_shots
        0 or more.
    rng
        Gives the simulator its seed, or draws.

    Returns
    -------
    uint8, shape (n_shots, n_bits), column i being the classical bit i; read-only.
    """
    check_count("n_shots", n_shots)
    table = CircuitTable((circuit,), n_tactics=1, n_bases=1)
    sampler = ShotsSampler() if is_installed("qiskit_aer") else ExactSampler()
    numbers = sampler.sample(table, np.zeros(n_shots, dtype=np.uint16), rng)
    return frozen(numbers[:, None] >> np.arange(circuit.n_clbits, dtype=np.uint8) & np.uint8(1))
