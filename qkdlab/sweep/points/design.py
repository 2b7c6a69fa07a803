"""The points of a sweep: a grid, a list of points, or a random design."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, is_dataclass, replace
from hashlib import sha256
from json import dumps
from math import exp, log, prod
from typing import Any

import numpy as np

from ...errors import shown
from ...values import check_count, check_instance
from .plain import plain


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """A value of a setting, and what a row says of it.

    Parameters
    ----------
    label
        A number, text, a truth value or None.
    value
        What the settings are given.
    """

    label: Any
    value: Any

    @classmethod
    def of(cls, value: Any) -> Value:
        """Return a value under its own name: numbers and text as they are, other settings by their text.

        >>> from qkdlab import InterceptResend
        >>> Value.of(np.float64(0.5)).label, Value.of(InterceptResend()).label
        (0.5, "InterceptResend(fraction=1.0, basis='random')")
        """
        if isinstance(value, np.generic):
            value = value.item()
        if value is None or isinstance(value, bool | int | float | str):
            return cls(label=value, value=value)
        if not (is_dataclass(value) or isinstance(value, tuple | list)):
            raise ValueError(f"over must have numbers, text, None or settings as values, got {shown(value)}")
        value = tuple(value) if isinstance(value, list) else value
        label = repr(value)
        return cls(label=label, value=value)


class Design(ABC):
    """The points of a sweep, in an order of their own; each is made when it is asked for."""

    __slots__ = ()

    names: tuple[str, ...]

    @property
    @abstractmethod
    def n_points(self) -> int:
        """How many there are."""

    @abstractmethod
    def point(self, number: int) -> tuple[Value, ...]:
        """Return the values of a point, by its number, in the order of `names`."""

    @abstractmethod
    def told(self) -> Any:
        """Return what JSON can say of the design, to tell it from another."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Grid(Design):
    """Every value of each setting with every value of the others; the last setting changes fastest."""

    names: tuple[str, ...]
    axes: tuple[tuple[Value, ...], ...]

    @property
    def n_points(self) -> int:
        """How many points there are."""
        return prod(len(axis) for axis in self.axes)

    def point(self, number: int) -> tuple[Value, ...]:
        """Return the values of a point.

        >>> grid = design_of({"a": [1, 2], "b": [5, 6, 7]})
        >>> [one.label for one in grid.point(4)]
        [2, 6]
        """
        found = []
        for axis in reversed(self.axes):
            number, place = divmod(number, len(axis))
            found.append(axis[place])
        return tuple(reversed(found))

    def told(self) -> Any:
        """Return the names, each with its values."""
        return {
            name: [[one.label, plain(one.value, name=name)] for one in axis]
            for name, axis in zip(self.names, self.axes, strict=True)
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Points(Design):
    """A list of points."""

    names: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]

    @property
    def n_points(self) -> int:
        """How many points there are."""
        return len(self.rows)

    def point(self, number: int) -> tuple[Value, ...]:
        """Return the values of a point."""
        return self.rows[number]

    def told(self) -> Any:
        """Return the names and a hash of all values."""
        digest = sha256()
        for row in self.rows:
            digest.update(dumps([[one.label, plain(one.value)] for one in row]).encode())
        return {"names": self.names, "points": self.n_points, "sha256": digest.hexdigest()}


@dataclass(frozen=True, kw_only=True, slots=True)
class RandomDesign(Design):
    """Points drawn at random, each by itself; see `random_design`."""

    names: tuple[str, ...]
    ranges: tuple[tuple[Any, ...], ...]
    n: int
    seed: int

    @property
    def n_points(self) -> int:
        """How many points there are."""
        return self.n

    def point(self, number: int) -> tuple[Value, ...]:
        """Return the values of a point: they follow from the seed and its number."""
        rng = np.random.default_rng([self.seed, number])
        return tuple(Value.of(_draw(rng, one)) for one in self.ranges)

    def told(self) -> Any:
        """Return the ranges, the number of points and the seed."""
        return {
            "ranges": dict(zip(self.names, plain(self.ranges), strict=True)),
            "n": self.n,
            "seed": self.seed,
        }


def random_design(ranges: Mapping[str, Any], n: int, seed: int) -> RandomDesign:
    """Return points drawn at random, independently of each other.

    Parameters
    ----------
    ranges
        For each setting, by its dotted name, two numbers ``(low, high)`` between which it is drawn evenly,
        as a whole number if both are; ``(low, high, "log")``, of which the logarithm is drawn evenly; or a
        list of values, one of which is taken. Points that come out alike are one run, with one seed.
    n
        How many points. The first points of a longer design with the same seed are those of a shorter one.
    seed
        Whole number from which they follow.

    Raises
    ------
    ValueError
        If a range is none.

    Examples
    --------
    >>> design = random_design({"link.length_km": (0.0, 100.0), "n_pulses": (1e4, 1e6, "log")}, n=50, seed=1)
    >>> design.n_points, [round(one.label, 2) for one in design.point(0)]
    (50, [51.18, 796026.26])
    """
    check_count("n", n, minimum=1)
    check_count("seed", seed)
    kept = tuple(_range(name, one) for name, one in check_instance("ranges", ranges, Mapping).items())
    return RandomDesign(names=tuple(ranges), ranges=kept, n=int(n), seed=int(seed))


