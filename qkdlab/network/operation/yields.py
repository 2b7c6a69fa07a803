"""How much key a link makes, measured by sessions of the kind it runs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from ...distillation.outcome import AbortReason
from ...session.session import AcceptedSession, run_session
from ...settings.session_settings import SessionSettings
from ...values import check_count


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


@lru_cache(maxsize=4_096)
def measure_yield(settings: SessionSettings, n_sessions: int = 1) -> LinkYield:
    """Run sessions and return what they gave. Results are kept: the same settings are run once.

    >>> from qkdlab import IDEAL_LINK
    >>> settings = SessionSettings(n_pulses=20_000, seed=1, link=IDEAL_LINK, security="asymptotic")
    >>> measure_yield(settings, 3).key_lengths
    (7205, 7176, 7226)
    """
    check_count("n_sessions", n_sessions, minimum=1)
    results = [run_session(replace(settings, seed=settings.seed + i)) for i in range(n_sessions)]
    rejected = [result.reason for result in results if not isinstance(result, AcceptedSession)]
    return LinkYield(
        settings=settings,
        key_lengths=tuple(result.key_length for result in results),
        reason=rejected[-1] if rejected else None,
    )
