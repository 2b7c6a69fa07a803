"""Sessions with decoys: what is announced, what becomes key, and which mode makes use of them."""

import re
from dataclasses import replace

import numpy as np
import pytest

from qkdlab import (
    AbortReason,
    BeamSplitting,
    DecoySource,
    Detector,
    FiniteSecurity,
    Link,
    PhotonNumberSplitting,
    SessionSettings,
    WeakCoherentSource,
    run_session,
)
from qkdlab.distillation.channel import Party, Subject
from qkdlab.session.report import verdict
from qkdlab.theory.rates import expected_observations, infinite_decoys
from qkdlab.values import binary_entropy
from tests.bounds import assert_share

pytestmark = pytest.mark.long

LINK = Link(
    length_km=50,
    misalignment_error=0.01,
    source=DecoySource(signal=0.5, decoy=0.1),
    detector=Detector(efficiency=0.5, dark_count_probability=1e-5),
)
RUN = SessionSettings(n_pulses=20_000_000, seed=4, link=LINK, security="asymptotic")


@pytest.fixture(scope="module")
def result():
    return run_session(RUN)


def test_a_key_where_tagging_leaves_none(result) -> None:
    assert result.accepted
    assert result.key == result.bob_key
    plain = replace(LINK, source=WeakCoherentSource(mean_photon_number=0.5))
    without = run_session(RUN, link=plain)
    assert without.reason is AbortReason.TOO_MANY_MULTIPHOTON_PULSES


def test_where_decoys_are_on_the_verdict_does_not_advise_them(result) -> None:
    split = run_session(RUN, eavesdropper=PhotonNumberSplitting())
    assert split.reason is AbortReason.TOO_MANY_MULTIPHOTON_PULSES
    told = verdict(split)[1]
    assert told.startswith("The decoys show too few single photons among the clicks")
    assert "or noise clicked in their place" in told  # Alice and Bob cannot tell which
    assert "Decoys tell whether she did" not in split.report()
    plain = replace(LINK, source=WeakCoherentSource(mean_photon_number=0.5))
    assert "Decoys tell whether she did" in run_session(RUN, link=plain).report()


def test_gains_and_errors_agree_with_the_closed_forms() -> None:
    # would catch: gains per detected pulse, errors of all intensities in one pot, sifted bits as gain
    link = replace(
        LINK,
        length_km=10,
        misalignment_error=0.05,
        detector=Detector(efficiency=0.5, dark_count_probability=2e-3),
    )
    decoys = run_session(RUN, link=link).distillation.decoys
    for seen, theory in zip(decoys.counts, expected_observations(link), strict=True):
        assert seen.mean_photon_number == theory.mean_photon_number
        assert_share(seen.n_detected, seen.n_sent, theory.gain, rules_out=theory.gain / 2)
        assert_share(seen.n_errors, seen.n_compared, theory.error_gain / theory.gain)


def test_bounds_are_close_to_the_truth(result) -> None:
    bounds, true = result.distillation.decoys.bounds, infinite_decoys(LINK)
    assert bounds.yield_lower == pytest.approx(true.yield_lower, rel=0.1)
    assert bounds.error_upper == pytest.approx(true.error_upper, rel=0.3)


def test_the_key_is_made_of_signals_and_decoys_are_disclosed(result) -> None:
    # would catch: decoy bits in the key, whose share of single photons is another
    kept, sample = result.channel.find(Subject.KEPT), result.channel.find(Subject.SAMPLE)
    choices = result.exchange.intensities.choices[kept]
    assert sample[choices > 0].all()
    assert_share(np.count_nonzero(sample[choices == 0]), np.count_nonzero(choices == 0), 0.25)
    counts = result.distillation.decoys.counts
    assert sum(count.n_compared for count in counts) == result.distillation.n_disclosed
    assert result.distillation.estimate.n_sample == counts[0].n_compared


def test_intensities_are_announced_after_the_clicks(result) -> None:
    subjects = [message.subject for message in result.channel.messages]
    at = subjects.index(Subject.INTENSITIES)
    assert result.channel.messages[at].sender is Party.ALICE
    assert subjects.index(Subject.DETECTED) < at < subjects.index(Subject.SAMPLE)
    assert subjects[at + 1] is Subject.SENT


def test_key_length_by_hand(result) -> None:
    steps = result.distillation
    share = steps.decoys.single_photon_share
    secret = share * (1 - binary_entropy(steps.decoys.bounds.error_upper))
    n = steps.correction.n_bits
    assert steps.n_amplified == int(n * secret - steps.charged_leak) - steps.tag_bits


