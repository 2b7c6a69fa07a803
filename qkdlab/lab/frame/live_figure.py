"""A live figure: sliders, the curves that they draw, the point they stand on, and a sentence about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from math import log10
from typing import Any, TypeAlias

import ipywidgets as widgets

from ..components.curve_chart import CurveChart
from .field_controls import DUST
from .frame import Panel, control_row

Slider: TypeAlias = widgets.FloatSlider | widgets.FloatLogSlider | widgets.IntSlider


def number_slider(
    words: Mapping[str, str], name: str, value: float, ends: tuple[float, float], step: float, form: str
) -> widgets.FloatSlider:
    """Return a slider with the word `name`; `form` says how its number is written."""
    low, high = ends
    return widgets.FloatSlider(
        value=value, min=low, max=high, step=step, readout_format=form, description=words[name]
    )


def power_slider(
    words: Mapping[str, str], name: str, value: float, ends: tuple[float, float], form: str
) -> widgets.FloatLogSlider:
    """Return a slider with the word `name` over powers of ten, twenty steps each."""
    low, high = map(log10, ends)
    return widgets.FloatLogSlider(
        value=value, min=low, max=high, step=0.05, readout_format=form, description=words[name]
    )


def count_slider(words: Mapping[str, str], name: str, value: int, ends: tuple[int, int]) -> widgets.IntSlider:
    """Return a slider with the word `name` over whole numbers."""
    low, high = ends
    return widgets.IntSlider(value=value, min=low, max=high, description=words[name])


class LiveFigure(Panel):
    """Sliders above a chart, and one sentence on the point where they stand.

    The first slider goes along the x axis: a hairline with a tick on each curve follows it in the browser,
    and the sentence when the kernel has heard of it. The others draw the curves anew. Nothing is simulated
    as a slider moves, so that a figure keeps up with it.

    Parameters
    ----------
    sliders
        By name.
    curves
        Called with the values of all sliders but the first, by name; returns the traits of the `CurveChart`,
        but for its sentence.
    sentence
        Called with the values of all sliders, by name.

    Attributes
    ----------
    sliders
        The sliders by name; set their ``value`` to move them.
    chart
        The chart.
    """

    def __init__(
        self,
        sliders: Mapping[str, Slider],
        curves: Callable[..., dict[str, Any]],
        sentence: Callable[..., str],
    ) -> None:
        super().__init__()
        self.sliders = dict(sliders)
        self._curves, self._sentence = curves, sentence
        self._along, *_ = self.sliders
        self.chart = CurveChart(followed={"x": self.sliders[self._along]})
        self.chart.add_class("qk-fill")
        for name, slider in self.sliders.items():
            slider.add_class("qk-control")
            slider.observe(partial(self._on_slider, name), "value")
        self.add_class("qk-live")
        row = control_row(*self.sliders.values(), style="qk-live-sliders")
        self._hold([self._head([row]), self.chart], [self.chart])
        self._on_slider("")

    def _on_slider(self, name: str, _change: object = None) -> None:
        values = {key: round(slider.value, DUST) for key, slider in self.sliders.items()}
        told = {"statement": self._sentence(**values)}
        if name != self._along:
            del values[self._along]
            told |= self._curves(**values)
        self.chart.show(**told)

    def _told(self) -> str:
        return str(self.chart.statement)
