"""ML-KEM-768 in Python (FIPS 203), for where nothing better is to be had.

Its time depends on secrets: it is for showing, not for protecting.
"""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha3_256, sha3_512, shake_128, shake_256
from typing import Final

Q, N, K = 3329, 256, 3
"""The modulus, the coefficients of a polynomial, and the polynomials of a vector (FIPS 203, 2.3 and 8)."""
DU, DV = 10, 4
"""Bits that a coefficient of u and of v is compressed to (FIPS 203, table 2)."""
SEED_BYTES, PUBLIC_BYTES, CIPHERTEXT_BYTES = 64, 1184, 1088
"""The lengths of d ‖ z, of a public key and of a ciphertext (FIPS 203, table 3, has the last two)."""

Polynomial = list[int]
Vector = list[Polynomial]

ROOTS: Final = [pow(17, int(f"{i:07b}"[::-1], 2), Q) for i in range(128)]
"""17 to the power of i with its seven bits reversed (FIPS 203, appendix A)."""
ODD_ROOTS: Final = [pow(17, 2 * int(f"{i:07b}"[::-1], 2) + 1, Q) for i in range(128)]
"""17 to the power of twice that and one, by which products are reduced (FIPS 203, appendix A)."""
SMALL: Final = [((i & 3).bit_count() - (i >> 2).bit_count()) % Q for i in range(16)]
"""What four random bits stand for: those set of the first two, less those of the last two."""


def _transformed(polynomial: Polynomial) -> Polynomial:
    """Return the NTT (algorithm 9)."""
    f, i, length = list(polynomial), 1, 128
    while length >= 2:
        for start in range(0, N, 2 * length):
            root = ROOTS[i]
            i += 1
            for j in range(start, start + length):
                t = root * f[j + length] % Q
                f[j], f[j + length] = (f[j] + t) % Q, (f[j] - t) % Q
        length //= 2
    return f


def _transformed_back(polynomial: Polynomial) -> Polynomial:
    """Return the inverse of the NTT (algorithm 10)."""
    f, i, length = list(polynomial), 127, 2
    while length <= 128:
        for start in range(0, N, 2 * length):
            root = ROOTS[i]
            i -= 1
            for j in range(start, start + length):
                t = f[j]
                f[j], f[j + length] = (t + f[j + length]) % Q, root * (f[j + length] - t) % Q
        length *= 2
    return [value * 3303 % Q for value in f]


def _product(one: Vector, other: Vector) -> Polynomial:
    """Return the sum of the products of two vectors of transformed polynomials (algorithms 11 and 12)."""
    total = [0] * N
    for f, g in zip(one, other, strict=True):
        for i, root in enumerate(ODD_ROOTS):
            a, b, c, d = f[2 * i], f[2 * i + 1], g[2 * i], g[2 * i + 1]
            total[2 * i] += a * c + b * d % Q * root
            total[2 * i + 1] += a * d + b * c
    return [value % Q for value in total]


def _sum(one: Polynomial, other: Polynomial) -> Polynomial:
    return [(a + b) % Q for a, b in zip(one, other, strict=True)]


def _encoded(polynomial: Polynomial, bits: int) -> bytes:
    """Return the coefficients as bytes, `bits` each (algorithm 5)."""
    return sum(value << bits * i for i, value in enumerate(polynomial)).to_bytes(32 * bits, "little")


