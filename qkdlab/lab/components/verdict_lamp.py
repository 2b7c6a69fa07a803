"""The bar of a panel: was a key accepted, and does Eve know it? By shape as well as by colour."""

from typing import Any, ClassVar, Final

from ...values import check_probability
from .base import Component, check_text, list_of, module_text, one_of, optional, record_of, style_text, synced
from .figures import GREEN, GREY, VERMILION, Drawing, words_drawing

STATES: Final = ("idle", "running", "accepted", "broken", "rejected", "too_few", "error")
"""What the lamp can show."""

EVE_STATES: Final = ("none", "safe", "knows")
"""What the second lamp can show: there is no key to know, she does not know it, she does."""

BADGES: Final = ("right", "wrong", "open")
"""The answers to a prediction."""

_SIGNS: Final = {
    "idle": ("–", GREY),
    "running": ("…", GREY),
    "accepted": ("✓", GREEN),
    "broken": ("⚠", VERMILION),
    "rejected": ("✗", VERMILION),
    "too_few": ("△", VERMILION),
    "error": ("!", VERMILION),
}
"""Sign and colour of a state in a still picture."""

_FIGURE: Final = record_of(dict.fromkeys(("name", "value", "note", "beside"), check_text), beside="")
_EVE: Final = record_of(
    {"title": check_text, "reason": check_text, "note": check_text, "state": one_of(*EVE_STATES)}, note=""
)
_BADGE: Final = record_of({"title": check_text, "why": check_text, "state": one_of(*BADGES)})


class VerdictLamp(Component):
    """A sign with a title and a reason in words; beside it what Eve knows, figures, and what changed.

    Parameters
    ----------
    state
        One of `STATES`. "running" is drawn only after a quarter of a second: quick runs do not flicker.
        "broken" is a key that Alice and Bob accepted and Eve knows.
    title
        The large words; empty for the usual ones of the state ("KEY ACCEPTED").
    reason
        A sentence or two that say why.
    progress
        The share of a run that is done, 0 … 1, or None; drawn as a bar while `state` is "running".
    eve
        The second lamp, as a dict of ``"state"`` (one of `EVE_STATES`), ``"title"`` and ``"reason"``, and if
        wanted ``"note"``, which is seen when the mouse rests on it; None if there is none.
    figures
        Numbers, each a dict of ``"name"``, ``"value"`` and ``"note"``, which may be empty, and if wanted
        ``"beside"``, what another run gave.
    changed
        What was changed last; may be empty.
    badge
        The answer to a prediction, as a dict of ``"state"`` (one of `BADGES`), ``"title"`` and ``"why"``,
        which a click unfolds; None if nothing was predicted.
    """

    _section: ClassVar = "verdict_lamp"
    _told_of: ClassVar = ("state", "title", "reason", "eve", "figures")
    _shown_in_repr: ClassVar = ("state", "title", "reason")
    _esm = module_text(__file__)
    _css = style_text(__file__)

    state = synced(one_of(*STATES), "idle")
    title = synced(check_text, "")
    reason = synced(check_text, "")
    progress = synced(optional(check_probability), None)
    eve = synced(optional(_EVE), None)
    figures = synced(list_of(_FIGURE, "figures"), [])
    changed = synced(check_text, "")
    badge = synced(optional(_BADGE), None)

    def _summary(self) -> str:
        told = [self.title or self.words[f"title_{self.state}"], self.reason.rstrip(".")]
        if self.eve:
            told += [self.eve["title"], self.eve["reason"].rstrip(".")]
        told += [f"{figure['name']} {figure['value']}" for figure in self.figures]
        return "".join(f"{text}. " for text in told if text).rstrip()

    def data(self) -> list[dict[str, Any]]:
        """Return the verdict, and the figures as they are written."""
        figure, title = self.words["name"], self.title or self.words[f"title_{self.state}"]
        lamps = [(title, self.reason)]
        if self.eve:
            lamps.append((self.eve["title"], f"{self.eve['reason']} {self.eve['note']}".strip()))
        return [{"figure": figure, "name": name, "note": note} for name, note in lamps] + [
            {"figure": figure, "name": one["name"], "value": one["value"], "note": one["note"]}
            for one in self.figures
        ]

    def drawing(self) -> Drawing:
        """Return what a still picture shows of the lamp."""
        sign, colour = _SIGNS[self.state]
        title = self.title or self.words[f"title_{self.state}"]
        eve = f" {self.eve['title']}. {self.eve['reason']}" if self.eve else ""
        return words_drawing(sign, colour, title, f"{self.reason}{eve}".strip(), self.summary)
