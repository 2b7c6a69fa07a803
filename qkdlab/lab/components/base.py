"""What all components share: one look, one set of JavaScript helpers, checked traits, a stable repr.

anywidget has no bundler and a notebook must work offline, so the modules that a component's JavaScript
imports from beside it (``import { … } from "./common.js";``) are joined here into the one text that the
browser gets.
"""

import re
from collections.abc import Callable, Mapping
from math import isfinite
from numbers import Real
from pathlib import Path
from typing import Any, ClassVar, Final, TypeAlias, TypeVar

import anywidget
import traitlets
from ipywidgets import Widget, widget_serialization

from ...errors import shown
from ...values import check_choice
from .figures import Drawing
from .text import words_for

_THEME: Final = Path(__file__).parent / "theme.css"
_IMPORT: Final = re.compile(r'^import \{[^}]*\} from "(?P<file>\.[\w./]*\.js)";\n', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=const |function |class )", re.MULTILINE)

T = TypeVar("T")
Check: TypeAlias = Callable[[str, Any], Any]
"""Takes a name for messages and a value; returns what it accepts, or raises ``ValueError``."""


def module_text(module: str) -> str:
    """Return the JavaScript beside the Python file `module` as one ES module.

    It has the same name; what it imports comes first, each file once.
    """
    joined: dict[Path, str] = {}

    def add(file: Path) -> None:
        text = file.read_text(encoding="utf-8")
        for found in _IMPORT.finditer(text):
            needed = (file.parent / found["file"]).resolve()
            if needed not in joined:
                add(needed)
        joined[file] = _IMPORT.sub("", text)

    first = Path(module).with_suffix(".js").resolve()
    add(first)
    main = joined.pop(first)
    return "\n".join([*(_EXPORT.sub("", text) for text in joined.values()), main])


def style_text(module: str, *parts: str) -> str:
    """Return ``theme.css``, the style of `parts` beside the Python file `module`, and its own."""
    path = Path(module)
    files = (_THEME, *map(path.with_name, parts), path.with_suffix(".css"))
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


class Checked(traitlets.TraitType[Any, Any]):
    """A trait whose value goes through a check."""

    def __init__(self, check: Check, default: object) -> None:
        super().__init__(default_value=default)
        self._check = check

    def validate(self, obj: Any, value: Any) -> Any:
        """Return the accepted value; see `traitlets.TraitType.validate`."""
        return self._check(self.name or "value", value)


def synced(check: Check, default: object) -> Any:
    """Return a checked trait that the browser sees too."""
    return Checked(check, default).tag(sync=True)


def optional(check: Callable[[str, Any], T]) -> Callable[[str, Any], T | None]:
    """Return `check`, made to accept None as well."""
    return lambda name, value: None if value is None else check(name, value)


def check_text(name: str, value: object) -> str:
    """Return `value` if it is a string."""
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a string, got {shown(value)}")
    return value


def check_switch(name: str, value: object) -> bool:
    """Return `value` if it is True or False."""
    if not isinstance(value, bool):
        raise ValueError(f"{name} must be True or False, got {shown(value)}")
    return value


def check_finite(name: str, value: object) -> float:
    """Return `value` as a float if it is a finite number."""
    if type(value) is float and isfinite(value):  # the common case: a chart has hundreds
        return value
    if isinstance(value, bool) or not isinstance(value, Real) or not isfinite(value):
        raise ValueError(f"{name} must be a finite number, got {shown(value)}")
    return float(value)


def check_controls(name: str, value: object) -> dict[str, Widget]:
    """Return `value` if it is a dict of widgets by name."""
    if not isinstance(value, dict) or not all(
        isinstance(key, str) and isinstance(one, Widget) for key, one in value.items()
    ):
        raise ValueError(f"{name} must be a dict of widgets by name, got {shown(value)}")
    return dict(value)


def followed_controls() -> Any:
    """Return a trait with the controls, by name, that a component follows in the browser as they move."""
    return Checked(check_controls, {}).tag(sync=True, **widget_serialization)


def check_list(name: str, value: object, what: str = "") -> list[tuple[str, Any]]:
    """Return the items of a list, each after its name for messages; `what` is what it should hold."""
    if not isinstance(value, list | tuple):
        raise ValueError(f"{name} must be a list{what and f' of {what}'}, got {shown(value)}")
    return [(f"{name}[{index}]", item) for index, item in enumerate(value)]


