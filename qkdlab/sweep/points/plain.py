"""Settings as canonical JSON, and the seeds that follow from it and from nothing else."""

from __future__ import annotations

import json
from dataclasses import Field, fields, is_dataclass
from enum import Enum
from hashlib import sha256
from math import isfinite
from typing import Any

import numpy as np

from ...errors import shown
from ...settings.saving import default_of

LARGEST_WHOLE = 2**53
"""Up to here a float says which whole number is meant."""
SEED_BITS = 63
"""Bits of a seed: it fits into a signed 64-bit number."""


def plain(value: Any, *, name: str = "settings", defaults: bool = True) -> Any:
    """Return what JSON can say of a value, equal values alike: 10, 10.0 and ``np.int64(10)`` are one number.

    Parameters
    ----------
    value
        A number, text, None, a tuple or a list, a mapping with text as keys, or a dataclass of such.
    name
        What it is called in an error.
    defaults
        Whether fields at their defaults are told, too.

    Raises
    ------
    ValueError
        For anything else, such as a device, and for numbers that are not finite.

    Examples
    --------
    >>> from qkdlab import InterceptResend
    >>> plain(InterceptResend(fraction=1)), plain((0.5, 10.0), defaults=False)
    ({'type': 'InterceptResend', 'fraction': 1, 'basis': 'random'}, [0.5, 10])
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float) and isfinite(value):
        return int(value) if value.is_integer() and abs(value) <= LARGEST_WHOLE else value
    if isinstance(value, tuple | list | np.ndarray):
        return [plain(one, name=f"{name}.{place}", defaults=defaults) for place, one in enumerate(value)]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: plain(one, name=f"{name}.{key}", defaults=defaults) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        told = {"type": type(value).__name__}
        for field in fields(value):
            one = getattr(value, field.name)
            if field.init and (defaults or not _is_default(field, one)):
                told[field.name] = plain(one, name=f"{name}.{field.name}", defaults=defaults)
        return told
    raise ValueError(f"{name} must be numbers, text or settings to be swept, got {shown(value)}")


def _is_default(field: Field[Any], value: Any) -> bool:
    default = default_of(field)
    return isinstance(default, bool) is isinstance(value, bool) and bool(default == value)


def canonical(settings: Any) -> str:
    """Return the text of settings from which seeds are made: their fields in alphabetical order, but `seed`.

    Fields at their defaults are left out, so that a field that is added to the package changes no seed.

    >>> from qkdlab import SessionSettings
    >>> canonical(SessionSettings(n_pulses=1_000, seed=5))
    '{"n_pulses":1000,"type":"SessionSettings"}'
    """
    told = plain(settings, defaults=False)
    if isinstance(told, dict):
        told.pop("seed", None)
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def run_seed(master: int, point: str, repetition: int) -> int:
    """Return the seed of a run: a hash of the master seed, the point's `canonical` text and the repetition.

    Order, worker and the other points of the sweep play no part.

    >>> run_seed(1, "{}", 0), run_seed(1, "{}", 1)
    (9051050124235022900, 3494373712267148933)
    """
    text = f"qkdlab.sweep\n{master}\n{repetition}\n{point}"
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big") >> (64 - SEED_BITS)
