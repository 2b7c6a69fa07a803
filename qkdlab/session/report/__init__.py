"""A session as readable text: its stages in numbers, the verdict in words, hints where needed."""

from ...theory.advice import TOO_FEW
from .format import number, percent
from .hints import hints
from .rows import authentication_line, forgery
from .session_report import session_report, stage_lines
from .verdict import EXPLANATIONS, true_verdict, verdict

__all__ = [
    "EXPLANATIONS",
    "TOO_FEW",
    "authentication_line",
    "forgery",
    "hints",
    "number",
    "percent",
    "session_report",
    "stage_lines",
    "true_verdict",
    "verdict",
]
