"""What all feeds have in common: a thread that makes keys for a pair of KMEs, and tells what comes of it."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

from ...errors import KmeError
from ...quantum.gates.qiskit_circuit import import_before_threads
from ...values import SecretKey, check_between
from .pair import KmePair

MOST_EVENTS = 200
SECONDS_BETWEEN_LOOKS = 0.5
"""How often a feed that waits for a KME, or for room in it, looks again."""
SECONDS_TO_END = 30.0
"""How long it is waited for what a feed is making."""

ROUNDED_BITS = 128
"""What is lost of a key, at most, because two halves are stored in chunks of 64 bits; not worth telling."""

Kind = Literal["accepted", "rejected", "waiting", "wasted", "changed", "failed"]


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedEvent:
    """Something that a feed has to tell.

    Parameters
    ----------
    kind
        "accepted": there was a key, and both KMEs have it. "rejected": there was none. "wasted": there was
        one, and it was given up, as the KMEs did not take it. "waiting": nothing is made until a KME answers,
        or has room, or the network has keys. "changed": a link of a network is in another state. "failed":
        the feed has stopped for good.
    what
        What ended so, such as "session 3" or "relay A → C".
    key_bits
        Bits of the key; 0 if there was none.
    stored_bits
        Bits of it that both KMEs have kept.
    qber
        The error rate that the ends have seen; None if none was estimated.
    reason
        Why there is no key, or why it is waited; "" if it went well.
    """

    kind: Kind
    what: str
    key_bits: int = 0
    stored_bits: int = 0
    qber: float | None = None
    reason: str = ""

    @property
    def line(self) -> str:
        """The event in one line."""
        told = [f"{self.key_bits:,} bits"] if self.key_bits else []
        if self.key_bits - self.stored_bits > ROUNDED_BITS:
            told.append(f"{self.stored_bits:,} of them stored")
        told += [f"QBER {100 * self.qber:.1f} %"] if self.qber is not None else []
        told += [self.reason] if self.reason else []
        return f"{self.what}: {self.kind}" + (f", {', '.join(told)}" if told else "")


class Overtaken(Exception):
    """What was being made is given up: the feed is to end, or its circumstances have changed."""


class Feed(ABC):
    """Makes keys in a thread of its own and hands them to a pair of KMEs, until it is stopped.

    Nothing is made while a KME does not answer, or while both have as much as they can hold. A feed ends with
    its pair, and with the process.

    Parameters
    ----------
    pair
        The KMEs, which have been started.
    speed
        How many times faster than the link's own clock it runs; the machine may not be able to.
    told
        Called with each `FeedEvent`, in the feed's thread.

    Attributes
    ----------
    events
        The last 200 events, the newest last.
    """

    def __init__(
        self, pair: KmePair, *, speed: float = 1.0, told: Callable[[FeedEvent], object] | None = None
    ) -> None:
        self.pair = pair
        self.speed = check_between("speed", speed, 1e-3, 1e6)
        self.events: deque[FeedEvent] = deque(maxlen=MOST_EVENTS)
        self._told = told
        self._ending, self._changed = threading.Event(), threading.Event()
        self._told_any = threading.Condition()
        self._portion = 0
        self._waits_for = ""
        self._thread: threading.Thread | None = None

    def start(self) -> Self:
        """Begin to make keys."""
        if self._thread is not None:
            raise ValueError("feed must not have been started before")
        import_before_threads()
        self._thread = threading.Thread(target=self._run, name="qkdlab feed", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """End it, and wait until its thread has ended; what it was making is given up."""
        self._ending.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(SECONDS_TO_END)

    @property
    def is_running(self) -> bool:
        """Whether it makes keys, or waits to."""
        return self._thread is not None and self._thread.is_alive()

    def wait_for_key(self, seconds: float = 60.0) -> FeedEvent:
        """Wait until both KMEs have been given a key, now or since the feed began, and return its event.

        Raises
        ------
        TimeoutError
            If there is none in this time, or none to come, as the feed has ended.
        """
        end = time.monotonic() + seconds
        with self._told_any:
            while True:
                for event in reversed(self.events):
                    if event.kind == "accepted":
                        return event
                left = end - time.monotonic()
                if left <= 0 or not self.is_running:
                    last = f"; {self.events[-1].line}" if self.events else ""
                    raise TimeoutError(f"no key within {seconds:g} s{last}")
                self._told_any.wait(min(left, SECONDS_BETWEEN_LOOKS))

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # ---- in its thread -------------------------------------------------------------------------------------

    @abstractmethod
    def _step(self) -> None:
        """Make what comes next: a session, or what a while of a network brings."""

    def _run(self) -> None:
        while not self._ends():
            try:
                self._step()
            except Overtaken:
                continue
            except Exception as error:  # told, and not lost in a thread
                if self._ends():
                    return
                with suppress(Exception):  # it may have come from whoever is told
                    self._tell(
                        FeedEvent(kind="failed", what="feed", reason=f"{type(error).__name__}: {error}")
                    )
                return

    def _ends(self) -> bool:
        return self._ending.is_set() or self.pair.closing.is_set()

    def _check_overtaken(self) -> None:
        if self._ends() or self._changed.is_set():
            raise Overtaken

    def _pause(self, seconds: float) -> None:
        """Let time pass; raises `Overtaken`."""
        end = time.monotonic() + seconds
        self._check_overtaken()
        while (left := end - time.monotonic()) > 0:
            self._changed.wait(min(left, SECONDS_BETWEEN_LOOKS / 2))
            self._check_overtaken()

    def _has_room(self, *, look_anyway: bool = False) -> bool:
        """Whether both KMEs answer and one has room for half a key, or else wait a little.

        With `look_anyway` full stores do not count: what the link does now is worth a look.
        """
        stored = self.pair.stored_bits
        silent = [kme for kme, bits in stored.items() if bits is None]
        most = self.pair.capacity_bits - self._portion
        waits_for = ""
        if silent:
            waits_for = f"{' and '.join(silent)} {'does' if len(silent) == 1 else 'do'} not answer"
        elif not look_anyway and all(bits is None or bits > most for bits in stored.values()):
            waits_for = "both key stores are full"
        if waits_for and waits_for != self._waits_for:
            self._tell(FeedEvent(kind="waiting", what="feed", reason=waits_for))
        self._waits_for = waits_for
        if waits_for:
            self._pause(SECONDS_BETWEEN_LOOKS)
        return not waits_for

    def _hand_over(self, what: str, at_a: SecretKey, at_b: SecretKey, *, qber: float | None = None) -> None:
        """Hand a key to both KMEs, as each end holds it, and tell of it."""
        n_bits = len(at_a)
        self._portion = n_bits // 2
        stored, reason = 0, ""
        try:
            stored = self.pair.share(at_a.to_bytes(), at_b.to_bytes())
        except KmeError as error:
            self._check_overtaken()
            reason = str(error)
        kind: Kind = "accepted" if stored else "wasted"
        if not stored:
            reason = reason or "the KMEs have kept nothing of it"
        self._tell(
            FeedEvent(kind=kind, what=what, key_bits=n_bits, stored_bits=stored, qber=qber, reason=reason)
        )

    def _tell(self, event: FeedEvent) -> None:
        with self._told_any:
            self.events.append(event)
            self._told_any.notify_all()
        if self._told is not None:
            self._told(event)
