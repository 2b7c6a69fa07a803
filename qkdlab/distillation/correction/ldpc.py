"""Error correction by LDPC codes: Alice announces parities, Bob finds his errors from them.

The key is shuffled and cut into frames (`ldpc_frames`). Of each, Alice announces fewer parities than Bob
needs, and a *check*: a hash by which he will know the frame when he has it. From the share of parities that
his bits do not have he tells how many errors there are (`ldpc_estimate`), and asks for so many parities more.
Then he looks for the likeliest errors (`belief_propagation`); for a frame that he cannot decode, or that
fails its check, Alice announces a few more, *blind*, as she does not know what he lacks (Martinez-Mateo,
Elkouss and Martin, Quantum Inf. Comput. 12, 791 (2012), arXiv:1205.5729), by splitting the pairs of checks
that her first parities joined. When there are no more she discloses key bits (Kiktenko et al., Phys. Rev.
Applied 8, 044017 (2017)), at last the whole frame.

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

from math import ceil, log

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
    progress_part,
)
from ..channel import Party, PublicChannel, Subject
from ..hashing.polynomial import PolynomialHash
from .belief_propagation import CERTAIN, Decoder, Told
from .ldpc_codes import Indices, LdpcCode
from .ldpc_estimate import error_rate
from .ldpc_frames import LEAST_QBER, FrameLayout, plan_frames
from .reconciliation import Reconciliation, Tally

START = 0.85
"""What the first parities tell, as a multiple of Shannon's limit: less than any frame needs."""

AIM = 1.15
"""What Bob asks for, as a multiple of the limit for the fewest errors that he thinks there are."""

CAUTION = 2
"""By how many standard deviations these are fewer than the likeliest: too much cannot be taken back."""

STEP = 0.01
"""The unit of what he asks for, and what every further round tells, as a share of the limit."""

ONE_WAY = (1.2, 0.002)
"""What the parities tell one way, as a multiple a + b / Q of the limit: the most errors that frames are
likely to have must still be found."""

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
        self._payload = self._frame = self._firsts = self._bits[:0]

    def __len__(self) -> int:
        return len(self._bits)

    def announce(self, layout: FrameLayout, keys: Indices) -> Bits:
        """Announce the parities of the next frame, each pair of checks joined.

        Parameters
        ----------
        layout
            The layout of the frame.
        keys
            Which bits of the key it carries, shape (n_payload,).

        Returns
        -------
        The parities, uint8, shape (m / 2,), or the bits themselves if the layout has no code.
        """
        self._payload = self._bits[keys]
        if layout.code is None:
            return self._say(Subject.DISCLOSED, self._payload)
        self._frame = layout.filled(self._payload)
        self._firsts, seconds = layout.code.by_pairs(layout.code.syndrome(self._frame))
        return self._say(Subject.SYNDROME, self._firsts ^ seconds)

    def check(self, point: Bits) -> Bits:
        """Announce the hash of the frame's key bits at a public point, shape (b,): shape (b,)."""
        return self._say(Subject.FRAME_CHECK, PolynomialHash(point)(self._payload))

    def split(self, pairs: NDArray[np.bool_]) -> Bits:
        """Announce the first parity of pairs, boolean, shape (m / 2,): shape (n_pairs,)."""
        return self._say(Subject.SYNDROME, self._firsts[pairs])

    def disclose(self, places: Indices) -> Bits:
        """Announce bits of the frame, shape (n_places,)."""
        return self._say(Subject.DISCLOSED, self._frame[places])

    def _say(self, subject: Subject, bits: Bits) -> Bits:
        return self._channel.say(Party.ALICE, subject, bits, leaked_bits=bits.size)


