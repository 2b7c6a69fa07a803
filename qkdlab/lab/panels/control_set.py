"""What the controls of every panel have in common: exact values, and no run that nobody asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from ...settings import SessionSettings

DUST = 9
"""Decimals to which the value of a slider is rounded: 33.00000000000001 km is 33 km."""


class ControlSet(ABC):
    """Controls by name, in tab order.

    `on_change(name)` is called after a learner moved a control; never while `show` sets them, and not
    when the browser snaps a slider to its step: the value that was shown stays exact.
    """

    def __init__(self, made: dict[str, Any], on_change: Callable[[str], None]) -> None:
        self.widgets = made
        self._quiet = False
        self._exact: dict[str, float] = {}
        for name, widget in made.items():
            widget.add_class("qk-control")
            widget.observe(lambda change, name=name: self._moved(name, on_change), "value")
        self._dim()

    def _value(self, name: str) -> Any:
        widget, exact = self.widgets[name], self._exact.get(name)
        if not isinstance(widget, widgets.FloatSlider):
            return widget.value
        if exact is not None and abs(widget.value - exact) <= widget.step / 2:
            return exact
        return round(widget.value, DUST)

    def _moved(self, name: str, on_change: Callable[[str], None]) -> None:
        if self._quiet:
            return
        value = self._value(name)
        if isinstance(self.widgets[name], widgets.FloatSlider):
            if value == self._exact.get(name):
                return
            self._exact[name] = value
        self._dim()
        on_change(name)

    def settings(self, base: SessionSettings) -> SessionSettings:
        """Return `base` with what the controls show; ``ValueError`` names a refused value."""
        return self._with_values(base, {name: self._value(name) for name in self.widgets})

    def show(self, settings: SessionSettings) -> None:
        """Set the controls; ranges and menus grow if a value is outside of them."""
        values = self._values_of(settings)
        self._quiet = True
        try:
            for name, value in values.items():
                widget = self.widgets[name]
                if isinstance(widget, widgets.FloatSlider):
                    widget.max = max(widget.max, value)
                    self._exact[name] = value
                elif isinstance(widget, widgets.Dropdown) and value not in dict(widget.options).values():
                    options = [*widget.options, (self._text(name, value), value)]
                    widget.options = sorted(options, key=lambda option: option[1])
                widget.value = value
        finally:
            self._quiet = False
        self._dim()

    @abstractmethod
    def _dim(self) -> None:
        """Disable what is not in use."""

    @abstractmethod
    def _text(self, name: str, value: Any) -> str:
        """Return a value that a menu did not have, as the menu would write it."""

    @abstractmethod
    def _values_of(self, settings: SessionSettings) -> dict[str, Any]:
        """Return what the controls show for `settings`; ``ValueError`` if they cannot."""

    @abstractmethod
    def _with_values(self, settings: SessionSettings, values: dict[str, Any]) -> SessionSettings:
        """Return `settings` with the values of the controls."""
