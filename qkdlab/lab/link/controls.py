"""The controls of the link panel: sliders and menus on one side, session settings on the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

import ipywidgets as widgets

from ...attacks.qubit_attacks import InterceptResend
from ...distillation.security.finite import FiniteSecurity
from ...distillation.security.mode import Security
from ...link import WeakCoherentSource
from ...link.source import Source
from ...quantum.protocols import PROTOCOLS, get_protocol
from ...settings.session_settings import SessionSettings
from ...theory.advice import LADDER
from ..components.text import number_text, power_text, words_for
from ..sessions.brought import BringingControls
from ..sessions.control_set import DARK_CHOICES, SOURCES, Maker, common_values, with_common

PULSE_CHOICES = tuple(sorted({4_000, *LADDER}))
"""The 4,000 of the classroom, and all numbers that the panel may advise."""

LARGEST = {
    "fraction": 1.0,
    "length_km": 250.0,
    "misalignment_error": 0.2,
    "efficiency": 1.0,
    "mean_photon_number": 1.0,
}
"""Where the sliders end."""


def values_of(settings: SessionSettings) -> dict[str, Any]:
    """Return what the controls show for `settings`; a value that is not in use is left out."""
    source, eve = settings.link.source, settings.eavesdropper
    values = common_values(settings) | {"eve": eve is not None, "protocol": settings.protocol}
    if eve is not None:
        values["fraction"] = eve.fraction
    if isinstance(source, WeakCoherentSource):
        values["mean_photon_number"] = source.mean_photon_number
    return values


def with_values(settings: SessionSettings, values: dict[str, Any]) -> SessionSettings:
    """Return `settings` with what the controls show; everything without a control stays.

    A protocol that is chosen brings what it needs: pairs come from a source of single photons, three states
    need decoys if the light is a laser's, and only BB84 and BBM92 have a key length in the finite mode.

    Raises ``ValueError`` that names the value if one is out of range, or if it is what the protocol at hand
    has no use for.
    """
    bias = settings.z_probability if values["protocol"] == settings.protocol else None
    protocol = get_protocol(values["protocol"], bias)
    kind = "single" if protocol.entangled else values["source"]
    if protocol.proof == "three-state" and kind == "weak":
        kind = "decoy"
    security = values["security"]
    if security == FiniteSecurity.name and protocol.proof not in ("BB84", ""):
        security = "asymptotic"
    if protocol.name == settings.protocol:  # it brings nothing now: what does not go with it is refused
        for name, goes in (("source", kind), ("security", security)):
            if values[name] != goes:
                words = words_for("panel") | words_for("link_panel")
                got = {"value": words[values[name]], "protocol": protocol.name, "goes": words[goes]}
                raise ValueError(words["goes_not"].format(name=words[name], **got))
    source = settings.link.source
    if not isinstance(source, SOURCES[kind]):
        source = SOURCES[kind]()
    if isinstance(source, WeakCoherentSource):
        source = replace(source, mean_photon_number=values["mean_photon_number"])
    eve = replace(settings.eavesdropper or InterceptResend(), fraction=values["fraction"])
    return with_common(
        settings,
        values | {"security": security},
        source,
        eavesdropper=eve if values["eve"] else None,
        protocol=protocol.name,
        z_probability=bias,
    )


class LinkControls(BringingControls):
    """The controls of the link panel; see `ControlSet`. A protocol brings its source and its key length."""

    _chooser: ClassVar = "protocol"

    values_of = staticmethod(values_of)
    with_values = staticmethod(with_values)

    def __init__(self, on_change: Callable[[str], None]) -> None:
        make = Maker("link_panel")
        words = make.words
        made: dict[str, Any] = {
            "eve": widgets.Checkbox(description=words["eve"], indent=False),
            "fraction": make.slider("fraction", 1, LARGEST["fraction"], 0.01, ".0%"),
            "length_km": make.slider("length_km", 0, LARGEST["length_km"], 1, ".0f"),
            "misalignment_error": make.slider(
                "misalignment_error", 0, LARGEST["misalignment_error"], 0.005, ".1%"
            ),
            "efficiency": make.slider("efficiency", 0, LARGEST["efficiency"], 0.01, ".0%"),
            "dark_count_probability": make.menu(
                "dark_count_probability", [(power_text(p), p) for p in DARK_CHOICES]
            ),
            "protocol": make.menu("protocol", [(name, name) for name in PROTOCOLS]),
            "source": make.menu("source", [(words[kind], kind) for kind in SOURCES]),
            "mean_photon_number": make.slider(
                "mean_photon_number", 0.1, LARGEST["mean_photon_number"], 0.01, ".2f"
            ),
            **make.run_controls(PULSE_CHOICES),
        }
        super().__init__(made, on_change)

    @staticmethod
    def _parts(settings: SessionSettings) -> tuple[Source, Security]:
        return settings.link.source, settings.security

    @staticmethod
    def _left(settings: SessionSettings, parts: tuple[Any, ...]) -> SessionSettings:
        source, security = parts
        link = replace(settings.link, source=source)
        return replace(settings, protocol="BB84", z_probability=None, link=link, security=security)

    def _dim(self) -> None:
        """Disable what is not in use."""
        self.widgets["fraction"].disabled = not self.widgets["eve"].value
        self.widgets["source"].disabled = get_protocol(self.widgets["protocol"].value).entangled
        self.widgets["mean_photon_number"].disabled = self.widgets["source"].value != "weak"

    def _text(self, name: str, value: Any) -> str:
        return number_text(value) if name == "n_pulses" else power_text(value)
