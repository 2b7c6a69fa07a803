"""Values shared by every room: bits, bases, what a party holds, and the checks of arguments."""

from collections.abc import Callable

from .bits import NO_BIT, Basis, Bits, HoldsArrays, as_bits, frozen, read_only
from .checks import (
    ZProbability,
    binary_entropy,
    check_between,
    check_choice,
    check_count,
    check_epsilon,
    check_instance,
    check_non_negative,
    check_open_probability,
    check_probability,
    check_z_probability,
    combined_error,
)
from .keys import IntensityRecord, RawKey, SecretKey

Progress = Callable[[float], None]
"""Called now and then with the share done, 0 … 1. It may raise to cancel the run."""

__all__ = [
    "NO_BIT",
    "Basis",
    "Bits",
    "HoldsArrays",
    "IntensityRecord",
    "Progress",
    "RawKey",
    "SecretKey",
    "ZProbability",
    "as_bits",
    "binary_entropy",
    "check_between",
    "check_choice",
    "check_count",
    "check_epsilon",
    "check_instance",
    "check_non_negative",
    "check_open_probability",
    "check_probability",
    "check_z_probability",
    "combined_error",
    "frozen",
    "read_only",
]
