"""A link budget as the plain data that charts draw: rate, errors and clicks against distance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from ...distillation.estimation.error_rate import QberEstimate
from ...link import Link
from ...session.session import SessionResult
from ...settings.session_settings import SessionSettings
from ..components.chart_series import curve
from ..components.text import number_text, percent_text, power_text, words_for
from ..sessions.gain_charts import is_laser, measured
from .photon_charts import decoys_chart
from .theory import STEPS, Family, error_curve, furthest_km, is_endless, rate_curve, reach_km, without_length

DECADES = 1e7
"""The axis of the rates spans this factor."""

MOST_QBER = 0.25
SEEN_STYLE, NOW_STYLE, NONE_STYLE = 0, 6, 5


@dataclass(frozen=True, kw_only=True, slots=True)
class RunPoint:
    """What the charts against distance keep of a run; `clicks` counts them among all pulses sent.

    `rate` is per signal pulse, and `signals` the share of the pulses that are signals.
    """

    length_km: float
    seed: int
    n_pulses: int
    rate: float
    signals: float
    clicks: QberEstimate
    estimate: QberEstimate | None

    @classmethod
    def of(cls, result: SessionResult) -> RunPoint:
        """Return the point of a session: secret bits per signal pulse, and the QBER of the sample."""
        record = result.exchange.intensities
        signals = record.n_sent[0] if record else result.settings.n_pulses
        return cls(
            length_km=result.settings.link.length_km,
            seed=result.settings.seed,
            n_pulses=result.settings.n_pulses,
            rate=result.key_length / signals if signals else 0.0,
            signals=signals / result.settings.n_pulses,
            clicks=QberEstimate(n_sample=result.settings.n_pulses, n_errors=result.n_detected),
            estimate=result.distillation.estimate,
        )


def _length(length_km: float) -> str:
    return f"{length_km:g}"


def _furthest(settings: SessionSettings, points: Iterable[RunPoint]) -> float:
    return furthest_km(Family.of(settings), (point.length_km for point in points))


def _marks(name: str, style: int, runs: Iterable[tuple[RunPoint, float]]) -> dict[str, Any]:
    """Return a series with a point for each run; its note says what is to be set to run it again."""
    pairs = list(runs)
    return {
        "name": name,
        "kind": "points",
        "x": [run.length_km for run, _ in pairs],
        "y": [y for _, y in pairs],
        "notes": [f"n_pulses {run.n_pulses}, seed {run.seed}" for run, _ in pairs],
        "style": style,
    }


def _has_theory(settings: SessionSettings) -> bool:
    return settings.protocol == "BB84" and settings.z_probability is None


def _curve(
    name: str, style: int, x: Sequence[float], y: Sequence[float | None], here: tuple[float, float | None]
) -> dict[str, Any]:
    """Return a curve of theory with a point `here`, where the run is: read out there, it is what is told."""
    pairs = sorted({**dict(zip(x, y, strict=True)), here[0]: here[1]}.items())
    return curve(name, style, [at for at, _ in pairs], (worth for _, worth in pairs))


def _rate_theory(family: Family, furthest: float, length_km: float) -> list[dict[str, Any]]:
    words = words_for("budget_charts")
    curves = []
    for style, kind in enumerate(family.kinds):
        distances, rates = rate_curve(family, kind, furthest)
        name = words[f"rate_{kind}"]
        if not distances:  # no key at any length: no curve to name in the legend
            continue
        rate = family.rate(kind, length_km)
        curves.append(_curve(name, 2 * style, distances, rates, (length_km, rate if rate > 0 else None)))
    return curves


def _reach_line(settings: SessionSettings, furthest: float) -> dict[str, Any]:
    """Return the line of the chart where the theory ends; at the edge if it does not, or at no length.

    The theory is of keys as long as you like: where the number of pulses matters, the words say so.
    """
    line = _reach(Family.of(settings), furthest)
    if settings.security.ignores_chance:
        return line
    return line | {"label": words_for("budget_charts")["rate_long"].format(told=line["label"])}


def _reach(family: Family, furthest: float) -> dict[str, Any]:
    words, reach = words_for("budget_charts"), reach_km(family, family.kinds[0])
    if reach is None:
        return {"axis": "x", "at": 0.0, "label": words["rate_nowhere"]}
    if is_endless(family):
        label = words["rate_endless"].format(furthest=f"{furthest:g}")
        return {"axis": "x", "at": furthest, "label": label}
    return {"axis": "x", "at": reach, "label": words["rate_reach"].format(reach=f"{reach:.1f}")}


def _pulses_told(others: list[int], now: int) -> str:
    """Return in words how many pulses the other runs sent, if it is not as many as this one; else ""."""
    if set(others) <= {now}:
        return ""
    least, most, pulses = (number_text(n) for n in (min(others), max(others), now))
    return words_for("budget_charts")["rate_pulses"].format(least=least, most=most, pulses=pulses)


def rate_chart(result: SessionResult, others: Iterable[RunPoint] = ()) -> dict[str, Any]:
    """Return the chart of the secret bits per signal pulse against distance, on a log scale."""
    words, settings = words_for("budget_charts"), result.settings
    now, others = RunPoint.of(result), list(others)
    family, furthest = Family.of(settings), _furthest(settings, [now, *others])
    series = _rate_theory(family, furthest, now.length_km) if _has_theory(settings) else []
    known = [rate for curve in series for rate in curve["y"][:1]] + [point.rate for point in (now, *others)]
    top = 10.0 ** np.ceil(np.log10(1.2 * max(known))) if any(known) else 1.0
    low = top / DECADES
    keys = [(point, point.rate) for point in others if point.rate > 0]
    if keys:
        series.append(_marks(words["rate_points"], SEEN_STYLE, keys))
    if now.rate > 0:
        series.append(_marks(words["rate_now"], NOW_STYLE, [(now, now.rate)]))
    lost = [(point, low) for point in (now, *others) if point.rate == 0]
    if lost:
        series.append(_marks(words["rate_none"], NONE_STYLE, lost))
    lines, statement = [], ""
    length = _length(now.length_km)
    if _has_theory(settings):
        kind = family.kinds[0]
        expected = family.rate(kind, now.length_km)
        lines.append(_reach_line(settings, furthest))
        told = words["rate_told"] if now.rate > 0 else words["rate_told_none"]
        statement = told.format(
            length=length,
            rate=power_text(now.rate),
            expected=power_text(expected) if expected > 0 else words["no_key_expected"],
        )
        if now.rate > 0 and now.signals < 1:
            share = percent_text(now.signals)
            statement += words["rate_signals"].format(share=share, sent=power_text(now.rate * now.signals))
        statement += words["rate_free"].format(share=f"{100 * settings.sample_fraction:g} %")
    else:
        statement = words["rate_no_theory"].format(protocol=settings.protocol)
    statement += _pulses_told([point.n_pulses for point in others], settings.n_pulses)
    return {
        "title": words["rate_title"],
        "statement": statement,
        "x_axis": {"label": words["distance"], "low": 0, "high": furthest},
        "y_axis": {"label": words["rate_y"], "low": low, "high": top, "scale": "log"},
        "series": series,
        "lines": lines,
    }


def _estimates(
    name: str, style: int, runs: Iterable[tuple[RunPoint, QberEstimate | None]]
) -> list[dict[str, Any]]:
    """Return a series with error bars, as a list; an empty one if nothing was estimated."""
    found = [(run, rate) for run, rate in runs if rate]
    marks = _marks(name, style, [(run, rate.qber) for run, rate in found])
    return [marks | measured(name, style, marks["x"], [rate for _, rate in found])] if found else []


def qber_chart(result: SessionResult, others: Iterable[RunPoint] = ()) -> dict[str, Any]:
    """Return the chart of the QBER against distance."""
    words, settings, now = words_for("budget_charts"), result.settings, RunPoint.of(result)
    others = list(others)
    furthest = _furthest(settings, [now, *others])
    distances, errors = error_curve(without_length(settings), furthest)
    series = [
        _curve(words["qber_theory"], 0, distances, errors, (now.length_km, result.expected_qber)),
        *_estimates(words["qber_points"], SEEN_STYLE, [(one, one.estimate) for one in others]),
        *_estimates(words["qber_now"], NOW_STYLE, [(now, now.estimate)]),
    ]
    statement, expected = words["qber_none"].format(length=_length(now.length_km)), result.expected_qber
    if now.estimate:
        statement = words["qber_told"].format(
            length=_length(now.length_km),
            qber=percent_text(now.estimate.qber),
            lower=percent_text(now.estimate.lower),
            upper=percent_text(now.estimate.upper),
            expected=words["no_formula"] if expected is None else percent_text(expected),
        )
    limit = settings.max_qber
    return {
        "title": words["qber_title"],
        "statement": statement,
        "x_axis": {"label": words["distance"], "low": 0, "high": furthest},
        "y_axis": {"label": words["qber_y"], "low": 0, "high": MOST_QBER, "unit": "percent"},
        "series": series,
        "lines": [{"axis": "y", "at": limit, "label": words["limit"].format(limit=percent_text(limit))}],
    }


@lru_cache(maxsize=16)
def _clicks_theory(link: Link, furthest: float) -> tuple[tuple[float, ...], ...]:
    """Return distances, gains, and the probabilities of a click without light; give a link of length 0."""
    distances = tuple(furthest * i / STEPS for i in range(STEPS + 1))
    links = [replace(link, length_km=distance) for distance in distances]
    empty = tuple(1 - (1 - one.background_probability) ** 2 for one in links)
    return distances, tuple(one.expected_gain for one in links), empty


def clicks_chart(result: SessionResult, others: Iterable[RunPoint] = ()) -> dict[str, Any]:
    """Return the chart of the clicks per pulse against distance, with those that need no light."""
    words, settings, now = words_for("budget_charts"), result.settings, RunPoint.of(result)
    others = list(others)
    furthest = _furthest(settings, [now, *others])
    distances, gains, empty = _clicks_theory(replace(settings.link, length_km=0.0), furthest)
    eve, expected = settings.eavesdropper, settings.link.expected_gain
    theory = words["clicks_theory_free" if eve else "clicks_theory"]
    series = [
        _curve(theory, 0, distances, gains, (now.length_km, expected)),
        curve(words["clicks_empty"], 2, distances, empty),
        *_estimates(words["clicks_points"], SEEN_STYLE, [(one, one.clicks) for one in others]),
        *_estimates(words["clicks_now"], NOW_STYLE, [(now, now.clicks)]),
    ]
    top = 10.0 ** np.ceil(np.log10(max(1e-9, *gains)))
    loss = 10 * np.log10(1 / settings.link.transmittance)
    return {
        "title": words["clicks_title"],
        "statement": words["clicks_told"].format(
            line=words["clicks_further" if settings.link.insertion_loss_db else "clicks_fibre"].format(
                length=_length(now.length_km)
            ),
            loss=f"{loss:.1f}",
            gain=power_text(now.clicks.qber),
            clicks=number_text(now.clicks.n_errors),
            sent=number_text(now.clicks.n_sample),
            theory=theory,
            expected=power_text(expected),
        ),
        "x_axis": {"label": words["distance"], "low": 0, "high": furthest},
        "y_axis": {"label": words["clicks_y"], "low": top / DECADES, "high": top, "scale": "log"},
        "series": series,
        "lines": [],
    }


def third_chart(result: SessionResult, others: Iterable[RunPoint] = ()) -> dict[str, Any]:
    """Return the chart of the gains of a laser; single photons have one gain, drawn against distance."""
    return decoys_chart(result) if is_laser(result.settings.link) else clicks_chart(result, others)
