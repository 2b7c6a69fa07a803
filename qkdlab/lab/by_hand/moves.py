"""What the lab does in place of a learner, what it says of wrong marks, and how the story ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from .hand import Hand, Step
from .talk import Talk, talk

MOST_ERRORS: Final = 0.11
"""Alice and Bob of the lab stop above this error rate, as a session does by default."""

_MARKED: Final = {Step.SIFT: "kept", Step.KNOW: "known"}
"""Steps whose marks are right or wrong."""


def for_me(hand: Hand) -> Hand:
    """Return the hand with all that is to be done at this step done by the lab."""
    if hand.step in _MARKED:
        name = _MARKED[hand.step]
        return hand.choose(**{name: tuple(getattr(talk(hand), name).astype(int).tolist())})
    if hand.step is Step.SAMPLE:
        kept = np.flatnonzero(talk(hand).kept)
        drawn = np.random.default_rng([hand.seed, 3]).permutation(kept)[: max(1, len(kept) // 2)]
        return hand.choose(sample=tuple(int(pulse in drawn) for pulse in range(hand.n_pulses)))
    return hand.filled()


def wrong_mark(hand: Hand) -> int | None:
    """Return the first pulse (from 0 on) whose mark is wrong at this step; None if all are right."""
    if hand.step not in _MARKED:
        return None
    name = _MARKED[hand.step]
    wrong = np.flatnonzero(getattr(talk(hand), name) != np.array(getattr(hand, name), dtype=bool))
    return int(wrong[0]) if len(wrong) else None


def lacks_sample(hand: Hand) -> bool:
    """Whether a sample is to be chosen and none of the kept bits is in it, though there are some."""
    if hand.step is not Step.SAMPLE:
        return False
    kept = talk(hand).kept
    return bool(kept.any() and not (kept & np.array(hand.sample, dtype=bool)).any())


def decide(hand: Hand, decision: str) -> Hand:
    """Return the hand at its end, with the decision of Alice and Bob."""
    if hand.step is not Step.DECIDE:
        raise ValueError(f"hand must be at the step 'decide', got {hand.step.value!r}")
    return replace(hand.on(), decision=decision)


def decision_of_the_lab(hand: Hand) -> str:
    """Return what Alice and Bob of the lab do: use the key, unless too many compared bits are wrong."""
    found = talk(hand).estimate(hand.sample)
    return "drop" if found is None or found.qber > MOST_ERRORS else "use"


def play(hand: Hand) -> Hand:
    """Return the hand at its end, the lab having done all that was left to do, by the rules.

    >>> play(Hand(role="Bob", seed=95, eve="there")).decision
    'drop'
    """
    while hand.step is not Step.END:
        done = for_me(hand) if hand.editable else hand
        hand = decide(done, decision_of_the_lab(done)) if done.step is Step.DECIDE else done.on()
    return hand


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """How a hand stands, in counts of pulses; what is kept and not compared is the key.

    Parameters
    ----------
    n_kept, n_compared
        Kept pulses, and those of them whose bits were disclosed.
    n_errors, true_n_errors_left
        Wrong bits among the compared ones, and among the key's, which nobody can see.
    n_key, n_known
        Bits of the key, and those of them that Eve knows for certain.
    n_all_known, true_n_all_errors
        What Eve knows of all kept bits, and how many of these are wrong.
    """

    n_kept: int
    n_compared: int
    n_errors: int
    true_n_errors_left: int
    n_key: int
    n_known: int
    n_all_known: int
    true_n_all_errors: int

    @classmethod
    def of(cls, hand: Hand, said: Talk | None = None) -> Score:
        """Count what became of a hand; its choices must all be made."""
        said = said or talk(hand)
        sample = np.array(hand.sample, dtype=bool) & said.kept
        key = said.kept & ~sample
        counts = {
            "n_kept": said.kept,
            "n_compared": sample,
            "n_errors": said.compared(sample),
            "true_n_errors_left": said.true_errors & key,
            "n_key": key,
            "n_known": said.known & key,
            "n_all_known": said.known,
            "true_n_all_errors": said.true_errors,
        }
        return cls(**{name: int(np.count_nonzero(mask)) for name, mask in counts.items()})
