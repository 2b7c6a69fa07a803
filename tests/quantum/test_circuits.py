"""Circuits: states, Eve's fragment and the depolarising dilation against plain matrices."""

from itertools import product

import numpy as np
import pytest

from qkdlab.attacks.qubit_attacks import InterceptResend
from qkdlab.quantum import circuits as module
from qkdlab.quantum.circuits import build_circuit, circuit_table
from qkdlab.quantum.gates.circuit import Circuit
from qkdlab.quantum.gates.deferred import deferred
from qkdlab.quantum.gates.probabilities import probabilities
from qkdlab.quantum.gates.statevector import amplitudes
from qkdlab.quantum.protocol import Signal
from qkdlab.quantum.protocols import BB84
from qkdlab.quantum.sampling import outcome_distribution
from qkdlab.quantum.tactics import MeasureAndResend, ZProbe
from qkdlab.values import Basis

R = 1 / np.sqrt(2)
C, S = np.cos(np.pi / 8), np.sin(np.pi / 8)
KETS = {
    (Basis.Z, 0): np.array([1, 0]),
    (Basis.Z, 1): np.array([0, 1]),
    (Basis.X, 0): np.array([R, R]),
    (Basis.X, 1): np.array([R, -R]),
    (Basis.Y, 0): np.array([R, 1j * R]),
    (Basis.Y, 1): np.array([R, -1j * R]),
    (Basis.W, 0): np.array([C, S]),
    (Basis.W, 1): np.array([-S, C]),
    (Basis.V, 0): np.array([S, C]),
    (Basis.V, 1): np.array([-C, S]),
}
PAULIS = [np.eye(2), np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.diag([1, -1])]
NOISES = [0.0, 1e-9, 0.001, 0.2, 0.5, 0.99, 1.0]


def projector(basis: Basis, bit: int) -> np.ndarray:
    ket = KETS[basis, bit].reshape(2, 1)
    return ket @ ket.conj().T


def signal_of(basis: Basis, value: int) -> Signal:
    return Signal(basis=basis, value=value, bit=value, announcement=0, axis=basis, probability=1.0)


def joint_probabilities(
    signal: Signal, basis: Basis, tactic: MeasureAndResend | None, p: float
) -> np.ndarray:
    """Return P(Bob's bit + 2 × Eve's bit) by measuring and resending one after the other, with matrices."""
    states = {0: projector(signal.basis, signal.value)}
    if tactic:
        seen = {bit: projector(tactic.basis, bit) for bit in (0, 1)}
        states = {bit: found @ states[0] @ found for bit, found in seen.items()}
    result = np.zeros(4 if tactic else 2)
    for eve, state in states.items():
        after = (1 - p) * state + p * np.trace(state) * np.eye(2) / 2
        for bob in (0, 1):
            result[bob + 2 * eve] = np.trace(projector(basis, bob) @ after).real
    return result


def photon_after(circuit: Circuit) -> np.ndarray:
    """The density matrix of the photon, the first qubit, before it is measured; whatever the others show."""
    rest_and_photon = amplitudes(deferred(circuit).circuit).reshape(-1, 2)
    return rest_and_photon.T @ rest_and_photon.conj()


@pytest.mark.parametrize("p", NOISES)
@pytest.mark.parametrize("signal", [signal_of(*key) for key in KETS], ids=str)
def test_depolarizing_dilation_equals_the_kraus_channel(signal, p) -> None:
    # six signals span all qubit states, so equal outputs mean an equal channel
    weights = [1 - 3 * p / 4, p / 4, p / 4, p / 4]
    state = projector(signal.basis, signal.value)
    expected = sum(w * pauli @ state @ pauli for w, pauli in zip(weights, PAULIS, strict=True))
    circuit = build_circuit(signal, Basis.Z, depolarizing_probability=p)  # measuring in Z turns nothing
    got = photon_after(circuit)
    np.testing.assert_allclose(got, expected, atol=1e-12)
    mixed = (1 - p) * projector(signal.basis, signal.value) + p * np.eye(2) / 2
    np.testing.assert_allclose(got, mixed, atol=1e-12)


@pytest.mark.parametrize("basis", Basis)
@pytest.mark.parametrize("signal", [signal_of(*key) for key in KETS], ids=str)
def test_measure_and_resend_dephases_in_its_basis(signal, basis) -> None:
    circuit = build_circuit(signal, Basis.Z, tactic=MeasureAndResend(basis))
    state = projector(signal.basis, signal.value)
    expected = sum(projector(basis, bit) @ state @ projector(basis, bit) for bit in (0, 1))
    np.testing.assert_allclose(photon_after(circuit), expected, atol=1e-12)


