"""What the controls of the session panels have in common: exact values, and no run that nobody asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import ipywidgets as widgets

from ...distillation.security.mode import Security
from ...distillation.security.modes import SECURITY_MODES
from ...link import GYS_LINK, DecoySource, SinglePhotonSource, Source, WeakCoherentSource
from ...settings.session_settings import SessionSettings
from ..components.text import number_text, words_for
from ..frame.field_controls import DUST, MOST_TOLD, Controls, number_box, show_exactly, typed

MOST_LETTERS = 90
"""In how many letters changed controls are told."""

LASER_LINK = replace(GYS_LINK, source=WeakCoherentSource(mean_photon_number=0.48))
"""The line of Gobby, Yuan and Shields without decoys."""

DARK_CHOICES = (0.0, 1e-8, 1e-7, 6e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2)
SOURCES: dict[str, type[Source]] = {
    "single": SinglePhotonSource,
    "weak": WeakCoherentSource,
    "decoy": DecoySource,
}
"""The sources of the menu, each with its defaults when it is chosen."""


def source_name(source: Source) -> str:
    """Return the name of a source in the menu."""
    return next(name for name, kind in SOURCES.items() if isinstance(source, kind))


def security_of(settings: SessionSettings, name: str) -> Security:
    """Return the mode of this name: that of `settings`, exactly, if it is the same one."""
    return settings.security if settings.security.name == name else SECURITY_MODES[name]()


LINK_FIELDS = ("length_km", "attenuation_db_per_km", "insertion_loss_db", "misalignment_error")
DETECTOR_FIELDS = ("efficiency", "dark_count_probability")
SESSION_FIELDS = ("sample_fraction", "n_pulses", "seed")
"""Settings with a control of their own name, by where they stand."""


def common_values(settings: SessionSettings) -> dict[str, Any]:
    """Return what controls of the common names show for `settings`: link, detector, source and run."""
    link = settings.link
    return {
        **{name: getattr(link, name) for name in LINK_FIELDS},
        **{name: getattr(link.detector, name) for name in DETECTOR_FIELDS},
        **{name: getattr(settings, name) for name in SESSION_FIELDS},
        "source": source_name(link.source),
        "security": settings.security.name,
    }


def with_common(
    settings: SessionSettings, values: Mapping[str, Any], source: Source, **changes: Any
) -> SessionSettings:
    """Return `settings` with those of the `values` that have a common name, a source, and `changes`.

    Everything without a control stays. Raises ``ValueError`` that names the value if one is out of range.
    """

    def given(names: tuple[str, ...]) -> dict[str, Any]:
        return {name: values[name] for name in names if name in values}

    detector = replace(settings.link.detector, **given(DETECTOR_FIELDS))
    link = replace(settings.link, source=source, detector=detector, **given(LINK_FIELDS))
    security = security_of(settings, values["security"])
    return replace(settings, link=link, security=security, **given(SESSION_FIELDS), **changes)


class Maker:
    """Makes controls whose names are in a section of the words, or in the words of all panels."""

    def __init__(self, section: str) -> None:
        self.words = words_for("panel") | words_for(section)

    def slider(self, name: str, value: float, largest: float, step: float, form: str) -> widgets.FloatSlider:
        """Return a slider from 0 to `largest`."""
        return widgets.FloatSlider(
            value=value, min=0, max=largest, step=step, readout_format=form, description=self.words[name]
        )

    def menu(self, name: str, options: list[tuple[str, Any]]) -> widgets.Dropdown:
        """Return a menu of (text, value)."""
        return widgets.Dropdown(options=options, description=self.words[name])

    def run_controls(self, pulses: tuple[int, ...]) -> dict[str, Any]:
        """Return the controls of every run: pulses, security mode and seed."""
        return {
            "n_pulses": self.menu("n_pulses", [(number_text(n), n) for n in pulses]),
            "security": self.menu(
                "security", [(self.words[name], name) for name in SECURITY_MODES if name in self.words]
            ),
            "seed": number_box(self.words["seed"]),
        }


class ControlSet(Controls, ABC):
    """Controls by name, in tab order.

    `on_change(name)` is called after a learner moved a control; never while `show` sets them, and not
    when the browser snaps a slider to its step: the value that was shown stays exact.
    """

    def __init__(self, made: dict[str, Any], on_change: Callable[[str], None]) -> None:
        super().__init__(made, on_change)
        self._exact: dict[str, float] = {}
        self._first = {name: widget.value for name, widget in made.items()}
        self._dim()

    def _value(self, name: str) -> Any:
        widget, exact = self.widgets[name], self._exact.get(name)
        if isinstance(widget, widgets.Text):
            return typed(widget.value)
        if not isinstance(widget, widgets.FloatSlider):
            return widget.value
        if exact is not None and abs(widget.value - exact) <= widget.step / 2:
            return exact
        return round(widget.value, DUST)

    def _moved(self, name: str, _value: Any) -> None:
        if self._quiet:
            return
        value = self._value(name)
        if isinstance(self.widgets[name], widgets.FloatSlider):
            if value == self._exact.get(name):
                return
            self._exact[name] = value
        self._dim()
        self._on_change(name)

    def settings(self, base: SessionSettings) -> SessionSettings:
        """Return `base` with what the controls show; ``ValueError`` names a refused value."""
        return self.with_values(base, {name: self._value(name) for name in self.widgets})

    def show(self, settings: SessionSettings) -> None:
        """Set the controls; ranges and menus grow if a value is outside of them."""
        values = self.values_of(settings)
        with self._hushed():
            for name, widget in self.widgets.items():
                if name not in values:
                    continue
                value = values[name]
                if isinstance(widget, widgets.Text):
                    value = str(value)
                elif isinstance(widget, widgets.FloatSlider):
                    self._exact[name] = value
                    widget.max = max(widget.max, value)
                    show_exactly(widget, value, *self._grain[name])
                    continue
                elif isinstance(widget, widgets.Dropdown) and value not in dict(widget.options).values():
                    widget.options = self._sorted([*widget.options, (self._text(name, value), value)])
                widget.value = value
        self._dim()

    def forget(self) -> None:
        """Put all controls back to what they showed when they were made, those not in use included."""
        with self._hushed():
            self._exact.clear()
            for name, widget in self.widgets.items():
                widget.value = self._first[name]
            for name, (_, end) in self._ends.items():
                self.widgets[name].max = end
                self.widgets[name].step, self.widgets[name].readout_format = self._grain[name]

    def changes(self, before: SessionSettings, now: SessionSettings) -> str:
        """Return in words which controls show something else for `now` than for `before`; "" if none does.

        What one choice puts out of use is not told, and what it brings into use only if that is not where its
        control began; of many changes the first two are.
        """
        old, new, words = self.values_of(before), self.values_of(now), words_for("panel")
        usual = self._first | old
        changed = [name for name in self.widgets if name in new and usual[name] != new[name]]
        told = [
            words["changed" if name in old else "changed_new"].format(
                name=self.widgets[name].description, old=was, new=now_
            )
            for name in changed[:MOST_TOLD]
            for was, now_ in [self._told(name, usual[name], new[name])]
        ]
        while len(told) > 1 and len(", ".join(told)) > MOST_LETTERS:
            told.pop()
        if more := len(changed) - len(told):
            told.append(words["changed_more"].format(count=more))
        return ", ".join(told)

    def _told(self, name: str, old: Any, new: Any) -> tuple[str, str]:
        """Return two values of a control as the control would write them."""
        widget, words = self.widgets[name], words_for("panel")
        if isinstance(widget, widgets.Checkbox):
            return words["on" if old else "off"], words["on" if new else "off"]
        if isinstance(widget, widgets.Dropdown):
            texts = {value: text for text, value in widget.options}
            was, is_ = (texts.get(value) or self._text(name, value) for value in (old, new))
            return was, is_
        if isinstance(widget, widgets.FloatSlider):
            was, is_ = (format(value, widget.readout_format).replace("%", " %") for value in (old, new))
            if was != is_:
                return was, is_
        return (str(old), str(new)) if isinstance(widget, widgets.Text) else (f"{old:g}", f"{new:g}")

    @staticmethod
    def _sorted(options: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
        """Return menu entries with numbers in order, others as they come."""
        numbers = all(isinstance(value, int | float) for _, value in options)
        return sorted(options, key=lambda option: option[1]) if numbers else options

    @abstractmethod
    def _dim(self) -> None:
        """Disable what is not in use."""

    @abstractmethod
    def _text(self, name: str, value: Any) -> str:
        """Return a value that a menu did not have, as the menu would write it."""

    @staticmethod
    @abstractmethod
    def values_of(settings: SessionSettings) -> dict[str, Any]:
        """Return what the controls show for `settings`; a value that is not in use is left out."""

    @staticmethod
    @abstractmethod
    def with_values(settings: SessionSettings, values: dict[str, Any]) -> SessionSettings:
        """Return `settings` with the values of the controls; ``ValueError`` names a refused value."""
