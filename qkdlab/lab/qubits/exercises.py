"""The exercises of the notebook on bits and qubits."""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, radians, sin
from typing import Any

import numpy as np

from ...errors import shown
from ..learning.exercise import TRIALS, Exercise, NotYet, function_check
from ..learning.hard_points import Misconception
from ..learning.number_answers import is_boolean, judge_number, number_given

# ---- the law of Malus --------------------------------------------------------------------------------


def _angles(rng: np.random.Generator) -> Iterator[tuple[float, float]]:
    yield 0.0, 0.0
    yield 30.0, 0.0
    for _ in range(TRIALS):
        yield float(rng.integers(1, 44)), float(rng.integers(50, 88))


def _judge_passing(got: Any, light: float, filter_angle: float) -> None:
    apart = radians(light - filter_angle)
    judge_number(
        got,
        cos(apart) ** 2,
        case=f"light at {light:g}° and a filter at {filter_angle:g}°",
        concepts={
            cos(apart): "That is the amplitude. The chance is its square.",
            sin(apart) ** 2: "That is the chance that the photon is stopped.",
            cos(2 * apart) ** 2: "The angle is doubled on the Bloch sphere, not in the room.",
            cos(light - filter_angle) ** 2: "`cos` wants radians, and these are degrees: use `radians`.",
            0.5: "A photon is not always stopped half of the time: it depends on the angle between the two.",
        },
        otherwise="the chance is the square of the part of the swing that goes along the filter.",
    )


MALUS = Exercise(
    name="how likely a photon passes a filter",
    examine=function_check("passes", _angles, _judge_passing),
    hints=(
        "Only the angle between the light and the filter matters.",
        "The part of the swing along the filter is the cosine of that angle: this is the amplitude.",
        "Square the amplitude, and turn degrees into radians with `radians` before you take `cos`.",
    ),
    answer="lambda light, filter_angle: math.cos(math.radians(light - filter_angle)) ** 2",
    because="The amplitude is cos of the angle between light and filter, and the chance is its square.",
)


# ---- a wrong basis -----------------------------------------------------------------------------------

N_SENT = 1000
_ABOUT = 5 * (N_SENT * 0.25) ** 0.5


def _examine_wrong_basis(answer: Any, _rng: np.random.Generator) -> None:
    asked = "give two numbers in brackets: clicks of detector 0, and of detector 1"
    try:
        zeros, ones = (number_given(count, asked) for count in answer)
    except (TypeError, ValueError):
        raise NotYet(f"{asked}.") from None
    case = f"you give {zeros:g} and {ones:g}"
    concepts = [
        (
            zeros == ones == 0,
            "A photon in the wrong basis is not lost: it goes to one of the two detectors and makes it "
            "click.",
        ),
        (
            (zeros, ones) == (0, N_SENT),
            "A wrong basis does not turn the bit round. If it did, Bob could turn it back, and the basis "
            "would "
            "not matter. Each click is a coin toss.",
        ),
        (
            (zeros, ones) == (N_SENT, 0),
            "That is what the basis Z would show. In X the bit that was prepared in Z cannot be read.",
        ),
        (0.99 < zeros + ones <= 1.01, f"These are shares. How many of {N_SENT} photons are that?"),
        (
            zeros + ones != N_SENT,
            f"{N_SENT} photons make {N_SENT} clicks: none is lost, and none clicks twice.",
        ),
        (abs(zeros - N_SENT / 2) > _ABOUT, "|0⟩ is halfway between the two states of X."),
    ]
    if any(holds for holds, _ in concepts):
        raise NotYet.of(case, concepts, "")


WRONG_BASIS = Exercise(
    name="what the wrong basis does to 1,000 photons",
    examine=_examine_wrong_basis,
    hints=(
        "Look at the grid: what did |0⟩ do in X?",
        "On the Bloch sphere |0⟩ is as far from |+⟩ as from |\N{WORD JOINER}−⟩.",
        "Each photon clicks in one of the two detectors, either with a chance of ½.",
    ),
    answer="(500, 500)",
    because="About half and half, give or take 16 or so: in the wrong basis each click is a coin toss. "
    "The photon is not lost, and its bit is not turned round.",
    wrong=(
        Misconception(point="wrong_basis", answer=(0, N_SENT)),
        Misconception(point="wrong_basis", answer=(0, 0)),
        Misconception(point="wrong_basis", answer=(N_SENT, 0)),
    ),
)