def _decoded(told: bytes, bits: int) -> list[Polynomial]:
    """Return the polynomials in bytes, `bits` for each coefficient (algorithm 6)."""
    whole, mask = int.from_bytes(told, "little"), (1 << bits) - 1
    values = [whole >> bits * i & mask for i in range(8 * len(told) // bits)]
    return [values[i : i + N] for i in range(0, len(values), N)]


def _compressed(polynomial: Polynomial, bits: int) -> Polynomial:
    """Return the coefficients times 2^bits / Q, rounded, a half upwards (FIPS 203, 4.2.1)."""
    return [(2 * (value << bits) + Q) // (2 * Q) % (1 << bits) for value in polynomial]


def _expanded(polynomial: Polynomial, bits: int) -> Polynomial:
    """Return the coefficients times Q / 2^bits, rounded, a half upwards (FIPS 203, 4.2.1)."""
    return [(2 * Q * value + (1 << bits)) >> bits + 1 for value in polynomial]


def _uniform(seed: bytes) -> Polynomial:
    """Return a polynomial drawn from a public seed (algorithm 7)."""
    n_bytes = 672
    while True:
        stream = shake_128(seed).digest(n_bytes)
        triples = zip(stream[::3], stream[1::3], stream[2::3], strict=True)
        pairs = ((a | (b & 15) << 8, b >> 4 | c << 4) for a, b, c in triples)
        values = [value for pair in pairs for value in pair if value < Q]
        if len(values) >= N:
            return values[:N]
        n_bytes *= 2


def _noise(seed: bytes, numbers: range) -> Vector:
    """Return small polynomials drawn from a secret seed (algorithm 8, with η = 2)."""
    drawn = (shake_256(seed + bytes([number])).digest(128) for number in numbers)
    return [[SMALL[value] for byte in stream for value in (byte & 15, byte >> 4)] for stream in drawn]


def _matrix(seed: bytes) -> list[Vector]:
    return [[_uniform(seed + bytes([j, i])) for j in range(K)] for i in range(K)]


def _encrypted(public: bytes, message: bytes, coins: bytes) -> bytes:
    """Return a message of 32 bytes under a public key (algorithm 14)."""
    t, matrix = _decoded(public[:-32], 12), _matrix(public[-32:])
    y = [_transformed(one) for one in _noise(coins, range(K))]
    *noise, last = _noise(coins, range(K, 2 * K + 1))
    columns = ([row[i] for row in matrix] for i in range(K))
    u = [
        _sum(_transformed_back(_product(column, y)), one) for column, one in zip(columns, noise, strict=True)
    ]
    (bits,) = _decoded(message, 1)
    v = _sum(_sum(_transformed_back(_product(t, y)), last), _expanded(bits, 1))
    return b"".join(_encoded(_compressed(one, DU), DU) for one in u) + _encoded(_compressed(v, DV), DV)


class MLKEM768PublicKey:
    """What has the methods of the class of this name of the package cryptography."""

    def __init__(self, told: bytes) -> None:
        self._told = told

    @classmethod
    def from_public_bytes(cls, data: bytes) -> MLKEM768PublicKey:
        """Return the key; ``ValueError`` for another length or a coefficient of Q or more (FIPS 203, 7.2)."""
        if len(data) != PUBLIC_BYTES:
            raise ValueError(f"data must have {PUBLIC_BYTES} bytes, got {len(data)}")
        if any(value >= Q for polynomial in _decoded(data[:-32], 12) for value in polynomial):
            raise ValueError("data must be a public key of ML-KEM-768")
        return cls(data)

    def public_bytes_raw(self) -> bytes:
        """Return the key as it is told."""
        return self._told

    def encapsulate(self) -> tuple[bytes, bytes]:
        """Return a new secret of 32 bytes, and the ciphertext that brings it (algorithms 17 and 20)."""
        message = secrets.token_bytes(32)
        drawn = sha3_512(message + sha3_256(self._told).digest()).digest()
        return drawn[:32], _encrypted(self._told, message, drawn[32:])


class MLKEM768PrivateKey:
    """What has the methods of the class of this name of the package cryptography."""

    def __init__(self, seed: bytes) -> None:
        self._rejected = seed[32:]
        drawn = sha3_512(seed[:32] + bytes([K])).digest()
        matrix_seed, noise_seed = drawn[:32], drawn[32:]
        noise = [_transformed(one) for one in _noise(noise_seed, range(2 * K))]
        s, e = noise[:K], noise[K:]
        self._secret = s
        t = [_sum(_product(row, s), one) for row, one in zip(_matrix(matrix_seed), e, strict=True)]
        self._public = b"".join(_encoded(one, 12) for one in t) + matrix_seed

    @classmethod
    def generate(cls) -> MLKEM768PrivateKey:
        """Return a new key (algorithms 16 and 19)."""
        return cls(secrets.token_bytes(SEED_BYTES))

    @classmethod
    def from_seed_bytes(cls, data: bytes) -> MLKEM768PrivateKey:
        """Return the key of a seed d ‖ z (algorithms 13 and 16); ``ValueError`` if it has another length."""
        if len(data) != SEED_BYTES:
            raise ValueError(f"data must have {SEED_BYTES} bytes, got {len(data)}")
        return cls(data)

    def public_key(self) -> MLKEM768PublicKey:
        """Return what others may know."""
        return MLKEM768PublicKey(self._public)

    def decapsulate(self, ciphertext: bytes) -> bytes:
        """Return the secret in a ciphertext; another one, of which nobody knows, if it was changed.

        Algorithms 15, 18 and 21; ``ValueError`` if it has another length (FIPS 203, 7.3).
        """
        if len(ciphertext) != CIPHERTEXT_BYTES:
            raise ValueError(f"ciphertext must have {CIPHERTEXT_BYTES} bytes, got {len(ciphertext)}")
        cut = 32 * DU * K
        u = [_transformed(_expanded(one, DU)) for one in _decoded(ciphertext[:cut], DU)]
        (v,) = _decoded(ciphertext[cut:], DV)
        hidden = _transformed_back(_product(self._secret, u))
        difference = [(a - b) % Q for a, b in zip(_expanded(v, DV), hidden, strict=True)]
        message = _encoded(_compressed(difference, 1), 1)
        drawn = sha3_512(message + sha3_256(self._public).digest()).digest()
        again = _encrypted(self._public, message, drawn[32:])
        if hmac.compare_digest(again, ciphertext):
            return drawn[:32]
        return shake_256(self._rejected + ciphertext).digest(32)
