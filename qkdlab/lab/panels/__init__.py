"""One panel a topic: controls, components and a session."""

from .link_panel import LinkPanel
from .stage_panel import StagePanel

__all__ = ["LinkPanel", "StagePanel"]