@pytest.mark.parametrize("p", [0.0, 0.13, 1.0])
@pytest.mark.parametrize("tactic", [None, *(MeasureAndResend(basis) for basis in Basis)], ids=str)
def test_joint_statistics_of_every_circuit(tactic, p) -> None:
    for (alice, bit), basis in product(KETS, Basis):
        signal = signal_of(alice, bit)
        circuit = build_circuit(signal, basis, tactic=tactic, depolarizing_probability=p)
        np.testing.assert_allclose(
            probabilities(circuit), joint_probabilities(signal, basis, tactic, p), atol=1e-12
        )


def table_of(fraction: float | None, p: float):
    return circuit_table(BB84, InterceptResend().tactics if fraction is not None else (), p)


@pytest.mark.parametrize("p", NOISES)
@pytest.mark.parametrize("fraction", [None, 1.0])
def test_exact_distribution_of_the_table(fraction, p) -> None:
    table = table_of(fraction, p)
    rows = outcome_distribution(table)
    assert rows.shape == (len(table.circuits), table.n_outcomes)
    assert not rows.flags.writeable
    np.testing.assert_allclose(rows.sum(axis=1), 1, atol=3e-15)
    options = [None, *InterceptResend().tactics] if fraction else [None]
    cases = product(BB84.signals, options, BB84.bases)
    for row, (signal, tactic, (basis, _)) in zip(rows, cases, strict=True):
        expected = joint_probabilities(signal, basis, tactic, p)
        np.testing.assert_allclose(row[: len(expected)], expected, atol=2e-15)
        # impossible outcomes have probability exactly 0, so that they are never drawn
        assert np.all(row[len(expected) :] == 0)
        assert np.all(row[: len(expected)][expected < 1e-14] == 0)


def test_no_gate_follows_a_measurement() -> None:
    for circuit in table_of(1.0, 0.1).circuits:
        measured: set[int] = set()
        for gate in circuit.gates:
            if gate.name == "measure":
                measured.update(gate.qubits)
            elif gate.name != "barrier":
                assert not measured.intersection(gate.qubits)
        assert circuit.clbit_registers[0].name == "bob"
        # the environment belongs to nobody: neither Bob nor Eve reads it
        owners = [register.name for register in circuit.qubit_registers for _ in range(register.size)]
        assert {owners[qubit] for qubit in measured} <= {"photon", "probe"}


def test_index_formula() -> None:
    table = table_of(1.0, 0.0)
    assert (len(table.circuits), table.n_tactics, table.n_bases, table.n_outcomes) == (24, 3, 2, 4)
    options = [None, *InterceptResend().tactics]
    for s, t, b in product(range(4), range(3), range(2)):
        index = table.index(*(np.array([number], dtype=np.uint8) for number in (s, t, b)))
        assert index.dtype == np.uint16
        assert index.tolist() == [(s * 3 + t) * 2 + b]
        expected = build_circuit(BB84.signals[s], BB84.bases[b][0], tactic=options[t])
        assert table.circuits[index[0]] == expected
    assert (table_of(None, 0.0).n_tactics, table_of(None, 0.0).n_outcomes) == (1, 2)


def test_a_table_is_built_once(monkeypatch) -> None:
    noise = 0.123456
    first = table_of(1.0, noise)
    rows = outcome_distribution(first)
    monkeypatch.setattr(module, "build_circuit", lambda *_, **__: pytest.fail("built again"))
    assert circuit_table(BB84, InterceptResend(fraction=0.3).tactics, noise) is first
    assert outcome_distribution(first) is rows


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan"), "0.1"])
def test_noise_is_checked(p) -> None:
    with pytest.raises(ValueError, match=r"^depolarizing_probability must "):
        build_circuit(BB84.signals[0], Basis.Z, depolarizing_probability=p)


def test_the_list_of_gates_names_controls_before_the_target_and_turns_in_radians() -> None:
    gates = build_circuit(BB84.signals[3], Basis.Z, tactic=ZProbe(1.0)).gate_list
    turned = next(gate for gate in gates if gate["name"] == "cry")
    assert turned["qubits"] == [0, 1]
    assert turned["parameters"] == [1.0]
    assert turned["clbits"] == []
    measured = [(gate["qubits"], gate["clbits"]) for gate in gates if gate["name"] == "measure"]
    assert measured == [([0], [0]), ([1], [1])]
