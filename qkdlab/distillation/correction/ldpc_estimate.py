"""How many errors a frame has, by the parities that its bits do not have."""

from __future__ import annotations

from math import hypot, sqrt

import numpy as np

from .belief_propagation import Told
from .ldpc_codes import LdpcCode

LEAST_SPREAD = 0.08
"""By how much of it, at the least, the error rate of a frame is taken to differ from the likeliest."""


def error_rate(code: LdpcCode, n_payload: int, told: Told, qber: float, most: float) -> tuple[float, float]:
    """Return the error rate of a frame, and its standard deviation.

    A check of w bits finds an odd number of errors with probability (1 - (1 - 2 q)^w) / 2; as many are
    expected to be found as were (Kiktenko et al., Phys. Rev. A 98, 012321 (2018)). What was likely before
    counts as well, by its inverse variance, unless the two do not go together.

    Parameters
    ----------
    code
        The code.
    n_payload
        How many bits of the frame may be wrong.
    told
        The parities that were told, plus those that the frame's bits have.
    qber, most
        The error rate that was likeliest before, and the highest to expect, two deviations above.
    """
    n_edges, n_split = sum(bits.size for bits in code.layers), int(np.count_nonzero(told.split))
    weight = n_edges / code.n_checks * n_payload / code.n_bits
    n_joined = len(told.sums) - n_split
    wrong = np.count_nonzero(np.where(told.split, told.firsts, told.sums))
    wrong += np.count_nonzero((told.firsts ^ told.sums) & told.split)
    rates = np.geomspace(qber / 2, min(0.49, 2 * max(qber, most)), 300)
    odd, odd_joined = ((1 - (1 - 2 * rates) ** w) / 2 for w in (weight, 2 * weight))
    found = float(np.interp(wrong, 2 * n_split * odd + n_joined * odd_joined, rates))
    variance = slope = 0.0
    for number, w in ((2 * n_split, weight), (n_joined, 2 * weight)):
        variance += number * (1 - (1 - 2 * found) ** (2 * w)) / 4
        slope += number * w * (1 - 2 * found) ** (w - 1)
    spread = sqrt(variance) / max(slope, 1.0)
    before = max((most - qber) / 2, LEAST_SPREAD * qber)
    if abs(found - qber) > 4 * hypot(before, spread):
        return found, spread
    share = before**2 / (before**2 + spread**2)
    return share * found + (1 - share) * qber, spread * share**0.5
