"""Exercises and questions: right answers, the wrong ideas they name, and answers that are neither."""

import math
from typing import Any

import numpy as np
import pytest

from qkdlab.lab.learning import Choice
from qkdlab.lab.pqc.choices import HARVESTED, KEYS_RUN_OUT, MIDDLE_NODE, WHO_ANSWERS
from qkdlab.lab.pqc.exercises import LOST_MESSAGES, ORDER_FACTORS, lost_messages
from qkdlab.lab.pqc.timeline import TimelineSettings, messages

RNG = np.random.default_rng(1)


def test_lost_messages_are_those_of_the_timeline() -> None:
    for x, y, z in ((25, 8, 15), (10, 8, 15), (5, 8, 15), (1, 20, 40)):
        settings = TimelineSettings(secrecy_years=x, migration_years=y, quantum_year=z)
        lost = [one for one in messages(settings, "qkd") if one.fate == "early"]
        assert lost_messages(x, y, z) == len(lost)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda x, y, z: x + y - z, "no more than y + 1"),
        (lambda x, y, z: int(x + y > z), "how many are is asked for"),
        (lambda x, y, z: sum(s + x >= z for s in range(y + 1)), "not ≥"),
        (lambda x, y, z: sum(s + x > z for s in range(y)), "The message of year y counts"),
        (lambda x, y, z: "many", "not what is asked for"),
    ],
)
def test_wrong_counts_are_named(answer: Any, told: str) -> None:
    feedback = LOST_MESSAGES.check(answer, RNG)
    assert feedback.kind == "wrong"
    assert told in feedback.text


def _half(a: int, r: int, n: int) -> tuple[int, int]:
    found = math.gcd(pow(a, r // 2, n) - 1, n)
    return found, n // found


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (_half, "it gives no factors"),
        (lambda a, r, n: () if r % 2 else _half(a, r, n), "which is -1 modulo N"),
        (lambda a, r, n: (1, n), "no factors"),
        (lambda a, r, n: 3, "not what is asked for"),
        (lambda a, r, n: (), "greatest common divisor"),
    ],
)
def test_wrong_factors_are_named(answer: Any, told: str) -> None:
    feedback = ORDER_FACTORS.check(answer, RNG)
    assert feedback.kind == "wrong"
    assert told in feedback.text


@pytest.mark.parametrize(
    ("choice", "point"),
    [
        (KEYS_RUN_OUT, "prevents"),
        (WHO_ANSWERS, "authentication"),
        (MIDDLE_NODE, "trusted_node"),
        (HARVESTED, ""),
    ],
)
def test_each_question_has_its_wrong_idea_and_answers_it(choice: Choice, point: str) -> None:
    assert [one.point for one in choice.options if one.point] == ([point] if point else [])
    said = {one.feedback for one in choice.options}
    assert len(said) == len(choice.options)
