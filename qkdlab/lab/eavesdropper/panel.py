"""The eavesdropper panel: an attack and its strength, the errors she makes, and what she gets for them."""

from __future__ import annotations

from html import escape
from typing import ClassVar

import ipywidgets as widgets

from ...quantum.circuits import waits_for_bases
from ...quantum.tactics import ZProbe
from ...session.information import InformationEstimate
from ...session.session import SessionResult
from ...settings.session_settings import SessionSettings
from ...values import Basis
from ..components import CurveChart
from ..components.text import number_text, percent_text
from ..frame.frame import quiet_line, tell_quietly
from ..frame.guide import Guide
from ..frame.predictions import NO_PREDICTION, NOTHING, PredictionLog
from ..sessions.facts import errors_added, information, sample_errors
from ..sessions.session_panel import SessionPanel
from .charts import alarm_chart, errors_chart, formula_text, information_chart
from .circuit_view import CircuitView
from .controls import SLIDERS, AttackControls
from .guide import GUIDE
from .presets import ATTACK_PRESETS

DEFAULT = ATTACK_PRESETS["all"].settings
"""Full interception in random bases on a line without loss and noise."""

PREDICTIONS = (NO_PREDICTION, "no_more", "z_only", "x_only", "both")
"""What a learner can predict: in which bases there are more errors than the line makes by itself."""

ANSWERS = {
    frozenset[Basis](): "no_more",
    frozenset({Basis.Z}): "z_only",
    frozenset({Basis.X}): "x_only",
    frozenset({Basis.Z, Basis.X}): "both",
}
"""Which prediction is right, by the bases in which Eve adds errors."""


def seen_answer(result: SessionResult) -> str:
    """Return which of `PREDICTIONS` is right; `NOTHING` if the run, or theory, cannot tell."""
    added = errors_added(result.settings)
    if added is None or not all(sample_errors(result).values()):
        return NOTHING
    return ANSWERS[added]


class EavesdropperPanel(SessionPanel):
    """An attack under control: every change runs a session and repaints.

    Parameters
    ----------
    settings
        Where to start; by default full interception in random bases on an ideal line.
    guide
        Whether it asks guided questions, those of its topic or others that are given.
    """

    _section: ClassVar = "eavesdropper_panel"
    _presets: ClassVar = ATTACK_PRESETS
    _questions: ClassVar = GUIDE
    controls: AttackControls

    def __init__(self, settings: SessionSettings = DEFAULT, *, guide: Guide = False) -> None:
        super().__init__(settings, AttackControls, PredictionLog(self._section, PREDICTIONS), guide)

    def _arrange(self) -> None:
        share = {"fraction": self.controls.widgets["fraction"]}
        self.plane, self.errors, self.alarm = CurveChart(height=22), CurveChart(followed=share), CurveChart()
        self.knowledge, self.circuit = widgets.HTML(), CircuitView()
        self.note = quiet_line()
        self._place(
            [*self._chosen("attack", *SLIDERS, "link"), self.note],
            self._grouped(("group_run", ("n_pulses", "security", "seed"))),
            [
                ("tab_plane", [self.plane]),
                ("tab_errors", [self.errors]),
                ("tab_alarm", [self.alarm]),
                ("tab_knows", [self.knowledge]),
                ("tab_circuit", [self.circuit.box]),
            ],
            [self.plane, self.errors, self.alarm, self.circuit.drawing],
        )

    def _follow(self) -> None:
        super()._follow()
        tell_quietly(self.note, self.controls.brought(self._settings))

    def _show(self, result: SessionResult, merge: bool) -> None:
        self.plane.show(**information_chart(result))
        self.errors.show(**errors_chart(result))
        self.alarm.show(**alarm_chart(result))
        self.knowledge.value = self._knowledge(result)
        self.circuit.show(result.settings.eavesdropper)

    def _observed(self, result: SessionResult) -> tuple[str, str]:
        return seen_answer(result), self.errors.statement.rstrip(".")

    def _knowledge(self, result: SessionResult) -> str:
        """Return the table of what Eve knows before and after the bases are announced."""
        words, score = self._words, result.eve
        eve, link = result.settings.eavesdropper, result.settings.link
        after = information(result, announced=True)
        title = f"<h4>{escape(words['knows_title'])}</h4>"
        if eve is None or score is None or score.true_guess_rate is None:
            why = words["knows_no_bits" if eve else "knows_none"]
            return f"{title}<p class='qk-log-empty'>{escape(why)}</p>"

        def cell(value: str, expected: str | None) -> str:
            told = (
                value if expected is None else words["knows_formula"].format(value=value, expected=expected)
            )
            return escape(told)

        def bits(estimate: InformationEstimate | None) -> str:
            if not score.n_attacked:
                return words["knows_nothing"]
            return f"{max(0.0, estimate.bits - estimate.bias):.3f}" if estimate else words["knows_few"]

        formula = eve.guess_on(link)
        guess = cell(percent_text(score.true_guess_rate), None if formula is None else percent_text(formula))
        heads = "".join(
            f"<th scope='col'>{escape(words[name].format(sifted=number_text(score.n_sifted)))}</th>"
            for name in ("knows_when", "knows_guess", "knows_information")
        )
        if any(waits_for_bases(tactic) for tactic in eve.tactics):
            early = f"<td colspan='2'>{escape(words['knows_waits'])}</td>"
        else:
            before = information(result, announced=False)
            told = cell(bits(before), formula_text(eve.information_before()))
            keeps_probe = any(isinstance(tactic, ZProbe) for tactic in eve.tactics)
            if keeps_probe:  # she reads it when the bases are known, though she could at once
                told = escape(words["knows_early"]).format(value=told)
            early = f"<td>{guess}</td><td>{told}</td>"
        late = f"<td>{guess}</td><td>{cell(bits(after), formula_text(eve.information_on(link)))}</td>"
        rows = "".join(
            f"<tr><th scope='row'>{escape(words[name])}</th>{cells}</tr>"
            for name, cells in (("knows_before", early), ("knows_after", late))
        )
        return f"{title}<table class='qk-log qk-knows'><tr>{heads}</tr>{rows}</table>"
