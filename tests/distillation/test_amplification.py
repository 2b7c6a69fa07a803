"""Privacy amplification: a fresh seed of the right length, the same hash for both."""

import numpy as np

from qkdlab import SecretKey
from qkdlab.distillation.amplification import amplify, announce_amplification
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
