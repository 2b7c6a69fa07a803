"""The controls of the encryptor panel, and what they mean as settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import ipywidgets as widgets

from ...delivery.encryptor.rotation import Starvation
from ...delivery.hybrid import HybridPolicy
from ..components.text import words_for
from ..frame.field_controls import Controls
from .delivery_settings import ON_THE_LINE, TRAFFIC, DeliverySettings

LONGEST_KM, LONGEST_SECONDS, MOST_FRAMES = 160.0, 30.0, 60


CLASHES: dict[tuple[str, Any], tuple[dict[str, Any], ...]] = {
    ("starvation", "PQC only"): ({"hybrid": "at least PQC"}, {"hybrid": "at least PQC", "use_pqc": True}),
    ("hybrid", "both"): ({"starvation": "hold"}, {"use_pqc": True}, {"starvation": "hold", "use_pqc": True}),
    ("hybrid", "at least QKD"): ({"starvation": "hold"},),
    ("hybrid", "at least PQC"): ({"use_pqc": True},),
    ("use_pqc", False): (
        {"hybrid": "at least QKD"},
        {"hybrid": "at least QKD", "starvation": "hold"},
    ),
}
"""What has to follow when a choice contradicts another one."""


class EncryptorControls(Controls):
    """The controls of the encryptor panel; see `Controls`."""

    def __init__(self, on_change: Callable[[str, Any], object]) -> None:
        words = words_for("encryptor_panel")

        def menu(name: str, values: Any) -> widgets.Dropdown:
            options = [(words[f"{name}_{value}"], value) for value in values]
            return widgets.Dropdown(options=options, description=words[name])

        def switch(name: str) -> widgets.Checkbox:
            return widgets.Checkbox(description=words[name], indent=False)

        def slider(name: str, low: float, high: float, step: float, form: str) -> widgets.FloatSlider:
            bounds = {"min": low, "max": high, "step": step, "readout_format": form}
            return widgets.FloatSlider(description=words[name], **bounds)

        made: dict[str, Any] = {
            "length_km": slider("length_km", 1.0, LONGEST_KM, 1.0, ".0f"),
            "eve": switch("eve"),
            "starvation": menu("starvation", [one.value for one in Starvation]),
            "rotate_seconds": slider("rotate_seconds", 1.0, LONGEST_SECONDS, 0.5, ".1f"),
            "rotate_frames": slider("rotate_frames", 1, MOST_FRAMES, 1, ".0f"),
            "hybrid": menu("hybrid", [one.value for one in HybridPolicy]),
            "on_the_line": menu("on_the_line", ON_THE_LINE),
            "traffic": menu("traffic", TRAFFIC),
            "use_pqc": switch("use_pqc"),
            "breaks_pqc": switch("breaks_pqc"),
            "has_qkd_keys": switch("has_qkd_keys"),
        }
        super().__init__(made, on_change)

    def _moved(self, name: str, value: Any) -> None:
        super()._moved(name, round(value) if name == "rotate_frames" else value)

    def told(self, name: str, settings: DeliverySettings) -> str:
        """Return what a control shows for settings, in words."""
        widget, value = self.widgets[name], getattr(settings, name)
        value = getattr(value, "value", value)
        if isinstance(widget, widgets.Dropdown):
            return str(next(text for text, one in widget.options if one == value))
        if isinstance(widget, widgets.Checkbox):
            return words_for("panel")["on" if value else "off"]
        return f"{value:g}"

    def followed(self, before: DeliverySettings, settings: DeliverySettings, names: Iterable[str]) -> str:
        """Return in words which of the named controls had to follow a choice, and what they show now."""
        moved = [name for name in names if getattr(before, name) != getattr(settings, name)]
        told = [f"{self.widgets[name].description}: {self.told(name, settings)}" for name in moved]
        return words_for("encryptor_panel")["follows"].format(what=", ".join(told))
