"""The questions of the network panel, as settings, each with the outcome it should show."""

from __future__ import annotations

from dataclasses import dataclass

from .forms import CHAIN, RING, SWITCH_STAR, TRUSTED_STAR, TWO_PATHS
from .network_run import EXPOSED, OTHER, SAME
from .settings import CUT_FIRST, NetworkSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A question: the settings that show the answer, and their outcome."""

    settings: NetworkSettings
    outcome: str


QUESTIONS = {
    "hub_or_switch": Question(
        settings=NetworkSettings(form=TRUSTED_STAR, n_nodes=5, b="B", rival=SWITCH_STAR), outcome=SAME
    ),
    "ring_or_star": Question(
        settings=NetworkSettings(form=RING, rival=TRUSTED_STAR, trial=CUT_FIRST), outcome=SAME
    ),
    "one_traitor": Question(settings=NetworkSettings(compromised=("B",)), outcome=EXPOSED),
    "two_paths": Question(settings=NetworkSettings(compromised=("B",), way=TWO_PATHS), outcome=SAME),
    "eve": Question(settings=NetworkSettings(eve=(("A", "B"),)), outcome=OTHER),
    "backbone": Question(
        settings=NetworkSettings(form=CHAIN, n_nodes=8, length_km=60.0, b="H"), outcome=SAME
    ),
}
