"""A button that copies a text to the clipboard."""

from typing import ClassVar

from .base import Component, check_text, module_text, style_text, synced


class CopyButton(Component):
    """A button that copies `text`, and says whether it could.

    Parameters
    ----------
    text
        What is copied.
    told
        What became of it, which a click fills in.
    """

    _section: ClassVar = "copy_button"
    _esm = module_text(__file__)
    _css = style_text(__file__)

    text = synced(check_text, "")
    told = synced(check_text, "")

    def _summary(self) -> str:
        return str(self.words["hint"])
