"""The exercises of the first notebook."""

from __future__ import annotations

from typing import Any

import numpy as np

from .exercise import Exercise

TRIALS = 50


def _examine_sifting(sift: Any, rng: np.random.Generator) -> str | None:
    if not callable(sift):
        return f"sift must be a function, got {sift!r}."
    for _ in range(TRIALS):
        size = int(rng.integers(1, 12))
        alice, bob = rng.integers(0, 2, size).tolist(), rng.integers(0, 2, size).tolist()
        expected = [place for place in range(size) if alice[place] == bob[place]]
        got = [int(place) for place in sift(list(alice), list(bob))]
        if got != expected:
            return (
                f"for the bases {alice} of Alice and {bob} of Bob, sift gives {got}, but the bases agree "
                f"at {expected}. Only there did Bob measure what Alice prepared."
            )
    return None


SIFTING = Exercise(
    name="sift two lists of bases",
    examine=_examine_sifting,
    hints=(
        "Bob's bit means something only where he used Alice's basis.",
        "Go through both lists together; `enumerate(zip(alice_bases, bob_bases))` gives place and pair.",
        "Collect the places where the two bases are equal, in order.",
    ),
    solution=(
        "[place for place, (a, b) in enumerate(zip(alice_bases, bob_bases)) if a == b]. "
        "It uses bases alone. They may be announced in public, because they say nothing about the bits."
    ),
)


def _examine_qber(answer: Any, _rng: np.random.Generator) -> str | None:
    if isinstance(answer, bool) or not isinstance(answer, int | float | np.number):
        return f"the answer must be a number, got {answer!r}."
    value = float(answer)
    if abs(value - 0.10) < 1e-9:
        return None
    if abs(value - 10) < 1e-9:
        return "give a share of 1, not a percentage: 10 would be 1000 %."
    concepts = {
        0.05: "that divides by all detected pulses; the QBER counts among the sifted bits only.",
        0.20: "Eve picks the wrong basis for half of what she reads, but is a wrong basis always an error?",
        0.40: "Eve does not spoil every bit she reads; with Alice's basis she spoils none.",
    }
    for wrong, concept in concepts.items():
        if abs(value - wrong) < 1e-9:
            return concept
    return f"{value:g} is not the QBER. Follow one intercepted photon whose bit is kept in sifting."


INTERCEPTED_QBER = Exercise(
    name="the QBER when Eve reads 40 % of the photons",
    examine=_examine_qber,
    hints=(
        "Look at the sifted bits alone: Alice and Bob used the same basis.",
        "Eve does not know that basis. How often does she pick the other one?",
        "After a measurement in the other basis, how often does Bob read Alice's bit?",
    ),
    solution=(
        "0.40 × 1/2 × 1/2 = 0.10. Eve picks the wrong basis for half of the photons she reads, "
        "and then half of Bob's bits are wrong."
    ),
)
