"""The panel of one qubit: turn it, predict, measure it, measure it again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import ipywidgets as widgets
import numpy as np

from ...quantum.qubit_circuits import measured_circuit, run_shots
from ...quantum.qubit_state import BASIS_STATES, QubitState
from ...values import Basis, check_count
from ..components import CircuitDrawing
from ..components.text import percent_text, words_for
from ..frame.frame import Panel, action_button, folded, preset_menu
from .counting import count_control, is_near, law_text, tell, told_line
from .detector_clicks import DetectorClicks, click_text, counts_of
from .qubit_view import QubitView

BASES = (Basis.Z, Basis.X, Basis.Y)
SURE = 1e-9
"""A smaller chance of one of the two results is that of rounding: the other one is sure."""

PHOTONS = (1, 10, 50, 200, 1000)
STATES = {f"{basis.name}{bit}": state for (basis, bit), state in BASIS_STATES.items()}
"""The six states of the three bases, by the name of their word."""


class QubitPanel(Panel):
    """A qubit to turn, a basis to measure it in, perhaps a second one, and a prediction of the clicks.

    Parameters
    ----------
    angle_deg
        θ of the state at first, a whole number from 0 to 180; φ is 0.
    seed
        The photons are drawn from it; each time they are sent they are others.

    Attributes
    ----------
    results
        The bits that were measured last, uint8, shape (n_photons, measurements); None before the first.
    """

    def __init__(self, angle_deg: int = 30, seed: int = 1) -> None:
        super().__init__()
        self._words = words_for("qubit_panel")
        self._seed = check_count("seed", seed)
        self._sent = 0
        self.results: Any = None
        words, slider = self._words, partial(widgets.IntSlider, min=0)
        self.angle = slider(
            value=check_count("angle_deg", angle_deg, maximum=180), max=180, description=words["angle"]
        )
        self.phase = slider(value=0, max=360, step=5, description=words["phase"])
        self.whole = slider(value=0, max=360, step=5, description=words["whole"])
        self.preset = preset_menu(words, STATES, self._on_preset)
        bases = [(basis.name, basis) for basis in BASES]
        self.basis = self._choice("basis", bases)
        self.second = self._choice("second", [(words["no_second"], None), *bases])
        self.n_photons = widgets.Dropdown(options=PHOTONS, value=200, description=words["n_photons"])
        self.guess = count_control(words["guess"], 100, 200)
        self.send = action_button(words, "send", self._on_send)
        self.send.add_class("qk-send")
        self.told = told_line(words["start"].format(n=self.n_photons.value))
        self._arrange()

    def _choice(self, name: str, options: Sequence[tuple[str, Basis | None]]) -> widgets.ToggleButtons:
        made = widgets.ToggleButtons(options=options, description=self._words[name])
        made.add_class("qk-predict")
        return made

    def _arrange(self) -> None:
        words = self._words
        followed = {"angle": self.angle, "phase": self.phase, "whole": self.whole}
        self.view = QubitView(followed=followed)
        self.clicks, self.drawing = DetectorClicks(), CircuitDrawing()
        for control in (*followed.values(), self.n_photons):
            control.add_class("qk-control")
        for name, control in followed.items():
            control.observe(partial(self._on_turn, name), "value")
        for control in (self.basis, self.second):
            control.observe(self._on_turn, "value")
        self.n_photons.observe(self._on_number, "value")
        self.guess.observe(self._on_guess, "value")
        controls = [
            *(self.angle, self.phase, self.basis, self.second, self.guess, self.send),
            folded(words, "more", self.whole, self.n_photons),
        ]
        tabs = [(words["tab_qubit"], [self.view, self.clicks]), (words["tab_circuit"], [self.drawing])]
        self._screen(self.told, [self.preset], controls, tabs, [self.view, self.clicks, self.drawing])
        self._follow()

    # ---- what a learner does -----------------------------------------------------------------------

    @property
    def state(self) -> QubitState:
        """The state that the controls show."""
        return QubitState(angle_deg=self.angle.value, phase_deg=self.phase.value)

    @property
    def bases(self) -> tuple[Basis, ...]:
        """In which bases each photon is measured, in order."""
        return (self.basis.value,) if self.second.value is None else (self.basis.value, self.second.value)

    def _on_preset(self, change: dict[str, Any]) -> None:
        if change["new"]:
            state = STATES[change["new"]]
            self.phase.value, self.angle.value = round(state.phase_deg), round(state.angle_deg)

    def _on_turn(self, name: object, _change: object = None) -> None:
        if name != "whole":
            known = (text for text, state in STATES.items() if state == self.state)
            self.preset.value = next(known, "")
            self.results = None
            again = "" if self.second.value is None else "_last"
            tell(self.told, self._words[f"turned{again}"].format(n=self.n_photons.value))
        self._follow()

    def _on_number(self, change: dict[str, Any]) -> None:
        share = self.guess.value / self.guess.max
        self.guess.max = change["new"]
        self.guess.value = round(share * change["new"])
        self.results = None
        self._follow()

    def _on_guess(self, _change: object) -> None:
        if self.results is None:
            self._show_clicks()

    def _on_send(self, _button: object) -> None:
        self._sent += 1
        rng = np.random.default_rng([self._seed, self._sent])
        self.results = run_shots(measured_circuit(self.state, self.bases), self.n_photons.value, rng)
        self._show_clicks()
        self._answer()

    # ---- what is shown -----------------------------------------------------------------------------

    def _follow(self) -> None:
        state, words = self.state, self._words
        back = "again" if self.basis.value is Basis.Z else "back"
        told = "circuit_told" if self.second.value is None else f"circuit_told_{back}"
        self.guess.description = words["guess" if self.second.value is None else "guess_last"]
        self.view.show(
            angle=self.angle.value,
            phase=self.phase.value,
            whole=self.whole.value,
            basis=int(self.basis.value),
        )
        self.drawing.show(
            gates=measured_circuit(state, self.bases).gate_list,
            wires=[words["wire"]],
            sections=[words["prepare"], *(words["measure"].format(basis=basis.name) for basis in self.bases)],
            statement=words[told],
        )
        self._show_clicks()

    def _show_clicks(self) -> None:
        words, cells = self._words, []
        for place, basis in enumerate(self.bases):
            last = place + 1 == len(self.bases)
            chance = self.state.last_chance(self.bases[: place + 1])
            clicks = "" if self.results is None else click_text(self.results[:, place])
            cells.append(
                {
                    "title": words["second_title" if place else "first_title"].format(basis=basis.name),
                    "basis": int(basis),
                    "clicks": clicks,
                    "n": self.n_photons.value,
                    "expected": round(chance, 12) if clicks else None,
                    "guess": self.guess.value if last else None,
                    "told": self._told_of(place, clicks, chance),
                }
            )
        self.clicks.show(cells=cells)

    def _told_of(self, place: int, clicks: str, chance: float) -> str:
        if not clicks:
            return ""
        zeros, n = counts_of(clicks)[0], len(clicks)
        if place:
            agree = int(np.count_nonzero(self.results[:, 0] == self.results[:, 1]))
            return self._words["told_same"].format(zeros=zeros, n=n, agree=agree)
        return self._words["told"].format(zeros=zeros, n=n, law=law_text(self._words, n, round(chance, 12)))

    def _answer(self) -> None:
        """Say beside the controls whether the prediction was right, and why not."""
        words, guess, chance = self._words, self.guess.value, self.state.last_chance(self.bases)
        n, seen = len(self.results), int(np.count_nonzero(self.results[:, -1] == 0))
        if is_near(guess, n, chance):
            name = "near_sure" if guess != seen and min(chance, 1 - chance) < SURE else "near"
            tell(self.told, words[name].format(guess=guess, seen=seen, n=n))
            return
        if len(self.bases) == 2:
            why = words["why_again"]
        elif abs(chance - 0.5) < 1e-9:
            why = words["why_coin"]
        elif min(chance, 1 - chance) < SURE:
            why = words["why_sure"]
        else:
            why = words["why_angle"].format(zero=percent_text(chance))
        tell(
            self.told, words["exact" if guess == seen else "far"].format(guess=guess, seen=seen, n=n, why=why)
        )

    def _told(self) -> str:
        return f"{self.view.summary} {self.clicks.summary}"
