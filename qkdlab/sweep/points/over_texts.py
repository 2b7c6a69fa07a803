"""What is swept, as it is said on a command line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from ...errors import ScenarioError, shown
from ...settings.saving import decode
from ...settings.session_settings import SETTINGS_CLASSES

MOST_VALUES = 1_000_000
"""Values of a range at the most."""


def over_of(texts: Iterable[str]) -> dict[str, list[Any]]:
    """Return the grid that texts ``name=values`` say.

    Parameters
    ----------
    texts
        After the dotted name and ``=``, a range ``low:high:step``, its end included; or values with commas
        between, numbers, ``null``, ``true``, ``false`` or text; or a list of JSON, in which settings are
        objects with a ``"type"``, as in a scenario.

    Raises
    ------
    ValueError
        If a text says none of these, or a name comes twice.

    Examples
    --------
    >>> over_of(["link.length_km=0:20:10", "protocol=BB84,six-state", "max_qber=0.05:0.06:0.005"])
    {'link.length_km': [0, 10, 20], 'protocol': ['BB84', 'six-state'], 'max_qber': [0.05, 0.055, 0.06]}
    """
    found: dict[str, list[Any]] = {}
    for text in texts:
        name, equals, told = text.partition("=")
        if not equals or not name.strip() or not told.strip():
            raise ValueError(f"over must be NAME=VALUES, got {shown(text)}")
        if name.strip() in found:
            raise ValueError(f"over must have each name once, got {shown(name.strip())} twice")
        found[name.strip()] = _values(name.strip(), told.strip())
    return found


def _values(name: str, text: str) -> list[Any]:
    if text.startswith("["):
        try:
            listed = json.loads(text)
            classes = {kind.__name__: kind for kind in SETTINGS_CLASSES}
            return [decode(one, classes, name) for one in listed]
        except ScenarioError:
            raise
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{name} must be a list of JSON: {error}") from error
    ends = text.split(":")
    if len(ends) == 3:
        try:
            low, high, step = map(Decimal, ends)
            return _range(name, low, high, step)
        except InvalidOperation:
            pass
    return [_value(one.strip()) for one in text.split(",")]


def _range(name: str, low: Decimal, high: Decimal, step: Decimal) -> list[Any]:
    if not (step.is_finite() and low.is_finite() and high.is_finite() and step > 0 and low <= high):
        raise ValueError(f"{name} must be LOW:HIGH:STEP with a step above 0, got {low}:{high}:{step}")
    n = int((high - low) / step) + 1
    if n > MOST_VALUES:
        raise ValueError(f"{name} must have at most {MOST_VALUES} values, got {n}")
    numbers = [low + place * step for place in range(n)]
    whole = all(one == one.to_integral_value() for one in numbers)
    return [int(one) if whole else float(one) for one in numbers]


def _value(text: str) -> Any:
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return text if isinstance(value, dict | list) else value
