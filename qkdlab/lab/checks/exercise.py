"""An exercise: a check on many inputs, hints in turn, and an explained solution."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..words import words_for

Examine = Callable[[Any, np.random.Generator], str | None]
"""Tries an answer; returns what is wrong with it, with the input that shows it, or None."""


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
    solution
        The answer with its explanation.
    """

    name: str
    examine: Examine
    hints: tuple[str, str, str]
    solution: str

    def check(self, answer: object, rng: np.random.Generator) -> Feedback:
        """Return whether `answer` is right. An error in the learner's code is "not checked", not "wrong"."""
        words = words_for("checks")
        if answer is None:
            return Feedback(words["open"], words["open_hint"])
        try:
            fault = self.examine(answer, rng)
        except Exception as error:  # the learner's code may raise anything
            return Feedback(words["not_checked"], f"{type(error).__name__}: {error}")
        return Feedback(words["wrong"], fault) if fault else Feedback(words["right"], "")

    def hint(self, number: int) -> Feedback:
        """Return hint 1, 2 or 3."""
        if number not in (1, 2, 3):
            raise ValueError(f"number must be 1, 2 or 3, got {number!r}")
        return Feedback(words_for("checks")["hint"].format(number=number), self.hints[number - 1])

    def explain(self) -> Feedback:
        """Return the solution with its explanation."""
        return Feedback(words_for("checks")["solution"], self.solution)

    def __repr__(self) -> str:
        return f"Exercise({self.name!r})"
