"""What holds of every exercise: the answer that it tells is right, and what is no answer is told so."""

import numpy as np
import pytest

from tests.lab.learning.exercises import EXERCISES, told_answer

CODE = ("lambda ", "def ", "import ", "return ")
FUNCTIONS = [name for name, one in EXERCISES.items() if one.answer.startswith(CODE)]


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


@pytest.mark.parametrize("name", EXERCISES)
def test_the_answer_that_is_told_is_right(name: str, rng: np.random.Generator) -> None:
    exercise = EXERCISES[name]
    assert repr(exercise.check(told_answer(name), rng)) == f"RIGHT: {exercise.because}"
    assert exercise.check(None, rng).mark.startswith("NOT ANSWERED YET")
    hints = [repr(exercise.hint(number)) for number in (1, 2, 3)]
    assert len(set(hints)) == 3
    assert hints[0].startswith("HINT 1: ")
    assert repr(exercise.explain()).startswith("SOLUTION: ")
    with pytest.raises(ValueError, match="number must be 1, 2 or 3, got 4"):
        exercise.hint(4)


@pytest.mark.parametrize("name", [*FUNCTIONS, "SIFTING"])
def test_what_is_no_answer(name: str, rng: np.random.Generator) -> None:
    exercise = EXERCISES[name]
    assert "must be a function" in exercise.check(0.5, rng).text
    assert "returns nothing" in exercise.check(lambda *given: None, rng).text
    raised = exercise.check(lambda *given: 1 / 0, rng)
    assert raised.mark.startswith("NOT CHECKED")
    assert "ZeroDivisionError" in raised.text
    for wrong in (True, -7, 0.123, "3", b"", b"ab", (True, True), (None, 3), [[0], [1]]):
        assert exercise.check(lambda *given, wrong=wrong: wrong, rng).mark == "NOT YET", wrong
