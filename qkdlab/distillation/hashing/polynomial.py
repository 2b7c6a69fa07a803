"""Hashing by a polynomial over GF(2ᵇ): a short seed, and few collisions whatever the message.

The message is cut into d words of b bits, m₁ … m_d, the coefficients of a polynomial that is evaluated at
the point a: H_a = m₁ aᵈ + … + m_d a. Two messages of equal length differ by a polynomial of degree d at
most, which has at most d roots: they collide with probability d / 2ᵇ at most over a random point (den Boer,
J. Comput. Secur. 2, 65 (1993); Taylor, CRYPTO '93). With b = 128 and the field of NIST SP 800-38D it is
GHASH. Verification and authentication both use it; the key itself is hashed with Toeplitz matrices, which
are 2-universal.

A word's first bit is the coefficient of x⁰, as in GHASH.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ...values import Bits, as_bits, as_index, check_count, read_only

Words = NDArray[np.uint64]
"""Words of the field, shape (d, ⌈b / 64⌉): the bits from the left, filled up with zeros."""


_SQUARINGS = 4
"""From one level of words to the next: 2⁴ neighbours are joined."""

_CHUNK = (1 << 16) - 1
"""Words that are joined with what came before: as many as a processor's cache holds, and four levels."""

_BLOCK = 512
"""Words that are multiplied at once: so are their products by bytes."""


