"""An exercise: a check on many inputs, hints in turn, and an explained solution."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import isclose, isnan
from typing import Any

import numpy as np

from ...errors import shown
from ..components.text import words_for

TRIALS = 50
"""How many random inputs a function is tried on."""


class NotYet(Exception):
    """Says what is wrong with an answer, with the input that shows it."""

    @classmethod
    def of(cls, case: str, concepts: Iterable[tuple[object, str]], otherwise: str) -> NotYet:
        """Return `case` with the first of the concepts that holds, or `otherwise`."""
        return cls(f"{case}. {next((told for holds, told in concepts if holds), otherwise)}")


Examine = Callable[[Any, np.random.Generator], None]
"""Tries an answer; raises `NotYet` if it is wrong."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """A mark and a text for the learner; shown by being the value of a notebook cell."""

    mark: str
    text: str

    def __repr__(self) -> str:
        return f"{self.mark}: {self.text}" if self.text else self.mark


@dataclass(frozen=True, kw_only=True, slots=True)
class Exercise:
    """One exercise.

    Parameters
    ----------
    name
        What it asks for.
    examine
        Tries an answer on random inputs.
    hints
        Three hints, each saying more than the one before.
    answer
        The answer.
    because
        Why it is right.
    """

    name: str
    examine: Examine
    hints: tuple[str, str, str]
    answer: str
    because: str

    def check(self, answer: object, rng: np.random.Generator) -> Feedback:
        """Return whether `answer` is right. An error in the learner's code is "not checked", not "wrong"."""
        words = words_for("checks")
        if answer is None:
            return Feedback(words["open"], words["open_hint"])
        try:
            self.examine(answer, rng)
        except NotYet as fault:
            return Feedback(words["wrong"], str(fault))
        except Exception as error:  # the learner's code may raise anything
            return Feedback(words["not_checked"], f"{type(error).__name__}: {error}")
        return Feedback(words["right"], self.because)

    def hint(self, number: int) -> Feedback:
        """Return hint 1, 2 or 3."""
        if number not in (1, 2, 3):
            raise ValueError(f"number must be 1, 2 or 3, got {shown(number)}")
        return Feedback(words_for("checks")["hint"].format(number=number), self.hints[number - 1])

    def explain(self) -> Feedback:
        """Return the solution with its explanation."""
        return Feedback(words_for("checks")["solution"], f"{self.answer}. {self.because}")

    def __repr__(self) -> str:
        return f"Exercise({self.name!r})"


def function_check(
    name: str,
    inputs: Callable[[np.random.Generator], Iterable[tuple[Any, ...]]],
    judge: Callable[..., None],
) -> Examine:
    """Return the check of a function called `name`.

    It is called with each of the `inputs`, and ``judge(got, *arguments)`` raises `NotYet` if what it
    returned is wrong. Each call gets arguments of its own, which it may change. What the judge cannot take,
    such as text for a number, is a wrong answer and no error in the learner's code.
    """

    def examine(answer: Any, rng: np.random.Generator) -> None:
        if not callable(answer):
            raise NotYet(f"{name} must be a function, got {shown(answer)}.")
        for arguments in inputs(rng):
            got = answer(*(list(one) if isinstance(one, list) else one for one in arguments))
            if got is None:
                raise NotYet(f"{name} returns nothing: end it with `return` and the result.")
            try:
                judge(got, *arguments)
            except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
                raise NotYet(f"{name} returns {shown(got)}, which is not what is asked for.") from error

    return examine


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
    concepts
        What to say of wrong numbers that show a misunderstanding.
    otherwise
        What to say of any other.
    """

    def is_near(number: float) -> bool:
        return not is_boolean(got) and isclose(float(got), number, rel_tol=tolerance)

    if is_near(expected):
        return
    known = (f". {concept}" for wrong, concept in concepts.items() if is_near(wrong))
    told = next(known, f", but {otherwise}")
    raise NotYet(f"for {case} you give {got!r}{told}")


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
    qkdlab.lab.frame.exercise.NotYet: give a share of 1, not a percentage: 25 % is 0.25.
    """
    text = value.strip().removesuffix("%").strip() if isinstance(value, str) else value
    try:
        number = float(text)
    except (TypeError, ValueError):
        raise NotYet(f"the answer must be a number, got {shown(value)}.") from None
    if is_boolean(value):
        raise NotYet(f"the answer must be a number, got {shown(value)}: True and False are none.")
    if isnan(number):
        raise NotYet(f"the answer must be a number, got {shown(value)}: it is none.")
    if number > 1 or text != (value.strip() if isinstance(value, str) else value):
        raise NotYet(f"give a share of 1, not a percentage: {number:g} % is {number / 100:g}.")
    if isinstance(value, str):
        raise NotYet(f"the answer must be a number, got {shown(value)}: write it without quotation marks.")
    return number


def is_close(value: float, other: float) -> bool:
    """Return whether two shares are equal but for rounding."""
    return abs(value - other) < 1e-9
