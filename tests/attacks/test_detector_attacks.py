"""Attacks on detectors and combined attacks: closed forms against sums written out here, gains, refusals."""

from dataclasses import replace
from math import log2

import numpy as np
import pytest

from qkdlab import (
    BeamSplitting,
    ClassicalChannel,
    CombinedAttack,
    DecoySource,
    Detector,
    DetectorBlinding,
    EntanglingProbe,
    FakedStates,
    InterceptResend,
    Link,
    OptimalCloner,
    PhotonNumberSplitting,
    ScenarioError,
    SessionSettings,
    SinglePhotonSource,
    TimeShift,
    WeakCoherentSource,
)
from qkdlab.attacks import DETECTOR_ATTACKS
from qkdlab.attacks.readings import eve_readings, joint_distribution
from qkdlab.exchange.expected import expected_sifting
from qkdlab.exchange.pulses import pulse_table
from qkdlab.quantum.protocols import BB84, get_protocol
from tests.refusals import expect_refusal

MISMATCHES = [0.0, 0.066, 0.25, 0.7, 1.0]
ALL = [kind(fraction=fraction) for kind in DETECTOR_ATTACKS for fraction in (0.0, 0.4, 1.0)]


def line(mismatch: float = 0.25, *, loss_db: float = 12.0, dark: float = 0.0, **detector) -> Link:
    return Link(
        insertion_loss_db=loss_db,
        misalignment_error=0.0,
        detector=Detector(efficiency=0.6, dark_count_probability=dark, mismatch=mismatch, **detector),
    )


@pytest.mark.parametrize("attack", ALL, ids=lambda attack: attack.describe())
@pytest.mark.parametrize("photons", range(6))
@pytest.mark.parametrize("loss_db", [0.0, 2.0, 30.0])
def test_the_branches_are_a_distribution_and_keep_the_yield(attack, photons, loss_db) -> None:
    # would catch: one gain kept for all photon numbers together, which decoys would see
    link = line(loss_db=loss_db)
    branches = attack.branches(photons, link)
    assert sum(branch.probability for branch in branches) == pytest.approx(1, rel=1e-12)
    assert all(branch.probability >= 0 and branch.passing <= photons for branch in branches)
    answered = sum(
        branch.probability
        * (1 - (1 - branch.efficiency) ** branch.passing)
        * (attack.answered(link) if branch.tactic else 1)
        for branch in branches
    )
    usual = 1 - (1 - link.efficiency) ** photons
    if loss_db == 30:
        assert answered == pytest.approx(usual, rel=1e-12)
    else:
        assert answered <= usual + 1e-12


@pytest.mark.parametrize("attack", ALL, ids=lambda attack: attack.describe())
@pytest.mark.parametrize(
    "source", [SinglePhotonSource(), WeakCoherentSource(mean_photon_number=2), DecoySource()]
)
def test_the_gain(attack, source) -> None:
    for loss_db, kept in [(30.0, True), (0.0, False)]:
        link = replace(line(loss_db=loss_db, dark=1e-3), source=source)
        gain = attack.expected_gain(link)
        if kept or not attack.fraction:
            assert gain == pytest.approx(link.expected_gain, rel=1e-9)
        else:
            assert gain < link.expected_gain


@pytest.mark.parametrize("attack", ALL, ids=lambda attack: attack.describe())
def test_the_gain_of_detectors_that_remember_on_a_shared_fibre(attack) -> None:
    # would catch: noise photons or the dead time left out of the closed form
    busy = line(loss_db=20, dark=1e-4, dead_gates=50, afterpulse_probability=0.04)
    link = replace(busy, length_km=10, classical=ClassicalChannel())
    assert link.background_probability > 1.0001e-4
    assert attack.expected_gain(link) == pytest.approx(link.expected_gain, rel=1e-9)


