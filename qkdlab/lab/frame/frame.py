"""What every panel has: the keyboard guard, the style, the switch for large text, and an end."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import ipywidgets as widgets
from IPython.core.getipython import get_ipython
from IPython.display import publish_display_data
from ipywidgets.widgets.widget_description import DescriptionWidget

from ...values import check_choice
from ..components.base import Component
from ..components.figures import Still
from ..components.text import words_for
from ..learning.guide_line import GuideLine
from .cells import close_when_cell_runs_again, end_comms, widgets_in
from .kernel_notice import KernelNotice
from .keyboard_guard import KeyboardGuard
from .tabs.downloads import Downloads, data_csv, scenario_text
from .turns import running_loop, turns_here

OFF = "qk-off"
"""The class of a button that is switched off. The keyboard guard tells it as ``aria-disabled``."""


def switch_off(button: widgets.Button, off: bool = True) -> None:
    """Mark a button as switched off, or not; who hears its clicks asks `is_off`.

    Unlike a disabled button it keeps the focus: a learner who presses it goes on from there.
    """
    (button.add_class if off else button.remove_class)(OFF)


def is_off(button: widgets.Button) -> bool:
    """Return whether a button is switched off."""
    return OFF in button._dom_classes


def action_button(
    words: Mapping[str, str], name: str, on_click: Callable[[widgets.Button], object]
) -> widgets.Button:
    """Return a button with the word `name`, and the hint that belongs to it."""
    made = widgets.Button(description=words[name], tooltip=words[f"{name}_hint"])
    made.on_click(on_click)
    return made


def preset_menu(
    words: Mapping[str, str], names: Iterable[str], on_choose: Callable[[dict[str, Any]], object]
) -> widgets.Dropdown:
    """Return a menu of presets, each under its word ``preset_…``; the first choice, "", is none of them."""
    options = [(words["preset_none"], ""), *((words[f"preset_{name}"], name) for name in names)]
    made = widgets.Dropdown(options=options, description=words["preset"])
    made.add_class("qk-control")
    made.observe(on_choose, "value")
    return made


def control_row(*parts: widgets.Widget, style: str = "qk-challenge-row") -> widgets.HBox:
    """Return widgets side by side, in a class of the panels' style."""
    row = widgets.HBox(parts)
    row.add_class(style)
    return row


def column(*parts: widgets.Widget, style: str) -> widgets.VBox:
    """Return widgets below one another, in a class of the panels' style."""
    made = widgets.VBox(parts)
    made.add_class(style)
    return made


def quiet_line(text: str = "") -> widgets.HTML:
    """Return a line of plain text that asks for no attention; it takes no room while it is empty."""
    made = widgets.HTML()
    made.add_class("qk-quiet")
    tell_quietly(made, text)
    return made


def tell_quietly(line: widgets.HTML, text: str) -> None:
    """Let a quiet line say something else."""
    line.value = f"<span role='status'>{escape(text)}</span>" if text else ""
    line.layout.display = "" if text else "none"


def folded(words: Mapping[str, str], name: str, *parts: widgets.Widget) -> widgets.VBox:
    """Return widgets that a button with the word `name` unfolds; it then has the word `name`_open, if any."""
    button = widgets.ToggleButton(description=words[name], tooltip=words[f"{name}_hint"])
    button.add_class("qk-more")
    rest = column(*parts, style="qk-folded")
    rest.layout.display = "none"

    def on_press(change: dict[str, Any]) -> None:
        rest.layout.display = "" if change["new"] else "none"
        button.description = words.get(f"{name}_open", words[name]) if change["new"] else words[name]

    button.observe(on_press, "value")
    return column(button, rest, style="qk-fold")


def titled_box(title: str, *parts: widgets.Widget, intro: str = "") -> widgets.VBox:
    """Return widgets in a frame of their own, below a title and an introduction in plain text."""
    head = f"<h4>{escape(title)}</h4>" + (f"<p>{escape(intro)}</p>" if intro else "")
    return column(widgets.HTML(head), *parts, style="qk-challenge")


