"""The keyboard guard: while focus is in a panel, keys belong to the panel and not to the notebook.

Without it, ``x`` pressed on a slider cuts the notebook cell. The guard also gives the sliders and buttons of
ipywidgets, which have none, a name that a screen reader can say. A number typed beside a slider is read as it
is shown there: "5%" is 5 %, and not 500 %. A text in the class ``qk-reveal`` that comes to be out of sight is
scrolled into view.
"""

from __future__ import annotations

from typing import Any, ClassVar

from ..components.base import Component, module_text


class KeyboardGuard(Component):
    """An invisible widget, to be put among the children of a panel.

    It guards the nearest element around it that has the class ``qk-panel``; without one, the outermost box of
    widgets around it. Shortcuts with Ctrl, Alt or Cmd, and Shift+Enter, still reach the notebook.
    """

    _section: ClassVar = "keyboard_guard"
    _esm = module_text(__file__)
    _css = ".qk-guard { display: none !important; }"

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.add_class("qk-guard")
        self.layout.display = "none"
