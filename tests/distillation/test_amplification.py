"""Privacy amplification: a fresh seed of the right length, the same hash for both."""

from itertools import product

import numpy as np
import pytest

from qkdlab import SecretKey
from qkdlab.distillation.amplification import (
    amplify,
    amplify_both,
    announce_amplification,
    leftover_bits,
    leftover_distance,
)
from qkdlab.distillation.channel import Party, PublicChannel, Subject
from qkdlab.distillation.hashing.toeplitz import toeplitz_hash
from tests.bounds import assert_share


def test_seed_and_key() -> None:
    channel, rng = PublicChannel(), np.random.default_rng(1)
    seed = announce_amplification(100, 30, rng, channel)
    assert seed.shape == (129,)
    message = channel.messages[0]
    assert (message.sender, message.subject, message.leaked_bits) == (
        Party.ALICE,
        Subject.AMPLIFICATION_SEED,
        0,
    )
    bits = rng.integers(0, 2, 100, dtype=np.uint8)
    key = amplify(bits, seed)
    assert isinstance(key, SecretKey)
    assert len(key) == 30
    assert key == SecretKey(toeplitz_hash(bits, seed)) == amplify(bits.copy(), seed)
    assert not np.array_equal(announce_amplification(100, 30, rng, channel), seed)


def test_one_wrong_bit_changes_half_of_the_key() -> None:
    channel, rng = PublicChannel(), np.random.default_rng(2)
    bits = rng.integers(0, 2, 4_000, dtype=np.uint8)
    other = bits.copy()
    other[1234] ^= 1
    seed = announce_amplification(4_000, 2_000, rng, channel)
    differ = np.count_nonzero(amplify(bits, seed).bits != amplify(other, seed).bits)
    assert_share(differ, 2_000, 0.5)


def test_each_party_has_the_key_of_its_own_bits_and_seed() -> None:
    # would catch: Alice's key given to a Bob who kept an error, or heard another seed
    rng = np.random.default_rng(3)
    bits, seed = rng.integers(0, 2, 100, dtype=np.uint8), rng.integers(0, 2, 129, dtype=np.uint8)
    wrong, other = bits.copy(), seed.copy()
    wrong[7] ^= 1
    other[7] ^= 1
    for bob, heard in ((bits.copy(), seed.copy()), (wrong, seed), (bits, other), (wrong, other)):
        keys = amplify_both(bits, bob, said_seed=seed, heard_seed=heard)
        assert keys == (amplify(bits, seed), amplify(bob, heard))


@pytest.mark.parametrize("length", [1, 2, 3, 4, 5])
def test_no_hash_is_further_from_random_bits_than_the_lemma_says(length: int) -> None:
    """All seeds, all keys: three of five bits are unknown to Eve."""
    keys = np.array([(0, *open_bits, 1) for open_bits in product((0, 1), repeat=3)], dtype=np.uint8)
    distances = []
    for seed in product((0, 1), repeat=5 + length - 1):
        hashed = [tuple(toeplitz_hash(key, np.array(seed, dtype=np.uint8)).tolist()) for key in keys]
        shares = np.array([hashed.count(one) / 8 for one in set(hashed)])
        even = 0.5**length
        distances.append((abs(shares - even).sum() + (2**length - len(shares)) * even) / 2)
    assert np.mean(distances) <= leftover_distance(3, length)
    assert min(distances) >= 1 - 2.0 ** (3 - length)


def test_a_hash_as_short_as_the_lemma_asks_has_its_distance() -> None:
    # 64.44 bits for 10⁻¹⁰
    assert leftover_distance(1000, 1000 - 65) < 1e-10 < leftover_distance(1000, 1000 - 64)
    assert leftover_bits(leftover_distance(1000, 900)) == pytest.approx(100)
    assert leftover_distance(0, 10**6) == 1
