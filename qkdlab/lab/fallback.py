"""A picture beside a live widget, for readers without a kernel: exports, previews, untrusted notebooks."""

from __future__ import annotations

from base64 import b64encode
from typing import Any


class StaticFallback:
    """Mixin that adds an ``image/png`` to what a widget displays. Name it before the widget class.

    The class supplies `_static_png`, which is called each time the widget is displayed and not before. A
    front end that can show the widget shows the widget.
    """

    def _static_png(self) -> bytes | None:
        """Return the picture as PNG, or None for no picture."""
        return None

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what is displayed: the widget, its text, and the picture."""
        shown = super()._repr_mimebundle_(**options)  # type: ignore[misc]
        data, metadata = shown if isinstance(shown, tuple) else (shown or {}, {})
        picture = self._static_png()
        if picture is not None:
            data = {**data, "image/png": b64encode(picture).decode("ascii")}
        return data, metadata
