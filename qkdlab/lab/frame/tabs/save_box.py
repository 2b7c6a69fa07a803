"""Settings as text to save and to load."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from html import escape
from json import JSONDecodeError

import ipywidgets as widgets

from ....errors import shown
from ...components import CopyButton
from ...components.text import words_for
from ..frame import column, control_row, quiet_line

_WHOLE = ("scenario", "settings")
"""What errors call the whole of a text: learners are told of its parts alone."""

_FAULTS = {
    "load_kind": re.compile(r"(\S+)\.type must be one of .*, got (.*)", re.DOTALL),
    "load_extra": re.compile(r"(\S+) must have only the fields .*, got (.*)", re.DOTALL),
    "load_missing": re.compile(r"(\S+) must have the field (.*)", re.DOTALL),
    "load_value": re.compile(r"(\S+): (.*)", re.DOTALL),
}
"""Errors that speak of classes and fields, by what a learner is told: the place, and what is wrong there."""


class SaveBox:
    """A text box with the settings, and buttons to load and to copy them.

    Parameters
    ----------
    on_load
        Called with the text; raises ``ValueError`` if it cannot be loaded, which is then told.
    kind
        What the text says that it is, in its line ``"type"``.

    Attributes
    ----------
    box
        The widgets.
    """

    def __init__(self, on_load: Callable[[str], object], kind: str) -> None:
        self._words, self._on_load, self._kind = words_for("panel"), on_load, kind
        self.text = widgets.Textarea(
            description=self._words["scenario"], layout=widgets.Layout(width="100%", min_height="220px")
        )
        self.text.add_class("qk-scenario")
        self.load = widgets.Button(description=self._words["load"], tooltip=self._words["load_hint"])
        self.load.on_click(self._loaded)
        self.copy, self.told = CopyButton(), widgets.HTML()
        widgets.link((self.text, "value"), (self.copy, "text"))
        hint = quiet_line(self._words["save_hint"])
        self.box = column(hint, self.text, control_row(self.load, self.copy, self.told), style="qk-save")

    def follow(self, text: str) -> None:
        """Show the settings of now."""
        self.told.value = ""
        self.text.value = text

    def _loaded(self, _button: object) -> None:
        try:
            self._on_load(self.text.value)
        except ValueError as error:
            self._say(self._why(self.text.value, error))
        else:
            self._say(self._words["loaded"])

    def _why(self, text: str, error: ValueError) -> str:
        """Return why a text was not loaded, in a learner's words."""
        if isinstance(cause := error.__cause__, JSONDecodeError):
            return self._words["load_garbled"].format(line=cause.lineno)
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):  # too long a number, too many brackets
            return self._words["load_error"].format(error=error)
        if not isinstance(data, dict) or "type" not in data:
            known = isinstance(data, dict) and "format" in data  # a network's own file
            return self._words["load_error" if known else "load_untyped"].format(error=error, kind=self._kind)
        if data["type"] != self._kind:
            return self._words["load_foreign"].format(kind=self._kind, type=shown(data["type"]))
        for name, fault in _FAULTS.items():
            found = fault.fullmatch(str(error))
            if found and (parts := found[1].split("."))[0] in _WHOLE:
                return self._words[name].format(place=self._place(parts[1:]), told=found[2])
        return self._words["load_error"].format(error=error)

    def _place(self, parts: Sequence[str]) -> str:
        """Return where in the text something is, before what is said of it; "" for the whole."""
        return (
            self._words["load_place"].format(parts=" → ".join(f"“{part}”" for part in parts)) if parts else ""
        )

    def _say(self, text: str) -> None:
        self.told.value = f"<p role='status'>{escape(text, quote=False)}</p>"
