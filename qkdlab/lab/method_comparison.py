"""The same two keys, corrected in several ways: what each announces, and how often the parties speak."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..distillation.cascade_variants import ORIGINAL, get_variant
from ..distillation.channel import Party, PublicChannel, Subject
from ..distillation.correction import correct
from ..distillation.sifting import read_bits
from ..session import SessionResult, sifting_rule
from ..values import Bits, Progress, binary_entropy

METHODS = ("original", "modified (4)", "modified (8)", "ldpc")
"""Variants of Cascade, and LDPC codes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MethodRun:
    """What one way to correct errors came to.

    Parameters
    ----------
    method
        One of `METHODS`.
    n_bits, n_errors
        Length of the keys, and in how many places they differed.
    alice_leak
        Bits of the key that Alice announced.
    n_rounds
        How often Bob spoke.
    n_left
        In how many places the keys differ still.
    """

    method: str
    n_bits: int
    n_errors: int
    alice_leak: int
    n_rounds: int
    n_left: int

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
    channel, rule = result.channel, sifting_rule(result.settings.protocol_table)
    kept, rest = channel.find(Subject.KEPT), ~channel.find(Subject.SAMPLE)
    read = read_bits(
        channel.find(Subject.ANNOUNCED), result.exchange.bob.bases, result.exchange.bob.bits, rule.readings
    )
    alice, bob = result.exchange.alice.bits[kept][rest], read[kept][rest]
    return (alice, bob) if len(alice) else None


def compare_methods(result: SessionResult, progress: Progress) -> tuple[MethodRun, ...]:
    """Correct the keys of a session with each of `METHODS`; empty if the session left nothing to correct."""
    keys = undisclosed_keys(result)
    return tuple(_runs(result, *keys, progress)) if keys else ()


def _runs(result: SessionResult, alice: Bits, bob: Bits, progress: Progress) -> Iterator[MethodRun]:
    estimate = result.distillation.estimate
    qber = min(estimate.upper if estimate else 0.5, 0.5)
    for number, method in enumerate(METHODS):
        progress(number / len(METHODS))
        channel, rng = PublicChannel(), np.random.default_rng(result.settings.seed)
        way, variant = (method, ORIGINAL) if method == "ldpc" else ("cascade", get_variant(method))
        done = correct(way, alice, bob, qber=qber, rng=rng, channel=channel, variant=variant)
        speeches = (message.sender is Party.BOB for message in channel.messages)
        yield MethodRun(
            method=method,
            n_bits=len(alice),
            n_errors=int(np.count_nonzero(alice != bob)),
            alice_leak=done.counts.alice_leak,
            n_rounds=sum(speeches),
            n_left=int(np.count_nonzero(alice != done.bits)),
        )