def check_numbers(name: str, value: Any, length: int | None = None, *, gaps: bool) -> list[float | None]:
    """Return `value` if it is a list of finite numbers, `length` of them, or with `gaps` of None, too."""
    items = check_list(name, value, "numbers")
    if length is not None and len(items) != length:
        raise ValueError(f"{name} must hold as many numbers as 'x', got {shown(len(items))}")
    return [None if gaps and item is None else check_finite(at, item) for at, item in items]


def check_record(name: str, value: object, needed: frozenset[str], allowed: frozenset[str]) -> dict[str, Any]:
    """Return `value` as a dict that has the `needed` keys, and none outside `needed` and `allowed`."""
    if not isinstance(value, dict):
        raise ValueError(f"{name} must be a dict, got {shown(value)}")
    if missing := sorted(needed - value.keys()):
        raise ValueError(f"{name} must have the key {missing[0]!r}, got {shown(value)}")
    if unknown := sorted(map(str, value.keys() - needed - allowed)):
        raise ValueError(f"{name} must have no key {unknown[0]!r}, got {shown(value)}")
    return dict(value)


def one_of(*choices: object) -> Check:
    """Return the check that takes one of these values."""
    return lambda name, value: check_choice(name, value, choices)


def list_of(check: Check, what: str = "") -> Check:
    """Return the check of a list whose items each go through `check`."""
    return lambda name, value: [check(at, item) for at, item in check_list(name, value, what)]


def record_of(fields: Mapping[str, Check], **usual: object) -> Check:
    """Return the check of a dict with these keys; those with a `usual` value may be left out."""
    needed, allowed = frozenset(fields.keys() - usual.keys()), frozenset(usual)

    def check(name: str, value: object) -> dict[str, Any]:
        record = usual | check_record(name, value, needed, allowed)
        return {key: one(f"{name}[{key!r}]", record[key]) for key, one in fields.items()}

    return check


class Component(anywidget.AnyWidget):
    """Base of the lab's widgets. Traits are plain data; the browser only draws them.

    `projector` sets large text and thick lines, `stale` dims what is no longer up to date, `words` holds what
    is written, and `summary` says in one sentence what the component shows.
    """

    _section: ClassVar[str] = ""
    _shown_in_repr: ClassVar[tuple[str, ...]] = ()
    _told_of: ClassVar[tuple[str, ...]] = ()
    """The traits that `summary` tells of."""

    projector = synced(check_switch, False)
    stale = synced(check_switch, False)
    words = traitlets.Dict(read_only=True).tag(sync=True)
    summary = traitlets.Unicode("", read_only=True).tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        known = set(self.trait_names())
        if unknown := sorted(set(traits) - known):
            raise ValueError(f"{type(self).__name__} must be given its own traits, got {shown(unknown[0])}")
        self.set_trait("words", words_for(self._section))
        if self._told_of:
            self.observe(self._summarise, self._told_of)
        super().__init__(**traits)
        self._summarise()

    def close(self) -> None:
        """Close the widget, and the layout that was made for it."""
        super().close()
        self.layout.close()

    def show(self, **traits: Any) -> None:
        """Set several traits in one message, so that the browser paints them at once."""
        with self.hold_sync():
            for name, value in traits.items():
                if not self.has_trait(name):
                    raise ValueError(f"{type(self).__name__} must be given its own traits, got {shown(name)}")
                setattr(self, name, value)

    def _summary(self) -> str:
        """Return the one sentence; each component has its own."""
        return ""

    def _summarise(self, _change: object = None) -> None:
        self.set_trait("summary", self._summary())

    def data(self) -> list[dict[str, Any]]:
        """Return the numbers that the component shows, a record each.

        Keys are ``"figure"``, ``"name"``, ``"x"``, ``"value"``, ``"low"``, ``"high"`` and ``"note"``; those
        without a meaning are left out.
        """
        return []

    def drawing(self) -> Drawing | None:
        """Return what a still picture shows of the component; None for nothing."""
        return None

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._shown_in_repr)
        return f"{type(self).__name__}({shown})"
