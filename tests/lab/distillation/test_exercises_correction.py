"""The exercise checks of the notebook from sifted bits to identical keys."""

import math
from typing import Any

import numpy as np
import pytest

from qkdlab.lab.distillation.exercises_correction import BISECTION, ERRORS_LEFT, LARGEST_QBER, LEAK
from qkdlab.lab.distillation.short_keys import short_cascade
from qkdlab.values import binary_entropy


def bisect(ask: Any, n: int) -> int:
    start, stop = 0, n
    while stop - start > 1:
        middle = (start + stop) // 2
        start, stop = (start, middle) if ask(start, middle) else (middle, stop)
    return start


def one_by_one(ask: Any, n: int) -> int:
    return next(place for place in range(n) if ask(place, place + 1))


def both_halves(ask: Any, n: int) -> int:
    start, stop = 0, n
    while stop - start > 1:
        middle = (start + stop) // 2
        if ask(start, middle):
            stop = middle
        elif ask(middle, stop):
            start = middle
    return start


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


@pytest.mark.parametrize(
    ("answer", "concept"),
    [
        (lambda n, c: 0.0, "not no error"),
        (lambda n, c: 1 - c ** (1 / n), "with the risk"),
        (lambda n, c: 1 - ((1 - c) / 2) ** (1 / n), "two-sided"),
        (lambda n, c: (1 - c) ** (1 / n), "share of right bits"),
        (lambda n, c: 3 / n, "rule of three"),
        (lambda n, c: -math.log(1 - c) / n, "exp(-n Q)"),
        (lambda n, c: 1 - math.exp(-(1 - c) / n), "solve for Q"),
        (lambda n, c: 0.5, "such a sample has the probability"),
    ],
)
def test_wrong_bounds(answer: object, concept: str, rng: np.random.Generator) -> None:
    feedback = LARGEST_QBER.check(answer, rng)
    assert concept in feedback.text
    assert "for 50 bits without an error and the confidence 0.95" in feedback.text


@pytest.mark.parametrize(
    ("answer", "concept"),
    [
        (one_by_one, "questions: halving needs no more than"),
        (both_halves, "without a question"),
        (lambda ask, n: bisect(ask, n) + 1, "Places count from 0"),
        (lambda ask, n: 0, "whose parity differs"),
        (lambda ask, n: [bisect(ask, n)], "whose parity differs"),
        (lambda ask, n: np.array([bisect(ask, n)] * 2), "whose parity differs"),
        (lambda ask, n: "first", "whose parity differs"),
    ],
)
def test_wrong_searches_are_shown_the_key(answer: object, concept: str, rng: np.random.Generator) -> None:
    feedback = BISECTION.check(answer, rng)
    assert feedback.mark == "NOT YET"
    assert concept in feedback.text
    assert "for a key of " in feedback.text


def test_other_ways_to_halve_are_right(rng: np.random.Generator) -> None:
    def from_the_right(ask: Any, n: int) -> np.int64:
        start, stop = 0, n
        while stop - start > 1:
            middle = (start + stop + 1) // 2
            start, stop = (middle, stop) if ask(middle, stop) else (start, middle)
        return np.int64(start)

    assert BISECTION.check(from_the_right, rng).mark == "RIGHT"


def test_a_block_that_does_not_exist_is_not_checked(rng: np.random.Generator) -> None:
    feedback = BISECTION.check(lambda ask, n: ask(0, n + 1), rng)
    assert feedback.mark.startswith("NOT CHECKED")
    assert "stop must be at least 1 and at most 1, got 2" in feedback.text


@pytest.mark.parametrize(
    ("answer", "concept"),
    [
        (lambda n, q, f: f * binary_entropy(q), "there are n"),
        (lambda n, q, f: n * binary_entropy(q), "Shannon limit"),
        (lambda n, q, f: n * binary_entropy(q) / f, "longer, not shorter"),
        (lambda n, q, f: n * f * q, "must learn which"),
        (lambda n, q, f: n * (1 - f * binary_entropy(q)), "what is left"),
        (lambda n, q, f: n * f * binary_entropy(q) * math.log(2), "base 2"),
        (lambda n, q, f: -n * f * q * math.log2(q), "half of h"),
    ],
)
def test_wrong_leaks(answer: object, concept: str, rng: np.random.Generator) -> None:
    feedback = LEAK.check(answer, rng)
    assert concept in feedback.text
    assert "for 10000 bits, Q = 0.02 and f = 1.15" in feedback.text


def test_numbers_that_the_explanations_tell() -> None:
    assert round(10_000 * 1.15 * binary_entropy(0.02)) == 1627
    assert "1,627" in LEAK.because
    assert [f"{1 - 0.05 ** (1 / n):.1%}" for n in (50, 500)] == ["5.8%", "0.6%"]


def count_left() -> list[int]:
    runs = (short_cascade(seed) for seed in range(200))
    return [int(np.count_nonzero(run.after != run.alice)) for run in runs]


def test_wrong_counts_of_runs(rng: np.random.Generator) -> None:
    left = count_left()
    n_left = sum(count > 0 for count in left)
    wrong: list[tuple[object, str]] = [
        (200, "begin with errors"),
        (200 - n_left, "end with equal keys"),
        (sum(left), "number of wrong bits"),
        (0, "some of them differ"),
        (n_left / 200, "the number of runs is asked for"),
        (100 * n_left / 200, "the number of runs is asked for"),
        (7777, "count a run once"),
        ("many", "must be a number of runs"),
        (True, "must be a number of runs"),
    ]
    for answer, concept in wrong:
        assert concept in ERRORS_LEFT.check(answer, rng).text, answer
    assert ERRORS_LEFT.check(float(n_left), rng).mark == "RIGHT"


def test_what_is_left_are_pairs() -> None:
    """The explanation says so: of three errors one is always found, since the total parity is odd."""
    assert set(count_left()) == {0, 2}
