"""Settings as text to save and to load."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from json import JSONDecodeError

import ipywidgets as widgets

from ....errors import ScenarioError
from ...components import CopyButton
from ...components.text import words_for
from ..frame import column, control_row, quiet_line


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
        self.copy, self.told = CopyButton(followed={"text": self.text}), widgets.HTML()
        self.copy.observe(self._on_copied, "told")
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
            self._say(self._why(error))
        else:
            self._say(self._words["loaded"])

    def _why(self, error: ValueError) -> str:
        """Return why a text was not loaded, in a learner's words."""
        if isinstance(cause := error.__cause__, JSONDecodeError):
            return self._words["load_garbled"].format(line=cause.lineno)
        if not isinstance(error, ScenarioError) or not error.fault:
            return self._words["load_error"].format(error=error)
        if error.fault == "kind" and not error.place:
            name = "load_untyped" if error.told == repr(None) else "load_foreign"
            return self._words[name].format(kind=self._kind, type=error.told)
        return self._words[f"load_{error.fault}"].format(place=self._place(error.place), told=error.told)

    def _place(self, parts: Sequence[str]) -> str:
        """Return where in the text something is, before what is said of it; "" for the whole."""
        return (
            self._words["load_place"].format(parts=" → ".join(f"“{part}”" for part in parts)) if parts else ""
        )

    def _on_copied(self, change: dict[str, str]) -> None:
        """What was said of loading gives way to what the button says."""
        if change["new"]:
            self.told.value = ""

    def _say(self, text: str) -> None:
        self.copy.told = ""
        self.told.value = f"<p role='status'>{escape(text, quote=False)}</p>"
