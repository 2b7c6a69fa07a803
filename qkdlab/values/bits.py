"""Bits and bases, and arrays that nobody writes to."""

from __future__ import annotations

from dataclasses import fields
from enum import IntEnum
from math import sqrt
from typing import Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Bits = NDArray[np.uint8]
"""An array of 0/1, dtype uint8."""

_Value = TypeVar("_Value", bound=np.generic)

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


def read_only(values: ArrayLike, dtype: Any = None) -> NDArray[Any]:
    """Return `values` as an array that cannot be written to: themselves if they are one, else a copy.

    A view is copied: its base may be written to.
    """
    array = np.asarray(values, dtype=dtype)
    if array is values and array.flags.owndata and not array.flags.writeable:
        return array
    return frozen(np.array(values, dtype=dtype))


def frozen(array: NDArray[_Value]) -> NDArray[_Value]:
    """Return a new array, of which nobody else holds a part, after forbidding to write to it."""
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
    if array.size and not (array.min() >= 0 and array.max() <= largest):
        first = int(np.flatnonzero((array < 0) | (array > largest))[0])
        raise ValueError(f"{name}[{first}] must be 0 … {largest}, got {array[first].item()!r}")
    return read_only(array, np.uint8)


class HoldsArrays:
    """Base of frozen dataclasses that hold arrays: in copies and unpickled ones these are read-only, too."""

    __slots__ = ()
    __dataclass_fields__: ClassVar[dict[str, Any]]

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (type(self), *(getattr(self, field.name) for field in fields(self)))


def _restored(kind: type[HoldsArrays], *values: Any) -> HoldsArrays:
    made = object.__new__(kind)
    for field, value in zip(fields(kind), values, strict=True):
        object.__setattr__(made, field.name, frozen(value) if isinstance(value, np.ndarray) else value)
    return made
