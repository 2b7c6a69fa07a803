"""One end of an encrypted link without sockets, threads or a clock of its own: what both ends have in common.

Whoever drives an end gives it what came (`open`), what is to be sent (`send`), the time (`tend`) and the
keys that it wishes for (`wish`, `key_came`, `key_missing`), and carries away the frames that it made
(`take_frames`). So the same code runs over TCP, in a notebook without sockets, and in tests that lose,
repeat and change every frame.

What is protected: the bytes of data, their order in a stream, its beginning and its end, in each direction.
What is not:

- who talks to whom, when, how much, and when keys change (traffic analysis);
- the ends: whoever reads the memory of one, or its disk when it swaps, reads everything;
- that anything arrives: who sits on the line can always cut it, and by that, or by cutting the quantum
  link, bring about whatever `Starvation` and `HybridPolicy` allow;
- between the plain text and the end: an application's own port on loopback is open to every user of the
  machine.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from ...errors import FrameRejected, KeyExhausted
from ...values import check_instance
from ..hybrid import KEY_BYTES, EpochSecrets, Role, bytes_of_length
from .frames import Buffer, Header, Kind
from .rotation import EncryptorSettings, EpochUse
from .sealing import Opener, Sealer, opened_in_clear

MOST_EVENTS = 200
DONE, STOPPED = b"done", b"stopped"


class LinkState(StrEnum):
    """How an end stands."""

    STARTING = "starting"
    OPEN = "open"
    HELD = "held"
    STOPPED = "stopped"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyWish:
    """A key that an end needs now: a new one, if `key_id` is None, or that of a name."""

    key_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkEvent:
    """Something that happened at an end: when by its clock, what, and a few words more."""

    at_seconds: float
    what: str
    detail: str = ""


class EncryptorEnd:
    """What the two ends have in common; use `MasterEnd` and `SlaveEnd`. Only from one thread at a time.

    Parameters
    ----------
    settings
        The same at both ends.
    clock
        Seconds that never go back.
    first_secret
        32 bytes that both ends were given beforehand, as the first chain. Without it the first epoch needs
        a key from QKD.

    Attributes
    ----------
    rejected
        How many frames were rejected, by reason.
    events
        The last things that happened.
    wish
        The key that is needed now, or None.
    finished, peer_closed
        Whether this end, and the other one, said that no more data follow.
    made_of, key_id
        What the keys of this epoch are made of ("QKD", "PQC"), and the name of the key from QKD, or None.
    why_stopped
        Why the session was stopped; "" if it was not.
    """

    role: ClassVar[Role]

    def __init__(
        self,
        settings: EncryptorSettings,
        *,
        clock: Callable[[], float] = time.monotonic,
        first_secret: bytes | None = None,
    ) -> None:
        self.settings = check_instance("settings", settings, EncryptorSettings)
        if first_secret is not None:
            bytes_of_length("first_secret", first_secret, KEY_BYTES)
        self.rejected: Counter[str] = Counter()
        self.events: deque[LinkEvent] = deque(maxlen=MOST_EVENTS)
        self.wish: KeyWish | None = None
        self.made_of: frozenset[str] = frozenset()
        self.key_id: str | None = None
        self.peer_closed = False
        self.why_stopped = ""
        self.finished = False
        self._clock, self._chain = clock, first_secret
        self._state = LinkState.STARTING
        self._sealer, self._opener = Sealer(), Opener(settings.window)
        self._sent, self._received = EpochUse(clock()), EpochUse(clock())
        self._old_until: dict[int, float] = {}
        self._frames: list[bytes | bytearray] = []

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.state.value}, epoch {self.epoch})"

    # ---- how it stands ------------------------------------------------------------------------------------

    @property
    def epoch(self) -> int:
        """The epoch in which this end sends; 0 before the first."""
        return self._sealer.epoch

    @property
    def state(self) -> LinkState:
        """How this end stands now."""
        if self._state is LinkState.OPEN and self.finished and self.peer_closed:
            return LinkState.CLOSED
        if self._state is LinkState.OPEN and self._sent.reached(self.settings.rotation.hard, self._clock()):
            return LinkState.HELD
        return self._state

    @property
    def may_send(self) -> bool:
        """Whether data may be sent now."""
        return self.state is LinkState.OPEN and not self.finished

    # ---- data ---------------------------------------------------------------------------------------------

    def send(self, data: Buffer) -> None:
        """Seal data for the other end as one frame.

        Raises
        ------
        KeyExhausted
            If nothing may be sent now; nothing is sealed then.
        ValueError
            After `finish`, or if the data are longer than `MOST_BYTES`.
        """
        if self.finished:
            raise ValueError("data must be sent before finish(), not after it")
        if not self.may_send:
            raise KeyExhausted(f"nothing may be sent: the link is {self.state.value}")
        self._frames.append(self._sealer.seal(data))
        self._sent.add(len(data))

    def finish(self) -> None:
        """Say that no more data follows; the other end then knows that it has everything."""
        if self._state is LinkState.OPEN and not self.finished:
            self._control(Kind.CLOSE, DONE)
            self.finished = True

    def take_frames(self) -> list[bytes | bytearray]:
        """Return what is to be carried to the other end, in order."""
        frames, self._frames = self._frames, []
        return frames

    def open(self, frame: Buffer) -> bytes | None:
        """Take a frame from the line, and return the data in it: None if it is one of control.

        Raises
        ------
        FrameRejected
            If it does not pass; the reason is counted in `rejected`.
        """
        try:
            clear = self._takes_in_clear(frame) and Header.decoded(frame).epoch == 0
            header, body = opened_in_clear(frame) if clear else self._opener.open(frame)
            self._notice(header)
            if header.kind is Kind.DATA:
                self._received.add(len(body))
                return body
            if header.kind is Kind.CLOSE:
                self._heard_close(body)
            elif self._state is not LinkState.STOPPED:
                self._heard(header, body)
        except FrameRejected as error:
            self.rejected[error.reason] += 1
            raise
        return None

    def tend(self) -> None:
        """Look at the clock: drop old keys, ask for new ones, repeat what was not answered."""
        now = self._clock()
        for epoch in [epoch for epoch, end in self._old_until.items() if now >= end]:
            self._opener.drop(epoch)
            del self._old_until[epoch]
        if self.state not in (LinkState.STOPPED, LinkState.CLOSED):
            self._tend(now)

    # ---- keys ---------------------------------------------------------------------------------------------

    def key_came(self, key_id: str, key: bytes) -> None:
        """Give the key that was wished for."""
        raise TypeError("only a MasterEnd or a SlaveEnd takes keys")

    def key_missing(self, why: str) -> None:
        """Say that there is no such key (now)."""
        raise TypeError("only a MasterEnd or a SlaveEnd takes keys")

    def _takes_in_clear(self, frame: Buffer) -> bool:
        """Return whether a frame may be without a tag: only until there are keys."""
        return self.epoch == 0

    def _tend(self, now: float) -> None:
        """Do what is due."""

    def _heard(self, header: Header, body: bytes) -> None:
        """Take part in agreeing on keys."""

    def _take_up(self, epoch: int, secrets: EpochSecrets, key_id: str | None) -> None:
        """Send under new keys from now on, and accept the old ones until the other end has changed, too."""
        now, hard = self._clock(), self.settings.rotation.hard
        if self.epoch:
            self._old_until[self.epoch] = now + hard.seconds
        other: Role = "slave" if self.role == "master" else "master"
        self._opener.add(epoch, secrets.sent_by(other))
        self._sealer.rekey(epoch, secrets.sent_by(self.role))
        self._sent, self._received = EpochUse(now), EpochUse(now)
        self._chain, self.made_of, self.key_id = secrets.chain, secrets.made_of, key_id
        self._state = LinkState.OPEN
        self._tell("epoch", f"{epoch}, made of {' and '.join(sorted(secrets.made_of, reverse=True))}")

    def _notice(self, header: Header) -> None:
        """Let the old keys go some time after the other end began to use the new ones."""
        if header.epoch == self.epoch and self._old_until:
            end = self._clock() + self.settings.rotation.overlap_seconds
            self._old_until = {epoch: min(until, end) for epoch, until in self._old_until.items()}

    # ---- the end ------------------------------------------------------------------------------------------

    def stop(self, why: str) -> None:
        """End the session: nothing is sent any more, and the other end is told so."""
        if self._state is LinkState.OPEN:
            self._control(Kind.CLOSE, STOPPED)
        self.wish, self.why_stopped, self._chain = None, why, None
        self._state = LinkState.STOPPED
        self._tell("stopped", why)

    def _heard_close(self, body: bytes) -> None:
        self.peer_closed = True
        if body != DONE and self._state is not LinkState.STOPPED:
            self.wish, self.why_stopped = None, "the other end stopped"
            self._state = LinkState.STOPPED
            self._tell("stopped", self.why_stopped)

    def _control(self, kind: Kind, body: bytes) -> None:
        self._frames.append(self._sealer.seal_control(kind, body))

    def _tell(self, what: str, detail: str = "") -> None:
        if self.events and (self.events[-1].what, self.events[-1].detail) == (what, detail):
            return  # nothing new
        self.events.append(LinkEvent(at_seconds=self._clock(), what=what, detail=detail))
