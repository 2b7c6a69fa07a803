"""The exercises of the notebook on eavesdroppers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...errors import shown
from ..learning.exercise import TRIALS, Exercise, NotYet, function_check
from ..learning.hard_points import Misconception
from ..learning.number_answers import is_boolean, share_of
from ..sessions.facts import bits_to_compare


def _shares(rng: np.random.Generator) -> Iterator[tuple[float]]:
    for share in [*np.round(rng.uniform(0.05, 0.99, TRIALS), 2).tolist(), 1.0]:
        yield (share,)


def _judge_size(got: Any, share: float) -> None:
    qber = share / 4
    expected = bits_to_compare(qber) or 0
    if got == expected and not is_boolean(got):
        return
    case = f"for the share {share:g} of attacked pulses you give {shown(got)}"
    if share < 1 and got == bits_to_compare(share):
        raise NotYet(
            f"{case}. An attacked pulse is not yet an error: of those that are sifted one in four is wrong."
        )
    if got == expected - 1:
        raise NotYet(f"{case}, and one bit more is needed: at this number the chance is still above 1e-6.")
    raise NotYet(
        f"{case}, but {expected} bits are needed: each shows no error with probability {1 - qber:g}."
    )


SAMPLE_SIZE = Exercise(
    name="how many bits to compare so as not to miss her",
    examine=function_check("bits_needed", _shares, _judge_size),
    hints=(
        "How probable is it that one compared bit is right, if Eve attacks this share of the pulses?",
        "n independent bits are all right with probability (1 - share / 4) ** n.",
        "Solve (1 - share / 4) ** n < 1e-6 with logarithms, and round up to a whole number.",
    ),
    answer="lambda share: math.ceil(math.log(1e-6) / math.log(1 - share / 4))",
    because="At full interception that is 49: (3/4)^49 is below one in a million, (3/4)^48 is not.",
)


def _examine_denominators(answer: Any, _rng: np.random.Generator) -> None:
    is_row = isinstance(answer, list | tuple) or (isinstance(answer, np.ndarray) and answer.ndim > 0)
    parts = list(answer) if is_row else []
    if len(parts) != 3:
        raise NotYet(f"the answer must be three numbers, got {shown(answer)}.")
    whys = {
        0.25: "the QBER: Eve's basis is wrong for half of them, then half are wrong.",
        0.125: "the share of all detected pulses: sifting keeps half of them.",
        0.375: "the share of differing bits before sifting: where the bases differ, "
        "Bob's bit is a coin toss.",
    }
    for share, (right, why) in zip([share_of(part) for part in parts], whys.items(), strict=True):
        if abs(share - right) > 1e-9:
            raise NotYet(f"{share:g} is not {why}")


DENOMINATORS = Exercise(
    name="25, 12.5 or 37.5 %?",
    examine=_examine_denominators,
    hints=(
        "All three count pulses where Bob's bit is not Alice's, but out of different totals.",
        "Half of the detected pulses are sifted. In the other half, how often do the bits differ by chance?",
        "Before sifting: half of the bits differ with probability 1/4, the other half with 1/2.",
    ),
    answer="(0.25, 0.125, 0.375)",
    because=(
        "Of the sifted bits 1/4 are wrong; these are 1/8 of all detected pulses; "
        "before sifting 1/2 × 1/4 + 1/2 × 1/2 = 3/8 differ. The QBER is the first."
    ),
    wrong=(
        Misconception(point="denominators", answer=(0.25, 0.25, 0.25)),
        Misconception(point="denominators", answer=(0.125, 0.25, 0.375)),
    ),
)
"""The shares of wrong bits at full interception: of the sifted bits, of all pulses, and before sifting."""


def _examine_quiet_basis(answer: Any, _rng: np.random.Generator) -> None:
    concepts = {
        "X": "X bits are where she would be caught: her measurement in Z makes half of them wrong.",
        "both": "half of the X bits would be wrong, and with both bases they are compared, too.",
    }
    text = answer.strip().strip(".") if isinstance(answer, str) else ""
    if text.upper() == "Z":
        return
    asked = f"the answer must be 'Z', 'X' or 'both', got {shown(answer)}."
    raise NotYet(concepts.get(text.upper(), concepts.get(text.lower(), asked)))


QUIET_BASIS = Exercise(
    name="the only basis that Alice may use if Eve, who measures in Z, is to stay unseen",
    examine=_examine_quiet_basis,
    hints=(
        "A measurement disturbs a state unless the state belongs to the basis of the measurement.",
        "Look at the panel with Eve in Z only: the bits of which basis show no errors?",
        "If Alice sent those bits alone, Eve would read all of them, and nobody would see an error.",
    ),
    answer="'Z'",
    because="If all were sent in Z, Eve would know them all at QBER 0. The second basis is the alarm.",
)
