"""What one bit does to the hashes of a key: the tag of verification, and the key itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ....distillation.channel import Subject
from ....distillation.hashing.polynomial import PolynomialHash
from ....session.session import AcceptedSession, SessionResult
from ....values import Bits, check_count
from ..comparison import undisclosed_keys


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class HashStory:
    """The hashes of Alice's corrected key, and of the same key with one bit changed.

    Parameters
    ----------
    n_bits
        Length of the corrected key.
    tag, flipped_tag
        The verification hash of either, as hexadecimal digits.
    tag_bits
        Its length.
    key, flipped_key
        The final key of either, uint8; None if the session made no key.
    """

    n_bits: int
    tag: str
    flipped_tag: str
    tag_bits: int
    key: Bits | None
    flipped_key: Bits | None

    @property
    def key_length(self) -> int:
        """Length of the final key, 0 without one."""
        return 0 if self.key is None else len(self.key)

    @property
    def n_changed(self) -> int:
        """How many bits of the final key the one bit changes."""
        if self.key is None or self.flipped_key is None:
            return 0
        return int(np.count_nonzero(self.key != self.flipped_key))


def hash_story(result: SessionResult, bit: int) -> HashStory | None:
    """Return what the hashes make of a bit of the corrected key; None if no key came to be hashed.

    `bit` counts from 1; ``ValueError`` says so if there is no such bit.
    """
    keys = undisclosed_keys(result)
    if not keys or not result.distillation.correction:
        return None
    alice = keys[0]
    place = check_count("bit", bit, minimum=1, maximum=len(alice)) - 1
    flipped = np.array(alice)
    flipped[place] ^= 1
    point = result.channel.find(Subject.HASH_SEED)
    hashed = PolynomialHash(point)
    tags = [_digits(hashed(bits)) for bits in (alice, flipped)]
    key = other = None
    if isinstance(result, AcceptedSession):
        key = result.key.bits
        seed = result.channel.find(Subject.AMPLIFICATION_SEED)
        # hashing is linear: one bit of the input adds its column of the Toeplitz matrix to the key
        column = seed[len(alice) - 1 - place :][: len(seed) - len(alice) + 1]
        other = key ^ column[len(column) - len(key) :]
    return HashStory(
        n_bits=len(alice),
        tag=tags[0],
        flipped_tag=tags[1],
        tag_bits=len(point),
        key=key,
        flipped_key=other,
    )


def _digits(bits: Bits) -> str:
    """Return bits as hexadecimal digits, as many as it takes, the last one filled up by zeros."""
    return np.packbits(bits).tobytes().hex()[: -(-len(bits) // 4)]
