"""Frames sealed and opened with AES-256-GCM (NIST SP 800-38D), one direction each.

The nonce is epoch ‖ counter, 4 and 8 bytes. The counter goes on over all epochs and never back, and each
direction of each epoch has a key of its own: no nonce is used twice with a key, whatever is lost, repeated
or agreed on anew (SP 800-38D, 8.2.1, deterministic construction).
"""

from __future__ import annotations

from struct import Struct

from ...errors import shown
from ..primitives import AESGCM, InvalidTag
from .frames import (
    HEADER_BYTES,
    MOST_BYTES,
    TAG_BYTES,
    Buffer,
    Header,
    Kind,
    Rejection,
    packed_header,
    rejected,
)
from .replay_window import ReplayWindow

_NONCE = Struct(">IQ")


class Sealer:
    """Makes the frames of one direction.

    Examples
    --------
    >>> sealer, opener = Sealer(), Opener()
    >>> sealer.rekey(1, bytes(32))
    >>> opener.add(1, bytes(32))
    >>> opener.open(sealer.seal(b"well met"))[1]
    b'well met'
    """

    def __init__(self) -> None:
        self._cipher: AESGCM | None = None
        self._counter = 0
        self.epoch = 0

    @property
    def n_frames(self) -> int:
        """Frames sealed so far, over all epochs."""
        return self._counter

    def rekey(self, epoch: int, key: bytes) -> None:
        """Go on to the key of a later epoch."""
        if epoch <= self.epoch:
            raise ValueError(f"epoch must be later than {self.epoch}, got {shown(epoch)}")
        self.epoch, self._cipher = epoch, AESGCM(key)

    def seal(self, data: Buffer) -> bytearray:
        """Return a frame of data; ``ValueError`` if it is too long, or there is no key yet."""
        if len(data) > MOST_BYTES:
            raise ValueError(f"data must have at most {MOST_BYTES} bytes, got {len(data)}")
        cipher, nonce, header = self._next(Kind.DATA, len(data))
        frame = bytearray(HEADER_BYTES + len(data) + TAG_BYTES)
        frame[:HEADER_BYTES] = header
        cipher.encrypt_into(nonce, data, header, memoryview(frame)[HEADER_BYTES:])
        return frame

    def seal_control(self, kind: Kind, body: bytes) -> bytes:
        """Return a frame of control, its body in the clear; before the first key it has no tag."""
        if self._cipher is None:
            return packed_header(kind, 0, 0, len(body)) + body
        cipher, nonce, header = self._next(kind, len(body))
        return header + body + cipher.encrypt(nonce, b"", header + body)

    def _next(self, kind: Kind, n_bytes: int) -> tuple[AESGCM, bytes, bytes]:
        """Use up a counter, before anything is sealed with it."""
        if self._cipher is None:
            raise ValueError("there must be a key before data is sealed, got none")
        counter = self._counter
        self._counter += 1
        header = packed_header(kind, self.epoch, counter, n_bytes + TAG_BYTES)
        return self._cipher, _NONCE.pack(self.epoch, counter), header


class Opener:
    """Checks and opens the frames of one direction, under the keys of all epochs that are still accepted.

    Parameters
    ----------
    window
        How far a frame may be behind the newest one; 0 for a stream, whose frames come in order.
    """

    def __init__(self, window: int = 1024) -> None:
        self._ciphers: dict[int, AESGCM] = {}
        self._window = ReplayWindow(window)
        self._provisional = 0

    @property
    def epochs(self) -> tuple[int, ...]:
        """The epochs that are accepted."""
        return tuple(self._ciphers)

    def add(self, epoch: int, key: bytes, *, provisional: bool = False) -> None:
        """Accept a further epoch; if it is provisional, only its frames of confirmation, until it is added
        for good.
        """
        self._ciphers[epoch] = AESGCM(key)
        if provisional or epoch == self._provisional:
            self._provisional = epoch if provisional else 0

    def drop(self, epoch: int) -> None:
        """Accept an epoch no longer."""
        self._ciphers.pop(epoch, None)
        if epoch == self._provisional:
            self._provisional = 0

    def open(self, frame: Buffer) -> tuple[Header, bytes]:
        """Return the header of a frame and what it carries.

        Raises
        ------
        FrameRejected
            With the reason, a `Rejection`. Nothing is remembered of a frame that is not authentic.
        """
        header = Header.decoded(frame)
        if len(frame) != HEADER_BYTES + header.length or header.length < TAG_BYTES:
            raise rejected(Rejection.MALFORMED)
        cipher = self._ciphers.get(header.epoch)
        if cipher is None or (header.epoch == self._provisional and header.kind is not Kind.CONFIRM):
            raise rejected(Rejection.UNKNOWN_EPOCH)
        nonce, whole = _NONCE.pack(header.epoch, header.counter), memoryview(frame)
        at = HEADER_BYTES if header.kind is Kind.DATA else len(frame) - TAG_BYTES
        try:
            data = cipher.decrypt(nonce, whole[at:], bytes(whole[:at]))
        except InvalidTag:
            raise rejected(Rejection.TAMPERED) from None
        reason = self._window.accept(header.counter)
        if reason is not None:
            raise rejected(reason)
        return header, data if header.kind is Kind.DATA else bytes(whole[HEADER_BYTES:at])


def opened_in_clear(frame: Buffer) -> tuple[Header, bytes]:
    """Return a frame of control from before the first key: it has no tag, and anybody may have made it."""
    header = Header.decoded(frame)
    if len(frame) != HEADER_BYTES + header.length or header.epoch != 0:
        raise rejected(Rejection.MALFORMED)
    if header.kind not in (Kind.OFFER, Kind.ANSWER, Kind.REFUSE):
        raise rejected(Rejection.UNKNOWN_EPOCH)
    return header, bytes(frame[HEADER_BYTES:])
