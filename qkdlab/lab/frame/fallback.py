"""A picture beside a live widget, for readers without a kernel: exports, previews, untrusted notebooks."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..components.figures import Still


class StaticFallback:
    """Mixin that adds an ``image/png`` to what a widget displays. Name it before the widget class.

    The class supplies `_still`, which is called each time the widget is displayed and not before. A
    front end that can show the widget shows the widget. What the picture shows, in words, goes with it as
    the metadata ``alt``.
    """

    def _still(self) -> Still | None:
        """Return the picture, or None for no picture."""
        return None

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what is displayed: the widget, its text, and the picture."""
        shown = super()._repr_mimebundle_(**options)  # type: ignore[misc]
        data, metadata = shown if isinstance(shown, tuple) else (shown or {}, {})
        still = self._still()
        if still is not None:
            data = {**data, "image/png": b64encode(still.png).decode("ascii")}
            metadata = {**metadata, "image/png": {"alt": still.text}}
        return data, metadata
