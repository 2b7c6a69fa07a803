"""The live figures on decoys: their curves against sessions that are run, and against published figures."""

import re
from dataclasses import replace

import numpy as np
import pytest

from qkdlab import GYS_LINK, PhotonNumberSplitting, WeakCoherentSource, run_session
from qkdlab.lab import brightness_figure, gains_figure, reach_figure, splitting_figure
from qkdlab.lab.frame.live_figure import LiveFigure


def found(figure: LiveFigure, name: str, x: float) -> float:
    """What a curve of a figure is worth at x."""
    series = next(one for one in figure.chart.series if one["name"].startswith(name))
    return float(np.interp(x, series["x"], np.array(series["y"], dtype=float)))


def marks(figure: LiveFigure) -> list[dict[str, object]]:
    return [one for one in figure.chart.series if one["kind"] == "points"]


def attacked(length_km: float, **changes: object):
    link = replace(GYS_LINK, length_km=length_km, **changes)
    eve = PhotonNumberSplitting()
    return run_session(n_pulses=10**8, link=link, eavesdropper=eve, seed=5, security="asymptotic")


def test_what_eve_knows_is_what_she_knows_in_sessions() -> None:
    run = attacked(39, source=WeakCoherentSource(mean_photon_number=0.2))
    figure = splitting_figure([run])
    assert marks(figure) == []  # the slider stands on another brightness
    figure.sliders["mean"].value = 0.2
    figure.sliders["length_km"].value = 39
    known, wrong = marks(figure)
    n = run.eve.n_sifted
    for point, name in ((known, "Eve knows"), (wrong, "they are wrong")):
        share = found(figure, name, 39)
        assert abs(point["y"][0] - share) < 5 * np.sqrt(share * (1 - share) / n)
    assert f"Eve knows {100 * found(figure, 'Eve knows', 39):.1f}"[:11] in figure.chart.statement
    assert found(figure, "they are wrong", 40) == pytest.approx(
        found(figure, "the QBER without", 40), abs=1e-3
    )


def test_decoys_click_less_often_with_eve_and_all_pulses_as_often() -> None:
    run = attacked(75)
    figure = gains_figure(None, run)
    (seen,) = marks(figure)
    sent = run.exchange.intensities.n_sent
    for mean, gain, n in zip(seen["x"], seen["y"], sent, strict=False):
        expected = found(figure, "Eve splits", mean)
        assert abs(gain - expected) < 5 * np.sqrt(expected / n) + 0.01 * expected
    told = [
        f"{100 * found(figure, 'Eve splits', x) / found(figure, 'free line', x):.0f}" for x in (0.05, 0.48)
    ]
    assert told == ["15", "103"]
    assert re.findall(r"(\d+)\.\d\xa0% of", figure.chart.statement) == ["14", "102"]
    total = {"free line": 0.0, "Eve splits": 0.0}
    for choice in GYS_LINK.source.intensities:
        for name in total:
            total[name] += choice.probability * found(figure, name, max(1e-3, choice.mean_photon_number))
    assert total["Eve splits"] == pytest.approx(total["free line"], rel=0.02)
    figure.sliders["fraction"].value = 0
    assert marks(figure) == []
    assert found(figure, "Eve splits", 0.05) == pytest.approx(found(figure, "free line", 0.05))
    assert figure.chart.statement.count("100.0\xa0% of") == 2


def test_the_best_brightness_is_that_of_the_formula_and_none_is_better() -> None:
    figure = brightness_figure()
    assert "best is μ = 0.48" in figure.chart.statement
    assert "the formula for long lines says 0.48" in figure.chart.statement
    best = found(figure, "infinitely", 0.48)
    assert all(rate <= best * 1.001 for one in figure.chart.series for rate in one["y"])
    assert found(figure, "vacuum", 0.48) < best
    figure.sliders["error"].value = 0
    assert "the formula for long lines says 1.00" in figure.chart.statement
    figure.sliders["error"].value = 0.05
    figure.sliders["length_km"].value = 150
    assert "no brightness gives a key" in figure.chart.statement


def test_the_reach_is_that_of_the_line_and_decoys_carry_further() -> None:
    figure = reach_figure({50: 1e-4})
    assert "With decoys the key ends at 141 km" in figure.chart.statement
    assert len(marks(figure)) == 1
    for name, end in (("infinitely", 142.8), ("vacuum", 141.4)):  # for a leak of 1.2 h(E)
        curve = next(one for one in figure.chart.series if one["name"].startswith(name))
        assert max(curve["x"]) == pytest.approx(end, abs=0.5)
    assert found(figure, "no decoys", 20) == pytest.approx(found(figure, "vacuum", 20) / 50, rel=0.2)
    figure.sliders["length_km"].value = 50
    assert "none without" in figure.chart.statement
    figure.sliders["dark"].value = 10
    assert marks(figure) == []
    assert "With decoys the key ends at 94 km" in figure.chart.statement  # 10 dB less, at 0.21 dB/km
