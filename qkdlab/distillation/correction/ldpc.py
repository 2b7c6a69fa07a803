"""Error correction by LDPC codes: Alice announces parities, Bob finds his errors from them.

The key is shuffled and cut into frames (`ldpc_frames`). Of each, Alice announces fewer parities than Bob
needs, and a *check*: a hash by which he will know the frame when he has it. From the share of parities that
his bits do not have he tells how many errors there are, and asks for so many parities more. Then he looks
for the likeliest errors (`belief_propagation`); for a frame that he cannot decode, or that fails its check,
Alice announces a few more, *blind*, as she does not know what he lacks (Martinez-Mateo, Elkouss and Martin,
Quantum Inf. Comput. 12, 791 (2012), arXiv:1205.5729), by splitting the pairs of checks that her first
parities joined. When there are no more she discloses key bits (Kiktenko et al., Phys. Rev. Applied 8,
044017 (2017)), at last the whole frame.

**What a frame can cost.** A decoder may come to wrong errors that have all parities. The check finds that,
and Bob goes on asking; so one frame costs at most its own bits and what was said of it before. A frame that
is disclosed to its last bit is *lost*. Its bits need not be cut out of the key: they are the same at both
ends, all of them are charged as leaked, and privacy amplification takes as many off. Nor may a lost frame
be charged with less than that. Which frames are lost depends on the errors, so the others are no random
part of the key: their phase errors are not bounded by the sample, only those of the whole key are. From its
smooth min-entropy, n (1 - h(φ)) bits, the chain rule takes every bit said: H(X | E C) ≥ H(X | E) - |C|,
lost frames included, and whichever they are. So ε_sec stays as it is, and so does the count from which
decoys' bounds follow, as no bit leaves the key. For ε_cor nothing is asked of the checks. Keys that a check
let pass wrongly are found by the verification of the whole key, whose random point is drawn after Bob's key
is fixed.

**What leaks.** Every announced parity, bit of a check, and disclosed bit is a function of Alice's key and
counts one bit. Bob's first reply for a frame is one of 64 numbers and counts 6 bits, each other reply 1
bit: replies tell something about his errors. How much is said follows from what was said. Given the past,
either party's next message of b bits is one of 2^b, so that 2^-(bits said) sums to at most 1 over all
transcripts, as the argument of `FiniteSecurity` asks. Bob never says where his errors are: unlike in
Cascade his share is a few bits.

One way (``blind=False``) Bob says nothing, and a frame that he cannot decode stays as it was: the
verification rejects the key.
"""

from __future__ import annotations

from math import ceil

import numpy as np
from numpy.typing import NDArray

from ...values import (
    Bits,
    Progress,
    as_bits,
    binary_entropy,
    check_instance,
    check_non_negative,
    check_probability,
)
from ..channel import Party, PublicChannel, Subject
from ..hashing.polynomial import PolynomialHash
from .belief_propagation import CERTAIN, Decoder, Told
from .ldpc_codes import Indices, LdpcCode
from .ldpc_frames import LEAST_QBER, FrameLayout, plan_frames
from .reconciliation import Reconciliation, Tally

START = 0.85
"""What the first parities tell, as a multiple of Shannon's limit: less than any frame needs."""

AIM = 1.12
"""What Bob asks for, as a multiple of the limit for the errors that he thinks there are."""

STEP = 0.01
"""The unit of what he asks for, and what every further round tells, as a share of the limit."""

ONE_WAY = (1.2, 0.002)
"""What the parities tell one way, as a multiple a + b / Q of the limit: the most errors that frames are
likely to have must still be found."""

LEAST_SPREAD = 0.08
"""By how much of it, at the least, the error rate of a frame is taken to differ from the likeliest."""

REPLY_BITS = 6
"""Length of Bob's first reply for a frame: how many units he asks for, at most 63."""


