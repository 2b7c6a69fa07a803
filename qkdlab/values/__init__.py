"""Values shared by every room: bits, bases, what a party holds, and the checks of arguments."""

from .bits import NO_BIT, Basis, Bits, HoldsArrays, as_bits, frozen, read_only
from .checks import (
    ZProbability,
    binary_entropy,
    check_all,
    check_between,
    check_choice,
    check_count,
    check_epsilon,
    check_instance,
    check_non_negative,
    check_number,
    check_open_probability,
    check_path,
    check_probability,
    check_z_probability,
    combined_error,
)
from .indices import as_index, looked_up, picked
from .keys import IntensityRecord, RawKey, SecretKey
from .progress import Progress, progress_part

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
    "as_index",
    "binary_entropy",
    "check_all",
    "check_between",
    "check_choice",
    "check_count",
    "check_epsilon",
    "check_instance",
    "check_non_negative",
    "check_number",
    "check_open_probability",
    "check_path",
    "check_probability",
    "check_z_probability",
    "combined_error",
    "frozen",
    "looked_up",
    "picked",
    "progress_part",
    "read_only",
]
