"""Named scenarios of the distillation panel."""

from __future__ import annotations

from dataclasses import replace

from ...attacks.qubit_attacks import InterceptResend
from ...link import IDEAL_LINK
from ...settings.session_settings import SessionSettings
from ..frame.run_panel import Preset

_NOISY_LINE = replace(IDEAL_LINK, misalignment_error=0.02)


DISTILLATION_PRESETS = {
    "quiet": Preset(
        settings=SessionSettings(n_pulses=100_000, link=_NOISY_LINE, cascade="modified (4)", seed=7),
        state="accepted",
    ),
    "eve": Preset(
        settings=SessionSettings(
            n_pulses=100_000,
            link=IDEAL_LINK,
            eavesdropper=InterceptResend(fraction=0.1),
            cascade="modified (4)",
            seed=7,
        ),
        state="accepted",
    ),
    "noisy": Preset(
        settings=SessionSettings(
            n_pulses=500_000,
            link=replace(_NOISY_LINE, misalignment_error=0.045),
            cascade="modified (8)",
            seed=7,
        ),
        state="accepted",
    ),
    "long": Preset(
        settings=SessionSettings(n_pulses=1_000_000, link=_NOISY_LINE, cascade="modified (8)", seed=7),
        state="accepted",
    ),
    "short": Preset(
        settings=SessionSettings(n_pulses=1_000, link=_NOISY_LINE, cascade="modified (4)", seed=2),
        state="too_few",
    ),
}
