"""Dotted names of settings, such as ``"link.length_km"``: checked, and given other values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from difflib import get_close_matches
from typing import Any

from ...errors import shown

EACH = "*"
"""Stands for every place of a tuple, as in ``"topology.fibres.*.link.length_km"``."""


def dotted_names(settings: Any, prefix: str = "") -> Iterator[str]:
    """Yield the dotted names of all fields of settings, those inside of fields included.

    >>> from qkdlab import InterceptResend
    >>> list(dotted_names(InterceptResend()))
    ['fraction', 'basis']
    """
    for name, value in _inside(settings):
        yield f"{prefix}{name}"
        yield from dotted_names(value, f"{prefix}{name}.")


def _inside(value: Any) -> list[tuple[str, Any]]:
    if is_dataclass(value) and not isinstance(value, type):
        return [(field.name, getattr(value, field.name)) for field in fields(value) if field.init]
    if isinstance(value, tuple):
        return [(EACH, value[0])] if value else []
    return []


def replaced(settings: Any, changes: Mapping[str, Any]) -> Any:
    """Return settings with other values under dotted names, every object built once and checked by itself.

    Parameters
    ----------
    settings
        A frozen dataclass.
    changes
        Dotted names and their values. A field and fields inside of it may both be named: the field first
        takes its new value. In a tuple, a part of a name is a place, 0, 1, …, or ``*`` for every place.

    Raises
    ------
    ValueError
        If a name leads nowhere, with names that are close; or if a class refuses its values.

    Examples
    --------
    >>> from qkdlab import InterceptResend, SessionSettings
    >>> settings = SessionSettings(n_pulses=1, seed=1, eavesdropper=InterceptResend())
    >>> changed = replaced(settings, {"link.length_km": 50, "eavesdropper.fraction": 0.5})
    >>> changed.link.length_km, changed.eavesdropper
    (50.0, InterceptResend(fraction=0.5, basis='random'))
    >>> replaced(settings, {"link.lenght_km": 50})
    Traceback (most recent call last):
        ...
    ValueError: over must name fields of SessionSettings, got 'link.lenght_km'; close: 'link.length_km'
    """
    return _replaced(settings, changes, settings, "")


def _replaced(value: Any, changes: Mapping[str, Any], root: Any, path: str) -> Any:
    """Return a part of the settings `root`, found at `path`, with other values."""
    if value is None:
        names = ", ".join(path + name for name in changes)
        raise ValueError(f"over must have something to vary, got {shown(names)} while {path[:-1]} is None")
    whole = {name: one for name, one in changes.items() if "." not in name}
    inner: dict[str, dict[str, Any]] = {}
    for name, one in changes.items():
        first, dot, rest = name.partition(".")
        if dot:
            inner.setdefault(first, {})[rest] = one
    if isinstance(value, tuple):
        return _replaced_places(value, whole, inner, root, path)
    known = [name for name, _ in _inside(value)]
    for name in changes:
        if name.partition(".")[0] not in known:
            raise _unknown(root, path + name)
    for first, changed in inner.items():
        base = whole.get(first, getattr(value, first))
        whole[first] = _replaced(base, changed, root, f"{path}{first}.")
    try:
        return replace(value, **whole)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{', '.join(path + name for name in changes)}: {error}") from error


def _replaced_places(
    values: tuple[Any, ...],
    whole: Mapping[str, Any],
    inner: Mapping[str, Mapping[str, Any]],
    root: Any,
    path: str,
) -> tuple[Any, ...]:
    """Return a tuple with other values at some places, or at each."""
    found = list(values)
    for key in (*whole, *inner):
        if key != EACH and not (key.isdecimal() and int(key) < len(found)):
            raise _unknown(root, path + key)
    for place in range(len(found)):
        for key in (EACH, str(place)):
            if key in whole:
                found[place] = whole[key]
            if key in inner:
                found[place] = _replaced(found[place], inner[key], root, f"{path}{key}.")
    return tuple(found)


def _unknown(root: Any, name: str) -> ValueError:
    """Return what is raised for a name that leads nowhere: it names those that are close."""
    known = list(dotted_names(root))
    last = name.rsplit(".", 1)[-1]
    ends = [one for one in known if one.rsplit(".", 1)[-1] == last]
    close = list(dict.fromkeys([*ends, *get_close_matches(name, known, n=3)]))[:3]
    told = f"; close: {', '.join(map(repr, close))}" if close else ""
    return ValueError(f"over must name fields of {type(root).__name__}, got {shown(name)}{told}")
