"""When an accepted key is broken: by what Eve's record tells her, on every attack and countermeasure."""

import re
from dataclasses import replace
from math import log2

import numpy as np
import pytest

from qkdlab import (
    IDEAL_LINK,
    BeamSplitting,
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
    SessionResult,
    TimeShift,
    WeakCoherentSource,
    run_session,
)
from qkdlab.distillation.outcome import TOO_FEW, AbortReason
from qkdlab.session.key_knowledge import KeyKnowledge
from qkdlab.session.report import EXPLANATIONS, HEADLINES, verdict
from qkdlab.session.result import Standing

LINE = Link(length_km=25)
WEAK = Link(length_km=25, detector=Detector(mismatch=0.0))
UNLIKE = Link(length_km=25, detector=Detector(mismatch=0.25))
LASER = Link(
    length_km=5, source=WeakCoherentSource(mean_photon_number=0.05), detector=Detector(efficiency=0.8)
)
DECOYS = Link(length_km=25, source=DecoySource())


def session(**changes) -> SessionResult:
    return run_session(**{"n_pulses": 300_000, "seed": 3, "link": LINE, "security": "asymptotic"} | changes)


def shuffled(link: Link) -> Link:
    """The same line with the countermeasure against unlike detectors."""
    return replace(link, detector=replace(link.detector, random_assignment=True))


BROKEN = [
    (DetectorBlinding(), LINE, "steers Bob's detectors"),
    (DetectorBlinding(fraction=0.3), LINE, "steers Bob's detectors"),
    (FakedStates(), WEAK, "detectors are alike"),
    (TimeShift(), UNLIKE, "detectors are alike"),
]


@pytest.mark.parametrize(("attack", "link", "failed"), BROKEN)
def test_an_accepted_key_that_eve_knows_says_so(attack, link, failed) -> None:
    result = session(eavesdropper=attack, link=link)
    assert result.accepted
    assert (result.broken, result.standing) == (True, Standing.BROKEN)
    assert verdict(result)[0] == "KEY ACCEPTED"  # what Alice and Bob see
    headline, sentence = result.true_verdict
    assert headline == "ACCEPTED, BUT BROKEN"
    assert failed in sentence
    assert "accepted as secret; in truth Eve knows" in sentence
    assert result.report().endswith(f"{headline}\n{sentence}")


MENDED = [
    (DetectorBlinding(), Link(length_km=25, detector=Detector(watches_light=True)), Standing.REJECTED),
    (FakedStates(), shuffled(WEAK), Standing.REJECTED),
    (TimeShift(), shuffled(UNLIKE), Standing.ACCEPTED),
    (TimeShift(), LINE, Standing.ACCEPTED),  # detectors that are alike
]


@pytest.mark.parametrize(("attack", "link", "standing"), MENDED)
def test_countermeasures_leave_nothing_broken(attack, link, standing) -> None:
    # would catch: a verdict by the name of the attack
    result = session(eavesdropper=attack, link=link)
    assert (result.standing, result.broken) == (standing, False)
    assert "BROKEN" not in result.report()


COVERED = [
    (InterceptResend(fraction=0.1), IDEAL_LINK),
    (InterceptResend(fraction=0.1, basis="Breidbart"), IDEAL_LINK),
    (OptimalCloner(disturbance=0.03), IDEAL_LINK),
    (EntanglingProbe(fraction=0.1), IDEAL_LINK),
    (PhotonNumberSplitting(), LASER),
    (BeamSplitting(), LASER),
    (CombinedAttack(second=InterceptResend(fraction=0.05)), LASER),
    (BeamSplitting(), DECOYS),
]


@pytest.mark.parametrize(("attack", "link"), COVERED)
def test_what_amplification_took_off_breaks_nothing(attack, link) -> None:
    # she knows a part of the bits before amplification, which is what it is for
    n_pulses = 20_000_000 if link is DECOYS else 300_000 if link is IDEAL_LINK else 3_000_000
    result = session(eavesdropper=attack, link=link, n_pulses=n_pulses)
    found = result.eve.true_key
    assert result.standing is Standing.ACCEPTED
    assert 0.01 * found.n_corrected < found.information < found.removed
    assert found.known == 0


def test_the_measure_is_that_of_closed_forms() -> None:
    # would catch: guesses counted as knowledge (half of all bits), bits she let pass, disclosed bits
    tapped = session(eavesdropper=InterceptResend(fraction=0.1), link=IDEAL_LINK).eve.true_key
    known = 0.05 * tapped.n_corrected  # half of the intercepted, for certain
    assert abs(tapped.information - known) < 5 * np.sqrt(known)
    shifted = session(eavesdropper=TimeShift(), link=UNLIKE, n_pulses=2_000_000).eve.true_key
    entropy = -0.8 * log2(0.8) - 0.2 * log2(0.2)
    # dark counts tell her nothing: half a per cent of the clicks
    assert shifted.information / shifted.n_corrected == pytest.approx(1 - entropy, rel=0.03)
    assert shifted.known == pytest.approx(shifted.information - shifted.removed)