def _range(name: str, told: Any) -> tuple[Any, ...]:
    """Return a range as `RandomDesign` has it, its numbers as those of Python; a list alone in a tuple."""
    if isinstance(told, list):
        if not told:
            raise ValueError(f"{name} must have values, got []")
        return (list(told),)
    is_log = isinstance(told, tuple) and len(told) == 3 and told[2] == "log"
    if not (isinstance(told, tuple) and (len(told) == 2 or is_log)):
        raise ValueError(f"{name} must be (low, high), (low, high, 'log') or a list, got {shown(told)}")
    low, high = (one.item() if isinstance(one, np.generic) else one for one in told[:2])
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in (low, high))
    if not numbers or not -np.inf < low <= high < np.inf or (is_log and not low > 0):
        raise ValueError(f"{name} must go from a lower to a higher finite number, got {shown(told)}")
    return (low, high, *told[2:])


def _draw(rng: np.random.Generator, told: tuple[Any, ...]) -> Any:
    if len(told) == 1:
        return told[0][int(rng.integers(len(told[0])))]
    low, high = told[:2]
    whole = isinstance(low, int) and isinstance(high, int)
    if len(told) == 2:
        return int(rng.integers(low, high + 1)) if whole else float(rng.uniform(low, high))
    drawn = min(max(exp(rng.uniform(log(low), log(high))), low), high)
    return round(drawn) if whole else drawn


def design_of(over: Any) -> Design:
    """Return the design that `over` of a sweep says.

    Parameters
    ----------
    over
        A mapping from dotted names to values makes a grid; the values may be a mapping, too, from what rows
        shall say to the value. A list of mappings is a list of points. A design is left as it is.

    Raises
    ------
    ValueError
        If it is none of these, or empty, or if two values look alike in rows.

    Examples
    --------
    >>> design_of([{"n_pulses": 1_000}, {"n_pulses": 2_000}]).n_points
    2
    """
    if isinstance(over, Design):
        return over
    if isinstance(over, Mapping):
        axes = tuple(_axis(name, values) for name, values in over.items())
        return Grid(names=tuple(map(str, over)), axes=axes)
    if isinstance(over, str) or not isinstance(over, Iterable):
        raise ValueError(f"over must be a mapping, a list of points or a design, got {shown(over)}")
    return _points(list(over))


def _axis(name: str, values: Any) -> tuple[Value, ...]:
    if isinstance(values, Mapping):
        axis = tuple(Value(label=str(label), value=Value.of(one).value) for label, one in values.items())
    elif isinstance(values, str) or not isinstance(values, Iterable):
        raise ValueError(f"{name} must have a list of values, got {shown(values)}")
    else:
        axis = tuple(map(Value.of, values))
    if not axis:
        raise ValueError(f"{name} must have at least one value, got {shown(values)}")
    axis = _alike(axis)
    _check_once(f"{name} must have each value once", [(one,) for one in axis], [one.label for one in axis])
    return axis


def _points(points: list[Any]) -> Points:
    if not points:
        raise ValueError("over must have at least one point, got []")
    names = tuple(check_instance("over", points[0], Mapping))
    rows = []
    for point in points:
        if not isinstance(point, Mapping) or set(point) != set(names):
            raise ValueError(f"every point must have the names {', '.join(names)}, got {shown(point)}")
        rows.append(tuple(Value.of(point[name]) for name in names))
    columns = map(_alike, zip(*rows, strict=True)) if names else ()
    aligned = tuple(zip(*columns, strict=True)) if names else tuple(rows)
    _check_once("over must have each point once", aligned, points)
    return Points(names=names, rows=aligned)


def _check_once(rule: str, rows: Iterable[tuple[Value, ...]], given: Iterable[Any]) -> None:
    """Refuse two rows that look alike: the same run with the same seed, which would count twice."""
    seen: set[Any] = set()
    for row, one in zip(rows, given, strict=True):
        key = tuple((type(value.label) is str, value.label) for value in row)
        if key in seen:
            raise ValueError(f"{rule}, got {shown(one)} twice")
        seen.add(key)


def _alike(values: tuple[Value, ...]) -> tuple[Value, ...]:
    """Return values whose labels are floats if one of them is and the others are numbers, too."""
    if {type(one.label) for one in values} != {int, float}:
        return values
    return tuple(replace(one, label=float(one.label)) for one in values)
