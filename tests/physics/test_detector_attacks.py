"""Attacks on detectors and combined attacks in whole sessions: what Bob sees, what Eve knows (five sigma)."""

from dataclasses import replace

import numpy as np
import pytest

from qkdlab import (
    AbortReason,
    BeamSplitting,
    CombinedAttack,
    DecoySource,
    Detector,
    DetectorBlinding,
    FakedStates,
    InterceptResend,
    Link,
    OptimalCloner,
    PhotonNumberSplitting,
    SessionResult,
    SessionSettings,
    TimeShift,
    WeakCoherentSource,
    run_session,
)
from qkdlab.attacks import DetectorAttack
from qkdlab.distillation.channel import Subject
from qkdlab.exchange.expected import expected_sifting
from qkdlab.session.information import eve_information
from tests.bounds import assert_share

LINK = Link(
    insertion_loss_db=7,
    misalignment_error=0.0,
    detector=Detector(efficiency=0.8, dark_count_probability=0.0, mismatch=0.2),
)
RUN = SessionSettings(n_pulses=1_000_000, seed=8, link=LINK, max_qber=0.5)
ATTACKS: list[DetectorAttack] = [
    DetectorBlinding(),
    DetectorBlinding(fraction=0.3),
    TimeShift(),
    TimeShift(fraction=0.5),
    FakedStates(),
]


