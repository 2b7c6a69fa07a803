"""A named scenario of a panel, with what it should show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

S = TypeVar("S")


@dataclass(frozen=True, kw_only=True, slots=True)
class Preset(Generic[S]):
    """A scenario: its settings, and the state of the verdict, or the outcome, that they lead to."""

    settings: S
    state: str