def test_the_gain_falls_where_no_loss_can_be_saved() -> None:
    # one photon, no fibre: half of the flashes are lost, and of early and late photons (1 + r)/2 answered
    for r in MISMATCHES:
        link = line(r, loss_db=0)
        assert DetectorBlinding().expected_gain(link) == pytest.approx(0.5)  # a flash needs no luck
        assert TimeShift().expected_gain(link) == pytest.approx(0.6 * (1 + r) / 2)
        assert FakedStates().expected_gain(link) == pytest.approx(0.6 * (1 + 3 * r) / 4)
    ideal = replace(line(), detector=Detector(efficiency=1, dark_count_probability=0), insertion_loss_db=0)
    assert DetectorBlinding().expected_gain(ideal) == pytest.approx(0.5)


def conditional(attack, link: Link, protocol=BB84) -> tuple[float, float, float]:
    """Error rate, best guess and information of sifted bits, from the exact circuits alone."""
    joint = joint_distribution(protocol, attack.tactics, 0.0)
    response = attack.response(link)
    total = wrong = 0.0
    cells: dict[tuple[int, int, int], np.ndarray] = {}
    for number, signal in enumerate(protocol.signals):
        for place, (basis, _) in enumerate(protocol.bases):
            if basis != signal.basis:
                continue
            for tactic in range(1, 1 + len(attack.tactics)):
                for shown in (0, 1):
                    for outcome in (0, 1):
                        chance = response[tactic, shown, basis, outcome]
                        chance *= joint[number, tactic, place, shown, :, outcome].sum()
                        total += chance
                        wrong += chance * (outcome != signal.bit)
                        cell = cells.setdefault((tactic, shown, int(basis)), np.zeros(2))
                        cell[signal.bit] += chance
    guess = sum(cell.max() for cell in cells.values()) / total
    information = 0.0
    for cell in cells.values():
        for bit in cell[cell > 0]:
            information += bit / total * (1 + log2(bit / cell.sum()))
    return wrong / total, guess, information


@pytest.mark.parametrize("kind", DETECTOR_ATTACKS)
@pytest.mark.parametrize("mismatch", MISMATCHES)
@pytest.mark.parametrize("random_assignment", [False, True])
def test_closed_forms_are_those_of_the_circuits(kind, mismatch, random_assignment) -> None:
    """Error, guess and information, from what Bob's detectors answer.

    Faked states, where r is the weak detector's share: say Eve found b in Z and sends 1 - b in X while
    the detector of 1 - b is weak. Bob measures Z (so did Alice, if it is sifted): half of the light goes to
    each detector, right with 1/2, wrong with r/2. Bob measures X (so did Alice, whose bit Eve does not know):
    all light goes to the detector of 1 - b, r/2 right and r/2 wrong. Errors r/2 + r/2 of 1/2 + r/2 + r: the
    QBER is 2r/(1 + 3r). Her guess is right in all of Z, and in half of X: (1/2 + r/2 + r/2)/(1/2 + 3r/2).
    """
    link, attack = line(mismatch, random_assignment=random_assignment), kind()
    error, guess, information = conditional(attack, link)
    effect = attack.effect(link)
    assert effect.error == pytest.approx(error, abs=1e-12)
    assert effect.guess == pytest.approx(guess, abs=1e-12)
    assert attack.information(link) == pytest.approx(information, abs=1e-12)


def test_published_figures() -> None:
    # Makarov, Anisimov and Skaar 2006: below a mismatch of 0.066 the QBER stays under 11 %
    assert FakedStates().effect(line(0.066)).error == pytest.approx(0.11, abs=5e-4)
    assert FakedStates().effect(line(1.0)).error == pytest.approx(0.5)
    # alike detectors tell nothing; one that is blind when the other is at its best tells all
    assert TimeShift().information(line(1.0)) == 0
    assert TimeShift().information(line(0.0)) == 1


def test_random_assignment_takes_all_from_the_time_shift() -> None:
    for r in MISMATCHES:
        link = line(r, random_assignment=True)
        assert TimeShift().information(link) == 0
        assert TimeShift().effect(link).guess == 0.5
        assert FakedStates().effect(link).error == pytest.approx(0.5)
        assert DetectorBlinding().information(link) == 1  # flashes care about the basis alone


