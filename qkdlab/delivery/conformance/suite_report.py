"""What the suite found, as text and as JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ..messages import Json
from .prober import Target
from .rules import Check, Outcome

SPECIFICATION = "ETSI GS QKD 014 V1.1.1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """A check, what came of it, and what was seen."""

    check: Check
    outcome: Outcome
    seen: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SuiteReport:
    """All findings of a run, in order."""

    target: Target
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing failed; warnings are allowed."""
        return not self.named(Outcome.FAIL)

    def named(self, *outcomes: Outcome) -> tuple[str, ...]:
        """Return the names of the checks that came to one of these outcomes."""
        return tuple(found.check.name for found in self.findings if found.outcome in outcomes)

    @property
    def counts(self) -> dict[str, int]:
        """How many checks came to each outcome."""
        counted = Counter(found.outcome for found in self.findings)
        return {outcome.value: counted[outcome] for outcome in Outcome}

    def to_json(self) -> Json:
        """Return the report as an object that JSON can hold."""
        return {
            "specification": SPECIFICATION,
            "url": self.target.master.url,
            "slave_url": self.target.slave.url,
            "master": self.target.master.name,
            "slave": self.target.slave.name,
            "passed": self.passed,
            "counts": self.counts,
            "checks": [
                {
                    "name": found.check.name,
                    "clause": found.check.clause,
                    "level": found.check.level.value,
                    "rule": found.check.rule,
                    "result": found.outcome.value,
                    "seen": found.seen,
                }
                for found in self.findings
            ],
        }

    def __str__(self) -> str:
        lines = [
            f"{SPECIFICATION}: {self.target.master.name} at {self.target.master.url}, "
            f"{self.target.slave.name} at {self.target.slave.url}",
            "",
        ]
        for found in self.findings:
            check = found.check
            lines.append(f"{found.outcome.value}  {check.name} ({check.clause}, {check.level.value})")
            if found.outcome in (Outcome.FAIL, Outcome.WARN):
                lines.append(f"      {check.rule}")
            lines.append(f"      {found.seen}")
        counts = ", ".join(f"{number} {outcome}" for outcome, number in self.counts.items())
        return "\n".join([*lines, "", f"{counts}: {'conformant' if self.passed else 'not conformant'}"])
