"""How a session ended, as the lamp and the key funnel show it."""

from __future__ import annotations

from typing import Any

from ...distillation.outcome import TOO_FEW
from ...session.report import percent
from ...session.session import SessionResult
from ..components.text import number_text, percent_text, power_text, words_for


def verdict_state(result: SessionResult) -> str:
    """Return ``"accepted"``, ``"rejected"`` or ``"too_few"``."""
    if result.accepted:
        return "accepted"
    return "too_few" if result.reason in TOO_FEW else "rejected"


def figures(result: SessionResult) -> list[dict[str, str]]:
    """Return the numbers of the bar: the QBER with its interval, and the key rate."""
    words, estimate = words_for("panel"), result.distillation.estimate
    interval = f"{percent_text(estimate.lower)} … {percent_text(estimate.upper)}" if estimate else ""
    rate = power_text(result.key_length / result.settings.n_pulses)
    return [
        {"name": words["figure_qber"], "value": percent(result.qber), "note": interval},
        {"name": words["figure_rate"], "value": rate, "note": ""},
    ]


def key_stages(result: SessionResult) -> list[dict[str, Any]]:
    """Return the stages of the key funnel: name, count and a note on what the stage cost."""
    words, steps = words_for("stages"), result.distillation
    reconciled = steps.correction.n_bits if steps.verified and steps.correction else 0
    counts = {
        "sent": (result.settings.n_pulses, ""),
        "detected": (result.n_detected, words["note_detected"]),
        "sifted": (steps.n_sifted, words[f"note_{result.settings.protocol_table.kept_because}"]),
        "undisclosed": (
            steps.n_sifted - steps.n_disclosed if steps.estimate else 0,
            words["note_undisclosed"].format(count=number_text(steps.n_disclosed)),
        ),
        "reconciled": (reconciled, words["note_reconciled"]),
        "secret": (result.key_length, words["note_secret"]),
    }
    return [{"name": words[name], "count": count, "note": note} for name, (count, note) in counts.items()]


def key_rate(result: SessionResult) -> str:
    """Return in a sentence how many secret bits there are for each pulse sent."""
    rate = result.key_length / result.settings.n_pulses
    return words_for("stages")["key_rate"].format(rate=power_text(rate))
