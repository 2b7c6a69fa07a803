"""Finite keys with decoys against the block size, by the formulas of Lim et al. and of Rusca et al."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gallery_runs.papers import best_lim_rate, best_rusca_rate
from qkdlab.sweep import SweepResult, sweep

PRINTED, OURS = "Lim et al., as printed", "Lim et al., no errors below 0"
ONE, TWO = "Rusca et al., one decoy", "Rusca et al., two decoys"
FORMULAS = (PRINTED, OURS, ONE, TWO)
DB_PER_KM = 0.2
BLOCKS = tuple(10**power for power in (5, 6, 7, 8, 9))
SHORT, SHORT_LENGTHS_KM = 10_000, (100, 110, 120, 128, 129, 130, 135)
"""The shortest blocks of Lim et al., and lengths near the one where their curve ends."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """A block of bits, and the formula that says how much of it is secret.

    Parameters
    ----------
    formula
        One of the four.
    block_bits
        Bits of the key's basis, n_X or n_Z.
    loss_db
        Loss of the line, dB; Lim et al. have 0.2 dB/km.
    """

    formula: str = PRINTED
    block_bits: int = 10**7
    loss_db: float = 20.0


def rate(block: Block) -> dict[str, float]:
    """Return the best secret bits per pulse; 0 if there are none."""
    n, km = block.block_bits, block.loss_db / DB_PER_KM
    if block.formula in (PRINTED, OURS):
        found = best_lim_rate(n, printed=block.formula == PRINTED, km=km)
    else:
        found = best_rusca_rate(block.loss_db, two=block.formula == TWO, n=n)
    return {"rate": max(0.0, found)}


def runs(over: Iterable[Mapping[str, Any]], *, executor: Any = "serial") -> SweepResult:
    """Optimise the rates of some blocks."""
    return sweep(Block(), list(over), what=rate, executor=executor, progress=False)


def stored(executor: Any = "serial") -> SweepResult:
    """Optimise the rates of all blocks of the figure, and of short ones of Lim et al. on long lines."""
    points = [{"formula": formula, "block_bits": n, "loss_db": 20} for formula in FORMULAS for n in BLOCKS]
    points += [
        {"formula": PRINTED, "block_bits": SHORT, "loss_db": DB_PER_KM * km} for km in SHORT_LENGTHS_KM
    ]
    return runs(points, executor=executor)
