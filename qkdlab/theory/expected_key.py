"""The key that settings can be expected to give, without a pulse: expected counts, a session's own formula.

The line is taken as honest: `eavesdropper` plays no part. What a session would count (detected pulses,
sifted bits, disclosed bits, errors) is put at its mean, the leak is that of
`distillation.correction.leakage`, and the key length is that of the settings' security mode, less what
authentication takes. Counts fluctuate from run to run, and the mean of the key lengths differs from the
length at the mean counts, by little where there are many.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor

from ..distillation.authentication.account import FIRST_SECRET_BITS, SESSION_BITS
from ..distillation.outcome import AbortReason
from ..settings.session_settings import SessionSettings
from ..values import check_choice, check_instance
from .expected_counts import ExpectedCounts

PROTOCOLS = ("BB84", "BBM92", "six-state", "three-state")
"""The protocols whose counts follow from gain and QBER of the link alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpectedKey:
    """What settings can be expected to give on an honest line.

    Parameters
    ----------
    settings
        The settings.
    balance
        Secret bits, not rounded; if negative, so many are missing.
    n_key
        Bits that error correction gets.
    n_test
        Sifted bits of a basis that is disclosed altogether; 0 if there is none.
    n_compared
        The disclosed bits of the rate that has fewest of them.
    qber
        Error rate of the key bits; None if there are none.
    leaked_bits
        What error correction leaks, as the security mode charges it.
    stopped
        Why the session is expected to end before that; None if it goes on.
    """

    settings: SessionSettings
    balance: float
    n_key: float
    n_test: float
    n_compared: float
    qber: float | None
    leaked_bits: int
    stopped: AbortReason | None = None

    @property
    def key_length(self) -> int:
        """Expected number of secret bits; 0 if there are none."""
        return 0 if self.stopped else max(0, floor(self.balance))

    @property
    def rate(self) -> float:
        """Expected secret bits per pulse."""
        return self.key_length / self.settings.n_pulses


def expected_key(settings: SessionSettings, *, efficiency: float | None = None) -> ExpectedKey:
    """Return the key that a session of these settings can be expected to give, without running it.

    Parameters
    ----------
    settings
        What would be run; BB84, BBM92, six-state or three-state. `eavesdropper` and `seed` play no part.
    efficiency
        Alice's leak over the Shannon limit, f ≥ 1; None for that of the settings' way to correct, with the
        blocks that Cascade would choose. Modes that charge Bob's questions take twice as much for Cascade.

    Raises
    ------
    ValueError
        For another protocol, whose counts take more than gain and QBER.

    Examples
    --------
    >>> from qkdlab import IDEAL_LINK, SessionSettings
    >>> settings = SessionSettings(n_pulses=50_000, link=IDEAL_LINK, seed=1, security="asymptotic")
    >>> expected_key(settings).key_length
    18430
    """
    check_instance("settings", settings, SessionSettings)
    check_choice("protocol", settings.protocol, PROTOCOLS)
    counts = ExpectedCounts.of(settings)
    n_key, compared, qber = counts.n_key, counts.fewest_compared, counts.qber
    leak = 0
    stopped = None
    if compared < settings.security.minimum_sample or n_key < 1:
        stopped = AbortReason.TOO_FEW_SIFTED_BITS
    elif max(qber, counts.test_qber) > settings.max_qber:
        stopped = AbortReason.QBER_TOO_HIGH
    elif settings.authenticates and settings.shared_bits < FIRST_SECRET_BITS:
        stopped = AbortReason.NO_SHARED_KEY
    balance = 0.0
    if not stopped:
        leak = _charged_leak(counts, efficiency)
        balance = counts.balance(leak) - (SESSION_BITS if settings.authenticates else 0)
    return ExpectedKey(
        settings=settings,
        balance=balance,
        n_key=n_key,
        n_test=float(counts.tested.sum()),
        n_compared=compared,
        qber=qber if n_key else None,
        leaked_bits=leak,
        stopped=stopped,
    )


def long_run_rate(settings: SessionSettings) -> float:
    """Return the secret bits per pulse of a run as long as one likes, on an honest line; 0 without a key.

    `expected_key` at the counts of 2⁶⁰ pulses, or of those that make 2³⁶ bits, by the settings' own proof,
    source, security mode and way to correct, so that chance takes next to nothing. Where it is 0, no number
    of pulses gives a key.

    Raises
    ------
    ValueError
        For another protocol than `PROTOCOLS`.

    Examples
    --------
    >>> from qkdlab import GYS_LINK, SessionSettings
    >>> settings = SessionSettings(n_pulses=1_000, link=GYS_LINK, seed=1, security="asymptotic")
    >>> expected_key(settings).key_length, round(long_run_rate(settings), 6)
    (0, 0.000116)
    """
    check_instance("settings", settings, SessionSettings)
    check_choice("protocol", settings.protocol, PROTOCOLS)
    counts = ExpectedCounts.of(settings).long_run()
    if not counts.n_key or max(counts.qber, counts.test_qber) > settings.max_qber:
        return 0.0
    return max(0.0, counts.balance(_charged_leak(counts, None)) / float(counts.sent.sum()))


def _charged_leak(counts: ExpectedCounts, efficiency: float | None) -> int:
    """Return the leak of error correction as the security mode charges it."""
    settings, announced = counts.settings, round(counts.leak(efficiency))
    questions = announced if settings.correction == "cascade" else 0
    return settings.security.charged_leak(announced, questions)
