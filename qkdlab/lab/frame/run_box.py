"""What boxes with a runner of their own have in common: buttons, what is told of a run, errors."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any, ClassVar

import ipywidgets as widgets

from ..components.text import words_for
from .frame import switch_off
from .runner import Runner


class RunBox:
    """Base of the boxes within a panel that run something by themselves.

    A subclass names its section of the words, gives `_work`, lays out `box` in `__init__`, and shows what
    came of a run in `_on_result`.

    Attributes
    ----------
    box
        The widgets.
    """

    _section: ClassVar[str]
    _work: Any
    box: widgets.VBox

    def __init__(self) -> None:
        self._words = words_for(self._section)
        self.told = widgets.HTML()
        self._while_running: tuple[widgets.Button, ...] = ()
        self._while_idle: tuple[widgets.Button, ...] = ()
        self.runner: Runner[Any, Any] = Runner(
            self._work, self._on_result, on_error=self._on_error, on_progress=self._tell_share
        )

    def close(self) -> None:
        """Drop the run, if there is one, for good."""
        self.runner.close()

    def _button(self, name: str, on_click: Callable[[Any], object], **facts: str) -> widgets.Button:
        """Return a button with its word and its hint, `facts` filled in."""
        hint = self._words[f"{name}_hint"].format(**facts)
        button = widgets.Button(description=self._words[name], tooltip=hint)
        button.on_click(on_click)
        return button

    def _start(self, order: Any) -> None:
        """Ask for a run and say that it goes on."""
        self._switch(running=True)
        self._tell_share(0.0)
        self.runner.request(order)

    def _switch(self, *, running: bool) -> None:
        """Switch off the buttons that are not for now."""
        for button in self._while_idle:
            switch_off(button, running)
        for button in self._while_running:
            switch_off(button, not (running and self.runner.can_stop))

    def _tell_share(self, share: float) -> None:
        told = escape(self._words["running"].format(value=round(100 * share)))
        self.told.value = f"<p>{told}</p>"  # not a status: that would be read out each time

    def _on_error(self, error: BaseException) -> None:
        self._switch(running=False)
        self._say(self._words["failed"].format(error=error))

    def _on_result(self, outcome: Any) -> None:
        """Show what came of a run."""

    def _say(self, text: str) -> None:
        self.told.value = f"<p role='status'>{escape(text)}</p>" if text else ""
