"""Hints beside a verdict: what error rates by basis look like, and how many pulses would do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import ceil, log10, sqrt

from ...distillation.estimation.witnesses import BasisRate
from ...distillation.outcome import AbortReason
from ...distillation.security.classroom import ClassroomSecurity
from ..result import Result
from .format import counted, number, percent
from .verdict import is_hopeless

CONFIDENCE = 0.999
"""Of the intervals behind a hint: an honest line is suspected once in a thousand sessions at most."""

LOW, HALF = 0.25, 0.5
"""The error rates of full interception, below which a line works, and of coins."""


def hints(result: Result) -> list[str]:
    """Return what may help whoever got no key; nothing if there is one."""
    if result.accepted:
        return []
    lines = basis_hints(result.distillation.basis_rates)
    if result.reason is AbortReason.TOO_FEW_SIFTED_BITS:
        lines += few_bits_hints(result)
    return lines


def basis_hints(rates: Sequence[BasisRate]) -> list[str]:
    """Return what error rates above one half, or like coins, look like.

    None of it says anything of Eve: a bit that is always wrong is known to her as well as one always right.
    """
    seen = {rate.basis.name: replace(rate.estimate, confidence=CONFIDENCE) for rate in rates}
    above = {name: rate for name, rate in seen.items() if rate.lower > HALF}
    coins = [name for name, rate in seen.items() if LOW < rate.lower <= HALF <= rate.upper]
    fine = [name for name, rate in seen.items() if rate.upper < LOW]
    if above:
        where = "every basis" if len(above) == len(seen) > 1 else " and ".join(above)
        told = ", ".join(f"{percent(1 - rate.qber)} in {name}" for name, rate in above.items())
        return [
            f"Hint: bits in {where} are wrong more often than right: one party probably reads them the other "
            f"way round, which would leave {told}."
        ]
    if coins and len(coins) == len(seen):
        return [
            "Hint: the compared bits agree no better than coins. So they do if Alice's and Bob's slots are "
            "shifted against each other, if one of them names the bases the other way round, or if what Bob "
            "detects is not Alice's light."
        ]
    if coins and fine:
        return [
            f"Hint: in {' and '.join(coins)} the bits agree no better than coins, in {' and '.join(fine)} "
            f"they do. That is what measuring every pulse in {fine[0]} looks like, and also a party whose "
            f"{coins[0]} is another basis than the other's."
        ]
    return []


def few_bits_hints(result: Result) -> list[str]:
    """Return how many compared bits were needed, and how many pulses would do."""
    steps, security = result.distillation, result.settings.security
    needed = security.minimum_sample
    if not steps.compared:
        return []
    fewest = min(count for _, count in steps.compared)
    if fewest >= needed:
        n = steps.n_sifted
        told = "The only sifted bit was" if n == 1 else f"All {number(n)} sifted bits were"
        return [f"{told} disclosed, so that none is left for a key."]
    here = [counted(n, told) for told, n in steps.compared]
    were = "was" if steps.compared[0][1] == 1 else "were"
    words = "compared bit is" if needed == 1 else "compared bits are"
    lines = [f"{needed} {words} needed for each rate, and here {were} {', '.join(here)}."]
    if is_hopeless(result):
        return lines
    pulses, enough = pulses_for(result.n_pulses, fewest, needed)
    if enough:
        lines.append(f"About {number(pulses)} pulses would do for that; a key may take more.")
    else:
        words = "pulse is" if pulses == 1 else "pulses are"
        lines.append(f"More than {number(pulses)} {words} needed for that, as not one was here.")
    if fewest >= ClassroomSecurity.minimum_sample and not isinstance(security, ClassroomSecurity):
        lines.append('The mode security="classroom" goes on with so few bits, without a security claim.')
    return lines


def pulses_for(n_pulses: int, compared: int, needed: int) -> tuple[int, bool]:
    """Return how many pulses give `needed` compared bits, two digits rounded up, and whether they will do.

    The mean number must lie three standard deviations above what is needed, and the number seen may itself
    be one above its mean. If none was seen, its mean is likely below 3, and the answer is only a lower limit.

    >>> pulses_for(128, 15, 50), pulses_for(1000, 0, 50)
    ((880, True), (17000, False))
    """
    if not compared:
        return _two_digits(n_pulses * needed / 3), False
    mean = ((3 + sqrt(9 + 4 * needed)) / 2) ** 2
    return _two_digits(n_pulses * mean / max(compared - sqrt(compared), compared / 2)), True


def _two_digits(value: float) -> int:
    unit = int(10 ** max(0, int(log10(max(value, 1))) - 1))
    return ceil(value / unit) * unit