class SyndromeOracle:
    """Alice's side: she announces parities, checks, and bits that Bob cannot do without.

    Parameters
    ----------
    alice_bits
        Her key, shape (n,).
    channel
        Records what she says.
    """

    def __init__(self, alice_bits: Bits, channel: PublicChannel) -> None:
        self._bits = as_bits("alice_bits", alice_bits)
        self._channel = channel
        self._payload = self._frames = self._firsts = np.zeros((0, 0), dtype=np.uint8)

    def __len__(self) -> int:
        return len(self._bits)

    def announce(self, layout: FrameLayout, keys: Indices) -> Bits:
        """Announce the parities of the next frames, each pair of checks joined.

        Parameters
        ----------
        layout
            The layout of all these frames.
        keys
            Which bits of the key they carry, shape (n_payload, n_frames).

        Returns
        -------
        The parities, uint8, shape (m / 2, n_frames), or the bits themselves if the layout has no code.
        """
        self._payload = self._bits[keys]
        if layout.code is None:
            return self._say(Subject.DISCLOSED, self._payload)
        self._frames = np.zeros((layout.code.n_bits, keys.shape[1]), dtype=np.uint8)
        self._frames[layout.payload] = self._payload
        self._firsts, seconds = layout.code.by_pairs(layout.code.syndrome(self._frames))
        return self._say(Subject.SYNDROME, self._firsts ^ seconds)

    def check(self, point: Bits) -> Bits:
        """Announce hashes of the frames at a public point, shape (b,): shape (b, n_frames)."""
        return self._say(Subject.FRAME_CHECK, hash_frames(point, self._payload))

    def split(self, pairs: NDArray[np.bool_]) -> Bits:
        """Announce the first parity of pairs, boolean, shape (m / 2, n_frames): shape (n_pairs,)."""
        return self._say(Subject.SYNDROME, self._firsts[pairs])

    def disclose(self, frames: Indices, places: Indices) -> Bits:
        """Announce bits of some of the frames announced last, shape (n_places, n_frames)."""
        return self._say(Subject.DISCLOSED, self._frames[np.ix_(places, frames)])

    def _say(self, subject: Subject, bits: Bits) -> Bits:
        return self._channel.say(Party.ALICE, subject, bits, leaked_bits=bits.size)


def hash_frames(point: Bits, payload: Bits) -> Bits:
    """Return the hashes of frames' key bits, (n_payload, n_frames), at a point, (b,): shape (b, n_frames)."""
    hashed = PolynomialHash(point)
    return np.stack([hashed(frame) for frame in np.ascontiguousarray(payload.T)], axis=1)


