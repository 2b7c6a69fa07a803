"""How likely a device flips a bit, by what its maker measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qiskit import QuantumCircuit
    from qiskit.transpiler import Target


def calibrated_error(circuit: QuantumCircuit, target: Target) -> float:
    """Return how likely the bit of a one-qubit circuit is flipped, by the calibration data of a backend.

    A gate of average infidelity r flips the outcome with probability r, as depolarisation would; gates add
    up as 1 - 2f = ∏ (1 - 2 rᵢ). The readout is wrong with probability e, the mean over both values, which
    makes f (1 - e) + (1 - f) e. Exact for depolarising gates and bits that are 0 and 1 equally often;
    relaxation treats |0⟩ better than the mean and |1⟩ worse.

    Parameters
    ----------
    circuit
        A transpiled circuit.
    target
        The ``Target`` of the backend, which holds the calibration data; what is missing there counts as 0.

    Raises
    ------
    ValueError
        If a gate acts on several qubits, or gates act on a qubit that is not the measured one.
    """
    coherence, used = 1.0, set()
    for instruction in circuit.data:
        name = instruction.operation.name
        if name == "barrier":
            continue
        qubits = tuple(circuit.find_bit(qubit).index for qubit in instruction.qubits)
        used.add(qubits)
        properties = target[name].get(qubits) if name in target else None
        coherence *= 1 - 2 * (getattr(properties, "error", None) or 0.0)
    if len(used) != 1 or len(next(iter(used))) != 1:
        raise ValueError(f"circuit must have gates on one qubit only, got gates on {sorted(used)}")
    return (1 - coherence) / 2
