"""Answers that are numbers: how they are read, and what is said of wrong ones."""

from collections.abc import Mapping
from math import isclose, isnan
from typing import Any

import numpy as np

from ...errors import shown
from ..components.text import words_for
from .exercise import NotYet, sentence


def judge_number(
    got: Any,
    expected: float,
    *,
    case: str,
    concepts: Mapping[float, str],
    otherwise: str,
    tolerance: float = 1e-6,
) -> None:
    """Raise `NotYet` if a learner's number is not the expected one.

    Parameters
    ----------
    got, expected
        The two numbers; `tolerance` is relative.
    case
        What was asked, in words; what was given is added.
    concepts, otherwise
        What to say of wrong numbers that show a misunderstanding, and of any other.
    """

    def is_near(number: float) -> bool:
        return not is_boolean(got) and isclose(float(got), number, rel_tol=tolerance)

    if is_near(expected):
        return
    known = {100 * expected: words_for("checks")["percent"]} if 0 < expected <= 1 else {}
    known |= concepts
    concept = next((told for wrong, told in known.items() if is_near(wrong)), "")
    told = f". {sentence(concept)}" if concept else f", but {otherwise}"
    raise NotYet(f"for {case} you give {shown(got)}{told}", concept=concept)


def is_boolean(value: object) -> bool:
    """Return whether a value is True or False, of Python or of NumPy."""
    return isinstance(value, bool | np.bool_)


def share_of(value: Any) -> float:
    """Return a learner's number as a share of 1; `NotYet` if it is none, or a percentage.

    >>> share_of(0.25)
    0.25
    >>> share_of("25 %")
    Traceback (most recent call last):
        ...
    qkdlab.lab.learning.exercise.NotYet: give a share of 1, not a percentage: 25 % is 0.25.
    """
    text = value.strip().removesuffix("%").strip() if isinstance(value, str) else value
    try:
        number = float(text)
    except (OverflowError, TypeError, ValueError):
        raise NotYet(f"the answer must be a number, got {shown(value)}.", concept="") from None
    if is_boolean(value):
        raise NotYet(f"the answer must be a number, got {shown(value)}: True and False are none.", concept="")
    if isnan(number):
        raise NotYet(f"the answer must be a number, got {shown(value)}: it is none.", concept="")
    if number > 1 or text != (value.strip() if isinstance(value, str) else value):
        raise NotYet(f"give a share of 1, not a percentage: {number:g} % is {number / 100:g}.")
    if isinstance(value, str):
        raise NotYet(
            f"the answer must be a number, got {shown(value)}: write it without quotation marks.", concept=""
        )
    return number


def number_of(answer: Any, what: str) -> float:
    """Return a learner's number of kilometres, or what it is of; `NotYet` if it is none."""
    try:
        value = float(answer)
    except (OverflowError, TypeError, ValueError):
        value = None
    if value is None or is_boolean(answer):
        raise NotYet(f"the answer must be a number of {what}, got {shown(answer)}.")
    return value


def judge_answer(
    value: float, right: float, concepts: Mapping[float, str], otherwise: str, *, within: float = 1e-9
) -> None:
    """Raise `NotYet` if the one number that is asked for is not right.

    Parameters
    ----------
    value, right
        The two numbers; they are equal `within` what is given, as are those below.
    concepts, otherwise
        What to say of wrong numbers that show a misunderstanding, and of any other.
    """
    if abs(value - right) < within:
        return
    for wrong, concept in concepts.items():
        if abs(value - wrong) < within:
            raise NotYet(concept, concept=concept)
    raise NotYet(otherwise)
