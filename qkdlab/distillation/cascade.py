"""Cascade: interactive error correction by parities (Brassard and Salvail, EUROCRYPT '93).

Bob's key differs from Alice's in a few places. In each pass the key, newly shuffled after the first
pass, is cut into blocks; Alice tells the parity of each block; where Bob's differs he finds one
wrong bit by halving. Every corrected bit re-opens the earlier blocks that hold it. With *reuse* the
halves stay blocks of their own, and a search starts from the smallest that is odd.

Bob reaches Alice through parities alone, and every one is counted on the public channel. His
questions are public as well: they show where his parities differ from hers. Each is counted as one
bit, in a count of its own (Tupkary and Lütkenhaus, arXiv:2307.00576, on why this matters).

In the *batch* schedule all odd blocks of the lowest pass are halved together, one message a halving; it
reproduces the efficiencies of Martinez-Mateo et al., QIC 15, 453 (2015). In the *sequential* schedule
the smallest odd block of all is halved alone: a little less leak for many more messages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from ..values import Bits, Progress, as_bits, check_choice, check_probability
from .cascade_variants import ORIGINAL, CascadeVariant
from .channel import Party, PublicChannel, Subject
from .reconciliation import CorrectionCounts, Reconciliation

SCHEDULES = ("batch", "sequential")

Positions = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CascadeStep:
    """One step of a run, for watching it: a pass that opens, parities that are compared, or bits that flip.

    Parameters
    ----------
    number
        The pass, from 0.
    order
        The order of the bits in a pass that opens, shape (n,); None otherwise.
    starts, stops, odd
        The blocks [start, stop) of the pass whose parities were compared, and which of them differ; shape
        (n_blocks,) each.
    flipped
        The bits Bob corrects, as places in the key, shape (n_flipped,).
    """

    number: int
    order: Positions | None = None
    starts: Positions | None = None
    stops: Positions | None = None
    odd: NDArray[np.bool_] | None = None
    flipped: Positions | None = None


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


class _Pass:
    """One shuffle of the key, cut into blocks, on Bob's side.

    `starts` are the first places of the blocks, `told` Alice's parities of them and `odd` whether Bob's
    differ. `_prefix` are Bob's parities when the pass opened; bits flipped since are in `_flips`, sorted.
    """

    def __init__(self, number: int, order: Positions, bits: Bits) -> None:
        self.number, self.order = number, order
        self.place = np.empty_like(order)
        self.place[order] = np.arange(len(order))
        self.starts: Positions = np.zeros(0, dtype=np.int64)
        self.told: Bits = np.zeros(0, dtype=np.uint8)
        self.odd: NDArray[np.bool_] = np.zeros(0, dtype=bool)
        self._prefix = _prefix_parities(bits, order)
        self._flips = np.zeros(0, dtype=np.int64)

    def open(self, starts: Positions, told: Bits) -> None:
        """Take the blocks that begin at `starts`, with Alice's parities."""
        self.starts, self.told = starts, np.array(told)
        self.odd = self.parities(starts, self.stops(starts)) != told

    def stops(self, starts: Positions) -> Positions:
        """Return where the blocks that begin at `starts` end."""
        return np.append(self.starts, len(self.order))[np.searchsorted(self.starts, starts, "right")]

    def parities(self, starts: Positions, stops: Positions) -> Bits:
        """Return Bob's parities of the places [start, stop)."""
        flips = np.searchsorted(self._flips, stops) - np.searchsorted(self._flips, starts)
        return self._prefix[stops] ^ self._prefix[starts] ^ (flips & 1).astype(np.uint8)

    def flip(self, positions: Positions) -> None:
        """Note that Bob flipped these bits of the key."""
        places = np.sort(self.place[positions])
        self._flips = np.insert(self._flips, np.searchsorted(self._flips, places), places)
        hits = np.bincount(np.searchsorted(self.starts, places, "right") - 1, minlength=len(self.odd))
        self.odd = self.odd ^ (hits & 1).astype(bool)

    def split(self, starts: list[Positions], told: list[Bits], odd: list[NDArray[np.bool_]]) -> None:
        """Cut blocks further: first places of new blocks inside of known ones, with what is known of them."""
        new, parities, flags = np.concatenate(starts), np.concatenate(told), np.concatenate(odd)
        order = np.argsort(new)
        new, parities, flags = new[order], parities[order], flags[order]
        at = np.searchsorted(self.starts, new)
        known = (at < len(self.starts)) & (self.starts[np.minimum(at, len(self.starts) - 1)] == new)
        self.told[at[known]], self.odd[at[known]] = parities[known], flags[known]
        self.starts = np.insert(self.starts, at[~known], new[~known])
        self.told = np.insert(self.told, at[~known], parities[~known])
        self.odd = np.insert(self.odd, at[~known], flags[~known])


