"""The amplitudes of a circuit, with NumPy alone.

Amplitude number k is that of the basis state whose binary digits are the qubits, qubit 0 the lowest, as in
Qiskit's ``Statevector``.
"""

from __future__ import annotations

from cmath import exp
from collections.abc import Sequence
from math import cos, sin, sqrt
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .circuit import Circuit, Gate
from .deferred import Deferred

Matrix: TypeAlias = NDArray[np.complex128]

_FIXED: Final[dict[str, list[list[complex]]]] = {
    "x": [[0, 1], [1, 0]],
    "h": [[1 / sqrt(2), 1 / sqrt(2)], [1 / sqrt(2), -1 / sqrt(2)]],
    "s": [[1, 0], [0, 1j]],
    "sdg": [[1, 0], [0, -1j]],
    "z": [[1, 0], [0, -1]],
    "swap": [[1, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 1]],
}
_CONTROLLED: Final = {"cx": "x", "cz": "z", "cry": "ry", "cp": "p"}


def _one_qubit(name: str, parameters: Sequence[float]) -> Matrix:
    """Return the 2 × 2 matrix of a gate, or of what a controlled gate does (Nielsen and Chuang, 4.2)."""
    if name in _FIXED:
        return np.array(_FIXED[name], dtype=complex)
    (angle,) = parameters
    if name == "p":
        return np.array([[1, 0], [0, exp(1j * angle)]])
    if name == "rz":
        return np.array([[exp(-0.5j * angle), 0], [0, exp(0.5j * angle)]])
    c, s = cos(angle / 2), sin(angle / 2)
    if name == "rx":
        return np.array([[c, -1j * s], [-1j * s, c]])
    return np.array([[c, -s], [s, c]], dtype=complex)  # ry


def multiplied(factor: int, modulus: int, n_bits: int) -> NDArray[np.intp]:
    """Return what becomes of the numbers 0 … 2^n - 1 in a "times": intp, shape (2^n,).

    >>> multiplied(2, 3, 2).tolist()
    [0, 2, 1, 3]
    """
    numbers = np.arange(2**n_bits, dtype=np.intp)
    return np.where(numbers < modulus, factor * numbers % modulus, numbers)


def gate_matrix(gate: Gate) -> Matrix:
    """Return the unitary matrix of a gate, its first qubit the lowest digit; shape (2^n, 2^n).

    >>> gate_matrix(Gate("cx", (0, 1))).real.astype(int).tolist()
    [[1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0], [0, 1, 0, 0]]
    """
    if gate.name == "times":
        factor, modulus = map(int, gate.parameters)
        images = multiplied(factor, modulus, len(gate.qubits) - 1)
        matrix = np.eye(2 * len(images), dtype=complex)
        matrix[1::2, 1::2] = np.eye(len(images))[:, np.argsort(images)].T  # the control is the lowest digit
        return matrix
    if gate.name in _CONTROLLED:
        matrix = np.eye(4, dtype=complex)
        matrix[1::2, 1::2] = _one_qubit(_CONTROLLED[gate.name], gate.parameters)
        return matrix
    return _one_qubit(gate.name, gate.parameters)


def _apply(state: Matrix, gate: Gate) -> Matrix:
    """Return the state, shape (2,) * n, the last axis qubit 0, after a gate."""
    axes = [state.ndim - 1 - qubit for qubit in reversed(gate.qubits)]
    order = [*axes, *(axis for axis in range(state.ndim) if axis not in axes)]
    turned = state.transpose(order)
    columns = turned.reshape(2 ** len(axes), -1)
    if gate.name == "times":  # a permutation of rows, far larger than the other gates
        factor, modulus = map(int, gate.parameters)
        after = columns.copy()
        after[1 + 2 * multiplied(factor, modulus, len(axes) - 1)] = columns[1::2]
    else:
        after = np.dot(gate_matrix(gate), columns)
    return after.reshape(turned.shape).transpose(np.argsort(order))


def amplitudes(circuit: Circuit) -> Matrix:
    """Return the amplitudes after a circuit without measurements: complex128, shape (2^n,).

    `ValueError` if it has one: `deferred` puts them off.

    >>> from .circuit_builder import CircuitBuilder
    >>> bell = CircuitBuilder({"q": 2})
    >>> bell.h(0)
    >>> bell.cx(0, 1)
    >>> amplitudes(bell.build()).round(3).real.tolist()
    [0.707, 0.0, 0.0, 0.707]
    """
    state = np.zeros(2**circuit.n_qubits, dtype=complex)
    state[0] = 1
    state = state.reshape((2,) * circuit.n_qubits)
    for gate in circuit.gates:
        if gate.name == "measure":
            raise ValueError(f"circuit must have no measurement, got {gate!r}")
        if gate.acts:
            state = _apply(state, gate)
    return state.reshape(-1)


def read_probabilities(put_off: Deferred) -> NDArray[np.float64]:
    """Return how likely each number on the qubits that are read is, the first the lowest digit.

    float64, shape (2^n,) for n qubits that are read: the squares of the amplitudes, summed over the others.
    """
    n_qubits = put_off.circuit.n_qubits
    squared = np.abs(amplitudes(put_off.circuit)) ** 2
    wanted = [n_qubits - 1 - qubit for qubit in put_off.read if qubit is not None]
    shares = squared.reshape((2,) * n_qubits).sum(axis=tuple(set(range(n_qubits)) - set(wanted)))
    left = sorted(wanted)  # the axes that are left, as they stand now
    order = [left.index(axis) for axis in reversed(wanted)]
    result: NDArray[np.float64] = shares.transpose(order).reshape(-1)
    return result