def test_decoys_give_a_finite_key_where_counting_multiphoton_pulses_as_eves_gives_none() -> None:
    assert run_session(RUN, security="finite").accepted
    laser = replace(LINK, source=LINK.source.signal_source)
    assert run_session(RUN, link=laser, security="finite").reason is AbortReason.TOO_MANY_MULTIPHOTON_PULSES
    source = DecoySource(signal=0.1, decoy=0.03)
    short = Link(source=source, detector=Detector(efficiency=1, dark_count_probability=0))
    one, other = (
        run_session(n_pulses=10_000_000, seed=4, link=replace(short, source=kind), security=FiniteSecurity())
        for kind in (source, replace(source, decoy=0.002))
    )
    assert one.accepted
    assert other.accepted
    assert one.key_length < one.distillation.correction.n_bits


def test_too_few_decoys_to_compare() -> None:
    source = DecoySource(signal_probability=0.999, decoy_probability=0.0005, vacuum_probability=0.0005)
    result = run_session(RUN, link=replace(LINK, source=source), n_pulses=500_000)
    assert result.reason is AbortReason.TOO_FEW_SIFTED_BITS


def test_the_true_error_rate_is_that_of_the_signals(result) -> None:
    kept = result.channel.find(Subject.KEPT) & (result.exchange.intensities.choices == 0)
    wrong = result.exchange.alice.bits[kept] != result.exchange.bob.bits[kept]
    assert result.true_qber == wrong.mean()
    assert result.expected_qber == pytest.approx(
        replace(LINK, source=WeakCoherentSource(mean_photon_number=0.5)).expected_qber(), rel=1e-12
    )


def test_report(result) -> None:
    report = result.report()
    counts, bounds = result.distillation.decoys.counts, result.distillation.decoys.bounds
    for name, count in zip(("signal", "decoy", "vacuum"), counts, strict=True):
        assert re.search(
            rf"gain of {name} +{count.gain:.3e}   {count.n_detected:,} of {count.n_sent:,}", report
        )
    assert re.search(rf"single photons +{bounds.yield_lower:.3e}   yield Y₁, at least", report)
    assert f"{100 * bounds.error_upper:.2f} %   QBER e₁, at most" in report
    assert run_session(RUN).report() == report


def test_round_trip_through_json() -> None:
    assert SessionSettings.from_json(RUN.to_json()) == RUN


def test_one_decoy() -> None:
    source = DecoySource(signal=0.5, decoy=0.1, decoy_probability=0.3, vacuum_probability=0)
    result = run_session(RUN, link=replace(LINK, source=source))
    assert len(result.distillation.decoys.counts) == 2
    assert 0 < result.distillation.decoys.bounds.yield_lower <= infinite_decoys(LINK).yield_lower * 1.1
    assert "gain of vacuum" not in result.report()


@pytest.mark.parametrize("name", ["BB84", "three-state"])
def test_either_basis_is_counted_by_itself(name) -> None:
    # pulses of several photons are not the same in both bases, and Eve may let through those of one alone:
    # would catch one gain for both, by which she could lend the key single photons that it does not have
    result = run_session(RUN, protocol=name, z_probability=0.7, link=replace(LINK, length_km=10))
    found, exchange = result.distillation.witnesses, result.exchange
    choices, n_sent = exchange.intensities.choices, exchange.intensities.n_sent
    sides = [(found.decoys, 0, 0.7)] + ([(found.test_decoys, 1, 0.3)] if name == "BB84" else [])
    assert (found.test_decoys is None) is (name == "three-state")
    kept = result.channel.find(Subject.KEPT)
    sample = result.channel.find(Subject.SAMPLE)
    for decoys, basis, share in sides:
        for number, counts in enumerate(decoys.counts):
            rows = (exchange.announcements == basis) & (choices == number)
            assert counts.n_detected == np.count_nonzero(rows)
            assert counts.n_sent == round(share * n_sent[number])
            compared = (exchange.announcements == basis)[kept] & sample & (choices[kept] == number)
            assert counts.n_compared == np.count_nonzero(compared)
    assert result.accepted


@pytest.mark.parametrize(
    ("protocol", "bias"),
    [("BB84", None), ("BB84", 0.8), ("three-state", 0.8), ("six-state", None), ("SARG04", None)],
)
@pytest.mark.parametrize(
    "attack",
    [BeamSplitting(), PhotonNumberSplitting(fraction=0.3), PhotonNumberSplitting(fraction=0.7)],
    ids=lambda attack: attack.describe(),
)
def test_no_more_key_than_eve_lacks(protocol, bias, attack) -> None:
    # a hash of 1,000 unknown bits looks random to her; what counts is that there are as many as the key is
    # long, after what the parities told. On the whole run, not on the average
    result = run_session(RUN, protocol=protocol, z_probability=bias, eavesdropper=attack)
    if not result.accepted:
        return
    kept, sample = result.channel.find(Subject.KEPT), result.channel.find(Subject.SAMPLE)
    tactics = result.exchange.eve.tactics[kept][~sample]
    unknown = np.count_nonzero(tactics == 0)
    told = result.distillation.correction.alice_leak
    assert result.key_length + told <= unknown + 5 * np.sqrt(unknown)