class _Batch:
    """Bob's side of frames that are decoded at once, all of one layout."""

    def __init__(
        self,
        alice: SyndromeOracle,
        channel: PublicChannel,
        layout: FrameLayout,
        payload: Bits,
        qber: float,
        most: float,
    ) -> None:
        self._alice, self._channel, self._layout, self._qber, self._most = alice, channel, layout, qber, most
        self._limit = layout.n_payload * binary_entropy(qber)
        self._unit = ceil(STEP * self._limit)
        self._payload = payload
        self.n_lost = 0

    def correct(
        self,
        code: LdpcCode,
        sums: Bits,
        efficiency: float,
        rng: np.random.Generator | None,
        progress: Progress,
    ) -> Bits:
        """Return the corrected key bits, shape (n_payload, n_frames).

        Parameters
        ----------
        code
            The code of the layout.
        sums
            What Alice announced, see `SyndromeOracle.announce`.
        efficiency
            What the parities tell at first.
        rng
            Draws the point of the checks; None one way, where there are no checks.
        progress
            Called before every attempt with a share that rises.
        """
        open_ = np.arange(self._payload.shape[1])
        frames = np.zeros((code.n_bits, len(open_)), dtype=np.uint8)
        frames[self._layout.payload] = self._payload
        own, _ = first, second = code.by_pairs(code.syndrome(frames))
        none = np.zeros(sums.shape, dtype=np.uint8)
        told = Told(sums=sums ^ first ^ second, firsts=none, split=none.astype(np.bool_))
        levels = np.full(len(open_), max(0, ceil(efficiency * self._limit) - len(sums)))
        told = self._split(code, told, own, levels)
        rates = self._error_rates(code, told)
        if rng:
            point = self._channel.say(
                Party.ALICE, Subject.HASH_SEED, rng.integers(0, 2, self._layout.check_bits, dtype=np.uint8)
            )
            tags = self._alice.check(point)
            levels = levels + self._unit * self._ask(rates, levels + len(sums))
            told = self._split(code, told, own, levels)
        beliefs = np.full(frames.shape, CERTAIN, dtype=np.float32)
        beliefs[self._layout.payload] = np.log((1 - rates) / rates)
        decoder, disclosed, step, share = Decoder(code, beliefs), 0, self._unit, 0.0
        heard = np.zeros_like(frames)
        while True:
            share = 0.2 + 0.8 * share
            progress(share)
            right = decoder.run(told.of(open_))
            found = frames.take(open_, axis=1) ^ decoder.errors
            if rng:
                fits = right
                right = fits & np.all(
                    hash_frames(point, found[self._layout.payload]) == tags[:, open_], axis=0
                )
                decoder.forget(np.flatnonzero(fits & ~right))
                self._channel.say(Party.BOB, Subject.DECODED, right, leaked_bits=len(right))
            frames[:, open_[right]] = found[:, right]
            open_ = open_[~right]
            if not len(open_) or not rng:
                return frames[self._layout.payload]
            decoder.keep(np.flatnonzero(~right))
            if np.any(levels[open_] < len(sums)):
                levels[open_] += self._unit
                told = self._split(code, told, own, levels)
                continue
            places = self._layout.payload[disclosed : disclosed + step]
            bits = self._alice.disclose(open_, places)
            decoder.learn(places, bits ^ frames[np.ix_(places, open_)])
            heard[np.ix_(places, open_)] = bits
            disclosed, step = disclosed + step, 2 * step
            if disclosed >= self._layout.n_payload:  # Bob has heard every bit: there is nothing left to ask
                self.n_lost += self._layout.n_payload * len(open_)
                frames[:, open_] = heard[:, open_]
                return frames[self._layout.payload]

    def _split(self, code: LdpcCode, told: Told, own: Bits, levels: Indices) -> Told:
        """Let Alice split the first pairs of each frame, as many as `levels` says."""
        split = code.split_rank[:, np.newaxis] < levels
        new = split & ~told.split
        if not new.any():
            return told
        firsts = np.array(told.firsts)
        firsts[new] = self._alice.split(new) ^ own[new]
        return Told(sums=told.sums, firsts=firsts, split=split)

    def _error_rates(self, code: LdpcCode, told: Told) -> NDArray[np.float64]:
        """Return the error rate of each frame by the parities that its bits do not have, shape (n_frames,).

        A check of w bits finds an odd number of errors with probability (1 - (1 - 2 q)^w) / 2; as many are
        expected to be found as were (Kiktenko et al., Phys. Rev. A 98, 012321 (2018)). What was likely before
        counts as well, by its inverse variance, unless the two do not go together.
        """
        n_edges, n_split = sum(bits.size for bits in code.layers), int(told.split[:, 0].sum())
        weight = n_edges / code.n_checks * self._layout.n_payload / code.n_bits
        n_joined = len(told.sums) - n_split
        seconds = told.firsts ^ told.sums
        wrong = np.count_nonzero(np.where(told.split, told.firsts, told.sums), axis=0)
        wrong += np.count_nonzero(seconds & told.split, axis=0)
        rates = np.geomspace(self._qber / 2, min(0.49, 2 * max(self._qber, self._most)), 300)
        odd, odd_joined = ((1 - (1 - 2 * rates) ** w) / 2 for w in (weight, 2 * weight))
        expected = 2 * n_split * odd + n_joined * odd_joined
        found: NDArray[np.float64] = np.interp(wrong, expected, rates)
        spread = np.sqrt(2 * n_split * odd * (1 - odd) + n_joined * odd_joined * (1 - odd_joined))
        spread = np.interp(found, rates, spread / np.gradient(expected, rates))
        before = max((self._most - self._qber) / 2, LEAST_SPREAD * self._qber)
        weights = before**2 / (before**2 + spread**2)
        surprising = np.abs(found - self._qber) > 4 * np.hypot(before, spread)
        return np.where(surprising, found, weights * found + (1 - weights) * self._qber)

    def _ask(self, rates: NDArray[np.float64], told: Indices) -> Indices:
        """Let Bob ask for so many units of parities as he thinks he needs, beyond those that were told."""
        wanted = AIM * self._layout.n_payload * np.array([binary_entropy(rate) for rate in rates])
        units = np.clip(np.ceil((wanted - told) / self._unit), 0, 2**REPLY_BITS - 1).astype(np.int64)
        return self._channel.say(Party.BOB, Subject.WANTED, units, leaked_bits=REPLY_BITS * len(units))


