"""Keys of the quantum link: real sessions, whose bits are handed on at the pace of the link's clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

from ....attacks.qubit_attacks import InterceptResend
from ....delivery.link_sessions import PULSE_RATE_HZ, link_settings
from ....session.session import AcceptedSession, SessionResult, run_session
from ....settings.session_settings import SessionSettings
from ...frame.turns import TurnGiver, Turns
from ..delivery_settings import DeliverySettings

SHORTER = 2
"""Sessions have so many times fewer pulses than those of networks: an answer comes soon."""

PORTION_BYTES = 16
"""Bits are handed on in multiples of this: a chunk of a key store for each direction."""

SECONDS_BETWEEN_REJECTED = 5.0

BEFORE = DeliverySettings()
"""The link on which the keys were made that are in store when a scenario begins: short, and without Eve."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SupplyState:
    """How the quantum link does.

    Parameters
    ----------
    bits_per_second
        Secret bits a second by the link's clock, of the last session; 0 if it was rejected.
    n_sessions
        Sessions so far.
    qber
        The error rate of the last one; None if none was estimated.
    reason
        Why it had no key; "" if it had one, or none has ended yet.
    measured
        Whether a session of the link as it is now has ended; if not, nothing of the above is known of it.
    """

    bits_per_second: float = 0.0
    n_sessions: int = 0
    qber: float | None = None
    reason: str = ""
    measured: bool = False


class QuantumSupply:
    """Runs sessions, one after the other: on the spot, or, after `run_beside`, beside all else.

    Parameters
    ----------
    settings
        What the link is.
    """

    def __init__(self, settings: DeliverySettings) -> None:
        self.state = SupplyState()
        self._pool: ThreadPoolExecutor | None = None
        self._turns: Turns | None = None
        self._task: asyncio.Task[None] | None = None
        self._session: Future[SessionResult] | None = None
        self._next_at, self._credit = 0.0, 0.0
        self._seed, self._number = settings.seed, 0
        self._alice = self._bob = b""
        self._settings = self._of(settings)

    def _of(self, settings: DeliverySettings) -> SessionSettings:
        long = link_settings(settings.length_km)
        eve = InterceptResend() if settings.eve else None
        return replace(long, n_pulses=long.n_pulses // SHORTER, eavesdropper=eve)

    def run_beside(self, turns: Turns | None = None) -> None:
        """Keep the caller waiting no longer: run sessions in a thread, or in turns with the loop."""
        self._turns = turns
        if turns is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="qkdlab-session")

    def change(self, settings: DeliverySettings, now: float) -> None:
        """Take up another link: the session that goes on is given up, and what is left of its key, too."""
        changed = self._of(settings)
        if changed == self._settings and settings.seed == self._seed:
            return
        self._settings, self._seed = changed, settings.seed
        self._alice = self._bob = b""
        if self._session is not None:
            self._session.cancel()  # or it would keep that of the new link waiting
        self._session, self._next_at, self._credit = None, now, 0.0
        self.state = SupplyState(n_sessions=self.state.n_sessions)

    def stock(self, room_bits: int, share: Callable[[bytes, bytes], int]) -> None:
        """Hand on keys that were made before the scenario; not if its own link will soon have some."""
        if self._settings == self._of(BEFORE) or room_bits <= 0:
            return
        self._number += 1
        result = run_session(self._of(BEFORE), seed=self._seed + self._number - 1)
        if isinstance(result, AcceptedSession):
            n_bytes = room_bits // (8 * PORTION_BYTES) * PORTION_BYTES
            share(result.key.to_bytes()[:n_bytes], result.bob_key.to_bytes()[:n_bytes])

    def tend(self, now: float, seconds: float, room_bits: int, share: Callable[[bytes, bytes], int]) -> bool:
        """Let time pass: run a session if one is due, hand on bits if there is room, and say whether."""
        self._run(now)
        if not self._alice:
            return False
        self._credit = min(self._credit + self.state.bits_per_second * seconds, 8.0 * len(self._alice))
        whole = min(self._credit, room_bits) / (8 * PORTION_BYTES)
        n_bytes = int(whole) * PORTION_BYTES
        if n_bytes:
            self._credit -= 8 * n_bytes
            part, self._alice = self._alice[:n_bytes], self._alice[n_bytes:]
            other, self._bob = self._bob[:n_bytes], self._bob[n_bytes:]
            share(part, other)
        if len(self._alice) < PORTION_BYTES:
            self._alice = self._bob = b""
            self._next_at = now
        return n_bytes > 0

    def _run(self, now: float) -> None:
        if self._session is None and not self._alice and now >= self._next_at:
            self._number += 1
            settings, seed = self._settings, self._seed + self._number - 1
            if self._turns is not None:
                self._session = Future()
                told = self._in_turns(self._turns, self._session, settings, seed)
                self._task = asyncio.get_running_loop().create_task(told)
            elif self._pool is None:
                self._session = Future()
                self._session.set_result(run_session(settings, seed=seed))
            else:
                self._session = self._pool.submit(run_session, settings, seed=seed)
        if self._session is not None and self._session.done():
            result, self._session = self._session.result(), None
            self._heard(result, now)

    @staticmethod
    async def _in_turns(
        turns: Turns, session: Future[SessionResult], settings: SessionSettings, seed: int
    ) -> None:
        if not session.set_running_or_notify_cancel():  # from now on it cannot be cancelled, as in a thread
            return
        run = partial(run_session, settings, seed=seed, progress=TurnGiver(turns))
        try:
            session.set_result(await turns.run(run))
        except Exception as error:
            session.set_exception(error)

    def _heard(self, result: SessionResult, now: float) -> None:
        rate, reason = 0.0, ""
        if isinstance(result, AcceptedSession):
            rate = result.key_length * PULSE_RATE_HZ / result.settings.n_pulses
            self._alice, self._bob = result.key.to_bytes(), result.bob_key.to_bytes()
        else:
            reason = str(result.reason)
            self._next_at = now + SECONDS_BETWEEN_REJECTED
        self.state = SupplyState(
            bits_per_second=rate,
            n_sessions=self.state.n_sessions + 1,
            qber=result.qber,
            reason=reason,
            measured=True,
        )

    def close(self) -> None:
        """Run no more sessions; one that goes on ends by itself."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
