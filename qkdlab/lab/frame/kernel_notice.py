"""Says in words when nobody answers behind a panel: its kernel is busy with another cell, or has gone."""

from __future__ import annotations

from typing import Any, ClassVar

from ..components.base import Component, module_text, style_text


class KernelNotice(Component):
    """A line that is seen only while the kernel does not answer, to be put among the children of a panel.

    Whenever a learner reaches for the panel, the browser asks, and the kernel answers; what the learner
    changed before is then heard, too. A question that stays open is told, and what the panel shows is dimmed.
    """

    _section: ClassVar = "kernel_notice"
    _esm = module_text(__file__)
    _css = style_text(__file__)

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.add_class("qk-kernel-notice")
        self.on_msg(self._answer)

    def _answer(self, _widget: object, content: Any, _buffers: object) -> None:
        if isinstance(content, dict) and "asked" in content:
            self.send({"heard": content["asked"]})
