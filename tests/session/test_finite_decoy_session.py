"""Finite keys with decoys and biased bases: counts, bounds, reasons, and what Eve is left with."""

from dataclasses import replace

import numpy as np
import pytest

from qkdlab import (
    AbortReason,
    BeamSplitting,
    DecoySource,
    Detector,
    InterceptResend,
    Link,
    PhotonNumberSplitting,
    SessionResult,
    run_session,
)
from qkdlab.distillation.channel import Party, Subject
from tests.bounds import assert_share
from tests.refusals import expect_refusal

pytestmark = pytest.mark.long

TWO = DecoySource(
    signal=0.45,
    decoy=0.15,
    vacuum=2e-4,
    signal_probability=0.5,
    decoy_probability=0.3,
    vacuum_probability=0.2,
)
ONE = DecoySource(
    signal=0.45, decoy=0.15, signal_probability=0.7, decoy_probability=0.3, vacuum_probability=0
)
LINK = Link(
    length_km=25,
    misalignment_error=0.01,
    source=TWO,
    detector=Detector(efficiency=0.2, dark_count_probability=1e-6),
)


def session(**changes) -> SessionResult:
    return run_session(**{"n_pulses": 10**8, "seed": 5, "link": LINK, "z_probability": 0.9} | changes)


@pytest.fixture(scope="module", params=[TWO, ONE], ids=["two decoys", "one decoy"])
def result(request) -> SessionResult:
    return session(link=replace(LINK, source=request.param))


def test_a_key_where_tagging_leaves_none(result) -> None:
    assert result.accepted
    assert result.key == result.bob_key
    assert "after Wiesemann et al. 2024, Tupkary et al. 2024" in result.report()
    laser = replace(LINK, source=result.settings.link.source.signal_source)
    tagged = run_session(result.settings, link=laser, z_probability=None)
    assert tagged.reason is AbortReason.TOO_MANY_MULTIPHOTON_PULSES


def test_the_published_formulas_are_a_mode_of_their_own(result) -> None:
    # on the same pulses they leave less here, where few errors of X are many enough for their margin
    published = run_session(result.settings, security="published")
    assert 0 < published.key_length < result.key_length
    assert published.settings.epsilon is None
    assert "ε not claimed" in published.report()
    assert "Lim et al. 2014" in published.report() or "Rusca et al. 2018" in published.report()
    with expect_refusal("z_probability must not be 1/2 for decoys with the published formulas, got None"):
        run_session(result.settings, security="published", z_probability=None)


@pytest.fixture(scope="module", params=[TWO, ONE], ids=["two decoys", "one decoy"])
def even(request) -> SessionResult:
    return session(link=replace(LINK, source=request.param), z_probability=None, n_pulses=3 * 10**7)


def test_equally_likely_bases_give_a_key_of_both(even) -> None:
    # key and sample are pooled. Would catch: decoys' bits thrown away, one basis alone, the sample counted as
    # key
    assert even.accepted
    assert even.key == even.bob_key
    counts, exchange = even.distillation.decoy_counts, even.exchange
    kept, sample = even.channel.find(Subject.KEPT), even.channel.find(Subject.SAMPLE)
    chosen, wrong = exchange.intensities.choices[kept], (exchange.alice.bits != exchange.bob.bits)[kept]
    n = len(exchange.intensities.means)
    for part, rows in ((counts.key, ~sample), (counts.test, sample)):
        assert part.detected.tolist() == np.bincount(chosen[rows], minlength=n).tolist()
        assert part.errors.tolist() == np.bincount(chosen[rows & wrong], minlength=n).tolist()
    photons = exchange.photons[kept][~sample]
    bounds = even.settings.security.decoy_bounds(counts)
    assert bounds.empty <= np.count_nonzero(photons == 0)
    assert 0.7 * np.count_nonzero(photons == 1) < bounds.single <= np.count_nonzero(photons == 1)
    single = (exchange.photons[kept] == 1) & ~sample
    assert np.count_nonzero(wrong & single) / np.count_nonzero(single) < bounds.phase_error


