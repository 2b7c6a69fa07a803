"""The widgets of the lab: each draws plain data, with its JavaScript and its style beside it."""

from qkdlab.lab.components.key_funnel import KeyFunnel
from qkdlab.lab.components.photon_stage import PhotonStage
from qkdlab.lab.components.qber_gauge import QberGauge
from qkdlab.lab.components.verdict_lamp import VerdictLamp

__all__ = ["KeyFunnel", "PhotonStage", "QberGauge", "VerdictLamp"]