class _Frame:
    """Bob's side of a frame: its key bits, `payload`, and what he was told of it, at first `sums`."""

    def __init__(
        self,
        alice: SyndromeOracle,
        channel: PublicChannel,
        layout: FrameLayout,
        code: LdpcCode,
        payload: Bits,
        sums: Bits,
        qber: float,
        most: float,
    ) -> None:
        self._alice, self._channel, self._layout, self._code = alice, channel, layout, code
        self._qber, self._most = qber, most
        self._limit = layout.n_payload * binary_entropy(qber)
        self._unit = ceil(STEP * self._limit)
        self._bits = layout.filled(payload)
        self._own, second = code.by_pairs(code.syndrome(self._bits))
        none = np.zeros_like(sums)
        self._told = Told(sums=sums ^ self._own ^ second, firsts=none, split=none.astype(np.bool_))
        self._level = 0
        self.n_lost = 0

    def correct(self, efficiency: float, rng: np.random.Generator | None, progress: Progress | None) -> Bits:
        """Return the corrected key bits, shape (n_payload,).

        `rng` draws the point of the check; it is None one way. `progress` is called before every attempt.
        """
        payload, n_pairs = self._layout.payload, len(self._own)
        self._split(max(0, ceil(efficiency * self._limit) - n_pairs))
        rate, spread = error_rate(self._code, self._layout.n_payload, self._told, self._qber, self._most)
        if rng:
            drawn = rng.integers(0, 2, self._layout.check_bits, dtype=np.uint8)
            point = self._channel.say(Party.ALICE, Subject.HASH_SEED, drawn)
            tag = self._alice.check(drawn)
            self._split(self._unit * self._ask(max(0.0, rate - CAUTION * spread)))
        beliefs = np.full(self._code.n_bits, CERTAIN, dtype=np.float32)
        beliefs[payload] = log((1 - rate) / rate)
        decoder, disclosed, step, share = Decoder(self._code, beliefs), 0, self._unit, 0.0
        heard = np.zeros_like(self._bits)
        while True:
            share = 0.2 + 0.8 * share
            if progress:
                progress(share)
            right = decoder.run(self._told)
            found = self._bits[payload] ^ decoder.errors[payload]
            if not rng:
                return found if right else self._bits[payload]
            if right and not np.array_equal(PolynomialHash(point)(found), tag):
                right = False
                decoder.forget()
            self._channel.say(Party.BOB, Subject.DECODED, right, leaked_bits=1)
            if right:
                return found
            if self._level < n_pairs:
                self._split(self._unit)
                continue
            places = payload[disclosed : disclosed + step]
            heard[places] = self._alice.disclose(places)
            decoder.learn(places, heard[places] ^ self._bits[places])
            disclosed, step = disclosed + step, 2 * step
            if disclosed >= self._layout.n_payload:  # Bob has heard every bit: there is nothing left to ask
                self.n_lost = self._layout.n_payload
                return heard[payload]

    def _split(self, n_more: int) -> None:
        """Let Alice split so many more pairs."""
        self._level += n_more
        split = self._code.split_rank < self._level
        new = split & ~self._told.split
        if new.any():
            firsts = np.array(self._told.firsts)
            firsts[new] = self._alice.split(new) ^ self._own[new]
            self._told = Told(sums=self._told.sums, firsts=firsts, split=split)

    def _ask(self, rate: float) -> int:
        """Let Bob ask for so many units of parities as he thinks he needs, beyond those that were told."""
        wanted = AIM * self._layout.n_payload * binary_entropy(rate)
        told = len(self._own) + self._level
        units = min(max(0, ceil((wanted - told) / self._unit)), 2**REPLY_BITS - 1)
        return int(self._channel.say(Party.BOB, Subject.WANTED, units, leaked_bits=REPLY_BITS))


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
    `ldpc_frames.CHECK_EPSILON` for each wrong word that was tried, which are few; one way some are not
    decoded. The keys must still be verified.

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
        drawn = rng.integers(2**63)
        seeds = int(drawn), int(channel.say(Party.ALICE, Subject.FRAME_SEED, drawn))
        hers, his = (np.random.default_rng(seed).permutation(n) for seed in seeds)
        start = 0
    for layout in plan_frames(n, likely, upper=qber):
        stop = start + layout.n_payload
        keys = his[start:stop]
        told = alice.announce(layout, hers[start:stop])
        if layout.code is None:
            corrected[keys], n_lost = told, n_lost + told.size
        else:
            frame = _Frame(alice, channel, layout, layout.code, bits[keys], told, rate, most)
            part = progress_part(progress, start / n, stop / n)
            corrected[keys] = frame.correct(efficiency, rng if blind else None, part)
            n_lost += frame.n_lost
        start = stop
        if progress:
            progress(stop / n)
    return tally.end(corrected, n_lost=n_lost)