class PanelFrame(KeyboardGuard):
    """The keyboard guard of a panel, which also brings the panel's style to the page."""

    _css = "\n".join([KeyboardGuard._css, (Path(__file__).parent / "panel.css").read_text(encoding="utf-8")])


class Panel(widgets.VBox):
    """Base of the panels: children in a frame, and a switch that makes all components large.

    A subclass calls `_assemble` once. A displayed panel carries a still picture for readers without a kernel
    (exports, previews, untrusted notebooks): its components, in their order, each if it has something to
    show. It is drawn anew each time the panel is displayed, just after. Jupyter keeps every widget until it
    is closed, and a panel has dozens: `close` lets all of them go, and the results that they show.
    """

    _presets: ClassVar[Mapping[str, Any]] = {}
    preset: widgets.Dropdown
    guide: GuideLine | None = None
    """Guided questions, if the panel asks any."""
    _shown_settings: Callable[[], Any]
    """The settings of what is shown, of a panel that hands it out: those of now may still be run."""

    def __init__(self) -> None:
        super().__init__()
        close_when_cell_runs_again(self)
        self._bare = frozenset(vars(self)) | {"_bare", "_repr_mimebundle_"}

    @classmethod
    def presets(cls) -> dict[str, Any]:
        """Return the settings of the panel's scenarios by name: what `show` shows, to be run without a panel.

        >>> from qkdlab.lab import LinkPanel
        >>> list(LinkPanel.presets())[:3]
        ['quiet', 'eve', 'careful_eve']
        """
        return {name: preset.settings for name, preset in cls._presets.items()}

    def show(self, name: str) -> None:
        """Begin the scenario `name`, as if it was chosen in the menu; ``ValueError`` for one that is none."""
        check_choice("name", name, tuple(self._presets))
        self.preset.value = ""  # or the same again would be no change
        self.preset.value = name

    def close(self) -> None:
        """Stop what runs, close all widgets and forget the results. A closed panel is empty and stays so."""
        bare = vars(self).get("_bare", vars(self))  # a panel whose arguments were refused has nothing yet
        made = [name for name in vars(self) if name not in bare]
        parts = [getattr(self, name) for name in made]
        end_comms(widgets_in(self))
        for name in made:
            delattr(self, name)
        for part in (one for one in parts if hasattr(one, "close")):
            part.close()
        for widget in widgets_in(self):
            if widget is not self:
                widget.close()
        self.children = ()
        super().close()

    def _told(self) -> object:
        """Return what the panel shows, for its ``repr``."""
        return None

    def __repr__(self) -> str:
        told = repr(self._told()) if self.children else "closed"
        return f"{type(self).__name__}({told})"

    def _assemble(
        self,
        head: Sequence[widgets.Widget],
        rest: Sequence[widgets.Widget],
        components: Sequence[Component],
    ) -> None:
        guide = [self.guide] if self.guide else []
        self._hold([self._head(head), *guide, *rest], [*components, *guide])

    def _hold(self, parts: Sequence[widgets.Widget], components: Sequence[Component]) -> None:
        self._components = tuple(components)
        self.add_class("qk-panel")
        self.children = (PanelFrame(), KernelNotice(), *parts)
        for widget in widgets_in(self):
            if isinstance(widget, DescriptionWidget) and widget.tooltip is None:
                widget.tooltip = ""  # ipywidgets would show "null" over its label

    def _head(self, head: Sequence[widgets.Widget]) -> widgets.HBox:
        """Return the first widget beside a box of the others and of the switch for large text."""
        words = words_for("panel")
        self.projector = widgets.ToggleButton(description=words["projector"], tooltip=words["projector_hint"])
        self.projector.observe(self._on_projector, "value")
        buttons = control_row(*head[1:], self.projector, style="qk-buttons")
        return control_row(*head[:1], buttons, style="qk-panel-head")

    def _screen(
        self,
        bar: widgets.Widget,
        head: Sequence[widgets.Widget],
        controls: Sequence[widgets.Widget],
        tabs: Sequence[tuple[str, Sequence[widgets.Widget]]],
        components: Sequence[Component],
    ) -> None:
        """Assemble a panel of one screen with `tabs`, each a title and what it holds, right of its controls.

        The first is seen at first; its first part, the main picture, is as high as there is room.
        """
        for place, (_, parts) in enumerate(tabs):
            if place == 0 or (len(parts) == 1 and isinstance(parts[0], Component)):
                parts[0].add_class("qk-fill")
        self.tabs = widgets.Tab([column(*parts, style="qk-tab") for _, parts in tabs], selected_index=0)
        self.tabs.titles = tuple(title for title, _ in tabs)
        self.tabs.add_class("qk-panel-main")
        for downloads in (part for part in tabs[-1][1] if isinstance(part, Downloads)):
            downloads.figures = [{"name": title, "tab": place} for place, (title, _) in enumerate(tabs[:-1])]
        self._beside([bar], head, controls, self.tabs, components)

    def _beside(
        self,
        bars: Sequence[widgets.Widget],
        head: Sequence[widgets.Widget],
        controls: Sequence[widgets.Widget],
        main: widgets.Widget,
        components: Sequence[Component],
    ) -> None:
        """Assemble a panel of one screen: bars, the head and controls left, and right of them `main`.

        Below the bars stands the line of guided questions, if there are any; where there is little room, it
        stands among the controls: it is in both places, and the style shows one of them.
        """
        guide = [self.guide] if self.guide else []
        left = column(self._head(head), *guide, *controls, style="qk-panel-controls")
        for bar in bars:
            bar.add_class("qk-bar")
        self.add_class("qk-screen")
        self._hold([*bars, *guide, control_row(left, main, style="qk-panel-body")], [*components, *guide])

    def _offer(self) -> Downloads:
        """Return the buttons for what the panel shows, to be put into the last tab."""
        name = type(self).__name__.removesuffix("Panel").lower()
        data, file = lambda: data_csv(self._components, self._shown_settings()), f"qkdlab-{name}"
        return Downloads(data, self._report, file=file)

    def _report(self) -> str:
        """Return in words what the panel shows, and its settings."""
        return f"{self._told_in_full()}\n\n{scenario_text(self._shown_settings())}\n"

    def _told_in_full(self) -> str:
        told = [component.summary for component in self._components]
        return "\n\n".join(text for text in (self._subject(), *told) if text)

    def _subject(self) -> str:
        """Return what stands above the still picture: what was run, in a few words."""
        return ""

    def _still(self) -> Still:
        drawings = [component.drawing() for component in self._components]
        shown = [drawing for drawing in drawings if drawing]
        return Still.of(shown, self._subject(), note=words_for("panel")["still"])

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what is displayed: the widget, its text, and the picture with its words as ``alt``."""
        still = self._still()
        data = super()._repr_mimebundle_(**options) or {}
        return {**data, "image/png": b64encode(still.png).decode("ascii")}, {"image/png": {"alt": still.text}}

    @property
    def _ipython_display_(self) -> Callable[[], None] | None:
        """How IPython shows the panel, None for by its bundle: in a kernel it comes before its picture."""
        return self._show_before_picture if self.children and hasattr(get_ipython(), "kernel") else None

    def _show_before_picture(self) -> None:
        place = {"display_id": uuid4().hex}  # its own: what was displayed before keeps its picture
        publish_display_data(super()._repr_mimebundle_(), transient=place)  # type: ignore[no-untyped-call]
        if turns_here() and (loop := running_loop()):  # in a browser tab the panel is painted first
            loop.call_soon(self._add_picture, place)
        else:
            self._add_picture(place)

    def _add_picture(self, place: dict[str, Any]) -> None:
        try:
            if self.children:  # not closed meanwhile
                publish_display_data(*self._repr_mimebundle_(), transient=place, update=True)
        except Exception:  # IPython would tell it twice, and show the panel again as text
            get_ipython().showtraceback()  # type: ignore[union-attr]

    def _on_projector(self, change: dict[str, Any]) -> None:
        for component in self._components:
            component.projector = change["new"]
        (self.add_class if change["new"] else self.remove_class)("qk-panel-projector")
