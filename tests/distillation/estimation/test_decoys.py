"""Decoy bounds: never beyond the truth, never from nothing, and the counts they start from."""

from math import exp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qkdlab.distillation.estimation.decoys import (
    NOTHING_KNOWN,
    DecoyEstimate,
    IntensityCounts,
    Observation,
    SinglePhotonBounds,
    background_bounds,
    count_intensities,
    decoy_bounds,
)
from qkdlab.values import IntensityRecord
from tests.refusals import expect_refusal

N = 80  # photon numbers of the exact sums; the rest of the Poisson weight is below 1e-40 at mu <= 3


def observe(mean: float, yields: np.ndarray, errors: np.ndarray) -> Observation:
    """The exact gain and error gain of any yields and error rates, shape (N,)."""
    weights = [exp(-mean)]
    for n in range(1, N):
        weights.append(weights[-1] * mean / n)
    gain = float(np.dot(weights, yields))
    return Observation(
        mean_photon_number=mean, gain=min(1, gain), error_gain=float(np.dot(weights, yields * errors))
    )


@settings(derandomize=True, deadline=None, max_examples=500)
@given(
    st.lists(st.floats(0, 1), min_size=8, max_size=8),
    st.lists(st.floats(0, 1), min_size=8, max_size=8),
    st.floats(0.2, 3),
    st.floats(0.05, 0.95),
    st.floats(0, 0.9),
)
def test_bounds_never_pass_the_truth(first_yields, first_errors, mu, share, darkness) -> None:
    # whatever Eve does to each photon number, photon-number splitting included; would catch: a wrong
    # factor in eq. 34 or 37, e^nu forgotten, upper and lower bound of Y0 exchanged
    yields, errors = np.full(N, first_yields[-1]), np.full(N, first_errors[-1])
    yields[:8], errors[:8] = first_yields, first_errors
    errors[0] = 0.5  # an empty pulse holds nothing of Alice's bit
    nu = mu * share
    signal, decoy = (observe(mean, yields, errors) for mean in (mu, nu))
    for omega in (None, 0.0, nu * darkness):
        vacuum = None if omega is None else observe(omega, yields, errors)
        slack = 1e-12 / (nu * (1 - share) * max(1e-3, 1 - darkness))  # rounding of the differences
        low, high = background_bounds(signal, decoy, vacuum)
        assert low - slack <= yields[0] <= high + slack
        bounds = decoy_bounds(signal, decoy, vacuum)
        assert bounds.yield_lower <= yields[1] + slack
        true_errors = errors[1] * yields[1]
        # where the true error rate is above 1/2, saying 1/2 costs the key everything just the same
        assert bounds.error_upper == 0.5 or bounds.error_upper * yields[1] >= true_errors - slack


def linear(mean: float, *, eta: float = 0.01, y0: float = 1e-5, error: float = 0.02) -> Observation:
    signal = 1 - exp(-eta * mean)
    gain = 1 - (1 - y0) * (1 - signal)
    return Observation(mean_photon_number=mean, gain=gain, error_gain=error * signal + y0 / 2 * (1 - signal))


def test_an_honest_line_is_bounded_tightly() -> None:
    bounds = decoy_bounds(linear(0.5), linear(0.05), linear(0))
    true = 1 - (1 - 1e-5) * 0.99
    assert 0.97 * true < bounds.yield_lower < true
    assert 0.02 < bounds.error_upper < 0.023


@pytest.mark.parametrize("dead", ["signal", "decoy"])
def test_no_click_tells_nothing(dead) -> None:
    seen = {"signal": linear(0.5), "decoy": linear(0.1), "vacuum": linear(0)}
    mean = seen[dead].mean_photon_number
    seen[dead] = Observation(mean_photon_number=mean, gain=0, error_gain=0)
    bounds = decoy_bounds(**seen)
    assert bounds == NOTHING_KNOWN == SinglePhotonBounds(yield_lower=0, error_upper=0.5)
    assert bounds.share_of(seen["signal"]) == 0


def test_a_dark_vacuum_is_a_fact_of_a_line_without_dark_counts() -> None:
    dark = Observation(mean_photon_number=0, gain=0, error_gain=0)
    bounds = decoy_bounds(linear(0.5, y0=0), linear(0.1, y0=0), dark)
    assert 0.009 < bounds.yield_lower < 0.01


