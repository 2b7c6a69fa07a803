"""How a session ended, as the lamp shows it."""

from __future__ import annotations

from ...distillation.outcome import TOO_FEW
from ...session.session import SessionResult


def verdict_state(result: SessionResult) -> str:
    """Return ``"accepted"``, ``"rejected"`` or ``"too_few"``."""
    if result.accepted:
        return "accepted"
    return "too_few" if result.reason in TOO_FEW else "rejected"
