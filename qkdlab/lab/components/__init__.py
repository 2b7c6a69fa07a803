"""The widgets of the lab: each draws plain data, with its JavaScript and its style beside it."""

from .bar_rows import BarRows
from .cascade_replay import CascadeReplay
from .copy_button import CopyButton
from .curve_chart import CurveChart
from .key_funnel import KeyFunnel
from .network_map import NetworkMap
from .photon_stage import PhotonStage
from .qber_gauge import QberGauge
from .verdict_lamp import VerdictLamp

__all__ = [
    "BarRows",
    "CascadeReplay",
    "CopyButton",
    "CurveChart",
    "KeyFunnel",
    "NetworkMap",
    "PhotonStage",
    "QberGauge",
    "VerdictLamp",
]
