"""The menus of the network panel, and what they mean as settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from ...network import PRESETS, Topology
from ..components.text import number_text, words_for
from ..frame.field_controls import Controls
from .forms import FEWEST, FILE, FORMS, MOST, POINT, WAYS
from .settings import KEYS_PER_SECOND, NetworkSettings

LONGEST_KM, KM_STEP, KM_FORM = 150.0, 1.0, ".0f"


def form_options(topology: Topology | None) -> list[tuple[str, str]]:
    """Return the networks of a menu; the one from a file, if there is one, comes last."""
    words = words_for("network_panel")
    options = [(words[f"form_{form}"], form) for form in FORMS] + [(name, name) for name in PRESETS]
    return options + ([(words["form_file"].format(name=topology.name), FILE)] if topology else [])


class NetworkControls(Controls):
    """The controls of the network panel; see `Controls`."""

    def __init__(self, on_change: Callable[[str, Any], object]) -> None:
        words = words_for("network_panel")
        self._file: Topology | None = None

        def menu(name: str, options: list[tuple[str, Any]], told: str = "") -> widgets.Dropdown:
            return widgets.Dropdown(options=options, description=told or words[name])

        made: dict[str, Any] = {
            "form": menu("form", form_options(None)),
            "n_nodes": menu("n_nodes", [(str(n), n) for n in range(FEWEST, MOST + 1)]),
            "length_km": widgets.FloatSlider(
                min=1.0,
                max=LONGEST_KM,
                step=KM_STEP,
                readout_format=KM_FORM,
                description=words["length_km"],
            ),
            "a": menu("a", [("A", "A")]),
            "b": menu("b", [("B", "B")]),
            "way": menu("way", [(name, name) for name in WAYS]),
            "stored": widgets.Checkbox(description=words["stored"], indent=False),
            "keys_per_second": menu(
                "demand", [(number_text(n), n) for n in KEYS_PER_SECOND], words_for("hour_box")["demand"]
            ),
        }
        super().__init__(made, on_change)

    @property
    def topology(self) -> Topology | None:
        """The network from a file that was shown last; the menu of networks goes on offering it."""
        return self._file

    def show(self, settings: NetworkSettings) -> None:
        """Set the controls; those that mean nothing for the network are disabled."""
        with self._hushed():
            self._file = settings.topology or self._file
            _offer(self.widgets["form"], form_options(self._file))
            sites = [(name, name) for name in settings.network.sites]
            _offer(self.widgets["a"], sites)
            _offer(self.widgets["b"], sites)
        super().show(settings)
        self.widgets["length_km"].disabled = settings.form not in FORMS
        self.widgets["n_nodes"].disabled = settings.form not in FORMS or settings.form == POINT


def _offer(menu: widgets.Dropdown, options: list[tuple[str, str]]) -> None:
    """Change what a menu offers, if it is something else, and keep what is chosen if it is still offered."""
    if list(menu.options) == options:
        return
    value = menu.value
    menu.options = options
    if value in dict(options).values():
        menu.value = value
