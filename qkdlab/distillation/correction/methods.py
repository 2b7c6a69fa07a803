"""The ways to correct Bob's errors, by name."""

from __future__ import annotations

import numpy as np

from ...values import Bits, Progress, check_choice
from ..channel import PublicChannel
from .cascade import ParityOracle, reconcile
from .cascade_variants import ORIGINAL, CascadeVariant
from .ldpc import SyndromeOracle, reconcile_ldpc
from .reconciliation import Reconciliation

CORRECTIONS = ("cascade", "ldpc")


def correct(
    correction: str,
    alice_bits: Bits,
    bob_bits: Bits,
    *,
    qber: float,
    likely_qber: float | None = None,
    rng: np.random.Generator,
    channel: PublicChannel,
    variant: CascadeVariant = ORIGINAL,
    progress: Progress | None = None,
) -> Reconciliation:
    """Correct Bob's key with Cascade (`reconcile`) or with LDPC codes, blind (`reconcile_ldpc`).

    Parameters
    ----------
    correction
        One of `CORRECTIONS`.
    alice_bits, bob_bits
        The keys, shape (n,). Alice's goes to her side alone.
    qber, rng, channel, progress
        As both have them; `qber` is the highest error rate to expect.
    likely_qber
        The likeliest, from which LDPC codes start; None for `qber`.
    variant
        The variant of Cascade.
    """
    if check_choice("correction", correction, CORRECTIONS) == "ldpc":
        syndromes = SyndromeOracle(alice_bits, channel)
        return reconcile_ldpc(
            bob_bits,
            syndromes,
            qber=qber,
            likely_qber=likely_qber,
            rng=rng,
            channel=channel,
            progress=progress,
        )
    parities = ParityOracle(alice_bits, channel)
    return reconcile(
        bob_bits, parities, qber=qber, rng=rng, channel=channel, variant=variant, progress=progress
    )