@pytest.mark.parametrize("attack", ALL, ids=lambda attack: attack.describe())
def test_the_expected_qber_of_a_session(attack) -> None:
    # on a line with noise and dark counts; would catch: the QBER of intercept-resend for blinding
    link = replace(line(loss_db=20, dark=1e-5), misalignment_error=0.02)
    sifting = expected_sifting(BB84, link, attack)
    effect, f, e = attack.effect(link), attack.fraction, link.misalignment_error
    if not isinstance(attack, FakedStates):
        assert sifting.qber == pytest.approx(link.expected_qber(), rel=1e-9)
        assert sifting.kept == pytest.approx(0.5, rel=1e-9)
    quiet = replace(link, detector=replace(link.detector, dark_count_probability=0), misalignment_error=0)
    assert expected_sifting(BB84, quiet, attack).qber == pytest.approx(f * effect.error, abs=1e-12)
    assert 0 < e < sifting.qber


def test_what_eve_may_claim() -> None:
    # a favoured bit is likely, not certain; of blinded detectors she knows the bits measured in Alice's basis
    link = line(0.0)
    for attack, claimed in [(TimeShift(), 0), (DetectorBlinding(), 4), (FakedStates(), 4)]:
        readings = eve_readings(BB84, attack.tactics, 0.0, attack.response(link))
        assert np.count_nonzero(readings.certain[:, 1:]) == claimed


@pytest.mark.parametrize("name", ["SARG04", "six-state", "E91"])
def test_the_hint_of_a_click_is_read_by_the_protocols_rule(name) -> None:
    # in SARG04 the bit is the basis: which outcome is conclusive depends on the announced pair
    protocol, link = get_protocol(name), line(0.0)
    readings = eve_readings(protocol, TimeShift().tactics, 0.0, TimeShift().response(link))
    if name == "SARG04":  # announced |0>, |->: Z shows bit 1 by outcome 1, X shows bit 0 by outcome 0
        assert readings.guesses[1, 1].tolist() == [0, 1]
        assert readings.guesses[2, 1].tolist() == [1, 0]
    else:
        assert readings.guesses[protocol.key_announcements[0], 1].tolist() == [0, 1]


def test_the_time_is_a_coin_and_leaves_the_photon_alone() -> None:
    joint = joint_distribution(BB84, TimeShift().tactics, 0.2)
    for shown in (0, 1):
        assert np.allclose(joint[:, 1, :, shown], joint[:, 0, :, 0] / 2)


COMBINED = [
    CombinedAttack(first=first, second=second)
    for first in (PhotonNumberSplitting(), BeamSplitting(fraction=0.5))
    for second in (InterceptResend(fraction=0.2), EntanglingProbe(), OptimalCloner())
]


@pytest.mark.parametrize("attack", COMBINED, ids=lambda attack: attack.describe())
def test_both_parts_keep_their_tactics(attack) -> None:
    rng = np.random.default_rng(1)
    chosen = attack.choose(10_000, rng)
    assert 1 not in chosen  # a kept photon is for the branches to say
    assert chosen.max() == len(attack.tactics)
    assert sum(attack.tactic_weights) == pytest.approx(1)
    shares = np.bincount(chosen, minlength=1 + len(attack.tactics)) / len(chosen)
    assert shares == pytest.approx(attack.tactic_weights, abs=0.02)
    link = replace(line(loss_db=3), source=WeakCoherentSource(mean_photon_number=1))
    alone, both = pulse_table(link, attack.first), pulse_table(link, attack)
    assert np.array_equal(alone.weights, both.weights)


