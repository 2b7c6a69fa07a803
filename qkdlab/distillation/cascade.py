"""Cascade: interactive error correction by parities (Brassard and Salvail, EUROCRYPT '93).

Bob's key differs from Alice's in a few places. In each pass the key, newly shuffled after the first
pass, is cut into blocks; Alice tells the parity of each block; where Bob's differs he finds one
wrong bit by halving. Every corrected bit re-opens the earlier blocks that hold it.

Bob reaches Alice through parities alone, and every one is counted on the public channel. His
questions are public as well: they show where his parities differ from hers. Each is counted as one
bit, in a count of its own (Tupkary and Lütkenhaus, arXiv:2307.00576, on why this matters).

All odd blocks of the lowest pass are halved together, one message a halving; this schedule
reproduces the efficiencies of Martinez-Mateo et al., QIC 15, 453 (2015).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from ..values import Bits, Progress, as_bits, check_probability
from .channel import Party, PublicChannel, Subject

N_PASSES = 4
FIRST_BLOCK = 0.73

Positions = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrectionCounts:
    """What error correction did and cost, without the bits.

    Parameters
    ----------
    n_bits
        Length of the corrected key.
    n_corrected
        Number of bits Bob flipped.
    alice_leak, bob_leak
        Bits announced by Alice (her parities), and by Bob (his questions, one bit each).
    """

    n_bits: int
    n_corrected: int
    alice_leak: int
    bob_leak: int


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Reconciliation:
    """The outcome of error correction on Bob's side: his corrected key, uint8, shape (n,), and counts."""

    bits: Bits
    counts: CorrectionCounts

    def __repr__(self) -> str:
        return (
            f"Reconciliation({len(self.bits)} secret bits, {self.counts.n_corrected} corrected, "
            f"{self.counts.alice_leak} + {self.counts.bob_leak} bits leaked)"
        )


class ParityOracle:
    """Alice's side of Cascade: she answers questions about the parity of blocks and nothing else."""

    def __init__(self, alice_bits: Bits, channel: PublicChannel) -> None:
        self._bits = as_bits("alice_bits", alice_bits)
        self._channel = channel
        self._prefixes: list[Bits] = []

    def __len__(self) -> int:
        return len(self._bits)

    def open_pass(self, order: Positions) -> None:
        """Note the order of the bits in the next pass; both parties know it."""
        self._prefixes.append(_prefix_parities(self._bits, order))

    def answer(self, number: int, starts: Positions, stops: Positions) -> Bits:
        """Announce the parities of the blocks [start, stop) of pass `number`, shape (n_blocks,)."""
        prefix = self._prefixes[number]
        parities = prefix[stops] ^ prefix[starts]
        return self._channel.say(Party.ALICE, Subject.PARITY, parities, leaked_bits=len(parities))


def _prefix_parities(bits: Bits, order: Positions) -> Bits:
    """Return the parities of the first 0, 1, … n bits in `order`, shape (n + 1,)."""
    prefix = np.zeros(len(bits) + 1, dtype=np.uint8)
    np.bitwise_xor.accumulate(bits[order], out=prefix[1:])
    return prefix


@dataclass(slots=True, eq=False)
class _Pass:
    """One shuffle of the key, cut into blocks of `size`."""

    order: Positions
    place: Positions
    size: int
    odd: NDArray[np.bool_]

    def edges(self, blocks: Positions) -> tuple[Positions, Positions]:
        starts = blocks * self.size
        return starts, np.minimum(starts + self.size, len(self.order))


