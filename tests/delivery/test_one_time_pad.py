"""The one-time pad."""

import numpy as np
import pytest

from qkdlab import KeyExhausted, SecretKey
from qkdlab.delivery import one_time_pad


def random_key(n: int, seed: int = 1) -> SecretKey:
    return SecretKey(np.random.default_rng(seed).integers(0, 2, n))


def test_the_same_call_decrypts_and_keeps_the_shape() -> None:
    message = np.random.default_rng(2).integers(0, 2, (5, 7))
    key = random_key(40)
    sent = one_time_pad(message, key)
    assert sent.shape == (5, 7)
    assert not np.array_equal(sent, message)
    assert np.array_equal(one_time_pad(sent, key), message)


def test_it_is_xor_with_the_first_bits_of_the_key() -> None:
    assert one_time_pad([0, 0, 1, 1], SecretKey([0, 1, 0, 1, 1])).tolist() == [0, 1, 1, 0]


def test_a_key_that_is_too_short_is_refused() -> None:
    with pytest.raises(KeyExhausted, match="key must have at least 9 bits, got 8"):
        one_time_pad(np.zeros((3, 3), dtype=int), random_key(8))


def test_a_message_of_other_values_is_refused() -> None:
    with pytest.raises(ValueError, match=r"message\[2\] must be 0 … 1, got 2"):
        one_time_pad([0, 1, 2], random_key(8))


def test_the_ciphertext_is_read_only() -> None:
    with pytest.raises(ValueError, match="read-only"):
        one_time_pad([1], random_key(8))[0] = 0
