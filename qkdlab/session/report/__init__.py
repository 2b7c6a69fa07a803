"""A session as readable text: its stages in numbers, the verdict in words, hints where needed."""

from .format import number, percent
from .session_report import session_report
from .verdict import EXPLANATIONS, HEADLINES, true_verdict, verdict

__all__ = ["EXPLANATIONS", "HEADLINES", "number", "percent", "session_report", "true_verdict", "verdict"]
