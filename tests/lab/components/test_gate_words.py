"""The words below a drawing of a circuit are true of the gates that they speak of."""

from math import cos, pi, sin, sqrt

import numpy as np
import pytest

from qkdlab.lab.components.text import words_for
from qkdlab.quantum.gates.circuit import KINDS, Gate
from qkdlab.quantum.gates.statevector import gate_matrix

WORDS = words_for("circuit_drawing")
Z = (np.array([1, 0]), np.array([0, 1]))
X = tuple(np.array([1, sign]) / sqrt(2) for sign in (1, -1))
Y = tuple(np.array([1, sign * 1j]) / sqrt(2) for sign in (1, -1))


def one(name: str, *angle: float) -> np.ndarray:
    return gate_matrix(Gate(name, (0,), angle))


def same(state: np.ndarray, other: np.ndarray) -> bool:
    """Whether two states differ by a phase at most."""
    return abs(np.vdot(state, other)) == pytest.approx(1)


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("x", Z, Z[::-1], "X turns |0⟩ and |1⟩ into each other"),
        ("h", Z, X, "H turns the states of Z and of X into each other"),
        ("h", X, Z, "H turns the states of Z and of X into each other"),
        ("s", X, Y, "S turns the states of X into those of Y"),
        ("sdg", Y, X, "S† turns the states of Y into those of X"),
    ],
)
def test_what_gates_turn_into_what(name: str, before: tuple, after: tuple, said: str) -> None:
    assert WORDS[f"gate_{name}"] == said
    assert all(same(one(name) @ state, other) for state, other in zip(before, after, strict=True))


@pytest.mark.parametrize("angle", [0.0, 0.4, pi / 2, pi])
def test_turns_by_an_angle(angle: float) -> None:
    # on the Bloch sphere: by the angle from |0⟩ towards |+⟩ or |1⟩, about the line of X, of the phase
    turned = one("ry", angle) @ Z[0]
    assert [np.vdot(turned, sigma @ turned).real for sigma in (one("z"), one("x"))] == pytest.approx(
        [cos(angle), sin(angle)]
    )
    assert all(same(one("rx", angle) @ state, state) for state in X)
    assert abs(np.vdot(Z[0], one("rx", angle) @ Z[0])) ** 2 == pytest.approx(cos(angle / 2) ** 2)
    after = one("rz", angle) @ X[0]
    assert np.angle(after[1] / after[0]) == pytest.approx(angle)
    controlled = gate_matrix(Gate("cry", (0, 1), (angle,)))  # the control is the lowest digit
    np.testing.assert_allclose(controlled[::2, ::2], np.eye(2), atol=1e-15)
    np.testing.assert_allclose(controlled[1::2, 1::2], one("ry", angle), atol=1e-15)


def test_at_180_degrees_a_probe_copies_as_a_cnot_does_and_at_0_it_does_nothing() -> None:
    half, none, cnot = (
        gate_matrix(Gate(*told)) for told in (("cry", (0, 1), (pi,)), ("cry", (0, 1), (0.0,)), ("cx", (0, 1)))
    )
    for photon in (0, 1):  # before an empty probe
        copied = half[:, photon]
        assert same(copied, cnot[:, photon])
        assert np.flatnonzero(np.round(copied, 12)) == [3 * photon]
    np.testing.assert_array_equal(none, np.eye(4))
    assert "at 180° it copies |0⟩ and |1⟩ as a CNOT does, and at 0° it does nothing" in WORDS["gate_cry"]


def test_only_gates_that_there_are_have_words() -> None:
    assert {key.removeprefix("gate_") for key in WORDS if key.startswith("gate_")} <= KINDS.keys()
