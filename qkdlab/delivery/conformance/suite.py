"""Running all checks against one target."""

from __future__ import annotations

from collections.abc import Collection

from ...errors import shown
from . import key_checks, message_checks, refusal_checks, slave_checks, status_checks
from .conversation import Probe
from .prober import Target
from .rules import Check, Seen, bad, untried
from .suite_report import Finding, SuiteReport

CHECKS: dict[str, Check] = {
    one.name: one
    for module in (status_checks, key_checks, slave_checks, refusal_checks, message_checks)
    for one in vars(module).values()
    if isinstance(one, Check)
}
"""All checks by their names, in the order in which they are run."""


def run_suite(target: Target, *, only: Collection[str] = ()) -> SuiteReport:
    """Run the checks, or only those of these names, and return what was found.

    Parameters
    ----------
    target
        The KMEs and the SAEs. Some thirty keys are used up unless it forbids that.
    only
        Names of checks; all if it is empty.

    Raises
    ------
    OSError
        If a certificate or key cannot be read. Whatever a KME does raises nothing.
    ValueError
        If there is no check of a name.
    """
    if strange := sorted(set(only) - CHECKS.keys()):
        raise ValueError(f"only must be names of checks, got {shown(strange[0])}")
    probe = Probe(target)
    try:
        chosen = [one for one in CHECKS.values() if not only or one.name in only]
        found = [_found(one, probe) for one in chosen]
    finally:
        probe.prober.close()
    return SuiteReport(target=target, findings=tuple(found))


def _found(check: Check, probe: Probe) -> Finding:
    return Finding(check=check, outcome=check.outcome(seen := _seen(check, probe)), seen=seen.text)


def _seen(check: Check, probe: Probe) -> Seen:
    """Try one rule; a check that an answer breaks has found something."""
    if check.takes_keys and not probe.target.takes_keys:
        return untried("it takes keys")
    if probe.status.status == 0 and check.name != "reachable":
        return untried("the KME does not answer")
    try:
        return check.run(probe)
    except Exception as error:  # the answer is of a kind that nobody has thought of
        return bad(f"the check cannot cope with the answer: {type(error).__name__}")
