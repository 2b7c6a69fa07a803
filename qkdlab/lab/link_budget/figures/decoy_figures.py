"""Live figures: what splitting photon numbers tells Eve, and what decoys show of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from ....attacks.photon_attacks import PhotonNumberSplitting
from ....exchange.expected import expected_sifting
from ....link import GYS_LINK, Link, WeakCoherentSource
from ....quantum.protocols import BB84
from ....session.session import SessionResult
from ...components.chart_series import curve, points
from ...components.text import percent_text, power_text, words_for
from ...frame.live_figure import LiveFigure, number_slider, power_slider

SIGNAL, DECOY, _ = (choice.mean_photon_number for choice in GYS_LINK.source.intensities)
MEANS = np.geomspace(1e-3, 1, 81).tolist()


def _laser(mean: float) -> WeakCoherentSource:
    return WeakCoherentSource(mean_photon_number=mean)


def observed_gains(run: SessionResult) -> list[tuple[float, float]]:
    """Return mean photon number and gain of each intensity of a session with decoys, the vacuum left out."""
    record = run.distillation.decoys
    means = [choice.mean_photon_number for choice in run.settings.link.source.intensities]
    gains = [one.gain or 0.0 for one in record.counts] if record else [0.0] * len(means)
    return [(mean, gain) for mean, gain in zip(means, gains, strict=True) if mean and gain]


def splitting_figure(runs: Iterable[SessionResult] = ()) -> LiveFigure:
    """Return a figure of what Eve knows by splitting photon numbers, and of the QBER, against the length.

    Parameters
    ----------
    runs
        Sessions with her on a line like `GYS_LINK` with a laser without decoys; points while the slider
        stands on their mean photon number.
    """
    words, eve, furthest = words_for("splitting_figure"), PhotonNumberSplitting(), 150.0
    found = [
        (run.settings.link, run.eve.n_certain / run.eve.n_sifted, run.true_qber or 0.0)
        for run in runs
        if run.eve
    ]
    shares, errors = np.linspace(0, furthest, 51).tolist(), np.linspace(0, furthest, 16).tolist()

    def line(length_km: float, mean: float) -> Link:
        return replace(GYS_LINK, length_km=length_km, source=_laser(mean))

    def qber(link: Link) -> float:
        return expected_sifting(BB84, link, eve).qber or 0.0

    def curves(mean: float) -> dict[str, Any]:
        here = [(link.length_km, *rest) for link, *rest in found if link.source == _laser(mean)]
        return {
            "title": words["title"],
            "x_axis": {"label": words["x"], "low": 0, "high": furthest},
            "y_axis": {"label": words["y"], "low": 0, "high": 1, "unit": "percent"},
            "series": [
                curve(words["known"], 1, shares, [eve.expected_share(line(km, mean)) for km in shares]),
                curve(words["free"], 0, errors, [line(km, mean).expected_qber() for km in errors]),
                curve(words["qber"], 2, errors, [qber(line(km, mean)) for km in errors]),
                *points(words["runs_known"], 6, ((km, known) for km, known, _ in here)),
                *points(words["runs_qber"], 3, ((km, wrong) for km, _, wrong in here)),
            ],
        }

    def sentence(length_km: float, mean: float) -> str:
        link = line(length_km, mean)
        return words["told"].format(
            length=f"{length_km:g}",
            mean=f"{mean:g}",
            known=percent_text(eve.expected_share(link) or 0.0),
            qber=percent_text(qber(link)),
            free=percent_text(link.expected_qber() or 0.0),
        )

    return LiveFigure(
        {
            "length_km": number_slider(words, "length_km", 25, (0, furthest), 1, ".0f"),
            "mean": number_slider(words, "mean", 0.1, (0.02, 1), 0.02, ".2f"),
        },
        curves,
        sentence,
    )


def gains_figure(free: SessionResult | None = None, split: SessionResult | None = None) -> LiveFigure:
    """Return a figure of the gain by the brightness of a pulse, with and without photon-number splitting.

    Parameters
    ----------
    free, split
        Sessions with decoys on a line like `GYS_LINK` without Eve, and with her on all pulses; their gains
        are points while the sliders stand on their length, and on all pulses.
    """
    words = words_for("gains_figure")
    found = [
        (name, style, run.settings.link.length_km, observed_gains(run))
        for name, style, run in (("runs_free", 6, free), ("runs_split", 3, split))
        if run
    ]

    def line(length_km: float) -> Link:
        return replace(GYS_LINK, length_km=length_km)

    def curves(length_km: float, fraction: float) -> dict[str, Any]:
        link, eve = line(length_km), PhotonNumberSplitting(fraction=fraction)
        seen = [
            points(words[name], style, gains)
            for name, style, km, gains in found
            if km == length_km and fraction == 1
        ]
        return {
            "title": words["title"],
            "x_axis": {"label": words["x"], "low": MEANS[0], "high": MEANS[-1], "scale": "log"},
            "y_axis": {"label": words["y"], "low": 1e-6, "high": 0.1, "scale": "log"},
            "series": [
                curve(words["free"], 0, MEANS, [link.gain_of(_laser(mean)) for mean in MEANS]),
                curve(words["split"], 1, MEANS, [eve.gain_on(link, mean) for mean in MEANS]),
                *(series for one in seen for series in one),
            ],
            "lines": [{"axis": "x", "at": SIGNAL, "label": words["signal"]}],
        }

    def sentence(decoy: float, length_km: float, fraction: float) -> str:
        link, eve = line(length_km), PhotonNumberSplitting(fraction=fraction)
        free, split = link.gain_of(_laser(decoy)), eve.gain_on(link, decoy)
        return words["told"].format(
            decoy=f"{decoy:.2g}",
            free=power_text(free),
            split=power_text(split),
            share=percent_text(split / free),
            signal=percent_text(eve.gain_on(link, SIGNAL) / link.gain_of(_laser(SIGNAL))),
        )

    return LiveFigure(
        {
            "decoy": power_slider(words, "decoy", DECOY, (MEANS[0], MEANS[-1]), ".2r"),
            "length_km": number_slider(words, "length_km", 75, (0, 150), 5, ".0f"),
            "fraction": number_slider(words, "fraction", 1, (0, 1), 0.05, ".0%"),
        },
        curves,
        sentence,
    )
