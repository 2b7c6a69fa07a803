"""How a session ended, as the lamps and the key funnel show it."""

from __future__ import annotations

from typing import Any, Final

from ...distillation.outcome import AbortReason
from ...session.key_knowledge import KeyKnowledge
from ...session.report import percent
from ...session.report.format import counted
from ...session.result import Result, Standing
from ...session.session import SessionResult
from ..components.text import number_text, percent_text, power_text, words_for


def verdict_state(result: Result) -> str:
    """Return the lamp's state: ``"accepted"``, ``"broken"``, ``"rejected"`` or ``"too_few"``."""
    return result.standing.name.lower()


def eve_lamp(result: Result) -> dict[str, Any] | None:
    """Return what the second lamp shows: what Eve knows of the key; None if nobody can tell."""
    if not isinstance(result, SessionResult):  # recorded: who knows what was not
        return None
    words, eve = words_for("eve_lamp"), result.eve
    if result.settings.eavesdropper is None:
        return lamp("none", "nobody", words["nobody_reason"])
    if eve and eve.true_key:
        return _knowledge_lamp(eve.true_key, _account(result))
    if eve is None or eve.true_guess_rate is None:
        return lamp("none", "no_key", words["no_bits_reason"])
    if eve.n_sifted == 1:
        return lamp(
            "none", "no_key", words["no_key_one_right" if eve.true_guess_rate else "no_key_one_wrong"]
        )
    facts = {"rate": percent_text(eve.true_guess_rate), "count": number_text(eve.n_sifted)}
    return lamp("none", "no_key", words["no_key_reason"].format(**facts))


def lamp(state: str, title: str, reason: str, note: str = "") -> dict[str, Any]:
    """Return the second lamp, with one of the titles that all panels share; `note` is told on demand."""
    told = {"state": state, "title": words_for("eve_lamp")[title], "reason": reason}
    return told | {"note": note} if note else told


def _account(result: SessionResult) -> str:
    """Return what was taken from the corrected bits on their way to the key, by the stages of the run."""
    words = words_for("eve_lamp")
    taken = [one for one in result.ledger if f"took_{one.stage.name}" in words and one.taken]
    parts = " - ".join(words[f"took_{one.stage.name}"].format(bits=number_text(one.taken)) for one in taken)
    corrected = result.key_length + sum(one.taken for one in taken)
    facts = {"corrected": number_text(corrected), "key": number_text(result.key_length)}
    return words["account"].format(parts=parts, **facts)


def _knowledge_lamp(found: KeyKnowledge, account: str) -> dict[str, Any]:
    """Return the lamp of a key that Alice and Bob accepted while Eve was on the line."""
    words = words_for("eve_lamp")
    facts = {
        "held": number_text(round(found.information)),
        "corrected": number_text(found.n_corrected),
        "known": number_text(int(found.known)),
        "made": number_text(found.n_amplified),
    }
    if not found.broken:
        reason = words["hardly_reason" if found.known else "safe_reason"]
        return lamp("safe", "safe", reason.format(**facts), account)
    name = "all" if found.knows_all else "some"
    return lamp("knows", name, words[f"{name}_reason"].format(**facts), account)


def figures(result: SessionResult) -> list[dict[str, str]]:
    """Return the numbers of the bar: the QBER with its interval, and the key rate."""
    words, estimate = words_for("panel"), result.distillation.estimate
    interval = f"{percent_text(estimate.lower)} … {percent_text(estimate.upper)}" if estimate else "–"
    rate = power_text(result.key_length / result.settings.n_pulses)
    return [
        {
            "name": words["figure_qber"],
            "value": percent(result.qber),
            "note": words["figure_qber_note"].format(interval=interval, true=percent(result.true_qber)),
        },
        {"name": words["figure_rate"], "value": rate, "note": words["figure_rate_note"]},
    ]


_CORRECTED: Final[dict[AbortReason | None, str]] = {
    AbortReason.TOO_MANY_ERRORS_TO_CORRECT: "note_costly",
    AbortReason.VERIFICATION_FAILED: "note_differ",
}
"""What is said of error correction where it is why there is no key."""


def key_stages(result: SessionResult) -> list[dict[str, Any]]:
    """Return the stages of the key funnel: name, count and a note on what the stage cost."""
    words, steps = words_for("stages"), result.distillation
    broken = result.standing is Standing.BROKEN
    corrected = _CORRECTED.get(result.reason, "note_reconciled")
    reconciled = steps.correction.n_bits if steps.verified and steps.correction else 0
    counts = {
        "sent": (result.settings.n_pulses, ""),
        "detected": (result.n_detected, words["note_detected"]),
        "sifted": (steps.n_sifted, words[f"note_{result.settings.protocol_table.kept_because}"]),
        "undisclosed": (
            steps.n_sifted - steps.n_disclosed,
            _disclosed_note(result),
        ),
        "reconciled": (reconciled, words[corrected]),
        "secret": (result.key_length, words["note_broken" if broken else "note_secret"]),
    }
    return [{"name": words[name], "count": count, "note": note} for name, (count, note) in counts.items()]


def _disclosed_note(result: SessionResult) -> str:
    """Return what became of the disclosed bits; of too few, how many of which are needed."""
    words, steps, needed = words_for("stages"), result.distillation, result.settings.security.minimum_sample
    count = number_text(steps.n_disclosed)
    if steps.estimate:
        return words["note_undisclosed"].format(count=count)
    if not steps.n_disclosed:
        return words["note_none_disclosed"]
    rate, few = min(steps.compared, key=lambda one: one[1])
    if few >= needed:
        return words["note_all_disclosed"].format(count=count)
    name = "note_too_few" if few == steps.n_disclosed else "note_too_few_of"
    return words[name].format(count=count, few=counted(few, rate), needed=number_text(needed))


def key_rate(result: SessionResult) -> str:
    """Return in a sentence how many secret bits there are for each pulse sent."""
    rate = result.key_length / result.settings.n_pulses
    name = "key_rate_broken" if result.standing is Standing.BROKEN else "key_rate"
    return words_for("stages")[name].format(rate=power_text(rate))
