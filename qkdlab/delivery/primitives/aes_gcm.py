"""AES-256-GCM in NumPy (FIPS 197; NIST SP 800-38D), for where nothing better is to be had.

It looks values up in tables by secret bytes, so its time says something of the key: it is for showing, not
for protecting.
"""

from __future__ import annotations

import hmac
from functools import reduce
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Buffer: TypeAlias = bytes | bytearray | memoryview

KEY_BYTES, NONCE_BYTES, TAG_BYTES, BLOCK_BYTES = 32, 12, 16, 16
N_ROUNDS: Final = 14
SHIFTED_ROWS: Final = [0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11]
"""From where each byte of a state comes (FIPS 197, 5.1.2); a state is written column by column."""
REDUCTION: Final = 0xE1 << 120
"""x¹²⁸ = x⁷ + x² + x + 1, the first bit the highest (SP 800-38D, 6.3)."""


class InvalidTag(Exception):
    """Raised when what is to be opened is not what was sealed."""


def _doubled(byte: int) -> int:
    return (byte << 1) ^ (0x11B if byte & 0x80 else 0)


def _s_box() -> list[int]:
    """Return the table of FIPS 197, 5.1.1: the inverse in GF(256), and an affine map."""
    powers = [1]
    while len(powers) < 255:
        powers.append(powers[-1] ^ _doubled(powers[-1]))  # times x + 1, of which all are powers
    inverse = {power: powers[-place % 255] for place, power in enumerate(powers)} | {0: 0}
    turned = ([(inverse[byte] << n | inverse[byte] >> 8 - n) & 0xFF for n in range(5)] for byte in range(256))
    return [reduce(int.__xor__, five, 0x63) for five in turned]


S_BOX: Final = np.array(_s_box(), dtype=np.uint8)
TWICE: Final = np.array([_doubled(byte) for byte in range(256)], dtype=np.uint8)


def _round_keys(key: bytes) -> Bytes:
    """Return the keys of all rounds, shape (15, 16) (FIPS 197, 5.2)."""
    words, constant = [list(key[i : i + 4]) for i in range(0, KEY_BYTES, 4)], 1
    while len(words) < 4 * (N_ROUNDS + 1):
        word = words[-1]
        if len(words) % 8 == 0:
            word = [int(S_BOX[byte]) for byte in (*word[1:], word[0])]
            word[0] ^= constant
            constant = _doubled(constant)
        elif len(words) % 8 == 4:
            word = [int(S_BOX[byte]) for byte in word]
        words.append([one ^ other for one, other in zip(words[-8], word, strict=True)])
    return np.array(words, dtype=np.uint8).reshape(N_ROUNDS + 1, BLOCK_BYTES)


def _ciphered(blocks: Bytes, keys: Bytes) -> Bytes:
    """Return the cipher of blocks, uint8, shape (n, 16), under the keys of all rounds (FIPS 197, 5.1).

    A column is mixed by its sum s: of byte a before byte b becomes a + s + 2 (a + b), as in 5.1.3.
    """
    state: Bytes = blocks ^ keys[0]
    for number, key in enumerate(keys[1:], 1):
        state = S_BOX[state][:, SHIFTED_ROWS]
        if number < N_ROUNDS:
            columns = state.reshape(-1, 4, 4)
            sums = np.bitwise_xor.reduce(columns, axis=2, keepdims=True)
            columns = columns ^ sums ^ TWICE[columns ^ np.roll(columns, -1, axis=2)]
            state = columns.reshape(-1, BLOCK_BYTES)
        state = state ^ key
    return state


def _multiples(factor: int) -> list[list[int]]:
    """Return factor times each value of each byte of a block, in GF(2¹²⁸) (SP 800-38D, 6.3)."""
    shifted = [factor]
    for _ in range(127):
        shifted.append(shifted[-1] >> 1 ^ (REDUCTION if shifted[-1] & 1 else 0))
    tables = []
    for place in range(BLOCK_BYTES):
        table = [0]
        for bit in reversed(shifted[8 * place : 8 * place + 8]):
            table += [known ^ bit for known in table]
        tables.append(table)
    return tables


