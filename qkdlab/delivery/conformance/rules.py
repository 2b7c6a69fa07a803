"""What a check is: a rule of ETSI GS QKD 014 V1.1.1, where it stands, how binding it is, and what was seen.

Clauses that tell a KME what it *should* do there are none: rules are binding, or our reading.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from .conversation import Probe


class Level(StrEnum):
    """How binding a rule is."""

    SHALL = "shall"
    """The specification says *shall*, or prints it as a format: a KME that does otherwise fails."""

    READING = "our reading"
    """The specification leaves it open, and we think that a good KME does this: otherwise a warning."""


class Outcome(StrEnum):
    """What came of a check."""

    PASS = "PASS"
    FAIL = "FAIL"
    WARN = "WARN"
    SKIP = "SKIP"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a check found: whether the rule holds (None: it could not be tried), and what was seen.

    No key is ever quoted; names of keys are no secret.
    """

    holds: bool | None
    text: str
    mild: bool = False


def good(text: str) -> Seen:
    """The rule holds."""
    return Seen(True, text)


def bad(text: str, *, mild: bool = False) -> Seen:
    """The rule is broken; if `mild`, that is worth a warning and no more."""
    return Seen(False, text, mild)


def untried(text: str) -> Seen:
    """The rule could not be tried."""
    return Seen(None, text)


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One rule, and how it is tried.

    Parameters
    ----------
    name
        What the check is called in reports.
    clause
        Where the rule stands.
    level
        How binding it is.
    rule
        The rule in one line.
    run
        Tries it.
    takes_keys
        Whether a KME that breaks no *shall* may hand out keys in the course of it.
    """

    name: str
    clause: str
    level: Level
    rule: str
    run: Callable[[Probe], Seen]
    takes_keys: bool

    def outcome(self, seen: Seen) -> Outcome:
        """What a finding comes to at this level."""
        if seen.holds is None:
            return Outcome.SKIP
        if seen.holds:
            return Outcome.PASS
        return Outcome.WARN if seen.mild or self.level is Level.READING else Outcome.FAIL


def check(
    clause: str, level: Level, *, takes_keys: bool = False
) -> Callable[[Callable[[Probe], Seen]], Check]:
    """Make a check of a function; its name is the check's, and its docstring the rule."""

    def make(run: Callable[[Probe], Seen]) -> Check:
        rule = (run.__doc__ or "").removesuffix(".")
        return Check(name=run.__name__, clause=clause, level=level, rule=rule, run=run, takes_keys=takes_keys)

    return make