class _Bob:
    """Bob's side of Cascade."""

    def __init__(self, bits: Bits, alice: ParityOracle, channel: PublicChannel) -> None:
        self.bits = np.array(bits)
        self.n_corrected = 0
        self._alice = alice
        self._channel = channel
        self._passes: list[_Pass] = []
        self._total: int | None = None

    def run_pass(self, order: Positions, size: int) -> None:
        """Compare the block parities of a new pass, then correct until no block is odd."""
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        blocks = np.arange(ceil(len(order) / size))
        step = _Pass(order=order, place=place, size=size, odd=np.zeros(len(blocks), dtype=bool))
        self._passes.append(step)
        self._alice.open_pass(order)
        starts, stops = step.edges(blocks)
        prefix = _prefix_parities(self.bits, order)
        step.odd[:] = (prefix[stops] ^ prefix[starts]) != self._block_parities(starts, stops)
        while (odd := self._lowest_odd_pass()) is not None:
            self._flip(self._find_errors(odd))

    def _block_parities(self, starts: Positions, stops: Positions) -> Bits:
        """Ask for Alice's block parities; after pass 1 the last one follows from the total."""
        if self._total is None:
            parities = self._ask(0, starts, stops)
            self._total = int(np.bitwise_xor.reduce(parities))
            return parities
        told = self._ask(len(self._passes) - 1, starts[:-1], stops[:-1])
        last = self._total ^ int(np.bitwise_xor.reduce(told, initial=0))
        return np.append(told, np.uint8(last))

    def _ask(self, number: int, starts: Positions, stops: Positions) -> Bits:
        if not len(starts):
            return np.zeros(0, dtype=np.uint8)
        blocks = np.stack([np.full_like(starts, number), starts, stops])
        self._channel.say(Party.BOB, Subject.QUESTION, blocks, leaked_bits=len(starts))
        return self._alice.answer(number, starts, stops)

    def _lowest_odd_pass(self) -> int | None:
        return next((i for i, step in enumerate(self._passes) if step.odd.any()), None)

    def _find_errors(self, number: int) -> Positions:
        """Halve all odd blocks of a pass together (BINARY); return one wrong position of each."""
        step = self._passes[number]
        low, high = step.edges(np.flatnonzero(step.odd))
        prefix = _prefix_parities(self.bits, step.order)
        while len(open_ := np.flatnonzero(high - low > 1)):
            start, middle = low[open_], (low[open_] + high[open_] + 1) // 2
            differ = self._ask(number, start, middle) != (prefix[middle] ^ prefix[start])
            high[open_] = np.where(differ, middle, high[open_])
            low[open_] = np.where(differ, low[open_], middle)
        return step.order[low]

    def _flip(self, positions: Positions) -> None:
        self.bits[positions] ^= 1
        self.n_corrected += len(positions)
        for step in self._passes:
            hits = np.bincount(step.place[positions] // step.size, minlength=len(step.odd))
            step.odd ^= (hits & 1).astype(bool)


def reconcile(
    bob_bits: Bits,
    alice: ParityOracle,
    *,
    qber: float,
    rng: np.random.Generator,
    channel: PublicChannel,
    progress: Progress | None = None,
) -> Reconciliation:
    """Correct Bob's key with the original Cascade: four passes, first blocks of 0.73 / QBER bits.

    Parameters
    ----------
    bob_bits
        Bob's key, shape (n,).
    alice
        The parity oracle of Alice's key of the same length.
    qber
        Expected error rate, 0 … 0.5; it sets the block sizes k₁ = ⌈0.73 / qber⌉, kᵢ = 2 kᵢ₋₁, none
        above half of the key: a single block would only tell the parity that is known already.
    rng
        Draws the public shuffles of passes 2 to 4.
    channel
        Records every question and answer.
    progress
        Called after every pass with the share done; it may raise to cancel.

    Returns
    -------
    Bob's corrected key and what its correction leaked. A pair of errors that fell into the same
    block in all passes stays: the keys must still be verified.

    Raises
    ------
    ValueError
        If the lengths differ or `qber` is out of range.
    """
    bits = as_bits("bob_bits", bob_bits)
    n = len(bits)
    if n != len(alice):
        raise ValueError(f"bob_bits must have shape ({len(alice)},), got shape {bits.shape}")
    check_probability("qber", qber, below=0.5)
    before = [channel.leaked_bits(party) for party in Party]
    bob = _Bob(bits, alice, channel)
    largest = ceil(n / 2)
    size = ceil(FIRST_BLOCK / qber) if qber * largest > FIRST_BLOCK else largest
    for number in range(N_PASSES if n else 0):
        order = np.arange(n)
        if number:
            seed = channel.say(Party.ALICE, Subject.PERMUTATION, rng.integers(2**63))
            order = np.random.default_rng(int(seed)).permutation(n)
        bob.run_pass(order, size)
        size = min(largest, 2 * size)
        if progress:
            progress((number + 1) / N_PASSES)
    after = [channel.leaked_bits(party) for party in Party]
    alice_leak, bob_leak = (end - start for start, end in zip(before, after, strict=True))
    counts = CorrectionCounts(n_bits=n, n_corrected=bob.n_corrected, alice_leak=alice_leak, bob_leak=bob_leak)
    return Reconciliation(bits=as_bits("bits", bob.bits), counts=counts)
