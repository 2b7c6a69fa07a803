"""What the controls of every panel have in common: exact values, and nobody told of what is only shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from re import ASCII, fullmatch
from typing import Any

import ipywidgets as widgets

MOST_TOLD = 2
"""How many changed controls are told one by one."""

DUST, MOST_DIGITS = 9, 6
"""Decimals to which a slider's value is rounded, 33.00000000000001 km to 33 km, and that it shows at most."""

FINER = (1, 5, 10, 50, 100, 1_000, 10_000)
"""By how much the step of a slider may be divided, so that a value between its steps can be shown."""


def show_exactly(slider: widgets.FloatSlider, value: float, step: float, form: str) -> None:
    """Let a slider show a value as it is, with a finer step and more digits if it stands between steps.

    The browser would round it to the next step, and show what is not run. `step` and `form` are those with
    which the slider was made; a value on them brings them back. A slider that shows the value already is left
    alone: sent back without its dust, the value would undo what the learner moved since.
    """
    if round(slider.value, DUST) == value:
        return

    def fits(divided: int) -> bool:
        steps = (value - slider.min) * divided / step
        return bool(abs(steps - round(steps)) < 1e-6)

    divided = next((one for one in FINER if fits(one)), FINER[-1])
    digits, kind = int(form[1:-1]), form[-1]
    told = 100 * value if kind == "%" else value
    while divided > 1 and digits < MOST_DIGITS and abs(round(told, digits) - told) > 10.0**-DUST:
        digits += 1
    slider.step, slider.readout_format = step / divided, f".{digits}{kind}"
    slider.value = value


def number_box(description: str, value: int | str = "") -> widgets.Text:
    """Return a box for a whole number.

    It is a box for text: ipywidgets' boxes for numbers take back what is no number, make 15 of 1.5 while it
    is typed, and round long numbers, all without a word. Who uses it asks `typed`, and refuses what is wrong.
    """
    box = widgets.Text(value=str(value), description=description, continuous_update=False)
    box.add_class("qk-control")
    return box


def typed(text: str) -> Any:
    """Return what was typed into a number box as an ``int``, or as it is if it is no whole number.

    >>> typed(" 12"), typed("1e99"), typed("")
    (12, '1e99', '')
    """
    return int(text) if fullmatch(r"\s*[+-]?\d{1,4000}\s*", text, ASCII) else text


class Controls:
    """Controls by the names of the fields of settings, in tab order.

    Parameters
    ----------
    made
        The controls.
    on_change
        Called with the name and the value of what a learner moved; never while `show` sets the controls.
    """

    def __init__(self, made: dict[str, Any], on_change: Callable[..., object]) -> None:
        self.widgets, self._on_change, self._quiet = made, on_change, False
        sliders = {name: one for name, one in made.items() if isinstance(one, widgets.FloatSlider)}
        self._grain = {name: (one.step, one.readout_format) for name, one in sliders.items()}
        self._ends = {name: (one.min, one.max) for name, one in sliders.items()}
        for name, widget in made.items():
            widget.add_class("qk-control")
            widget.observe(lambda change, name=name: self._moved(name, change["new"]), "value")

    def _moved(self, name: str, value: Any) -> None:
        if not self._quiet:
            self._on_change(name, round(value, DUST) if isinstance(value, float) else value)

    @contextmanager
    def _hushed(self) -> Iterator[None]:
        """Tell nobody of what is set meanwhile."""
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False

    def show(self, settings: Any) -> None:
        """Set the controls; a slider grows while a value is beyond it."""
        with self._hushed():
            for name, widget in self.widgets.items():
                value = getattr(settings, name)
                if isinstance(widget, widgets.FloatSlider):
                    low, high = self._ends[name]
                    widget.min, widget.max = min(low, value), max(high, value)
                    show_exactly(widget, value, *self._grain[name])
                else:
                    widget.value = getattr(value, "value", value)
