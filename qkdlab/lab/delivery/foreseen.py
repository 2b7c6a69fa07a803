"""The predictions of the encryptor panel: made before a change, answered when the link has settled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..components.text import words_for
from ..frame.frame import quiet_line, tell_quietly
from ..frame.predictions import NO_PREDICTION, PredictionLog
from .lamps import kind_of, verdict
from .world.crossing import Crossing
from .world.snapshot import Snapshot

PREDICTIONS = (NO_PREDICTION, "flow", "pqc", "held", "stopped", "read")
"""What a learner can predict of the messages: how they go on in the end, or that Eve reads them."""

SETTLED_SECONDS = 2.0
"""Nothing is settled sooner after a change: until then a message has crossed, or has not."""


def settled(now: Snapshot) -> str | None:
    """Return what has become of the messages, one of `PREDICTIONS`; None while keys from before are used."""
    kind = kind_of(now)
    if kind not in PREDICTIONS:
        return None
    return "read" if verdict(now)[0] == "broken" else kind


class Foreseen:
    """The change that is to be answered next, in a log of predictions.

    Attributes
    ----------
    log
        The menu and the table of the predictions.
    waits
        A line that says why the answer is open.
    """

    def __init__(self) -> None:
        self.log = PredictionLog("encryptor_panel", PREDICTIONS)
        self.waits = quiet_line()
        self._words = words_for("encryptor_panel")
        self._label = ""
        self._since: float | None = None  # the world's time of the change; None until the world has done it

    def change(self, label: str, task: Callable[[Crossing], object]) -> Callable[[Crossing], object]:
        """Take a task for a change, named in words, of which a prediction may have been made."""
        self._label, self._since = label, None

        def done(world: Crossing) -> object:
            self._since = world.now
            return task(world)

        return done

    def answer(self, now: Snapshot) -> dict[str, Any]:
        """Return the badge of the lamp, a trait, if it is to change: none after a change, then the answer."""
        if not self._label:
            return {}
        passed = 0.0 if self._since is None else now.seconds - self._since
        outcome = settled(now) if passed >= SETTLED_SECONDS else None
        awaited = outcome is None and self.log.menu.value != NO_PREDICTION
        tell_quietly(self.waits, self._words["predict_open"] if awaited else "")
        if outcome is None:
            return {"badge": None}
        label, self._label = self._label, ""
        measured = self._words["predict_after"].format(seconds=f"{passed:.0f}")
        return {"badge": self.log.observe(label, outcome, measured, verdict(now)[2])}
