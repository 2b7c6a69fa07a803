"""The hard points of QKD: wrong ideas that learners bring, and answers that show them.

The kinds of difficulty are those of Weissman and others, EPJ Quantum Technology 11:64 (2024).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

from ...errors import shown

Kind = Literal["physics", "protocol", "mathematics"]


@dataclass(frozen=True, slots=True)
class HardPoint:
    """A wrong idea, in the words of who has it, and what kind of difficulty it is."""

    idea: str
    kind: Kind


HARD_POINTS: Final[Mapping[str, HardPoint]] = MappingProxyType(
    {
        "message": HardPoint("QKD sends the message", "protocol"),
        "wrong_basis": HardPoint("the wrong basis gives the wrong bit, or loses the photon", "physics"),
        "superposition": HardPoint("a superposition is a bit that nobody knows yet", "physics"),
        "announcing": HardPoint("announcing the bases gives the key away", "protocol"),
        "one_basis": HardPoint("one basis is enough", "protocol"),
        "copy_and_wait": HardPoint("Eve copies the photon and waits for the bases", "physics"),
        "denominators": HardPoint("25, 12.5 and 37.5 % are the same number", "mathematics"),
        "any_error": HardPoint("any error means Eve, and no error means that nobody listened", "protocol"),
        "small_sample": HardPoint("a few bits without an error prove that nobody listened", "mathematics"),
        "loss_is_error": HardPoint("a photon that is lost is an error", "physics"),
        "eleven_percent": HardPoint("11 % is a law of nature", "mathematics"),
        "qber_zero_secure": HardPoint("no errors after correction means that the key is secret", "protocol"),
        "authentication": HardPoint("the public channel needs no authentication", "protocol"),
        "single_photons": HardPoint("every pulse holds one photon", "physics"),
        "prevents": HardPoint("QKD keeps Eve from listening", "protocol"),
        "trusted_node": HardPoint("a trusted node is a repeater, and cannot read the key", "protocol"),
    }
)
"""By the name that exercises and choices use for them."""


def check_point(point: str) -> str:
    """Return `point` if it is the name of a hard point."""
    if point not in HARD_POINTS:
        raise ValueError(f"point must be one of {', '.join(map(repr, HARD_POINTS))}, got {shown(point)}")
    return point


@dataclass(frozen=True, kw_only=True, slots=True)
class Misconception:
    """An answer that shows the wrong idea of a hard point; the check of its exercise must name that idea."""

    point: str
    answer: Any

    def __post_init__(self) -> None:
        check_point(self.point)
