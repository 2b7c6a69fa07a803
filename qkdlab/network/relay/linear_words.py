"""Words of bits that remember what they are: the XOR of which secret words, each multiplied by what.

A relay computes with words: link keys, a secret, shares of it. Each is a linear combination over GF(256) of
words that were drawn independently, such as S ⊕ K(A–B), and carries its bits along. The combinations say what
a node can work out from the words it holds; the bits are those of the run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import xor

import numpy as np

from ...values import Bits, HoldsArrays, SecretKey, as_bits, check_count, frozen
from .gf256 import Elements, multiply


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class Word(HoldsArrays):
    """Bits, and the combination of independent words that they are.

    Parameters
    ----------
    terms
        The factor, 1 … 255, of each independent word by its name; none for the word of zeros.
    bits
        uint8, shape (n,). ``repr`` shows their number alone.

    Examples
    --------
    >>> secret, pad = Word.independent("S", SecretKey([1, 0])), Word.independent("K", SecretKey([1, 1]))
    >>> secret ^ pad, (secret ^ pad).bits.tolist(), (secret ^ pad) ^ pad
    (Word(S ⊕ K, 2 bits), [0, 1], Word(S, 2 bits))
    """

    terms: Mapping[str, int]
    bits: Bits

    def __post_init__(self) -> None:
        terms = {
            name: check_count("terms", factor, minimum=1, maximum=255) for name, factor in self.terms.items()
        }
        object.__setattr__(self, "terms", terms)
        object.__setattr__(self, "bits", as_bits("bits", self.bits))

    @classmethod
    def independent(cls, name: str, key: SecretKey) -> Word:
        """Return a word of its own, uniformly random to all who have not seen it."""
        return _made({name: 1}, key.bits)

    def __len__(self) -> int:
        return len(self.bits)

    def __repr__(self) -> str:
        return f"Word({self.expression}, {len(self)} bits)"

    def __xor__(self, other: Word) -> Word:
        if len(self) != len(other):
            raise ValueError(f"words must have {len(self)} bits to be XORed, got {len(other)}")
        terms = dict(self.terms)
        for name, factor in other.terms.items():
            terms[name] = terms.get(name, 0) ^ factor
        terms = {name: factor for name, factor in terms.items() if factor}
        return _made(terms, self.bits ^ other.bits)

    def times(self, factor: int) -> Word:
        """Return the word times an element of GF(256), byte by byte, first bit first.

        Raises
        ------
        ValueError
            If the factor is not 0 … 255; or if it is above 1 and the word is not whole bytes.
        """
        check_count("factor", factor, maximum=255)
        if factor == 0:
            return _made({}, np.zeros_like(self.bits))
        if factor == 1:
            return self
        if len(self) % 8:
            raise ValueError(f"word must have a multiple of 8 bits to be multiplied, got {len(self)}")
        terms = {name: multiply(factor, own).item() for name, own in self.terms.items()}
        return _made(terms, np.unpackbits(multiply(factor, np.packbits(self.bits))))

    def with_bits(self, bits: Bits) -> Word:
        """Return what should be the same word, with these bits."""
        return Word(terms=self.terms, bits=bits)

    def is_same(self, other: Word) -> bool:
        """Whether both are the same combination, and have the same bits."""
        return self is other or (self.terms == other.terms and self.bits.tobytes() == other.bits.tobytes())

    @property
    def expression(self) -> str:
        """The combination as text: factors other than 1 in hexadecimal, as in ``S ⊕ 02·R1``."""
        parts = (name if factor == 1 else f"{factor:02x}·{name}" for name, factor in self.terms.items())
        return " ⊕ ".join(parts) or "0"

    @property
    def key(self) -> SecretKey:
        """The bits as a key."""
        return SecretKey(self.bits)


def _made(terms: Mapping[str, int], bits: Bits) -> Word:
    """Return a word without the checks of a new one, which what is computed from words does not need."""
    word = object.__new__(Word)
    object.__setattr__(word, "terms", terms)
    object.__setattr__(word, "bits", frozen(bits))
    return word


def xor_words(words: Iterable[Word]) -> Word:
    """Return the XOR of one word or more."""
    return reduce(xor, words)


def weighted_sum(words: Iterable[Word], weights: Iterable[int] | Elements) -> Word:
    """Return the XOR of words, each times its weight, an element of GF(256); there is one word or more."""
    return xor_words(word.times(int(weight)) for word, weight in zip(words, weights, strict=True))
