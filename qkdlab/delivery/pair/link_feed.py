"""Keys of one link: real sessions, at the pace of the link's clock, with Eve or without."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ...attacks.attack import Eavesdropper
from ...attacks.qubit_attacks import InterceptResend
from ...session.session import AcceptedSession, run_session
from ...settings.session_settings import SessionSettings
from ...values import check_between, check_instance
from ..link_sessions import PULSE_RATE_HZ
from .feed import Feed, FeedEvent
from .pair import KmePair


class LinkFeed(Feed):
    """Runs the sessions of a link one after the other, and hands each accepted key to a pair of KMEs.

    Alice's copy goes to KME-A, and Bob's to KME-B. A key is there when its pulses have been sent; a machine
    that is slower than the link sets the pace itself. When the link changes, or Eve comes or goes, the
    session that is going on is given up, and the next one shows what comes of it. While both key stores are
    full no session is run, but for one after each change, whose key takes the place of the oldest bits.

    Parameters
    ----------
    pair
        The KMEs, which have been started.
    settings
        What a session is; of its seed, those of all sessions follow. `link_settings` makes some.
    pulse_rate_hz
        Pulses a second of the link's clock.
    speed, told
        As for every `Feed`.

    Notes
    -----
    The bits are those of a simulation: who knows the seed knows them, and NumPy's generator, from which they
    come, is none for secrets.
    """

    def __init__(
        self,
        pair: KmePair,
        settings: SessionSettings,
        *,
        pulse_rate_hz: float = PULSE_RATE_HZ,
        speed: float = 1.0,
        told: Callable[[FeedEvent], object] | None = None,
    ) -> None:
        super().__init__(pair, speed=speed, told=told)
        self._settings: SessionSettings = check_instance("settings", settings, SessionSettings)
        self.pulse_rate_hz: float = check_between("pulse_rate_hz", pulse_rate_hz, 1, 1e11)
        self._rng = np.random.default_rng(settings.seed)
        self._lock = threading.Lock()
        self._look = True  # the first session is worth it, however full the stores are
        self.n_sessions = self.n_rejected = 0

    @property
    def settings(self) -> SessionSettings:
        """What a session is now."""
        return self._settings

    @property
    def period_seconds(self) -> float:
        """How long a session takes by the link's clock."""
        return self._settings.n_pulses / self.pulse_rate_hz

    def change(self, settings: SessionSettings) -> None:
        """Run other sessions from now on; the one that is going on is given up."""
        check_instance("settings", settings, SessionSettings)
        with self._lock:
            self._settings = settings
            self._changed.set()

    def listen(self, eavesdropper: Eavesdropper | None = None) -> None:
        """Let an eavesdropper onto the link; by default she intercepts every pulse."""
        self.change(replace(self._settings, eavesdropper=eavesdropper or InterceptResend()))

    def leave(self) -> None:
        """Let the eavesdropper leave."""
        self.change(replace(self._settings, eavesdropper=None))

    def _step(self) -> None:
        with self._lock:
            settings = self._settings
            self._look = self._look or self._changed.is_set()
            self._changed.clear()
        if not self._has_room(look_anyway=self._look):
            return
        there_at = time.monotonic() + self.period_seconds / self.speed
        seed = int(self._rng.integers(2**63))
        result = run_session(settings, seed=seed, progress=lambda _: self._check_overtaken())
        self._pause(there_at - time.monotonic())
        self._look = False
        self.n_sessions += 1
        what = f"session {self.n_sessions}"
        if isinstance(result, AcceptedSession):
            self._hand_over(what, result.key, result.bob_key, qber=result.qber)
        else:
            self.n_rejected += 1
            self._tell(FeedEvent(kind="rejected", what=what, qber=result.qber, reason=str(result.reason)))
