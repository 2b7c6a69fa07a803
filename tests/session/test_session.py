"""A whole session: settings, reproducibility, verdicts, what Eve knows."""

import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from qkdlab import (
    IDEAL_LINK,
    AbortReason,
    AcceptedSession,
    AsymptoticSecurity,
    BeamSplitting,
    Detector,
    FiniteSecurity,
    InterceptResend,
    Link,
    RejectedSession,
    SecretKey,
    SessionSettings,
    WeakCoherentSource,
    run_session,
)
from qkdlab.attacks.readings import eve_readings
from qkdlab.distillation.authentication.account import SESSION_BITS
from qkdlab.distillation.channel import Party, PublicChannel, Subject
from qkdlab.distillation.correction.cascade_variants import VARIANTS
from qkdlab.distillation.hashing.toeplitz import toeplitz_hash
from qkdlab.exchange.run import EveRecord
from qkdlab.quantum.protocols import BB84
from qkdlab.quantum.tactics import PASS, KeepPhoton
from qkdlab.session.scoring import score_eve, told_bits
from qkdlab.settings.session_settings import SETTINGS_CLASSES
from tests.bounds import assert_share
from tests.quantum.samplers import SAMPLERS
from tests.refusals import expect_refusal

TAPPED = {"n_pulses": 40_000, "seed": 5, "link": IDEAL_LINK, "eavesdropper": InterceptResend(fraction=0.1)}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_pulses": 0}, "n_pulses must be at least 1 and at most 1000000000, got 0"),
        ({"n_pulses": 10**9 + 1}, "n_pulses must be at least 1 and at most 1000000000, got 1000000001"),
        ({"n_pulses": 1e5}, "n_pulses must be a whole number, got 100000.0"),
        ({"n_pulses": float("nan")}, "n_pulses must be a whole number, got nan"),
        ({"seed": -1}, "seed must be at least 0, got -1"),
        ({"seed": None}, "seed must be a whole number, got None"),
        ({"sample_fraction": 0}, "sample_fraction must lie strictly between 0 and 1, got 0"),
        ({"sample_fraction": 1.0}, "sample_fraction must lie strictly between 0 and 1, got 1.0"),
        ({"sample_fraction": float("nan")}, "sample_fraction must lie strictly between 0 and 1, got nan"),
        ({"max_qber": 0.6}, "max_qber must lie between 0 and 0.5, got 0.6"),
        ({"max_qber": -0.1}, "max_qber must lie between 0 and 0.5, got -0.1"),
        (
            {"protocol": "BB48"},
            "protocol must be one of 'BB84', 'six-state', 'three-state', 'SARG04', 'B92', 'BBM92', 'E91', "
            "got 'BB48'",
        ),
        (
            {"protocol": "SARG04"},
            f"security must be 'asymptotic' for the protocol 'SARG04', got {FiniteSecurity()!r}",
        ),
        (
            {"protocol": "six-state", "security": "asymptotic", "z_probability": 0.6},
            "z_probability must be None for the protocol 'six-state', got 0.6",
        ),
        (
            {"z_probability": 0.6, "link": Link(source=WeakCoherentSource())},
            f"security must be 'asymptotic' for a laser and z_probability 0.6, got {FiniteSecurity()!r}",
        ),
        (
            {"protocol": "E91", "security": "asymptotic", "link": Link(source=WeakCoherentSource())},
            "source must be SinglePhotonSource() for pairs (E91), "
            "got WeakCoherentSource(mean_photon_number=0.1)",
        ),
        (
            {"protocol": "BBM92", "eavesdropper": BeamSplitting()},
            "eavesdropper must attack qubits, not photon numbers, of pairs (BBM92), "
            "got BeamSplitting(fraction=1.0)",
        ),
        (
            {"protocol": "three-state", "security": "asymptotic", "link": Link(source=WeakCoherentSource())},
            "source must have decoys for the three-state protocol, "
            "got WeakCoherentSource(mean_photon_number=0.1)",
        ),
        (
            {"cascade": "mine"},
            f"cascade must be one of {', '.join(map(repr, VARIANTS))}, got 'mine'",
        ),
        ({"sampler": "qasm"}, "sampler must be one of 'exact', 'shots', got 'qasm'"),
        (
            {"security": "paranoid"},
            "security must be one of 'finite', 'published', 'asymptotic', 'classroom', got 'paranoid'",
        ),
        ({"security": FiniteSecurity}, f"security must be a Security, got {FiniteSecurity!r}"),
        ({"link": None}, "link must be a Link, got None"),
        ({"eavesdropper": 0.5}, "eavesdropper must be an Eavesdropper, got 0.5"),
    ],
)
def test_settings_are_checked(change, message) -> None:
    with expect_refusal(message):
        run_session(**{"n_pulses": 1000, "seed": 1} | change)
    with expect_refusal(message):
        replace(SessionSettings(n_pulses=1000, seed=1), **change)


