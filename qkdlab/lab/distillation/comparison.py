"""The same two keys, corrected in several ways: what each announces, and how often the parties speak."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from ...distillation.channel import Message, Party, PublicChannel, Subject
from ...distillation.correction.cascade_variants import ORIGINAL, get_variant
from ...distillation.correction.leakage import LDPC
from ...distillation.correction.methods import correct
from ...distillation.sifting import read_bits
from ...session.session import SessionResult
from ...theory.error_limit import method_of
from ...values import Bits, Progress, binary_entropy, picked, progress_part

METHODS = ("original", "modified (4)", "modified (8)", LDPC)
"""Variants of Cascade, and LDPC codes."""

DURATIONS = (0.05, 0.1, 0.15, 0.7)
"""The share of the time that each of `METHODS` takes."""

_CORRECTING = (Subject.QUESTION, Subject.WANTED, Subject.DECODED)
"""What Bob says while errors are corrected."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MethodRun:
    """What one way to correct errors came to.

    Parameters
    ----------
    method
        One of `METHODS`.
    n_bits, n_errors
        Length of the keys, and in how many places they differed.
    alice_leak, charged_leak
        Bits of the key that Alice announced, and what the session's security mode charges to the key: the
        same, or Bob's part as well.
    n_rounds
        How often Bob spoke.
    n_left
        In how many places the keys differ still.
    is_own
        Whether these are the counts of the session itself.
    """

    method: str
    n_bits: int
    n_errors: int
    alice_leak: int
    charged_leak: int
    n_rounds: int
    n_left: int
    is_own: bool = False

    @property
    def limit(self) -> float:
        """The Shannon limit n h(Q) of the errors that there were, in bits."""
        return self.n_bits * binary_entropy(self.n_errors / self.n_bits) if self.n_bits else 0.0

    @property
    def efficiency(self) -> float:
        """f, the leak over the limit; 0 if there were no errors."""
        return self.alice_leak / self.limit if self.limit else 0.0


def undisclosed_keys(result: SessionResult) -> tuple[Bits, Bits] | None:
    """Return what Alice and Bob hold before correction, which only a simulation can see; None without.

    Both have shape (n,), in the order of the pulses.
    """
    if not result.distillation.estimate:
        return None
    channel, rule = result.channel, result.settings.plan.rule
    kept, rest = channel.find(Subject.KEPT), ~channel.find(Subject.SAMPLE)
    read = read_bits(
        channel.find(Subject.ANNOUNCED), result.exchange.bob.bases, result.exchange.bob.bits, rule.readings
    )
    alice, bob = (picked(picked(bits, kept), rest) for bits in (result.exchange.alice.bits, read))
    return (alice, bob) if len(alice) else None


def compare_methods(
    result: SessionResult, progress: Progress, *, keep_own: bool = False
) -> tuple[MethodRun, ...]:
    """Correct the keys of a session with each of `METHODS`; empty if the session left nothing to correct.

    With `keep_own` the way of the session itself is not run again: it has the counts of the session, so
    that they are those of its ledger, and stands first if it is not one of `METHODS`.
    """
    keys = undisclosed_keys(result)
    if not keys:
        return ()
    own = _own_run(result, *keys) if keep_own else None
    first = [own] if own and own.method not in METHODS else []
    return (*first, *_runs(result, *keys, progress, own))


def _own_run(result: SessionResult, alice: Bits, bob: Bits) -> MethodRun | None:
    """Return what correction came to in the session; None if the hashes of the keys did not agree."""
    steps = result.distillation
    if not steps.correction or not steps.verified:
        return None
    return MethodRun(
        method=method_of(result.settings),
        n_bits=len(alice),
        n_errors=int(np.count_nonzero(alice != bob)),
        alice_leak=steps.correction.alice_leak,
        charged_leak=steps.charged_leak or 0,
        n_rounds=_speeches(result.channel.messages),
        n_left=0,
        is_own=True,
    )


def _runs(
    result: SessionResult, alice: Bits, bob: Bits, progress: Progress, own: MethodRun | None
) -> Iterator[MethodRun]:
    estimate = result.distillation.estimate
    qber, begun = min(estimate.upper if estimate else 0.5, 0.5), 0.0
    for method, duration in zip(METHODS, DURATIONS, strict=True):
        progress(begun)
        if own and own.method == method:
            yield own
        else:
            part = progress_part(progress, begun, begun + duration)
            yield _run(result, method, alice, bob, qber, part)
        begun += duration


def _run(
    result: SessionResult, method: str, alice: Bits, bob: Bits, qber: float, progress: Progress | None
) -> MethodRun:
    channel, rng = PublicChannel(), np.random.default_rng(result.settings.seed)
    done = correct(
        LDPC if method == LDPC else "cascade",
        alice,
        bob,
        qber=qber,
        likely_qber=min(estimate.qber, 0.5) if (estimate := result.distillation.estimate) else None,
        rng=rng,
        channel=channel,
        variant=ORIGINAL if method == LDPC else get_variant(method),
        progress=progress,
    )
    counts = done.counts
    return MethodRun(
        method=method,
        n_bits=len(alice),
        n_errors=int(np.count_nonzero(alice != bob)),
        alice_leak=counts.alice_leak,
        charged_leak=result.settings.security.charged_leak(counts.alice_leak, counts.bob_leak),
        n_rounds=_speeches(channel.messages),
        n_left=int(np.count_nonzero(alice != done.bits)),
    )


def _speeches(messages: Iterable[Message]) -> int:
    """Return how often Bob speaks in correction."""
    return sum(message.sender is Party.BOB and message.subject in _CORRECTING for message in messages)
