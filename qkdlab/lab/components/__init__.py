"""The widgets of the lab: each draws plain data, with its JavaScript and its style beside it."""

from . import words as _words  # noqa: F401 — adds the words of this folder
from .bar_rows import BarRows
from .circuit_drawing import CircuitDrawing
from .copy_button import CopyButton
from .curve_chart import CurveChart
from .key_funnel import KeyFunnel
from .qber_gauge import QberGauge
from .verdict_lamp import VerdictLamp

__all__ = [
    "BarRows",
    "CircuitDrawing",
    "CopyButton",
    "CurveChart",
    "KeyFunnel",
    "QberGauge",
    "VerdictLamp",
]
