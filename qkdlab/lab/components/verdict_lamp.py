"""The verdict lamp: was a key accepted? Readable from the back row, by shape as well as by colour."""

from typing import ClassVar, Final

import traitlets

from ...values import check_choice, check_probability
from .base import Component, check_text, module_text, optional, style_text, synced
from .figures import GREEN, GREY, VERMILION, Drawing, words_drawing

STATES: Final = ("idle", "running", "accepted", "rejected", "too_few", "error")
"""What the lamp can show."""

_SIGNS: Final = {
    "idle": ("–", GREY),
    "running": ("…", GREY),
    "accepted": ("✓", GREEN),
    "rejected": ("✗", VERMILION),
    "too_few": ("△", VERMILION),
    "error": ("!", VERMILION),
}
"""Sign and colour of a state in a still picture."""


class VerdictLamp(Component):
    """A sign with a title and a reason in words.

    Parameters
    ----------
    state
        One of `STATES`. "running" is drawn only after a quarter of a second: quick runs do not flicker.
    title
        The large words; empty for the usual ones of the state ("KEY ACCEPTED").
    reason
        A sentence or two that say why.
    progress
        The share of a run that is done, 0 … 1, or None; drawn as a bar while `state` is "running".
    """

    _section: ClassVar = "verdict_lamp"
    _shown_in_repr: ClassVar = ("state", "title", "reason")
    _esm = module_text(__file__)
    _css = style_text(__file__)

    state = synced(lambda name, value: check_choice(name, value, STATES), "idle")
    title = synced(check_text, "")
    reason = synced(check_text, "")
    progress = synced(optional(check_probability), None)

    def _summary(self) -> str:
        title = self.title or self.words[f"title_{self.state}"]
        return str(
            self.words["summary" if self.reason else "summary_bare"].format(title=title, reason=self.reason)
        )

    def drawing(self) -> Drawing:
        """Return what a still picture shows of the lamp."""
        sign, colour = _SIGNS[self.state]
        title = self.title or self.words[f"title_{self.state}"]
        return words_drawing(sign, colour, title, self.reason, self.summary)

    @traitlets.observe("state", "title", "reason")
    def _told(self, change: object) -> None:
        self._summarise(change)
