"""One panel a topic: controls, components and a session."""

from .distillation_panel import DistillationPanel
from .eavesdropper_panel import EavesdropperPanel
from .link_budget_panel import LinkBudgetPanel
from .link_panel import LinkPanel
from .network_panel import NetworkPanel
from .network_settings import NetworkSettings
from .sample_panel import SamplePanel
from .stage_panel import StagePanel

__all__ = [
    "DistillationPanel",
    "EavesdropperPanel",
    "LinkBudgetPanel",
    "LinkPanel",
    "NetworkPanel",
    "NetworkSettings",
    "SamplePanel",
    "StagePanel",
]
