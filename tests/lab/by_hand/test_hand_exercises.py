"""The exercises of notebook 02: right answers pass, and each wrong idea is named."""

from typing import Any

import numpy as np
import pytest

from qkdlab.lab import ANNOUNCED, BOB_READS, EVE_KNOWS, KEPT_ROWS, MESSAGE_SENT, ONE_BASIS, STOP_AT
from qkdlab.lab.by_hand.exercises import ALICE_BASES, BOB_BASES, EVE_BASES
from qkdlab.lab.learning.choice import Choice
from qkdlab.lab.learning.exercise import Exercise

RIGHT: dict[Any, Any] = {
    BOB_READS: lambda bit, alice, bob: bit if alice == bob else "?",
    KEPT_ROWS: [1, 3, 5, 6, 8],
    EVE_KNOWS: 3,
    ANNOUNCED: 0.5,
    STOP_AT: 5,
}
WRONG: list[tuple[Any, Any, str]] = [
    (BOB_READS, lambda bit, alice, bob: bit, "coin toss"),
    (BOB_READS, lambda bit, alice, bob: bit if alice == bob else 1 - bit, "does not turn the bit around"),
    (BOB_READS, lambda bit, alice, bob: "?", "nothing is left to chance"),
    (BOB_READS, lambda bit, alice, bob: [bit], "Bob reads what Alice sent"),
    (KEPT_ROWS, [0, 2, 4, 5, 7], "count from 0"),
    (KEPT_ROWS, [2, 4, 7], "different bases"),
    (KEPT_ROWS, [1, 3, 5, 6], "pulse 8: Alice used X and Bob X"),
    (KEPT_ROWS, "ZX", "give a list"),
    (EVE_KNOWS, 5, "no bit"),
    (EVE_KNOWS, 4, "Bob had not"),
    (EVE_KNOWS, 7, "coin toss"),
    (EVE_KNOWS, "three", "give a number"),
    (EVE_KNOWS, 100, "Go through the kept pulses"),
    (ANNOUNCED, 1.0, "the bases are not the bits"),
    (ANNOUNCED, 0.75, "measured nothing"),
    (ANNOUNCED, 0.0, "a guess is right now and then"),
    (ANNOUNCED, 0.6, "toss a coin"),
    (ANNOUNCED, 50, "not a percentage"),
    (STOP_AT, 1, "Every real line makes some errors"),
    (STOP_AT, 4, "still below"),
    (STOP_AT, 10, "18.75 %"),
    (STOP_AT, 6, "15 %"),
    (STOP_AT, float("nan"), "whole number"),
    (STOP_AT, "five", "whole number"),
]


@pytest.mark.parametrize("task", RIGHT, ids=lambda task: task.name)
def test_the_right_answer_is_right(task: Exercise) -> None:
    assert task.check(RIGHT[task], np.random.default_rng(1)).kind == "right"
    assert len({repr(task.hint(number)) for number in (1, 2, 3)}) == 3
    assert task.check(None, np.random.default_rng(1)).kind == "open"


@pytest.mark.parametrize(("task", "answer", "told"), WRONG)
def test_a_wrong_answer_is_told_why(task: Exercise, answer: object, told: str) -> None:
    feedback = task.check(answer, np.random.default_rng(1))
    assert feedback.kind == "wrong"
    assert told in feedback.text


@pytest.mark.parametrize(
    ("choice", "right", "wrong", "told"),
    [(MESSAGE_SENT, 1, 0, "QKD sends no message"), (ONE_BASIS, 2, 1, "second basis that betrays her")],
)
def test_a_question_tells_why_an_option_is_wrong(choice: Choice, right: int, wrong: int, told: str) -> None:
    assert choice.right == right
    assert told in choice.options[wrong].feedback


@pytest.mark.parametrize("task", [BOB_READS, EVE_KNOWS, ANNOUNCED, STOP_AT], ids=lambda task: task.name)
def test_each_wrong_idea_is_named(task: Exercise) -> None:
    assert task.wrong
    for idea in task.wrong:
        feedback = task.check(idea.answer, np.random.default_rng(1))
        assert feedback.kind == "wrong"
        assert feedback.concept


def test_the_numbers_of_the_eight_pulses_are_all_different() -> None:
    # would catch: two misunderstandings that give the same number, or one that gives the right one
    kept = [a == b for a, b in zip(ALICE_BASES, BOB_BASES, strict=True)]
    known = [a == e for a, e in zip(ALICE_BASES, EVE_BASES, strict=True)]
    both = sum(k and e for k, e in zip(kept, known, strict=True))
    numbers = [both, sum(kept), sum(known), len(EVE_BASES) - EVE_BASES.count("-")]
    assert numbers == [3, 5, 4, 7]
