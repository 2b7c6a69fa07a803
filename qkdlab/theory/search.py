"""The best numbers within bounds: points that fill the box evenly, then the simplex of Nelder and Mead.

Deterministic: the same function gives the same result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from ..values import Progress, check_count

POINTS_PER_RANGE = 20
"""How many points fill the box, for each of its dimensions."""
STEPS_PER_RANGE = 60
"""How many steps a simplex may take, for each dimension."""
N_CLIMBS = 2
"""From how many of the best points a simplex sets out."""
EDGE = 1e-6
"""How close to its ends a range is searched, as a share of it."""

Point = NDArray[np.float64]
Objective = Callable[[tuple[float, ...]], float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Range:
    """Where a number is searched for: strictly between `low` and `high`.

    Parameters
    ----------
    low, high
        The bounds, low < high.
    logarithmic
        Whether ratios count and not differences; `low` is above 0 then.
    """

    low: float
    high: float
    logarithmic: bool = False

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError(f"high must be above low, {self.low!r}, got {self.high!r}")
        if self.logarithmic and not self.low > 0:
            raise ValueError(f"low must be above 0 in a logarithmic range, got {self.low!r}")

    def at(self, share: float) -> float:
        """Return the number at this share of the way, 0 … 1."""
        if self.logarithmic:
            return exp(log(self.low) + share * log(self.high / self.low))
        return self.low + share * (self.high - self.low)

    def share(self, number: float) -> float:
        """Return which share of the way a number stands, the inverse of `at`; 0 or 1 outside of the range."""
        number = min(self.high, max(self.low, number))
        if self.logarithmic:
            return log(number / self.low) / log(self.high / self.low)
        return (number - self.low) / (self.high - self.low)


@dataclass(frozen=True, kw_only=True, slots=True)
class Maximum:
    """The best that was found: where, how much, and after how many evaluations."""

    numbers: tuple[float, ...]
    value: float
    n_evaluations: int


def spread_points(n_points: int, n_dimensions: int) -> Point:
    """Return points that fill the unit box evenly, shape (n_points, n_dimensions).

    The additive sequence of Kronecker: multiples of φ⁻¹, φ⁻² …, modulo 1, where φ is the root above 1 of
    x^(d + 1) = x + 1. In one dimension that is the golden ratio.
    """
    check_count("n_dimensions", n_dimensions, minimum=1)
    root = 2.0
    for _ in range(60):
        root = (1 + root) ** (1 / (n_dimensions + 1))
    strides = root ** -np.arange(1.0, n_dimensions + 1)
    places: Point = (0.5 + np.outer(np.arange(n_points), strides)) % 1
    return places


def maximise(
    function: Objective,
    ranges: Sequence[Range],
    *,
    start: Sequence[float] = (),
    progress: Progress | None = None,
) -> Maximum:
    """Return the largest value of a function of several numbers, each within its range.

    Parameters
    ----------
    function
        Takes a tuple of as many numbers as there are ranges. It need not be smooth.
    ranges
        Where each number is searched for, at least one range. Bounds themselves are not reached.
    start
        A guess, with which the search begins; may be left out.
    progress
        Called now and then with the share done; it may raise to cancel.

    Examples
    --------
    >>> best = maximise(lambda x: -((x[0] - 0.3) ** 2), [Range(low=0, high=1)])
    >>> round(best.numbers[0], 4)
    0.3
    """
    n = check_count("the number of ranges", len(ranges), minimum=1)
    n_points, n_steps = POINTS_PER_RANGE * n, STEPS_PER_RANGE * n
    most = n_points + N_CLIMBS * n_steps
    done = 0

    def numbers(shares: Point) -> tuple[float, ...]:
        return tuple(one.at(float(share)) for one, share in zip(ranges, shares, strict=True))

    def value(shares: Point) -> float:
        nonlocal done
        if progress and done % 16 == 0:
            progress(min(1.0, done / most))
        done += 1
        return function(numbers(shares))

    points = spread_points(n_points, n)
    if start:
        guess = [one.share(number) for one, number in zip(ranges, start, strict=True)]
        points = np.vstack([np.clip(guess, EDGE, 1 - EDGE), points])
    values = [value(point) for point in points]
    order = np.argsort(values)[::-1]
    best, top = points[order[0]], values[order[0]]
    for place in order[:N_CLIMBS]:
        shares, reached = _climb(value, points[place], n_steps)
        if reached > top:
            best, top = shares, reached
    if progress:
        progress(1.0)
    return Maximum(numbers=numbers(best), value=top, n_evaluations=done)


def _climb(value: Callable[[Point], float], start: Point, n_steps: int) -> tuple[Point, float]:
    """Return where a simplex ends that sets out from `start`, in the unit box, and the value there.

    It moves in the logits of the shares, which have no bounds.
    """

    def inside(logits: Point) -> Point:
        shares: Point = np.clip(scipy.special.expit(logits), EDGE, 1 - EDGE)
        return shares

    def loss(logits: Point) -> float:
        return -value(inside(logits))

    origin: list[float] = scipy.special.logit(start).tolist()
    simplex = np.vstack([origin, np.array(origin) + 0.5 * np.eye(len(origin))])
    options: Any = {
        "initial_simplex": simplex,
        "maxfev": n_steps,
        "xatol": 1e-5,
        "fatol": 1e-9,
        "adaptive": True,
    }
    found = scipy.optimize.minimize(loss, origin, method="Nelder-Mead", options=options)
    return inside(found.x), -float(found.fun)
