"""What passes between two encryptors: frames of a header and a body, and how they are cut out of a stream.

A header is 18 bytes, most significant first: version (1), kind (1), epoch (4), counter (8), length of the
body (4). It travels in the clear and is authenticated with the body: epoch ‖ counter is the nonce of
AES-256-GCM, and the whole header its additional data. In frames of data the body is encrypted. In frames of
control, with which the ends agree on a new epoch, it is in the clear, and only authenticated: the name of a
key may be known to all.

Not hidden are when frames are sent, how many, how long they are, and when keys change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from struct import Struct

from ...errors import FrameRejected

VERSION = 1
TAG_BYTES = 16
"""Bytes of a tag of AES-GCM; every frame of an epoch ends with one."""

MOST_BYTES = 1 << 20
"""Bytes of data that a frame carries at most."""

Buffer = bytes | bytearray | memoryview
"""Bytes that are only read."""

_HEADER = Struct(">BBIQI")
HEADER_BYTES = _HEADER.size


class Kind(IntEnum):
    """What a frame is for; all but data are control."""

    DATA = 0
    OFFER = 1
    ANSWER = 2
    CONFIRM = 3
    REFUSE = 4
    CLOSE = 5


class Rejection(StrEnum):
    """Why a frame is rejected."""

    MALFORMED = "malformed"
    TAMPERED = "tampered"
    REPLAYED = "replayed"
    TOO_OLD = "too old"
    OUT_OF_ORDER = "out of order"
    UNKNOWN_EPOCH = "unknown epoch"
    UNKNOWN_KEY = "unknown key"
    DOWNGRADE = "downgrade"
    NOT_CONFIRMED = "not confirmed"


def rejected(reason: Rejection) -> FrameRejected:
    """Return the error of a frame that is rejected."""
    return FrameRejected(reason.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Header:
    """The header of a frame.

    Parameters
    ----------
    kind
        What the frame is for.
    epoch
        Which keys it is under; 0 before there are any.
    counter
        Number of the frame among all that its sender sent, from 0 and over all epochs.
    length
        Bytes of the body.
    """

    kind: Kind
    epoch: int
    counter: int
    length: int

    def encoded(self) -> bytes:
        """Return the header as 18 bytes."""
        return packed_header(self.kind, self.epoch, self.counter, self.length)

    @classmethod
    def decoded(cls, frame: Buffer) -> Header:
        """Return the header at the beginning of a frame; `FrameRejected` ("malformed") if there is none."""
        if len(frame) < HEADER_BYTES:
            raise rejected(Rejection.MALFORMED)
        version, kind, epoch, counter, length = _HEADER.unpack_from(frame)
        if version != VERSION or kind > Kind.CLOSE or length > MOST_BYTES + TAG_BYTES:
            raise rejected(Rejection.MALFORMED)
        return cls(kind=Kind(kind), epoch=epoch, counter=counter, length=length)


def packed_header(kind: int, epoch: int, counter: int, length: int) -> bytes:
    """Return a header as bytes."""
    return _HEADER.pack(VERSION, kind, epoch, counter, length)


class FrameReader:
    """Cuts a stream of bytes into frames; holds no more than one frame that is not whole.

    After bytes that begin no frame there is no telling where the next one begins: all that follows is
    refused.

    Examples
    --------
    >>> reader = FrameReader()
    >>> frame = packed_header(Kind.CLOSE, 0, 0, 2) + b"ab"
    >>> list(reader.feed(frame[:5])), list(reader.feed(frame[5:])) == [frame]
    ([], True)
    """

    def __init__(self) -> None:
        self._held = bytearray()
        self._broken = False

    def feed(self, data: Buffer) -> Iterator[Buffer]:
        """Yield the frames that are whole now; `FrameRejected` ("malformed") if none begins here.

        A frame is a view of `data` where it can be: use it before these change.
        """
        rest = memoryview(data)
        while True:
            if self._held:
                missing = self._end(self._held) - len(self._held)
                self._held += rest[:missing]
                rest = rest[missing:]
                if len(self._held) < self._end(self._held):
                    if rest:
                        continue  # the header is whole now
                    return
                whole, self._held = self._held, bytearray()
                yield whole
            end = self._end(rest)
            if len(rest) < end:
                self._held += rest
                return
            yield rest[:end]
            rest = rest[end:]

    def _end(self, begun: Buffer) -> int:
        """Return how many bytes a frame has that begins so; as far as that can be told, those of a header."""
        if self._broken:
            raise rejected(Rejection.MALFORMED)
        if len(begun) < HEADER_BYTES:
            return HEADER_BYTES
        try:
            return HEADER_BYTES + Header.decoded(begun).length
        except FrameRejected:
            self._broken = True
            self._held.clear()
            raise
