"""The account of the shared key: every bit of it is written down, and it can run dry."""

import numpy as np
import pytest

from qkdlab import KeyExhausted, SecretKey
from qkdlab.distillation.authentication.account import (
    FIRST_SECRET_BITS,
    SESSION_BITS,
    AuthenticationLedger,
    Entry,
)
from qkdlab.distillation.authentication.tags import forging_probability, transcript
from qkdlab.distillation.channel import Party, PublicChannel, Subject
from tests.refusals import expect_refusal


def account(n_bits: int, seed: int = 1) -> AuthenticationLedger:
    return AuthenticationLedger.draw(n_bits, np.random.default_rng(seed))


def said(word: int) -> tuple:
    channel = PublicChannel()
    channel.say(Party.ALICE, Subject.SENT, word)
    return channel.messages


def test_lines_add_up_to_what_is_left() -> None:
    ledger = account(1000)
    for _ in range(3):
        assert ledger.authenticate(said(1), said(1)).agreed
    paid = SecretKey(np.ones(80, dtype=np.uint8))
    ledger.pay_back(paid, paid, epsilon=1e-10)
    assert [entry.change for entry in ledger.entries] == [1000, -128, -256, -256, -256, 80]
    total = 0
    for entry in ledger.entries:
        total += entry.change
        assert entry.balance == total
    assert ledger.bits_left == total == 184


def test_it_runs_dry_and_uses_nothing_then() -> None:
    ledger = account(FIRST_SECRET_BITS - 8)
    with expect_refusal("384 secret bits are needed, 376 are left", KeyExhausted):
        ledger.authenticate(said(1), said(1))
    assert ledger.entries == (Entry("shared beforehand", 376, 376),)
    paid = SecretKey(np.zeros(8, dtype=np.uint8))
    ledger.pay_back(paid, paid, epsilon=1e-10)
    assert ledger.authenticate(said(1), said(1)).bits_left == 0
    with expect_refusal("256 secret bits are needed, 0 are left", KeyExhausted):
        ledger.authenticate(said(1), said(1))


def test_no_bit_is_used_twice() -> None:
    # tags of one message under fresh pads look unrelated; would catch: pay_back that starts the key anew
    ledger = account(FIRST_SECRET_BITS)
    ledger.authenticate(said(1), said(1))
    fresh = np.random.default_rng(5).integers(0, 2, SESSION_BITS, dtype=np.uint8)
    ledger.pay_back(SecretKey(fresh), SecretKey(fresh), epsilon=1e-10)
    assert ledger.bits_left == SESSION_BITS
    assert ledger.authenticate(said(2), said(2)).agreed
    assert ledger.bits_left == 0


def test_what_differs_does_not_agree() -> None:
    ledger = account(10_000)
    for word in range(20):
        assert not ledger.authenticate(said(word), said(word + 1)).agreed
    assert ledger.authenticate(said(1), said(1)).agreed
    assert repr(ledger) == f"AuthenticationLedger({10_000 - 128 - 21 * 256} bits left, 23 entries)"


def test_bad_input_is_refused() -> None:
    with expect_refusal("shared must be a SecretKey, got 'secret'"):
        AuthenticationLedger("secret")
    with expect_refusal("n_bits must be at least 0, got -1"):
        account(-1)


def test_doubts_add_up() -> None:
    # two checks a session, and the ε of every key paid in: would catch one check, or 1e-34 for ever
    ledger, rng = account(FIRST_SECRET_BITS), np.random.default_rng(2)
    first = ledger.authenticate(said(1), said(1)).epsilon
    assert first == 2 * forging_probability(len(transcript(said(1))))
    for number in range(1, 4):
        key = SecretKey(rng.integers(0, 2, SESSION_BITS, dtype=np.uint8))
        ledger.pay_back(key, key, epsilon=2e-10)
        found = ledger.authenticate(said(1), said(1))
        assert found.epsilon == pytest.approx(number * 2e-10 + (number + 1) * first, rel=1e-12)
    key = SecretKey(rng.integers(0, 2, SESSION_BITS, dtype=np.uint8))
    ledger.pay_back(key, key, epsilon=None)
    assert ledger.authenticate(said(1), said(1)).epsilon is None


def test_keys_that_differ_are_found_out_by_the_next_tags() -> None:
    # would catch: one party's bits in both accounts
    ledger, rng = account(FIRST_SECRET_BITS), np.random.default_rng(2)
    assert ledger.authenticate(said(1), said(1)).agreed
    bits = rng.integers(0, 2, SESSION_BITS, dtype=np.uint8)
    other = bits.copy()
    other[7] ^= 1
    ledger.pay_back(SecretKey(bits), SecretKey(other), epsilon=1e-10)
    assert not ledger.authenticate(said(1), said(1)).agreed


def test_bits_are_paid_in_once() -> None:
    ledger, key = account(FIRST_SECRET_BITS), SecretKey(np.ones(16, dtype=np.uint8))
    ledger.pay_back(key, key, epsilon=1e-10)
    with expect_refusal("alice_key must be new to the account, got bits that were paid in before"):
        ledger.pay_back(key, key, epsilon=1e-10)


def test_each_checks_with_its_own_transcript() -> None:
    # would catch: a party that checks a tag with what the other saw, which agrees whatever was changed
    for alice, bob in ((said(1), said(2)), (said(1), ()), ((), said(1))):
        found = account(1000).authenticate(alice, bob)
        assert (found.alice_agreed, found.bob_agreed) == (False, False)
