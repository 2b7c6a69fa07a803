"""A run that is kept beside those that follow: A, and what the next settings make of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets as widgets

from ...components import VerdictLamp
from ...components.text import table_html, words_for
from ..frame import action_button, control_row, is_off, quiet_line, switch_off, titled_box

Facts = Sequence[tuple[str, str]]
"""Names and values."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What was told of a run."""

    settings: Any
    lamps: tuple[str, str]
    figures: Facts
    more: Facts


class KeptRun:
    """A button that keeps the run shown as A, and a table of A beside the run of now.

    Parameters
    ----------
    difference
        Called with two settings; returns in words in what the second differs from the first.
    lamp
        The bar, which tells of the run of now, and gets the figures of A.
    again
        The button with the next seed, if the panel has one; the introduction names it.

    Attributes
    ----------
    box
        The widgets.
    """

    def __init__(
        self,
        difference: Callable[[Any, Any], str],
        lamp: VerdictLamp,
        again: widgets.Button | None = None,
    ) -> None:
        self._words, self._difference, self._lamp = words_for("kept_run"), difference, lamp
        self._a: _Told | None = None
        self._now: _Told | None = None
        self.keep = action_button(self._words, "keep", lambda _: self._keep(self._now))
        self.forget = action_button(self._words, "forget", self._on_forget)
        self.table = widgets.HTML()
        row = control_row(self.keep, self.forget)
        seed = self._words["intro_seed"].format(again=again.description) if again else ""
        intro = quiet_line(f"{self._words['intro']} {seed}".strip())
        self.box = titled_box(self._words["title"], intro, row, self.table)
        self._draw()

    @property
    def settings(self) -> Any:
        """The settings of A; None without one."""
        return self._a.settings if self._a else None

    def follow(self, settings: Any, more: Facts = ()) -> None:
        """Take up what the bar says of a run, and facts that it has no room for."""
        lamp = self._lamp
        lamps = (lamp.title, lamp.eve["title"] if lamp.eve else "")
        figures = [(one["name"], one["value"]) for one in lamp.figures]
        self._now = _Told(settings, lamps, figures, more)
        self._draw()

    def beside(self, figures: Sequence[dict[str, str]]) -> list[dict[str, str]]:
        """Return figures of a bar, each with that of A beside it."""
        kept = dict(self._a.figures) if self._a else {}
        told = {name: self._words["beside"].format(value=value) for name, value in kept.items()}
        return [{**one, "beside": told.get(one["name"], "")} for one in figures]

    def close(self) -> None:
        """Forget both runs."""
        self._a = self._now = None

    def _on_forget(self, button: widgets.Button) -> None:
        if not is_off(button):
            self._keep(None)

    def _keep(self, told: _Told | None) -> None:
        self._a = told
        self._draw()
        self._lamp.figures = self.beside(self._lamp.figures)

    def _draw(self) -> None:
        switch_off(self.forget, self._a is None)
        if self._a is None or self._now is None:
            self.table.value = ""
            return
        words, a, now = self._words, self._a, self._now
        changed = self._difference(a.settings, now.settings) if a.settings != now.settings else ""
        named = [(words["changed"], "", changed or words["same"])]
        pairs = zip(("verdict", "eve"), a.lamps, now.lamps, strict=True)
        named += [(words[name], one, other) for name, one, other in pairs]
        others = dict([*a.figures, *a.more])
        named += [(name, others.get(name, "–"), value) for name, value in (*now.figures, *now.more)]
        self.table.value = table_html(("", words["a"], words["now"]), named, named=True)