def reconcile_ldpc(
    bob_bits: Bits,
    alice: SyndromeOracle,
    *,
    qber: float,
    rng: np.random.Generator,
    channel: PublicChannel,
    blind: bool = True,
    efficiency: float | None = None,
    likely_qber: float | None = None,
    progress: Progress | None = None,
) -> Reconciliation:
    """Correct Bob's key with LDPC codes.

    Parameters
    ----------
    bob_bits
        Bob's key, shape (n,).
    alice
        The syndrome oracle of Alice's key of the same length.
    qber
        The highest error rate to expect, 0 … 0.5; it sets the codes.
    rng
        Draws the public shuffle that spreads the errors over the frames, and the points of the checks.
    channel
        Records every parity, reply and disclosed bit.
    blind
        Whether frames are checked, and Alice announces more of those that Bob does not have, until he has.
    efficiency
        What the parities tell at first, as a multiple of Shannon's limit; None for `START` or `ONE_WAY`.
    likely_qber
        The error rate that is likeliest, by which Alice announces; None for `qber`.
    progress
        Called now and then with the share done; it may raise to cancel.

    Returns
    -------
    Bob's corrected key and what its correction leaked. Blind, a frame stays wrong with probability
    `ldpc_frames.CHECK_EPSILON` of those few that decode to wrong errors; one way some are not decoded. The
    keys must still be verified.

    Raises
    ------
    ValueError
        If the lengths differ, or `qber` or `efficiency` is out of range.
    """
    tally = Tally(bob_bits, len(alice), qber, channel)
    bits, n = tally.bits, len(alice)
    check_instance("blind", blind, bool)
    likely = check_probability("likely_qber", qber if likely_qber is None else likely_qber, below=0.5)
    rate, most = (min(max(error, LEAST_QBER), 0.49) for error in (likely, qber))
    if efficiency is None:
        efficiency = START if blind else ONE_WAY[0] + ONE_WAY[1] / rate
    check_non_negative("efficiency", efficiency)
    corrected, n_lost = np.array(bits), 0
    if n:
        seed = channel.say(Party.ALICE, Subject.FRAME_SEED, rng.integers(2**63))
        shuffle, start = np.random.default_rng(int(seed)).permutation(n), 0
    for layout in plan_frames(n, likely, upper=qber):
        stop = start + layout.n_payload
        keys = shuffle[start:stop, np.newaxis]
        told = alice.announce(layout, keys)
        if layout.code is None:
            corrected[keys], n_lost = told, n_lost + told.size
        else:
            batch = _Batch(alice, channel, layout, bits[keys], rate, most)
            part = _part(progress, start / n, stop / n)
            corrected[keys] = batch.correct(layout.code, told, efficiency, rng if blind else None, part)
            n_lost += batch.n_lost
        start = stop
        if progress:
            progress(stop / n)
    return tally.end(corrected, n_lost=n_lost)


def _part(progress: Progress | None, start: float, stop: float) -> Progress:
    """Return what tells a share of a frame as one of the whole key."""
    return lambda share: progress(start + share * (stop - start)) if progress else None
