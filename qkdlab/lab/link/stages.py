"""A session result as the plain data that components draw."""

from __future__ import annotations

from typing import Any

from ...attacks.attack import Eavesdropper
from ...errors import shown
from ...exchange.run import Exchange
from ...quantum.tactics import PASS
from ...session.session import SessionResult
from ..components.text import number_text, power_text, words_for


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


def stage_pulses(exchange: Exchange, eavesdropper: Eavesdropper | None) -> list[list[int | None]]:
    """Return the first pulses of an exchange as the photon stage takes them.

    Each is ``[alice_bit, alice_basis, eve_basis, eve_bit, arrived, bob_basis, bob_bit]``.
    """
    bases = eavesdropper.stage_bases if eavesdropper else ()
    if bases is None:
        raise ValueError(f"eavesdropper must measure in Z or X to be shown, got {shown(eavesdropper)}")
    rows: list[list[int | None]] = []
    for story in exchange.opening:
        read = story.eve_tactic != PASS
        rows.append(
            [
                story.alice_bit,
                story.alice_basis,
                int(bases[story.eve_tactic - 1]) if read else None,
                story.eve_outcome if read else None,
                int(story.arrived),
                story.bob_basis,
                story.bob_bit,
            ]
        )
    return rows