def test_settings_must_be_complete_and_known() -> None:
    with pytest.raises(TypeError, match="seed"):
        run_session(n_pulses=1000)
    with pytest.raises(TypeError, match="pulses"):
        run_session(pulses=1000, seed=1)
    settings = SessionSettings(n_pulses=1000, seed=1)
    assert run_session(settings, seed=2).settings == SessionSettings(n_pulses=1000, seed=2)
    assert run_session(settings).settings == settings


def test_names_stand_for_security_modes() -> None:
    assert SessionSettings(n_pulses=1, seed=1).security == FiniteSecurity()
    assert SessionSettings(n_pulses=1, seed=1, security="finite").security == FiniteSecurity()
    assert SessionSettings(n_pulses=1, seed=1, security="asymptotic").security == AsymptoticSecurity()


def test_every_settings_class_can_be_read_back() -> None:
    names = {kind.__name__ for kind in SETTINGS_CLASSES}
    for part in (
        SessionSettings(n_pulses=1, seed=1),
        IDEAL_LINK,
        TAPPED["eavesdropper"],
        WeakCoherentSource(),
    ):
        assert type(part).__name__ in names


def test_the_cell_we_wished_for() -> None:
    eve = InterceptResend(fraction=0.5)
    result = run_session(n_pulses=1_000_000, link=Link(length_km=25), eavesdropper=eve, seed=7)
    assert result.accepted is False
    assert result.reason is AbortReason.QBER_TOO_HIGH
    assert 0.11 < result.qber < 0.15
    assert 0.12 < result.true_qber < 0.14
    assert result.key_length == 0
    assert "KEY REJECTED" in result.report()


