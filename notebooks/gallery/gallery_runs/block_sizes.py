"""Finite keys with decoys against the block size, by the formulas of Lim et al. and of Rusca et al."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gallery_runs.papers import best_lim_rate, best_rusca_rate
from qkdlab.sweep import SweepResult, sweep

PRINTED, OURS = "Lim et al., as printed", "Lim et al., no errors below 0"
ONE, TWO = "one decoy", "two decoys"
LIM_BLOCKS = tuple(10**power for power in (5, 6, 7, 8, 9))
RUSCA_BLOCKS = tuple(10**power for power in (5, 6, 7, 8, 9))
LOSS_DB = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """A block of bits, and the formula that says how much of it is secret.

    Parameters
    ----------
    formula
        One of the four.
    block_bits
        Bits of the key's basis, n_X or n_Z.
    """

    formula: str = PRINTED
    block_bits: int = 10**7


def rate(block: Block) -> dict[str, float]:
    """Return the best secret bits per pulse: Lim at 100 km, Rusca at a loss of 20 dB."""
    if block.formula in (PRINTED, OURS):
        found = best_lim_rate(block.block_bits, printed=block.formula == PRINTED)
    else:
        found = best_rusca_rate(LOSS_DB, two=block.formula == TWO, n=block.block_bits)
    return {"rate": max(0.0, found)}


def runs(over: Iterable[Mapping[str, Any]], *, executor: Any = "serial") -> SweepResult:
    """Optimise the rates of some blocks."""
    return sweep(Block(), list(over), what=rate, executor=executor, progress=False)


def stored(executor: Any = "serial") -> SweepResult:
    """Optimise the rates of all blocks of the figures."""
    blocks = {PRINTED: LIM_BLOCKS, OURS: LIM_BLOCKS, ONE: RUSCA_BLOCKS, TWO: RUSCA_BLOCKS}
    return runs(
        ({"formula": formula, "block_bits": n} for formula, sizes in blocks.items() for n in sizes),
        executor=executor,
    )
