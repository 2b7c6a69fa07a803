"""The few distinct circuits of a run: prepare → Eve → channel noise → measure.

Every circuit is unitary up to the final measurement, the channel noise included (its environment
is two more qubits), so that any Qiskit sampler can run it. Classical registers: ``bob`` (one bit),
``alice`` (one bit) where she measures half of a pair, and ``eve`` where Eve has probes. A joint outcome is
the number that these bits are, Bob's the lowest.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import asin, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister

from ..values import Basis, Bits, check_probability
from .protocol import Protocol, Signal
from .tactics import PASS, Tactic, turn

PHOTON = 0
"""The photon is the first qubit of every circuit; Eve's probes follow, then the environment."""


PARTNER = 1
"""Alice's half of an entangled pair, where there is one; Eve's probes follow then."""


def _prepare(circuit: QuantumCircuit, signal: Signal, qubit: int = PHOTON) -> None:
    if signal.value:
        circuit.x(qubit)
    turn(circuit, signal.basis, qubit, back=True)


def _depolarize(circuit: QuantumCircuit, environment: range, probability: float) -> None:
    """Apply ρ → (1 - p) ρ + p I/2 by its unitary dilation.

    The environment is brought to √(1 - 3p/4)|00⟩ + √(p/4)(|01⟩ + |10⟩ + |11⟩), whose four values
    control I, X, Z and XZ on the photon; it is never measured.
    """
    first, second = environment
    circuit.ry(2 * asin(sqrt(probability / 2)), first)
    circuit.ry(2 * asin(sqrt(probability / 4 / (1 - probability / 2))), second)
    # P(second | first = 1) must be 1/2: turn by what is still missing to π/2
    circuit.cry(np.pi / 2 - 2 * asin(sqrt(probability / 4 / (1 - probability / 2))), first, second)
    circuit.cx(first, PHOTON)
    circuit.cz(second, PHOTON)


def build_circuit(
    signal: Signal,
    basis: Basis,
    *,
    tactic: Tactic | None = None,
    depolarizing_probability: float = 0.0,
) -> QuantumCircuit:
    """Return the circuit of one pulse: Alice does what `signal` says, Bob measures in `basis`.

    Parameters
    ----------
    signal, basis
        What Alice prepares, or in which basis she measures her half of a pair (if `signal.bit` is None),
        and in which basis Bob measures.
    tactic
        What Eve does to this pulse; None if she lets it pass.
    depolarizing_probability
        Probability p, 0 … 1, that the channel replaces the qubit by a random one, after Eve.
    """
    p = check_probability("depolarizing_probability", depolarizing_probability)
    n_probes = tactic.n_probes if tactic else 0
    paired = signal.bit is None
    registers = [QuantumRegister(1, "photon")]
    if paired:
        registers.append(QuantumRegister(1, "partner"))
    if n_probes:
        registers.append(QuantumRegister(n_probes, "probe"))
    if p:
        registers.append(QuantumRegister(2, "environment"))
    bob = ClassicalRegister(1, "bob")
    circuit = QuantumCircuit(*registers, bob)
    probes = range(1 + paired, 1 + paired + n_probes)
    if paired:
        circuit.h(PARTNER)
        circuit.cx(PARTNER, PHOTON)
    else:
        _prepare(circuit, signal)
    if tactic:
        if tactic.holds_copy:
            if paired:
                raise ValueError(f"tactic must not need a copy of the photon of a pair, got {tactic!r}")
            _prepare(circuit, signal, probes[0])
        circuit.barrier()
        tactic.apply(circuit, PHOTON, probes)
    if p:
        circuit.barrier()
        _depolarize(circuit, range(probes.stop, probes.stop + 2), p)
    circuit.barrier()
    turn(circuit, basis, PHOTON)
    circuit.measure(PHOTON, bob[0])
    if paired:
        turn(circuit, signal.basis, PARTNER)
        alice = ClassicalRegister(1, "alice")
        circuit.add_register(alice)
        circuit.measure(PARTNER, alice[0])
    if tactic:
        tactic.read_out(circuit, probes, signal.axis)
        eve = ClassicalRegister(n_probes, "eve")
        circuit.add_register(eve)
        circuit.measure(list(probes), list(eve))
    return circuit


def gate_list(circuit: QuantumCircuit) -> list[dict[str, Any]]:
    """Return the operations of a circuit as plain data, in order, for a drawing.

    Each has "name" (as Qiskit calls it), "qubits" (controls first), "parameters" in radians and "clbits".

    >>> from qkdlab.quantum.protocols import BB84
    >>> circuit = build_circuit(BB84.signals[3], Basis.Z)
    >>> [gate["name"] for gate in gate_list(circuit)]
    ['x', 'h', 'barrier', 'measure']
    """
    return [
        {
            "name": str(step.operation.name),
            "qubits": [int(circuit.find_bit(qubit).index) for qubit in step.qubits],
            "parameters": [float(parameter) for parameter in step.operation.params],
            "clbits": [int(circuit.find_bit(bit).index) for bit in step.clbits],
        }
        for step in circuit.data
    ]


def waits_for_bases(tactic: Tactic) -> bool:
    """Return whether Eve reads her probes in a way that depends on the announced basis.

    >>> from qkdlab.quantum.tactics import PhaseCovariantCloner, ZProbe
    >>> waits_for_bases(PhaseCovariantCloner(0.11)), waits_for_bases(ZProbe(1.0))
    (True, False)
    """
    read_outs = []
    for basis in (Basis.Z, Basis.X):
        circuit = QuantumCircuit(tactic.n_probes)
        tactic.read_out(circuit, range(tactic.n_probes), basis)
        read_outs.append(circuit)
    return bool(read_outs[0] != read_outs[1])


@dataclass(frozen=True, eq=False)
class CircuitTable:
    """All distinct circuits of a run, and where in the table a pulse's circuit stands.

    The circuit of signal s, tactic t (0: untouched) and basis number b has the index
    ``(s * n_tactics + t) * n_bases + b``, where n_tactics counts the untouched one too.
    """

    circuits: tuple[QuantumCircuit, ...]
    n_tactics: int
    n_bases: int

    @property
    def n_outcomes(self) -> int:
        """Number of joint outcomes: Bob's bit, then Alice's if she measures, then what Eve's probes show."""
        return 1 << max(int(circuit.num_clbits) for circuit in self.circuits)

    def index(self, signals: Bits, tactics: Bits, bases: Bits) -> NDArray[np.uint16]:
        """Return the circuit index of each pulse, uint16, shape (n,), by the formula above."""
        row = signals.astype(np.uint16)
        row *= np.uint16(self.n_tactics)
        row += tactics
        row *= np.uint16(self.n_bases)
        row += bases
        return row


@lru_cache(maxsize=256)
def circuit_table(
    protocol: Protocol, tactics: tuple[Tactic, ...], depolarizing_probability: float
) -> CircuitTable:
    """Return the (cached) table of the circuits that a protocol, an attack and a noise need."""
    options: list[Tactic | None] = [None, *tactics]
    if options[PASS] is not None:
        raise ValueError("the untouched pulse must come first")
    circuits = tuple(
        build_circuit(signal, basis, tactic=option, depolarizing_probability=depolarizing_probability)
        for signal in protocol.signals
        for option in options
        for basis, _ in protocol.bases
    )
    return CircuitTable(circuits, len(options), len(protocol.bases))
