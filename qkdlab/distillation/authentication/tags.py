"""Authentication of the public channel after Wegman and Carter: a secret hash, hidden by a one-time pad.

The tag of a message is h(message) XOR pad (Wegman and Carter, J. Comput. Syst. Sci. 22, 265 (1981)). h is
GHASH (NIST SP 800-38D), the polynomial hash over GF(2¹²⁸) of the message and its length, at a secret
point. Each pad is used once; if it is perfectly secret, tags tell nothing of the point, which serves for
all of them. Nothing here rests on the difficulty of a computation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hmac import compare_digest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import KeyExhausted, MessageLost
from ...values import SecretKey, check_count
from ..channel import Message, Party
from ..hashing.polynomial import PolynomialHash

BLOCK_BYTES = 16
"""Bytes of a block, of the secret point, and of a tag."""

TAG_BITS = 8 * BLOCK_BYTES
"""Secret bits that each tag uses up."""


class Ghash:
    """GHASH at one secret point, of messages with no additional data: 16 bytes.

    A party hashes the same transcript twice: it remembers the last one.

    Parameters
    ----------
    key
        The secret point, 16 bytes; ``ValueError`` if it has another length.

    Examples
    --------
    >>> Ghash(bytes.fromhex("66e94bd4ef8a2c3b884cfa59ca342b2e"))(b"").hex()
    '00000000000000000000000000000000'
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != BLOCK_BYTES:
            raise ValueError(f"key must have {BLOCK_BYTES} bytes, got {len(key)}")
        self._polynomial = PolynomialHash(np.unpackbits(np.frombuffer(key, dtype=np.uint8)))
        self._last: tuple[bytes | None, bytes] = (None, b"")

    def __call__(self, message: bytes) -> bytes:
        last = self._last  # read and replaced as one, so that threads may share it
        if last[0] != message:
            n_whole = len(message) // BLOCK_BYTES * BLOCK_BYTES  # hashed where they are
            end = message[n_whole:] + bytes(-len(message) % BLOCK_BYTES)
            end = end + (8 * len(message)).to_bytes(BLOCK_BYTES)
            parts = (np.frombuffer(part, dtype=np.uint8) for part in (memoryview(message)[:n_whole], end))
            blocks = [part.reshape(-1, BLOCK_BYTES) for part in parts]
            last = self._last = message, np.packbits(self._polynomial.evaluate(*blocks)).tobytes()
        return last[1]

    def forget(self) -> None:
        """Let the last message go, which may be long."""
        self._last = (None, b"")


_LONG = 1_000
"""Values from which on a message is shortened for its tag."""