def test_dark_counts_tell_her_nothing() -> None:
    # would catch: knowledge by the circuits alone, which have light in every click; every tenth has none here
    detector = Detector(mismatch=0.25, dark_count_probability=1.5e-3)
    result = session(eavesdropper=TimeShift(), link=Link(length_km=25, detector=detector), n_pulses=1_000_000)
    found, wrong = result.eve.true_key, 2 * (result.true_qber - 0.005)
    right = 0.8 - 0.3 * wrong
    assert right < 0.78
    entropy = -right * log2(right) - (1 - right) * log2(1 - right)
    assert found.information / found.n_corrected == pytest.approx(1 - entropy, rel=0.06)


def test_a_part_of_a_key() -> None:
    # 1,000 bits, 100 announced, 600 made of them: 300 taken off
    facts = {"n_corrected": 1_000, "announced": 100, "n_amplified": 600}
    for unknown, known, broken in [
        (1_000.0, 0, False),
        (700.0, 0, False),
        (699.5, 0.5, False),  # less than a bit
        (699.0, 1, True),
        (500.0, 200, True),
        (50.0, 600, True),
    ]:
        found = KeyKnowledge(unknown=unknown, **facts)
        assert (found.removed, found.known, found.broken) == (300, known, broken)


def test_the_textbook_s_few_bits_can_be_broken_in_truth() -> None:
    # a sample without an error while Eve reads: the textbook takes it at its word, and amplifies by nothing
    eve = InterceptResend(fraction=0.08)
    found = [
        session(n_pulses=800, link=IDEAL_LINK, eavesdropper=eve, seed=seed, shared_bits=0)
        for seed in range(12)
    ]
    broken = [result for result in found if result.broken]
    assert broken
    for result in broken:
        assert result.distillation.estimate.n_errors <= 1
        assert "no ε is claimed for it" in result.true_verdict[1]
        assert f"of the {result.eve.true_key.n_amplified} that were made" in result.true_verdict[1]


def test_a_report_of_a_broken_key_shows_no_number_that_hides_it() -> None:
    # would catch: a hash of guesses with one error, right half of the time, as what she knows of her key
    result = session(eavesdropper=DetectorBlinding())
    report, made = result.report(), result.eve.true_key.n_amplified
    assert f"Eve knows{made:>26,}   of the {made:,} bits of the key, by all of her record" in report
    assert "hashing her guesses" not in report
    assert re.search(r"secret bits +[\d,]+   as Alice and Bob take them to be\n", report)
    covered = session(eavesdropper=InterceptResend(fraction=0.05), link=IDEAL_LINK).report()
    assert "hashing her guesses" in covered
    assert "take them to be" not in covered


def test_endings_go_by_four_names() -> None:
    assert list(HEADLINES) == list(Standing)
    assert Standing.of(None) is Standing.ACCEPTED
    assert Standing.of(None, broken=True) is Standing.BROKEN
    for reason in AbortReason:
        expected = Standing.TOO_FEW if reason in TOO_FEW else Standing.REJECTED
        assert Standing.of(reason) is Standing.of(reason, broken=True) is expected


def test_no_verdict_claims_what_a_sample_cannot_say() -> None:
    # 8 % of 52 bits leave room for 17 %: the compared bits show it, the line need not have it
    assert not [text for text in EXPLANATIONS.values() if "error rate is" in text]


@pytest.mark.long
def test_no_honest_run_is_broken() -> None:
    # hundreds of them, in all modes, protocols and sizes
    standings = set()
    for seed in range(60):
        for changes in (
            {"n_pulses": 128, "security": "classroom", "link": IDEAL_LINK},
            {"n_pulses": 3_000, "link": IDEAL_LINK},
            {"n_pulses": 20_000, "security": "finite", "link": IDEAL_LINK},
            {"n_pulses": 3_000, "protocol": "SARG04", "link": IDEAL_LINK},
            {"n_pulses": 3_000, "z_probability": (0.8, 0.5), "link": IDEAL_LINK},
        ):
            result = session(seed=seed, **changes)
            standings.add(result.standing)
            assert not result.broken
    assert standings <= {Standing.ACCEPTED, Standing.TOO_FEW}


def test_an_idle_eve_and_small_shares_in_the_finite_mode() -> None:
    for seed in range(20):
        for fraction in (0.0, 0.02):
            eve = InterceptResend(fraction=fraction)
            result = session(n_pulses=30_000, link=IDEAL_LINK, eavesdropper=eve, seed=seed, security="finite")
            assert not result.broken
