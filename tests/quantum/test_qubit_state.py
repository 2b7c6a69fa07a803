"""One qubit by itself: closed forms, and the same from its circuits, exact and shot by shot."""

from math import cos, isclose, radians, sin

import numpy as np
import pytest

from qkdlab.quantum.circuits import build_circuit
from qkdlab.quantum.gates.deferred import deferred
from qkdlab.quantum.gates.statevector import amplitudes
from qkdlab.quantum.protocols import BB84
from qkdlab.quantum.qubit_circuits import copied_circuit, measured_circuit, run_shots
from qkdlab.quantum.qubit_state import BASIS_STATES, QubitState
from qkdlab.quantum.tactics import FakeState, MeasureAndResend, ZProbe
from qkdlab.values import Basis
from tests.bounds import assert_distribution, assert_share

ANGLES = [0, 1, 30, 45, 77, 90, 120, 135, 179]
STATES = [QubitState(angle_deg=angle, phase_deg=phase) for angle in ANGLES for phase in (0, 40, 90, 180, 270)]
BASES = (Basis.Z, Basis.X, Basis.Y)


def prepared(state: QubitState) -> np.ndarray:
    """The amplitudes that the circuit of a state prepares."""
    return amplitudes(deferred(measured_circuit(state, [Basis.Z])).circuit)


@pytest.mark.parametrize("angle", ANGLES)
def test_the_law_of_malus(angle: float) -> None:
    # would catch the angle on the Bloch sphere taken for that in the room, or an amplitude not squared
    light = QubitState(angle_deg=angle)
    assert isclose(light.chance(Basis.Z), cos(radians(angle)) ** 2, abs_tol=1e-12)
    assert isclose(light.chance(Basis.X), cos(radians(angle - 45)) ** 2, abs_tol=1e-12)
    assert isclose(light.chance(Basis.Y), 0.5)


@pytest.mark.parametrize("state", STATES, ids=repr)
def test_circuit_amplitudes_and_sphere_say_the_same(state: QubitState) -> None:
    # would catch a phase of the wrong sign, or a factor of two between θ and the turn of a gate
    by_circuit = prepared(state)
    assert isclose(abs(np.vdot(by_circuit, state.amplitudes)), 1, abs_tol=1e-12)
    assert isclose(sum(r * r for r in state.direction), 1)
    for basis in BASES:
        zero = BASIS_STATES[basis, 0].amplitudes
        assert isclose(abs(np.vdot(zero, by_circuit)) ** 2, state.chance(basis), abs_tol=1e-12)


@pytest.mark.parametrize(("basis", "bit"), BASIS_STATES)
def test_states_of_a_basis_are_sure_in_it_and_coins_in_others(basis: Basis, bit: int) -> None:
    state = BASIS_STATES[basis, bit]
    for other in BASES:
        assert isclose(state.chance(other), 1 - bit if other is basis else 0.5, abs_tol=1e-12)


def test_a_turn_of_180_degrees_changes_the_sign_of_both_amplitudes_and_nothing_else() -> None:
    one, other = QubitState(angle_deg=20, phase_deg=70), QubitState(angle_deg=200, phase_deg=70)
    assert np.allclose(np.array(one.amplitudes), -np.array(other.amplitudes))
    assert np.allclose(one.direction, other.direction)


def test_after_a_measurement_the_qubit_is_in_the_state_that_was_found() -> None:
    # would catch a second measurement on the state before the first
    plus = BASIS_STATES[Basis.X, 0]
    assert np.allclose(plus.chances([Basis.X, Basis.Z]), [[0.5, 0.5], [0, 0]])
    assert np.allclose(plus.chances([Basis.Z, Basis.X]), 0.25)
    assert np.allclose(plus.chances([Basis.Z, Basis.Z]), [[0.5, 0], [0, 0.5]])
    assert np.allclose(plus.chances([Basis.Z, Basis.X, Basis.Y]), 0.125)
    assert plus.last_chance([Basis.X]) == plus.last_chance([Basis.X, Basis.X]) == pytest.approx(1)
    assert plus.last_chance([Basis.X, Basis.Z]) == plus.last_chance([Basis.Z, Basis.X]) == pytest.approx(0.5)


@pytest.mark.parametrize("key", BASIS_STATES)
def test_half_of_a_copy_is_as_if_it_had_been_measured_in_z(key: tuple[Basis, int]) -> None:
    (basis, bit), state = key, BASIS_STATES[key]
    zero = state.last_chance([Basis.Z, basis])
    assert (1 - zero if bit else zero) == pytest.approx(state.copy_fidelity)


