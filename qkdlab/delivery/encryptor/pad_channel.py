"""Messages under the one-time pad, each with a one-time tag: no computation breaks them, and every bit
costs a bit.

A message is XORed with key bits that are used for nothing else, and its frame is tagged after Wegman and
Carter under 256 further bits: a secret point for GHASH, and a pad for the hash
(`qkdlab.distillation.authentication`). Both use whole keys from QKD, whose names travel in the clear.
Secrecy and authenticity then are as good as the keys are, without any assumption about what Eve can
compute.

Not protected: how long messages are and when they are sent; the way of the keys, which a KME delivers under
TLS and trusted nodes may have seen; that a message arrives. A frame that is made up with the names of keys
that are still to come uses those up: the message that had them is lost, and never read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from struct import Struct
from struct import error as StructError

import numpy as np

from ...distillation.authentication.tags import TAG_BITS, Authenticator, forging_probability
from ...errors import FrameRejected, KeyNotFound
from ...values import SecretKey, check_count
from ..hybrid import KEY_BYTES
from ..one_time_pad import one_time_pad
from .frames import Rejection, rejected
from .key_source import ManyKeys

PAD_VERSION = 0x50
PAD_TAG_BYTES = TAG_BITS // 8
MAC_BITS = 2 * TAG_BITS
"""Key bits for the tag of one message: a secret point, and a pad."""

MOST_MESSAGE_BYTES = 1 << 20
_HEAD = Struct(">BQII")


@dataclass(frozen=True, kw_only=True, slots=True)
class PadCost:
    """What a message costs under the one-time pad.

    Parameters
    ----------
    message_bits, tag_bits
        Key bits for the message and for its tag.
    n_keys, unused_bits
        Whole keys of 256 bits that it takes, and what of them is left over and thrown away.
    forging_probability
        With which a made-up frame passes, at most.
    """

    message_bits: int
    tag_bits: int
    n_keys: int
    unused_bits: int
    forging_probability: float

    @property
    def key_bits(self) -> int:
        """All bits of key that are used up."""
        return self.message_bits + self.tag_bits + self.unused_bits

    def seconds_at(self, bits_per_second: float) -> float:
        """Return how long a link needs to make the key; infinity at a rate of 0."""
        return self.key_bits / bits_per_second if bits_per_second > 0 else float("inf")


def pad_cost(n_bytes: int) -> PadCost:
    """Return what a message of so many bytes costs.

    >>> cost = pad_cost(1_000)
    >>> cost.message_bits, cost.tag_bits, cost.n_keys, cost.key_bits
    (8000, 256, 33, 8448)
    """
    n_bits = 8 * check_count("n_bytes", n_bytes, maximum=MOST_MESSAGE_BYTES)
    n_keys = -(-(n_bits + MAC_BITS) // (8 * KEY_BYTES))
    return PadCost(
        message_bits=n_bits,
        tag_bits=MAC_BITS,
        n_keys=n_keys,
        unused_bits=8 * KEY_BYTES * n_keys - n_bits - MAC_BITS,
        forging_probability=forging_probability(_HEAD.size + 256 * n_keys + n_bytes),
    )


class PadSender:
    """Encrypts messages in one direction.

    Parameters
    ----------
    source
        Gives new keys.

    Attributes
    ----------
    key_bits
        Bits of key that were used up so far.

    Examples
    --------
    >>> from qkdlab.delivery.encryptor.key_source import SharedKeys
    >>> keys = SharedKeys(2)
    >>> PadReceiver(keys).open(PadSender(keys).seal(b"no computer reads this"))
    b'no computer reads this'
    """

    def __init__(self, source: ManyKeys) -> None:
        self._source, self._number, self.key_bits = source, 0, 0

    def seal(self, message: bytes) -> bytes:
        """Return the frame of a message; `KeyExhausted` if there are fewer keys than it takes."""
        cost = pad_cost(len(message))
        keys = self._source.new_keys(cost.n_keys)
        self.key_bits += cost.key_bits
        names = [key_id.encode() for key_id, _ in keys]
        head = _HEAD.pack(PAD_VERSION, self._number, len(names), len(message))
        self._number += 1
        mac, pad = _split(b"".join(key for _, key in keys))
        told = head + b"".join(len(name).to_bytes(1) + name for name in names) + _xored(message, pad)
        return told + mac.tag(told)


class PadReceiver:
    """Decrypts the messages of a `PadSender`, in their order.

    Parameters
    ----------
    source
        Gives keys by their names.

    Attributes
    ----------
    rejected
        How many frames were rejected, by reason.
    """

    def __init__(self, source: ManyKeys) -> None:
        self._source, self._next = source, 0
        self._used: set[str] = set()
        self.rejected: Counter[str] = Counter()

    def open(self, frame: bytes) -> bytes:
        """Return the message in a frame.

        Raises
        ------
        FrameRejected
            If it was changed, came before, or later than one that was sent after it, or if there are no
            keys of these names here.
        KeyExhausted
            If nobody can say so now; the frame may come again.
        """
        try:
            return self._open(frame)
        except FrameRejected as error:
            self.rejected[error.reason] += 1
            raise

    def _open(self, frame: bytes) -> bytes:
        number, names, sealed = _parsed(frame)
        if self._used.issuperset(names):
            raise rejected(Rejection.REPLAYED)
        try:
            keys = self._source.keys_of(names)
        except KeyNotFound:
            raise rejected(Rejection.UNKNOWN_KEY) from None
        self._used.update(names)
        mac, pad = _split(b"".join(keys))
        if not mac.check(frame[:-PAD_TAG_BYTES], frame[-PAD_TAG_BYTES:]):
            raise rejected(Rejection.TAMPERED)
        if number < self._next:
            raise rejected(Rejection.TOO_OLD)
        self._next = number + 1
        return _xored(sealed, pad)


def _parsed(frame: bytes) -> tuple[int, list[str], bytes]:
    """Return the number, the names of the keys and the ciphertext of a frame."""
    try:
        version, number, n_keys, n_bytes = _HEAD.unpack_from(frame)
        if version != PAD_VERSION or n_bytes > MOST_MESSAGE_BYTES or n_keys != pad_cost(n_bytes).n_keys:
            raise rejected(Rejection.MALFORMED)
        names, at = [], _HEAD.size
        for _ in range(n_keys):
            end = at + 1 + frame[at]
            names.append(frame[at + 1 : end].decode("ascii"))
            at = end
    except (StructError, IndexError, UnicodeDecodeError):
        raise rejected(Rejection.MALFORMED) from None
    if len(frame) != at + n_bytes + PAD_TAG_BYTES or len(set(names)) != n_keys or not all(names):
        raise rejected(Rejection.MALFORMED)
    return number, names, frame[at:-PAD_TAG_BYTES]


def _split(key: bytes) -> tuple[Authenticator, SecretKey]:
    """Return what makes the tag, and the pad: the first 256 bits of the key, and the others."""
    bits = np.unpackbits(np.frombuffer(key, dtype=np.uint8))
    return Authenticator(SecretKey(bits[:MAC_BITS])), SecretKey(bits[MAC_BITS:])


def _xored(data: bytes, pad: SecretKey) -> bytes:
    bits = np.unpackbits(np.frombuffer(data, dtype=np.uint8))
    return np.packbits(one_time_pad(bits, pad)).tobytes()