class _Bob:
    """Bob's side of Cascade."""

    def __init__(
        self,
        bits: Bits,
        alice: ParityOracle,
        channel: PublicChannel,
        *,
        reuse: bool,
        watch: Callable[[CascadeStep], None] | None,
    ) -> None:
        self.bits = np.array(bits)
        self._alice, self._channel, self._reuse, self._watch = alice, channel, reuse, watch
        self._passes: list[_Pass] = []
        self._flipped: list[Positions] = []
        self._told_flips: list[int] = []
        self._total: int | None = None

    @property
    def n_corrected(self) -> int:
        return sum(map(len, self._flipped))

    def run_pass(self, order: Positions, size: int, schedule: str) -> bool:
        """Compare the block parities of a new pass, correct until no block is odd; was any bit wrong?"""
        number, before = len(self._passes), len(self._flipped)
        step = _Pass(number, order, self.bits)
        self._passes.append(step)
        self._told_flips.append(before)
        self._alice.open_pass(order)
        if self._watch:
            self._watch(CascadeStep(number=number, order=order))
        starts = np.arange(0, len(order), size)
        step.open(starts, self._block_parities(number, starts, np.append(starts[1:], len(order))))
        if self._watch:
            self._watch(
                CascadeStep(number=number, starts=starts, stops=step.stops(starts), odd=step.odd.copy())
            )
        while (chosen := self._choose(schedule)) is not None:
            self._correct(*chosen)
        return len(self._flipped) > before

    def _block_parities(self, number: int, starts: Positions, stops: Positions) -> Bits:
        """Ask for Alice's block parities; after pass 1 the last one follows from the total."""
        if self._total is None:
            parities = self._ask(number, starts, stops)
            self._total = int(np.bitwise_xor.reduce(parities))
            return parities
        told = self._ask(number, starts[:-1], stops[:-1])
        last = self._total ^ int(np.bitwise_xor.reduce(told, initial=0))
        return np.append(told, np.uint8(last))

    def _ask(self, number: int, starts: Positions, stops: Positions) -> Bits:
        if not len(starts):
            return np.zeros(0, dtype=np.uint8)
        blocks = np.stack([np.full_like(starts, number), starts, stops])
        self._channel.say(Party.BOB, Subject.QUESTION, blocks, leaked_bits=len(starts))
        return self._alice.answer(number, starts, stops)

    def _catch_up(self, step: _Pass) -> None:
        """Tell a pass of the bits flipped since it was last looked at."""
        if fresh := self._flipped[self._told_flips[step.number] :]:
            step.flip(np.concatenate(fresh))
            self._told_flips[step.number] = len(self._flipped)

    def _choose(self, schedule: str) -> tuple[_Pass, Positions] | None:
        """Return the blocks to search next: a pass and the numbers of odd blocks; None if there are none."""
        smallest: tuple[int, _Pass, Positions] | None = None
        for step in self._passes:
            self._catch_up(step)
            odd = np.flatnonzero(step.odd)
            if not len(odd):
                continue
            if schedule == "batch":
                return step, odd
            sizes = step.stops(step.starts[odd]) - step.starts[odd]
            least = int(sizes.argmin())
            if smallest is None or sizes[least] < smallest[0]:
                smallest = (int(sizes[least]), step, odd[least : least + 1])
        return smallest and smallest[1:]

    def _correct(self, step: _Pass, blocks: Positions) -> None:
        """Halve odd blocks of a pass together (BINARY) and flip the wrong bit found in each."""
        low, told = step.starts[blocks], step.told[blocks].astype(np.uint8)
        high = step.stops(low)
        starts, parities = [], []  # of halves that turn out even
        while len(open_ := np.flatnonzero(high - low > 1)):
            start, stop = low[open_], high[open_]
            middle = (start + stop + 1) // 2
            left = self._ask(step.number, start, middle)
            differ = left != step.parities(start, middle)
            right = told[open_] ^ left
            if self._reuse:
                starts.append(np.where(differ, middle, start))
                parities.append(np.where(differ, right, left))
            if self._watch:
                self._watch(CascadeStep(number=step.number, starts=start, stops=middle, odd=differ))
            low[open_], high[open_] = np.where(differ, start, middle), np.where(differ, middle, stop)
            told[open_] = np.where(differ, left, right)
        if starts:
            even = [np.zeros(len(part), dtype=bool) for part in starts]
            step.split([*starts, low], [*parities, told], [*even, np.ones(len(low), dtype=bool)])
        wrong = step.order[low]
        self.bits[wrong] ^= 1
        self._flipped.append(wrong)
        if self._watch:
            self._watch(CascadeStep(number=step.number, flipped=wrong))


