"""An attack as the plain data that charts and tables draw: errors, information, the chance to miss her."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...attacks.attack import BASES, Eavesdropper
from ...attacks.detector_attacks import DetectorAttack
from ...attacks.qubit_attacks import EntanglingProbe, InterceptResend, OptimalCloner
from ...distillation.estimation.error_rate import QberEstimate
from ...exchange.expected import expected_sifting
from ...link import Link
from ...quantum.protocol import Protocol
from ...session.session import SessionResult
from ...values import binary_entropy
from ..components.chart_series import curve
from ..components.text import number_text, percent_text, words_for
from ..sessions.facts import (
    FEWEST_READ,
    MISS,
    adds_errors,
    bits_to_compare,
    expected_qbers,
    information,
    sample_errors,
    sifted_signals,
)
from ..sessions.gain_charts import gains_chart, is_laser, measured

LOWEST_MISS = 1e-8
FEWEST_BLOCKS = 20
KEPT_UP = 0.99
"""Of a smaller share of the clicks that are left it is said that she pays with them."""

CONFIDENT = 1.96  # standard errors in a 95 % interval


def formula_text(value: float | None) -> str | None:
    """Return the value of a formula with three digits, or None if there is no formula."""
    return None if value is None else f"{value:.3f}"


def _formula(value: float | None) -> str:
    """Return in words what a formula gives, or that there is none."""
    words = words_for("attack_charts")
    return words["formula_none" if value is None else "formula_gives"].format(expected=formula_text(value))


def _errors_theory(protocol: Protocol, link: Link, eavesdropper: Eavesdropper | None) -> list[dict[str, Any]]:
    """Return the theory curves of the errors in each basis against the share that Eve attacks.

    A combined attack has no such share, and so no curve.
    """
    if eavesdropper and not eavesdropper.has_share:
        return []
    words, shares = words_for("attack_charts"), [i / 10 for i in range(11)]
    errors = [
        expected_qbers(protocol, link, eavesdropper and replace(eavesdropper, fraction=share))
        for share in shares
    ]
    return [
        curve(words["errors_theory"].format(basis=basis.name), style, shares, (one[basis] for one in errors))
        for style, basis in enumerate(BASES)
    ]


def errors_chart(result: SessionResult) -> dict[str, Any]:
    """Return the chart of the QBER of each basis against the share of the pulses she attacks."""
    words, link, eve = words_for("attack_charts"), result.settings.link, result.settings.eavesdropper
    protocol = result.settings.protocol_table
    series = _errors_theory(protocol, link, eve)
    told, theory, own = [], expected_qbers(protocol, link, eve), expected_qbers(protocol, link)
    for style, (basis, found) in enumerate(sample_errors(result).items()):
        expected = theory[basis]
        if found is None:
            continue
        share = eve.fraction if eve else 0.0
        series.append(measured(words["errors_measured"].format(basis=basis.name), style, [share], [found]))
        formulas = {"expected": expected, "own": own[basis]}
        numbers = {name: "–" if rate is None else percent_text(rate) for name, rate in formulas.items()}
        numbers["measured"] = percent_text(found.qber)
        numbers |= {"wrong": number_text(found.n_errors), "count": number_text(found.n_sample)}
        told.append(words["errors_told"].format(basis=basis.name, **numbers))
    limit = result.settings.max_qber
    label = words["errors_limit"].format(limit=percent_text(limit))
    return {
        "title": words["errors_title"],
        "statement": "; ".join(told) + "." if told else words["nothing"],
        "x_axis": {"label": words["errors_x"], "low": 0, "high": 1, "unit": "percent"},
        "y_axis": {"label": words["errors_y"], "low": 0, "high": 0.6, "unit": "percent"},
        "series": series,
        "lines": [{"axis": "y", "at": limit, "label": label}],
    }


def _families() -> list[dict[str, Any]]:
    """Return the theory curves of the plane of information against disturbance."""
    words = words_for("attack_charts")
    steps = np.linspace(0, 1, 41)

    disturbances = [float(step) / 2 for step in steps]
    entropies = [binary_entropy(disturbance) for disturbance in disturbances]
    attacks: dict[str, list[Eavesdropper]] = {
        "intercept": [InterceptResend(fraction=share) for share in (0.0, 0.5, 1.0)],
        "breidbart": [InterceptResend(fraction=share, basis="Breidbart") for share in (0.0, 0.5, 1.0)],
        "probe": [EntanglingProbe(strength=float(step)) for step in steps],
        "cloner": [OptimalCloner(disturbance=disturbance) for disturbance in disturbances],
    }
    places: dict[str, tuple[list[float], list[float]]] = {
        name: ([one.expected_error() for one in family], [one.expected_information() for one in family])
        for name, family in attacks.items()
    }
    places["collective"] = disturbances, entropies
    places["bob"] = disturbances, [1 - entropy for entropy in entropies]
    return [curve(words[name], style, x, y) for style, (name, (x, y)) in enumerate(places.items())]


def information_chart(result: SessionResult) -> dict[str, Any]:
    """Return the plane of Eve's information against the QBER, with the run on it."""
    words, eve = words_for("attack_charts"), result.settings.eavesdropper
    found = information(result, announced=True)
    series, statement = _families(), _no_point(result)
    if eve and found and result.true_qber is not None:
        best, spread = max(0.0, found.bits - found.bias), CONFIDENT * found.standard_error
        series.append(
            {
                "name": words["this_run"],
                "kind": "points",
                "x": [result.true_qber],
                "y": [best],
                "lower": [max(0.0, best - spread)],
                "upper": [best + spread],
                "style": 6,
            }
        )
        told = {"photons": "certain_told", "detectors": "steered_told"}.get(eve.target, "information_told")
        statement = words[told].format(
            information=f"{best:.3f}",
            spread=f"{spread:.3f}",
            formula=_formula(eve.information_on(result.settings.link)),
            qber=percent_text(result.true_qber),
        )
        keeps = eve.target in ("photons", "photons and qubit") and is_laser(result.settings.link)
        statement += (words["unbound"] if keeps else "") + _price(result)
    limit = result.settings.max_qber
    return {
        "title": words["information_title"],
        "statement": statement,
        "x_axis": {"label": words["information_x"], "low": 0, "high": 0.5, "unit": "percent"},
        "y_axis": {"label": words["information_y"], "low": 0, "high": 1},
        "series": series,
        "lines": [{"axis": "x", "at": limit, "label": words["limit"].format(limit=percent_text(limit))}],
    }


