"""Settings as JSON and back, with errors that name the faulty field.

Every settings object is a frozen dataclass that checks itself. In JSON it is an object of its
fields and a ``"type"``, the name of its class; only the classes handed to the reader are built.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any, Self, TypeVar

from ..errors import ScenarioError, shown
from ..values import check_instance

T = TypeVar("T")

LONGEST_TEXT = 100_000
"""Characters of JSON that are read at the most."""

PAIR = 2
"""The length of a list that a field may hold: something of Alice's, and of Bob's."""


def to_json(settings: Any) -> str:
    """Return a settings dataclass as JSON text, nested settings included."""
    return json.dumps(encode(settings), indent=2, allow_nan=False)


class Saved:
    """Settings that go to JSON and back, with no other settings in them."""

    __slots__ = ()

    def to_json(self) -> str:
        """Return the settings as JSON text."""
        return to_json(self)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the settings that JSON text describes; `ScenarioError` says what is wrong with it."""
        return read_as(text, cls)


def encode(value: Any, *, defaults: bool = True) -> Any:
    """Return a settings dataclass as what JSON can say; without `defaults`, fields at theirs are left out."""
    if not is_dataclass(value):
        return value
    kept = [field for field in fields(value) if defaults or getattr(value, field.name) != default_of(field)]
    encoded = {field.name: encode(getattr(value, field.name), defaults=defaults) for field in kept}
    return {"type": type(value).__name__} | encoded


def default_of(field: Field[Any]) -> Any:
    """Return the default of a field; ``MISSING`` if it has none."""
    return field.default if field.default_factory is MISSING else field.default_factory()


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
    data = read_object(text, "scenario")
    try:
        return decode(data, {kind.__name__: kind for kind in classes}, "scenario")
    except RecursionError as error:
        raise ScenarioError(f"scenario must be JSON: {error}") from error


def read_as(text: str, kind: type[T], others: Iterable[type] = ()) -> T:
    """Return the settings of one class that `text` describes; in it `others` may occur."""
    found = from_json(text, (kind, *others))
    if not isinstance(found, kind):
        told = type(found).__name__
        raise ScenarioError(
            f"scenario.type must be {kind.__name__}, got {told!r}", fault="kind", told=repr(told)
        )
    return found


def read_object(text: str, name: str, *, longest: int = LONGEST_TEXT) -> dict[str, Any]:
    """Return the JSON object that `text` holds, of at most `longest` characters; `name` is for messages."""
    if len(check_instance("text", text, str)) > longest:
        raise ScenarioError(f"{name} must have at most {longest} characters, got {len(text)}")
    try:
        data = json.loads(text, object_pairs_hook=_fields_once)
    except ScenarioError as error:
        raise ScenarioError(f"{name} {error}") from error
    except (ValueError, RecursionError) as error:  # ValueError also for numbers of too many digits
        raise ScenarioError(f"{name} must be JSON: {error}") from error
    if not isinstance(data, dict):
        got = shown(text.strip()[:40])
        raise ScenarioError(f"{name} must be a JSON object, got {got}", fault="kind", told=repr(None))
    return data


def _fields_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the fields of an object, and refuse those given twice, the first of which would be lost."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ScenarioError(f"must have each field once, got {shown(twice[:60])} twice")
    return found


def decode(data: Any, classes: Mapping[str, type], path: str) -> Any:
    """Return what JSON has for a settings object, or for a field of one.

    `classes` are those that may be built, by their names; `path` says for messages where `data` stands.
    Raises `ScenarioError`.
    """
    if isinstance(data, list):
        numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in data)
        if not (numbers and len(data) == PAIR):
            raise ScenarioError(f"{path} must not be a list, got {repr(data)[:60]}")
        return tuple(data)  # where two numbers make no sense the class refuses them
    if not isinstance(data, dict):
        return data
    name = data.get("type")
    if not isinstance(name, str) or name not in classes:
        known = ", ".join(sorted(classes))
        told = shown(name)
        raise ScenarioError(
            f"{path}.type must be one of {known}, got {told}", fault="kind", place=_place(path), told=told
        )
    kind = classes[name]
    values = {key: value for key, value in data.items() if key != "type"}
    check_fields(values, kind, path)
    decoded = {key: decode(value, classes, f"{path}.{key}") for key, value in values.items()}
    try:
        return kind(**decoded)
    except (TypeError, ValueError) as error:
        raise refused(error, path) from error


def check_fields(values: Iterable[str], kind: type, path: str) -> None:
    """Raise `ScenarioError` unless the names are fields of a class, and none that it needs is missing."""
    known, given = {field.name: field for field in fields(kind)}, list(values)
    for key in given:
        if key not in known:
            names, told = ", ".join(known) or "no fields", shown(key)
            raise ScenarioError(
                f"{path} must have only the fields {names}, got {told}",
                fault="extra",
                place=_place(path),
                told=told,
            )
    for key, field in known.items():
        optional = field.default is not MISSING or field.default_factory is not MISSING
        if key not in given and not optional:
            raise ScenarioError(
                f"{path} must have the field {key!r}", fault="missing", place=_place(path), told=repr(key)
            )


def refused(error: Exception, path: str) -> ScenarioError:
    """Return what is raised where a class refuses its values."""
    return ScenarioError(f"{path}: {error}", fault="value", place=_place(path), told=str(error))


def _place(path: str) -> tuple[str, ...]:
    return tuple(path.split(".")[1:])
