"""The live figures on secrecy: their curves against hashed keys, proofs, and sessions."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from qkdlab import run_session
from qkdlab.distillation.hashing.toeplitz import draw_seed, toeplitz_hash
from qkdlab.lab import epsilon_figure, folding_figure, hash_length_figure, key_limit_figure, short_run_figure
from qkdlab.lab.distillation.figures.secrecy_figures import FOLDED_KEY
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


@pytest.mark.parametrize("known", [0, 2, 3, 6])
@pytest.mark.parametrize("hash_bits", [1, 3, 6])
def test_every_key_that_eve_holds_possible_is_folded_once(known: int, hash_bits: int) -> None:
    figure = folding_figure()
    figure.sliders["known"].value, figure.sliders["hash_bits"].value = known, hash_bits
    seed = draw_seed(6, hash_bits, np.random.default_rng(1))
    keys = [key for key in product((0, 1), repeat=6) if key[:known] == FOLDED_KEY[:known]]
    counts = [0] * 2**hash_bits
    for key in keys:
        hashed = toeplitz_hash(np.array(key, dtype=np.uint8), seed)
        counts[int("".join(map(str, hashed.tolist())), 2)] += 1
    assert figure.chart.series[0]["y"] == counts
    assert f"once in {len(keys) // max(counts)} times" in figure.chart.statement
    assert ("knows nothing" in figure.chart.statement) == (len(set(counts)) == 1)


def test_a_hash_beyond_the_last_is_told() -> None:
    figure = folding_figure()
    figure.sliders["hash_bits"].value, figure.sliders["place"].value = 2, 4
    assert "there are only 4 hashes of 2 bits" in figure.chart.statement


def test_a_smaller_epsilon_makes_a_shorter_key() -> None:
    figure = epsilon_figure()
    (rates,) = figure.chart.series
    assert sorted(rates["y"], reverse=True) == rates["y"]
    run = run_session(DISTILLATION_PRESETS["quiet"].settings)
    assert found(figure, "expected")(10) * 100_000 == pytest.approx(run.key_length, rel=0.1)
    figure.sliders["pulses"].value = 10_000
    assert "make no key" in figure.chart.statement
