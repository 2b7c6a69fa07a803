"""The photons of a run as plain data: their numbers, the funnel, and what decoys say of single ones."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from ...attacks.attack import Eavesdropper
from ...distillation.estimation.decoys import SinglePhotonBounds
from ...exchange.pulses import pulse_table
from ...link import Link
from ...session.session import SessionResult
from ...theory.rates import infinite_decoys
from ...values import as_index
from ..components.text import number_text, percent_text, power_text, words_for
from ..sessions.ending import key_stages
from ..sessions.gain_charts import gains_chart

SHOWN_PHOTONS = 6
"""The bars show photon numbers 0 … 5 at least, and more if the signal is bright."""

MOST_SHOWN = 20


@lru_cache(maxsize=8)
def _photon_theory(
    link: Link, eavesdropper: Eavesdropper | None
) -> tuple[tuple[float, ...], tuple[float, ...] | None]:
    """Return the shares of 0, 1, 2 … photons among the pulses sent, and among the detected ones.

    The latter is None where a click depends on more than its pulse: on an attack on the detectors, or on
    detectors that remember.
    """
    pulses = pulse_table(link, eavesdropper)
    clicking = pulses.clicking
    sent, seen = (np.bincount(as_index(kinds.photons), kinds.weights) for kinds in (pulses, clicking))
    shown = max(SHOWN_PHOTONS, min(MOST_SHOWN, int(np.count_nonzero(sent > 1e-3))))
    sent, seen = (np.pad(counts, (0, shown))[:shown] for counts in (sent, seen))
    steered = eavesdropper is not None and eavesdropper.response(link) is not None
    if steered or link.detector.has_memory or not clicking.total:
        return tuple(sent.tolist()), None
    return tuple(sent.tolist()), tuple((seen / clicking.total).tolist())


def photons_chart(result: SessionResult) -> dict[str, Any]:
    """Return the bars of the photon numbers of all pulses and of the detected ones, as they left Alice."""
    words, settings = words_for("budget_charts"), result.settings
    sent, expected = _photon_theory(settings.link, settings.eavesdropper)
    numbers, found = list(range(len(sent))), result.exchange.photons
    series: list[dict[str, Any]] = [
        {
            "name": words["photons_sent"],
            "kind": "bars",
            "x": numbers,
            "y": sent,
            "style": 1,
            "shift": -0.2,
        }
    ]
    statement = words["photons_nothing"]
    if len(found):
        counts = np.bincount(as_index(np.minimum(found, MOST_SHOWN + 1)), minlength=len(sent)).tolist()
        shares = [count / len(found) for count in counts]
        seen = {"x": numbers, "shift": 0.2}
        bars = {"name": words["photons_seen"], "kind": "bars", "y": shares[: len(sent)], "style": 0}
        series.append(bars | seen)
        if expected:
            marks = {"name": words["photons_theory"], "kind": "points", "y": expected, "style": 6}
            series.append(marks | seen)
        several = settings.link.source.multiphoton_probability
        statement = words["photons_told"].format(
            count=number_text(len(found)),
            none=percent_text(shares[0]),
            one=percent_text(shares[1]),
            several=percent_text(1 - shares[0] - shares[1]),
            sent_several=percent_text(several),
        )
    top = max(0.1, *(share for one in series for share in one["y"]))
    return {
        "title": words["photons_title"],
        "statement": statement,
        "x_axis": {"label": words["photons_x"], "low": -0.5, "high": len(sent) - 0.5},
        "y_axis": {"label": words["photons_y"], "low": 0, "high": min(1.1, 1.1 * top), "unit": "percent"},
        "series": series,
        "lines": [],
    }


def photon_stages(result: SessionResult) -> list[dict[str, Any]]:
    """Return the stages of the key funnel, and after the clicks the photon numbers they came from."""
    words, photons = words_for("budget_charts"), result.exchange.photons
    sent, detected, sifted, *rest = key_stages(result)
    empty, one = (int(np.count_nonzero(photons == number)) for number in (0, 1))
    counts = {"one": one, "several": len(photons) - empty - one, "empty": empty}
    parts = [
        {"name": words[name], "count": count, "note": words[f"note_{name}"], "of": 1}
        for name, count in counts.items()
    ]
    return [sent, detected, *parts, {**sifted, "of": 1}, *rest]


def _bounds_told(result: SessionResult, bounds: SinglePhotonBounds) -> str:
    """Return what decoys say about single photons beside the truth, and how far that is to be trusted.

    The bounds hold for the true gains. They are given the gains of the run, and chance may take them past
    the truth: unlikely on a line without Eve unless there are few clicks.
    """
    words, settings = words_for("budget_charts"), result.settings
    if not bounds.yield_lower > 0:
        return words["bounds_nothing"]
    true, eve = infinite_decoys(settings.link), settings.eavesdropper
    told = words["bounds_told"].format(
        trust=words["bounds_textbook" if settings.epsilon is None else "bounds_finite"],
        compared=words["bounds_eve" if eve else "bounds_free"],
        yield_lower=power_text(bounds.yield_lower),
        yield_true=power_text(true.yield_lower),
        error_upper=percent_text(bounds.error_upper),
        error_true=percent_text(true.error_upper),
    )
    passed = bounds.yield_lower > true.yield_lower or bounds.error_upper < true.error_upper
    return told + words["bounds_chance"] if passed and not eve else told


def decoys_chart(result: SessionResult) -> dict[str, Any]:
    """Return the chart of the gains, and in its sentence what decoys say about single photons."""
    chart, decoys = gains_chart(result), result.distillation.decoys
    if decoys is None:
        return chart
    return {**chart, "statement": f"{chart['statement']} {_bounds_told(result, decoys.bounds)}"}
