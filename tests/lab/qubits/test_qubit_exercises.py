"""The exercises and questions of the notebook on bits and qubits: right ones pass, wrong ideas are named."""

import math

import numpy as np
import pytest

from qkdlab.lab.learning.choice import Choice
from qkdlab.lab.qubits.choices import CNOT_COPY, HALF_PHOTON, MEASURED_TWICE, UNKNOWN_BIT
from qkdlab.lab.qubits.exercises import COPY_FIDELITY, MALUS, TELL_APART, WRONG_BASIS
from qkdlab.quantum.qubit_state import QubitState
from qkdlab.values import Basis

EXERCISES = (MALUS, WRONG_BASIS, TELL_APART, COPY_FIDELITY)
CHOICES = (HALF_PHOTON, MEASURED_TWICE, UNKNOWN_BIT, CNOT_COPY)
POINTS = {"wrong_basis", "superposition", "copy_and_wait"}


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def test_the_functions_of_the_notebook_are_right(rng: np.random.Generator) -> None:
    def passes(light: float, filter_angle: float) -> float:
        return QubitState(angle_deg=light - filter_angle).chance(Basis.Z)

    assert MALUS.check(passes, rng).kind == "right"
    assert COPY_FIDELITY.check(lambda angle: QubitState(angle_deg=angle).copy_fidelity, rng).kind == "right"


def test_every_wrong_idea_is_named(rng: np.random.Generator) -> None:
    named = set()
    for exercise in EXERCISES:
        for wrong in exercise.wrong:
            feedback = exercise.check(wrong.answer, rng)
            assert feedback.kind == "wrong"
            assert feedback.concept, wrong
            named.add(wrong.point)
    asked = {option.point for choice in CHOICES for option in choice.options} - {""}
    assert named == asked == POINTS


@pytest.mark.parametrize(
    ("answer", "concept"),
    [
        (lambda a, b: math.cos(math.radians(a - b)), "That is the amplitude"),
        (lambda a, b: math.sin(math.radians(a - b)) ** 2, "is stopped"),
        (lambda a, b: math.cos(2 * math.radians(a - b)) ** 2, "doubled on the Bloch sphere"),
        (lambda a, b: math.cos(a - b) ** 2, "use `radians`"),
        (lambda a, b: 0.5, "depends on the angle"),
        (lambda a, b: -1.0, "square of the part"),
    ],
)
def test_wrong_laws(answer: object, concept: str, rng: np.random.Generator) -> None:
    assert concept in MALUS.check(answer, rng).text


@pytest.mark.parametrize(
    ("answer", "concept"),
    [
        ((0, 1000), "does not turn the bit round"),
        ((0, 0), "is not lost"),
        ((1000, 0), "cannot be read"),
        ((0.5, 0.5), "These are shares"),
        ((250, 250), "none is lost"),
        ((700, 300), "halfway"),
        (500, "two numbers in brackets"),
        ("ab", "two numbers in brackets"),
    ],
)
def test_wrong_counts(answer: object, concept: str, rng: np.random.Generator) -> None:
    assert concept in WRONG_BASIS.check(answer, rng).text


@pytest.mark.parametrize("answer", [(500, 500), (489, 511), [512, 488]])
def test_counts_as_good_as_chance_are_right(answer: object, rng: np.random.Generator) -> None:
    assert WRONG_BASIS.check(answer, rng).kind == "right"


@pytest.mark.parametrize(
    ("answer", "concept"),
    [
        (("Z", 10), "no bit that nobody knows"),
        (("X", 9), "too few: a coin does that once in 512"),
        (("X", 11), "more than are needed"),
        (("x", 10), 'must be "Z" or "X"'),
        (("X", 9.5), "whole number"),
        ("X", "a basis and a number"),
    ],
)
def test_wrong_tests(answer: object, concept: str, rng: np.random.Generator) -> None:
    assert concept.replace("no bit", "not a bit") in TELL_APART.check(answer, rng).text


@pytest.mark.parametrize(
    ("answer", "concept"),
    [
        (lambda angle: 1.0, "copies 0 and 1 and nothing between"),
        (lambda angle: math.cos(math.radians(angle)) ** 2, "And if it is |1⟩?"),
        (lambda angle: 0.5, "only halfway"),
    ],
)
def test_wrong_fidelities(answer: object, concept: str, rng: np.random.Generator) -> None:
    assert concept in COPY_FIDELITY.check(answer, rng).text


@pytest.mark.parametrize("choice", CHOICES, ids=repr)
def test_every_option_has_something_to_say(choice: Choice) -> None:
    assert all(option.feedback for option in choice.options)
