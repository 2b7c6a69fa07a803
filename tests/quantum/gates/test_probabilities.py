"""Probabilities by NumPy and by Qiskit: the same for all circuits of the lab, and for random ones."""

from dataclasses import replace
from functools import cache
from itertools import product
from math import gcd, pi

import numpy as np
import pytest
from hypothesis import given, settings

from qkdlab.attacks import DETECTOR_ATTACKS, EAVESDROPPERS, PHOTON_ATTACKS
from qkdlab.extras import qiskit_module
from qkdlab.quantum.circuits import circuit_table
from qkdlab.quantum.gates.circuit import KINDS, Circuit, Gate, Register
from qkdlab.quantum.gates.circuit_builder import CircuitBuilder
from qkdlab.quantum.gates.probabilities import probabilities
from qkdlab.quantum.gates.qiskit_circuit import to_qiskit
from qkdlab.quantum.gates.statevector import amplitudes, gate_matrix
from qkdlab.quantum.order_finding import counting_distribution, expected_distribution
from qkdlab.quantum.protocols import PROTOCOLS, get_protocol
from qkdlab.quantum.qubit_circuits import copied_circuit, measured_circuit
from qkdlab.quantum.qubit_state import BASIS_STATES, QubitState
from qkdlab.quantum.tactics import FakeState, MeasureAndResend, PhaseCovariantCloner, Tactic, ZProbe
from qkdlab.values import Basis
from tests.quantum.gates.random_circuits import by_branches, circuits, images
from tests.refusals import expect_refusal

NOISES = [0.0, 0.013, 1.0]
GATES = [name for name in KINDS if name not in ("barrier", "measure", "times")]
STATES = [*BASIS_STATES.values(), QubitState(angle_deg=20, phase_deg=70)]
BASES = (Basis.Z, Basis.X, Basis.Y)


@cache
def tactics() -> tuple[Tactic, ...]:
    """What every attack of the lab does to a photon, and some of other strengths."""
    of_attacks = {
        tactic for kind in (*EAVESDROPPERS, *PHOTON_ATTACKS, *DETECTOR_ATTACKS) for tactic in kind().tactics
    }
    others = {ZProbe(0.3), ZProbe(pi), PhaseCovariantCloner(0.0), PhaseCovariantCloner(0.5)}
    others |= {MeasureAndResend(basis) for basis in Basis} | {FakeState(Basis.Z), FakeState(Basis.X)}
    return tuple(sorted(of_attacks | others, key=repr))


def assert_same_by_both(circuit: Circuit) -> None:
    by_numpy, by_qiskit = (probabilities(circuit, by=by) for by in ("numpy", "qiskit"))
    np.testing.assert_allclose(by_numpy, by_qiskit, rtol=0, atol=1e-12)
    # what sessions draw from is rounded to 15 decimals: then there is no difference at all
    assert np.array_equal(np.round(by_numpy, 15), np.round(by_qiskit, 15))


@pytest.mark.qiskit("its statevectors")
@pytest.mark.parametrize("name", PROTOCOLS)
def test_every_table_is_the_same_by_numpy_and_by_qiskit(name: str) -> None:
    # would catch: a gate turned the wrong way, a probe read for another, the environment read for Eve
    protocol = get_protocol(name)
    assert len(tactics()) > 12
    for tactic, noise in product((None, *tactics()), NOISES):
        if not (tactic and tactic.holds_copy and protocol.entangled):
            for circuit in circuit_table(protocol, (tactic,) if tactic else (), noise).circuits:
                assert_same_by_both(circuit)


@pytest.mark.qiskit("its statevectors")
def test_circuits_of_one_qubit_and_of_copies_are_the_same() -> None:
    for state, basis in product(STATES, BASES):
        assert_same_by_both(copied_circuit(state, basis))
        assert_same_by_both(measured_circuit(state, [basis]))
        for second in BASES:
            assert_same_by_both(measured_circuit(state, [basis, second]))


@pytest.mark.parametrize("state", STATES, ids=repr)
def test_measurements_one_after_another_have_the_joint_chances(state: QubitState) -> None:
    # would catch: a first measurement that does not disturb, or bits in the wrong order
    for bases in product(BASES, repeat=3):
        found = probabilities(measured_circuit(state, bases), by="numpy")
        by_result = found.reshape(2, 2, 2).transpose()  # the first result is the lowest digit
        np.testing.assert_allclose(by_result, state.chances(bases), atol=1e-12)


@settings(max_examples=150)
@given(circuits())
def test_random_circuits_by_numpy(circuit: Circuit) -> None:
    found = probabilities(circuit, by="numpy")
    np.testing.assert_allclose(found, by_branches(circuit), atol=1e-12)
    assert found.sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.qiskit("its statevectors")
@settings(max_examples=75)
@given(circuits())
def test_random_circuits_by_qiskit(circuit: Circuit) -> None:
    found = probabilities(circuit, by="qiskit")
    np.testing.assert_allclose(found, by_branches(circuit), atol=1e-12)


