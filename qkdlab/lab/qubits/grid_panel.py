"""Two states, two bases: four predictions, and four times 200 photons."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...quantum.qubit_circuits import measured_circuit, run_shots
from ...quantum.qubit_state import BASIS_STATES
from ...values import Basis, check_count
from ..components.text import words_for
from ..frame.frame import Panel, action_button, quiet_line
from .counting import count_control, is_near, tell, told_line
from .detector_clicks import DetectorClicks, click_text, counts_of

N_PHOTONS = 200
CELLS = tuple(
    (prepared, bit, measured)
    for prepared, bit in ((Basis.Z, 0), (Basis.X, 0))
    for measured in (Basis.Z, Basis.X)
)
"""The basis and the bit that are prepared, and the basis that is measured, cell by cell."""


def chance(cell: tuple[Basis, int, Basis]) -> float:
    """Return the probability of detector 0 in a cell of `CELLS`."""
    prepared, bit, measured = cell
    return round(BASIS_STATES[prepared, bit].chance(measured), 12)


def grid_clicks(seed: int) -> list[str]:
    """Return the clicks of the four cells, in the order of `CELLS`, as strings of 0 and 1."""
    rng = np.random.default_rng(seed)
    circuits = [measured_circuit(BASIS_STATES[prepared, bit], [basis]) for prepared, bit, basis in CELLS]
    return [click_text(run_shots(circuit, N_PHOTONS, rng)[:, 0]) for circuit in circuits]


class GridPanel(Panel):
    """The grid of two states and two bases. The learner predicts the clicks, then the photons land.

    Parameters
    ----------
    seed
        Of the first photons; each time they are sent it is one more.
    """

    def __init__(self, seed: int = 1) -> None:
        super().__init__()
        self._words = words = words_for("grid_panel")
        self._seed = check_count("seed", seed)
        self.guesses = [
            count_control(words["slider"].format(**names), 0, N_PHOTONS) for names in map(self._names, CELLS)
        ]
        self.send = action_button({**words, "send": words["send"].format(n=N_PHOTONS)}, "send", self._on_send)
        self.send.add_class("qk-send")
        self.told = told_line(words["start"])
        self.clicks = DetectorClicks(columns=2)
        self.clicks.add_class("qk-fill")
        intro = quiet_line(words["guess_intro"].format(n=N_PHOTONS))
        self._beside([self.told], [], [intro, *self.guesses, self.send], self.clicks, [self.clicks])
        self.add_class("qk-low")
        for guess in self.guesses:
            guess.observe(self._on_guess, "value")
        self._show([""] * len(CELLS))

    def _names(self, cell: tuple[Basis, int, Basis]) -> dict[str, str]:
        prepared, bit, measured = cell
        return {"state": self._words[f"ket_{prepared.name}{bit}"], "basis": measured.name}

    def _on_guess(self, _change: object) -> None:
        self._show([""] * len(CELLS))

    def _on_send(self, _button: object) -> None:
        found = grid_clicks(self._seed)
        self._seed += 1
        self._show(found)
        words = self._words
        right = [
            is_near(guess.value, N_PHOTONS, chance(cell))
            for guess, cell in zip(self.guesses, CELLS, strict=True)
        ]
        missed = {chance(cell) for good, cell in zip(right, CELLS, strict=True) if not good}
        why = words["why_none" if not missed else "why_same" if missed == {1.0} else "why_wrong"]
        tell(self.told, words["result"].format(right=sum(right), why=why))

    def _show(self, found: list[str]) -> None:
        words = self._words
        cells: list[dict[str, Any]] = []
        for clicks, guess, cell in zip(found, self.guesses, CELLS, strict=True):
            told = (
                words["told"].format(zeros=counts_of(clicks)[0], n=N_PHOTONS)
                if clicks
                else words["told_none"]
            )
            cells.append(
                {
                    "title": words["cell"].format(**self._names(cell)),
                    "basis": int(cell[-1]),
                    "clicks": clicks,
                    "n": N_PHOTONS,
                    "expected": chance(cell) if clicks else None,
                    "guess": guess.value,
                    "told": told,
                }
            )
        self.clicks.show(cells=cells)

    def _told(self) -> str:
        return self.clicks.summary