def test_accepted() -> None:
    result = run_session(**TAPPED, security="asymptotic")
    assert isinstance(result, AcceptedSession)
    assert result.accepted is True
    assert result.reason is None
    assert result.key == result.bob_key
    assert len(result.key) == result.key_length > 0
    assert repr(result) == f"AcceptedSession(40000 pulses, {result.key_length} secret bits)"
    assert result.expected_qber == pytest.approx(0.025)
    assert result.n_detected == 40_000


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"n_pulses": 1}, AbortReason.TOO_FEW_SIFTED_BITS),
        ({"n_pulses": 300}, AbortReason.TOO_FEW_SIFTED_BITS),
        ({"link": Link(length_km=300)}, AbortReason.TOO_FEW_SIFTED_BITS),
        (
            {"link": Link(detector=Detector(efficiency=0, dark_count_probability=0))},
            AbortReason.TOO_FEW_SIFTED_BITS,
        ),
        ({"n_pulses": 2_000}, AbortReason.TOO_FEW_PULSES),
        ({"eavesdropper": InterceptResend(fraction=1)}, AbortReason.QBER_TOO_HIGH),
        (
            {"eavesdropper": InterceptResend(fraction=0.4), "n_pulses": 400_000},
            AbortReason.TOO_MANY_ERRORS_TO_CORRECT,
        ),
        ({"link": replace(IDEAL_LINK, depolarizing_probability=1)}, AbortReason.QBER_TOO_HIGH),
        (
            {"link": replace(IDEAL_LINK, length_km=60, source=WeakCoherentSource(mean_photon_number=0.6))},
            AbortReason.TOO_MANY_MULTIPHOTON_PULSES,
        ),
    ],
)
def test_rejected_sessions_have_a_reason_and_no_key(change, reason) -> None:
    result = run_session(**{"n_pulses": 20_000, "seed": 3, "link": IDEAL_LINK} | change)
    assert isinstance(result, RejectedSession)
    assert (result.accepted, result.reason, result.key_length) == (False, reason, 0)
    for name in ("key", "bob_key", "alice_key"):
        assert not hasattr(result, name)
        assert not hasattr(result.distillation, name)
    assert Subject.AMPLIFICATION_SEED not in {message.subject for message in result.channel.messages}
    assert repr(result) == f"RejectedSession({result.settings.n_pulses} pulses, rejected: {reason})"
    assert str(reason) in result.report()
    if reason is AbortReason.TOO_FEW_SIFTED_BITS:
        assert result.qber is None


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_no_click_is_no_error_rate(sampler) -> None:
    link = Link(detector=Detector(efficiency=0, dark_count_probability=0))
    result = run_session(n_pulses=500, seed=1, link=link, sampler=sampler, eavesdropper=InterceptResend())
    assert result.qber is result.true_qber is result.expected_qber is None
    assert result.eve.true_guess_rate is None
    assert "–" in result.report()


SCRIPT = """
import sys
from qkdlab import SessionSettings, run_session
print(run_session(SessionSettings.from_json(sys.argv[1])).report())
"""


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_same_settings_same_report_letter_for_letter_in_a_fresh_process_too(sampler) -> None:
    settings = SessionSettings(
        n_pulses=30_000,
        seed=8,
        link=Link(length_km=5, detector=Detector(efficiency=0.8, dark_count_probability=1e-3)),
        eavesdropper=InterceptResend(fraction=0.05),
        sampler=sampler,
        security=AsymptoticSecurity(),
    )
    report = run_session(settings).report()
    assert run_session(settings).report() == report
    assert run_session(settings, seed=9).report() != report
    command = [sys.executable, "-c", SCRIPT, settings.to_json()]
    fresh = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    assert fresh.stdout == report + "\n"


def test_another_seed_is_another_session() -> None:
    one, other = (run_session(**TAPPED | {"seed": seed}, security="asymptotic") for seed in (5, 6))
    assert not np.array_equal(one.exchange.alice.bits, other.exchange.alice.bits)
    assert not np.array_equal(one.exchange.bob.bases, other.exchange.bob.bases)
    assert not np.array_equal(one.exchange.eve.tactics, other.exchange.eve.tactics)
    assert not np.array_equal(one.channel.find(Subject.SAMPLE), other.channel.find(Subject.SAMPLE))
    assert one.key.to_bytes()[:100] != other.key.to_bytes()[:100]


def test_switching_eve_on_leaves_everything_else_as_it_was() -> None:
    link = replace(IDEAL_LINK, detector=Detector(efficiency=0.4, dark_count_probability=0.2))
    free = run_session(n_pulses=300_000, seed=2, link=link)
    tapped = run_session(n_pulses=300_000, seed=2, link=link, eavesdropper=InterceptResend())
    assert np.array_equal(free.exchange.slots, tapped.exchange.slots)
    assert np.array_equal(free.exchange.alice.bits, tapped.exchange.alice.bits)
    assert np.array_equal(free.exchange.bob.bases, tapped.exchange.bob.bases)
    assert np.array_equal(free.channel.find(Subject.SAMPLE), tapped.channel.find(Subject.SAMPLE))
    assert free.eve is None