def one_of_each(angle: float) -> list[Gate]:
    """Every gate, its qubits out of order; a multiplication that is not its own inverse."""
    kinds = {name: KINDS[name] for name in GATES}
    named = [Gate(n, (2, 0)[: k.n_qubits], (angle,) * k.n_parameters) for n, k in kinds.items()]
    return [*named, Gate("times", (1, 2, 0), (2, 3)), Gate("times", (3, 1, 0, 2), (2, 7))]


@pytest.mark.parametrize("angle", [-1.3, 0.0, 0.4, pi, 5.0])
def test_amplitudes_are_those_that_each_gate_is_said_to_make(angle: float) -> None:
    # would catch: a phase or a multiplication the wrong way round, which few probabilities show
    for gate, number in product(one_of_each(angle), range(16)):
        circuit = CircuitBuilder({"q": 4})
        for qubit in range(4):
            if number >> qubit & 1:
                circuit.x(qubit)
        before = circuit.build()
        found = amplitudes(replace(before, gates=(*before.gates, gate)))
        expected = np.zeros(16, dtype=complex)
        for image, share in images(gate, number).items():
            expected[image] += share
        np.testing.assert_allclose(found, expected, atol=1e-15, err_msg=str(gate))


@pytest.mark.qiskit("its matrices")
@pytest.mark.parametrize("angle", [-1.3, 0.4, 5.0])
def test_qiskits_gates_have_the_same_matrices(angle: float) -> None:
    quantum_info = qiskit_module("qiskit.quantum_info", "matrices")
    for gate in one_of_each(angle):
        one = Circuit(qubit_registers=(Register("q", 4),), gates=(gate,))
        by_qiskit = quantum_info.Operator(to_qiskit(one)).data
        for number, column in enumerate(by_qiskit.T):
            expected = np.zeros(16, dtype=complex)
            for image, share in images(gate, number).items():
                expected[image] += share
            np.testing.assert_allclose(column, expected, atol=1e-14, err_msg=str(gate))


@pytest.mark.parametrize(("factor", "modulus"), [(7, 15), (2, 21), (62, 63), (1, 3)])
def test_a_multiplication_is_a_permutation_that_its_matrix_and_the_state_agree_on(
    factor: int, modulus: int
) -> None:
    n_bits = (modulus - 1).bit_length()
    gate = Gate("times", tuple(range(n_bits + 1)), (factor, modulus))
    matrix = gate_matrix(gate)
    np.testing.assert_array_equal(matrix @ matrix.T, np.eye(2 ** (n_bits + 1)))
    for y in range(2**n_bits):
        circuit = CircuitBuilder({"control": 1, "work": n_bits})
        circuit.x(0)
        for place in range(n_bits):
            if y >> place & 1:
                circuit.x(1 + place)
        circuit.times(factor, modulus, 0, range(1, n_bits + 1))
        (found,) = np.flatnonzero(amplitudes(circuit.build()))
        (by_matrix,) = np.flatnonzero(matrix[:, 1 + 2 * y])
        assert found == by_matrix == 1 + 2 * (factor * y % modulus if y < modulus else y)


@pytest.mark.parametrize("modulus", [*range(3, 24), 33, 35, 51, 55, 62, 63])
def test_orders_are_found_by_numpy(modulus: int) -> None:
    for base in [one for one in range(2, modulus) if gcd(one, modulus) == 1][-4:]:
        order = next(r for r in range(1, modulus) if pow(base, r, modulus) == 1)
        shares = counting_distribution(base, modulus, 4, by="numpy")
        np.testing.assert_allclose(shares, expected_distribution(order, 4), atol=1e-12)


@pytest.mark.qiskit("its statevectors")
@pytest.mark.parametrize(("base", "modulus", "n_counting"), [(7, 15, 4), (2, 21, 6), (2, 33, 3), (5, 63, 5)])
def test_orders_are_found_by_both_alike(base: int, modulus: int, n_counting: int) -> None:
    by_numpy, by_qiskit = (
        counting_distribution(base, modulus, n_counting, by=by) for by in ("numpy", "qiskit")
    )
    np.testing.assert_allclose(by_numpy, by_qiskit, rtol=0, atol=1e-12)


def test_bits_that_nothing_is_written_to_are_0_and_the_later_result_stays() -> None:
    circuit = CircuitBuilder({"q": 2}, {"c": 3})
    circuit.x(0)
    circuit.measure(0, 2)
    circuit.measure(1, 2)
    circuit.measure(0, 1)
    assert np.flatnonzero(probabilities(circuit.build(), by="numpy")).tolist() == [0b010]
    assert probabilities(CircuitBuilder({"q": 1}).build(), by="numpy").tolist() == [1]


def test_a_statevector_is_of_a_circuit_without_measurements() -> None:
    circuit = CircuitBuilder({"q": 1}, {"c": 1})
    circuit.measure(0, 0)
    with pytest.raises(ValueError, match="circuit must have no measurement, got Gate"):
        amplitudes(circuit.build())


def test_another_simulator_is_refused() -> None:
    with expect_refusal("by must be one of 'qiskit', 'numpy', got 'aer'"):
        probabilities(CircuitBuilder({"q": 1}).build(), by="aer")
