"""The questions about what a number says of Eve: facts in their words, and what each answer is told."""

from dataclasses import replace

import numpy as np
import pytest

from qkdlab import IDEAL_LINK, InterceptResend, run_session
from qkdlab.lab.distillation.choices import ANY_ERROR, EQUAL_KEYS, PERFECT_LINKS
from qkdlab.lab.distillation.exercises_correction import LARGEST_QBER
from qkdlab.lab.distillation.exercises_secrecy import KEY_LIMIT
from qkdlab.lab.distillation.presets import DISTILLATION_PRESETS
from qkdlab.values import binary_entropy

CHOICES = (ANY_ERROR, EQUAL_KEYS, PERFECT_LINKS)


@pytest.mark.parametrize("choice", CHOICES, ids=lambda one: one.name)
def test_every_answer_is_told_something_of_its_own(choice) -> None:
    assert len({option.feedback for option in choice.options}) == len(choice.options)


@pytest.mark.parametrize(
    ("choice", "point", "concept"),
    [
        (ANY_ERROR, "any_error", "say"),
        (EQUAL_KEYS, "qber_zero_secure", "QBER before correction"),
        (PERFECT_LINKS, "authentication", "authentication"),
    ],
)
def test_the_wrong_idea_is_named(choice, point: str, concept: str) -> None:
    wrong = [option for option in choice.options if option.point == point]
    assert wrong
    assert all(concept in option.feedback for option in wrong)


def test_eve_at_eight_per_cent_makes_two_per_cent() -> None:
    quiet = replace(DISTILLATION_PRESETS["quiet"].settings, link=IDEAL_LINK)
    run = run_session(quiet, eavesdropper=InterceptResend(fraction=0.08))
    assert abs(run.true_qber - 0.02) < 5 * np.sqrt(0.02 * 0.98 / run.distillation.n_sifted)
    assert round(100 * binary_entropy(0.02)) == 14


@pytest.mark.parametrize(
    ("exercise", "point", "concept"),
    [
        (LARGEST_QBER, "small_sample", "No error seen is not no error"),
        (KEY_LIMIT, "eleven_percent", "11 % is no law of nature"),
    ],
)
def test_the_check_of_an_exercise_names_the_wrong_idea(exercise, point: str, concept: str) -> None:
    (wrong,) = exercise.wrong
    assert wrong.point == point
    feedback = exercise.check(wrong.answer, np.random.default_rng(1))
    assert feedback.mark == "NOT YET"
    assert concept in feedback.text
