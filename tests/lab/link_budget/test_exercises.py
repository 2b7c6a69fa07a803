"""The exercise checks of the notebooks on loss and on decoys."""

import math

import numpy as np
import pytest

from qkdlab.lab.learning.exercise import Exercise
from qkdlab.lab.link_budget.exercises_decoys import MULTIPHOTON, TELLTALE, YIELD_BOUND
from qkdlab.lab.link_budget.exercises_loss import DARK_QBER, EXTRA_REACH, TRANSMITTANCE


def _bound(mu: float, nu: float, signal: float, decoy: float, empty: float) -> float:
    """The bound of the notebook, written out here once more."""
    inner = decoy * math.exp(nu) - signal * math.exp(mu) * nu**2 / mu**2 - (1 - nu**2 / mu**2) * empty
    return mu / (mu * nu - nu**2) * inner


FUNCTIONS = (TRANSMITTANCE, DARK_QBER, MULTIPHOTON, YIELD_BOUND)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda exercise: exercise.name)
def test_a_wrong_number_is_told(exercise: Exercise, rng: np.random.Generator) -> None:
    assert " you give -7" in exercise.check(lambda *given: -7, rng).text


@pytest.mark.parametrize(
    ("answer", "concept"),
    [
        (lambda km, a: km * a, "the loss in dB"),
        (lambda km, a: 10 ** (km * a / 10), "negative power"),
        (lambda km, a: 1 - 10 ** (-km * a / 10), "share that is lost"),
        (lambda km, a: 10 ** (-km * a / 20), "for amplitudes"),
        (lambda km, a: 10 ** (-km * a), "tenths of a bel"),
        (lambda km, a: math.exp(-km * a / 10), "not of e"),
        (lambda km, a: math.exp(-km * a), "powers of 10"),
    ],
)
def test_wrong_transmittances(answer: object, concept: str, rng: np.random.Generator) -> None:
    feedback = TRANSMITTANCE.check(answer, rng)
    assert concept in feedback.text
    assert "for 30 km at 0.2 dB/km" in feedback.text


@pytest.mark.parametrize(
    ("answer", "concept"),
    [
        (lambda s, d, e: (e * s + d) / (s + d), "right half of the time"),
        (lambda s, d, e: e * s + d / 2, "share of all clicks"),
        (lambda s, d, e: e + d / 2 / (s + d), "clicks of photons alone"),
        (lambda s, d, e: e + d / 2, "how many of the clicks"),
        (lambda s, d, e: e, "how many of the clicks"),
    ],
)
def test_wrong_qbers(answer: object, concept: str, rng: np.random.Generator) -> None:
    assert concept in DARK_QBER.check(answer, rng).text


def test_the_exact_qber_is_right_as_well(rng: np.random.Generator) -> None:
    def exact(signal: float, dark: float, error: float) -> float:
        return (error * signal + (1 - signal) * dark / 2) / (signal + (1 - signal) * dark)

    assert DARK_QBER.check(exact, rng).mark == "RIGHT"


@pytest.mark.parametrize(
    ("answer", "concept"),
    [
        (10, "in dB"),
        (2, "divide by it"),
        (15, "factor of 2"),
        (500, "one factor of ten"),
        (33, "33 km is not it"),
        ("far", "number of kilometres"),
        (True, "number of kilometres"),
        ([50], "number of kilometres"),
    ],
)
def test_wrong_distances(answer: object, concept: str, rng: np.random.Generator) -> None:
    assert concept in EXTRA_REACH.check(answer, rng).text


@pytest.mark.parametrize(
    ("answer", "concept"),
    [
        (lambda m: 1 - math.exp(-m), "one photon or more"),
        (lambda m: m * math.exp(-m), "with one photon"),
        (lambda m: m**2 / 2 * math.exp(-m), "exactly two"),
        (lambda m: m**2 / 2, "approximation"),
        (lambda m: 1 - m * math.exp(-m) / (1 - math.exp(-m)), "not empty"),
    ],
)
def test_wrong_shares_of_several(answer: object, concept: str, rng: np.random.Generator) -> None:
    feedback = MULTIPHOTON.check(answer, rng)
    assert concept in feedback.text
    assert "for 0.1 photons" in feedback.text


@pytest.mark.parametrize(
    ("answer", "concept"),
    [
        (lambda m, n, s, d, y: (d * math.exp(n) - y) / n, "takes all clicks of the decoy"),
        (lambda m, n, s, d, y: d / n, "every click of the decoy"),
        (lambda m, n, s, d, y: _bound(m, n, s * math.exp(-m), d * math.exp(-n), y), "Multiply the gains"),
        (lambda m, n, s, d, y: _bound(m, n, s, d, 0), "Empty pulses click"),
        (lambda m, n, s, d, y: _bound(m, n, s, d, y) * (m * n - n**2) / m, "is missing"),
    ],
)
def test_wrong_bounds(answer: object, concept: str, rng: np.random.Generator) -> None:
    assert concept in YIELD_BOUND.check(answer, rng).text


def test_telltales(rng: np.random.Generator) -> None:
    assert TELLTALE.check(" Decoy  gain ", rng).mark == "RIGHT"
    assert "the QBER stays" in TELLTALE.check("QBER", rng).text
    assert "total gain" in TELLTALE.check("signal gain", rng).text
    assert "empty pulse" in TELLTALE.check("vacuum gain", rng).text
    assert "must be one of 'QBER'" in TELLTALE.check(3, rng).text
