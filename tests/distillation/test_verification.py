"""Verification: the tag's length, what is said, how often different keys pass."""

import numpy as np
import pytest

from qkdlab.distillation.channel import Party, PublicChannel, Subject
from qkdlab.distillation.hashing.polynomial import PolynomialHash
from qkdlab.distillation.verification import tag_length, verify
from tests.bounds import assert_share

pytestmark = pytest.mark.long


@pytest.mark.parametrize(
    ("n_bits", "epsilon", "bits"),
    [
        (1, 0.5, 1),
        (1, 0.25, 2),
        (1, 0.3, 2),
        (10, 2.0**-10, 10),
        (11, 2.0**-10, 11),  # two words of 10 bits would pass twice as often
        (10**6, 1e-10, 48),  # 20,834 words
        (10**6, 1e-15, 64),  # 15,625 words
        (10**9, 1e-15, 74),
    ],
)
def test_tag_length_is_just_enough(n_bits, epsilon, bits) -> None:
    assert tag_length(n_bits, epsilon) == bits
    assert -(-n_bits // bits) * 2.0**-bits <= epsilon
    assert -(-n_bits // max(1, bits - 1)) * 2.0 ** -(bits - 1) > epsilon


@pytest.mark.parametrize("epsilon", [0, 1, -1e-10, 2, float("nan"), "1e-10"])
def test_epsilon_is_checked(epsilon) -> None:
    with pytest.raises(ValueError, match=r"^epsilon_correctness must "):
        tag_length(100, epsilon)


def compare(alice, bob, epsilon: float, rng) -> tuple[bool, PublicChannel]:
    channel = PublicChannel()
    return verify(alice, bob, epsilon_correctness=epsilon, rng=rng, channel=channel), channel


def test_equal_keys_always_pass() -> None:
    rng = np.random.default_rng(1)
    for n in (1, 2, 33, 34, 35, 1000):
        key = rng.integers(0, 2, n, dtype=np.uint8)
        assert compare(key, key.copy(), 1e-10, rng)[0] is True


@pytest.mark.parametrize("places", [[0], [39], [0, 39], [17, 18], list(range(40))], ids=len)
def test_different_keys_pass_as_often_as_the_points_where_they_collide(places) -> None:
    # would catch: bits of the key that are not hashed, a fixed seed
    rng = np.random.default_rng(2)
    alice = rng.integers(0, 2, 40, dtype=np.uint8)
    bob = alice.copy()
    bob[places] ^= 1
    rounds, n_tag = 4_000, tag_length(40, 0.5)
    points = np.arange(2**n_tag)[:, None] >> np.arange(n_tag) & 1
    colliding = sum(not PolynomialHash(point)(alice ^ bob).any() for point in points)
    assert 0 < colliding <= 2**n_tag / 2  # at the point 0 all keys collide
    passed = sum(compare(alice, bob, 0.5, rng)[0] for _ in range(rounds))
    assert_share(passed, rounds, colliding / 2**n_tag)


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
            (Party.ALICE, Subject.HASH_SEED, 35, 0),
            (Party.ALICE, Subject.TAG, 35, 35),
            (Party.BOB, Subject.AGREED, 1, 0),
        ]
        assert bool(channel.find(Subject.AGREED)) is agreed
