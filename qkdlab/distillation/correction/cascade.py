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

from ...errors import MessageLost
from ...values import Bits, Progress, as_bits, check_choice
from ..channel import Party, PublicChannel, Subject
from .cascade_blocks import Pass, Positions, prefix_parities
from .cascade_variants import ORIGINAL, CascadeVariant
from .reconciliation import Reconciliation, Tally

SCHEDULES = ("batch", "sequential")

_LONG = 1 << 20
"""Bits from which on memory counts more than that NumPy shuffles numbers of its own size quickest."""


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
        self._prefixes.append(prefix_parities(self._bits[order]))

    def answer(self, number: int, starts: Positions, stops: Positions) -> Bits:
        """Announce the parities of the blocks [start, stop) of pass `number`, shape (n_blocks,).

        Raises
        ------
        MessageLost
            If there are no such blocks: the question is none that Bob could have asked.
        """
        fair = 0 <= number < len(self._prefixes) and np.all((starts >= 0) & (starts <= stops))
        if not fair or np.any(stops > len(self)):
            raise MessageLost(f"there is no such block in pass {number}")
        prefix = self._prefixes[number]
        parities = prefix[stops] ^ prefix[starts]
        return self._channel.say(Party.ALICE, Subject.PARITY, parities, leaked_bits=len(parities))


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
        self.bits, self._received = np.array(bits), bits
        self._alice, self._channel, self._reuse, self._watch = alice, channel, reuse, watch
        self._passes: list[Pass] = []
        self._total: int | None = None
        self.n_corrected = 0

    def run_pass(self, order: Positions, size: int, schedule: str) -> bool:
        """Compare the block parities of a new pass, which Alice has opened, until no block is odd.

        Was any bit wrong?
        """
        number, before = len(self._passes), self.n_corrected
        step = Pass(number, order, self.bits)
        self._passes.append(step)
        if self._watch:
            self._watch(CascadeStep(number=number, order=order))
        starts = np.arange(0, len(order), size)
        stops = np.append(starts[1:], len(order))
        odd = step.open(starts, self._block_parities(number, starts, stops))
        if self._watch:
            self._watch(CascadeStep(number=number, starts=starts, stops=stops, odd=odd))
        while (chosen := self._choose(schedule)) is not None:
            self._correct(*chosen)
        return self.n_corrected > before

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
        blocks = np.empty((3, len(starts)), dtype=np.int64)
        blocks[0], blocks[1], blocks[2] = number, starts, stops
        heard = self._channel.say(Party.BOB, Subject.QUESTION, blocks, leaked_bits=len(starts))
        return self._alice.answer(int(heard[0, 0]), heard[1], heard[2])

    def _choose(self, schedule: str) -> tuple[Pass, Positions] | None:
        """Return what to search next: a pass and where odd blocks of it begin; None if none is odd."""
        smallest: tuple[int, Pass, Positions] | None = None
        for step in self._passes:
            step.catch_up()
            if not len(step.odd):
                continue
            if schedule == "batch":
                return step, step.odd
            sizes = step.stops(step.odd) - step.odd
            least = int(sizes.argmin())
            if smallest is None or sizes[least] < smallest[0]:
                smallest = (int(sizes[least]), step, step.odd[least : least + 1])
        return smallest and smallest[1:]

    def _correct(self, step: Pass, starts: Positions) -> None:
        """Find a wrong bit in each of these odd blocks of a pass and flip it.

        Alice's parities never lead to a right bit. Parities that were changed on the way do, and could keep
        Bob searching for ever.
        """
        found, cuts = self._search(step, starts)
        wrong = step.order[found]
        if np.any(self.bits[wrong] != self._received[wrong]):
            raise MessageLost("parities contradict each other: a bit that was corrected is wrong again")
        self.bits[wrong] ^= 1
        self.n_corrected += len(wrong)
        step.settle(starts, cuts if self._reuse else ())
        for other in self._passes:
            if other is not step:
                other.note(wrong)
        if self._watch:
            self._watch(CascadeStep(number=step.number, flipped=wrong))

    def _search(self, step: Pass, low: Positions) -> tuple[Positions, list[Positions]]:
        """Halve odd blocks of a pass together (BINARY): return where a wrong bit is in each, and the cuts."""
        high = step.stops(low)
        step.refresh(low, high, self.bits)
        length = high - low
        found, cuts = [], []
        while len(low):
            long = length > 1
            if np.count_nonzero(long) < len(long):
                found.append(low[~long])
                low, length = low[long], length[long]
                continue
            right = length // 2
            left = length - right
            middle = low + left
            differ = self._ask(step.number, low, middle) != step.parities(low, middle)
            cuts.append(middle)
            if self._watch:
                self._watch(CascadeStep(number=step.number, starts=low, stops=middle, odd=differ))
            low, length = np.where(differ, low, middle), np.where(differ, left, right)
        return np.sort(np.concatenate(found)), cuts


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
    tally = Tally(bob_bits, len(alice), qber, channel)
    bits, n = tally.bits, len(alice)
    check_choice("schedule", schedule, SCHEDULES)
    bob = _Bob(bits, alice, channel, reuse=variant.reuse, watch=watch)

    def opened() -> Positions:
        order = np.arange(n, dtype=np.int32)
        alice.open_pass(order)
        return order

    def shuffle(seed: int) -> Positions:
        size = np.intp if n < _LONG else np.int32
        return np.random.default_rng(seed).permutation(np.arange(n, dtype=size)).astype(np.int32, copy=False)

    def shuffled() -> Positions:
        said = rng.integers(2**63)
        heard = int(channel.say(Party.ALICE, Subject.PERMUTATION, said))
        order = shuffle(int(said))
        alice.open_pass(order)
        return order if heard == said else shuffle(abs(heard))

    sizes = variant.block_sizes(n, qber) if n else []
    for number, size in enumerate(sizes):
        bob.run_pass(shuffled() if number else opened(), size, schedule)
        if progress:
            progress((number + 1) / len(sizes))
    clean = 0
    while n > 1 and clean < variant.n_confirmations:  # a random half, and the rest, until all agree
        clean = 0 if bob.run_pass(shuffled(), ceil(n / 2), schedule) else clean + 1
    return tally.end(bob.bits)