def test_the_counts_are_those_of_the_records(result) -> None:
    # would catch: bases exchanged, disclosed bits counted as key, errors of the sample among the corrected
    counts, exchange = result.distillation.decoy_counts, result.exchange
    kept, sample = result.channel.find(Subject.KEPT), result.channel.find(Subject.SAMPLE)
    in_z = exchange.alice.bases[kept] == 0
    chosen = exchange.intensities.choices[kept]
    wrong = (exchange.alice.bits != exchange.bob.bits)[kept]
    n = len(exchange.intensities.means)
    for basis, rows in ((counts.key, in_z & ~sample), (counts.test, ~in_z)):
        assert basis.detected.tolist() == np.bincount(chosen[rows], minlength=n).tolist()
        assert basis.errors.tolist() == np.bincount(chosen[rows & wrong], minlength=n).tolist()
    assert result.distillation.correction.n_bits == counts.key.n_detected
    assert sample[~in_z].all()  # every bit of the other basis is disclosed
    assert_share(np.count_nonzero(sample[in_z]), np.count_nonzero(in_z), 0.25)


def test_bounds_hold_for_the_true_photon_numbers(result) -> None:
    # only a simulation can count them
    exchange, counts = result.exchange, result.distillation.decoy_counts
    kept, sample = result.channel.find(Subject.KEPT), result.channel.find(Subject.SAMPLE)
    in_z = exchange.alice.bases[kept] == 0
    photons = exchange.photons[kept][in_z & ~sample]
    bounds = result.settings.security.decoy_bounds(counts)
    assert bounds.empty <= np.count_nonzero(photons == 0)
    assert 0.8 * np.count_nonzero(photons == 1) < bounds.single <= np.count_nonzero(photons == 1)
    assert 0.01 < bounds.phase_error < 0.2  # the true one is 1 %; few bits of X show it
    assert result.key_length < bounds.empty + bounds.single


@pytest.mark.parametrize("n", [10**6, 3 * 10**6])
def test_a_short_run_is_called_short(n) -> None:
    assert session(n_pulses=n).reason in (AbortReason.TOO_FEW_PULSES, AbortReason.TOO_FEW_SIFTED_BITS)


def test_photon_number_splitting_is_found() -> None:
    far = replace(LINK, length_km=50)
    result = session(link=far, n_pulses=10**9, eavesdropper=PhotonNumberSplitting())
    assert not result.accepted
    assert result.true_qber < 0.015


def test_an_eve_in_the_key_basis_is_found_in_the_other() -> None:
    result = session(eavesdropper=InterceptResend(basis="Z", fraction=0.3))
    assert result.true_qber < 0.015
    assert result.reason is AbortReason.QBER_TOO_HIGH


def test_beam_splitting_is_paid_for() -> None:
    result = session(eavesdropper=BeamSplitting())
    assert result.accepted
    n = result.key_length
    assert_share(round(result.eve.true_key_guess_rate * n), n, 0.5, rules_out=0.55)


def test_decoys_that_the_formulas_do_not_cover_are_refused() -> None:
    source = DecoySource(signal=0.3, decoy=0.2, vacuum=0.15)
    with expect_refusal("means must hold a signal brighter than the others together, got (0.3, 0.2, 0.15)"):
        session(link=replace(LINK, source=source))


def test_the_errors_of_each_intensity_cost_key_where_the_questions_do_not_show_them() -> None:
    # Cascade's questions show where Bob was wrong; syndromes do not. Would catch: numbers that are told for
    # free
    for correction, free in (("cascade", True), ("ldpc", False)):
        found = session(n_pulses=2 * 10**7, correction=correction)
        said = [message for message in found.channel.messages if message.subject is Subject.ERRORS]
        assert len(said) == 1
        assert (said[0].leaked_bits == 0) is free
        done = found.distillation.correction
        assert found.distillation.charged_leak == done.alice_leak + done.bob_leak
        assert done.bob_leak >= said[0].leaked_bits
        detected = found.distillation.decoy_counts.key.detected
        assert said[0].leaked_bits in (0, sum(int(n).bit_length() for n in detected))


def test_kept_pulses_are_counted_by_basis_and_intensity(result) -> None:
    # would catch: Bob's bases, lost pulses counted, rows and columns exchanged
    exchange, kept = result.exchange, result.channel.find(Subject.KEPT)
    assert sum(map(sum, result.distillation.kept_counts)) == result.distillation.n_sifted
    for basis, row in enumerate(result.distillation.kept_counts):
        for choice, count in enumerate(row):
            both = (exchange.alice.bases == basis) & (exchange.intensities.choices == choice)
            assert count == np.count_nonzero(both[kept])
            assert f"{count:,}" in result.report()


@pytest.mark.parametrize("correction", ["cascade", "ldpc"])
def test_all_that_was_told_is_charged(correction) -> None:
    # the errors of each intensity as well, which Bob says once the correction is over
    found = session(n_pulses=2 * 10**7, correction=correction)
    told = sum(found.channel.leaked_bits(party) for party in Party)
    assert found.distillation.charged_leak + found.distillation.tag_bits == told