def forging_probability(n_bytes: int) -> float:
    """Return the probability at most that a changed or a made-up message passes, if none is longer.

    Two messages of up to m blocks, and a block for their lengths, differ by a polynomial of degree m + 1 at
    most. The secret point gives any one difference of hashes with probability (m + 1) / 2¹²⁸ at most. With k
    attempts under one key it is k times as much.

    >>> forging_probability(16 * 1023) == 2.0**-118
    True
    """
    n_blocks = -(-check_count("n_bytes", n_bytes) // BLOCK_BYTES)
    return (n_blocks + 1) * 2.0**-TAG_BITS


class Authenticator:
    """One party's half of an authenticated channel: it makes and checks tags with a key both share.

    The first tag takes 128 bits of the key for the secret point; every tag, made or checked, uses up 128
    more. Both parties must make and check in the same order. What is used up is never used again.

    Parameters
    ----------
    key
        The pre-shared key.
    hashes
        What hashes at each secret point, if both parties live in one process: see `authenticator_pair`.

    Examples
    --------
    >>> import numpy as np
    >>> shared = SecretKey(np.random.default_rng(1).integers(0, 2, 384))
    >>> alice, bob = Authenticator(shared), Authenticator(shared)
    >>> bob.check(b"my bases are ...", alice.tag(b"my bases are ..."))
    True
    >>> bob.check(b"my bases were ...", alice.tag(b"my bases are ..."))
    False
    >>> alice.bits_used, alice.bits_left
    (384, 0)
    """

    def __init__(self, key: SecretKey, hashes: dict[bytes, Ghash] | None = None) -> None:
        self._key = key.to_bytes()
        self._used = 0
        self._hash: Ghash | None = None
        self._hashes = {} if hashes is None else hashes

    def __repr__(self) -> str:
        return f"Authenticator({self.bits_used} bits used, {self.bits_left} left)"

    @property
    def bits_used(self) -> int:
        """Bits of the key that are used up, those of the secret point included."""
        return 8 * self._used

    @property
    def bits_left(self) -> int:
        """Bits of the key that are left."""
        return 8 * (len(self._key) - self._used)

    @property
    def has_point(self) -> bool:
        """Whether the secret point was taken from the key."""
        return self._hash is not None

    def add(self, key: SecretKey) -> None:
        """Add bits to the end of the key; whole bytes count."""
        self._key += key.to_bytes()

    def tag(self, message: bytes) -> bytes:
        """Return the tag of a message, 16 bytes; `KeyExhausted` if no bits are left for it."""
        secret = self._take(1 if self._hash else 2)
        if self._hash is None:
            point, secret = secret[:BLOCK_BYTES], secret[BLOCK_BYTES:]
            self._hash = self._hashes.setdefault(point, Ghash(point))
        return bytes(a ^ b for a, b in zip(self._hash(message), secret, strict=True))

    def forget(self) -> None:
        """Let the last message go, which may be long."""
        if self._hash:
            self._hash.forget()

    def check(self, message: bytes, tag: bytes | None) -> bool:
        """Return whether `tag` belongs to `message`; `KeyExhausted` if no bits are left to tell.

        No tag (None) belongs to none, and uses up as many bits.

        Without the key, a false one passes with `forging_probability` at most.
        """
        expected = self.tag(message)
        return tag is not None and compare_digest(expected, tag)

    def _take(self, n_blocks: int) -> bytes:
        n_bytes = n_blocks * BLOCK_BYTES
        if len(self._key) - self._used < n_bytes:
            raise KeyExhausted(f"{8 * n_bytes} secret bits are needed, {self.bits_left} are left")
        self._used += n_bytes
        return self._key[self._used - n_bytes : self._used]


def authenticator_pair(key: SecretKey) -> tuple[Authenticator, Authenticator]:
    """Return both parties' halves, for one process: what one has hashed the other need not hash again.

    Each takes its own bits and judges what it saw itself. Only a message that is the same for both, at the
    same secret point, is hashed once.
    """
    hashes: dict[bytes, Ghash] = {}
    return Authenticator(key, hashes), Authenticator(key, hashes)


def transcript(messages: Iterable[Message]) -> bytes:
    """Return messages as bytes: sender, subject, type, shape and values of each, with their lengths.

    Different messages, or another order, give different bytes. Numbers are little-endian on any machine.
    """
    told = bytearray()
    for message in messages:
        values, form = message.payload, message.payload.dtype.newbyteorder("<").str
        shorter, how = _shortened(values)
        fields = (
            message.sender.name.encode(),
            message.subject.name.encode(),
            f"{form}{values.shape}{how}".encode(),
            np.ascontiguousarray(shorter, shorter.dtype.newbyteorder("<")).reshape(-1).view(np.uint8).data,
        )
        for field in fields:
            told += len(field).to_bytes(8, "little")
            told += field
    return bytes(told)


def _shortened(values: NDArray[Any]) -> tuple[NDArray[Any], str]:
    """Return a long array of small numbers in fewer bytes, and how; tags take time for each byte."""
    if values.size < _LONG or values.dtype.kind not in "bui" or values.min() < 0:
        return values, ""
    if (largest := int(values.max())) <= 1:
        return np.packbits(values.ravel() > 0), "bits"
    narrow = np.min_scalar_type(largest)
    return values.astype(narrow), narrow.newbyteorder("<").str


Carrier = Callable[[Party, bytes], bytes]
"""What brings a party's tag to the other: returns what arrives, or raises `MessageLost`."""


def check_transcripts(
    alice_transcript: bytes,
    bob_transcript: bytes,
    *,
    alice: Authenticator,
    bob: Authenticator,
    carry: Carrier | None = None,
) -> tuple[bool, bool]:
    """Let both tag what they said and heard, and check the other's tag with their own transcript.

    Uses up `TAG_BITS` of the key for each direction, whatever arrives.

    Parameters
    ----------
    alice_transcript, bob_transcript
        What each of them saw.
    alice, bob
        Their halves of the secret.
    carry
        Brings the tags, which Eve may change like any message. None if they arrive as they are: she cannot
        make better ones.

    Returns
    -------
    Whether Alice found Bob's tag right, and whether Bob found hers right.
    """
    bob_agrees = bob.check(bob_transcript, _carried(carry, Party.ALICE, alice.tag(alice_transcript)))
    alice_agrees = alice.check(alice_transcript, _carried(carry, Party.BOB, bob.tag(bob_transcript)))
    alice.forget()
    bob.forget()
    return alice_agrees, bob_agrees


def _carried(carry: Carrier | None, sender: Party, tag: bytes) -> bytes | None:
    """Return the tag as it arrives; None if it does not."""
    if carry is None:
        return tag
    try:
        return carry(sender, tag)
    except MessageLost:
        return None
