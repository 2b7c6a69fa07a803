"""The noise-or-Eve challenge as widgets: figures of a line, three answers, what is behind them."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import ClassVar

import ipywidgets as widgets

from ...session.session import SessionResult, run_session
from ...values import Progress
from ..components.text import percent_text, table_html
from ..frame.field_controls import number_box, typed
from ..frame.frame import control_row, titled_box
from ..frame.run_box import RunBox
from ..sessions.click_limit import affordable
from .challenge import ANSWERS, Challenge, draw_challenge, gains_chance, line_text, measured_figures

FIRST = 1


class ChallengeBox(RunBox):
    """The challenge: a number draws a line, the learner sees its figures and answers.

    Attributes
    ----------
    challenge
        The challenge whose figures are shown; None before the first.
    intro
        What is asked, until it is answered.
    """

    _section: ClassVar = "challenge"

    def __init__(self) -> None:
        super().__init__()
        words = self._words
        self.challenge: Challenge | None = None
        self._chance = ""  # how often chance alone takes the gains as far off as today's
        self._right, self._asked, self._answered = 0, 0, False
        self._drawn = FIRST - 1  # the number drawn last
        self.number = number_box(words["number"], FIRST)
        self.draw = self._button("draw", self._on_draw)
        self.following = self._button("next", self._on_next)
        self.reveal = widgets.HTML()
        self.reveal.add_class("qk-reveal")
        self.answers = {
            answer: self._button(f"answer_{answer}", partial(self._on_answer, answer)) for answer in ANSWERS
        }
        question = control_row(widgets.Label(words["question"]), control_row(*self.answers.values()))
        row = control_row(self.number, control_row(self.draw, self.following))
        self.intro = widgets.HTML(f"<p>{escape(words['intro'])}</p>")
        self.box = titled_box(words["title"], self.intro, row, self.told, question, self.reveal)
        self._say(words["empty"])
        self._enable()

    def _say(self, text: str) -> None:
        self.told.value = f"<p class='qk-log-empty' role='status'>{escape(text)}</p>"

    def _enable(self) -> None:
        for button in self.answers.values():
            button.disabled = self.challenge is None or self._answered

    # ---- what a learner does -----------------------------------------------------------------------

    def _on_draw(self, _button: object) -> None:
        self.challenge, self._answered, self.reveal.value = None, False, ""
        self.intro.layout.display = ""
        self._enable()
        try:
            challenge = draw_challenge(typed(self.number.value))
        except ValueError:
            self._say(self._words["no_number"])
            return
        self._drawn = challenge.number
        self._say(self._words["measuring"])
        self.runner.request(challenge)

    def _on_next(self, button: object) -> None:
        number = typed(self.number.value)
        known = isinstance(number, int) and number >= 0
        self.number.value = str((number if known else self._drawn) + 1)
        self._on_draw(button)

    def _on_answer(self, answer: str, _button: object = None) -> None:
        if self.challenge is None or self._answered:
            return
        words, change = self._words, self.challenge.change
        self._answered = True
        self._asked += 1
        self._right += answer == change.answer
        said, shown = words[f"answer_{answer}"], words[f"answer_{change.answer}"]
        verdict = words["right" if answer == change.answer else "wrong"].format(answer=shown, said=said)
        truth = words["truth"].format(truth=words[f"truth_{change.name}"].format(amount=change.amount))
        score = words["score"].format(right=self._right, asked=self._asked)
        why = words[f"reveal_{change.name}"].format(chance=self._chance)
        self.reveal.value = (
            f"<div role='status'><p><b>{escape(verdict)}</b> {escape(truth)} {escape(score)}</p>"
            f"<p>{escape(why)}</p></div>"
        )
        self.intro.layout.display = "none"  # the reason takes its place: both are seen without scrolling
        self._enable()

    # ---- running -----------------------------------------------------------------------------------

    @staticmethod
    def _work(progress: Progress, challenge: Challenge) -> tuple[Challenge, SessionResult]:
        return challenge, run_session(affordable(challenge.settings), progress=progress)

    def _tell_share(self, share: float) -> None:
        """Say nothing more than that the line is being measured."""

    def _on_result(self, outcome: tuple[Challenge, SessionResult]) -> None:
        self.challenge, result = outcome
        self._chance = percent_text(gains_chance(self.challenge.installed, result))
        heads = [self._words[name] for name in ("figure", "installed", "today")]
        rows = [(row.name, row.installed, row.today) for row in measured_figures(self.challenge, result)]
        line = f"<p role='status'>{escape(line_text(self.challenge))}</p>"
        self.told.value = line + table_html(heads, rows, named=True)
        self._enable()
