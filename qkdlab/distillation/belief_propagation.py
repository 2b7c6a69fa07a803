"""Belief propagation: from a syndrome to the most likely errors, on the graph of an LDPC code.

Every bit tells its checks how likely it is wrong, every check tells its bits what the others leave for
them, and again, until the errors that seem likeliest have the right syndrome: the sum-product algorithm
(Gallager 1963; for a syndrome, Liveris, Xiong and Georghiades, IEEE Commun. Lett. 6, 440 (2002)). All
messages of a step are sent at once (*flooding*). Beliefs are log-likelihood ratios, ln P(right) / P(wrong),
as 32-bit floats.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..values import Bits
from .ldpc_codes import Indices, LdpcCode

Beliefs = NDArray[np.float32]

CERTAIN = 1000.0
"""The belief in a bit that is known: more than all its checks together can bring against it."""

_CLOSEST = np.float32(1 - 1e-6)  # to certainty that a check comes: a belief of 14.5
_TOLD = np.float32(30)  # e^-30 is nothing beside 1 to 32-bit floats, and e^30 does not overflow


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Decoded:
    """What came of frames, in the order they were given.

    Parameters
    ----------
    errors
        The likeliest errors, uint8, shape (n, n_frames).
    converged
        Whether they have the syndrome that was given, bool, shape (n_frames,).
    n_iterations
        Rounds of messages, int64, shape (n_frames,).
    """

    errors: Bits
    converged: NDArray[np.bool_]
    n_iterations: Indices


def decode(
    code: LdpcCode, syndromes: Bits, beliefs: Beliefs, *, max_iterations: int = 60, patience: int = 10
) -> Decoded:
    """Find the errors of several frames that have the given syndromes.

    Parameters
    ----------
    code
        The code.
    syndromes
        uint8, shape (m, n_frames).
    beliefs
        What is known of the bits beforehand: ln (1 - q) / q where a bit is wrong with probability q, 0 for
        a punctured one, `CERTAIN` for a known one; float32, shape (n, n_frames).
    max_iterations
        When to give a frame up.
    patience
        When to give it up earlier: after so many rounds in which its unsatisfied checks did not become fewer
        than they were before. Ten halve the time of the blind protocol and cost 0.005 of its efficiency.

    Returns
    -------
    The errors, and whether they fit. They are the likeliest for most frames; where they are not, or
    do not fit, the graph's cycles have misled the beliefs.

    >>> from .ldpc_codes import get_code
    >>> code = get_code(1024, 0.8)
    >>> errors = np.zeros((1024, 1), dtype=np.uint8)
    >>> errors[[5, 700]] = 1
    >>> found = decode(code, code.syndrome(errors), np.full((1024, 1), np.log(99), dtype=np.float32))
    >>> bool(found.converged[0]), np.flatnonzero(found.errors[:, 0]).tolist()
    (True, [5, 700])
    """
    n_frames = beliefs.shape[1]
    done = Decoded(
        errors=np.zeros((code.n_bits, n_frames), dtype=np.uint8),
        converged=np.zeros(n_frames, dtype=bool),
        n_iterations=np.zeros(n_frames, dtype=np.int64),
    )
    groups = _groups(code)
    going = np.arange(n_frames)
    fewest, latest = np.full(n_frames, code.n_checks + 1), np.zeros(n_frames, dtype=np.int64)
    messages = np.zeros((code.bits_of_checks.size, n_frames), dtype=np.float32)
    for iteration in range(max_iterations + 1):
        totals = _totals(groups, beliefs, messages)
        errors = (totals[:-1] < 0).astype(np.uint8)
        left = np.count_nonzero(code.syndrome(errors) != syndromes, axis=0)
        done.errors[:, going], done.converged[going], done.n_iterations[going] = errors, left == 0, iteration
        latest[left < fewest] = iteration
        fewest = np.minimum(fewest, left)
        rest = np.flatnonzero((left > 0) & (iteration - latest < patience))
        if not len(rest) or iteration == max_iterations:
            break
        if len(rest) < len(going):  # go on with the others alone
            going, fewest, latest = going[rest], fewest[rest], latest[rest]
            # take keeps the frames of a bit side by side in memory, which [:, rest] does not
            syndromes, beliefs = syndromes.take(rest, axis=1), beliefs.take(rest, axis=1)
            messages, totals = messages.take(rest, axis=1), totals.take(rest, axis=1)
        messages = _answers(code, syndromes, totals, messages)
    return done


def _groups(code: LdpcCode) -> list[tuple[slice, Indices]]:
    """Return the bits of each degree, and where the edges of these stand, shape (degree, n_of_them)."""
    groups = []
    first = np.cumsum(code.degrees) - code.degrees
    for degree in np.unique(code.degrees):
        low, high = np.searchsorted(code.degrees, [degree, degree + 1])
        edges = first[low:high] + np.arange(degree)[:, np.newaxis]
        groups.append((slice(int(low), int(high)), code.slots[edges]))
    return groups


def _totals(groups: list[tuple[slice, Indices]], beliefs: Beliefs, messages: Beliefs) -> Beliefs:
    """Return what all its checks make of each bit, shape (n + 1, n_frames); the last is for padding."""
    totals = np.full((len(beliefs) + 1, beliefs.shape[1]), CERTAIN, dtype=np.float32)
    totals[:-1] = beliefs
    for bits, slots in groups:
        for slot in slots:
            totals[bits] += messages[slot]
    return totals


def _answers(code: LdpcCode, syndromes: Bits, totals: Beliefs, messages: Beliefs) -> Beliefs:
    """Return what each check tells each of its bits: 2 artanh Π tanh(belief / 2) over its others."""
    width, n_frames = len(code.bits_of_checks), totals.shape[1]
    told = totals[code.bits_of_checks.ravel()]
    told -= messages  # a bit does not repeat to a check what it heard from it
    np.clip(told, -_TOLD, _TOLD, out=told)
    odds = np.exp(np.negative(told, out=told), out=told)
    tanhs = ((1 - odds) / (1 + odds)).reshape(width, code.n_checks, n_frames)
    products = np.empty_like(tanhs)
    before: Beliefs = 1 - 2 * syndromes.astype(np.float32)
    for slot in range(width):  # products of those before and of those after: none is divided out, some are 0
        products[slot] = before
        before *= tanhs[slot]
    after = tanhs[-1].copy()
    for slot in range(width - 2, -1, -1):
        products[slot] *= after
        after *= tanhs[slot]
    np.clip(products, -_CLOSEST, _CLOSEST, out=products)
    np.divide(1 + products, 1 - products, out=products)
    answers: Beliefs = np.log(products, out=products).reshape(messages.shape)
    return answers
