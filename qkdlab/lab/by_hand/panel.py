"""The panel in which a learner is Alice, Bob or Eve for a few pulses."""

from __future__ import annotations

from typing import Any, Final

import ipywidgets as widgets

from ...errors import shown
from ...values import check_choice, check_instance
from ..components import CircuitDrawing
from ..components.figures import Still
from ..components.text import words_for
from ..frame.cells import made_before
from ..frame.frame import Panel, column, quiet_line, tell_quietly
from .hand import EVES, OPEN, ROLES, Hand, Step
from .hand_table import HandTable
from .moves import decide, decision_of_the_lab, for_me, lacks_sample, play, wrong_mark
from .pulse_circuit import circuit_of
from .still_table import table_drawing
from .talk import LETTER_BITS, talk, word_bits
from .view import VIEWPOINTS, is_secret, own_view, scene_of

FIRST: Final = {
    "Alice": Hand(role="Alice", seed=8),
    "Bob": Hand(role="Bob", seed=95, eve="perhaps"),
    "Eve": Hand(role="Eve", seed=59),
}
"""Where the story of each role begins."""


def _left_off(role: str) -> Hand | None:
    """Return the game of a role as an earlier run of this cell has left it; None if there is none."""
    hands = [panel.hand for panel in made_before(HandPanel) if panel.children]
    return next((hand for hand in reversed(hands) if hand.role == role), None)


