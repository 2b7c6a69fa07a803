"""Every protocol, simulated, against figures from the literature and closed forms (five sigma)."""

from dataclasses import replace

import numpy as np
import pytest

from qkdlab import IDEAL_LINK, Detector, InterceptResend, Link, SessionResult, run_session
from qkdlab.distillation.channel import Subject
from qkdlab.exchange.expected import expected_sifting
from qkdlab.quantum.protocols import PROTOCOLS, get_protocol
from tests.bounds import assert_share

N = 400_000
NOISY = Link(
    length_km=3,
    misalignment_error=0.02,
    depolarizing_probability=0.05,
    detector=Detector(efficiency=0.7, dark_count_probability=0.02),
)


def session(protocol: str, **changes) -> SessionResult:
    facts = {"n_pulses": N, "seed": 21, "link": IDEAL_LINK, "security": "asymptotic", "protocol": protocol}
    return run_session(**facts | changes)


def key_bits(result: SessionResult) -> int:
    """Sifted bits that may become key."""
    heard, kept = (result.channel.find(subject) for subject in (Subject.ANNOUNCED, Subject.KEPT))
    return int(np.count_nonzero(kept & np.isin(heard, result.settings.protocol_table.key_announcements)))


def errors(result: SessionResult) -> int:
    return round((result.true_qber or 0) * key_bits(result))


# protocol, share of detected pulses that may become key, the same and QBER under full intercept-resend
PUBLISHED = [
    ("BB84", 1 / 2, 1 / 2, 1 / 4),
    ("six-state", 1 / 3, 1 / 3, 1 / 3),
    ("three-state", 0.81, 0.81, 1 / 4),
    ("SARG04", 1 / 4, 3 / 8, 1 / 3),
    ("B92", 1 / 4, 3 / 8, 1 / 3),
    ("BBM92", 1 / 2, 1 / 2, 1 / 4),
    ("E91", 2 / 9, 2 / 9, 1 / 4),
]


@pytest.mark.parametrize(("name", "kept", "_tapped", "_qber"), PUBLISHED)
@pytest.mark.parametrize("sampler", ["exact", "shots"])
def test_without_eve(name, kept, _tapped, _qber, sampler) -> None:
    # would catch: a key bit that does not stand for what Alice sent, a rule that keeps too much
    result = session(name, sampler=sampler)
    assert result.true_qber == 0
    assert_share(key_bits(result), N, kept, rules_out=kept * 0.9)
    if name == "B92":
        assert result.reason.value == "no security proof built in for this protocol"
    else:
        assert result.accepted
        assert result.key == result.bob_key


@pytest.mark.parametrize(("name", "_kept", "tapped", "qber"), PUBLISHED)
@pytest.mark.parametrize("sampler", ["exact", "shots"])
def test_full_intercept_resend(name, _kept, tapped, qber, sampler) -> None:
    result = session(name, eavesdropper=InterceptResend(), sampler=sampler)
    assert_share(key_bits(result), N, tapped, rules_out=tapped * 0.9)
    assert_share(errors(result), key_bits(result), qber, rules_out=0.29)
    assert result.reason.value == "QBER too high"
    expected = expected_sifting(result.settings.protocol_table, IDEAL_LINK, InterceptResend())
    assert (expected.kept, expected.qber) == pytest.approx((tapped, qber), abs=1e-12)


@pytest.mark.parametrize("name", PROTOCOLS)
@pytest.mark.parametrize("fraction", [None, 0.3])
def test_everything_together(name, fraction) -> None:
    # loss, noise, dark counts and Eve at once; would catch: double clicks read by another rule
    eve = None if fraction is None else InterceptResend(fraction=fraction)
    result = session(name, link=NOISY, eavesdropper=eve)
    expected = expected_sifting(result.settings.protocol_table, NOISY, eve)
    assert_share(result.n_detected, N, NOISY.expected_gain)
    assert_share(key_bits(result), result.n_detected, expected.kept)
    assert_share(errors(result), key_bits(result), expected.qber, rules_out=expected.qber * 0.75)
    assert result.expected_qber == expected.qber


@pytest.mark.parametrize("name", PROTOCOLS)
def test_errors_by_announcement(name) -> None:
    # Eve reads Z alone, on a noisy line; would catch: bases or announcements mixed up, or bits left out
    # that become no key
    eve = InterceptResend(basis="Z", fraction=0.6)
    result = session(name, link=NOISY, eavesdropper=eve)
    expected = expected_sifting(result.settings.protocol_table, NOISY, eve)
    heard, kept = (result.channel.find(subject) for subject in (Subject.ANNOUNCED, Subject.KEPT))
    alice, bob = result.exchange.alice, result.exchange.bob
    wrong = alice.bits != result.settings.protocol_table.reading_table()[heard, bob.bases, bob.bits]
    for announced, qber in enumerate(expected.qber_by_announcement):
        places = kept & (heard == announced)
        assert (qber is None) == (not places.any())
        if qber is not None:
            assert_share(np.count_nonzero(wrong[places]), np.count_nonzero(places), qber)


@pytest.mark.parametrize("fraction", [0.0, 0.5])
def test_theory_of_bb84_is_that_of_the_link(fraction) -> None:
    eve = InterceptResend(fraction=fraction)
    result = session("BB84", link=NOISY, eavesdropper=eve)
    assert result.expected_qber == pytest.approx(NOISY.expected_qber(fraction / 4), rel=1e-12)