def test_the_error_of_combined_attacks() -> None:
    # beam splitting leaves a share exp(-mu (1 - t)) of the sifted bits to the second part
    link = replace(line(loss_db=10), source=WeakCoherentSource(mean_photon_number=0.5))
    attack = CombinedAttack(first=BeamSplitting(), second=InterceptResend(fraction=0.4))
    expected = np.exp(-0.5 * 0.9) * 0.4 / 4
    assert expected_sifting(BB84, link, attack).qber == pytest.approx(expected, rel=1e-9)
    assert attack.expected_error() == pytest.approx(0.1)
    assert attack.expected_guess() == pytest.approx(0.6)
    assert attack.expected_information() == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (InterceptResend(), PhotonNumberSplitting()),
        (PhotonNumberSplitting(), BeamSplitting()),
        (InterceptResend(), EntanglingProbe()),
        (PhotonNumberSplitting(), DetectorBlinding()),
        (DetectorBlinding(), InterceptResend()),
        (COMBINED[0], InterceptResend()),
        (PhotonNumberSplitting(), COMBINED[0]),
        (PhotonNumberSplitting(), None),
    ],
)
def test_combinations_without_sense_are_refused(first, second) -> None:
    with expect_refusal(
        "first and second must be an attack on photon numbers and one on the qubit alone, "
        f"got {first!r} and {second!r}"
    ):
        CombinedAttack(first=first, second=second)


def test_each_part_has_its_own_fraction() -> None:
    with expect_refusal("fraction must be 1, each part has its own, got 0.5"):
        CombinedAttack(fraction=0.5)


@pytest.mark.parametrize("attack", [*ALL, *COMBINED], ids=lambda attack: attack.describe())
def test_scenarios_round_trip(attack) -> None:
    link = replace(
        line(0.3, random_assignment=True, watches_light=True),
        source=WeakCoherentSource(mean_photon_number=0.5),
    )
    settings = SessionSettings(n_pulses=1000, seed=1, link=link, eavesdropper=attack)
    assert SessionSettings.from_json(settings.to_json()) == settings


def test_a_broken_combination_in_a_scenario_is_named() -> None:
    settings = SessionSettings(n_pulses=1000, seed=1, eavesdropper=COMBINED[0])
    text = (
        settings.to_json()
        .replace('"InterceptResend"', '"DetectorBlinding"')
        .replace(',\n      "basis": "random"', "")
    )
    with pytest.raises(ScenarioError, match=r"scenario\.eavesdropper: first and second must be an attack on"):
        SessionSettings.from_json(text)


def test_protocols_refuse_attacks_that_make_no_sense() -> None:
    def settings(protocol: str, attack, security: str = "asymptotic") -> SessionSettings:
        return SessionSettings(
            n_pulses=1000, seed=1, protocol=protocol, eavesdropper=attack, security=security
        )

    for protocol in ("six-state", "E91"):
        with expect_refusal(
            f"eavesdropper must measure in all of Bob's bases, and this one takes Z and X ({protocol}), "
            f"got {DetectorBlinding()!r}"
        ):
            settings(protocol, DetectorBlinding())
    for protocol in ("six-state", "three-state", "SARG04", "B92", "E91"):
        with expect_refusal(
            f"eavesdropper must not fake states of BB84 for the protocol {protocol!r}, got {FakedStates()!r}"
        ):
            settings(protocol, FakedStates())
    for protocol in ("BBM92", "E91"):
        with expect_refusal(
            f"eavesdropper must attack qubits, not photon numbers, of pairs ({protocol}), got {COMBINED[0]!r}"
        ):
            settings(protocol, COMBINED[0])
    for protocol in ("BB84", "three-state", "SARG04", "B92", "BBM92"):
        settings(protocol, DetectorBlinding())
        settings(protocol, TimeShift())
    settings("BBM92", FakedStates())
    settings("E91", TimeShift())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"mismatch": 1.5}, "mismatch must lie between 0 and 1, got 1.5"),
        ({"random_assignment": 1}, "random_assignment must be a bool, got 1"),
        ({"watches_light": "yes"}, "watches_light must be a bool, got 'yes'"),
    ],
)
def test_detectors_check_their_switches(changes, message) -> None:
    with expect_refusal(message):
        Detector(**changes)


@pytest.mark.parametrize("attack", [DetectorBlinding(), TimeShift(), FakedStates()], ids=str)
def test_an_empty_pulse_cannot_be_made_to_arrive(attack) -> None:
    # Eve measures what Alice sent: without a photon she has found nothing
    assert attack.reach(0, Link()) == 0
    assert all(branch.passing == 0 for branch in attack.branches(0, Link()))
