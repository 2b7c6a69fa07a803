"""The line below a circuit says of every gate what it does, and what it says is so."""

from typing import Any

import numpy as np
import pytest

from qkdlab import BeamSplitting, EntanglingProbe, InterceptResend, OptimalCloner, PhotonNumberSplitting
from qkdlab.lab.components.text import words_for
from qkdlab.quantum.circuits import build_circuit
from qkdlab.quantum.protocols import BB84
from qkdlab.quantum.qubit_circuits import copied_circuit, measured_circuit
from qkdlab.quantum.qubit_state import BASIS_STATES, QubitState
from qkdlab.values import Basis

GATES_DRAWN = {
    "hand": [
        build_circuit(signal, basis, tactic=tactic)
        for signal in BB84.signals
        for basis, _ in BB84.bases
        for tactic in (None, *InterceptResend().tactics)
    ],
    "qubits": [measured_circuit(state, list(Basis)[:3]) for state in BASIS_STATES.values()]
    + [measured_circuit(QubitState(angle_deg=30, phase_deg=40), [Basis.Z])]
    + [copied_circuit(state, Basis.Y) for state in BASIS_STATES.values()],
    "attacks": [
        build_circuit(BB84.signals[3], Basis.X, tactic=tactic)
        for attack in (
            *(InterceptResend(basis=basis) for basis in ("random", "Z", "X", "Breidbart")),
            EntanglingProbe(),
            OptimalCloner(disturbance=0.11),
            PhotonNumberSplitting(),
            BeamSplitting(),
        )
        for tactic in attack.tactics
    ],
}


@pytest.mark.parametrize("where", GATES_DRAWN)
def test_every_gate_that_is_drawn_is_explained(where: str) -> None:
    # would catch: a box "Ry 60°" or "S†" that nothing explains
    words = words_for("circuit_drawing")
    drawn = {gate["name"] for circuit in GATES_DRAWN[where] for gate in circuit.gate_list} - {"barrier"}
    assert {name for name in drawn if f"gate_{name}" not in words} == set()


@pytest.mark.qiskit("asks it for the matrices of gates")
def test_the_words_of_the_gates_are_true() -> None:
    from qiskit.circuit.library import CRYGate, HGate, RXGate, RYGate, RZGate, SdgGate, SGate, XGate

    zero, one, plus, minus, i, minus_i = (
        np.array(BASIS_STATES[basis, bit].amplitudes)
        for basis in (Basis.Z, Basis.X, Basis.Y)
        for bit in (0, 1)
    )

    def after(gate: Any, state: Any) -> Any:
        return gate.to_matrix() @ state

    def alike(a: Any, b: Any) -> bool:
        return bool(np.isclose(abs(np.vdot(a, b)), 1))

    assert alike(after(XGate(), zero), one)
    assert alike(after(HGate(), zero), plus)
    assert alike(after(HGate(), one), minus)
    assert alike(after(SGate(), plus), i)
    assert alike(after(SGate(), minus), minus_i)
    assert alike(after(SdgGate(), i), plus)
    assert alike(after(RYGate(np.pi / 2), zero), plus)
    assert alike(after(RYGate(np.pi), zero), one)
    assert alike(after(RXGate(0.7), plus), plus)
    assert np.isclose(
        np.angle(np.vdot(one, after(RZGate(0.7), one)) / np.vdot(zero, after(RZGate(0.7), zero))), 0.7
    )
    for photon, there in ((zero, zero), (one, one)):  # Qiskit's order: the control is the last factor
        copied = CRYGate(np.pi).to_matrix() @ np.kron(zero, photon)
        assert alike(copied, np.kron(there, photon))
