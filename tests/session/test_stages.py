"""The ledger of sessions and of the key they share."""

import re
from dataclasses import replace

import numpy as np
import pytest

from qkdlab import (
    IDEAL_LINK,
    AbortReason,
    InterceptResend,
    Link,
    SecretKey,
    SessionSettings,
    run_man_in_the_middle,
    run_session,
)
from qkdlab.distillation.authentication.account import FIRST_SECRET_BITS, SESSION_BITS, AuthenticationLedger
from qkdlab.distillation.outcome import DistilledKeys, authenticate
from qkdlab.session.stages import Stage
from tests.refusals import expect_refusal

LINE = SessionSettings(n_pulses=60_000, seed=1, link=IDEAL_LINK)


def left_after(result) -> dict[Stage, int]:
    return {entry.stage: entry.left for entry in result.ledger}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"shared_bits": 0},
        {"link": Link(length_km=5), "security": "asymptotic"},
        {"eavesdropper": InterceptResend()},
        {"eavesdropper": InterceptResend(fraction=0.3), "max_qber": 0.4, "security": "asymptotic"},
        {"n_pulses": 100},
        {"n_pulses": 1_200},
        {"n_pulses": 1_200, "security": "asymptotic"},
    ],
    ids=str,
)
def test_all_stages_and_the_key_are_the_pulses_sent(changes) -> None:
    result = run_session(LINE, **changes)
    total = result.settings.n_pulses
    for entry in result.ledger:
        assert entry.taken >= 0
        total -= entry.taken
        assert entry.left == total
    assert total == result.key_length
    steps, left = result.distillation, left_after(result)
    assert left[Stage.NOT_DETECTED] == result.n_detected
    assert left[Stage.NOT_KEPT] == steps.n_sifted
    assert left[Stage.DISCLOSED] == steps.n_sifted - steps.n_disclosed
    assert (Stage.THROWN_AWAY in left) is not result.accepted


def test_the_report_shows_the_ledger() -> None:
    text = run_session(LINE).report()
    table = text[text.index("leaves") :].splitlines()
    for entry in run_session(LINE).ledger:
        row = next(line for line in table if line.startswith(f"  {entry.stage} "))
        assert row.split()[-2:] == [f"{entry.taken:,}", f"{entry.left:,}"]


def test_authentication_is_paid_out_of_the_key() -> None:
    # the same session with and without: would catch bits that are both in the account and in the key
    with_tags, without = run_session(LINE), run_session(LINE, shared_bits=0)
    assert with_tags.key_length == without.key_length - SESSION_BITS
    assert np.array_equal(with_tags.key.bits, without.key.bits[SESSION_BITS:])
    assert with_tags.key == with_tags.bob_key
    assert with_tags.distillation.authentication.bits_used == FIRST_SECRET_BITS
    assert without.distillation.authentication is None
    assert "messages authenticated with 384 bits" in with_tags.report()
    assert "takes for granted that messages are authentic" in without.report()


def test_sessions_that_make_keys_keep_the_account_level() -> None:
    ledger = AuthenticationLedger.draw(FIRST_SECRET_BITS, np.random.default_rng(1))
    for seed in range(4):
        result = run_session(LINE, seed=seed, ledger=ledger)
        assert result.accepted
        assert result.distillation.authentication.bits_left == 0
        assert ledger.bits_left == SESSION_BITS


def test_eve_drains_the_account() -> None:
    # bits for two sessions, which Eve cuts off; then even an honest line is of no use
    ledger = AuthenticationLedger.draw(FIRST_SECRET_BITS + SESSION_BITS, np.random.default_rng(1))
    attacked = replace(LINE, eavesdropper=InterceptResend())
    for seed in range(2):
        result = run_session(attacked, seed=seed, ledger=ledger)
        assert result.reason is AbortReason.QBER_TOO_HIGH
        assert result.distillation.authentication.agreed
    assert ledger.bits_left == 0
    result = run_session(LINE, ledger=ledger)
    assert (result.reason, result.key_length) == (AbortReason.NO_SHARED_KEY, 0)
    assert not hasattr(result, "key")
    assert not hasattr(result.distillation, "alice_key")
    assert "no shared key left" in result.report()
    assert run_session(attacked, ledger=ledger).reason is AbortReason.QBER_TOO_HIGH  # the first reason stays


def test_a_key_that_only_pays_for_its_tags_is_none() -> None:
    ledger = AuthenticationLedger.draw(FIRST_SECRET_BITS, np.random.default_rng(1))
    for n_pulses in range(600, 2_000, 50):
        settings = replace(LINE, n_pulses=n_pulses, security="asymptotic")
        gross = run_session(settings, shared_bits=0).key_length
        if 0 < gross <= SESSION_BITS:
            result = run_session(settings, ledger=ledger)
            assert result.reason is AbortReason.KEY_SPENT
            assert ledger.bits_left == gross // 8 * 8
            assert "\nNO KEY YET: " in result.report()
            return
    raise AssertionError("no session with so short a key was found")


def test_too_few_shared_bits() -> None:
    result = run_session(LINE, shared_bits=FIRST_SECRET_BITS - 1)
    assert result.reason is AbortReason.NO_SHARED_KEY


def test_bad_accounts_are_refused() -> None:
    with expect_refusal("shared_bits must be at least 0, got -1"):
        replace(LINE, shared_bits=-1)
    with expect_refusal("ledger must be an AuthenticationLedger, got SecretKey(1 bits)"):
        run_session(LINE, ledger=SecretKey([1]))


def test_the_report_claims_no_more_than_the_account_can() -> None:
    # would catch: 1e-34 out of keys that are only ε-secret, or of which nothing is claimed
    for security, words in (
        ("finite", "forged with probability 2e-10 at most"),
        ("asymptotic", "no ε is claimed"),
    ):
        ledger = AuthenticationLedger.draw(FIRST_SECRET_BITS, np.random.default_rng(1))
        first = run_session(LINE, security=security, ledger=ledger)
        assert re.search(
            "384 bits of shared key, forged with probability [0-9]e-3[0-9] at most", first.report()
        )
        second = run_session(LINE, security=security, seed=2, ledger=ledger)
        assert f"256 bits of shared key, {words}" in second.report()


def test_reports_of_sessions_that_are_not_authenticated_say_so() -> None:
    tapped = run_session(LINE, eavesdropper=InterceptResend(), shared_bits=100)
    assert tapped.reason is AbortReason.QBER_TOO_HIGH
    assert "messages not authenticated: no shared key left" in tapped.report()
    caught = run_man_in_the_middle(LINE)
    assert "messages not authentic: their tags do not agree" in caught.alice_session.report()
    kinds = {entry.stage for entry in caught.alice_session.ledger if entry.taken}
    assert Stage.THROWN_AWAY in kinds
    assert Stage.AUTHENTICATION not in kinds


def test_a_key_whose_tags_do_not_agree_is_none() -> None:
    # a last message changed on its way: would catch a verdict that does not ask the tags
    result = run_session(LINE, shared_bits=0)
    seen = result.channel.messages
    for his, agreed in ((seen, True), (seen[:-1], False), ((*seen[1:], seen[0]), False)):
        ledger = AuthenticationLedger.draw(FIRST_SECRET_BITS, np.random.default_rng(1))
        outcome = authenticate(result.distillation, seen, his, ledger, epsilon=2e-10)
        assert isinstance(outcome, DistilledKeys) is agreed
        assert outcome.authentication.agreed is agreed
        assert outcome.reason is (None if agreed else AbortReason.AUTHENTICATION_FAILED)
        assert ledger.bits_left == (SESSION_BITS if agreed else 0)