def reconcile(
    bob_bits: Bits,
    alice: ParityOracle,
    *,
    qber: float,
    rng: np.random.Generator,
    channel: PublicChannel,
    variant: CascadeVariant = ORIGINAL,
    schedule: str = "batch",
    watch: Callable[[CascadeStep], None] | None = None,
    progress: Progress | None = None,
) -> Reconciliation:
    """Correct Bob's key with Cascade.

    Parameters
    ----------
    bob_bits
        Bob's key, shape (n,).
    alice
        The parity oracle of Alice's key of the same length.
    qber
        Expected error rate, 0 … 0.5; it sets the block sizes.
    rng
        Draws the public shuffles of all passes after the first.
    channel
        Records every question and answer.
    variant
        Block sizes, number of passes and reuse: one of `cascade_variants.VARIANTS`.
    schedule
        ``"batch"`` or ``"sequential"``.
    watch
        Called with every step, for showing how it works; costs nothing if None.
    progress
        Called after every pass with the share done; it may raise to cancel.

    Returns
    -------
    Bob's corrected key and what its correction leaked. A pair of errors that fell into the same
    block in all passes stays: the keys must still be verified.

    Raises
    ------
    ValueError
        If the lengths differ, or `qber` or `schedule` is out of range.
    """
    bits = as_bits("bob_bits", bob_bits)
    n = len(bits)
    if n != len(alice):
        raise ValueError(f"bob_bits must have shape ({len(alice)},), got shape {bits.shape}")
    check_probability("qber", qber, below=0.5)
    check_choice("schedule", schedule, SCHEDULES)
    before = [channel.leaked_bits(party) for party in Party]
    bob = _Bob(bits, alice, channel, reuse=variant.reuse, watch=watch)

    def shuffled() -> Positions:
        seed = channel.say(Party.ALICE, Subject.PERMUTATION, rng.integers(2**63))
        return np.random.default_rng(int(seed)).permutation(n)

    sizes = variant.block_sizes(n, qber) if n else []
    for number, size in enumerate(sizes):
        bob.run_pass(shuffled() if number else np.arange(n), size, schedule)
        if progress:
            progress((number + 1) / len(sizes))
    clean = 0
    while n > 1 and clean < variant.n_confirmations:  # a random half, and the rest, until all agree
        clean = 0 if bob.run_pass(shuffled(), ceil(n / 2), schedule) else clean + 1
    after = [channel.leaked_bits(party) for party in Party]
    alice_leak, bob_leak = (end - start for start, end in zip(before, after, strict=True))
    counts = CorrectionCounts(n_bits=n, n_corrected=bob.n_corrected, alice_leak=alice_leak, bob_leak=bob_leak)
    return Reconciliation(bits=as_bits("bits", bob.bits), counts=counts)
