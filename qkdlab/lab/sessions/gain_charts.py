"""Measured rates with error bars, and the gains of a run: what decoys show of Eve, as a chart draws it."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import Any

import numpy as np

from ...attacks.attack import Eavesdropper
from ...distillation.estimation.error_rate import QberEstimate
from ...link import Link, WeakCoherentSource
from ...session.session import SessionResult
from ...values import as_index
from ..components.chart_series import curve
from ..components.text import number_text, power_text, words_for

MOST_DECADES = 8
"""The axis of the gains spans this many powers of ten at most."""


def measured(
    name: str, style: int, x: Sequence[float], rates: Sequence[QberEstimate | None]
) -> dict[str, Any]:
    """Return a series of points with error bars of a `CurveChart`, a gap where nothing was counted."""
    ends = {"y": "qber", "lower": "lower", "upper": "upper"}
    found = {key: [rate and getattr(rate, end) for rate in rates] for key, end in ends.items()}
    return {"name": name, "kind": "points", "x": list(x), **found, "style": style}


def is_laser(link: Link) -> bool:
    """Return whether pulses hold several photons at times: only then gains tell of Eve."""
    return isinstance(link.source.signal_source, WeakCoherentSource)


def free_gain(link: Link, mean: float) -> float:
    """Return the closed-form gain of Poissonian pulses of this mean among those of a line without Eve.

    Dead time and afterpulses are those of all pulses of the link: even a pulse without light has its share.
    """
    return link.gain_of(WeakCoherentSource(mean_photon_number=mean))


def _gains_theory(link: Link, eavesdropper: Eavesdropper | None, highest: float) -> list[dict[str, Any]]:
    """Return the theory curves of the gain against the mean photon number, without Eve and with her."""
    words = words_for("gains")
    means = [
        highest * (i / 30) ** 2 for i in range(31)
    ]  # the gain is steepest at faint pulses, on a log axis
    curves = {"free": [free_gain(link, mean) for mean in means]}
    tapped = [eavesdropper.gain_on(link, mean) for mean in means] if eavesdropper else []
    if gains := [gain for gain in tapped if gain is not None]:
        curves["eve"] = gains
    return [curve(words[name], style, means, gains) for style, (name, gains) in enumerate(curves.items())]


def _decades(series: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a log axis for gains: on a linear one those of decoys, which betray Eve, lie at its foot."""
    gains = [gain for one in series for gain in one["y"] if gain]
    high = ceil(log10(max(gains, default=1.0)) - 1e-9)
    low = max(floor(log10(min(gains, default=0.1)) + 1e-9), high - MOST_DECADES)
    return {"low": 10.0 ** min(low, high - 1), "high": 10.0**high, "scale": "log"}


def gains_seen(result: SessionResult) -> list[tuple[str, float, QberEstimate | None]]:
    """Return name, mean photon number and gain of each intensity; the gain is clicks among pulses sent."""
    link, record = result.settings.link, result.exchange.intensities
    if record:
        names = [intensity.name for intensity in link.source.intensities]
        means, sent = list(record.means), record.n_sent
        clicks = np.bincount(as_index(record.choices), minlength=len(means)).tolist()
    else:
        names, sent, clicks = ["signal"], (result.settings.n_pulses,), [result.n_detected]
        source = link.source.signal_source
        means = [source.mean_photon_number if isinstance(source, WeakCoherentSource) else 1.0]
    rates = [QberEstimate(n_sample=n, n_errors=k) if n else None for n, k in zip(sent, clicks, strict=True)]
    return list(zip(names, means, rates, strict=True))


def gains_chart(result: SessionResult) -> dict[str, Any]:
    """Return the chart of the gain against the mean photon number: of decoys, what they show of Eve."""
    words, link = words_for("gains"), result.settings.link
    names, means, seen = (list(column) for column in zip(*gains_seen(result), strict=True))
    highest = 1.2 * max(means) or 1.0
    series = _gains_theory(link, result.settings.eavesdropper, highest)
    points = measured(words["measured"].format(names=", ".join(names)), 6, means, seen)
    told = [
        words["told"].format(
            name=name,
            gain=power_text(rate.qber),
            clicks=number_text(rate.n_errors),
            sent=number_text(rate.n_sample),
            free=power_text(free_gain(link, mean)),
        )
        for name, mean, rate in zip(names, means, seen, strict=True)
        if rate
    ]
    return {
        "title": words["title_decoys" if len(names) > 1 else "title"],
        "statement": "; ".join(told) + "." if told else words["nothing"],
        "x_axis": {"label": words["x"], "low": 0, "high": highest},
        "y_axis": {"label": words["y"], **_decades([*series, points])},
        "series": [*series, points],
        "lines": [],
    }
