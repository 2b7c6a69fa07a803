"""What is no answer at all, such as text for a number: wrong, and never the fault of the learner's code."""

import numpy as np
import pytest

from qkdlab import lab
from qkdlab.lab.learning.exercise import Exercise

EXERCISES = {name: one for name, one in vars(lab).items() if isinstance(one, Exercise)}
STRANGE = {"text": "hello", "nan": float("nan"), "list": [], "object": object(), "array": np.ones(3)}


@pytest.mark.parametrize("kind", STRANGE)
@pytest.mark.parametrize("name", EXERCISES)
def test_a_strange_result_is_wrong_and_blames_no_code(name: str, kind: str) -> None:
    # would catch: the ValueError of float("hello") in our checker told as an error of the learner's function
    rng = np.random.default_rng(3)
    exercise, strange = EXERCISES[name], STRANGE[kind]
    marks = [exercise.check(lambda *_arguments: strange, rng), exercise.check(strange, rng)]
    assert {one.mark for one in marks} == {"NOT YET"}, marks
    assert not any("nan % is" in one.text for one in marks)
