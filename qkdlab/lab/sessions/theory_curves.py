"""What the formula would give if one control stood elsewhere: curves to follow while the control moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import ipywidgets as widgets
import numpy as np

from ...exchange.expected import expected_sifting
from ...settings.session_settings import SessionSettings
from .control_set import ControlSet

POINTS = 31
"""Points of a curve; between them the browser draws straight lines."""


def sliders_of(controls: ControlSet) -> dict[str, widgets.FloatSlider]:
    """Return the sliders among controls, by name."""
    return {name: one for name, one in controls.widgets.items() if isinstance(one, widgets.FloatSlider)}


def theory_curves(
    settings: SessionSettings, controls: type[ControlSet], largest: Mapping[str, float]
) -> dict[str, dict[str, Any]]:
    """Return the QBER that theory expects if a control stood elsewhere and all others stayed.

    Parameters
    ----------
    settings
        Where the controls stand.
    controls
        Says what a control means for settings.
    largest
        The value at which each control ends, by its name; it begins at 0. A control that is not in use has no
        curve.

    Returns
    -------
    dict
        For each control the ``theory`` of a `QberGauge`: "x" the values, "y" the QBER, None where nothing is
        kept or the settings are refused, and "at" where the control stands.
    """
    # theory knows neither the seed nor the sample: what was worked out for another is remembered
    curves = _curves(replace(settings, seed=0, sample_fraction=0.5), controls, tuple(largest.items()))
    return {name: {"x": list(x), "y": list(y), "at": at} for name, x, y, at in curves}


@lru_cache(maxsize=16)
def _curves(
    settings: SessionSettings, controls: type[ControlSet], ends: tuple[tuple[str, float], ...]
) -> tuple[tuple[str, tuple[float, ...], tuple[float | None, ...], float], ...]:
    """Return name, values, QBERs and where the control stands, for each curve of `theory_curves`."""
    values, largest = controls.values_of(settings), dict(ends)

    def expected(name: str, value: float) -> float | None:
        try:
            moved = controls.with_values(settings, {**largest, **values, name: value})
        except ValueError:
            return None
        return expected_sifting(moved.protocol_table, moved.link, moved.eavesdropper, signals_only=True).qber

    curves = []
    for name, end in ends:
        if name in values:
            x = sorted({*np.linspace(0, end, POINTS).tolist(), values[name]})
            curves.append((name, tuple(x), tuple(expected(name, value) for value in x), values[name]))
    return tuple(curves)
