"""The predictions of a panel: what the learner predicted beside what was observed."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

import ipywidgets as widgets

from ..components.text import words_for

NO_PREDICTION = "none"
NO_KEY_EVER = "never"
NOTHING = "nothing"
"""What is observed where a run cannot tell: its prediction was neither right nor wrong."""

PREDICTIONS = (NO_PREDICTION, "accepted", "rejected", "too_few", NO_KEY_EVER)
"""What a learner of the link panel can predict: nothing, a state of a verdict, or that no run gives a key."""

ROWS = 6


@dataclass(frozen=True, slots=True)
class LoggedRun:
    """One run: its settings in words, the predicted and the observed verdict, what was measured."""

    label: str
    predicted: str
    observed: str
    measured: str
    also: str = ""
    """What a learner could as well have predicted, as it is true besides."""

    @property
    def answer(self) -> str:
        """Whether it went as predicted: ``"right"`` or ``"wrong"``, or ``"open"`` if the run cannot tell."""
        if self.observed == NOTHING:
            return "open"
        return "right" if self.right else "wrong"

    @property
    def right(self) -> bool:
        """Whether what was predicted was observed."""
        return self.predicted in (self.observed, self.also)


@dataclass(slots=True)
class PredictionLog:
    """A menu for the prediction and a table of the runs for which one was made, newest first.

    `section` of the words has a ``predict_…`` for each of `choices`, the first of which is `NO_PREDICTION`;
    `facts` are filled in.
    """

    section: str = "link_panel"
    choices: tuple[str, ...] = PREDICTIONS
    facts: dict[str, str] = field(default_factory=dict)
    runs: list[LoggedRun] = field(default_factory=list)
    _moves: bool = False  # whether the newest run was the answer to the move that may still go on
    menu: widgets.ToggleButtons = field(init=False)
    table: widgets.HTML = field(init=False)

    def __post_init__(self) -> None:
        words = self._words()
        self.menu = widgets.ToggleButtons(
            options=[(self._choice(name), name) for name in self.choices],
            description=words["predict"],
        )
        self.menu.add_class("qk-predict")
        self.table = widgets.HTML()
        self._draw()

    def _words(self) -> dict[str, str]:
        return words_for("panel") | words_for(self.section)

    def _choice(self, name: str) -> str:
        return self._words()[f"predict_{name}"].format(**self.facts)

    def observe(
        self,
        label: str,
        observed: str,
        measured: str,
        reason: str = "",
        *,
        also: str = "",
        merge: bool = False,
    ) -> dict[str, str] | None:
        """Note a run if a prediction was made for it, and return the badge that answers; else None.

        Each prediction is for one move: a run that belongs to the move of the run before (`merge`) takes its
        place, so that it is the end of a slider's way that counts. `reason` says why the run ended as it
        did; `also` is a choice that is right besides.
        """
        predicted = self.menu.value
        if predicted == NO_PREDICTION and merge and self._moves:
            predicted = self.runs.pop(0).predicted
        self._moves = predicted != NO_PREDICTION
        if not self._moves:
            return None
        run = LoggedRun(label, predicted, observed, measured, also)
        self.runs.insert(0, run)
        self.menu.value = NO_PREDICTION
        self._draw()
        words, state = self._words(), run.answer
        judged = [run.right for run in self.runs if run.answer != "open"]
        mark = words[f"badge_{state}"]
        title = words["badge"].format(mark=mark, right=sum(judged), runs=len(judged)) if judged else mark
        why = words["why"].format(
            predicted=self._choice(run.predicted), observed=self._seen(run), measured=measured, reason=reason
        )
        return {"state": state, "title": title, "why": why.strip()}

    def _draw(self) -> None:
        words = self._words()
        if not self.runs:
            self.table.value = f"<p class='qk-log-empty'>{escape(words['log_empty'])}</p>"
            return
        heads = "".join(
            f"<th>{escape(words[f'log_{name}'])}</th>" for name in ("run", "predicted", "observed", "answer")
        )
        rows = "".join(self._row(run, words) for run in self.runs[:ROWS])
        self.table.value = f"<table class='qk-log'><tr>{heads}</tr>{rows}</table>"

    def _seen(self, run: LoggedRun) -> str:
        return self._words().get(f"observed_{run.observed}") or self._choice(run.observed)

    def _row(self, run: LoggedRun, words: dict[str, str]) -> str:
        mark = words[f"log_{run.answer}"]
        cells = (
            run.label,
            self._choice(run.predicted),
            words["log_told"].format(observed=self._seen(run), measured=run.measured),
            mark,
        )
        return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
