"""The controls of the eavesdropper panel, and what they mean as session settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import ipywidgets as widgets

from ...quantum.eavesdroppers import Eavesdropper, EntanglingProbe, InterceptResend, OptimalCloner
from ...settings import SessionSettings
from ..words import number_text, words_for
from .control_set import ControlSet

PULSE_CHOICES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
NONE, PROBE, CLONER = "none", "probe", "cloner"
INTERCEPTS = ("random", "Z", "X", "Breidbart")
ATTACKS = (NONE, *INTERCEPTS, PROBE, CLONER)
"""The attacks of the panel, in the order of its menu."""


def attack_name(eavesdropper: Eavesdropper | None) -> str:
    """Return which of `ATTACKS` this is; ``ValueError`` for one that the panel does not have."""
    match eavesdropper:
        case None:
            return NONE
        case InterceptResend(basis=basis):
            return basis
        case EntanglingProbe():
            return PROBE
        case OptimalCloner():
            return CLONER
    raise ValueError(f"eavesdropper must be an attack on the qubit, got {eavesdropper!r}")


def values_of(settings: SessionSettings) -> dict[str, Any]:
    """Return what the controls show for `settings`; a value that is not in use is left out."""
    eve = settings.eavesdropper
    values = {"attack": attack_name(eve), "n_pulses": settings.n_pulses, "seed": settings.seed}
    for name in ("fraction", "strength", "disturbance"):
        if hasattr(eve, name):
            values[name] = getattr(eve, name)
    return values


def with_values(settings: SessionSettings, values: dict[str, Any]) -> SessionSettings:
    """Return `settings` with what the controls show; ``ValueError`` names a refused value."""
    attack, fraction = values["attack"], values["fraction"]
    eve: Eavesdropper | None = None
    if attack in INTERCEPTS:
        eve = InterceptResend(fraction=fraction, basis=attack)
    elif attack == PROBE:
        eve = EntanglingProbe(fraction=fraction, strength=values["strength"])
    elif attack == CLONER:
        eve = OptimalCloner(fraction=fraction, disturbance=values["disturbance"])
    return replace(settings, eavesdropper=eve, n_pulses=values["n_pulses"], seed=values["seed"])


class AttackControls(ControlSet):
    """The controls of the eavesdropper panel; see `ControlSet`."""

    def __init__(self, on_change: Callable[[str], None]) -> None:
        words = words_for("eavesdropper_panel")

        def slider(name: str, value: float, largest: float) -> widgets.FloatSlider:
            return widgets.FloatSlider(
                value=value, min=0, max=largest, step=0.01, readout_format=".0%", description=words[name]
            )

        def menu(name: str, options: list[tuple[str, Any]]) -> widgets.Dropdown:
            return widgets.Dropdown(options=options, description=words[name])

        made: dict[str, Any] = {
            "attack": menu("attack", [(words[f"attack_{name}"], name) for name in ATTACKS]),
            "fraction": slider("fraction", 1.0, 1.0),
            "strength": slider("strength", 1.0, 1.0),
            "disturbance": slider("disturbance", 0.11, 0.5),
            "n_pulses": menu("n_pulses", [(number_text(n), n) for n in PULSE_CHOICES]),
            "seed": widgets.IntText(description=words["seed"]),
        }
        super().__init__(made, on_change)

    def _dim(self) -> None:
        """Disable what is not in use."""
        attack = self.widgets["attack"].value
        self.widgets["fraction"].disabled = attack == NONE
        self.widgets["strength"].disabled = attack != PROBE
        self.widgets["disturbance"].disabled = attack != CLONER

    def _text(self, name: str, value: Any) -> str:
        return number_text(value)

    def _values_of(self, settings: SessionSettings) -> dict[str, Any]:
        return values_of(settings)

    def _with_values(self, settings: SessionSettings, values: dict[str, Any]) -> SessionSettings:
        return with_values(settings, values)
