"""Photon-number attacks in whole sessions: what Bob sees, what Eve knows, what decoys say (five sigma)."""

from dataclasses import replace

import numpy as np
import pytest

from qkdlab import (
    AbortReason,
    BeamSplitting,
    DecoySource,
    Detector,
    Link,
    PhotonNumberSplitting,
    SessionSettings,
    WeakCoherentSource,
    run_session,
)
from qkdlab.distillation.channel import Subject
from qkdlab.theory.rates import expected_observations, infinite_decoys
from tests.bounds import assert_share

LINK = Link(
    length_km=50,
    misalignment_error=0.02,
    source=DecoySource(signal=0.5, decoy=0.1),
    detector=Detector(efficiency=0.6, dark_count_probability=4e-4),
)
RUN = SessionSettings(n_pulses=3_000_000, seed=5, link=LINK, security="asymptotic")
WEAK = replace(LINK, source=WeakCoherentSource(mean_photon_number=0.5))
ATTACKS = [BeamSplitting(), PhotonNumberSplitting(), PhotonNumberSplitting(fraction=0.5)]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.describe())
@pytest.mark.parametrize("link", [LINK, WEAK], ids=["decoys", "none"])
def test_total_gain_and_error_rate_stay_as_they_were(attack, link) -> None:
    # would catch: several photons let through without loss and no single ones blocked (gain up),
    # a photon kept that is counted twice, an error for split pulses
    result = run_session(RUN, link=link, eavesdropper=attack)
    lossless = replace(link, length_km=0).expected_gain
    assert_share(result.n_detected, RUN.n_pulses, link.expected_gain, rules_out=lossless)
    kept = result.channel.find(Subject.KEPT)
    wrong = np.count_nonzero((result.exchange.alice.bits != result.exchange.bob.bits)[kept])
    assert_share(wrong, np.count_nonzero(kept), link.expected_qber(), rules_out=link.expected_qber(0.05))
    signals = kept
    if result.exchange.intensities:
        signals = kept & (result.exchange.intensities.choices == 0)
    # splitting keeps the gain of all pulses together; signals, which hold more photons, arrive more often
    wrong = np.count_nonzero((result.exchange.alice.bits != result.exchange.bob.bits)[signals])
    assert_share(wrong, np.count_nonzero(signals), result.expected_qber)
    if signals is kept or isinstance(attack, BeamSplitting):
        assert result.expected_qber == pytest.approx(link.signal_link.expected_qber(), rel=1e-12)
    else:
        assert result.expected_qber < link.signal_link.expected_qber()


@pytest.mark.parametrize("sampler", ["exact", "shots"])
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.describe())
def test_what_eve_knows(attack, sampler) -> None:
    # would catch: her share of pulses for that of clicks, a photon read in the wrong basis
    n_pulses = 3_000_000 if sampler == "exact" else 1_000_000
    result = run_session(RUN, link=WEAK, eavesdropper=attack, sampler=sampler, n_pulses=n_pulses)
    eve, share = result.eve, attack.expected_share(WEAK)
    if 0 < share < 1:
        assert_share(eve.n_certain, eve.n_sifted, share, rules_out=WEAK.source.multiphoton_probability)
    else:
        assert eve.n_certain == eve.n_sifted
    known = result.exchange.eve.tactics > 0
    assert np.array_equal(result.exchange.eve.outcomes[known], result.exchange.alice.bits[known])
    right = round(eve.true_guess_rate * eve.n_sifted)
    if share < 1:
        assert_share(right, eve.n_sifted, (1 + share) / 2)


def test_splitting_is_seen_by_the_decoys() -> None:
    # would catch: Eve telling signals from decoys; decoys that only see the total gain
    attack = PhotonNumberSplitting()
    result = run_session(RUN, eavesdropper=attack)
    counts = result.distillation.decoys.counts
    for seen, free in zip(counts, expected_observations(LINK), strict=True):
        gain = attack.gain_on(LINK, seen.mean_photon_number)
        rival = free.gain if seen.mean_photon_number == 0.1 else None
        assert_share(seen.n_detected, seen.n_sent, gain, rules_out=rival)
    free_bounds = run_session(RUN).distillation.decoys.bounds
    bounds = result.distillation.decoys.bounds
    assert free_bounds.yield_lower == pytest.approx(infinite_decoys(LINK).yield_lower, rel=0.15)
    assert bounds.yield_lower < 0.2 * free_bounds.yield_lower
    assert result.reason is AbortReason.TOO_MANY_MULTIPHOTON_PULSES
    assert run_session(RUN).accepted


def test_beam_splitting_is_not_seen_and_is_paid_for() -> None:
    # would catch: a splitter that takes photons beyond the loss of the line
    attack = BeamSplitting()
    result = run_session(RUN, eavesdropper=attack)
    for seen, free in zip(result.distillation.decoys.counts, expected_observations(LINK), strict=True):
        assert_share(seen.n_detected, seen.n_sent, free.gain)
    assert result.accepted
    assert result.key_length < result.distillation.correction.n_bits * (1 - attack.expected_share(WEAK))
    # hashing leaves her with a coin toss
    right = round(result.eve.true_key_guess_rate * result.key_length)
    assert_share(right, result.key_length, 0.5)


def test_round_trip_through_json() -> None:
    for attack in ATTACKS:
        settings = replace(RUN, eavesdropper=attack)
        assert SessionSettings.from_json(settings.to_json()) == settings
        assert attack.name in attack.describe()
