"""Numbers that a learner gives: what is one, what is a whole one, and which idea a wrong one shows."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from math import isclose, isnan
from numbers import Real
from typing import Any

import numpy as np

from ...errors import shown
from ..components.text import words_for
from .exercise import NotYet, sentence

LIKE_ROUNDED = 0.1
"""How far off, relatively, a number may be that is taken for the right one with fewer digits."""


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

    words, number = words_for("checks"), float("nan") if is_boolean(got) else float(got)
    if isinstance(got, str):
        raise NotYet(f"for {case} you give {shown(got)}. {words['text']}", concept="")
    if isclose(number, expected, rel_tol=tolerance):
        return
    known = {100 * expected: words["percent"]} if 0 < expected <= 1 else {}
    known |= concepts
    exactly, nearly = (
        next((told for wrong, told in known.items() if isclose(number, wrong, rel_tol=near)), "")
        for near in (1e-6, tolerance)
    )
    concept = exactly or (words["rounded"] if _is_rounded(number, expected) else nearly)
    told = f". {sentence(concept)}" if concept else f", but {otherwise}"
    raise NotYet(f"for {case} you give {shown(got)}{told}", concept=concept)


def _is_rounded(number: float, expected: float) -> bool:
    """Return whether a number is the expected one with fewer digits."""
    near = isclose(number, expected, rel_tol=LIKE_ROUNDED)
    return near and any(number == round(expected, digits) for digits in range(16))


def number_given(value: Any, asked: str) -> float:
    """Return a learner's number; `NotYet`, which says what is asked, for text, lists and truth values."""
    if isinstance(value, Real | Decimal) and not is_boolean(value):
        with suppress(OverflowError):
            return float(value)
    raise NotYet(f"{asked}; you gave {shown(value)}.", concept="")


def whole_numbers(values: Any) -> list[int]:
    """Return a learner's numbers, which may be 3.0 but neither 3.4 nor text; those of a set in their order.

    >>> whole_numbers((True, 3.0)), whole_numbers({9, 3, 4})
    ([1, 3], [3, 4, 9])
    >>> whole_numbers([3.4])
    Traceback (most recent call last):
        ...
    ValueError: numbers must be whole, got [3.4]
    """
    found = sorted(values) if isinstance(values, set | frozenset) else list(values)
    numbers = [int(one) for one in found]
    if any(isinstance(one, str) or one != number for one, number in zip(found, numbers, strict=True)):
        raise ValueError(f"numbers must be whole, got {shown(values)}")
    return numbers


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