class HandPanel(Panel):
    """BB84 by hand: choose, send, read, sift, compare, decide, one step after another, and back.

    Parameters
    ----------
    role
        Whom the learner is: "Alice", "Bob" or "Eve". The lab is everybody else.
    hand
        A hand to begin with, of that role. If None, the story begins; in a cell that runs again, it goes on
        where the panel of the run before has left it.

    Examples
    --------
    >>> panel = HandPanel("Alice", Hand(role="Alice", seed=1))
    >>> panel
    HandPanel(step 'alice' of Alice)
    >>> panel.close()
    """

    def __init__(self, role: str = "Alice", hand: Hand | None = None) -> None:
        super().__init__()
        check_choice("role", role, ROLES)
        if hand is not None and check_instance("hand", hand, Hand).role != role:
            raise ValueError(f"hand must be of {role}, got {shown(hand.role)}")
        self._hand_now = hand or _left_off(role) or FIRST[role]
        self._epoch, self._row, self._fault, self._word = 0, 0, "", ""
        self._viewpoint = own_view(self._hand_now)
        self._words = words_for("hand_panel")
        self._make_controls()
        self.table, self.circuit = HandTable(), CircuitDrawing()
        self.table.observe(self._on_said, "_said")
        self._place()
        self._paint()

    @property
    def hand(self) -> Hand:
        """The game as it stands."""
        return self._hand_now

    def _make_controls(self) -> None:
        words, hand = self._words, self._hand_now
        eves = [(words[f"eve_is_{name}"], name) for name in EVES]
        self.eve = widgets.Dropdown(options=eves, value=hand.eve, description=words["eve_is"])
        self.two_bases = widgets.Checkbox(value=hand.two_bases, description=words["two_bases"], indent=False)
        self.two_players = widgets.Checkbox(
            value=hand.two_players, description=words["two_players"], indent=False
        )
        self.word = widgets.Text(
            description=words["word"], placeholder=words["word_place"], continuous_update=False
        )
        self.heard = quiet_line()
        self.controls: dict[str, widgets.Widget] = {
            "eve": self.eve,
            "two_bases": self.two_bases,
            "two_players": self.two_players,
        }
        for control in (*self.controls.values(), self.word):
            control.add_class("qk-control")
        for name, control in self.controls.items():
            control.tooltip = words[f"{name}_hint"]
            control.observe(self._on_rule, "value")
        self.word.tooltip = words["word_hint"]
        self.word.observe(self._on_word, "value")

    def _place(self) -> None:
        role = self._hand_now.role
        title = widgets.HTML(f"<h4>{self._words['you_are'].format(role=role)}</h4>")
        rules = {
            "Alice": [self.eve, self.two_bases, self.two_players, self.word, self.heard],
            "Bob": [self.eve, self.two_bases, self.two_players],
            "Eve": [self.two_bases],
        }[role]
        self.table.add_class("qk-fill")
        right = column(self.table, style="qk-panel-main")
        self._beside([], [title], [*rules, self.circuit], right, [self.table, self.circuit])

    def _on_rule(self, _change: dict[str, Any]) -> None:
        rules = {name: control.value for name, control in self.controls.items()}
        self._move(self._hand_now.again(**rules))

    def _on_word(self, change: dict[str, Any]) -> None:
        word = change["new"].strip().upper()
        hand, most = self._hand_now, self._hand_now.n_pulses // LETTER_BITS
        try:
            bits = word_bits(word)
        except ValueError:
            tell_quietly(self.heard, self._words["word_letters"])
            return
        if len(word) > most:
            tell_quietly(self.heard, self._words["word_long"].format(most=most))
            return
        self._word = word
        tell_quietly(self.heard, self._words["word_sent"].format(word=word) if word else "")
        if hand.role == "Alice" and word:
            start = hand if hand.step is Step.ALICE else hand.again()
            self._move(start.choose(alice_bits=(*bits, *start.alice_bits[len(bits) :])))
        else:
            self._move(hand)

    def _on_said(self, change: dict[str, Any]) -> None:
        said = change["new"]
        if said.get("epoch") != self._epoch:
            return  # late news of the step before
        self._row = int(said["row"])
        mine = {name: tuple(map(int, values)) for name, values in said["choices"].items()}
        hand, action = self._hand_now.choose(**mine), said["action"]
        if mine and hand != self._hand_now and not action:
            self._fault = ""
        self._hand_now = hand
        if action:
            self._act(hand, action)
        else:
            self._paint()

    def _act(self, hand: Hand, action: str) -> None:
        if action.startswith("view "):
            wanted = check_choice("viewpoint", action.removeprefix("view "), VIEWPOINTS)
            self._epoch += 1
            self._viewpoint = self._viewpoint if is_secret(hand, wanted) else wanted
            self._paint()
        elif action == "next" and (fault := self._fault_of(hand)):
            self._epoch += 1
            self._fault = fault
            self._paint()
        elif action == "next":
            ends = hand.role == "Eve" and hand.step is Step.DECIDE
            self._move(decide(hand, decision_of_the_lab(hand)) if ends else hand.on())
        elif action in ("use", "drop"):
            self._move(decide(hand, action) if hand.step is Step.DECIDE else hand)
        elif action == "again":
            self._word, self.word.value = "", ""
            self._move(hand.next_photons())
        else:
            self._move(for_me(hand) if action == "fill" else hand.back())

    def _fault_of(self, hand: Hand) -> str:
        """Return why the story cannot go on yet, and choose the row that shows it; empty if it can."""
        words = self._words
        if (pulse := hand.first_open()) is not None:
            self._row = pulse
            return words["fault_open"].format(number=pulse + 1)
        if lacks_sample(hand):
            return words["fault_sample"]
        if (pulse := wrong_mark(hand)) is None:
            return ""
        self._row = pulse
        said = talk(hand)
        names = {
            "number": pulse + 1,
            "alice": "ZX"[hand.alice_bases[pulse]],
            "bob": "ZX"[hand.bob_bases[pulse]],
            "eve": "-ZX"[hand.eve_tactics[pulse]],
        }
        if hand.step is Step.SIFT:
            key = "fault_kept" if said.kept[pulse] else "fault_dropped"
        elif not said.kept[pulse]:
            key = "fault_not_kept"
        elif said.known[pulse]:
            key = "fault_known"
        else:
            key = "fault_coin" if hand.eve_tactics[pulse] else "fault_passed"
        return words[key].format(**names)

    def _move(self, hand: Hand) -> None:
        """Show another hand: a new step is seen with the eyes of whoever acts."""
        before, self._hand_now = self._hand_now, hand
        self._epoch += 1
        self._fault = ""
        if (hand.step, hand.seed, hand.two_players) != (
            before.step,
            before.seed,
            before.two_players,
        ) or is_secret(hand, self._viewpoint):
            self._viewpoint = own_view(hand)
        self._paint()

    def _paint(self) -> None:
        hand = self._hand_now
        self.table.scene = scene_of(
            hand, self._viewpoint, epoch=self._epoch, row=self._row, fault=self._fault, word=self._word
        )
        self.circuit.show(**circuit_of(hand, self._row, self._viewpoint))

    def _still(self) -> Still:
        """Return the game as it stands; one of which nothing is chosen yet, as the lab would play it."""
        hand = self._hand_now
        chosen = [number for name in hand.editable for number in getattr(hand, name)]
        if hand.place or set(chosen) - {OPEN}:
            return super()._still()
        scene = scene_of(play(hand), "all")
        example = table_drawing(scene, self.table.words, f"{self._words['still_example']} {scene['told']}")
        return Still.of([example], self._subject(), note=words_for("panel")["still"])

    def _subject(self) -> str:
        return self._words["you_are"].format(role=self._hand_now.role)

    def __repr__(self) -> str:
        if not self.children:
            return "HandPanel(closed)"
        return f"HandPanel(step {self._hand_now.step.value!r} of {self._hand_now.role})"
