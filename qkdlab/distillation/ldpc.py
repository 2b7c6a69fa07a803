"""Error correction by LDPC codes: Alice announces syndromes, Bob finds his errors from them.

The key is shuffled and cut into frames (`ldpc_frames`). Of each, Alice announces the syndrome; Bob adds his
own and looks for the likeliest errors with the sum (`belief_propagation`). *Blind* (Martinez-Mateo, Elkouss
and Martin, Quantum Inf. Comput. 12, 791 (2012), arXiv:1205.5729): the syndrome tells a little too little at
first; Bob replies which frames he decoded, and for the others Alice discloses some punctured bits, until he
has them all. When no punctured bits are left she discloses key bits (Kiktenko et al., Phys. Rev. Applied 8,
044017 (2017)), at last the whole frame, so that no frame is lost. Every bit she says is counted.

One way (``blind=False``) Bob says nothing, and a frame that he cannot decode stays as it was: the
verification rejects the key.

**What leaks.** The m bits of a syndrome depend on k key bits and p random bits that Alice keeps to herself.
She tells m bits of these k + p, of which Eve knew nothing of the p: the syndrome tells at most m - p bits of
the key, provided that key and syndrome determine the random bits, or else they would hide less. They do
where the punctured columns are linearly independent, as in our codes. A punctured bit disclosed later costs
one bit. Bob's reply of one bit tells something about his errors, and is counted as one bit of his. How much
is said follows from what was said: with key and random bits taken together, 2^-(bits said) sums to at most 1
over all transcripts, as the argument of `FiniteSecurity` asks, and the p bits are a constant beside it.
Nobody asks for parities that Bob's errors choose: unlike in Cascade his share of the leak is a few bits.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from math import ceil, log

import numpy as np

from ..values import (
    Bits,
    Progress,
    as_bits,
    binary_entropy,
    check_instance,
    check_non_negative,
)
from .belief_propagation import CERTAIN, Beliefs, decode
from .channel import Party, PublicChannel, Subject
from .ldpc_codes import LENGTHS, Indices, LdpcCode
from .ldpc_frames import LEAST_QBER, FrameLayout, plan_frames
from .reconciliation import Reconciliation, Tally

BLIND_EFFICIENCY, ONE_WAY_EFFICIENCY = (1.03, 0.0015), (1.25, 0.005)
"""What the syndromes tell, as a multiple a + b / Q of Shannon's limit: in the blind protocol at first, and
one way, where the most errors that frames of 4096 bits are likely to have must still be found."""

STEP = 0.03
"""What a further round of the blind protocol discloses, as a share of Shannon's limit."""

BATCH_BITS = 1 << 16
"""Bits of the frames that are decoded at once: their messages still fit in a processor's cache."""


class SyndromeOracle:
    """Alice's side: she announces syndromes, and bits that Bob cannot do without.

    Parameters
    ----------
    alice_bits
        Her key, shape (n,).
    channel
        Records what she says.
    rng
        Her private randomness, for the punctured bits. Nobody else may draw from it.
    """

    def __init__(self, alice_bits: Bits, channel: PublicChannel, *, rng: np.random.Generator) -> None:
        self._bits = as_bits("alice_bits", alice_bits)
        self._channel, self._rng = channel, rng
        self._frames = np.zeros((0, 0), dtype=np.uint8)

    def __len__(self) -> int:
        return len(self._bits)

    def announce(self, layout: FrameLayout, keys: Indices) -> Bits:
        """Announce the syndromes of the next frames.

        Parameters
        ----------
        layout
            The layout of all these frames.
        keys
            Which bits of the key they carry, shape (n_payload, n_frames).

        Returns
        -------
        Their syndromes, uint8, shape (m, n_frames), or the bits themselves if the layout has no code.
        """
        n_frames = keys.shape[1]
        self._frames = np.zeros((len(layout.places), n_frames), dtype=np.uint8)
        self._frames[layout.payload] = self._bits[keys]
        leaked = layout.syndrome_leak * n_frames
        if layout.code is None:
            return self._channel.say(Party.ALICE, Subject.DISCLOSED, self._frames, leaked_bits=leaked)
        punctured = layout.places[: layout.n_punctured]
        self._frames[punctured] = self._rng.integers(0, 2, (len(punctured), n_frames), dtype=np.uint8)
        syndromes = layout.code.syndrome(self._frames)
        return self._channel.say(Party.ALICE, Subject.SYNDROME, syndromes, leaked_bits=leaked)

    def disclose(self, frames: Indices, places: Indices) -> Bits:
        """Announce bits of some of the frames announced last, shape (n_places, n_frames)."""
        bits = self._frames[np.ix_(places, frames)]
        return self._channel.say(Party.ALICE, Subject.DISCLOSED, bits, leaked_bits=bits.size)


