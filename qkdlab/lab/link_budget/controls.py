"""The controls of the link-budget panel, and what they mean as session settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ...attacks import PHOTON_ATTACKS
from ...attacks.attack import Eavesdropper
from ...link import DecoySource, Source, WeakCoherentSource
from ...settings.session_settings import SETTINGS_CLASSES, SessionSettings
from ..components.text import number_text, power_text
from ..sessions.control_set import DARK_CHOICES, SOURCES, ControlSet, Maker, common_values, with_common

PULSE_CHOICES = (100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000)
NONE = "none"
ATTACKS = tuple(kind.__name__ for kind in PHOTON_ATTACKS)
"""The attacks of the menu; a scenario may bring another one, which then stands there too."""

KINDS: dict[str, type[Eavesdropper]] = {
    kind.__name__: kind for kind in SETTINGS_CLASSES if issubclass(kind, Eavesdropper)
}

LINK_SLIDERS = {
    "length_km": (300, 1, ".0f"),
    "attenuation_db_per_km": (0.5, 0.01, ".2f"),
    "insertion_loss_db": (20, 0.5, ".1f"),
    "misalignment_error": (0.15, 0.001, ".1%"),
}
"""Settings of the link with a slider: its end, its step, its format."""

STRONGEST = 1.0
START_SIGNAL, START_DECOY = 0.48, 0.05


def values_of(settings: SessionSettings) -> dict[str, Any]:
    """Return what the controls show for `settings`; a value that is not in use is left out."""
    source, eve = settings.link.source, settings.eavesdropper
    values = common_values(settings) | {"attack": type(eve).__name__ if eve else NONE}
    if isinstance(source, WeakCoherentSource):
        values["signal_mean"] = source.mean_photon_number
    if isinstance(source, DecoySource):
        values |= {"signal_mean": source.signal, "decoy_mean": source.decoy}
    return values


def _source(before: Source, values: dict[str, Any]) -> Source:
    name = values["source"]
    if name == "weak":
        return WeakCoherentSource(mean_photon_number=values["signal_mean"])
    if name == "decoy":
        decoys = before if isinstance(before, DecoySource) else DecoySource(vacuum=0.0)
        return replace(decoys, signal=values["signal_mean"], decoy=values["decoy_mean"])
    return SOURCES[name]()


def _attack(before: Eavesdropper | None, name: str) -> Eavesdropper | None:
    if name == NONE:
        return None
    return before if type(before).__name__ == name else KINDS[name]()


def with_values(settings: SessionSettings, values: dict[str, Any]) -> SessionSettings:
    """Return `settings` with what the controls show; everything without a control stays.

    Raises ``ValueError`` that names the value if one is out of range.
    """
    source, attack = _source(settings.link.source, values), _attack(settings.eavesdropper, values["attack"])
    return with_common(settings, values, source, eavesdropper=attack)


def _attack_text(words: Mapping[str, str], name: str) -> str:
    """Return what the menu calls an attack: its own name, if there is no word for it."""
    return words[name] if name in words else KINDS[name].name


class BudgetControls(ControlSet):
    """The controls of the link-budget panel; see `ControlSet`."""

    values_of = staticmethod(values_of)
    with_values = staticmethod(with_values)

    def __init__(self, on_change: Callable[[str], None]) -> None:
        make = Maker("link_budget_panel")
        words = make.words
        made: dict[str, Any] = {
            **{name: make.slider(name, 0, *room) for name, room in LINK_SLIDERS.items()},
            "efficiency": make.slider("efficiency", 0.1, 1, 0.005, ".1%"),
            "dark_count_probability": make.menu(
                "dark_count_probability", [(power_text(p), p) for p in DARK_CHOICES]
            ),
            "source": make.menu("source", [(words[kind], kind) for kind in SOURCES]),
            "signal_mean": make.slider("signal_mean", START_SIGNAL, STRONGEST, 0.01, ".2f"),
            "decoy_mean": make.slider("decoy_mean", START_DECOY, STRONGEST / 2, 0.01, ".2f"),
            "attack": make.menu("attack", [(_attack_text(words, name), name) for name in (NONE, *ATTACKS)]),
            **make.run_controls(PULSE_CHOICES),
        }
        super().__init__(made, on_change)

    def _dim(self) -> None:
        """Disable what is not in use."""
        source = self.widgets["source"].value
        self.widgets["signal_mean"].disabled = source == "single"
        self.widgets["decoy_mean"].disabled = source != "decoy"

    def _text(self, name: str, value: Any) -> str:
        if name == "dark_count_probability":
            return power_text(value)
        return number_text(value) if name == "n_pulses" else KINDS[value].name
