"""Qiskit's circuit of a circuit: for its statevectors and drawings, Aer's shots, and devices.

The one place that makes Qiskit circuits. Qiskit is imported when the first is asked for.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...errors import MissingQiskit
from ...extras import qiskit_module
from .circuit import Circuit, Gate
from .circuit_text import gate_label
from .deferred import Deferred
from .statevector import gate_matrix

if TYPE_CHECKING:
    from qiskit import QuantumCircuit


def import_before_threads() -> None:
    """Import Qiskit in this thread, if it is installed.

    With Qiskit 2.6 the process crashes where a thread that has ended imported it first, the main thread has
    made a register since, and another thread makes one.
    """
    with suppress(MissingQiskit):
        qiskit_module("qiskit", "Qiskit circuits")


def to_qiskit(circuit: Circuit) -> QuantumCircuit:
    """Return the same circuit as a ``QuantumCircuit``; a new one each time.

    Raises
    ------
    MissingQiskit
        If Qiskit is not installed.

    Examples
    --------
    >>> from .circuit_builder import CircuitBuilder
    >>> flip = CircuitBuilder({"photon": 1}, {"bob": 1})
    >>> flip.x(0)
    >>> flip.measure(0, 0)
    >>> [step.operation.name for step in to_qiskit(flip.build()).data]
    ['x', 'measure']
    """
    qiskit = qiskit_module("qiskit", "Qiskit circuits")
    made: QuantumCircuit = qiskit.QuantumCircuit(
        *(qiskit.QuantumRegister(register.size, register.name) for register in circuit.qubit_registers),
        *(qiskit.ClassicalRegister(register.size, register.name) for register in circuit.clbit_registers),
    )
    for gate in circuit.gates:
        if gate.name == "times":
            _append_times(made, gate)
        else:
            getattr(made, gate.name)(*gate.parameters, *gate.qubits, *gate.clbits)
    return made


def _append_times(made: QuantumCircuit, gate: Gate) -> None:
    library = qiskit_module("qiskit.circuit.library", "Qiskit circuits")
    label = gate_label(gate.name, gate.parameters)
    made.append(library.UnitaryGate(gate_matrix(gate), label=label), gate.qubits)


def read_probabilities_by_qiskit(put_off: Deferred) -> NDArray[np.float64]:
    """Return how likely each number on the qubits that are read is, the first the lowest digit.

    float64, shape (2^n,) for n qubits that are read; `MissingQiskit` if it is not installed.
    """
    quantum_info = qiskit_module("qiskit.quantum_info", "Qiskit's statevectors")
    state = quantum_info.Statevector(to_qiskit(put_off.circuit))
    shares = state.probabilities([qubit for qubit in put_off.read if qubit is not None])
    return np.asarray(shares, dtype=float)
