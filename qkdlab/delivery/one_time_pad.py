"""Encryption with keys from QKD: the one-time pad."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import KeyExhausted
from ..values import SecretKey, as_bits, check_instance, read_only


def one_time_pad(message: ArrayLike, key: SecretKey) -> NDArray[np.uint8]:
    """Return `message` XOR the first bits of `key`; the same call encrypts and decrypts.

    The pad is perfectly secret if the key is uniformly random, unknown to everybody else, as long
    as the message and used only once (Shannon, Bell Syst. Tech. J. 28, 656 (1949)). With a key from
    QKD it is as secret as the key is. It does not protect against changes of the ciphertext.

    Parameters
    ----------
    message
        Bits, any shape, 0/1.
    key
        At least as many secret bits. Never use them for a second message.

    Returns
    -------
    uint8 array of the message's shape, read-only.

    Raises
    ------
    KeyExhausted
        If the key is shorter than the message.

    Examples
    --------
    >>> one_time_pad([1, 1, 0], SecretKey([1, 0, 0, 1])).tolist()
    [0, 1, 0]
    """
    check_instance("key", key, SecretKey)
    array = np.asarray(message)
    bits = as_bits("message", array.ravel())
    if len(bits) > len(key):
        raise KeyExhausted(f"key must have at least {len(bits)} bits, got {len(key)}")
    return read_only((bits ^ key.bits[: len(bits)]).reshape(array.shape))
