"""The few distinct circuits of a run: prepare → Eve → channel noise → measure.

Every circuit is unitary up to the final measurement, the channel noise included (its environment
is two more qubits), so that any Qiskit sampler can run it. Circuits are data, and `to_qiskit` makes Qiskit's
of them. Classical registers: ``bob`` (one bit), ``alice`` (one bit) where she measures half of a pair, and
``eve`` where Eve has probes. A joint outcome is the number that these bits are, Bob's the lowest.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import asin, sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..values import Basis, Bits, check_probability
from .gates.circuit import Circuit
from .gates.circuit_builder import CircuitBuilder
from .gates.qiskit_circuit import to_qiskit
from .protocol import Protocol, Signal
from .tactics import PASS, Tactic, turn

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

PHOTON = 0
"""The photon is the first qubit of every circuit; Eve's probes follow, then the environment."""


PARTNER = 1
"""Alice's half of an entangled pair, where there is one; Eve's probes follow then."""


def _prepare(circuit: CircuitBuilder, signal: Signal, qubit: int = PHOTON) -> None:
    if signal.value:
        circuit.x(qubit)
    turn(circuit, signal.basis, qubit, back=True)


def _depolarize(circuit: CircuitBuilder, environment: range, probability: float) -> None:
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
) -> Circuit:
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
    qubits = {"photon": 1, "partner": int(paired), "probe": n_probes, "environment": 2 if p else 0}
    clbits = {"bob": 1, "alice": int(paired), "eve": n_probes}
    circuit = CircuitBuilder(qubits, clbits)
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
    circuit.measure(PHOTON, 0)
    if paired:
        turn(circuit, signal.basis, PARTNER)
        circuit.measure(PARTNER, 1)
    if tactic:
        tactic.read_out(circuit, probes, signal.axis)
        for clbit, probe in enumerate(probes, start=1 + paired):
            circuit.measure(probe, clbit)
    return circuit.build()


def waits_for_bases(tactic: Tactic) -> bool:
    """Return whether Eve reads her probes in a way that depends on the announced basis.

    >>> from qkdlab.quantum.tactics import PhaseCovariantCloner, ZProbe
    >>> waits_for_bases(PhaseCovariantCloner(0.11)), waits_for_bases(ZProbe(1.0))
    (True, False)
    """
    read_outs = []
    for basis in (Basis.Z, Basis.X):
        circuit = CircuitBuilder({"probe": tactic.n_probes})
        tactic.read_out(circuit, range(tactic.n_probes), basis)
        read_outs.append(circuit.build())
    return read_outs[0] != read_outs[1]


@dataclass(frozen=True, eq=False)
class CircuitTable:
    """All distinct circuits of a run, and where in the table a pulse's circuit stands.

    The circuit of signal s, tactic t (0: untouched) and basis number b has the index
    ``(s * n_tactics + t) * n_bases + b``, where n_tactics counts the untouched one too.
    """

    circuits: tuple[Circuit, ...]
    n_tactics: int
    n_bases: int

    @property
    def n_outcomes(self) -> int:
        """Number of joint outcomes: Bob's bit, then Alice's if she measures, then what Eve's probes show."""
        return 1 << max(circuit.n_clbits for circuit in self.circuits)

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


@lru_cache(maxsize=256)
def qiskit_circuits(table: CircuitTable) -> tuple[QuantumCircuit, ...]:
    """Return the (cached) circuits of a table as Qiskit's, in order; not to be changed.

    Raises
    ------
    MissingQiskit
        If Qiskit is not installed.
    """
    return tuple(to_qiskit(circuit) for circuit in table.circuits)