class _Bob:
    """Bob's side, frames of one layout at a time."""

    def __init__(self, alice: SyndromeOracle, channel: PublicChannel, qber: float, *, blind: bool) -> None:
        self._alice, self._channel, self._blind = alice, channel, blind
        self._qber = min(max(qber, LEAST_QBER), 0.499)

    def correct(self, layout: FrameLayout, payload: Bits, keys: Indices) -> Bits:
        """Return the corrected `payload`, both of shape (n_payload, n_frames)."""
        told = self._alice.announce(layout, keys)
        if layout.code is None:
            return told
        code, n_frames = layout.code, keys.shape[1]
        frames = np.zeros((code.n_bits, n_frames), dtype=np.uint8)
        frames[layout.payload] = payload
        beliefs = np.full(frames.shape, CERTAIN, dtype=np.float32)
        beliefs[layout.places[: layout.n_punctured]] = 0
        beliefs[layout.payload] = log((1 - self._qber) / self._qber)
        open_ = np.arange(n_frames)
        for places in self._rounds(layout):
            if len(places):
                frames[np.ix_(places, open_)] = self._alice.disclose(open_, places)
                beliefs[places] = CERTAIN
            decoded = self._decode(code, told, frames, beliefs, open_)
            if self._blind:
                self._channel.say(Party.BOB, Subject.DECODED, decoded, leaked_bits=len(open_))
            open_ = open_[~decoded]
            if not len(open_):
                break
        return frames[layout.payload]

    def _decode(
        self, code: LdpcCode, told: Bits, frames: Bits, beliefs: Beliefs, open_: Indices
    ) -> np.ndarray:
        """Correct those of the open frames that can be decoded; which are they?"""
        syndromes = told.take(open_, axis=1) ^ code.syndrome(frames.take(open_, axis=1))
        found = decode(code, syndromes, beliefs.take(open_, axis=1))
        frames[:, open_[found.converged]] ^= found.errors[:, found.converged]
        return found.converged

    def _rounds(self, layout: FrameLayout) -> Iterator[Indices]:
        """Yield the places to disclose before each attempt: none, and then steps that double at the end.

        When the punctured bits are used up the frame has many more errors than expected.
        """
        yield np.zeros(0, dtype=np.int64)
        step = ceil(STEP * layout.n_payload * binary_entropy(self._qber))
        start = 0
        while self._blind and start < len(layout.disclosure):
            yield layout.disclosure[start : start + step]
            start += step
            if start > layout.n_punctured:
                step *= 2


def reconcile_ldpc(
    bob_bits: Bits,
    alice: SyndromeOracle,
    *,
    qber: float,
    rng: np.random.Generator,
    channel: PublicChannel,
    blind: bool = True,
    efficiency: float | None = None,
    lengths: tuple[int, ...] = LENGTHS,
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
        Expected error rate, 0 … 0.5; it sets the codes, and what Bob believes of his bits.
    rng
        Draws the public shuffle that spreads the errors over the frames.
    channel
        Records every syndrome, reply and disclosed bit.
    blind
        Whether Alice discloses more of a frame that Bob cannot decode, until he can.
    efficiency
        What the syndromes tell, as a multiple of Shannon's limit; None for `BLIND_EFFICIENCY` or
        `ONE_WAY_EFFICIENCY`.
    lengths
        Lengths of the codes to use, from `ldpc_codes.LENGTHS`.
    progress
        Called after every batch of frames with the share done; it may raise to cancel.

    Returns
    -------
    Bob's corrected key and what its correction leaked. Rarely a frame is decoded to a wrong one
    of the same syndrome, and one way some are not decoded: the keys must still be verified.

    Raises
    ------
    ValueError
        If the lengths differ, or `qber` or `efficiency` is out of range.
    """
    tally = Tally(bob_bits, len(alice), qber, channel)
    bits, n = tally.bits, len(alice)
    check_instance("blind", blind, bool)
    if efficiency is None:
        base, slope = BLIND_EFFICIENCY if blind else ONE_WAY_EFFICIENCY
        efficiency = base + slope / max(qber, LEAST_QBER)
    check_non_negative("efficiency", efficiency)
    corrected = np.array(bits)
    bob = _Bob(alice, channel, qber, blind=blind)
    if n:
        seed = channel.say(Party.ALICE, Subject.FRAME_SEED, rng.integers(2**63))
        shuffle, start = np.random.default_rng(int(seed)).permutation(n), 0
    for layout, n_frames in _batches(plan_frames(n, qber, efficiency=efficiency, lengths=lengths)):
        stop = start + n_frames * layout.n_payload
        keys = shuffle[start:stop].reshape(n_frames, layout.n_payload).T
        corrected[keys] = bob.correct(layout, bits[keys], keys)
        start = stop
        if progress:
            progress(stop / n)
    return tally.end(corrected)


def _batches(frames: list[FrameLayout]) -> Iterator[tuple[FrameLayout, int]]:
    """Yield layouts, and how many frames of each are decoded at once."""
    for layout, group in groupby(frames):
        left = len(list(group))
        most = max(1, BATCH_BITS // len(layout.places))
        while left:
            yield layout, min(left, most)
            left -= min(left, most)
