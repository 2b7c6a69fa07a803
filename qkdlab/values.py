"""Values shared by every room: bits, bases, what a party holds, and the checks of arguments.

Every check returns the value it accepted and otherwise raises
``ValueError("{name} must {rule}, got {value!r}")``; NaN never passes.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from enum import IntEnum
from math import log2, sqrt
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import shown

Bits = NDArray[np.uint8]
"""An array of 0/1, dtype uint8."""

Progress = Callable[[float], None]
"""Called now and then with the share done, 0 … 1. It may raise to cancel the run."""


ZProbability = float | tuple[float, float]
"""How often Alice and Bob take the Z basis: one number for both, or Alice's and Bob's."""

NO_BIT = 2
"""What stands in a table of readings where Bob reads no bit."""


class Basis(IntEnum):
    """The measurement bases of a qubit: rectilinear (Z), diagonal (X), circular (Y), and two between.

    W is halfway from Z to X, the Breidbart basis; V is halfway from X to the reverse of Z.

    >>> Basis.Z.overlap(Basis.X), round(Basis.Z.overlap(Basis.W), 4), round(Basis.Z.overlap(Basis.V), 4)
    (0.0, 0.7071, -0.7071)
    """

    Z = 0
    X = 1
    Y = 2
    W = 3
    V = 4

    @property
    def direction(self) -> tuple[float, float, float]:
        """The unit vector x, y, z on the Bloch sphere to which the basis' first state points."""
        return _DIRECTIONS[self]

    def overlap(self, other: Basis) -> float:
        """Return the cosine of the angle between two bases on the Bloch sphere, -1 … 1."""
        return sum(a * b for a, b in zip(self.direction, other.direction, strict=True))


_DIRECTIONS = (
    (0.0, 0.0, 1.0),
    (1.0, 0.0, 0.0),
    (0.0, 1.0, 0.0),
    (sqrt(0.5), 0.0, sqrt(0.5)),
    (sqrt(0.5), 0.0, -sqrt(0.5)),
)


def _refuse(name: str, rule: str, value: object) -> ValueError:
    return ValueError(f"{name} must {rule}, got {shown(value)}")


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise _refuse(name, "be a number", value)
    try:
        return float(value)
    except OverflowError:
        raise _refuse(name, "fit in a 64-bit float", value) from None


def check_probability(name: str, value: float, *, below: float = 1.0) -> float:
    """Return `value` as a float if it lies in [0, `below`]."""
    number = _number(name, value)
    if not 0 <= number <= below:
        raise _refuse(name, f"lie between 0 and {below:g}", value)
    return number


def check_open_probability(name: str, value: float) -> float:
    """Return `value` as a float if it lies strictly between 0 and 1."""
    number = _number(name, value)
    if not 0 < number < 1:
        raise _refuse(name, "lie strictly between 0 and 1", value)
    return number


def check_z_probability(value: Any) -> ZProbability:
    """Return a checked `ZProbability`, strictly between 0 and 1; a pair of equal numbers as that number.

    >>> check_z_probability([0.9, 0.5]), check_z_probability((0.7, 0.7))
    ((0.9, 0.5), 0.7)
    """
    name = "z_probability"
    if not isinstance(value, tuple | list | np.ndarray):
        return check_open_probability(name, value)
    if len(value) != 2:
        raise _refuse(name, "be one number for both, or two: Alice's and Bob's", value)
    alice, bob = (check_open_probability(f"{name}[{place}]", share) for place, share in enumerate(value))
    return alice if alice == bob else (alice, bob)


def check_epsilon(name: str, value: float) -> float:
    """Return a failure probability as a float if it lies in [1e-100, 1).

    Squares and products of smaller ones would be 0 in 64-bit floats.
    """
    number = _number(name, value)
    if not 1e-100 <= number < 1:
        raise _refuse(name, "be at least 1e-100 and below 1", value)
    return number


def check_non_negative(name: str, value: float, *, below: float = np.inf) -> float:
    """Return `value` as a float if it is finite, at least 0 and at most `below`."""
    number = _number(name, value)
    if not (0 <= number <= below and np.isfinite(number)):
        rule = "be finite and at least 0" if np.isinf(below) else f"lie between 0 and {below:g}"
        raise _refuse(name, rule, value)
    return number


