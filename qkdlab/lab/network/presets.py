"""The questions of the network panel, as settings, each with the outcome it should show."""

from __future__ import annotations

from ..frame.run_panel import Preset
from .forms import CHAIN, RING, SWITCH_STAR, TRUSTED_STAR, TWO_PATHS
from .network_run import EXPOSED, OTHER, SAME
from .settings import CUT_FIRST, NetworkSettings

QUESTIONS = {
    "hub_or_switch": Preset(
        settings=NetworkSettings(form=TRUSTED_STAR, n_nodes=5, b="B", rival=SWITCH_STAR), state=SAME
    ),
    "ring_or_star": Preset(
        settings=NetworkSettings(form=RING, rival=TRUSTED_STAR, trial=CUT_FIRST), state=SAME
    ),
    "one_traitor": Preset(settings=NetworkSettings(compromised=("B",)), state=EXPOSED),
    "two_paths": Preset(settings=NetworkSettings(compromised=("B",), way=TWO_PATHS), state=SAME),
    "eve": Preset(settings=NetworkSettings(eve=(("A", "B"),)), state=OTHER),
    "backbone": Preset(settings=NetworkSettings(form=CHAIN, n_nodes=8, length_km=60.0, b="H"), state=SAME),
}
