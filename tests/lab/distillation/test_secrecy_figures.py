"""The live figures on secrecy: their curves against hashed keys, proofs, and sessions."""

from dataclasses import replace

import numpy as np
import pytest

from qkdlab import run_session
from qkdlab.lab import hash_length_figure, key_limit_figure, short_run_figure
from qkdlab.lab.distillation.presets import DISTILLATION_PRESETS
from qkdlab.theory.expected_key import expected_key


def found(figure, name):
    """A curve of a figure as a function of x."""
    series = next(one for one in figure.chart.series if one["name"].startswith(name))
    return lambda x: float(np.interp(x, series["x"], np.array(series["y"], dtype=float)))


def test_the_hash_figure_says_what_is_left_out() -> None:
    figure = hash_length_figure({2: 0.1, -8: 0.996})
    assert "a hash of 998" in figure.chart.statement
    assert figure.chart.series[-1]["y"] == [0.1, 0.996]
    figure.sliders["left_out"].value = 65
    figure.sliders["unknown"].value = 100
    assert "a hash of 35 leaves 65 out" in figure.chart.statement
    assert "65.0\N{NO-BREAK SPACE}% of what Eve lacks" in figure.chart.statement
    figure.sliders["unknown"].value = 10
    assert "no key is left" in figure.chart.statement
    figure.sliders["left_out"].value = -3
    assert "0.88 at least" in figure.chart.statement  # 8 hashes can be, of each 64
    assert found(figure, "the lemma")(64) > 1e-10 > found(figure, "the lemma")(65)


def test_the_key_ends_where_the_proofs_say() -> None:
    figure = key_limit_figure()
    figure.sliders["efficiency"].value = 1
    for name, limit in (("BB84", 0.11003), ("six-state", 0.1262)):  # Shor and Preskill; Lo
        left = found(figure, name)
        assert left(limit - 0.001) > 0 > left(limit + 0.001)
    assert "ends at 11.0\N{NO-BREAK SPACE}%; at 12.6\N{NO-BREAK SPACE}%" in figure.chart.statement
    figure.sliders["efficiency"].value = 1.16
    assert "ends at 9.8\N{NO-BREAK SPACE}%" in figure.chart.statement
    figure.sliders["qber"].value = 0.12
    assert "nothing is left" in figure.chart.statement


def test_short_runs_have_the_key_of_sessions() -> None:
    settings = DISTILLATION_PRESETS["quiet"].settings
    run = run_session(replace(settings, n_pulses=200_000))
    figure = short_run_figure([run])
    drawn = found(figure, "finite run")
    assert drawn(200_000) == pytest.approx(run.key_length / 200_000, rel=0.05)
    assert drawn(1e8) == pytest.approx(expected_key(replace(settings, n_pulses=10**8)).rate, rel=1e-9)
    assert drawn(1e8) < found(figure, "endless")(1e8) < 1.03 * drawn(1e8)
    assert figure.chart.series[-1]["kind"] == "points"
    assert figure.chart.series[-1]["y"] == [run.key_length / 200_000]
    figure.sliders["share"].value = 0.5  # the session compared a quarter
    assert figure.chart.series[-1]["kind"] == "curve"
    figure.sliders["share"].value = 0.25
    assert figure.chart.series[-1]["kind"] == "points"


def test_the_margin_is_that_of_the_formula() -> None:
    figure = short_run_figure()
    n, k = 3_750, 1_250
    margin = np.sqrt((n + k) / (n * k) * (k + 1) / k * np.log(4e10))
    assert f"the margin μ is {100 * margin:.1f}" in figure.chart.statement
    assert "leaves no key" in figure.chart.statement
    figure.sliders["pulses"].value = 1e6
    assert "secret bits are expected" in figure.chart.statement
