"""The circuit of one pulse under an attack, drawn: Alice prepares, Eve attacks, Bob measures."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from ...attacks.attack import BASES, Eavesdropper
from ...quantum.circuits import build_circuit
from ...quantum.protocols import BB84
from ...quantum.tactics import Tactic
from ..components import CircuitDrawing
from ..components.text import words_for
from ..frame.frame import control_row


class CircuitView:
    """Menus for the signal, Eve's choice and Bob's basis, and the circuit that they lead to."""

    def __init__(self) -> None:
        self._words = words_for("eavesdropper_panel")
        words = self._words
        signals = [
            (words["signal_text"].format(bit=signal.bit, basis=signal.basis.name), signal)
            for signal in BB84.signals
        ]
        self.menus: dict[str, Any] = {
            "signal": widgets.Dropdown(options=signals, description=words["signal"]),
            "tactic": widgets.Dropdown(options=[("", None)], description=words["tactic"]),
            "bob_basis": widgets.Dropdown(
                options=[(basis.name, basis) for basis, _ in BB84.bases], description=words["bob_basis"]
            ),
        }
        for menu in self.menus.values():
            menu.add_class("qk-circuit-menu")
            menu.observe(self._draw, "value")
        self.drawing = CircuitDrawing()
        self._choose = control_row(*self.menus.values(), style="qk-circuit-menus")
        self.box = widgets.VBox(
            [widgets.HTML(f"<h4>{words['group_circuit']}</h4>"), self._choose, self.drawing]
        )
        self._tactics: tuple[Tactic, ...] | None = None
        self._drawable = True

    def show(self, eavesdropper: Eavesdropper | None) -> None:
        """Show the circuit of an attack; does nothing if only its share has changed."""
        tactics = eavesdropper.tactics if eavesdropper else ()
        drawable = eavesdropper is None or eavesdropper.target != "detectors"
        if (tactics, drawable) == (self._tactics, self._drawable):
            return
        self._tactics, self._drawable = tactics, drawable
        # of nothing to draw there is nothing to choose
        self._choose.layout.display = "" if drawable else "none"
        shown = tactics if drawable else ()
        options = [(self._name(tactic), tactic) for tactic in shown] + [(self._words["tactic_pass"], None)]
        self.menus["tactic"].options = options
        self.menus["tactic"].value = options[0][1]
        self.menus["tactic"].layout.display = "" if len(options) > 1 else "none"
        self._draw()

    def _name(self, tactic: Tactic) -> str:
        if (basis := tactic.measured_basis) is not None:
            return self._words["tactic_basis" if basis in BASES else "tactic_breidbart"].format(
                basis=basis.name
            )
        return self._words["tactic_keeps" if tactic.holds_copy else "tactic_single"]

    def _draw(self, _change: object = None) -> None:
        if not self._drawable:
            self.drawing.show(gates=[], wires=[], sections=[], statement=self._words["circuit_none"])
            return
        signal, tactic, basis = (self.menus[name].value for name in ("signal", "tactic", "bob_basis"))
        circuit = build_circuit(signal, basis, tactic=tactic)
        kind = "alone" if tactic is None else "copy" if tactic.holds_copy else "probe"
        told = self._words[f"circuit_told_{kind}"].format(
            bit=signal.bit,
            alice=signal.basis.name,
            tactic=self._name(tactic) if tactic else "",
            bob=basis.name,
        )
        words = self._words
        middle = [words["circuit_eve"]] if tactic else []
        probe = words["circuit_copy" if kind == "copy" else "circuit_probe"]
        self.drawing.show(
            gates=circuit.gate_list,
            wires=[words["circuit_photon"], *[probe] * (circuit.n_qubits - 1)],
            sections=[
                words["circuit_alice"],
                *middle,
                words["circuit_bob_probe" if tactic else "circuit_bob"],
            ],
            statement=told,
        )
