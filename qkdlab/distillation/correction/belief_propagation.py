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

from ...values import Bits
from .ldpc_codes import Indices, LdpcCode

Beliefs = NDArray[np.float32]

CERTAIN = 1000.0
"""The belief in a bit that is known: more than all its checks together can bring against it."""

_CLOSEST = np.float32(1 - 1e-6)  # to certainty that a check comes: a belief of 14.5
_NOTHING = np.float32(1e-9)  # in place of 0, which could not be divided out again


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Told:
    """What is known of the parities of frames, pair by pair of a code's checks.

    Parameters
    ----------
    sums
        The sum of either pair, uint8, shape (m / 2, n_frames).
    firsts
        The first of the two, the same shape; 0 where it is not known.
    split
        Whether it is known, bool.
    """

    sums: Bits
    firsts: Bits
    split: NDArray[np.bool_]

    def of(self, frames: Indices) -> Told:
        """Return those of some frames."""
        return Told(
            sums=self.sums.take(frames, axis=1),
            firsts=self.firsts.take(frames, axis=1),
            split=self.split.take(frames, axis=1),
        )

    def unsatisfied(self, code: LdpcCode, errors: Bits) -> Indices:
        """Return how many of the told parities `errors`, uint8, shape (n, n_frames), do not have."""
        first, second = code.by_pairs(code.syndrome(errors))
        wrong: Indices = np.count_nonzero(first ^ second ^ self.sums, axis=0)
        wrong += np.count_nonzero((first ^ self.firsts) & self.split, axis=0)
        return wrong


class Decoder:
    """Frames of one code while they are decoded; what it has come to believe is kept between attempts.

    Parameters
    ----------
    code
        The code.
    beliefs
        What is known of the bits beforehand: ln (1 - q) / q where a bit is wrong with probability q, and
        ± `CERTAIN` for a known one; float32, shape (n, n_frames).

    >>> from .ldpc_codes import get_code
    >>> code = get_code(143, 10)
    >>> errors = np.zeros((1430, 1), dtype=np.uint8)
    >>> errors[[5, 700]] = 1
    >>> first, second = code.by_pairs(code.syndrome(errors))
    >>> told = Told(sums=first ^ second, firsts=first, split=np.ones((160, 1), dtype=bool))
    >>> decoder = Decoder(code, np.full((1430, 1), np.log(99), dtype=np.float32))
    >>> bool(decoder.run(told)[0]), np.flatnonzero(decoder.errors[:, 0]).tolist()
    (True, [5, 700])
    """

    def __init__(self, code: LdpcCode, beliefs: Beliefs) -> None:
        self._code, self._prior = code, beliefs
        self._totals = np.array(beliefs)
        self._messages = [np.zeros((*bits.shape, beliefs.shape[1]), np.float32) for bits in code.layers]

    @property
    def errors(self) -> Bits:
        """The likeliest errors, uint8, shape (n, n_frames)."""
        return (self._totals < 0).view(np.uint8)

    def keep(self, frames: Indices) -> None:
        """Go on with some of the frames alone."""
        # take keeps the frames of a bit side by side in memory, which [:, frames] does not
        self._prior, self._totals = (array.take(frames, axis=1) for array in (self._prior, self._totals))
        self._messages = [array.take(frames, axis=2) for array in self._messages]

    def forget(self, frames: Indices) -> None:
        """Let some frames begin anew: they were led to errors that are wrong."""
        self._totals[:, frames] = self._prior[:, frames]
        for messages in self._messages:
            messages[..., frames] = 0

    def learn(self, places: Indices, errors: Bits) -> None:
        """Take up whether the bits at `places` are wrong, uint8, shape (n_places, n_frames)."""
        known = np.where(errors, np.float32(-CERTAIN), np.float32(CERTAIN))
        self._totals[places] += known - self._prior[places]
        self._prior[places] = known

    def run(self, told: Told, *, max_iterations: int = 60, patience: int = 5) -> NDArray[np.bool_]:
        """Go on until the errors have the parities that were told; say of which frames they do.

        Parameters
        ----------
        told
            What is known of the parities of these frames.
        max_iterations
            When to give up.
        patience
            When to give up earlier: after so many rounds in which no frame's unsatisfied parities became
            fewer than they were before.

        Returns
        -------
        Boolean, shape (n_frames,). The errors are the likeliest for most frames; where they are not, or do
        not fit, the graph's cycles have misled the beliefs.
        """
        signs = self._signs(told)
        n_frames = self._totals.shape[1]
        fewest, latest = np.full(n_frames, self._code.n_checks + 1), np.zeros(n_frames, dtype=np.int64)
        for iteration in range(max_iterations):
            left = np.zeros(n_frames, dtype=np.int64)
            for row in range(self._code.n_rows):
                left += self._ask(row, *signs[row])
            if not left.all() and np.all(told.unsatisfied(self._code, self.errors) == 0):
                break
            latest[left < fewest] = iteration
            fewest = np.minimum(fewest, left)
            if not np.any(iteration - latest < patience):
                break
        converged: NDArray[np.bool_] = told.unsatisfied(self._code, self.errors) == 0
        return converged

    def _signs(self, told: Told) -> list[tuple[Beliefs, Beliefs, NDArray[np.bool_]]]:
        """Return for each row: signs of either check if split, the sign of the sum, and what is split."""
        both = np.stack([told.firsts, told.firsts ^ told.sums])
        shape = (self._code.n_rows, self._code.lift // 2, told.sums.shape[1])
        signs = (1 - 2 * both.astype(np.float32)).reshape(2, *shape)
        sums = (1 - 2 * told.sums.astype(np.float32)).reshape(shape)
        split = told.split.reshape(shape)
        return [(signs[:, row], sums[row], split[row]) for row in range(shape[0])]

    def _ask(self, row: int, signs: Beliefs, sums: Beliefs, split: NDArray[np.bool_]) -> Indices:
        """Let the checks of a row tell each of their bits: 2 artanh Π tanh(belief / 2) over the others.

        Return how many parities the errors did not have before, shape (n_frames,).
        """
        bits, messages = self._code.layers[row], self._messages[row]
        said = self._totals.take(bits, axis=0)
        odd = np.logical_xor.reduce(said < 0, axis=0).reshape(2, *sums.shape)
        wrong = np.where(split, odd != (signs < 0), (odd[0] ^ odd[1]) != (sums < 0))
        said -= messages  # a bit does not repeat to a check what it heard from it
        tanhs = said * np.float32(0.5)
        np.tanh(tanhs, out=tanhs)
        tanhs[tanhs == 0] = _NOTHING
        whole = np.multiply.reduce(tanhs, axis=0).reshape(2, *sums.shape)
        # where a pair is not split, the other check's bits are of the same check
        whole *= np.where(split, signs, sums * whole[::-1])
        np.divide(whole.reshape(tanhs.shape[1:]), tanhs, out=messages)
        np.clip(messages, -_CLOSEST, _CLOSEST, out=messages)
        np.subtract(1, messages, out=tanhs)
        messages += 1
        messages /= tanhs
        np.log(messages, out=messages)
        said += messages
        self._totals[bits] = said
        left: Indices = np.count_nonzero(wrong, axis=(0, 1))
        return left