# ---- superposition or coin ---------------------------------------------------------------------------


def _examine_test(answer: Any, _rng: np.random.Generator) -> None:
    try:
        basis, count = answer
        number = int(count)
    except (OverflowError, TypeError, ValueError):
        raise NotYet('give a basis and a number in brackets, such as ("Z", 3).') from None
    if not isinstance(basis, str):
        raise NotYet(f'the basis must be "Z" or "X", got {shown(basis)}.')
    if basis == "Z":
        told = (
            "In Z both boxes give half and half, however long you look. A superposition is not a bit that "
            "nobody knows: the coin has a bit and |+⟩ has none, but only another basis shows it"
        )
        raise NotYet(f"{told}.", concept=told)
    if basis != "X":
        raise NotYet(f'the basis must be "Z" or "X", got {shown(basis)}.')
    if is_boolean(count) or number != count:
        raise NotYet(f"the number of photons must be a whole number, got {shown(count)}.")
    if number != 10:
        told = "too few" if number < 10 else "more than are needed"
        odds = f": a coin does that once in {2**number:,} times" if 0 <= number < 64 else ""
        raise NotYet(f"{shown(number)} clicks are {told}{odds}.")


TELL_APART = Exercise(
    name="tell a superposition from a coin",
    examine=_examine_test,
    hints=(
        "In which basis did the two kinds of boxes look different?",
        "There |+⟩ always gives detector 0. A coin gives it with a chance of ½ for each photon.",
        "n clicks of detector 0 in a row have a chance of ½ to the power of n. Find the first n below "
        "1/1000.",
    ),
    answer='("X", 10)',
    because="In X |+⟩ never gives detector 1. A coin gives ten times detector 0 once in 1,024 times.",
    wrong=(Misconception(point="superposition", answer=("Z", 10)),),
)


# ---- no copy -----------------------------------------------------------------------------------------


def _fidelity_angles(rng: np.random.Generator) -> Iterator[tuple[float]]:
    yield (0.0,)
    yield (45.0,)
    for _ in range(TRIALS):
        yield (float(rng.integers(1, 90)),)


def _judge_fidelity(got: Any, angle: float) -> None:
    c, s = cos(radians(angle)) ** 2, sin(radians(angle)) ** 2
    judge_number(
        got,
        c**2 + s**2,
        case=f"light at {angle:g}°",
        concepts={
            1.0: "A CNOT copies 0 and 1 and nothing between: here the two qubits are tied to each other, "
            "and neither "
            "is what Alice sent. So Eve cannot keep a copy and wait for the basis.",
            c: "That is the chance of 0. The half is then |0⟩: how well does that fit the light? And if it "
            "is |1⟩?",
            c * s: "Add what both cases give, 0 and 1.",
            2 * c * s: "That is how often the half does not look like the light: take the rest to 1.",
            0.5: "That is right only halfway between |0⟩ and |1⟩.",
        },
        otherwise="with the chance of 0 the half is |0⟩, with that of 1 it is |1⟩: how well does each fit "
        "the light?",
    )


def _perfect_copy(_angle: float) -> float:
    return 1.0


COPY_FIDELITY = Exercise(
    name="how well a CNOT copies",
    examine=function_check("fidelity", _fidelity_angles, _judge_fidelity),
    hints=(
        "After the CNOT each half by itself is |0⟩ with a chance of cos² θ, and |1⟩ with sin² θ.",
        "How likely does |0⟩ pass a filter at θ? And |1⟩?",
        "cos² θ of the time it fits with cos² θ, and sin² θ of the time with sin² θ: add the two products.",
    ),
    answer="lambda angle: math.cos(math.radians(angle)) ** 4 + math.sin(math.radians(angle)) ** 4",
    because="It is 1 for |0⟩ and |1⟩ only, and ½ for |+⟩: then a coin would do as well.",
    wrong=(Misconception(point="copy_and_wait", answer=_perfect_copy),),
)