def test_intensities_must_descend() -> None:
    with expect_refusal("decoy must be weaker than the signal, 0.1, got 0.5"):
        decoy_bounds(linear(0.1), linear(0.5))
    with expect_refusal("decoy must be brighter than the vacuum, got 0.1"):
        decoy_bounds(linear(0.5), linear(0.1), linear(0.1))
    with expect_refusal("decoy must be brighter than the vacuum, got 0.0"):
        decoy_bounds(linear(0.5), linear(0.0))


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"gain": 1.5}, "gain must lie between 0 and 1, got 1.5"),
        ({"error_gain": 0.3}, "error_gain must lie between 0 and 0.2, got 0.3"),
        ({"mean_photon_number": -1}, "mean_photon_number must be finite and at least 0, got -1"),
    ],
)
def test_observations_are_checked(facts, message) -> None:
    with expect_refusal(message):
        Observation(**{"mean_photon_number": 0.5, "gain": 0.2, "error_gain": 0.1} | facts)


def counts(mean: float, sent: int, detected: int, compared: int, errors: int) -> IntensityCounts:
    return IntensityCounts(
        mean_photon_number=mean, n_sent=sent, n_detected=detected, n_compared=compared, n_errors=errors
    )


def test_counts_by_intensity() -> None:
    detected = np.array([0, 0, 0, 1, 1, 2, 0], dtype=np.uint8)
    compared = np.array([0, 1, 1, 2], dtype=np.uint8)
    wrong = np.array([True, False, True, True])
    estimate = count_intensities((0.5, 0.1, 0.0), np.array([10, 20, 30]), detected, compared, wrong)
    assert estimate.counts == (
        counts(0.5, 10, 4, 1, 1),
        counts(0.1, 20, 2, 2, 1),
        counts(0.0, 30, 1, 1, 1),
    )
    assert [count.gain for count in estimate.counts] == [0.4, 0.1, 1 / 30]
    assert [count.qber for count in estimate.counts] == [1, 0.5, 1]


def test_counts_of_nothing() -> None:
    empty = counts(0.1, 0, 0, 0, 0)
    assert (empty.gain, empty.qber, empty.observation()) == (None, None, None)
    some = counts(0.5, 100, 50, 20, 1)
    for pair in [(some, empty), (empty, some), (some, counts(0.1, 10, 0, 0, 0))]:
        estimate = DecoyEstimate(counts=pair)
        assert (estimate.bounds, estimate.single_photon_share) == (NOTHING_KNOWN, 0)
    # clicks without a compared bit: all may be wrong
    assert (
        DecoyEstimate(counts=(some, counts(0.1, 100, 12, 0, 0), counts(0, 99, 0, 0, 0))).bounds.error_upper
        == 0.5
    )
    with expect_refusal("counts must be of two or three intensities, got 1"):
        DecoyEstimate(counts=(some,))
    with expect_refusal("n_detected must be at least 0 and at most 3, got 4"):
        counts(0.1, 3, 4, 0, 0)


def test_the_share_of_single_photons_is_at_most_one() -> None:
    signal = Observation(mean_photon_number=0.5, gain=1e-3, error_gain=0)
    assert SinglePhotonBounds(yield_lower=1, error_upper=0).share_of(signal) == 1


def test_intensity_record() -> None:
    facts = {"means": (0.5, 0.1), "probabilities": (0.7, 0.3), "n_sent": (7, 3)}
    record = IntensityRecord(**facts, choices=np.array([0, 1, 1]))
    assert repr(record) == "IntensityRecord(3 secret intensities)"
    with expect_refusal("choices[1] must be 0 … 1, got 2"):
        IntensityRecord(means=(0.5, 0.1), probabilities=(0.7, 0.3), n_sent=(7, 3), choices=np.array([0, 2]))
    with expect_refusal("n_sent must have 2 numbers, got (7,)"):
        IntensityRecord(means=(0.5, 0.1), probabilities=(0.7, 0.3), n_sent=(7,), choices=np.array([0]))
