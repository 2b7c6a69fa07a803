"""What error correction is expected to leak, before a bit is corrected."""

from __future__ import annotations

from math import log2

import numpy as np

from ...values import binary_entropy
from .cascade_variants import LEAST_QBER, CascadeVariant

LDPC = "ldpc"

MEASURED_AT = (0.005, 0.01, 0.03, 0.08, 0.11)
"""Error rates of the table below."""
EFFICIENCIES: dict[str, tuple[float, ...]] = {
    "original": (1.119, 1.132, 1.164, 1.208, 1.234),
    "modified (1)": (1.059, 1.060, 1.072, 1.105, 1.118),
    "modified (2)": (1.056, 1.061, 1.070, 1.100, 1.109),
    "modified (3)": (1.060, 1.065, 1.072, 1.107, 1.127),
    "modified (4)": (1.044, 1.049, 1.053, 1.084, 1.098),
    "modified (7)": (1.024, 1.028, 1.038, 1.054, 1.071),
    "modified (8)": (1.032, 1.031, 1.033, 1.052, 1.058),
    LDPC: (1.145, 1.136, 1.123, 1.128, 1.153),
}
"""Alice's leak over n h(Q): by variant of Cascade, with blocks made for the true error rate, and for
blind LDPC codes, checks of frames included, measured here on keys of 10⁵ bits (means).

The original is as published (Martinez-Mateo et al., QIC 15, 453 (2015)). On keys of 10⁴ bits the other
variants leak about 2 % more.
"""


def method_name(correction: str, variant: str) -> str:
    """Return the key of `EFFICIENCIES` for a way to correct and a variant of Cascade."""
    return LDPC if correction == LDPC else variant


def efficiency(method: str, qber: float) -> float:
    """Return f of `EFFICIENCIES` at an error rate, between and beyond its columns.

    >>> efficiency("original", 0.03), efficiency("ldpc", 0.11)
    (1.164, 1.153)
    """
    places = np.log([max(qber, MEASURED_AT[0]), *MEASURED_AT])
    return float(np.interp(places[0], places[1:], EFFICIENCIES[method]))


def expected_leak(
    variant: CascadeVariant, n_bits: float, qber: float, *, block_qber: float | None = None
) -> float:
    """Return how many bits Alice is expected to announce; Bob's questions are as many.

    With blocks made for another error rate, a pass costs one parity for each of its blocks, and an error is
    found in log₂ of the first block size: right within 3 %, and within 5 % for the variants that round their
    blocks to powers of two.

    Parameters
    ----------
    variant
        The variant of Cascade.
    n_bits
        Length of the key, at least 1.
    qber
        Its true error rate.
    block_qber
        The error rate that the blocks are made for; None for the true one. Sessions take the upper end of the
        estimate's interval.

    Examples
    --------
    >>> from qkdlab.distillation.correction.cascade_variants import ORIGINAL
    >>> round(expected_leak(ORIGINAL, 10_000, 0.02) / (10_000 * binary_entropy(0.02)), 3)
    1.152
    """
    leak = n_bits * binary_entropy(qber) * efficiency(variant.name, qber)
    if block_qber is not None:
        n, rate = max(1, round(n_bits)), max(qber, LEAST_QBER)
        right, made = (variant.block_sizes(n, error) for error in (rate, block_qber))
        leak += n_bits * sum(1 / size for size in made) - n_bits * sum(1 / size for size in right)
        leak -= n_bits * qber * log2(right[0] / made[0])
    return max(0.0, leak)
