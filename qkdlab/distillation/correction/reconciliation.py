"""Reconciliation: what every way to correct Bob's errors comes to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...values import Bits, as_bits, check_probability
from ..channel import Party, PublicChannel


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrectionCounts:
    """What error correction did and cost, without the bits.

    Parameters
    ----------
    n_bits
        Length of the corrected key.
    n_corrected
        Number of bits that Bob changed.
    alice_leak, bob_leak
        Bits announced by Alice (parities or syndromes), and by Bob (in Cascade his questions, one bit each).
    n_lost
        Bits of frames that Alice had to announce openly, all of them. They are in her leak.
    """

    n_bits: int
    n_corrected: int
    alice_leak: int
    bob_leak: int
    n_lost: int = 0


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


class Tally:
    """What a correction changes, and what is told from its beginning to its end.

    Parameters
    ----------
    bob_bits
        Bob's key, shape (n,).
    n_alice
        The length of Alice's.
    qber
        The error rate that is expected, 0 … 0.5.
    channel
        Counts what is told.

    Raises
    ------
    ValueError
        If the lengths differ, or `qber` is out of range.
    """

    def __init__(self, bob_bits: Bits, n_alice: int, qber: float, channel: PublicChannel) -> None:
        self.bits = as_bits("bob_bits", bob_bits)
        if len(self.bits) != n_alice:
            raise ValueError(f"bob_bits must have shape ({n_alice},), got shape {self.bits.shape}")
        check_probability("qber", qber, below=0.5)
        self._channel = channel
        self._before = self._told()

    def _told(self) -> list[int]:
        return [self._channel.leaked_bits(party) for party in (Party.ALICE, Party.BOB)]

    def end(self, corrected: Bits, *, n_lost: int = 0) -> Reconciliation:
        """Return the outcome: the `corrected` key, and what it took; `n_lost` as in `CorrectionCounts`."""
        alice_leak, bob_leak = (now - then for now, then in zip(self._told(), self._before, strict=True))
        counts = CorrectionCounts(
            n_bits=len(self.bits),
            n_corrected=int(np.count_nonzero(corrected != self.bits)),
            alice_leak=alice_leak,
            bob_leak=bob_leak,
            n_lost=n_lost,
        )
        return Reconciliation(bits=as_bits("bits", corrected), counts=counts)
