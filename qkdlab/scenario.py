"""Settings as JSON and back, with errors that name the faulty field.

Every settings object is a frozen dataclass that checks itself. In JSON it is an object of its
fields and a ``"type"``, the name of its class; only the classes handed to the reader are built.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import MISSING, fields, is_dataclass
from typing import Any

from .errors import ScenarioError

LONGEST_TEXT = 100_000
"""Characters of JSON that are read at the most."""


def to_json(settings: Any) -> str:
    """Return a settings dataclass as JSON text, nested settings included."""
    return json.dumps(_encode(settings), indent=2, allow_nan=False)


def _encode(value: Any) -> Any:
    if not is_dataclass(value):
        return value
    names = [field.name for field in fields(value)]
    return {"type": type(value).__name__} | {name: _encode(getattr(value, name)) for name in names}


def from_json(text: str, classes: Iterable[type]) -> Any:
    """Return the settings that `text` describes.

    Parameters
    ----------
    text
        JSON as written by `to_json`; fields with a default may be missing.
    classes
        The dataclasses that may occur.

    Raises
    ------
    ScenarioError
        If the text is not JSON, or a type or a field is unknown, missing or refused by its class.
        The message names the field and the value.
    """
    if len(text) > LONGEST_TEXT:
        raise ScenarioError(f"scenario must have at most {LONGEST_TEXT} characters, got {len(text)}")
    try:
        data = json.loads(text)
        if not isinstance(data, dict):
            raise ScenarioError(f"scenario must be a JSON object, got {text.strip()[:40]!r}")
        return _decode(data, {kind.__name__: kind for kind in classes}, "scenario")
    except ScenarioError:
        raise
    except (ValueError, RecursionError) as error:  # ValueError also for numbers of too many digits
        raise ScenarioError(f"scenario must be JSON: {error}") from error


def _decode(data: Any, classes: dict[str, type], path: str) -> Any:
    if isinstance(data, list):
        raise ScenarioError(f"{path} must not be a list, got {repr(data)[:60]}")
    if not isinstance(data, dict):
        return data
    name = data.get("type")
    if not isinstance(name, str) or name not in classes:
        known = ", ".join(sorted(classes))
        raise ScenarioError(f"{path}.type must be one of {known}, got {name!r}")
    kind = classes[name]
    known_fields = {field.name: field for field in fields(kind)}
    values = {key: value for key, value in data.items() if key != "type"}
    for key in values:
        if key not in known_fields:
            known = ", ".join(known_fields) or "no fields"
            raise ScenarioError(f"{path} must have only the fields {known}, got {key!r}")
    for key, field in known_fields.items():
        optional = field.default is not MISSING or field.default_factory is not MISSING
        if key not in values and not optional:
            raise ScenarioError(f"{path} must have the field {key!r}")
    decoded = {key: _decode(value, classes, f"{path}.{key}") for key, value in values.items()}
    try:
        return kind(**decoded)
    except (TypeError, ValueError) as error:
        raise ScenarioError(f"{path}: {error}") from error