def _no_point(result: SessionResult) -> str:
    """Return why a run has no point in the plane."""
    words, eve = words_for("attack_charts"), result.settings.eavesdropper
    if eve is None:
        return words["no_eve"]
    if result.eve is None or not result.eve.n_sifted:
        return words["no_bits"]
    return words["few_bits" if result.eve.n_attacked else "untouched"].format(
        attacked=number_text(result.eve.n_attacked),
        sifted=number_text(result.eve.n_sifted),
        fewest=number_text(FEWEST_READ),
        formula=_formula(eve.information_on(result.settings.link)),
    )


def _price(result: SessionResult) -> str:
    """Return which share of the line's clicks an attack on the detectors leaves; "" if she keeps them up."""
    eve, link = result.settings.eavesdropper, result.settings.link
    if not isinstance(eve, DetectorAttack):
        return ""
    now, free = eve.expected_gain(link), link.expected_gain
    if now >= KEPT_UP * free:
        return ""
    return words_for("attack_charts")["price"].format(share=percent_text(now / free))


def _missed(wrong: NDArray[np.bool_], size: int) -> QberEstimate:
    """Cut the sifted bits into samples of one size, and count those without an error."""
    samples = wrong[: len(wrong) // size * size].reshape(-1, size)
    return QberEstimate(n_sample=len(samples), n_errors=int(np.count_nonzero(~samples.any(axis=1))))


def _own_errors(result: SessionResult) -> float | None:
    """Return the QBER that theory expects of the line without Eve."""
    settings = result.settings
    return expected_sifting(settings.protocol_table, settings.link, None, signals_only=True).qber


def missing_chart(result: SessionResult) -> dict[str, Any]:
    """Return the chart of (1 - QBER)^n, the chance that n compared bits show no error, and samples.

    How many bits it takes not to miss her is told only where the line makes no errors of its own: elsewhere
    an error is no sign of her.
    """
    words, qber, own = words_for("attack_charts"), result.expected_qber, _own_errors(result)
    silent = bits_to_compare(qber) if qber else None
    needed = None if own or not result.settings.eavesdropper else silent
    longest = round(1.3 * silent) if silent else 100
    sizes = [max(1, round(i * longest / 60)) for i in range(61)]
    series: list[dict[str, Any]] = []
    lines = [{"axis": "y", "at": MISS, "label": words["missing_limit"]}]
    statement = words["missing_never"]
    if qber is not None:
        curves = {"missing_theory": qber} | ({"missing_own": own} if own else {})
        series += [
            curve(words[name], style, sizes, ((1 - share) ** size for size in sizes))
            for style, (name, share) in enumerate(curves.items())
        ]
        _, wrong, _ = sifted_signals(result)
        tried = sorted({max(1, round(i * longest / 20)) for i in range(1, 13)})
        tried = [size for size in tried if len(wrong) // size * (1 - qber) ** size >= FEWEST_BLOCKS]
        found = measured(words["missing_measured"], 6, tried, [_missed(wrong, size) for size in tried])
        series.append(found | {"y": [rate or None for rate in found["y"]]})  # a log scale has no 0
    if own and qber is not None:
        rates = {"own": percent_text(own), "qber": percent_text(qber)}
        seen = adds_errors(own, qber)
        name = (
            "missing_line" if seen else "missing_unseen" if result.settings.eavesdropper else "missing_alone"
        )
        statement = words[name].format(**rates)
    elif needed and qber is not None:
        label = words["missing_needed"].format(count=number_text(needed))
        lines.append({"axis": "x", "at": needed, "label": label})
        statement = words["missing_told"].format(qber=percent_text(qber), count=number_text(needed))
    return {
        "title": words["missing_title" if needed else "errorless_title"],
        "statement": statement + _price(result),
        "x_axis": {"label": words["missing_x"], "low": 0, "high": longest},
        "y_axis": {"label": words["missing_y"], "low": LOWEST_MISS, "high": 1, "scale": "log"},
        "series": series,
        "lines": lines,
    }


def alarm_chart(result: SessionResult) -> dict[str, Any]:
    """Return the chart of what gives her away: gains if pulses hold several photons, else errors."""
    return gains_chart(result) if is_laser(result.settings.link) else missing_chart(result)