@pytest.mark.parametrize("n_pulses", [300, 40_000, 600_000])
def test_progress_rises_to_one(n_pulses) -> None:
    shares: list[float] = []
    run_session(n_pulses=n_pulses, seed=1, link=IDEAL_LINK, progress=shares.append)
    assert all(0 <= earlier <= later <= 1 for earlier, later in pairwise(shares))
    assert shares[-1] == 1
    assert len(shares) >= 2


@pytest.mark.parametrize("after", [1, 2, 3, 4, 6])
def test_progress_may_cancel_at_any_time(after) -> None:
    calls = []

    def cancel(share: float) -> None:
        calls.append(share)
        if len(calls) == after:
            raise InterruptedError("superseded")

    with pytest.raises(InterruptedError, match="superseded"):
        run_session(n_pulses=40_000, seed=1, link=IDEAL_LINK, progress=cancel)
    assert len(calls) == after
    assert run_session(n_pulses=40_000, seed=1, link=IDEAL_LINK).accepted


def test_true_qber_counts_all_sifted_bits() -> None:
    result = run_session(**TAPPED)
    alice, bob = result.exchange.alice, result.exchange.bob
    same = alice.bases == bob.bases
    assert result.true_qber == np.mean(alice.bits[same] != bob.bits[same])
    assert result.distillation.n_sifted == np.count_nonzero(same)


def test_what_eve_knows() -> None:
    result = run_session(**TAPPED, security="asymptotic")
    eve, record, alice = result.eve, result.exchange.eve, result.exchange.alice
    same = alice.bases == result.exchange.bob.bases
    tactics, outcomes, bits, bases = (
        x[same] for x in (record.tactics, record.outcomes, alice.bits, alice.bases)
    )
    assert eve.n_sifted == len(bits)
    assert eve.n_attacked == np.count_nonzero(tactics != PASS)
    certain = tactics == bases + 1
    assert eve.n_certain == np.count_nonzero(certain)
    assert np.array_equal(outcomes[certain], bits[certain])
    assert len(eve.key_guess) == result.key_length
    assert eve.key_guess != result.key
    assert eve.true_key_guess_rate == np.mean(eve.key_guess.bits == result.key.bits)
    assert "array" not in repr(eve)


def test_an_eve_who_knows_everything_guesses_the_key() -> None:
    # her guesses go through the same sample and hash as Alice's bits: with perfect guesses the key is hers
    result = run_session(**TAPPED, security="asymptotic")
    alice = result.exchange.alice
    all_seen = EveRecord(tactics=np.ones(len(alice)), outcomes=alice.bits)
    perfect = score_eve(
        replace(result.exchange, eve=all_seen),
        result.distillation,
        result.channel,
        eve_readings(BB84, (KeepPhoton(),), 0.0),
        np.random.default_rng(1),
    )
    assert perfect.true_guess_rate == perfect.true_key_guess_rate == 1.0
    assert perfect.n_certain == perfect.n_sifted
    assert perfect.key_guess == result.key


def test_the_key_is_the_hash_of_alices_undisclosed_bits() -> None:
    result = run_session(n_pulses=40_000, seed=6, link=Link(detector=Detector(efficiency=0.9)))
    kept, sample = result.channel.find(Subject.KEPT), result.channel.find(Subject.SAMPLE)
    seed = result.channel.find(Subject.AMPLIFICATION_SEED)
    bits = result.exchange.alice.bits[kept][~sample]
    hashed = toeplitz_hash(bits, seed)
    assert result.key == SecretKey(hashed[SESSION_BITS:])  # the first bits pay for authentication


def test_reprs_show_no_bits() -> None:
    result = run_session(**TAPPED, security="asymptotic")
    for thing in (
        result,
        result.exchange,
        result.exchange.alice,
        result.exchange.bob,
        result.eve,
        result.key,
    ):
        assert "array" not in repr(thing)
        assert "0, 1" not in repr(thing)
    assert "array" not in repr(result.distillation)


