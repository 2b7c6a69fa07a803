"""Variants of Cascade as data: block sizes, passes, reuse of halves.

The names are those of Martinez-Mateo, Pacher, Peev, Ciurana and Martin, "Demystifying the information
reconciliation protocol Cascade", Quantum Inf. Comput. 15, 453 (2015), arXiv:1407.3257. A block is never
longer than half of the key: a single block would only tell the parity that is known already.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log2

from ...values import check_choice

LEAST_QBER = 1e-9
"""Error rates below are taken as this one: the first block is then half of the key anyhow."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CascadeVariant:
    """One way to run Cascade.

    Parameters
    ----------
    name
        Its name in the literature.
    scale
        The first block has scale / QBER bits. With `powers_of_two` that is rounded to the nearest power; with
        ``"geometric"`` blocks the first sizes are 2^⌈α⌉, 2^⌈(α + 12) / 2⌉, 4096 with α = log₂(1/QBER) - 1/2.
    factor
        How much longer the blocks of the second pass are.
    doubling
        Whether every further pass doubles its blocks; otherwise they are half of the key.
    n_passes
        Number of passes.
    reuse
        Whether halves stay blocks of their own.
    powers_of_two, geometric
        See `scale`.
    n_confirmations
        BICONF: at the end random halves are compared until so many in a row agree.
    """

    name: str
    scale: float
    factor: int
    doubling: bool
    n_passes: int
    reuse: bool = False
    powers_of_two: bool = False
    geometric: bool = False
    n_confirmations: int = 0

    def block_sizes(self, n_bits: int, qber: float) -> list[int]:
        """Return the block size of every pass for a key of `n_bits` ≥ 1 bits.

        >>> ORIGINAL.block_sizes(10_000, 0.02)
        [37, 74, 148, 296]
        """
        rate, half = max(qber, LEAST_QBER), ceil(n_bits / 2)
        if self.geometric:
            exponent = log2(1 / rate) - 0.5
            first = [2 ** ceil(exponent), 2 ** ceil((exponent + 12) / 2), 4096]
        elif self.powers_of_two:
            first = [2 ** round(log2(1 / rate))]
        else:
            first = [ceil(self.scale / rate)]
        sizes = [max(1, size) for size in first]
        if len(sizes) == 1:
            sizes.append(self.factor * sizes[0])
        while len(sizes) < self.n_passes:
            sizes.append(2 * sizes[-1] if self.doubling else half)
        return [min(half, size) for size in sizes[: self.n_passes]]


ORIGINAL = CascadeVariant(name="original", scale=0.73, factor=2, doubling=True, n_passes=4)
"""Brassard and Salvail, EUROCRYPT '93."""

_VARIANTS = (
    ORIGINAL,
    CascadeVariant(name="modified (1)", scale=0.92, factor=3, doubling=False, n_passes=2, n_confirmations=10),
    CascadeVariant(name="modified (2)", scale=0.8, factor=5, doubling=False, n_passes=10),
    CascadeVariant(name="modified (3)", scale=1.0, factor=2, doubling=False, n_passes=16),
    CascadeVariant(name="modified (4)", scale=1.0, factor=2, doubling=False, n_passes=16, reuse=True),
    CascadeVariant(
        name="modified (7)",
        scale=1.0,
        factor=4,
        doubling=False,
        n_passes=14,
        reuse=True,
        powers_of_two=True,
    ),
    CascadeVariant(
        name="modified (8)", scale=1.0, factor=1, doubling=False, n_passes=14, reuse=True, geometric=True
    ),
)
VARIANTS: dict[str, CascadeVariant] = {variant.name: variant for variant in _VARIANTS}
"""The variants by name."""


def get_variant(name: str) -> CascadeVariant:
    """Return the variant of that name."""
    return VARIANTS[check_choice("variant", name, tuple(VARIANTS))]
