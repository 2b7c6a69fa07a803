"""How many bits of information Eve's record holds on Alice's sifted bits: what only a simulation can see."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from ..exchange.run import Exchange
from ..values import Bits, as_index


@dataclass(frozen=True, kw_only=True, slots=True)
class InformationEstimate:
    """An estimate of mutual information, in bits per sifted bit.

    Parameters
    ----------
    bits
        The plug-in estimate: the formula of mutual information applied to the observed shares.
    bias
        By how much the estimate is too high on average, to first order in 1 / n: one degree of freedom
        for each group in which both variables vary, divided by 2 n ln 2 (Miller 1955).
    standard_error
        Standard error of the estimate, from the spread of the information density.
    """

    bits: float
    bias: float
    standard_error: float


def plug_in_information(bits: Bits, outcomes: Bits, groups: Bits) -> InformationEstimate:
    """Return the mutual information between `bits` and `outcomes` for somebody who knows `groups`.

    I(bits; outcomes | groups) = Σ P(g, a, e) log₂ [P(g) P(g, a, e) / (P(g, a) P(g, e))], with observed
    shares for the probabilities.

    Parameters
    ----------
    bits, outcomes
        uint8 arrays of 0/1, shape (n,), n ≥ 1.
    groups
        uint8 array, shape (n,): what is known beside the outcome.

    Examples
    --------
    >>> bits = np.array([0, 1, 0, 1], dtype=np.uint8)
    >>> plug_in_information(bits, bits, np.zeros(4, dtype=np.uint8)).bits
    1.0
    """
    if not len(bits):
        raise ValueError("bits must hold at least one bit, got none")
    cells = 4 * groups.astype(np.int64) + 2 * bits + outcomes
    n_cells = 4 * (int(groups.max()) + 1)
    counts = np.bincount(as_index(cells), minlength=n_cells).reshape(-1, 2, 2).astype(float)
    total = counts.sum()
    given_bit, given_outcome = counts.sum(axis=2, keepdims=True), counts.sum(axis=1, keepdims=True)
    used = counts > 0
    ratio = np.ones_like(counts)
    np.divide(
        counts * counts.sum(axis=(1, 2), keepdims=True), given_bit * given_outcome, out=ratio, where=used
    )
    density, share = np.log2(ratio), counts / total
    mean = float(np.sum(share * density))
    varying = np.all(given_bit > 0, axis=(1, 2)) & np.all(given_outcome > 0, axis=(1, 2))
    return InformationEstimate(
        bits=max(0.0, mean),
        bias=int(np.count_nonzero(varying)) / (2 * total * log(2)),
        standard_error=sqrt(max(0.0, float(np.sum(share * density**2)) - mean**2) / total),
    )


def eve_information(
    exchange: Exchange, kept: NDArray[np.bool_], *, announced: bool
) -> InformationEstimate | None:
    """Return what Eve's record says about Alice's sifted bits.

    Parameters
    ----------
    exchange
        The quantum part of a session.
    kept
        Boolean, shape (n_detected,): the pulses kept in sifting.
    announced
        Whether she knows what Alice announced, her basis in BB84. Without it the answer is right only for
        tactics that read the probe in the same way for all bases.

    Returns
    -------
    The estimate; None if there is no Eve, or nothing was kept.
    """
    if exchange.eve is None or not np.any(kept):
        return None
    places = np.flatnonzero(kept)  # several times as quick as a random mask
    groups = exchange.eve.tactics[places]
    if announced:
        groups = groups * (1 + exchange.announcements.max()) + exchange.announcements[places]
    return plug_in_information(exchange.alice.bits[places], exchange.eve.outcomes[places], groups)
