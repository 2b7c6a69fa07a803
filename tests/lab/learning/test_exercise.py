"""Exercise checks: right and wrong answers, and what a wrong one is told."""

import math
import re

import numpy as np
import pytest

from qkdlab.lab.eavesdropper.exercises import DENOMINATORS, QUIET_BASIS, SAMPLE_SIZE
from qkdlab.lab.learning.exercise import NotYet
from qkdlab.lab.learning.number_answers import judge_number
from qkdlab.lab.link.exercises import INTERCEPTED_QBER, SIFTING


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def sift(alice: list[int], bob: list[int]) -> list[int]:
    return [place for place, (a, b) in enumerate(zip(alice, bob, strict=True)) if a == b]


def test_right_answers(rng: np.random.Generator) -> None:
    assert SIFTING.check(sift, rng).mark == "RIGHT"
    assert INTERCEPTED_QBER.check(0.1, rng).mark == "RIGHT"
    assert INTERCEPTED_QBER.check(0.4 * 0.5 * 0.5, rng).mark == "RIGHT"
    assert INTERCEPTED_QBER.check(np.float64(0.1), rng).mark == "RIGHT"


def test_an_error_in_the_answer_is_not_checked_rather_than_wrong(rng: np.random.Generator) -> None:
    feedback = SIFTING.check(lambda alice, bob: alice[99], rng)
    assert feedback.mark.startswith("NOT CHECKED")
    assert "IndexError" in feedback.text


def test_a_wrong_sift_is_shown_the_input_and_the_concept(rng: np.random.Generator) -> None:
    feedback = SIFTING.check(lambda alice, bob: [i for i, a in enumerate(alice) if a != bob[i]], rng)
    assert feedback.mark == "NOT YET"
    assert "for the bases [" in feedback.text
    assert "Only there did Bob measure what Alice prepared" in feedback.text
    assert SIFTING.check([0, 1], rng).text.startswith("sift must be a function")


def test_a_list_of_booleans_is_recognised(rng: np.random.Generator) -> None:
    for answer in (
        lambda alice, bob: [a == b for a, b in zip(alice, bob, strict=True)],
        lambda alice, bob: np.array(alice) == np.array(bob),
    ):
        feedback = SIFTING.check(answer, rng)
        assert feedback.mark == "NOT YET"
        assert "the places themselves are asked for" in feedback.text


def test_a_return_that_is_not_reached_is_not_called_a_missing_one(rng: np.random.Generator) -> None:
    # before: "end it with `return` and the result", said to a loop with a return in it
    told = SAMPLE_SIZE.check(lambda share: 49 if share > 2 else None, rng).text
    assert "it met no `return` with a result" in told
    assert re.match(r"for [\d.]+ \w+ returns nothing", told)


@pytest.mark.parametrize(("got", "told"), [(25.0, "give a share of 1"), (0.5, "but why?"), (1.0, "but why?")])
def test_a_percentage_is_told_from_a_wrong_number(got: float, told: str) -> None:
    # before: of a right square of a cosine, in per cent, "the chance is the square of …"
    with pytest.raises(NotYet, match=told):
        judge_number(got, 0.25, case="a coin", concepts={}, otherwise="why?")
    with pytest.raises(NotYet, match="but why"):
        judge_number(300, 3, case="dice", concepts={}, otherwise="why?")


def test_a_right_answer_is_told_why(rng: np.random.Generator) -> None:
    assert repr(INTERCEPTED_QBER.check(0.1, rng)) == f"RIGHT: {INTERCEPTED_QBER.because}"
    assert repr(QUIET_BASIS.check(" z ", rng)).startswith("RIGHT: If all were sent in Z")


def test_keeping_everything_is_wrong(rng: np.random.Generator) -> None:
    assert SIFTING.check(lambda alice, bob: range(len(alice)), rng).mark == "NOT YET"


@pytest.mark.parametrize(
    ("answer", "concept"),
    [
        (10, "share of 1, not a percentage: 10 % is 0.1"),
        ("10%", "share of 1, not a percentage: 10 % is 0.1"),
        ("10 %", "10 % is 0.1"),
        (0.05, "sifted bits only"),
        (0.2, "always an error"),
        (0.4, "she spoils none"),
        (0.3, "0.3 is not the QBER"),
        ("0.1", "without quotation marks"),
        ("ten", "must be a number"),
        (True, "must be a number"),
        ([True, False], "must be a number"),
    ],
)
def test_wrong_numbers_meet_their_concept(answer: object, concept: str, rng: np.random.Generator) -> None:
    feedback = INTERCEPTED_QBER.check(answer, rng)
    assert feedback.mark == "NOT YET"
    assert concept in feedback.text


def test_sample_sizes(rng: np.random.Generator) -> None:
    told = eval(SAMPLE_SIZE.answer, {"math": math})
    assert told(1.0) == 49
    assert SAMPLE_SIZE.check(told, rng).mark == "RIGHT"
    for wrong, concept in (
        (lambda share: told(share) - 1, "one bit more"),
        (lambda share: math.ceil(math.log(1e-6) / math.log(1 - share)), "one in four is wrong"),
        (lambda share: 49, "are needed"),
        (49, "must be a function"),
    ):
        feedback = SAMPLE_SIZE.check(wrong, rng)
        assert feedback.mark == "NOT YET"
        assert concept in feedback.text


@pytest.mark.parametrize(
    ("answer", "concept"),
    [
        ((25, 12.5, 37.5), "25 % is 0.25"),
        (("25%", 0.125, 0.375), "25 % is 0.25"),
        ([True, False, True], "True and False are none"),
        ((0.5, 0.125, 0.375), "0.5 is not the QBER"),
        ((0.25, 0.25, 0.375), "sifting keeps half"),
        ((0.25, 0.125, 0.5), "a coin toss"),
        (0.25, "three numbers"),
    ],
)
def test_wrong_denominators(answer: object, concept: str, rng: np.random.Generator) -> None:
    assert concept in DENOMINATORS.check(answer, rng).text


def test_right_denominators_and_the_quiet_basis(rng: np.random.Generator) -> None:
    told = eval(DENOMINATORS.answer)
    assert DENOMINATORS.check(told, rng).mark == "RIGHT"
    assert QUIET_BASIS.check("Z", rng).mark == "RIGHT"
    assert "half of them wrong" in QUIET_BASIS.check("X", rng).text
    assert "they are compared, too" in QUIET_BASIS.check("both", rng).text
    assert "must be 'Z', 'X' or 'both'" in QUIET_BASIS.check(["Z"], rng).text


def test_what_the_code_prints_is_told_once_for_the_input_that_is_shown(
    rng: np.random.Generator, capsys: pytest.CaptureFixture[str]
) -> None:
    # before: fifty lines, one for each input, and nothing said for which
    def wrong(alice: list[int], bob: list[int]) -> list[int]:
        print("bases", alice, bob)
        return [0] * len(alice)

    feedback = SIFTING.check(wrong, rng)
    assert capsys.readouterr().out == ""
    assert feedback.note.startswith("Your code printed for this input: bases [")
    alice, bob = feedback.note.split("bases ")[1].split("] ")
    assert f"for the bases {alice}] of Alice and {bob} of Bob" in feedback.text

    def stops(alice: list[int], _bob: list[int]) -> list[int]:
        print("here")
        return [alice[99]]

    assert SIFTING.check(stops, rng).note == "Your code printed for this input: here"
    assert SIFTING.check(sift, rng).note == ""
