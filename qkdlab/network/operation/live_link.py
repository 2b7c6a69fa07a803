"""A link at work: its sessions, the pools that they fill, and what Eve or an excavator does to it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import simpy

from ...attacks.attack import Eavesdropper
from ...distillation.authentication.tags import TAG_BITS, Authenticator, authenticator_pair
from ...distillation.outcome import AbortReason
from ...session.session import AcceptedSession, run_session
from ...settings.session_settings import SessionSettings
from ...values import SecretKey, check_choice, check_count, check_instance
from ..topology.key_links import KeyLink
from .pools import KeyPool, PoolCounts
from .supplies import SessionSupply, SteadySupply
from .yields import LinkYield, measure_yield

SESSIONS, MEASURED = "sessions", "measured"
KEYS = (SESSIONS, MEASURED)
"""Where keys come from: each from a session of its own, or at the rate that sessions were seen to have."""


class LinkState(StrEnum):
    """How a link is."""

    WORKING = "working"
    ABORTING = "sessions abort"
    PRESUMED = "taken to abort"
    """Eve is on it, and its key rate is stated: no session shows what she does, so it is given no keys."""
    CUT = "cut"
    OFF = "off"
    """A node at one of its ends, or a switch on its way, is off."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyPlan:
    """How the links of a network make and keep keys.

    Parameters
    ----------
    session
        How sessions are run; pulses, link, seed and eavesdropper are those of each link.
    keys
        ``"sessions"``: every key comes from a session of its own. ``"measured"``: `n_measured` sessions of
        each kind of link are run, and keys come at the rate that they had; their bits are drawn at random.
        Over a link whose key rate is stated they come at that rate either way.
    n_measured
        How many that are.
    capacity_bits
        What a pool holds, for each direction.
    expiry_seconds
        After how long keys are destroyed; None for never.
    """

    session: SessionSettings
    keys: str = MEASURED
    n_measured: int = 1
    capacity_bits: int = 1_000_000
    expiry_seconds: float | None = None

    def __post_init__(self) -> None:
        check_instance("session", self.session, SessionSettings)
        check_choice("keys", self.keys, KEYS)
        check_count("n_measured", self.n_measured, minimum=1)