def sifted(result: SessionResult) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where bits were sifted: whether wrong, whether attacked, in which basis."""
    kept, exchange = result.channel.find(Subject.KEPT), result.exchange
    wrong = exchange.alice.bits[kept] != exchange.bob.bits[kept]
    return wrong, exchange.eve.tactics[kept] > 0, exchange.alice.bases[kept]


@pytest.mark.parametrize("sampler", ["exact", "shots"])
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.describe())
def test_error_gain_and_guesses(attack, sampler) -> None:
    # would catch: a flash that Bob sees in the other basis (QBER 25 %), the weak detector taken for the
    # better one, a gain halved by lost flashes, a guess that forgets which detector was favoured
    n_pulses = RUN.n_pulses if sampler == "exact" else 300_000
    result = run_session(RUN, eavesdropper=attack, sampler=sampler, n_pulses=n_pulses)
    assert_share(
        result.n_detected, n_pulses, LINK.expected_gain, rules_out=attack.answered(LINK) * LINK.expected_gain
    )
    wrong, attacked, bases = sifted(result)
    effect = attack.effect(LINK)
    assert_share(np.count_nonzero(attacked), len(attacked), attack.fraction)
    for basis in (0, 1):
        here = bases == basis
        error = attack.fraction * effect.error
        assert_share(np.count_nonzero(wrong & here), np.count_nonzero(here), error)
    guess = attack.fraction * effect.guess + (1 - attack.fraction) / 2
    eve = result.eve
    assert_share(round(eve.true_guess_rate * eve.n_sifted), eve.n_sifted, guess)
    assert result.expected_qber == pytest.approx(attack.fraction * effect.error, abs=1e-12)


@pytest.mark.parametrize("mismatch", [0.0, 0.066, 0.5, 1.0])
def test_faked_states_at_any_mismatch(mismatch) -> None:
    # would catch: the QBER r/(1 + r) of the matching basis alone
    link = replace(LINK, detector=replace(LINK.detector, mismatch=mismatch))
    result = run_session(RUN, eavesdropper=FakedStates(), link=link)
    wrong, _, _ = sifted(result)
    expected = 2 * mismatch / (1 + 3 * mismatch)
    assert_share(np.count_nonzero(wrong), len(wrong), expected)
    eve = result.eve
    assert_share(
        round(eve.true_guess_rate * eve.n_sifted), eve.n_sifted, (1 + 2 * mismatch) / (1 + 3 * mismatch)
    )


@pytest.mark.parametrize("mismatch", [0.0, 0.5, 1.0])
def test_time_shift_at_any_mismatch(mismatch) -> None:
    link = replace(LINK, detector=replace(LINK.detector, mismatch=mismatch))
    result = run_session(RUN, eavesdropper=TimeShift(), link=link)
    eve = result.eve
    assert_share(round(eve.true_guess_rate * eve.n_sifted), eve.n_sifted, 1 / (1 + mismatch))
    assert eve.n_certain == 0
    assert not sifted(result)[0].any()


def test_time_shift_against_sarg04() -> None:
    """Of the announced pairs of |0⟩ or |1⟩ and |+⟩ or |-⟩, half have one conclusive outcome in Z and another
    in X: there the favoured detector means a bit, guess 1/(1 + r). Of the others both conclusive outcomes
    come from one detector, which tells no bit: guess 1/2.

    Would catch: the favoured outcome taken for the bit, or a click that tells her nothing.
    """
    result = run_session(RUN, eavesdropper=TimeShift(), protocol="SARG04", security="asymptotic")
    eve = result.eve
    guessed = round(eve.true_guess_rate * eve.n_sifted)
    assert_share(guessed, eve.n_sifted, (1 / 1.2 + 1 / 2) / 2, rules_out=1 / 2)
    assert not result.true_qber


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.describe())
@pytest.mark.parametrize("random_assignment", [False, True])
def test_information(attack, random_assignment) -> None:
    # from the record alone; would catch: information of the tactic counted as public
    link = replace(LINK, detector=replace(LINK.detector, random_assignment=random_assignment))
    result = run_session(RUN, link=link, eavesdropper=attack)
    found = eve_information(result.exchange, result.channel.find(Subject.KEPT), announced=True)
    expected = attack.fraction * attack.information(link)
    assert abs(found.bits - found.bias - expected) <= 5 * found.standard_error + 1e-4
    assert found.standard_error < 0.005


def test_a_mismatch_alone_changes_nothing() -> None:
    # at the time at which pulses should come the detectors are alike
    alike = replace(LINK, detector=replace(LINK.detector, mismatch=1.0))
    for eve in (None, InterceptResend(fraction=0.1)):
        one, other = (
            run_session(RUN, link=link, eavesdropper=eve, n_pulses=50_000) for link in (LINK, alike)
        )
        assert np.array_equal(one.exchange.bob.bits, other.exchange.bob.bits)
        assert np.array_equal(one.exchange.slots, other.exchange.slots)


def test_random_assignment_is_the_countermeasure() -> None:
    safe = replace(LINK, detector=replace(LINK.detector, random_assignment=True))
    shifted = run_session(RUN, link=safe, eavesdropper=TimeShift())
    eve = shifted.eve
    assert_share(round(eve.true_guess_rate * eve.n_sifted), eve.n_sifted, 0.5, rules_out=1 / 1.2)
    assert_share(shifted.n_detected, RUN.n_pulses, LINK.expected_gain)
    wrong, _, _ = sifted(run_session(RUN, link=safe, eavesdropper=FakedStates()))
    assert_share(np.count_nonzero(wrong), len(wrong), 0.5)


def test_blinding_takes_the_whole_key_unseen() -> None:
    result = run_session(RUN, eavesdropper=DetectorBlinding(), max_qber=0.11)
    assert result.accepted
    assert result.eve.true_guess_rate == result.eve.true_key_guess_rate == 1.0
    assert result.eve.n_certain == result.eve.n_sifted
    assert result.eve.key_guess == result.key
    assert result.exchange.n_alarms is None


def test_a_monitor_sees_blinding_and_nothing_else() -> None:
    # would catch: an alarm for every attack, or one that leaves a key
    watched = replace(LINK, detector=replace(LINK.detector, watches_light=True))
    run = replace(RUN, link=watched, n_pulses=200_000, max_qber=0.11)
    result = run_session(run, eavesdropper=DetectorBlinding())
    assert result.reason is AbortReason.DETECTOR_ALARM
    assert not hasattr(result, "key")
    assert result.exchange.n_alarms == result.n_detected
    assert "bright light" in result.report()
    part = run_session(run, eavesdropper=DetectorBlinding(fraction=0.01))
    assert part.reason is AbortReason.DETECTOR_ALARM
    assert_share(part.exchange.n_alarms, part.n_detected, 0.01)
    for eve in (None, TimeShift(), InterceptResend(fraction=0.01)):
        quiet = run_session(run, eavesdropper=eve)
        assert quiet.exchange.n_alarms == 0
        assert quiet.accepted


def test_decoys_do_not_see_blinding_or_the_time_shift() -> None:
    # would catch: one gain kept for all photon numbers together
    link = replace(
        LINK,
        insertion_loss_db=12.0,
        source=DecoySource(signal=0.5, decoy=0.1),
        detector=replace(LINK.detector, dark_count_probability=1e-3),
    )
    for attack in (DetectorBlinding(), TimeShift()):
        result = run_session(RUN, link=link, eavesdropper=attack, n_pulses=3_000_000, security="asymptotic")
        record = result.exchange.intensities
        for number, choice in enumerate(link.source.intensities):
            alone = replace(link, source=WeakCoherentSource(mean_photon_number=choice.mean_photon_number))
            detected = int(np.count_nonzero(record.choices == number))
            assert_share(detected, record.n_sent[number], alone.expected_gain)
        wrong, _, _ = sifted(result)
        assert_share(np.count_nonzero(wrong), len(wrong), link.expected_qber())


@pytest.mark.parametrize("protocol", ["three-state", "SARG04", "BBM92"])
def test_blinding_works_for_every_protocol_whose_bases_eve_measures(protocol) -> None:
    # Bob gets Eve's bits, and what he reads from them she reads, too
    result = run_session(
        RUN,
        protocol=protocol,
        security="asymptotic",
        n_pulses=300_000,
        link=replace(LINK, misalignment_error=0.0),
        eavesdropper=DetectorBlinding(),
        max_qber=0.11,
    )
    if protocol == "three-state":
        assert result.accepted
    assert result.true_qber == 0
    assert result.eve.true_guess_rate == 1


COMBINED = [
    CombinedAttack(first=BeamSplitting(), second=InterceptResend(fraction=0.4)),
    CombinedAttack(first=PhotonNumberSplitting(), second=InterceptResend(fraction=0.3, basis="Z")),
    CombinedAttack(first=PhotonNumberSplitting(fraction=0.5), second=OptimalCloner(disturbance=0.1)),
]


@pytest.mark.parametrize("attack", COMBINED, ids=lambda attack: attack.describe())
def test_combined_attacks(attack) -> None:
    """A share s of the sifted bits comes with a kept photon: known, and undisturbed; of the rest each is a
    bit that the second attack touched. QBER (1 - s) e₂, guess s + (1 - s) g₂.

    Would catch: the qubit of a pulse attacked of which a photon was kept, or never attacked at all.
    """
    link = replace(LINK, source=WeakCoherentSource(mean_photon_number=0.6), insertion_loss_db=4.0)
    result = run_session(RUN, link=link, eavesdropper=attack)
    share = attack.first.expected_share(link)
    wrong, _, _ = sifted(result)
    error = (1 - share) * attack.second.expected_error()
    assert_share(np.count_nonzero(wrong), len(wrong), error, rules_out=attack.second.expected_error())
    eve = result.eve
    guess = share + (1 - share) * attack.second.expected_guess()
    assert_share(
        round(eve.true_guess_rate * eve.n_sifted),
        eve.n_sifted,
        guess,
        rules_out=attack.second.expected_guess(),
    )
    assert_share(result.n_detected, RUN.n_pulses, link.expected_gain)
    protocol = result.settings.protocol_table
    assert expected_sifting(protocol, link, attack).qber == pytest.approx(error, rel=1e-9)
    assert result.exchange.eve.outcomes[result.exchange.eve.tactics == 1] == pytest.approx(
        result.exchange.alice.bits[result.exchange.eve.tactics == 1]
    )
    assert result.reason is not None or result.eve.true_key_guess_rate < 1