@cache
def field_polynomial(degree: int) -> int:
    """Return the irreducible polynomial that makes GF(2ᵇ): of degree b, and as a number the smallest.

    Bit k of the number is the coefficient of xᵏ. Found with Rabin's test (SIAM J. Comput. 9, 273 (1980)): f
    is irreducible if x^(2ᵇ) = x mod f, and x^(2^(b/p)) - x has no factor in common with f for any prime p |
    b.

    >>> field_polynomial(8) == 0b1_0001_1011, field_polynomial(128) == 1 << 128 | 0x87
    (True, True)
    """
    check_count("degree", degree, minimum=1)
    exponents = {degree // p for p in range(2, degree + 1) if degree % p == 0 and _is_prime(p)}

    def irreducible(modulus: int) -> bool:
        power = _remainder(2, modulus)
        for squarings in range(1, degree + 1):
            power = _remainder(_carryless_square(power), modulus)
            if squarings in exponents and _greatest_divisor(power ^ 2, modulus) != 1:
                return False
        return power == _remainder(2, modulus)

    numbers: Iterable[int] = range(1 << degree, 2 << degree)
    if degree > 1:  # x divides the even ones, and x + 1 those of evenly many terms
        numbers = (number for number in numbers if number & 1 and number.bit_count() & 1)
    return next(number for number in numbers if irreducible(number))


def _is_prime(number: int) -> bool:
    return all(number % p for p in range(2, int(number**0.5) + 1))


def _carryless_square(number: int) -> int:
    return int(f"{number:b}".replace("0", "00").replace("1", "01"), 2)


def _remainder(number: int, modulus: int) -> int:
    while (surplus := number.bit_length() - modulus.bit_length()) >= 0:
        number ^= modulus << surplus
    return number


def _greatest_divisor(a: int, b: int) -> int:
    while b:
        a, b = b, _remainder(a, b)
    return a


class PolynomialHash:
    """H_a at one point a, for messages of any length. Threads may share one.

    Parameters
    ----------
    point
        The point, shape (b,), first the coefficient of x⁰.

    Examples
    --------
    >>> PolynomialHash([0, 1, 0, 0, 0, 0, 0, 0])([1, 0, 0, 0, 0, 0, 0, 0]).tolist()  # at x, of the one word 1
    [0, 1, 0, 0, 0, 0, 0, 0]
    """

    def __init__(self, point: Bits) -> None:
        bits = as_bits("point", point)
        self.degree = check_count("degree", len(bits), minimum=1)
        self._point = _number(bits)
        self._levels: tuple[tuple[int, Words], ...] = ()  # a^(16^level), and its multiples

    def __call__(self, bits: Bits) -> Bits:
        """Return the hash of `bits`, shape (n,): shape (b,). The last word is filled up with zeros."""
        message = as_bits("bits", bits)
        padded = np.zeros(-(-len(message) // self.degree) * self.degree, dtype=np.uint8)
        padded[: len(message)] = message
        return self.evaluate(np.packbits(padded.reshape(-1, self.degree), axis=1))

    def evaluate(self, *parts: NDArray[np.uint8]) -> Bits:
        """Return the hash of d words given as bytes, in parts of shape (d', ⌈b / 8⌉): shape (b,).

        Sixteen neighbours are joined by Horner's rule, (m a + m') a + …, then sixteen of what came of them
        with a¹⁶, and so on: a whole column of words is multiplied by one and the same element, of which a
        table is made once.
        """
        width = -(-self.degree // 64)
        total = np.zeros((1, width), dtype=np.uint64)
        for part in (
            words[start : start + _CHUNK] for words in parts for start in range(0, len(words), _CHUNK)
        ):
            filled = np.zeros((1 + len(part), 8 * width), dtype=np.uint8)
            filled[0], filled[1:, : part.shape[1]] = total.view(np.uint8), part
            total = self._join(filled.view(np.uint64))
        total = self._times(0, total)
        return read_only(np.unpackbits(total.reshape(-1).view(np.uint8))[: self.degree])

    def _join(self, state: Words) -> Words:
        """Return m₁ a^(d-1) + … + m_d, shape (1, ⌈b / 64⌉)."""
        level = 0
        while len(state) > 1:
            n_joined = min(len(state), 1 << _SQUARINGS)
            zeros = np.zeros((-len(state) % n_joined, state.shape[1]), dtype=np.uint64)
            columns = np.concatenate([zeros, state]).reshape(-1, n_joined, state.shape[1])
            state = columns[:, 0]  # first words of 0 change nothing
            for place in range(1, n_joined):
                state = self._times(level, state) ^ columns[:, place]
            level += 1
        return state

    def _times(self, level: int, words: Words) -> Words:
        """Return words times a^(16^level)."""
        levels = self._levels  # a thread goes on with what it saw: another may replace it meanwhile
        while level >= len(levels):
            power = self._raised(levels[-1][0]) if levels else self._point
            levels = self._levels = (*levels, (power, self._multiples(power)))
        multiples = levels[level][1]
        firsts = np.arange(0, len(multiples), 256)[:, None]
        columns = np.ascontiguousarray(words).view(np.uint8)[:, : len(firsts)].T
        product = np.empty_like(words)
        for start in range(0, len(words), _BLOCK):
            stop = start + _BLOCK
            products = multiples.take(as_index(firsts + columns[:, start:stop]), axis=0)
            np.bitwise_xor.reduce(products, axis=0, out=product[start:stop])
        return product

    def _multiples(self, element: int) -> Words:
        """Return the products with each value of each byte of a word, shape (256 n_bytes, ⌈b / 64⌉)."""
        b, n_bytes, width = self.degree, -(-self.degree // 8), -(-self.degree // 64) * 64
        reduction, word, rows = _mirrored(field_polynomial(b) ^ 1 << b, b), _mirrored(element, b), []
        for _ in range(8 * n_bytes):
            rows.append((word << width - b).to_bytes(width // 8))
            word = word >> 1 ^ (reduction if word & 1 else 0)
        powers = np.frombuffer(b"".join(rows), dtype=np.uint64).reshape(n_bytes, 8, -1)
        table = np.zeros((n_bytes, 256, width // 64), dtype=np.uint64)
        for bit in range(8):
            table[:, 1 << bit : 2 << bit] = table[:, : 1 << bit] ^ powers[:, 7 - bit, None]
        return table.reshape(256 * n_bytes, -1)

    def _raised(self, element: int) -> int:
        """Return the 16th power of an element."""
        for _ in range(_SQUARINGS):
            element = _remainder(_carryless_square(element), field_polynomial(self.degree))
        return element


def _number(bits: Bits) -> int:
    """Return a word as a number whose bit k is the coefficient of xᵏ."""
    return int("".join(map(str, bits[::-1].tolist())), 2)


def _mirrored(element: int, degree: int) -> int:
    """Return an element as a number of b bits whose first is the coefficient of x⁰."""
    return int(f"{element:0{degree}b}"[::-1], 2)