def check_between(name: str, value: float, lowest: float, highest: float) -> float:
    """Return `value` as a float if it lies in [`lowest`, `highest`]."""
    number = _number(name, value)
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


def read_only(values: ArrayLike, dtype: Any = None) -> NDArray[Any]:
    """Return a copy of `values` that cannot be written to."""
    array = np.array(values, dtype=dtype)
    array.setflags(write=False)
    return array


def as_bits(name: str, values: ArrayLike, *, largest: int = 1) -> Bits:
    """Return `values` as a read-only uint8 array, shape (n,), of whole numbers 0 … `largest`.

    Raises ``ValueError`` that names the first bad element.
    """
    array = np.asarray(values)
    if array.ndim != 1:
        raise ValueError(f"{name} must have shape (n,), got shape {array.shape}")
    if array.size and array.dtype.kind not in "bui":
        raise ValueError(f"{name} must hold whole numbers, got dtype {array.dtype}")
    bad = np.flatnonzero(~((array >= 0) & (array <= largest)))
    if len(bad):
        first = int(bad[0])
        raise ValueError(f"{name}[{first}] must be 0 … {largest}, got {array[first].item()!r}")
    return read_only(array, np.uint8)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class RawKey:
    """What one party holds after the quantum part: a bit and a basis for each detected pulse.

    Parameters
    ----------
    bits, bases
        uint8 arrays of shape (n_detected,); bases as in `Basis`. Both are secret to the party
        until it announces them, so ``repr`` shows their length alone.
    """

    bits: Bits
    bases: Bits

    def __post_init__(self) -> None:
        object.__setattr__(self, "bits", as_bits("bits", self.bits))
        object.__setattr__(self, "bases", as_bits("bases", self.bases, largest=max(Basis)))
        if self.bits.shape != self.bases.shape:
            raise ValueError(f"bases must have shape {self.bits.shape}, got {self.bases.shape}")

    def __len__(self) -> int:
        return len(self.bits)

    def __repr__(self) -> str:
        return f"RawKey({len(self)} secret bits and bases)"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class IntensityRecord:
    """With which intensity Alice sent the pulses: hers alone until she announces it.

    Parameters
    ----------
    means
        Mean photon number of each intensity, the signal first. Public from the beginning.
    probabilities
        How often each is sent, on average. Public as well.
    n_sent
        How many pulses were sent with each, lost ones included.
    choices
        uint8, shape (n_detected,): the number of the intensity of each detected pulse.
    """

    means: tuple[float, ...]
    probabilities: tuple[float, ...]
    n_sent: tuple[int, ...]
    choices: Bits

    def __post_init__(self) -> None:
        means = tuple(check_non_negative("means", mean) for mean in self.means)
        object.__setattr__(self, "means", means)
        object.__setattr__(self, "n_sent", tuple(check_count("n_sent", number) for number in self.n_sent))
        chances = tuple(check_probability("probabilities", chance) for chance in self.probabilities)
        object.__setattr__(self, "probabilities", chances)
        if len(chances) != len(means):
            raise ValueError(f"probabilities must be {len(means)} numbers, got {shown(chances)}")
        if len(self.n_sent) != len(means):
            raise ValueError(f"n_sent must have {len(means)} numbers, got {shown(self.n_sent)}")
        choices = as_bits("choices", self.choices, largest=len(means) - 1)
        object.__setattr__(self, "choices", choices)

    def __len__(self) -> int:
        return len(self.choices)

    def __repr__(self) -> str:
        return f"IntensityRecord({len(self)} secret intensities)"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SecretKey:
    """A final secret key, one copy of which each party holds.

    ``repr`` shows the length and never the bits.

    >>> SecretKey([1, 0, 1])
    SecretKey(3 bits)
    """

    bits: Bits

    def __post_init__(self) -> None:
        object.__setattr__(self, "bits", as_bits("bits", self.bits))

    def __len__(self) -> int:
        return len(self.bits)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SecretKey) and np.array_equal(self.bits, other.bits)

    def __hash__(self) -> int:
        return hash(self.bits.tobytes())

    def __repr__(self) -> str:
        return f"SecretKey({len(self)} bits)"

    def to_bytes(self) -> bytes:
        """Return the whole bytes of the key, first bit first; up to 7 last bits are left out."""
        return np.packbits(self.bits[: len(self) // 8 * 8]).tobytes()
