"""A suite of checks for any KME that speaks ETSI GS QKD 014 V1.1.1, seen from outside.

A master and a slave, each with a certificate of its own, ask two KMEs (or one) what the specification lets
them ask, rightly and wrongly; each check says which clause it comes from, and whether the clause says *shall*
or we read it so. ``python -m qkdlab.delivery.conformance URL …`` prints a report.
"""

from .prober import Sae, Target
from .rules import Check, Level, Outcome
from .suite import CHECKS, run_suite
from .suite_report import Finding, SuiteReport

__all__ = ["CHECKS", "Check", "Finding", "Level", "Outcome", "Sae", "SuiteReport", "Target", "run_suite"]
