"""A component that stands in a cell of its own, with a still picture for readers without a kernel."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from ..components.base import Component
from ..components.figures import Still


class ShownComponent(Component):
    """Base of components that are displayed by themselves; ``words["still"]`` stands above their picture."""

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what is displayed: the widget, its text, and the picture with its words as ``alt``."""
        bundle: Any = super()._repr_mimebundle_(**options) or {}
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        drawing = self.drawing()
        still = Still.of([drawing] if drawing else [], note=self.words["still"])
        picture = {"image/png": b64encode(still.png).decode("ascii"), "text/plain": repr(self)}
        return {**data, **picture}, {"image/png": {"alt": still.text}}
