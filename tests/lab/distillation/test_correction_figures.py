"""The live figures on samples and frames: against the interval of a session, and counted frames."""

import numpy as np
import pytest

from qkdlab.distillation.estimation.error_rate import QberEstimate
from qkdlab.lab import frame_figure, interval_figure
from qkdlab.lab.distillation.figures.correction_figures import interval_ends


@pytest.mark.parametrize(("n", "k"), [(50, 0), (50, 1), (500, 10), (5000, 100), (20, 20)])
def test_the_interval_is_that_of_a_session(n: int, k: int) -> None:
    estimate = QberEstimate(n_sample=n, n_errors=k)
    if k < n:
        assert interval_ends(n, k / n, 0.025) == pytest.approx((estimate.lower, estimate.upper), abs=1e-9)


def test_more_bits_narrow_the_interval() -> None:
    figure = interval_figure()
    assert "Of 1,000 compared bits 2.0\N{NO-BREAK SPACE}% are wrong" in figure.chart.statement
    proof, upper, lower = figure.chart.series
    assert all(a is None or a > 0.02 for a in upper["y"])
    assert all(a < 0.02 for a in lower["y"])
    assert upper["y"][-1] < 0.023
    assert proof["y"][-1] > upper["y"][-1]
    figure.sliders["qber"].value = 0
    assert figure.chart.series[2]["y"][0] == 0
    assert "0.00" in figure.chart.statement or "0.0" in figure.chart.statement


def test_so_many_frames_hold_no_more_errors() -> None:
    figure = frame_figure()
    assert figure.chart.statement.startswith("Frames of 10,000 bits have 200 errors on average")
    worst = int(figure.chart.statement.split("up to ")[1].split()[0].replace(",", ""))
    errors = np.random.default_rng(1).binomial(10_000, 0.02, 20_000)
    assert abs(np.mean(errors <= worst) - 0.99) < 0.01  # the law is of steps of half a per cent
    (needed,) = figure.chart.series
    assert needed["y"][0] > needed["y"][30] > needed["y"][-1] > 1
