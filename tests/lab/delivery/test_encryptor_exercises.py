"""The exercise checks of the notebook on encryptors."""

import math

import numpy as np
import pytest

from qkdlab.delivery.encryptor.key_source import SharedKeys
from qkdlab.delivery.encryptor.local_link import LocalLink
from qkdlab.lab.delivery.delivery_settings import DeliverySettings
from qkdlab.lab.delivery.exercises import (
    ATTACKER_NEEDS,
    POOL_LASTS,
    ROTATION_TIME,
    TELLTALE_ID,
    epochs_read,
    interval_for,
    lasting_seconds,
)
from qkdlab.lab.learning.exercise import Exercise


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(9)


def _told(exercise: Exercise, answer: object, rng: np.random.Generator) -> str:
    """What is said of a wrong answer; nothing of a right one."""
    feedback = exercise.check(answer, rng)
    return feedback.text if feedback.mark == "NOT YET" else ""


@pytest.mark.parametrize(
    ("exercise", "answer", "concept"),
    [
        (ROTATION_TIME, lambda speed, most, rate: most / speed, "more than the link makes"),
        (ROTATION_TIME, lambda speed, most, rate: 0, "no more than the link makes"),
        (ROTATION_TIME, lambda speed, most, rate: 8 * most / speed, "bytes"),
        (ROTATION_TIME, lambda speed, most, rate: speed / most, "the seconds for each key"),
        (TELLTALE_ID, lambda name: b"a", "has 2 bytes"),
        (TELLTALE_ID, lambda name: name, "bytes are asked for"),
        (POOL_LASTS, lambda stored, made, every: stored / 256 * every, "only while no bits are made"),
        (POOL_LASTS, lambda stored, made, every: stored / 256, "how many keys"),
        (POOL_LASTS, lambda stored, made, every: math.inf, "inf. More bits are used than made"),
        (ATTACKER_NEEDS, lambda epochs, has: sum(one <= has for one in epochs), "those before"),
        (ATTACKER_NEEDS, lambda epochs, has: 0, "the first that she cannot read"),
    ],
)
def test_a_wrong_answer_is_told_why(
    exercise: Exercise, answer: object, concept: str, rng: np.random.Generator
) -> None:
    assert concept in _told(exercise, answer, rng)


def test_a_store_lasts_as_long_as_its_keys_are_used() -> None:
    # the encryptors themselves: as many keys as the formula says, counted
    settings = DeliverySettings(rotate_seconds=4.0, rotate_frames=10_000).encryptors
    now, keys = [0.0], SharedKeys(5)
    link = LocalLink(settings, keys, keys, clock=lambda: now[0])
    while keys.n_left:
        link.run()
        now[0] += 0.5
    assert now[0] == pytest.approx(lasting_seconds(5 * 256, 0, 4) - 4 + 0.5)  # the first is taken at once
    assert lasting_seconds(1, 64, 4) == math.inf
    assert interval_for(1.0, 4.0, 64.0) == 4.0


def test_an_epoch_that_cannot_be_read_closes_those_after_it() -> None:
    both, pqc = {"QKD", "PQC"}, {"PQC"}
    assert epochs_read([both, pqc, pqc], pqc) == 0
    assert epochs_read([pqc, pqc, both, pqc], pqc) == 2
    assert epochs_read([both, pqc], both) == 2
    assert epochs_read([], set()) == 0
