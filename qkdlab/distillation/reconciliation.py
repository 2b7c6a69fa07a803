"""Reconciliation: what every way to correct Bob's errors comes to."""

from __future__ import annotations

from dataclasses import dataclass

from ..values import Bits


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrectionCounts:
    """What error correction did and cost, without the bits.

    Parameters
    ----------
    n_bits
        Length of the corrected key.
    n_corrected
        Number of bits Bob flipped.
    alice_leak, bob_leak
        Bits announced by Alice (parities or syndromes), and by Bob (in Cascade his questions, one bit each).
    """

    n_bits: int
    n_corrected: int
    alice_leak: int
    bob_leak: int


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Reconciliation:
    """The outcome of error correction on Bob's side: his corrected key, uint8, shape (n,), and counts."""

    bits: Bits
    counts: CorrectionCounts

    def __repr__(self) -> str:
        return (
            f"Reconciliation({len(self.bits)} secret bits, {self.counts.n_corrected} corrected, "
            f"{self.counts.alice_leak} + {self.counts.bob_leak} bits leaked)"
        )
