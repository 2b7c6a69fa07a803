"""The exercises of the first notebook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...errors import shown
from ..learning.exercise import TRIALS, Exercise, NotYet, function_check
from ..learning.hard_points import Misconception
from ..learning.number_answers import is_boolean, judge_answer, share_of, whole_numbers


def _bases(rng: np.random.Generator) -> Iterator[tuple[list[int], list[int]]]:
    for _ in range(TRIALS):
        size = int(rng.integers(1, 12))
        yield rng.integers(0, 2, size).tolist(), rng.integers(0, 2, size).tolist()


def _judge_places(got: Any, alice: list[int], bob: list[int]) -> None:
    places, expected = list(got), [place for place in range(len(alice)) if alice[place] == bob[place]]
    if places and all(is_boolean(place) for place in places):
        raise NotYet(
            f"sift gives True or False for each place, but the places themselves are asked for: {expected} "
            f"for the bases {alice} of Alice and {bob} of Bob. `enumerate` counts places."
        )
    places = whole_numbers(got)
    if places != expected:
        raise NotYet(
            f"for the bases {alice} of Alice and {bob} of Bob, sift gives {shown(places)}, but the bases "
            f"agree at {expected}. Only there did Bob measure what Alice prepared."
        )


SIFTING = Exercise(
    name="sift two lists of bases",
    examine=function_check("sift", _bases, _judge_places),
    hints=(
        "Bob's bit means something only where he used Alice's basis.",
        "Go through both lists together; `enumerate(zip(alice_bases, bob_bases))` gives place and pair.",
        "Collect the places where the two bases are equal, in order.",
    ),
    answer="[place for place, (a, b) in enumerate(zip(alice_bases, bob_bases)) if a == b]",
    because="It uses bases alone. Once Bob has measured, they may be announced in public: they say nothing "
    "about the bits.",
)


def _examine_qber(answer: Any, _rng: np.random.Generator) -> None:
    value = share_of(answer)
    concepts = {
        0.05: "that divides by all detected pulses; the QBER counts among the sifted bits only.",
        0.20: "Eve picks the wrong basis for half of what she reads, but is a wrong basis always an error?",
        0.40: "Eve does not spoil every bit she reads; with Alice's basis she spoils none.",
    }
    told = f"{value:g} is not the QBER. Follow one intercepted photon whose bit is kept in sifting."
    judge_answer(value, 0.10, concepts, told)


INTERCEPTED_QBER = Exercise(
    name="the QBER when Eve reads 40 % of the photons",
    examine=_examine_qber,
    hints=(
        "Look at the sifted bits alone: Alice and Bob used the same basis.",
        "Eve does not know that basis. How often does she pick the other one?",
        "After a measurement in the other basis, how often does Bob read Alice's bit?",
    ),
    answer="0.40 × 1/2 × 1/2 = 0.10",
    because=(
        "Eve picks the wrong basis for half of the photons she reads, and then half of Bob's bits are wrong."
    ),
    wrong=(
        Misconception(point="wrong_basis", answer=0.20),
        Misconception(point="denominators", answer=0.05),
    ),
)
