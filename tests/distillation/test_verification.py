"""Verification: the tag's length, what is said, how often different keys pass."""

import numpy as np
import pytest

from qkdlab.distillation.channel import Party, PublicChannel, Subject
from qkdlab.distillation.verification import tag_length, verify
from tests.bounds import assert_share


@pytest.mark.parametrize(
    ("epsilon", "bits"),
    [(0.5, 1), (0.25, 2), (0.3, 2), (0.9, 1), (1e-3, 10), (1e-10, 34), (2.0**-64, 64), (1e-15, 50)],
)
def test_tag_length_is_rounded_up(epsilon, bits) -> None:
    assert tag_length(epsilon) == bits
    assert 2.0**-bits <= epsilon


@pytest.mark.parametrize("epsilon", [0, 1, -1e-10, 2, float("nan"), "1e-10"])
def test_epsilon_is_checked(epsilon) -> None:
    with pytest.raises(ValueError, match=r"^epsilon_correctness must "):
        tag_length(epsilon)


def compare(alice, bob, epsilon: float, rng) -> tuple[bool, PublicChannel]:
    channel = PublicChannel()
    return verify(alice, bob, epsilon_correctness=epsilon, rng=rng, channel=channel), channel


def test_equal_keys_always_pass() -> None:
    rng = np.random.default_rng(1)
    for n in (1, 2, 33, 34, 35, 1000):
        key = rng.integers(0, 2, n, dtype=np.uint8)
        assert compare(key, key.copy(), 1e-10, rng)[0] is True


@pytest.mark.parametrize("places", [[0], [199], [0, 199], [57, 58], list(range(200))], ids=len)
def test_different_keys_pass_as_often_as_the_tag_allows(places) -> None:
    # would catch: a tag one bit short or long, bits of the key that are not hashed, a fixed seed
    rng = np.random.default_rng(2)
    alice = rng.integers(0, 2, 200, dtype=np.uint8)
    bob = alice.copy()
    bob[places] ^= 1
    rounds = 4_000
    passed = sum(compare(alice, bob, 1 / 8, rng)[0] for _ in range(rounds))
    assert_share(passed, rounds, 1 / 8, rules_out=1 / 16)


def test_different_keys_fail_at_the_usual_length() -> None:
    rng = np.random.default_rng(3)
    for _ in range(50):
        alice = rng.integers(0, 2, 500, dtype=np.uint8)
        bob = alice.copy()
        bob[rng.integers(500)] ^= 1
        assert compare(alice, bob, 1e-10, rng)[0] is False


def test_what_is_said() -> None:
    key = np.random.default_rng(4).integers(0, 2, 100, dtype=np.uint8)
    for bob, agreed in ((key, True), (key ^ 1, False)):
        _, channel = compare(key, bob, 1e-10, np.random.default_rng(5))
        assert [(m.sender, m.subject, m.payload.size, m.leaked_bits) for m in channel.messages] == [
            (Party.ALICE, Subject.HASH_SEED, 100 + 34 - 1, 0),
            (Party.ALICE, Subject.TAG, 34, 34),
            (Party.BOB, Subject.AGREED, 1, 0),
        ]
        assert bool(channel.find(Subject.AGREED)) is agreed