class AESGCM:
    """What has the methods of ``AESGCM`` of the package cryptography, for keys of 32 bytes.

    Other keys, and nonces of another length than 12 bytes, are refused with ``ValueError``.

    >>> cipher = AESGCM(bytes(32))
    >>> cipher.decrypt(bytes(12), cipher.encrypt(bytes(12), b"well met", b"to Bob"), b"to Bob")
    b'well met'
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"key must have {KEY_BYTES} bytes, got {len(key)}")
        self._keys = _round_keys(key)
        subkey = _ciphered(np.zeros((1, BLOCK_BYTES), dtype=np.uint8), self._keys).tobytes()
        self._multiples = _multiples(int.from_bytes(subkey))

    def encrypt(self, nonce: bytes, data: Buffer, associated_data: Buffer | None) -> bytes:
        """Return data sealed, and its tag of 16 bytes (SP 800-38D, 7.1)."""
        sealed = self._masked(nonce, bytes(data))
        return sealed + self._tag(nonce, sealed, bytes(associated_data or b""))

    def encrypt_into(
        self, nonce: bytes, data: Buffer, associated_data: Buffer | None, buf: memoryview | bytearray
    ) -> int:
        """Write data sealed, and its tag, and return how many bytes that is."""
        sealed = self.encrypt(nonce, data, associated_data)
        buf[: len(sealed)] = sealed
        return len(sealed)

    def decrypt(self, nonce: bytes, data: Buffer, associated_data: Buffer | None) -> bytes:
        """Return what was sealed; `InvalidTag` if it was not, or not with these data beside it (7.2)."""
        whole = bytes(data)
        sealed, tag = whole[:-TAG_BYTES], whole[-TAG_BYTES:]
        if not hmac.compare_digest(tag, self._tag(nonce, sealed, bytes(associated_data or b""))):
            raise InvalidTag
        return self._masked(nonce, sealed)

    def _stream(self, nonce: bytes, first: int, n_blocks: int) -> Bytes:
        """Return the ciphers of the counters from `first` on, in a row of 16 n_blocks bytes (6.5)."""
        if len(nonce) != NONCE_BYTES:
            raise ValueError(f"nonce must have {NONCE_BYTES} bytes, got {len(nonce)}")
        blocks = np.empty((n_blocks, BLOCK_BYTES), dtype=np.uint8)
        blocks[:, :NONCE_BYTES] = np.frombuffer(nonce, dtype=np.uint8)
        counters = np.arange(first, first + n_blocks, dtype=">u4")
        blocks[:, NONCE_BYTES:] = counters.view(np.uint8).reshape(-1, 4)
        return _ciphered(blocks, self._keys).ravel()

    def _masked(self, nonce: bytes, data: bytes) -> bytes:
        """Return data and mask added, from counter 2 on: the mask of counter 1 is the tag's (7.1)."""
        mask = self._stream(nonce, 2, -(-len(data) // BLOCK_BYTES))[: len(data)]
        return (np.frombuffer(data, dtype=np.uint8) ^ mask).tobytes()

    def _tag(self, nonce: bytes, sealed: bytes, beside: bytes) -> bytes:
        """Return GHASH of both and their lengths (SP 800-38D, 6.4), masked."""
        padded = b"".join(part + bytes(-len(part) % BLOCK_BYTES) for part in (beside, sealed))
        whole, total = padded + b"".join((8 * len(part)).to_bytes(8) for part in (beside, sealed)), 0
        for start in range(0, len(whole), BLOCK_BYTES):
            block = total ^ int.from_bytes(whole[start : start + BLOCK_BYTES])
            total = 0
            for table, byte in zip(self._multiples, block.to_bytes(BLOCK_BYTES), strict=True):
                total ^= table[byte]
        mask = int.from_bytes(self._stream(nonce, 1, 1).tobytes())
        return (total ^ mask).to_bytes(TAG_BYTES)
