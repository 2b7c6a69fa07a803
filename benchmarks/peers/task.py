"""What is compared: a piece of work, who does it, and what shows whether the answer is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

Work = Callable[[], Any]
"""Does the work once and returns the answer."""

Side = Callable[[float], AbstractContextManager[Work]]
"""Makes all ready for work of a scale, 0 … 1; what it takes is not measured."""

OURS = "qkdlab"


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """A piece of work that several packages do.

    Parameters
    ----------
    title
        What is done.
    truth
        What an answer is held against.
    sides
        Who does it: ours first, the others by the name of their package on PyPI, and more words if need be.
    judge
        Whether an answer at a scale is right, and what was found, in words.
    """

    title: str
    truth: str
    sides: Mapping[str, Side]
    judge: Callable[[Any, float], tuple[bool, str]]


def ready(make: Callable[[float], Work]) -> Side:
    """Return a side that has nothing to put away."""

    @contextmanager
    def side(scale: float) -> Iterator[Work]:
        yield make(scale)

    return side


def scaled(number: int, scale: float, least: int) -> int:
    """Return a share of a number, but not less than `least`."""
    return max(least, round(number * scale))
