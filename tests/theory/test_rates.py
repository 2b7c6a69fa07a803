"""Key rates without decoys, by hand."""

from dataclasses import replace
from math import e, exp, log2

import pytest
from scipy.optimize import brentq

from qkdlab import IDEAL_LINK, Detector, Link, SinglePhotonSource, WeakCoherentSource, run_session
from qkdlab.distillation.authentication.account import SESSION_BITS
from qkdlab.distillation.estimation.decoys import Observation, SinglePhotonBounds
from qkdlab.theory.rates import expected_rate, gllp_rate, infinite_decoys, optimal_signal, straight_line_limit
from qkdlab.values import binary_entropy

LASER = Link(
    length_km=5,
    misalignment_error=0.01,
    source=WeakCoherentSource(mean_photon_number=0.05),
    detector=Detector(efficiency=0.8, dark_count_probability=1e-6),
)


def test_sifting_drops_half_of_the_pulses() -> None:
    # a perfect line: the bases agree in half of the pulses, and nothing else is lost. Would catch: a rate per
    # sifted bit, or one that is halved twice
    assert expected_rate(IDEAL_LINK) == 0.5
    result = run_session(n_pulses=100_000, link=IDEAL_LINK, seed=1, security="asymptotic")
    steps = result.distillation
    kept = steps.n_amplified + steps.n_disclosed + steps.charged_leak + steps.tag_bits
    assert kept / 100_000 == pytest.approx(0.5, abs=5 * 0.5 / 100_000**0.5)
    assert result.key_length == steps.n_amplified - SESSION_BITS


@pytest.mark.parametrize(("efficiency", "threshold"), [(1.0, 0.110028), (1.16, 0.09811), (1.22, 0.09424)])
def test_thresholds_of_single_photons(efficiency, threshold) -> None:
    # Shor and Preskill 2000: 1 - h(Q) - f h(Q) = 0
    def rate(error: float) -> float:
        return expected_rate(replace(IDEAL_LINK, misalignment_error=error), efficiency=efficiency)

    assert brentq(rate, 0.05, 0.2) == pytest.approx(threshold, abs=1e-5)


@pytest.mark.parametrize("efficiency", [1.0, 1.2])
@pytest.mark.parametrize("mean", [0.02, 0.05, 0.1])
def test_tagged_pulses_by_hand(mean, efficiency) -> None:
    # R = Q/2 {(1 - Δ) [1 - h(E / (1 - Δ))] - f h(E)}, Δ = P(n > 1) / Q (GLLP)
    eta = 0.8 * 10**-0.1
    dark = 1 - (1 - 1e-6) ** 2
    light = 1 - exp(-eta * mean)
    gain = 1 - (1 - dark) * (1 - light)
    qber = (light * (0.01 * (1 - 1e-6) + 1e-6 / 2) + (1 - light) * dark / 2) / gain
    single = 1 - (1 - exp(-mean) * (1 + mean)) / gain
    secret = single * (1 - binary_entropy(qber / single)) - efficiency * binary_entropy(qber)
    link = replace(LASER, source=WeakCoherentSource(mean_photon_number=mean))
    assert expected_rate(link, efficiency=efficiency) == pytest.approx(gain / 2 * secret, rel=1e-9)


def test_too_many_photons_and_no_click() -> None:
    bright = replace(LASER, length_km=60, source=WeakCoherentSource(mean_photon_number=0.5))
    assert expected_rate(bright) == pytest.approx(
        -bright.expected_gain / 2 * binary_entropy(bright.expected_qber()), rel=1e-12
    )
    blind = Detector(efficiency=0, dark_count_probability=0)
    assert expected_rate(replace(LASER, detector=blind)) == 0


def test_infinitely_many_decoys_find_the_single_photons() -> None:
    one = replace(LASER, source=SinglePhotonSource())
    found = infinite_decoys(LASER)
    assert found.yield_lower == pytest.approx(one.expected_gain, rel=1e-12)
    assert found.error_upper == pytest.approx(one.expected_qber(), rel=1e-12)


def test_gllp_rate_by_hand() -> None:
    # 1/2 {-Q h(E) f + Y1 mu e^-mu [1 - h(e1)]}
    signal = Observation(mean_photon_number=0.5, gain=0.01, error_gain=0.0002)
    bounds = SinglePhotonBounds(yield_lower=0.02, error_upper=0.03)
    single = 0.02 * 0.5 * exp(-0.5) * (1 - binary_entropy(0.03))
    expected = 0.5 * (-0.01 * 1.2 * binary_entropy(0.02) + single)
    assert gllp_rate(signal, bounds, efficiency=1.2) == pytest.approx(expected, rel=1e-12)


def test_the_straight_line_limit() -> None:
    assert straight_line_limit(0.5) == 1
    assert straight_line_limit(1e-20) == pytest.approx(1e-20 * log2(e))
    with pytest.raises(ValueError, match="transmittance"):
        straight_line_limit(1.0)


@pytest.mark.parametrize("error", [0.033, 0.5])
def test_the_efficiency_is_checked_whatever_the_errors(error) -> None:
    # before: with coins for bits, which leave no key, any efficiency was taken
    with pytest.raises(ValueError, match="^efficiency must be finite and at least 0, got -1$"):
        optimal_signal(error, efficiency=-1)
    assert optimal_signal(0.5, efficiency=0) == 0
