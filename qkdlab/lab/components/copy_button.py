"""A button that copies a text to the clipboard."""

from typing import ClassVar

from .base import Component, check_text, followed_controls, module_text, style_text, synced


class CopyButton(Component):
    """A button that copies what a control holds, and says whether it could.

    Parameters
    ----------
    followed
        The control, by any name; the browser reads it, so that its text is sent once.
    told
        What became of it, which a click fills in.
    """

    _section: ClassVar = "copy_button"
    _esm = module_text(__file__)
    _css = style_text(__file__)

    followed = followed_controls()
    told = synced(check_text, "")

    def _summary(self) -> str:
        return str(self.words["hint"])