@pytest.mark.parametrize(
    ("angle", "bases"),
    [
        (30, [Basis.Z]),
        (30, [Basis.X]),
        (60, [Basis.Z, Basis.X]),
        (20, [Basis.X, Basis.X]),
        (45, [Basis.Y, Basis.Z]),
    ],
)
def test_shots_follow_the_law(angle: float, bases: list[Basis]) -> None:
    # would catch one seed for all shots, columns in the wrong order, or a qubit that is not turned back
    state, rng = QubitState(angle_deg=angle), np.random.default_rng(7)
    shots = run_shots(measured_circuit(state, bases), 4_000, rng)
    assert shots.dtype == np.uint8
    assert shots.shape == (4_000, len(bases))
    numbers = np.ravel_multi_index(tuple(shots.T), (2,) * len(bases))
    chances = np.round(state.chances(bases).ravel(), 12)
    counts = np.bincount(numbers, minlength=len(chances))
    assert not counts[chances == 0].any()
    assert_distribution(counts[chances > 0], chances[chances > 0])


def test_shots_are_in_no_order_and_others_each_time() -> None:
    rng, circuit = np.random.default_rng(1), measured_circuit(BASIS_STATES[Basis.X, 0], [Basis.Z])
    first, second = (run_shots(circuit, 400, rng)[:, 0] for _ in range(2))
    assert not np.array_equal(first, second)
    assert np.array_equal(first, run_shots(circuit, 400, np.random.default_rng(1))[:, 0])
    assert_share(int(np.count_nonzero(first[1:] != first[:-1])), 399, 0.5)
    assert run_shots(circuit, 0, rng).shape == (0, 1)


@pytest.mark.parametrize("angle", ANGLES)
def test_a_cnot_copies_nothing_but_0_and_1(angle: float) -> None:
    # would catch cos² + sin² = 1 taken for the fidelity
    state = QubitState(angle_deg=angle, phase_deg=40)
    pair = amplitudes(deferred(copied_circuit(state, Basis.Z)).circuit).reshape(2, 2)
    sent = np.array(state.amplitudes)
    for half in (pair, pair.T):  # the fidelity is the probability that this half passes a test for the state
        assert isclose(np.linalg.norm(half @ sent.conj()) ** 2, state.copy_fidelity, abs_tol=1e-9)
    theta = radians(angle)
    assert isclose(state.copy_fidelity, cos(theta) ** 4 + sin(theta) ** 4, abs_tol=1e-12)


def test_what_becomes_of_a_copied_plus() -> None:
    plus, rng = BASIS_STATES[Basis.X, 0], np.random.default_rng(3)
    in_x = run_shots(copied_circuit(plus, Basis.X), 10_000, rng)
    for half in in_x.T:
        assert_share(int(np.count_nonzero(half == 0)), 10_000, 0.5, rules_out=1.0)
    # the pair is (|00⟩ + |11⟩)/√2 = (|++⟩ + |−−⟩)/√2; would catch: a half that is read in another basis
    assert np.array_equal(in_x[:, 0], in_x[:, 1])
    in_z = run_shots(copied_circuit(plus, Basis.Z), 10_000, rng)
    assert np.array_equal(in_z[:, 0], in_z[:, 1])


@pytest.mark.parametrize("name", ["angle_deg", "phase_deg"])
def test_what_is_no_angle_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be a finite number, got nan"):
        QubitState(**{name: float("nan")})
    for value in ("45", True, None, 1j):
        with pytest.raises(ValueError, match=f"{name} must be a number, got "):
            QubitState(**{name: value})


@pytest.mark.parametrize("basis", [0, 1, np.uint8(2), True, "Z"], ids=repr)
def test_a_number_is_no_basis(basis: object) -> None:
    # would catch: 0 stands for Z in arrays, but circuits took every number for X
    state = QubitState()
    for use in (
        state.chance,
        lambda one: state.chances([one]),
        lambda one: measured_circuit(state, [one]),
        lambda one: copied_circuit(state, one),
        lambda one: build_circuit(BB84.signals[0], one),
        MeasureAndResend,
        FakeState,
        MeasureAndResend(Basis.Z).effect,
        FakeState(Basis.Z).effect,
        ZProbe(1.0).effect,
    ):
        with pytest.raises(ValueError, match="^basis must be a Basis, got "):
            use(basis)


def test_measurements_must_be_in_some_basis() -> None:
    with pytest.raises(ValueError, match=r"^bases must be at least one, got \[\]$"):
        QubitState().chances([])
