"""The controls of the distillation panel, and what they mean as session settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import ipywidgets as widgets

from ...attacks.qubit_attacks import InterceptResend
from ...distillation.correction.cascade_variants import VARIANTS
from ...distillation.correction.leakage import LDPC
from ...settings.session_settings import SessionSettings
from ...theory.error_limit import method_of
from ..components.text import number_text
from ..sessions.control_set import ControlSet, Maker, common_values, with_common

PULSE_CHOICES = (1_000, 10_000, 50_000, 100_000, 500_000, 1_000_000)
LARGEST = {"fraction": 1.0, "misalignment_error": 0.12}
"""Where the sliders end that move the QBER."""


def values_of(settings: SessionSettings) -> dict[str, Any]:
    """Return what the controls show for `settings`; a value that is not in use is left out."""
    eve = settings.eavesdropper
    values = common_values(settings) | {"eve": eve is not None, "correction": method_of(settings)}
    if eve is not None:
        values["fraction"] = eve.fraction
    return values


def with_values(settings: SessionSettings, values: dict[str, Any]) -> SessionSettings:
    """Return `settings` with what the controls show; everything without a control stays.

    Raises ``ValueError`` that names the value if one is out of range.
    """
    eve = replace(settings.eavesdropper or InterceptResend(), fraction=values["fraction"])
    method = values["correction"]
    chosen = {"correction": LDPC} if method == LDPC else {"correction": "cascade", "cascade": method}
    eavesdropper = eve if values["eve"] else None
    return with_common(settings, values, settings.link.source, eavesdropper=eavesdropper, **chosen)


class DistillationControls(ControlSet):
    """The controls of the distillation panel; see `ControlSet`."""

    values_of = staticmethod(values_of)
    with_values = staticmethod(with_values)

    def __init__(self, on_change: Callable[[str], None]) -> None:
        make = Maker("distillation_panel")
        words = make.words
        named = [(words["correction_cascade"].format(variant=name), name) for name in VARIANTS]
        made: dict[str, Any] = {
            "eve": widgets.Checkbox(description=words["eve"], indent=False),
            "fraction": make.slider("fraction", 0.1, LARGEST["fraction"], 0.01, ".0%"),
            "misalignment_error": make.slider(
                "misalignment_error", 0, LARGEST["misalignment_error"], 0.005, ".1%"
            ),
            "correction": make.menu("correction", [*named, (words["correction_ldpc"], LDPC)]),
            "sample_fraction": make.slider("sample_fraction", 0, 0.95, 0.01, ".0%"),
            **make.run_controls(PULSE_CHOICES),
        }
        made["sample_fraction"].min = 0.01
        super().__init__(made, on_change)

    def _dim(self) -> None:
        """Disable what is not in use."""
        self.widgets["fraction"].disabled = not self.widgets["eve"].value

    def _text(self, name: str, value: Any) -> str:
        return number_text(value)
