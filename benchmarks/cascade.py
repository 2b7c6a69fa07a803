"""Speed of Cascade beside the same variant written block by block in plain Python.

Both run in one process and take turns; times are the best of three. The variant is modified (8) of
Martinez-Mateo et al. (2015), the one that leaks least.
"""

import random
import time
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from qkdlab.distillation.channel import PublicChannel
from qkdlab.distillation.correction.cascade import ParityOracle, reconcile
from qkdlab.distillation.correction.cascade_variants import VARIANTS, CascadeVariant, get_variant
from qkdlab.distillation.correction.reconciliation import Reconciliation
from qkdlab.values import Bits, binary_entropy

QBER = 0.03
BEST = get_variant("modified (8)")


class Block:
    """A block of the plain version: positions in the key, and its two halves once it was searched."""

    __slots__ = ("halves", "is_odd", "positions")

    def __init__(self, positions: list[int], is_odd: bool) -> None:
        self.positions, self.is_odd = positions, is_odd
        self.halves: tuple[Block, Block] | None = None


class PlainCascade:
    """Cascade with reuse of halves as one writes it down first: lists, sets and loops over blocks.

    A parity is a sum over the positions of the block. Every top block is a tree of the halves known so far: a
    flipped bit walks down to the smallest block that holds it, in every pass, and searches begin at the
    smallest blocks, of which the odd ones are kept in a set for each pass. Nothing is left out to make it
    slow. It takes the blocks pass by pass as `reconcile` does: the same shuffles lead to the same parities.
    """

    def __init__(self, alice: list[int], bob: list[int]) -> None:
        self.alice, self.bob = alice, list(bob)
        self.n_told = 0
        self.passes: list[tuple[int, list[int], list[Block]]] = []  # block size, places, top blocks
        self.odd: list[set[Block]] = []

    def differ(self, positions: list[int]) -> bool:
        """Compare the parities of Alice and Bob."""
        return sum(self.alice[i] for i in positions) % 2 != sum(self.bob[i] for i in positions) % 2

    def run_pass(self, order: list[int], size: int) -> None:
        """Compare the blocks of a new pass and correct, lowest pass first, until no block is odd."""
        place = [0] * len(order)
        for at, position in enumerate(order):
            place[position] = at
        blocks = []
        for start in range(0, len(order), size):
            positions = order[start : start + size]
            blocks.append(Block(positions, self.differ(positions)))
        self.n_told += len(blocks) - bool(self.passes)  # after pass 1 the last one follows from the total
        self.passes.append((size, place, blocks))
        self.odd.append({block for block in blocks if block.is_odd})
        while batch := next((odd for odd in self.odd if odd), None):
            for block in tuple(batch):
                batch.remove(block)
                self.flip(self.find_error(block, batch))

    def find_error(self, block: Block, odd: set[Block]) -> int:
        """Halve an odd block until one bit is left; return its position."""
        while len(block.positions) > 1:
            middle = (len(block.positions) + 1) // 2
            left = Block(block.positions[:middle], self.differ(block.positions[:middle]))
            right = Block(block.positions[middle:], not left.is_odd)
            self.n_told += 1
            block.halves = left, right
            block = left if left.is_odd else right
        odd.add(block)
        return block.positions[0]

    def flip(self, position: int) -> None:
        """Flip a bit, and with it the smallest known block that holds it in every pass."""
        self.bob[position] ^= 1
        for (size, place, blocks), odd in zip(self.passes, self.odd, strict=True):
            block, at = blocks[place[position] // size], place[position] % size
            while block.halves:
                left, right = block.halves
                if at < len(left.positions):
                    block = left
                else:
                    block, at = right, at - len(left.positions)
            block.is_odd = not block.is_odd
            (odd.add if block.is_odd else odd.remove)(block)


def plain_cascade(
    alice: list[int], bob: list[int], sizes: Iterable[int], orders: Iterable[list[int]]
) -> tuple[list[int], int]:
    """Run passes of these block sizes and orders; return Bob's key and how many parities Alice told."""
    plain = PlainCascade(alice, bob)
    for size, order in zip(sizes, orders, strict=False):
        plain.run_pass(order, size)
    return plain.bob, plain.n_told


def plain_orders(n: int) -> Iterator[list[int]]:
    """Yield the key's own order, and then shuffles by Python's `random`."""
    dice, order = random.Random(1), list(range(n))
    while True:
        yield list(order)
        dice.shuffle(order)


def noisy_keys(n: int) -> tuple[Bits, Bits]:
    """Return a key, and the same with errors."""
    rng = np.random.default_rng(1)
    alice = rng.integers(0, 2, n, dtype=np.uint8)
    return alice, alice ^ (rng.random(n) < QBER).astype(np.uint8)


def run_ours(alice: Bits, bob: Bits, variant: CascadeVariant = BEST) -> Reconciliation:
    """Correct Bob's key with the package."""
    channel, rng = PublicChannel(), np.random.default_rng(2)
    oracle = ParityOracle(alice, channel)
    return reconcile(bob, oracle, qber=QBER, rng=rng, channel=channel, variant=variant)


def best_in_turns(*functions: Callable[[], object]) -> list[float]:
    """Return the shortest of three times of each function, seconds, taking turns."""
    times: list[list[float]] = [[] for _ in functions]
    for _ in range(3):
        for function, spent in zip(functions, times, strict=True):
            start = time.perf_counter()
            function()
            spent.append(time.perf_counter() - start)
    return [min(spent) for spent in times]


def benchmark_cascade(scale: float) -> None:
    """Print the speed of Cascade beside the plain version, on a key ten times longer, and by variant."""
    n = max(500, int(100_000 * scale))
    (alice, bob), (long_alice, long_bob) = noisy_keys(n), noisy_keys(10 * n)
    lists, sizes, limit = (alice.tolist(), bob.tolist()), BEST.block_sizes(n, QBER), n * binary_entropy(QBER)
    print(f"\nCascade, {n:,} bits, QBER 3 %")
    plain, shuffles, ours, longer = best_in_turns(
        lambda: plain_cascade(*lists, sizes, plain_orders(n)),
        lambda: list(zip(sizes, plain_orders(n), strict=False)),
        lambda: run_ours(alice, bob),
        lambda: run_ours(long_alice, long_bob),
    )
    told = plain_cascade(*lists, sizes, plain_orders(n))[1] / limit
    share = f"{shuffles:.3f} s of it shuffling; f = {told:.3f}"
    print(f"  {BEST.name + ', block by block':<28}{plain:>14.3f} s   (baseline in plain Python, {share})")
    told = run_ours(alice, bob).counts.alice_leak / limit
    speed = f"{n / ours / 1e6:.2f} Mbit/s, f = {told:.3f}"
    print(f"  {BEST.name:<28}{ours:>14.3f} s   {plain / ours:>6.1f} × faster, {speed}")
    told = run_ours(long_alice, long_bob).counts.alice_leak / limit / 10
    speed = f"{10 * n / longer / 1e6:.2f} Mbit/s, f = {told:.3f}"
    print(
        f"  {f'{10 * n:,} bits':<28}{longer:>14.3f} s   {longer / ours / 10:>6.2f} × as long per bit, {speed}"
    )
    for variant in VARIANTS.values():
        if variant is not BEST:
            (seconds,) = best_in_turns(lambda variant=variant: run_ours(alice, bob, variant))
            told = run_ours(alice, bob, variant).counts.alice_leak / limit
            print(f"  {variant.name:<28}{seconds:>14.3f} s   {n / seconds / 1e6:.2f} Mbit/s, f = {told:.3f}")


if __name__ == "__main__":
    benchmark_cascade(1.0)
