"""Live figures: the best brightness of a signal, and how far decoys carry a key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import scipy

from ....link import GYS_LINK, DecoySource, WeakCoherentSource
from ....theory.rates import expected_rate, optimal_signal
from ...components.chart_series import curve, points
from ...components.text import power_text, words_for
from ...frame.live_figure import LiveFigure, number_slider, power_slider
from ..theory import DECOYS, INFINITE, TAGGED, Family, rate_curve, reach_km

FURTHEST_KM, SHARE_DISCLOSED = 200.0, 0.25
EFFICIENCY = 1.22
"""f of the best brightness, as Ma, Qi, Zhao and Lo (2005) take it."""

SHARES = [*np.linspace(0, 0.95, 20).tolist(), 0.98, 0.99, 0.999]
"""Of a length at which the key ends: where the rate before it is drawn."""

SIGNAL, DECOY, _ = (choice.mean_photon_number for choice in GYS_LINK.source.intensities)


def _digits(value: float) -> str:
    """Return a number with three digits, or all before the point."""
    return f"{float(f'{value:.3g}'):,g}"


def brightness_figure() -> LiveFigure:
    """Return a figure of the key rate against the mean photon number of the signal."""
    words, decoy = words_for("brightness_figure"), DECOY
    means = np.linspace(0.02, 1, 50).tolist()

    def bits(mean: float, length_km: float, error: float, *, infinite: bool) -> float:
        """Return the secret bits of a million signal pulses; negative if there are none."""
        source = DecoySource(signal=mean, decoy=min(decoy, mean / 2))
        link = replace(GYS_LINK, length_km=length_km, misalignment_error=error, source=source)
        return 1e6 * expected_rate(link, efficiency=EFFICIENCY, infinite=infinite)

    @cache
    def best(length_km: float, error: float) -> tuple[float, float]:
        """Return the best brightness and what it gives."""
        found = scipy.optimize.minimize_scalar(
            lambda mean: -bits(mean, length_km, error, infinite=True), bounds=(1e-3, 1), method="bounded"
        )
        return float(found.x), -float(found.fun)

    def curves(length_km: float, error: float) -> dict[str, Any]:
        def drawn(name: str, style: int, fewest: float, *, infinite: bool) -> dict[str, Any]:
            kept = [mean for mean in means if mean > fewest]
            rates = [max(0.0, bits(mean, length_km, error, infinite=infinite)) for mean in kept]
            return curve(words[name].format(decoy=decoy), style, kept, rates)

        most, formula = best(length_km, error)[1], optimal_signal(error, efficiency=EFFICIENCY)
        return {
            "title": words["title"],
            "x_axis": {"label": words["x"], "low": 0, "high": 1},
            "y_axis": {"label": words["y"], "low": 0, "high": 1.2 * most if most > 0 else 1},
            "series": [
                drawn("infinite", 0, 0.0, infinite=True),
                drawn("decoys", 1, 1.2 * decoy, infinite=False),
            ],
            "lines": [{"axis": "x", "at": formula, "label": words["formula"]}],
        }

    def sentence(signal: float, length_km: float, error: float) -> str:
        brightest, most = best(length_km, error)
        return words["told" if most > 0 else "told_none"].format(
            length=f"{length_km:g}",
            signal=f"{signal:g}",
            bits=_digits(max(0.0, bits(signal, length_km, error, infinite=True))),
            best=f"{brightest:.2f}",
            most=_digits(most),
            formula=f"{optimal_signal(error, efficiency=EFFICIENCY):.2f}",
        )

    return LiveFigure(
        {
            "signal": number_slider(words, "signal", 0.1, (0.02, 1), 0.02, ".2f"),
            "length_km": number_slider(words, "length_km", 50, (0, 150), 5, ".0f"),
            "error": number_slider(words, "error", GYS_LINK.misalignment_error, (0, 0.08), 0.001, ".1%"),
        },
        curves,
        sentence,
    )


def reach_figure(measured: Mapping[float, float] | None = None) -> LiveFigure:
    """Return a figure of the key rate against the length, with decoys and without.

    As sessions have it: a quarter of the sifted bits is disclosed.

    Parameters
    ----------
    measured
        Secret bits per signal pulse of sessions on lines like `GYS_LINK`, by length in km; points while the
        other sliders stand on its source and its detectors.
    """
    words, found = words_for("reach_figure"), dict(measured or {})
    weak = np.geomspace(1e-3, 1, 31).tolist()

    def family(signal: float, dark: float) -> Family:
        counts = dark * GYS_LINK.detector.dark_count_probability
        detector = replace(GYS_LINK.detector, dark_count_probability=counts)
        source = DecoySource(signal=signal, decoy=DECOY)
        return Family(replace(GYS_LINK, length_km=0, source=source, detector=detector), SHARE_DISCLOSED)

    @cache
    def without(length_km: float, dark: float) -> float:
        """Return the rate of a laser without decoys, of the best of its brightnesses."""
        one = family(SIGNAL, dark)
        sources = (WeakCoherentSource(mean_photon_number=mean) for mean in weak)
        lasers = (replace(one, link=replace(one.link, source=source)) for source in sources)
        return max(laser.rate(TAGGED, length_km) for laser in lasers)

    @cache
    def short(dark: float) -> float:
        """Return the length at which a laser without decoys gives no key any more; 0 if it gives none."""
        if without(0.0, dark) <= 0:
            return 0.0
        return float(scipy.optimize.brentq(without, 0, FURTHEST_KM, args=(dark,), xtol=0.01))

    def curves(signal: float, dark: float) -> dict[str, Any]:
        def drawn(name: str, style: int, kind: str) -> dict[str, Any]:
            return curve(words[name].format(decoy=DECOY), style, *rate_curve(now, kind, FURTHEST_KM))

        now = family(signal, dark)
        near = [short(dark) * share for share in SHARES if short(dark)]
        as_measured = signal == SIGNAL and dark == 1
        return {
            "title": words["title"],
            "x_axis": {"label": words["x"], "low": 0, "high": FURTHEST_KM},
            "y_axis": {"label": words["y"], "low": 1e-8, "high": 0.01, "scale": "log"},
            "series": [
                drawn("infinite", 0, INFINITE),
                drawn("decoys", 1, DECOYS),
                curve(words["tagged"], 2, near, (without(km, dark) for km in near)),
                *points(words["runs"], 6, found.items() if as_measured else ()),
            ],
        }

    def sentence(length_km: float, signal: float, dark: float) -> str:
        now = family(signal, dark)
        reach, rates = reach_km(now, DECOYS), (now.rate(DECOYS, length_km), without(length_km, dark))
        if reach is None:
            return words["told_none"]
        decoys, tagged = (power_text(rate) if rate > 0 else words["no_key"] for rate in rates)
        return words["told"].format(
            length=f"{length_km:g}",
            decoys=decoys,
            tagged=tagged,
            reach=f"{reach:.0f}",
            short=f"{short(dark):.0f}",
        )

    return LiveFigure(
        {
            "length_km": number_slider(words, "length_km", 20, (0, FURTHEST_KM), 1, ".0f"),
            "signal": number_slider(words, "signal", SIGNAL, (0.06, 1), 0.02, ".2f"),
            "dark": power_slider(words, "dark", 1, (0.01, 100), ".2r"),
        },
        curves,
        sentence,
    )
