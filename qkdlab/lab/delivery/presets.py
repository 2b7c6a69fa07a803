"""The scenarios of the encryptor panel, each with the state that its lamp comes to."""

from __future__ import annotations

from ...delivery.encryptor.rotation import Starvation
from ...delivery.hybrid import HybridPolicy
from ..frame.run_panel import Preset
from .delivery_settings import DeliverySettings

SCENARIOS = {
    "calm": Preset(settings=DeliverySettings(), state="accepted"),
    "eve_hold": Preset(settings=DeliverySettings(eve=True, rotate_seconds=2.0), state="too_few"),
    "eve_pqc": Preset(
        settings=DeliverySettings(eve=True, rotate_seconds=2.0, starvation=Starvation.PQC_ONLY),
        state="too_few",
    ),
    "eve_stop": Preset(
        settings=DeliverySettings(
            eve=True, rotate_seconds=2.0, starvation=Starvation.STOP, hybrid=HybridPolicy.BOTH
        ),
        state="too_few",
    ),
    "replay": Preset(settings=DeliverySettings(on_the_line="replays"), state="accepted"),
    "traitor": Preset(
        settings=DeliverySettings(has_qkd_keys=True, use_pqc=False, hybrid=HybridPolicy.AT_LEAST_QKD),
        state="broken",
    ),
    "far": Preset(settings=DeliverySettings(length_km=120.0, rotate_seconds=1.0, seed=26), state="too_few"),
}
