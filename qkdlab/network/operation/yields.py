"""How much key a link makes, measured by sessions of the kind it runs."""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import lru_cache

from ...distillation.outcome import AbortReason
from ...session.session import AcceptedSession, run_session
from ...settings.session_settings import SessionSettings
from ...theory.expected_key import expected_key
from ...values import Progress, check_count, check_instance, progress_part
from ..topology.key_links import KeyLink


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkYield:
    """What sessions of the same settings gave.

    Parameters
    ----------
    settings
        Their settings; each session had another seed, beginning with that of the settings.
    key_lengths
        Secret bits of each, 0 for one that was rejected.
    reason
        Why the last rejected one was rejected; None if none was.
    """

    settings: SessionSettings
    key_lengths: tuple[int, ...]
    reason: AbortReason | None

    @property
    def bits_per_session(self) -> int:
        """Secret bits of a session on average, rounded down."""
        return sum(self.key_lengths) // len(self.key_lengths)

    @property
    def aborts(self) -> bool:
        """Whether no session gave a key."""
        return not any(self.key_lengths)


def expected_rates(links: Iterable[KeyLink], session: SessionSettings) -> list[float]:
    """Return the key rates that theory expects of links, in bits per second; shape (n,).

    `session` is what the links run, see `KeyLink.settings`; links of one kind are worked out once.

    Raises ``ValueError`` if a link has a stated rate.

    >>> from qkdlab.network import METRO_LINK, NETWORK_SESSION, chain, key_links
    >>> lines = [chain(2, link=replace(METRO_LINK, length_km=length)) for length in (5.0, 50.0)]
    >>> near, far = (expected_rates(key_links(line), NETWORK_SESSION)[0] for line in lines)
    >>> near > far > 0
    True
    """
    rates: dict[SessionSettings, int] = {}
    found = []
    for link in links:
        settings = link.settings(session)
        if settings not in rates:
            rates[settings] = expected_key(settings).key_length
        found.append(rates[settings] / link.period_seconds)
    return found


def measure_yield(
    settings: SessionSettings, n_sessions: int = 1, *, progress: Progress | None = None
) -> LinkYield:
    """Run sessions and return what they gave. Results are kept: the same settings are run once.

    `progress` is told the share done, 0 … 1, and may raise to cancel; nothing is kept then.

    >>> from qkdlab import IDEAL_LINK
    >>> settings = SessionSettings(n_pulses=20_000, seed=1, link=IDEAL_LINK, security="asymptotic")
    >>> measure_yield(settings, 3).key_lengths
    (7205, 7176, 7226)
    """
    check_instance("settings", settings, SessionSettings)
    told = _PROGRESS.set(progress)
    try:
        return _measured(settings, check_count("n_sessions", n_sessions, minimum=1))
    finally:
        _PROGRESS.reset(told)


_PROGRESS: ContextVar[Progress | None] = ContextVar("progress of a measurement", default=None)
"""What this thread tells its progress; no argument, since it is not what a result is kept by."""


@lru_cache(maxsize=4_096)
def _measured(settings: SessionSettings, n_sessions: int) -> LinkYield:
    progress = _PROGRESS.get()
    results = [
        run_session(
            replace(settings, seed=settings.seed + i),
            progress=progress_part(progress, i / n_sessions, (i + 1) / n_sessions),
        )
        for i in range(n_sessions)
    ]
    rejected = [result.reason for result in results if not isinstance(result, AcceptedSession)]
    return LinkYield(
        settings=settings,
        key_lengths=tuple(result.key_length for result in results),
        reason=rejected[-1] if rejected else None,
    )