@pytest.mark.parametrize("name", ["SARG04", "B92"])
def test_depolarisation_of_conclusive_outcomes(name) -> None:
    # of 1 - p + p/2·... outcomes: QBER p / (1 + p), kept (1 + p) / 4: twice BB84's p / 2 for little noise
    p = 0.2
    link = replace(IDEAL_LINK, depolarizing_probability=p)
    expected = expected_sifting(session(name).settings.protocol_table, link)
    assert (expected.kept, expected.qber) == pytest.approx(((1 + p) / 4, p / (1 + p)))
    result = session(name, link=link)
    assert_share(errors(result), key_bits(result), p / (1 + p), rules_out=p / 2)


@pytest.mark.parametrize(
    ("fraction", "value"), [(None, 2 * np.sqrt(2)), (0.5, 1.5 * np.sqrt(2)), (1.0, np.sqrt(2))]
)
def test_chsh_value(fraction, value) -> None:
    # Ekert 1991: at most √2 once Eve has measured all; would catch: a sign, a setting, an angle
    eve = None if fraction is None else InterceptResend(fraction=fraction)
    result = session("E91", eavesdropper=eve, max_qber=0.4, n_pulses=2_000_000)
    found = result.distillation.witnesses.chsh
    assert found.standard_error < 0.005
    assert abs(found.value - value) < 5 * found.standard_error
    expected = expected_sifting(result.settings.protocol_table, IDEAL_LINK, eve)
    assert expected.chsh == pytest.approx(value)
    assert result.accepted is (fraction is None)
    if fraction == 1.0:
        assert result.reason.value == "no violation of the CHSH inequality"


def test_the_phase_error_of_three_states_is_that_of_the_fourth() -> None:
    # Eve in Z alone: no error in the key basis, all in X, of which only |+> is ever sent
    result = session("three-state", eavesdropper=InterceptResend(basis="Z", fraction=0.2), n_pulses=4_000_000)
    assert result.true_qber == 0
    assert result.reason is None
    assert result.distillation.witnesses.phase_error == pytest.approx(0.1, abs=0.004)
    more = session("three-state", eavesdropper=InterceptResend(basis="Z"))
    assert more.true_qber == 0
    assert more.reason.value == "QBER too high"


def test_biased_bb84_finds_an_eve_who_spares_the_key_basis() -> None:
    # would catch: one error rate for both bases, in which Eve's 50 % of X would drown
    eve = InterceptResend(basis="Z", fraction=0.3)
    result = session("BB84", z_probability=0.95, eavesdropper=eve, n_pulses=2_000_000)
    assert result.true_qber == 0
    found = result.distillation.witnesses.phase
    assert_share(found.n_errors, found.n_sample, 0.15, rules_out=0.01)
    assert result.reason.value == "QBER too high"


@pytest.mark.parametrize("shares", [(0.9, 0.5), (0.5, 0.8), (0.9, 0.1)])
@pytest.mark.parametrize("name", ["BB84", "BBM92", "three-state"])
def test_each_party_s_own_bias_shows_in_what_is_sifted(name, shares) -> None:
    # would catch: Alice's share taken for Bob's, or one of them for both
    result = session(name, z_probability=shares)
    (in_z,), (in_x,) = result.distillation.kept_counts
    alice, bob = shares
    n, other = result.n_detected, 0.5 * (alice**2 + bob**2)
    assert_share(in_z, n, alice * bob, rules_out=other)
    assert_share(in_x, n, (1 - alice) * (1 - bob), rules_out=None if (1 - alice) * (1 - bob) == 0.1 else 0.5)
    settings = result.settings
    theory = expected_sifting(settings.protocol_table, settings.link)
    assert theory.kept == pytest.approx(alice * bob)
    found = result.distillation
    fraction = settings.sample_fraction
    assert found.n_disclosed == in_x + round(fraction * in_z)  # the key comes from Z, and X is disclosed
    assert_share(int(np.count_nonzero(result.exchange.bob.bases == 0)), n, bob)
    assert_share(int(np.count_nonzero(result.exchange.alice.bases == 0)), n, alice)


@pytest.mark.parametrize("shares", [(0.95, 0.5), (0.5, 0.95)])
def test_errors_are_those_of_the_sifted_bases(shares) -> None:
    # Eve in Z alone makes every second X bit wrong, and no Z bit
    eve = InterceptResend(basis="Z", fraction=0.3)
    result = session("BB84", z_probability=shares, eavesdropper=eve, n_pulses=2_000_000)
    assert result.true_qber == 0
    found = result.distillation.witnesses.phase
    assert_share(found.n_errors, found.n_sample, 0.15, rules_out=0.01)
    assert result.reason.value == "QBER too high"
    even = expected_sifting(get_protocol("BB84"), result.settings.link, eve)
    assert even.qber == pytest.approx(0.075)
    theory = expected_sifting(result.settings.protocol_table, result.settings.link, eve)
    assert theory.qber_by_announcement == pytest.approx((0, 0.15))


@pytest.mark.parametrize("security", ["finite", "asymptotic"])
def test_biased_bases_give_more_key(security) -> None:
    even, biased = (
        session("BB84", z_probability=z, n_pulses=2_000_000, security=security).key_length
        for z in (None, 0.9)
    )
    assert biased > 1.3 * even
