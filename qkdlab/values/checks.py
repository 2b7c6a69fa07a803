"""The checks of arguments, and probabilities that many rooms need.

Every check returns the value it accepted and otherwise raises
``ValueError("{name} must {rule}, got {value!r}")``; NaN never passes.
"""

from __future__ import annotations

import operator
from collections.abc import Hashable, Iterable
from math import log2
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import shown

ZProbability = float | tuple[float, float]
"""How often Alice and Bob take the Z basis: one number for both, or Alice's and Bob's."""


def _refuse(name: str, rule: str, value: object) -> ValueError:
    return ValueError(f"{name} must {rule}, got {shown(value)}")


def check_number(name: str, value: object) -> float:
    """Return `value` as a float if it is a real number that fits in one."""
    # a float first: to ask for a Real takes ten times as long
    if not isinstance(value, float) and (isinstance(value, bool) or not isinstance(value, Real)):
        raise _refuse(name, "be a number", value)
    try:
        return float(value)
    except OverflowError:
        raise _refuse(name, "fit in a 64-bit float", value) from None


def check_probability(name: str, value: float, *, below: float = 1.0) -> float:
    """Return `value` as a float if it lies in [0, `below`]."""
    return check_between(name, value, 0, below)


def check_open_probability(name: str, value: float) -> float:
    """Return `value` as a float if it lies strictly between 0 and 1."""
    number = check_number(name, value)
    if not 0 < number < 1:
        raise _refuse(name, "lie strictly between 0 and 1", value)
    return number


def check_z_probability(value: Any) -> ZProbability:
    """Return a checked `ZProbability`, strictly between 0 and 1; a pair of equal numbers as that number.

    >>> check_z_probability([0.9, 0.5]), check_z_probability((0.7, 0.7))
    ((0.9, 0.5), 0.7)
    """
    name = "z_probability"
    if not isinstance(value, tuple | list | np.ndarray) or getattr(value, "ndim", 1) == 0:
        return check_open_probability(name, value)
    if len(value) != 2:
        raise _refuse(name, "be one number for both, or two: Alice's and Bob's", value)
    alice, bob = (check_open_probability(f"{name}[{place}]", share) for place, share in enumerate(value))
    return alice if alice == bob else (alice, bob)


def check_epsilon(name: str, value: float) -> float:
    """Return a failure probability as a float if it lies in [1e-100, 1).

    Squares and products of smaller ones would be 0 in 64-bit floats.
    """
    number = check_number(name, value)
    if not 1e-100 <= number < 1:
        raise _refuse(name, "be at least 1e-100 and below 1", value)
    return number


def check_non_negative(name: str, value: float, *, below: float = np.inf) -> float:
    """Return `value` as a float if it is finite, at least 0 and at most `below`."""
    if below < np.inf:
        return check_between(name, value, 0, below)
    number = check_number(name, value)
    if not 0 <= number < np.inf:
        raise _refuse(name, "be finite and at least 0", value)
    return number


def check_between(name: str, value: float, lowest: float, highest: float) -> float:
    """Return `value` as a float if it lies in [`lowest`, `highest`]."""
    number = check_number(name, value)
    if not lowest <= number <= highest:
        raise _refuse(name, f"lie between {lowest:g} and {highest:g}", value)
    return number


def check_count(name: str, value: int, *, minimum: int = 0, maximum: int | None = None) -> int:
    """Return `value` as an int if it is a whole number from `minimum` to `maximum`."""
    try:
        number = operator.index(value)
    except TypeError:
        raise _refuse(name, "be a whole number", value) from None
    if type(value) in (bool, np.bool_):
        raise _refuse(name, "be a whole number", value)
    if number < minimum or (maximum is not None and number > maximum):
        top = "" if maximum is None else f" and at most {maximum}"
        raise _refuse(name, f"be at least {minimum}{top}", value)
    return number


def check_choice(name: str, value: object, choices: tuple[Any, ...]) -> Any:
    """Return `value` if it is one of `choices`."""
    if not isinstance(value, Hashable) or value not in choices:
        raise _refuse(name, "be one of " + ", ".join(map(repr, choices)), value)
    return value


def check_instance(name: str, value: object, kind: type) -> Any:
    """Return `value` if it is an instance of `kind`."""
    if not isinstance(value, kind):
        article = "an" if kind.__name__[0] in "AEIOU" else "a"
        raise _refuse(name, f"be {article} {kind.__name__}", value)
    return value


def check_all(name: str, values: object, kind: type) -> tuple[Any, ...]:
    """Return `values` as a tuple if each of them is an instance of `kind`."""
    if not isinstance(values, Iterable):
        raise _refuse(name, f"be several of {kind.__name__}", values)
    return tuple(check_instance(name, one, kind) for one in values)


def check_path(name: str, value: object) -> Path:
    """Return `value` as a path if it is the name of a file or a folder."""
    try:
        return Path(value)  # type: ignore[arg-type]
    except TypeError:
        raise _refuse(name, "be a name of a file or a folder", value) from None


def binary_entropy(probability: float) -> float:
    """Return h(p) = -p log₂ p - (1 - p) log₂(1 - p), in bits.

    >>> binary_entropy(0.5), round(binary_entropy(0.11), 4)
    (1.0, 0.4999)
    """
    p = check_probability("probability", probability)
    return 0.0 if p in (0, 1) else -p * log2(p) - (1 - p) * log2(1 - p)


def combined_error(first: float, second: float) -> float:
    """Return the error probability of a bit that two independent causes may flip: a (1 - b) + (1 - a) b.

    >>> round(combined_error(0.1, 0.2), 12)
    0.26
    """
    return first * (1 - second) + (1 - first) * second
