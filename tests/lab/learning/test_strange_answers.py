"""What is no answer at all, such as text for a number: wrong, and never the fault of the learner's code."""

from collections.abc import Callable
from functools import partial
from itertools import count

import numpy as np
import pytest

from qkdlab.errors import LONGEST_MESSAGE
from tests.lab.learning.exercises import EXERCISES


class Odd:
    def __repr__(self) -> str:
        raise RuntimeError


STRANGE = {
    "text": "hello",
    "nan": float("nan"),
    "list": [],
    "object": object(),
    "array": np.ones(3),
    "huge": 10**400,
    "more digits than Python writes": 10**5000,
    "huge in a pair": (10**400, float("inf")),
    "infinite in a pair": ("X", float("inf")),
    "arrays in a pair": (np.array([1, 2]), 3),
    "array without dimensions": np.array(5),
    "complex": 1j,
    "long list": list(range(100_000)),
    "long text": "9" * 4_000,
    "no repr": Odd(),
}


@pytest.mark.long
@pytest.mark.parametrize("kind", STRANGE)
@pytest.mark.parametrize("name", EXERCISES)
def test_a_strange_result_is_wrong_and_blames_no_code(name: str, kind: str) -> None:
    # would catch: the ValueError of float("hello") in our checker told as an error of the learner's function
    rng = np.random.default_rng(3)
    exercise, strange = EXERCISES[name], STRANGE[kind]
    marks = [exercise.check(lambda *_arguments: strange, rng), exercise.check(strange, rng)]
    assert {one.mark for one in marks} == {"NOT YET"}, marks
    assert not any("nan % is" in one.text for one in marks)
    assert all(len(one.text) <= LONGEST_MESSAGE for one in marks), marks


@pytest.mark.timeout(60)
@pytest.mark.parametrize("endless", [count, partial(range, 10**12)], ids=["generator", "range"])
@pytest.mark.parametrize(
    "name", ["KEPT_ROWS", "WHO_KNOWS", "SIFTING", "PARITY_RELAY", "ORDER_FACTORS", "TOEPLITZ"]
)
def test_what_has_no_end_is_wrong(name: str, endless: Callable[[], object]) -> None:
    # would catch: a kernel that runs out of memory
    rng = np.random.default_rng(3)
    assert EXERCISES[name].check(lambda *_arguments: endless(), rng).kind == "wrong"
    assert EXERCISES[name].check(endless(), rng).kind == "wrong"


@pytest.mark.parametrize("error", [ValueError("y" * 100_000), ValueError("a\n" * 5_000), SystemExit(3)])
def test_the_error_of_an_answer_is_told_in_a_few_lines(error: BaseException) -> None:
    def stops(*_arguments: object) -> None:
        raise error

    told = EXERCISES["SIFTING"].check(stops, np.random.default_rng(3))
    assert told.kind == "not_checked"
    assert len(told.text) <= LONGEST_MESSAGE
    assert told.text.count("\n") < 4
