"""Measurements put off to the end of a circuit, so that all before them is unitary."""

from __future__ import annotations

from dataclasses import dataclass

from .circuit import Circuit, Gate, Register


@dataclass(frozen=True, kw_only=True, slots=True)
class Deferred:
    """A circuit without measurements, and which of its qubits the classical bits would show.

    Parameters
    ----------
    circuit
        The gates. Qubits that keep results come last, in a register "record".
    read
        The qubit of each classical bit, all different; None for a bit that nothing is written to.
    """

    circuit: Circuit
    read: tuple[int | None, ...]


def deferred(circuit: Circuit) -> Deferred:
    """Return a circuit of the same statistics with no measurement before its end.

    A measurement after which its qubit is used again becomes a CNOT onto a fresh qubit, which nothing touches
    any more: the principle of deferred measurement (Nielsen and Chuang, 4.4). Of two results in one
    classical bit the later stays.

    >>> from .circuit_builder import CircuitBuilder
    >>> twice = CircuitBuilder({"q": 1}, {"c": 2})
    >>> twice.measure(0, 0)
    >>> twice.h(0)
    >>> twice.measure(0, 1)
    >>> put_off = deferred(twice.build())
    >>> [gate.name for gate in put_off.circuit.gates], put_off.read
    (['cx', 'h'], (1, 0))
    """
    gates: list[Gate] = []
    read: list[int | None] = [None] * circuit.n_clbits
    n_qubits = circuit.n_qubits
    for place, gate in enumerate(circuit.gates):
        if gate.name != "measure":
            gates.append(gate)
            continue
        (qubit,), (clbit,) = gate.qubits, gate.clbits
        later = (other for other in circuit.gates[place + 1 :] if other.name != "barrier")
        if any(qubit in other.qubits for other in later):
            gates.append(Gate("cx", (qubit, n_qubits)))
            qubit, n_qubits = n_qubits, n_qubits + 1
        read[clbit] = qubit
    n_records = n_qubits - circuit.n_qubits
    records = (Register("record", n_records),) if n_records else ()
    unitary = Circuit(qubit_registers=(*circuit.qubit_registers, *records), gates=tuple(gates))
    return Deferred(circuit=unitary, read=tuple(read))
