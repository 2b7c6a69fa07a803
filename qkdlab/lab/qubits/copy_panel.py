"""A try to copy a photon with a CNOT: what becomes of the original, and what is the copy worth?"""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets
import numpy as np

from ...quantum.qubit_circuits import copied_circuit, run_shots
from ...quantum.qubit_state import BASIS_STATES
from ...values import Basis, check_count
from ..components import CircuitDrawing
from ..components.text import percent_text, words_for
from ..frame.frame import Panel, action_button, column
from .counting import count_control, is_near, tell, told_line
from .detector_clicks import DetectorClicks, click_text, counts_of

N_PHOTONS = 200
HALVES = ("original", "copy")


class CopyPanel(Panel):
    """A state to copy; both halves are then measured in the basis of that state.

    Parameters
    ----------
    seed
        The photons are drawn from it; each time they are sent they are others.
    """

    def __init__(self, seed: int = 1) -> None:
        super().__init__()
        self._words = words = words_for("copy_panel")
        self._seed, self._sent = check_count("seed", seed), 0
        self.state = widgets.ToggleButtons(
            options=[(words[f"ket_{basis.name}{bit}"], (basis, bit)) for basis, bit in BASIS_STATES],
            description=words["state"],
        )
        self.state.add_class("qk-predict")
        self.guess = count_control(words["guess"], N_PHOTONS, N_PHOTONS)
        self.send = action_button(words, "send", self._on_send)
        self.send.add_class("qk-send")
        self.told = told_line(words["start"])
        self.drawing, self.clicks = CircuitDrawing(), DetectorClicks()
        seen = [self.drawing, self.clicks]
        right = column(*seen, style="qk-panel-controls")
        self._beside([self.told], [self.state], [self.guess, self.send], right, seen)
        self.add_class("qk-copying")
        self.state.observe(self._on_change, "value")
        self.guess.observe(self._on_change, "value")
        self._on_change()

    def _on_change(self, _change: object = None) -> None:
        basis, _ = self.state.value
        words = self._words
        self.drawing.show(
            gates=copied_circuit(BASIS_STATES[self.state.value], basis).gate_list,
            wires=[words["wire_original"], words["wire_copy"]],
            sections=[words["prepare"], words["cnot"], words["measure"].format(basis=basis.name)],
            statement="",
        )
        self._show(None)

    def _on_send(self, _button: object) -> None:
        self._sent += 1
        basis, bit = self.state.value
        state, words = BASIS_STATES[self.state.value], self._words
        rng = np.random.default_rng([self._seed, self._sent])
        found = run_shots(copied_circuit(state, basis), N_PHOTONS, rng)
        self._show(found)
        alike = [int(np.count_nonzero(half == bit)) for half in found.T]
        near = is_near(self.guess.value, N_PHOTONS, state.copy_fidelity)
        tell(
            self.told,
            words["near" if near else "far"].format(
                guess=self.guess.value,
                original=alike[0],
                copy=alike[1],
                n=N_PHOTONS,
                fidelity=percent_text(state.copy_fidelity),
                why=words["why_Z" if basis is Basis.Z else "why_other"],
            ),
        )

    def _show(self, found: Any) -> None:
        basis, bit = self.state.value
        words = self._words
        # either half of a CNOT's pair is as if it had been measured in Z
        chance = BASIS_STATES[self.state.value].last_chance((Basis.Z, basis))
        cells: list[dict[str, Any]] = []
        for place, half in enumerate(HALVES):
            clicks = "" if found is None else click_text(found[:, place])
            told = ""
            if clicks:
                told = words["told"].format(alike=counts_of(clicks)[bit], n=N_PHOTONS)
            cells.append(
                {
                    "title": words[f"title_{half}"].format(basis=basis.name),
                    "basis": int(basis),
                    "clicks": clicks,
                    "n": N_PHOTONS,
                    "expected": round(chance, 12) if clicks else None,
                    "guess": (N_PHOTONS - self.guess.value if bit else self.guess.value) if place else None,
                    "told": told,
                }
            )
        self.clicks.show(cells=cells)

    def _told(self) -> str:
        return self.clicks.summary