@pytest.mark.parametrize("name", ["modified (4)", "modified (8)"])
def test_another_cascade_leaves_more_key(name) -> None:
    facts = {"n_pulses": 400_000, "link": replace(IDEAL_LINK, misalignment_error=0.03), "seed": 2}
    usual, better = (run_session(**facts, cascade=cascade) for cascade in ("original", name))
    assert usual.key == usual.bob_key
    assert better.key == better.bob_key
    assert better.key_length > 1.03 * usual.key_length
    assert f"by Cascade, {name}" in better.report()
    assert SessionSettings.from_json(better.settings.to_json()) == better.settings


def test_where_eve_let_a_pulse_pass_she_tosses_a_coin() -> None:
    # of a key of zeros she guesses half; would catch: what her record has there, 0, taken for a guess, or a
    # score that looks at Alice's bits
    result = run_session(**TAPPED, security="asymptotic")
    n = len(result.exchange.slots)
    zeros = replace(result.exchange.alice, bits=np.zeros(n, dtype=np.uint8))
    nothing = EveRecord(tactics=np.full(n, PASS), outcomes=np.zeros(n, dtype=np.uint8))
    score = score_eve(
        replace(result.exchange, alice=zeros, eve=nothing),
        result.distillation,
        result.channel,
        eve_readings(BB84, (KeepPhoton(),), 0.0),
        np.random.default_rng(1),
    )
    assert score.n_attacked == score.n_certain == 0
    assert_share(round(score.true_guess_rate * score.n_sifted), score.n_sifted, 0.5)


def test_what_everybody_heard_of_single_bits() -> None:
    # would catch: blocks of two bits, places of a later pass that are not put back by its shuffle
    channel, order = PublicChannel(), np.random.default_rng(7).permutation(10)
    channel.say(Party.BOB, Subject.QUESTION, np.array([[0, 0, 0], [3, 5, 8], [4, 7, 9]]))
    channel.say(Party.ALICE, Subject.PARITY, np.array([1, 1, 0], dtype=np.uint8))
    channel.say(Party.ALICE, Subject.PERMUTATION, np.int64(7))
    channel.say(Party.BOB, Subject.QUESTION, np.array([[1, 1], [2, 4], [3, 10]]))
    channel.say(Party.ALICE, Subject.PARITY, np.array([1, 1], dtype=np.uint8))
    places, values = told_bits(channel, 10)
    told = dict(zip(places.tolist(), values.tolist(), strict=True))
    assert told == {3: 1, 8: 0, int(order[2]): 1}


def test_without_violation_there_is_no_key() -> None:
    # Eve measures all pairs: S is √2, however many errors are allowed
    facts = {"n_pulses": 40_000, "link": IDEAL_LINK, "seed": 1, "security": "asymptotic", "max_qber": 0.4}
    result = run_session(**facts, protocol="E91", eavesdropper=InterceptResend())
    assert result.distillation.witnesses.chsh.value < 2
    assert result.reason is AbortReason.NO_VIOLATION


def test_no_epsilon_is_claimed_where_bob_is_not_charged() -> None:
    settings = SessionSettings(n_pulses=1_000, seed=1)
    assert settings.epsilon == pytest.approx(2e-10)
    assert replace(settings, security=FiniteSecurity(charge_bob=False)).epsilon is None


def test_defaults_are_safe() -> None:
    # what nobody asked for must not be less than what the documentation says
    settings = SessionSettings(n_pulses=1_000, seed=1)
    assert isinstance(settings.security, FiniteSecurity)
    assert (settings.security.epsilon_secrecy, settings.security.epsilon_correctness) == (1e-10, 1e-10)
    assert settings.security.charge_bob
    assert settings.max_qber == 0.11
    assert settings.shared_bits == 384
    assert settings.sample_fraction == 0.25