class LiveLink:
    """The keys of a link: one pool for each direction, filled by sessions one after the other.

    A session's key is split in halves, one for each direction. If the light is cut, or if Eve comes or goes,
    the session that is going on is given up and the next one shows what comes of it: until its end the link
    is taken to be as it was before. A cut, or a node that is off, is seen at once.

    Over a link whose key rate is stated, bits come at that rate and no session is run. What Eve does there is
    not known: whoever she is, no bits come from when she is there, and after a period the link is
    taken to abort.

    Parameters
    ----------
    link
        Where keys are made.
    plan
        How.
    env
        The clock.
    rng
        Seeds its sessions, or draws its bits.
    changed
        Called with the link when its state has changed.
    """

    def __init__(
        self,
        link: KeyLink,
        *,
        plan: KeyPlan,
        env: simpy.Environment,
        rng: np.random.Generator,
        changed: Callable[[LiveLink], object],
    ) -> None:
        self.link, self._plan, self._env, self._rng, self._changed = link, plan, env, rng, changed
        self.state = LinkState.WORKING
        self.reason: AbortReason | None = None
        self.is_cut = self.is_off = False
        self.eavesdropper: Eavesdropper | None = None
        self.n_sessions = self.n_aborted = 0
        self._run = 0
        sessions = plan.keys == SESSIONS and not self.is_stated
        directions = ((link.a, link.b), (link.b, link.a))
        self.pools = {
            ends: KeyPool(
                "→".join(ends),
                SessionSupply() if sessions else SteadySupply(rng),
                capacity_bits=plan.capacity_bits,
                expiry_seconds=plan.expiry_seconds,
            )
            for ends in directions
        }
        self._authenticators: dict[tuple[str, str], tuple[Authenticator, Authenticator]] = {}
        self._known: LinkYield | None = None if self.is_stated else self._measured()
        self._begin()

    @property
    def name(self) -> str:
        """The names of its ends."""
        return self.link.name

    @property
    def is_stated(self) -> bool:
        """Whether its key rate is stated, and not simulated."""
        return self.link.key_rate_bits_per_s is not None

    @property
    def settings(self) -> SessionSettings:
        """The settings of a session as the link is now; ``ValueError`` if its key rate is stated."""
        return self.link.settings(self._plan.session, eavesdropper=self.eavesdropper)

    @property
    def bits_per_second(self) -> float:
        """Secret bits a second, both directions together, as sessions that have ended show it, or as stated.

        Of an eavesdropper, or that she has gone, the link knows when the first session has ended; a cut, or a
        node that is off, is known at once.
        """
        if self.state is not LinkState.WORKING:
            return 0.0
        if self._known is None:
            return self.link.key_rate_bits_per_s or 0.0
        return self._known.bits_per_session / self.link.period_seconds

    @property
    def counts(self) -> PoolCounts:
        """What became of all bits of both directions up to now."""
        one, other = (pool.counts(self._env.now) for pool in self.pools.values())
        return one + other

    def authenticators(self, sender: str, receiver: str) -> tuple[Authenticator, Authenticator]:
        """Return the sender's and the receiver's half of the authenticated channel in one direction.

        They share the secret point of the hash from the beginning, as it was carried by hand.
        """
        ends = sender, receiver
        if ends not in self._authenticators:
            point = SecretKey(self._rng.integers(0, 2, TAG_BITS, dtype=np.uint8))
            self._authenticators[ends] = authenticator_pair(point)
        return self._authenticators[ends]

    def put(self, *, is_cut: bool, is_off: bool, eavesdropper: Eavesdropper | None) -> None:
        """Put the link into circumstances: its light cut, something it needs switched off, Eve on it."""
        circumstances = is_cut, is_off, eavesdropper
        if circumstances != (self.is_cut, self.is_off, self.eavesdropper):
            self.is_cut, self.is_off, self.eavesdropper = circumstances
            self._begin()

    # ---- making keys -------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Begin sessions anew, under the circumstances of now; those that were going on end without a key."""
        self._run += 1
        steady = [pool.supply for pool in self.pools.values() if isinstance(pool.supply, SteadySupply)]
        for supply in steady:
            supply.run(self._env.now, portion=0, period_seconds=self.link.period_seconds)
        if self.is_cut or self.is_off:
            self._set_state(LinkState.OFF if self.is_off else LinkState.CUT, None, None)
            return
        sessions = self._steady(self._run, steady) if steady else self._sessions(self._run)
        self._env.process(sessions)

    def _steady(self, run: int, supplies: list[SteadySupply]) -> Generator[simpy.Event, None, None]:
        """Let bits flow at the measured or stated rate; what Eve does is seen when a session has ended."""
        if run != self._run:
            return
        found = None if self.is_stated else self._measured()
        for place, supply in enumerate(supplies):
            portion = (found.bits_per_session + 1 - place) // 2 if found else self._stated_portion
            supply.run(self._env.now, portion=portion, period_seconds=self.link.period_seconds)
        yield self._env.timeout(self.link.period_seconds)
        if run != self._run:
            return
        if found:
            self._tell(found.reason if found.aborts else None, found)
        else:
            self._set_state(LinkState.PRESUMED if self.eavesdropper else LinkState.WORKING, None, None)

    @property
    def _stated_portion(self) -> float:
        """Bits of a period for each direction, at the stated rate; none with Eve."""
        bits = (self.link.key_rate_bits_per_s or 0.0) * self.link.period_seconds
        return 0.0 if self.eavesdropper else bits / 2

    def _sessions(self, run: int) -> Generator[simpy.Event, None, None]:
        """Run sessions one after the other, until the circumstances change."""
        settings = self.settings
        while True:
            yield self._env.timeout(self.link.period_seconds)
            if run != self._run:
                return
            result = run_session(settings, seed=int(self._rng.integers(2**63)))
            self.n_sessions += 1
            if isinstance(result, AcceptedSession):
                self._share_out(result)
            else:
                self.n_aborted += 1
            self._tell(result.reason, self._measured())

    def _measured(self) -> LinkYield:
        return measure_yield(self.settings, self._plan.n_measured)

    def _share_out(self, result: AcceptedSession) -> None:
        half = (result.key_length + 1) // 2
        for pool, part in zip(self.pools.values(), (slice(None, half), slice(half, None)), strict=True):
            alice, bob = result.key.bits[part], result.bob_key.bits[part]
            if isinstance(pool.supply, SessionSupply):
                pool.supply.add(self._env.now, alice, bob)

    def _tell(self, reason: AbortReason | None, found: LinkYield) -> None:
        self._set_state(LinkState.ABORTING if reason else LinkState.WORKING, reason, found)

    def _set_state(self, state: LinkState, reason: AbortReason | None, found: LinkYield | None) -> None:
        """Take note of what the last session has shown, and tell of it if it is new."""
        known = found or self._known
        news = state is not self.state or known is not self._known
        self.state, self.reason, self._known = state, reason, known
        if news:
            self._changed(self)

    def __repr__(self) -> str:
        return f"LiveLink({self.name!r}, {self.state})"
