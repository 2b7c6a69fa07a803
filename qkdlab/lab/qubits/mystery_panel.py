"""The mystery source: superposition or coin? The learner chooses the basis, sees clicks, and decides."""

from __future__ import annotations

from functools import partial
from typing import Any

import ipywidgets as widgets
import numpy as np

from ...values import Basis, check_count
from ..components.text import words_for
from ..frame.frame import Panel, action_button, control_row, is_off, quiet_line, switch_off, tell_quietly
from .counting import tell, told_line
from .detector_clicks import DetectorClicks, click_text, counts_of
from .mystery import KINDS, RIGHT, TEN_PHOTONS, WRONG, box_kinds, coin_odds, open_box

TEN, MOST_TENS, N_BOXES = 10, 20, 1000
BASES = (Basis.Z, Basis.X)
ENOUGH = 5
"""So many clicks in X without a miss make a decision for |+⟩ more than a guess."""


class MysteryPanel(Panel):
    """Boxes with a secret, one after another, and a score.

    Parameters
    ----------
    seed
        Says what the boxes are, and draws their photons.

    Attributes
    ----------
    points, boxes, right, photons
        The score, and what it is made of.
    """

    def __init__(self, seed: int = 5) -> None:
        super().__init__()
        self._words = words = words_for("mystery_panel")
        self._kinds = box_kinds(check_count("seed", seed), N_BOXES)
        self._rng = np.random.default_rng([seed, 1])
        self.points = self.boxes = self.right = self.photons = 0
        self.basis = widgets.ToggleButtons(
            options=[(basis.name, basis) for basis in BASES], description=words["basis"]
        )
        self.basis.add_class("qk-predict")
        self.measure = action_button(words, "measure", self._on_measure)
        self.measure.add_class("qk-send")
        self.decide = {name: action_button(words, name, partial(self._on_decide, name)) for name in KINDS}
        self.next = action_button(words, "next", self._on_next)
        self.told, self.score = told_line(""), quiet_line("")
        self.clicks = DetectorClicks()
        self.clicks.add_class("qk-fill")
        decide = control_row(*self.decide.values())
        controls = [self.measure, decide, self.next, self.score, quiet_line(words["score_how"])]
        self._beside([self.told], [self.basis], controls, self.clicks, [self.clicks])
        self.add_class("qk-low")
        self._begin()

    @property
    def number(self) -> int:
        """Which box is on the table, from 1 on."""
        return self.boxes + 1

    def _begin(self) -> None:
        self._found = dict.fromkeys(BASES, "")
        for button in (self.measure, *self.decide.values()):
            switch_off(button, False)
        switch_off(self.next)
        tell(self.told, self._words["start"].format(number=self.number))
        self._show()

    def _on_measure(self, _button: object) -> None:
        if is_off(self.measure):
            return
        basis = self.basis.value
        found = open_box(self._kinds[self.boxes % N_BOXES], basis, TEN, self._rng)
        self._found[basis] += click_text(found)
        self.photons += TEN
        self.points += TEN_PHOTONS
        seen = sum(map(len, self._found.values()))
        if seen >= MOST_TENS * TEN:
            switch_off(self.measure)
        tell(self.told, self._words["seen"].format(number=self.number, n=seen))
        self._show()

    def _on_decide(self, name: str, button: widgets.Button) -> None:
        if is_off(button):
            return
        kind = self._kinds[self.boxes % N_BOXES]
        self.points += RIGHT if name == kind else WRONG
        self.right += name == kind
        words = self._words
        told = words["right" if name == kind else "wrong"].format(
            what=words[f"what_{kind}"], why=self._why(name, kind)
        )
        self.boxes += 1
        for one in (self.measure, *self.decide.values()):
            switch_off(one)
        switch_off(self.next, False)
        tell(self.told, told)
        self._show()

    def _on_next(self, _button: object) -> None:
        if not is_off(self.next):
            self._begin()

    def _why(self, name: str, kind: str) -> str:
        """Return what the clicks allowed to say: a decision without X is a guess, right or wrong."""
        words, (zeros, ones) = self._words, counts_of(self._found[Basis.X])
        if not zeros + ones:
            return words["why_guess" if self._found[Basis.Z] else "why_guess_none"]
        if ones:
            return words["why_missed"].format(ones=ones, n=zeros + ones)
        told = words["why_sure" if zeros >= ENOUGH else "why_few"].format(
            zeros=zeros, odds=f"{coin_odds(zeros):,}"
        )
        return told if name == kind else f"{words['why_X']} {told}"

    def _show(self) -> None:
        words = self._words
        cells: list[dict[str, Any]] = []
        for basis, clicks in self._found.items():
            told = (
                words["told"].format(zeros=counts_of(clicks)[0], n=len(clicks))
                if clicks
                else words["told_none"]
            )
            title = words["cell"].format(basis=basis.name)
            cells.append({"title": title, "basis": int(basis), "clicks": clicks, "told": told})
        self.clicks.show(cells=cells)
        facts = {
            "points": f"{self.points}".replace("-", "−"),
            "boxes": self.boxes,
            "right": self.right,
            "photons": self.photons,
        }
        tell_quietly(self.score, words["score"].format(**facts))

    def _told(self) -> str:
        return self.score.value and self.clicks.summary
