"""A question with answers to choose from, each with what to say of it."""

from __future__ import annotations

from dataclasses import dataclass

from ...errors import shown
from .hard_points import check_point


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One of the answers.

    Parameters
    ----------
    text
        The answer.
    feedback
        What a learner who chooses it is told.
    point
        The hard point whose wrong idea it is; "" for none.
    """

    text: str
    feedback: str
    point: str = ""

    def __post_init__(self) -> None:
        if self.point:
            check_point(self.point)


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A question with answers to choose from: in a cell by `Lesson.ask`, beside a panel by its `guide`.

    Parameters
    ----------
    name
        What it is about, in a few words; no other exercise of its notebook has it.
    question
        The question.
    options
        Two or more answers.
    right
        The place of the right one among them, from 0.
    hints
        Three hints, each saying more than the one before.
    because
        Why the right answer is right.
    """

    name: str
    question: str
    options: tuple[Option, ...]
    right: int
    hints: tuple[str, str, str]
    because: str

    def __post_init__(self) -> None:
        if len(self.options) < 2:
            raise ValueError(f"options must be two or more, got {shown(self.options)}")
        if not 0 <= self.right < len(self.options):
            raise ValueError(f"right must be the place of an option, got {shown(self.right)}")
        if self.options[self.right].point:
            raise ValueError(f"right must be no wrong idea, got {shown(self.options[self.right].point)}")
        if len(self.hints) != 3:
            raise ValueError(f"hints must be three, got {shown(self.hints)}")

    def __repr__(self) -> str:
        return f"Choice({self.name!r})"
