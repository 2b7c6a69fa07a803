"""What distillation does to a key, as the plain data that bar rows draw."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, log10, sqrt
from typing import Any

from ...distillation.correction.leakage import LDPC
from ...session.own_limit import own_limit
from ...session.session import SessionResult
from ...session.stages import Stage
from ...theory.error_limit import method_of
from ..components.text import number_text, percent_text, words_for
from .comparison import MethodRun

FIRST_BITS = (Stage.NOT_DETECTED, Stage.NOT_KEPT)
"""The stages in which pulses are lost, and not bits."""


def ledger_chart(result: SessionResult) -> dict[str, Any]:
    """Return the bits after each stage, from the sifted ones to the key, as traits of `BarRows`."""
    words, sifted = words_for("distillation_charts"), result.distillation.n_sifted
    rows = [_bits_row(words["ledger_sifted"], sifted, 0, words, "kept")]
    for entry in result.ledger:
        if entry.stage not in FIRST_BITS:
            row = _bits_row(
                words[f"stage_{entry.stage.name.lower()}"], entry.left, entry.taken, words, "kept"
            )
            if entry.stage is Stage.LEAKED:
                row["note"] += _who_told(result, entry.taken, words)
            rows.append(row)
    rows.append(_bits_row(words["stage_secret"], result.key_length, 0, words, "secret"))
    secret, of = number_text(result.key_length), number_text(sifted)
    if not sifted:
        statement = words["ledger_short"]
    elif result.reason:
        statement = words["ledger_none_one" if sifted == 1 else "ledger_none"].format(
            sifted=of, reason=result.reason
        )
    else:
        share = percent_text(result.key_length / sifted)
        name = "ledger_broken" if result.broken else "ledger_statement"
        statement = words[name].format(sifted=of, secret=secret, share=share)
    return {
        "heading": words["ledger"],
        "statement": statement,
        "rows": rows,
        "room": (0.0, float(max(1, sifted))),
        "ticks": [{"at": float(bits), "text": number_text(bits)} for bits in (0, sifted // 2, sifted)],
        "legend": [{"kind": kind, "text": words[f"ledger_{kind}"]} for kind in ("kept", "taken", "secret")],
    }


def _bits_row(name: str, left: int, taken: int, words: dict[str, str], kind: str) -> dict[str, Any]:
    parts = [{"start": 0.0, "stop": float(left), "kind": kind}]
    note = ""
    if taken:
        parts.append({"start": float(left), "stop": float(left + taken), "kind": "taken"})
        note = words["ledger_note"].format(taken=number_text(taken))
    return {
        "name": name,
        "value": words["ledger_value"].format(left=number_text(left)),
        "note": note,
        "parts": parts,
    }


def _who_told(result: SessionResult, taken: int, words: dict[str, str]) -> str:
    """Return whose bits the leak is made of, where the mode charges both."""
    counts = result.distillation.correction
    if not counts or not counts.bob_leak or taken != counts.alice_leak + counts.bob_leak:
        return ""
    bob = words["bob_replies" if method_of(result.settings) == LDPC else "bob_questions"]
    return words["ledger_told"].format(
        alice=number_text(counts.alice_leak), bob=bob.format(bits=number_text(counts.bob_leak))
    )


def _told_note(result: SessionResult) -> str:
    """Return which words say how many corrected bits were told one by one."""
    told = (result.eve.n_told or 0) if result.eve else 0
    none = "untold" if method_of(result.settings) == LDPC else "none_told"
    return {0: none, 1: "told_one"}.get(told, "corrected")


def eve_chart(result: SessionResult) -> dict[str, Any]:
    """Return how many bits Eve guesses right after each stage, as traits of `BarRows`.

    Of a broken key there is no bar: a hash of guesses with one error is a coin toss, though she knows it.
    """
    words, eve, steps = words_for("distillation_charts"), result.eve, result.distillation
    rows, statement = [], words["eve_none"]
    if eve:
        key_rate = eve.true_key_guess_rate
        statement = words["eve_no_key" if key_rate is None else "eve_statement"]
        if (found := eve.true_key) and found.broken:
            facts = {"known": number_text(int(found.known)), "made": number_text(found.n_amplified)}
            statement, key_rate = words["eve_broken"].format(**facts), None
        certain, told = number_text(eve.n_certain), number_text(eve.n_told or 0)
        spread = percent_text(1 / sqrt(max(1, result.key_length)))
        n_key = steps.correction.n_bits if steps.correction else 0
        stages = [
            ("sifted", "sifted", eve.true_guess_rate, eve.n_sifted, {"certain": certain}),
            ("corrected", _told_note(result), eve.true_corrected_guess_rate, n_key, {"told": told}),
            ("key", "key", key_rate, result.key_length, {"spread": spread}),
        ]
        rows = [
            {
                "name": words[f"eve_{name}"],
                "value": words["eve_value"].format(rate=percent_text(rate), bits=number_text(bits)),
                "note": words[f"eve_note_{note}"].format(**facts),
                "parts": [{"start": 0.5, "stop": rate, "kind": "warning"}],
            }
            for name, note, rate, bits, facts in stages
            if rate is not None
        ]
    return {
        "heading": words["eve"],
        "statement": statement,
        "rows": rows,
        "room": (0.4, 1.0),
        "ticks": [{"at": share, "text": f"{100 * share:.0f} %"} for share in (0.4, 0.6, 0.8, 1.0)],
        "mark": {"at": 0.5, "text": words["eve_coin"]},
        "legend": [],
    }


def own_mark(result: SessionResult) -> dict[str, Any]:
    """Return the limit of a run with a key, for the gauge: where keys as short as its own end.

    Long keys end at a higher error rate, and no run of this panel is as long. Of runs without a key the gauge
    says what was to blame.
    """
    limit = own_limit(result) if result.accepted else None
    if limit is None:
        return {}
    told = words_for("distillation_charts")["own_limit"].format(limit=percent_text(limit))
    return {"limit": limit, "limit_text": told}


def methods_chart(runs: Sequence[MethodRun]) -> dict[str, Any]:
    """Return what each way to correct the same errors costs the key, the cheapest first, for `BarRows`."""
    words = words_for("distillation_charts")
    chart: dict[str, Any] = {"heading": words["methods"], "statement": words["methods_empty"], "rows": []}
    chart |= {"room": (0.0, 1.0), "ticks": [], "mark": None, "legend": []}
    if not runs:
        return chart
    errors, n_bits, limit = runs[0].n_errors, runs[0].n_bits, runs[0].limit
    if not limit:  # h(0) = h(1) = 0
        told = words["methods_all_wrong" if errors else "methods_no_errors"]
        return chart | {"statement": told.format(bits=number_text(n_bits))}
    largest = max(1.25 * limit, *(run.charged_leak for run in runs))
    kinds = ("kept", "taken") if any(run.charged_leak > run.alice_leak for run in runs) else ("kept",)
    return chart | {
        "statement": words["methods_statement"].format(
            bits=number_text(n_bits), errors=number_text(errors), qber=percent_text(errors / n_bits)
        ),
        "rows": [_method_row(run, words) for run in sorted(runs, key=lambda run: run.charged_leak)],
        "room": (0.0, float(largest)),
        "ticks": _bit_ticks(largest),
        "mark": {"at": limit, "text": words["methods_limit"].format(bits=number_text(round(limit)))},
        "legend": [{"kind": kind, "text": words[f"methods_{kind}"]} for kind in kinds],
    }


def _bit_ticks(most: float) -> list[dict[str, Any]]:
    """Return two to five whole numbers of bits up to `most`, 0 included, for the axis of `BarRows`."""
    power = 10 ** floor(log10(most))
    step = max(1, int(power * (0.5 if most < 2 * power else 1 if most < 5 * power else 2)))
    return [{"at": float(at), "text": number_text(at)} for at in range(0, int(most) + 1, step)]


def _method_row(run: MethodRun, words: dict[str, str]) -> dict[str, Any]:
    name, bob = words[f"method_{run.method}"], run.charged_leak - run.alice_leak
    told = words["methods_alice"].format(bits=number_text(run.alice_leak))
    if bob:
        said = words["bob_replies" if run.method == LDPC else "bob_questions"]
        told = words["methods_both"].format(alice=told, bob=said.format(bits=number_text(bob)))
    parts = [{"start": 0.0, "stop": float(run.alice_leak), "kind": "warning" if run.n_left else "kept"}]
    if bob:
        parts.append({"start": float(run.alice_leak), "stop": float(run.charged_leak), "kind": "taken"})
    return {
        "name": words["methods_own"].format(method=name) if run.is_own else name,
        "value": words["methods_value"].format(bits=number_text(run.charged_leak)),
        "note": words["methods_note"].format(
            told=told,
            efficiency=f"{run.efficiency:.3f}",
            rounds=number_text(run.n_rounds),
            outcome=words["methods_differ_one" if run.n_left == 1 else "methods_differ"].format(
                errors=number_text(run.n_left)
            )
            if run.n_left
            else words["methods_equal"],
        ),
        "parts": parts,
    }
