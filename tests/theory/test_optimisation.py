"""Optimised settings: better than their neighbours, true to sessions, and calm without a key."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from qkdlab import (
    GENERIC_LINK,
    GYS_LINK,
    LIM_LINK,
    RUSCA_LINK,
    Link,
    Optimum,
    SessionSettings,
    WeakCoherentSource,
    expected_key,
    optimise,
    run_session,
)
from qkdlab.theory.rates import optimal_signal
from tests.refusals import expect_refusal


@pytest.fixture(scope="module")
def lim() -> Optimum:
    return optimise(n_pulses=3 * 10**8, seed=1, link=LIM_LINK)


@pytest.fixture(scope="module")
def single() -> Optimum:
    return optimise(n_pulses=2 * 10**6, seed=1, link=GENERIC_LINK)


def neighbours(settings: SessionSettings) -> list[SessionSettings]:
    """Settings of which one number is 10 % larger or smaller."""
    found = []
    for factor in (0.9, 1.1):
        found.append(replace(settings, sample_fraction=factor * settings.sample_fraction))
        found.append(replace(settings, z_probability=1 - factor * (1 - settings.z_probability)))
        source = settings.link.source
        if source.intensities:
            for name in ("signal", "decoy"):
                other = replace(source, **{name: factor * getattr(source, name)})
                found.append(replace(settings, link=replace(settings.link, source=other)))
            p = factor * source.signal_probability
            other = replace(source, signal_probability=p, vacuum_probability=1 - p - source.decoy_probability)
            found.append(replace(settings, link=replace(settings.link, source=other)))
    return found


@pytest.mark.parametrize("name", ["lim", "single"])
def test_neighbours_are_worse(name, request) -> None:
    best = request.getfixturevalue(name)
    lengths = [expected_key(settings).key_length for settings in neighbours(best.settings)]
    assert max(lengths) < best.key_length
    assert min(lengths) > 0.8 * best.key_length  # a broad hill, and no exploited spike


def test_a_session_has_the_key_that_was_promised(lim) -> None:
    # the default settings give none: equally likely bases make all multi-photon pulses Eve's
    assert lim.before.key_length == 0
    assert lim.varied == ("signal", "decoy", "probabilities", "z_probability", "sample_fraction")
    lengths = [run_session(lim.settings, seed=seed).key_length for seed in range(2)]
    assert np.mean(lengths) == pytest.approx(lim.key_length, rel=0.1)


def test_single_photons(single) -> None:
    assert single.settings.z_probability > 0.5
    assert single.key_length > 1.2 * single.before.key_length
    assert run_session(single.settings).key_length == pytest.approx(single.key_length, rel=0.1)


def test_the_bias_is_that_of_the_paper(single) -> None:
    # Tomamichel et al. 2012: p_X = 1 / (1 + √(k/n)) for n bits of the key basis and k of the other
    # it follows from the counts alone; would catch: z in place of z², the other basis counted as (1 - z)
    z, expected = single.settings.z_probability, single.expected
    n = expected.n_key / (1 - single.settings.sample_fraction)
    assert z == pytest.approx(1 / (1 + sqrt(expected.n_test / n)), rel=1e-9)
    assert n == pytest.approx(GENERIC_LINK.expected_gain * 2e6 * z**2, rel=1e-9)


def test_longer_runs_disclose_less(single) -> None:
    longer = optimise(single.settings, n_pulses=10**8)
    assert longer.settings.z_probability > single.settings.z_probability
    assert longer.rate > single.rate
    assert longer.settings.sample_fraction < single.settings.sample_fraction


def test_signal_of_gys_as_published() -> None:
    # Ma et al. 2005: μ = 0.48 on a long line with f = 1.22; decoys of ν = 0.05 take a little away
    case = SessionSettings(n_pulses=10**9, seed=1, link=GYS_LINK, security="asymptotic")
    for efficiency, published in ((1.22, 0.48), (1.0, 0.54)):
        best = optimise(case, efficiency=efficiency)
        assert best.varied == ("signal",)
        assert published - 0.03 < best.settings.link.source.signal < published
        faint = replace(GYS_LINK.source, decoy=0.005)
        nearer = optimise(case, link=replace(GYS_LINK, source=faint), efficiency=efficiency)
        found = nearer.settings.link.source.signal
        assert found == pytest.approx(optimal_signal(0.033, efficiency=efficiency), abs=0.01)
        assert found == pytest.approx(published, abs=0.01)


def test_a_laser_without_decoys_follows_the_line() -> None:
    # GLLP: the best μ without decoys is about η, in the limit
    for length_km in (25, 50):
        link = Link(length_km=length_km, misalignment_error=0.0, source=WeakCoherentSource())
        best = optimise(n_pulses=10**9, seed=1, link=link, security="asymptotic", efficiency=1.0)
        assert best.varied == ("mean_photon_number",)
        mean = best.settings.link.source.mean_photon_number
        assert mean == pytest.approx(link.efficiency, rel=0.1)


def test_what_is_stated_of_each_party_stays() -> None:
    # a splitter in front of Bob's detectors cannot be turned
    best = optimise(n_pulses=10**7, seed=1, link=replace(RUSCA_LINK, length_km=5), z_probability=(0.9, 0.5))
    assert best.settings.z_probability == (0.9, 0.5)
    assert best.varied == ("signal", "decoy", "probabilities", "sample_fraction")


@pytest.mark.parametrize("z_probability", [None, 0.9])
@pytest.mark.parametrize("link", [LIM_LINK, RUSCA_LINK, GENERIC_LINK])
def test_no_key_is_a_normal_answer(link, z_probability) -> None:
    best = optimise(n_pulses=10**7, seed=1, link=replace(link, length_km=400), z_probability=z_probability)
    assert (best.key_length, best.rate) == (0, 0.0)
    assert "No key" in best.describe()
    assert isinstance(best.settings, SessionSettings)


def test_same_settings_same_result(single) -> None:
    again = optimise(n_pulses=2 * 10**6, seed=7, link=GENERIC_LINK)
    assert replace(again.settings, seed=1) == single.settings
    assert again.n_evaluations == single.n_evaluations
    assert f"{single.key_length:,} secret bits expected" in single.describe()


def test_what_shall_stay_stays() -> None:
    start = SessionSettings(n_pulses=10**8, seed=1, link=replace(RUSCA_LINK, length_km=25), z_probability=0.8)
    best = optimise(start, keep=["decoy", "z_probability"])
    assert best.varied == ("signal", "probabilities", "sample_fraction")
    assert best.settings.z_probability == 0.8
    assert best.settings.link.source.decoy == 0.15
    assert best.settings.link.source.vacuum_probability == 0
    assert best.key_length >= optimise(start, keep=["decoy", "z_probability", "signal"]).key_length
    assert best.key_length > best.before.key_length
    everything = ["signal", "decoy", "probabilities", "z_probability", "sample_fraction"]
    nothing = optimise(start, keep=everything)
    assert (nothing.settings, nothing.varied, nothing.n_evaluations) == (start, (), 1)
    assert "Nothing was to be chosen" in nothing.describe()


def test_a_bright_vacuum_stays_below_the_decoy() -> None:
    # Lim et al. need μ₁ > μ₂ + μ₃ and μ₂ > μ₃: settings that break it are refused, and must not be tried
    source = replace(LIM_LINK.source, signal=0.6, decoy=0.2, vacuum=0.05)
    link = replace(LIM_LINK, length_km=10, source=source)
    best = optimise(n_pulses=10**9, seed=1, link=link, z_probability=0.8)
    found = best.settings.link.source
    assert found.vacuum == 0.05
    assert best.key_length > best.before.key_length


def test_progress_and_cancel() -> None:
    shares: list[float] = []
    optimise(n_pulses=10**6, seed=1, link=GENERIC_LINK, progress=shares.append)
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)

    def stop(share: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        optimise(n_pulses=10**6, seed=1, link=GENERIC_LINK, progress=stop)


def test_refusals() -> None:
    with expect_refusal(
        "keep must be one of 'mean_photon_number', 'signal', 'decoy', 'probabilities', 'z_probability', "
        "'sample_fraction', got 'colour'"
    ):
        optimise(n_pulses=10**6, seed=1, keep=["colour"])
    # before: "got 's'", as if every letter of a name were one
    one, several = (optimise(n_pulses=1_000, seed=1, keep=keep) for keep in ("signal", ["signal"]))
    assert one.expected == several.expected
    with expect_refusal("protocol must be one of 'BB84', 'BBM92', 'six-state', 'three-state', got 'B92'"):
        optimise(n_pulses=10**6, seed=1, protocol="B92")
