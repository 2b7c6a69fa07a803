"""The expected key of settings against simulated sessions, mode by mode."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from scipy.optimize import brentq

from qkdlab import (
    GYS_LINK,
    IDEAL_LINK,
    LIM_LINK,
    AbortReason,
    DecoySource,
    Detector,
    Link,
    PhotonNumberSplitting,
    SessionSettings,
    SinglePhotonSource,
    WeakCoherentSource,
    expected_key,
    run_session,
)
from qkdlab.distillation.authentication.account import SESSION_BITS
from qkdlab.distillation.correction.leakage import efficiency
from qkdlab.distillation.verification import tag_length
from qkdlab.link.source import Source
from qkdlab.theory.error_limit import long_run_limit
from qkdlab.theory.expected_key import long_run_rate
from qkdlab.theory.rates import expected_rate
from tests.refusals import expect_refusal

pytestmark = pytest.mark.long

SHORT = Link(length_km=10, detector=Detector(efficiency=0.5))
TWO = DecoySource(
    signal=0.45,
    decoy=0.15,
    vacuum=2e-4,
    signal_probability=0.5,
    decoy_probability=0.3,
    vacuum_probability=0.2,
)
ONE = replace(TWO, vacuum=0.0, signal_probability=0.7, vacuum_probability=0.0)
DECOYS = Link(
    length_km=25,
    misalignment_error=0.01,
    source=TWO,
    detector=Detector(efficiency=0.2, dark_count_probability=1e-6),
)
LASER = Link(
    misalignment_error=0.01,
    source=WeakCoherentSource(mean_photon_number=0.1),
    detector=Detector(efficiency=0.8),
)


def settings(n_pulses: float = 1e6, **changes) -> SessionSettings:
    return SessionSettings(**{"n_pulses": int(n_pulses), "seed": 1, "link": SHORT} | changes)


CASES = {
    "single photons": settings(),
    "single photons, biased": settings(z_probability=0.75, sample_fraction=0.02),
    "Alice biased, Bob not": settings(z_probability=(0.9, 0.5), sample_fraction=0.02),
    "Bob biased, Alice not": settings(2e6, z_probability=(0.5, 0.8), security="asymptotic"),
    "BBM92": settings(protocol="BBM92", sample_fraction=0.4, cascade="modified (4)"),
    "laser": settings(4e6, link=LASER),
    "two decoys": settings(5e7, link=DECOYS, z_probability=0.8),
    "one decoy": settings(
        5e7, link=replace(DECOYS, source=ONE), z_probability=0.8, sample_fraction=0.05, cascade="modified (3)"
    ),
    "textbook, decoys": settings(1e8, link=GYS_LINK, security="asymptotic"),
    "textbook, decoys and bias": settings(5e7, link=DECOYS, security="asymptotic", z_probability=0.8),
    "two decoys, unequal": settings(1e8, link=DECOYS, z_probability=(0.85, 0.5)),
    "textbook, decoys, unequal": settings(5e7, link=DECOYS, security="asymptotic", z_probability=(0.6, 0.9)),
    "textbook, three states, unequal": settings(
        5e7, link=DECOYS, security="asymptotic", protocol="three-state", z_probability=(0.85, 0.5)
    ),
    "textbook, six states": settings(security="asymptotic", protocol="six-state"),
    "textbook, three states": settings(security="asymptotic", protocol="three-state", z_probability=0.7),
    "textbook, three states, decoys": settings(
        5e7, link=DECOYS, security="asymptotic", protocol="three-state", z_probability=0.8
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_sessions_come_to_what_is_expected(case) -> None:
    # would catch: the leak charged once, z for z², decoys' bits counted as key in the textbook mode (or not
    # in the finite one), the disclosed sample left in the key
    expected = expected_key(case)
    assert expected.stopped is None
    lengths = [run_session(case, seed=seed).key_length for seed in range(4)]
    error = float(np.std(lengths, ddof=1)) / sqrt(len(lengths))
    assert error < 0.06 * expected.key_length  # else the sessions would tell little
    # five standard errors; 1 % because key lengths are not straight lines in the counts, and for the leak
    assert abs(np.mean(lengths) - expected.key_length) < 5 * error + 0.01 * expected.key_length


@pytest.mark.parametrize("name", ["single photons", "two decoys", "textbook, decoys"])
def test_the_parts_are_those_of_a_session(name) -> None:
    # bits and leak scatter less than the key
    case = CASES[name]
    expected, seen = expected_key(case), run_session(case, seed=9).distillation
    bits = seen.correction.n_bits
    assert bits == pytest.approx(expected.n_key, abs=5 * sqrt(expected.n_key))
    assert seen.correction.n_corrected / bits == pytest.approx(
        expected.qber, abs=5 * sqrt(expected.qber / bits)
    )
    assert seen.charged_leak == pytest.approx(expected.leaked_bits, rel=0.08)


def test_the_limit_is_the_rate_of_the_textbook() -> None:
    # almost nothing disclosed and f given: what `expected_rate` has, which the published curves test
    case = settings(1e9, link=GYS_LINK, security="asymptotic", sample_fraction=1e-3)
    found = expected_key(case, efficiency=1.22)
    signals = 1e9 * GYS_LINK.source.signal_probability
    tag = tag_length(round(found.n_key), case.security.epsilon_correctness)
    rate = (found.balance + tag + SESSION_BITS) / signals / (1 - 1e-3)
    assert rate == pytest.approx(expected_rate(GYS_LINK, efficiency=1.22), rel=1e-4)


def test_both_parties_are_charged() -> None:
    case = CASES["single photons"]
    once = expected_key(replace(case, security=replace(case.security, charge_bob=False)), efficiency=1.2)
    twice = expected_key(case, efficiency=1.2)
    assert twice.leaked_bits == 2 * once.leaked_bits
    assert once.balance - twice.balance == pytest.approx(once.leaked_bits, abs=1e-6)


def test_no_key_is_an_answer() -> None:
    dark = settings(link=Link(length_km=400))
    assert expected_key(dark).stopped is AbortReason.TOO_FEW_SIFTED_BITS
    noisy = settings(link=Link(misalignment_error=0.2))
    assert expected_key(noisy).stopped is AbortReason.QBER_TOO_HIGH
    silent = Link(
        source=WeakCoherentSource(mean_photon_number=0.0), detector=Detector(dark_count_probability=0)
    )
    nothing = expected_key(settings(link=silent))
    assert (nothing.qber, nothing.key_length, nothing.rate) == (None, 0, 0.0)
    tagged = expected_key(settings(1e9, link=replace(LIM_LINK, source=WeakCoherentSource())))
    assert tagged.stopped is None
    assert tagged.balance < 0
    for case in (dark, noisy, settings(1e4)):
        assert expected_key(case).key_length == run_session(case).key_length == 0


def test_eve_plays_no_part() -> None:
    case = CASES["two decoys"]
    attacked = replace(case, eavesdropper=PhotonNumberSplitting())
    assert expected_key(attacked).balance == expected_key(case).balance


def test_refuses_protocols_that_it_does_not_know() -> None:
    with expect_refusal("protocol must be one of 'BB84', 'BBM92', 'six-state', 'three-state', got 'SARG04'"):
        expected_key(settings(protocol="SARG04", security="asymptotic"))


def test_codes_are_expected_to_leak_what_they_do() -> None:
    # would catch: Bob charged as in Cascade, f of Cascade
    case = settings(2e5, link=replace(IDEAL_LINK, misalignment_error=0.03), correction="ldpc")
    found, result = expected_key(case), run_session(case)
    assert result.distillation.charged_leak == pytest.approx(found.leaked_bits, rel=0.03)
    assert result.key_length == pytest.approx(found.key_length, rel=0.05)


@pytest.mark.parametrize("security", ["finite", "asymptotic"])
def test_what_authentication_costs_is_no_key(security) -> None:
    paid, granted = (expected_key(settings(security=security, shared_bits=bits)) for bits in (384, 0))
    assert granted.balance - paid.balance == pytest.approx(SESSION_BITS, abs=1e-6)


SOURCES = [SinglePhotonSource(), WeakCoherentSource(mean_photon_number=0.02), DecoySource()]
"""Of the line of Gobby, Yuan and Shields they give keys up to 171, 20 and 140 km."""


@pytest.mark.parametrize("source", SOURCES, ids=["single photons", "laser", "decoys"])
def test_a_long_run_has_a_key_as_far_as_the_closed_form_of_its_source_says(source: Source) -> None:
    # would catch: the limit of single photons for a laser's light, which has a key less far
    def at(length_km: float) -> SessionSettings:
        link = replace(GYS_LINK, source=source, length_km=length_km)
        return settings(1000, link=link, security="asymptotic")

    def closed_form(length_km: float) -> float:  # GLLP; Ma et al. 2005
        link = at(length_km).link
        qber = link.expected_qber(source=source.signal_source)
        return expected_rate(link, efficiency=efficiency("original", qber))

    end = brentq(closed_form, 1.0, 200.0)
    for share in (0.5, 0.99, 0.999):
        rate, bias = long_run_rate(at(share * end)), 1 - settings().sample_fraction
        signals = source.intensities[0].probability if source.intensities else 1.0
        assert rate == pytest.approx(closed_form(share * end) * bias * signals, rel=1e-3, abs=1e-12)
        assert rate > 0
    for share in (1.001, 1.01, 1.5):
        assert long_run_rate(at(share * end)) == 0


@pytest.mark.parametrize("correction", ["cascade", "ldpc"])
@pytest.mark.parametrize("mean", [0.0, 0.005])
def test_in_a_long_run_the_finite_mode_ends_where_its_error_limit_is(mean: float, correction: str) -> None:
    source = WeakCoherentSource(mean_photon_number=mean) if mean else SinglePhotonSource()

    def at(length_km: float) -> SessionSettings:
        link = replace(GYS_LINK, source=source, length_km=length_km)
        return settings(1000, link=link, correction=correction)

    def below_the_limit(length_km: float) -> float:
        link = at(length_km).link
        single = 1 - link.source.multiphoton_probability / link.expected_gain
        return long_run_limit(at(length_km), single) - link.expected_qber()

    end = brentq(below_the_limit, 1.0, 200.0 if not mean else 60.0)
    assert long_run_rate(at(0.999 * end)) > 0
    assert long_run_rate(at(1.001 * end)) == 0


def test_a_long_run_with_decoys_is_the_limit_of_longer_and_longer_runs() -> None:
    base = settings(1000, link=DECOYS, z_probability=0.9, sample_fraction=0.05)
    rates = [expected_key(replace(base, n_pulses=n)).rate for n in (10**7, 10**8, 10**9)]
    assert rates == sorted(rates)
    assert rates[-1] < long_run_rate(base) < 1.2 * rates[-1]


def test_a_long_run_stops_above_the_highest_qber_and_without_clicks() -> None:
    assert long_run_rate(settings()) > 0
    assert long_run_rate(settings(max_qber=0.001)) == 0
    dark = replace(SHORT, detector=Detector(efficiency=0.0, dark_count_probability=0.0))
    assert long_run_rate(settings(link=dark)) == 0


@pytest.mark.parametrize("security", ["finite", "asymptotic", "classroom", "published"])
@pytest.mark.parametrize("correction", ["cascade", "ldpc"])
def test_a_long_run_has_a_rate_at_every_error_rate(security: str, correction: str) -> None:
    # would catch: more bits than SciPy's inverse of the beta function can count, which then gives no number
    rates = [
        long_run_rate(
            settings(
                1000,
                link=replace(IDEAL_LINK, depolarizing_probability=p),
                security=security,
                correction=correction,
            )
        )
        for p in (0.0, 1e-6, 0.001, 0.01, 0.03, 0.1, 0.15, 0.2, 0.5, 1.0)
    ]
    assert rates[0] > 0.2
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] == 0
