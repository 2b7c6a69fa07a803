"""Belief propagation: from the parities that were told to the most likely errors, on the graph of a code.

Every bit tells its checks how likely it is wrong, every check tells its bits what the others leave for
them, and again, until the errors that seem likeliest have the right parities: the sum-product algorithm
(Gallager 1963; for a syndrome, Liveris, Xiong and Georghiades, IEEE Commun. Lett. 6, 440 (2002)). The rows of
a quasi-cyclic code take turns, and each hears what those before have said: that takes half as many rounds as
all at once (*layered*; Hocevar, IEEE SiPS 2004). Beliefs are log-likelihood ratios, ln P(right) / P(wrong),
as 32-bit floats.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...values import Bits, as_index
from .ldpc_codes import Indices, LdpcCode
from .ordered_statistics import few_amiss, mend

Beliefs = NDArray[np.float32]

CERTAIN = 1000.0
"""The belief in a bit that is known: more than all its checks together can bring against it."""

_CLOSEST = np.float32(1 - 1e-5)  # to certainty that a check comes: a belief of 12
_FEWER = 0.98  # a share of what was amiss before, which counts as progress
_NOTHING = np.float32(1e-30)  # added to beliefs of 0, which could not be divided out again


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Told:
    """What is known of the parities of a frame, pair by pair of a code's checks.

    Parameters
    ----------
    sums
        The sum of either pair, uint8, shape (m / 2,).
    firsts
        The first of the two, the same shape; 0 where it is not known.
    split
        Whether it is known, bool.
    """

    sums: Bits
    firsts: Bits
    split: NDArray[np.bool_]

    def amiss(self, code: LdpcCode, errors: Bits) -> Bits:
        """Return which of the told parities `errors`, uint8, shape (n,), do not have, shape (2, m / 2).

        A split pair has two; of a joined one the first stands for the sum, and the second is 0.
        """
        first, second = code.by_pairs(code.syndrome(errors))
        both = first ^ second ^ self.sums
        wrong = np.where(self.split, first ^ self.firsts, both)
        return np.stack([wrong, wrong ^ both])


class Decoder:
    """A frame while it is decoded; what the decoder has come to believe is kept between attempts.

    Parameters
    ----------
    code
        The code.
    beliefs
        What is known of the bits beforehand: ln (1 - q) / q where a bit is wrong with probability q, and
        ± `CERTAIN` for a known one; float32, shape (n,).

    Notes
    -----
    The likeliest errors are in `errors`, uint8, shape (n,).

    >>> from .ldpc_codes import get_code
    >>> code = get_code(143, 10)
    >>> errors = np.zeros(1430, dtype=np.uint8)
    >>> errors[[5, 700]] = 1
    >>> first, second = code.by_pairs(code.syndrome(errors))
    >>> told = Told(sums=first ^ second, firsts=first, split=np.ones(160, dtype=bool))
    >>> decoder = Decoder(code, np.full(1430, np.log(99), dtype=np.float32))
    >>> decoder.run(told), np.flatnonzero(decoder.errors).tolist()
    (True, [5, 700])
    """

    def __init__(self, code: LdpcCode, beliefs: Beliefs) -> None:
        self._code, self._prior = code, np.array(beliefs)
        self.forget()

    def forget(self) -> None:
        """Begin anew, having been led to errors that are wrong."""
        self._totals = np.array(self._prior)
        self._messages = [np.zeros(bits.shape, np.float32) for bits in self._code.layers]
        self.errors = self._likeliest()

    def learn(self, places: Indices, errors: Bits) -> None:
        """Take up whether the bits at `places` are wrong, uint8, shape (n_places,)."""
        known = np.where(errors, np.float32(-CERTAIN), np.float32(CERTAIN))
        self._totals[places] += known - self._prior[places]
        self._prior[places] = known

    def run(self, told: Told, *, max_iterations: int = 60, patience: int = 5) -> bool:
        """Go on until the errors have the parities that were told; say whether they do.

        Parameters
        ----------
        told
            What is known of the parities of the frame.
        max_iterations
            When to give up.
        patience
            When to give up earlier: after so many rounds without progress. If few parities are amiss then,
            the least certain bits are changed (`mend`), or else the decoder begins anew at its next run.

        Returns
        -------
        Whether `errors` has all parities that were told. Where it has and is wrong all the same, the graph's
        cycles have misled the beliefs.
        """
        signs = self._signs(told)
        fewest, latest = self._code.n_checks + 1, 0
        for iteration in range(max_iterations):
            left = sum(self._ask(row, *signs[row]) for row in range(self._code.n_rows))
            if not left and not np.any(told.amiss(self._code, self._likeliest())):
                break
            if left < _FEWER * fewest:
                fewest, latest = left, iteration
            elif iteration - latest >= patience:
                break
        self.errors = self._likeliest()
        amiss = told.amiss(self._code, self.errors)
        if not amiss.any():
            return True
        if few_amiss(told.split, amiss):
            doubts = np.where(np.abs(self._prior) < CERTAIN, np.abs(self._totals), np.inf)
            flips = mend(self._code, told.split, amiss, doubts)
            self.errors[flips] ^= 1
            if len(flips):
                return True
            self.forget()
        return False

    def _likeliest(self) -> Bits:
        return (self._totals < 0).view(np.uint8)

    def _signs(self, told: Told) -> list[tuple[Beliefs, Beliefs, NDArray[np.bool_]]]:
        """Return for each row: signs of either check if split, the sign of the sum, and what is split."""
        both = np.stack([told.firsts, told.firsts ^ told.sums])
        shape = (self._code.n_rows, self._code.lift // 2)
        signs = (1 - 2 * both.astype(np.float32)).reshape(2, *shape)
        sums = (1 - 2 * told.sums.astype(np.float32)).reshape(shape)
        split = told.split.reshape(shape)
        return [(signs[:, row], sums[row], split[row]) for row in range(shape[0])]

    def _ask(self, row: int, signs: Beliefs, sums: Beliefs, split: NDArray[np.bool_]) -> int:
        """Let the checks of a row tell each of their bits: 2 artanh Π tanh(belief / 2) over the others.

        Return how many parities were amiss by what the bits told them.
        """
        bits, messages = self._code.layers[row], self._messages[row]
        said = self._totals.take(as_index(bits), mode="wrap")
        said -= messages  # a bit does not repeat to a check what it heard from it
        tanhs = said * np.float32(0.5)
        np.tanh(tanhs, out=tanhs)
        tanhs += _NOTHING
        whole = np.multiply.reduce(tanhs, axis=0).reshape(2, -1)
        # where a pair is not split, the other check's bits are of the same check
        whole *= np.where(split, signs, sums * whole[::-1])
        left = int(np.count_nonzero(whole < 0))
        whole *= _CLOSEST
        others = whole.reshape(-1)
        # 2 artanh (whole / tanh) = ln (tanh + whole) / (tanh - whole)
        np.add(tanhs, others, out=messages)
        np.subtract(tanhs, others, out=tanhs)
        messages /= tanhs
        np.log(messages, out=messages)
        said += messages
        self._totals[bits] = said
        return left
