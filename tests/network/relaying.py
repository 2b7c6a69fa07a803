"""What tests of relays share."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from qkdlab import SecretKey
from qkdlab.distillation.authentication.tags import Authenticator
from qkdlab.network.relay.gf256 import multiply
from qkdlab.network.relay.hops import LinkKey
from qkdlab.network.relay.linear_words import Word
from qkdlab.network.relay.relayed_key import RelayedKey

RING = (("A", "B", "C"), ("A", "D", "C"))
"""Two paths without a common node but the ends."""

THREE = (("A", "B", "Z"), ("A", "C", "D", "Z"), ("A", "E", "F", "G", "Z"))
"""Three of them, of different lengths."""


class Silent(Authenticator):
    """Puts no tag on messages and takes any, where thousands of relays are run: tags tell nothing."""

    def __init__(self) -> None:
        super().__init__(SecretKey(np.zeros(512, dtype=np.uint8)))

    def tag(self, message: bytes) -> bytes:
        return bytes(16)


class Scripted:
    """A generator that hands out the words it is given: what else would be drawn is enumerated."""

    def __init__(self, *words: np.ndarray) -> None:
        self.words = list(words)

    def integers(self, low: int, high: int, size: int, dtype: type) -> np.ndarray:
        word = self.words.pop(0)
        assert (low, high, size) == (0, 2, len(word))
        return word.astype(dtype)


def random_key(n_bits: int, rng: np.random.Generator) -> SecretKey:
    return SecretKey(rng.integers(0, 2, n_bits, dtype=np.uint8))


def keys_along(path: Sequence[str], n_bits: int, rng: np.random.Generator) -> list[LinkKey]:
    """A key for each link; every other one has its ends in the order against the path."""
    ends = [pair if number % 2 else pair[::-1] for number, pair in enumerate(pairwise(path))]
    return [LinkKey.draw(a, b, n_bits, rng, n_tags=2) for a, b in ends]


SILENT = Silent()


def silent_keys(path: Sequence[str], words: Sequence[np.ndarray]) -> list[LinkKey]:
    """Keys of these bits, with authenticators that do nothing."""
    keys = [SecretKey(bits) for bits in words]
    return [
        LinkKey(ends=ends, copies=(key, key), authenticators=(SILENT, SILENT))
        for ends, key in zip(pairwise(path), keys, strict=True)
    ]


def independent_words(relayed: RelayedKey, keys: Sequence[LinkKey]) -> dict[str, np.ndarray]:
    """The bits of all words that were drawn, from where they were: link keys, and what the source drew."""
    drawn = {key.name: key.copies[0].bits for key in keys}
    for word in relayed.views[relayed.source]:
        if len(word.terms) == 1 and set(word.terms.values()) == {1}:
            drawn.setdefault(*word.terms, word.bits)
    return drawn


def evaluated(word: Word, drawn: dict[str, np.ndarray]) -> np.ndarray:
    """What the bits of a word must be by its expression."""
    total = np.zeros(len(word), dtype=np.uint8)
    for name, factor in word.terms.items():
        bits = drawn[name]
        if factor != 1:
            bits = np.unpackbits(multiply(factor, np.packbits(bits)))
        total = total ^ bits
    return total
