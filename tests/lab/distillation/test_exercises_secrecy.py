"""The exercise checks of the notebook on the way from identical to secret."""

import math
from typing import Any

import numpy as np
import pytest

from qkdlab.distillation.authentication.account import AuthenticationLedger
from qkdlab.distillation.hashing.toeplitz import toeplitz_hash
from qkdlab.errors import KeyExhausted
from qkdlab.lab.distillation.exercises_secrecy import DRAINED_ACCOUNT, KEY_LIMIT, TAG_LENGTH, TOEPLITZ
from tests.lab.learning.exercises import told_answer


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def _matrix(seed: Any, n: int) -> Any:
    return np.array([[seed[i - j + n - 1] for j in range(n)] for i in range(len(seed) - n + 1)])


def test_right_hashes_in_other_forms(rng: np.random.Generator) -> None:
    assert TOEPLITZ.check(toeplitz_hash, rng).mark == "RIGHT"
    assert TOEPLITZ.check(lambda x, s: _matrix(s, len(x)) @ x % 2 == 1, rng).mark == "RIGHT"


@pytest.mark.parametrize(
    ("answer", "concept"),
    [
        (lambda x, s: _matrix(s, len(x)) @ x, "mod 2"),
        (lambda x, s: np.minimum(_matrix(s, len(x)) @ x, 1), "That is OR"),
        (lambda x, s: x, "The hash has m ="),
        (lambda x, s: [], "The hash has m ="),
        (lambda x, s: np.array([s[i : i + len(x)] for i in range(len(s) - len(x) + 1)]) @ x % 2, "falls"),
        (lambda x, s: _matrix(s, len(s) - len(x) + 1).T @ x % 2, "exchanged"),
        (lambda x, s: [0] * (len(s) - len(x) + 1), "with the rows [["),
        (lambda x, s: 1, "a list of 2 bits"),
        (lambda x, s: "11", "a list of 2 bits"),
    ],
)
def test_wrong_hashes(answer: object, concept: str, rng: np.random.Generator) -> None:
    feedback = TOEPLITZ.check(answer, rng)
    assert feedback.mark == "NOT YET"
    assert concept in feedback.text
    assert "for the bits [" in feedback.text


@pytest.mark.parametrize("answer", [0.0955, 0.09546, 0.095, np.float64(0.0955)])
def test_right_limits(answer: float, rng: np.random.Generator) -> None:
    assert KEY_LIMIT.check(answer, rng).mark == "RIGHT"


@pytest.mark.parametrize(
    ("answer", "concept"),
    [
        (0.11, "f = 1,"),
        (0.0981, "f = 1.16"),
        (0.0846, "one of the two"),
        (0.5, "coin tosses"),
        (0.05, "is 0.370, and not 0"),
        (9.55, "9.55 % is 0.0955"),
        ("9.55 %", "9.55 % is 0.0955"),
        (True, "must be a number"),
        ([0.0955], "must be a number"),
        (-1, "and not 0"),
    ],
)
def test_wrong_limits(answer: object, concept: str, rng: np.random.Generator) -> None:
    feedback = KEY_LIMIT.check(answer, rng)
    assert feedback.mark == "NOT YET"
    assert concept in feedback.text


@pytest.mark.parametrize("bits", [0, 64, 128, 383, 384, 1024, 2000])
def test_the_account_lasts_as_long_as_the_exercise_says(bits: int) -> None:
    """The formula against the account itself."""
    ledger, sessions = AuthenticationLedger.draw(bits, np.random.default_rng(1)), 0
    try:
        while ledger.authenticate([], []).agreed:
            sessions += 1
    except KeyExhausted:
        pass
    assert sessions == eval(DRAINED_ACCOUNT.answer)(bits)


@pytest.mark.parametrize(
    ("answer", "concept"),
    [
        (lambda bits: bits // 384, "paid for once"),
        (lambda bits: bits // 256, "costs 128 bits, too"),
        (lambda bits: (bits - 128) // 128, "two tags"),
        (lambda bits: (bits - 128) // 256, "fewer sessions than 0"),
        (lambda bits: (bits - 128) / 256, "cannot pay for both"),
        (lambda bits: 100, "enough for 3"),
    ],
)
def test_wrong_accounts(answer: object, concept: str, rng: np.random.Generator) -> None:
    feedback = DRAINED_ACCOUNT.check(answer, rng)
    assert feedback.mark == "NOT YET"
    assert concept in feedback.text


def test_the_tag_of_a_million_bits() -> None:
    assert told_answer("TAG_LENGTH")(1_000_000, 1e-10) == 48


@pytest.mark.parametrize(
    ("answer", "concept"),
    [
        (lambda n, e: math.ceil(math.log2(1 / e)), "n / b roots"),
        (lambda n, e: math.ceil(math.log2(n / e)), "words of b bits"),
        (lambda n, e: 128, "the shortest tag has 48 bits"),
    ],
)
def test_wrong_tags(answer: object, concept: str, rng: np.random.Generator) -> None:
    feedback = TAG_LENGTH.check(answer, rng)
    assert feedback.mark == "NOT YET"
    assert concept in feedback.text
    assert "for 1000000 bits and ε = 1e-10" in feedback.text
