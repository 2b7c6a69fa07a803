"""The account of the shared secret as widgets, with a man in the middle as a switch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from typing import ClassVar

import ipywidgets as widgets
import numpy as np

from ...distillation.authentication.account import AuthenticationLedger
from ...distillation.outcome import AbortReason
from ...session.man_in_the_middle import ManInTheMiddle, Takeover, run_man_in_the_middle
from ...session.report import percent
from ...session.session import AcceptedSession, SessionResult, run_session
from ...settings.session_settings import SessionSettings
from ...values import Progress
from ..components.text import number_text, table_html
from ..frame.frame import control_row, is_off, titled_box
from ..frame.run_box import RunBox
from ..sessions.click_limit import affordable

SHARED_BITS = 1024
"""Bits that are carried from Alice to Bob: the secret point, and the tags of three sessions."""

SHOWN_ENTRIES = 8


@dataclass(frozen=True, slots=True)
class _Order:
    base: SessionSettings
    settings: SessionSettings
    middle: bool
    tags: bool
    ledger: AuthenticationLedger


@dataclass(frozen=True, slots=True)
class _Outcome:
    order: _Order
    result: SessionResult | ManInTheMiddle


class AccountBox(RunBox):
    """Sessions one after another on one account of shared secret.

    Parameters
    ----------
    settings
        Returns the settings of the sessions.

    Attributes
    ----------
    ledger
        The account.
    """

    _section: ClassVar = "account_box"

    def __init__(self, settings: Callable[[], SessionSettings]) -> None:
        super().__init__()
        words = self._words
        self._settings = settings
        self._runs = self._secrets = 0
        self._last: str | None = None
        self.middle = widgets.Checkbox(description=words["middle"], indent=False)
        self.tags = widgets.Checkbox(value=True, description=words["tags"], indent=False)
        bits = number_text(SHARED_BITS)
        for control in (self.middle, self.tags):
            control.observe(self._on_choice, "value")
        self.run = self._button("run", self._on_run, bits=bits)
        self.renew = self._button("renew", self._on_renew, bits=bits)
        self._while_idle = self.run, self.renew
        self.table = widgets.HTML()
        rows = control_row(self.middle, self.tags), control_row(self.run, self.renew)
        self.box = titled_box(words["title"], *rows, self.told, self.table, intro=words["intro"])
        self._on_renew()

    def told_before(self) -> None:
        """Mark what was said of the last session as said of settings that are no longer shown."""
        if self._last is not None:
            self._say(self._words["before"].format(text=self._last))

    # ---- what a learner does -----------------------------------------------------------------------

    def _on_renew(self, _button: object = None) -> None:
        if is_off(self.renew):
            return
        rng = np.random.default_rng((self._settings().seed, self._secrets))
        self._secrets += 1
        self.ledger = AuthenticationLedger.draw(SHARED_BITS, rng)
        self._draw()
        self._say(self._words["empty"])

    def _on_choice(self, _change: object) -> None:
        """Forget what was said of the last session: it was one of another kind."""
        if not is_off(self.run):
            self._say(self._words["empty"])

    def _on_run(self, _button: object) -> None:
        if is_off(self.run):
            return
        self._runs += 1
        base = self._settings()
        settings = replace(base, seed=base.seed + self._runs, shared_bits=0)
        if self.middle.value:
            settings = replace(settings, eavesdropper=None)
        self._start(_Order(base, settings, self.middle.value, self.tags.value, self.ledger))

    def _tell_share(self, share: float) -> None:
        self._last = None
        super()._tell_share(share)

    # ---- running -----------------------------------------------------------------------------------

    @staticmethod
    def _work(progress: Progress, order: _Order) -> _Outcome:
        run = run_man_in_the_middle if order.middle else run_session
        ledger = order.ledger if order.tags else None
        return _Outcome(order, run(affordable(order.settings), ledger=ledger, progress=progress))

    def _on_result(self, outcome: _Outcome) -> None:
        self._switch(running=False)
        self._draw()
        said = self._sentence(outcome.result)
        self._say(said)
        self._last = said
        if outcome.order.base != self._settings():
            self.told_before()

    def _sentence(self, result: SessionResult | ManInTheMiddle) -> str:
        words = self._words
        if isinstance(result, Takeover):
            lengths = [number_text(len(key)) for key in (result.alice_key, result.bob_key)]
            qber = percent(result.alice_session.qber)
            return words["takeover"].format(length=lengths[0], other=lengths[1], qber=qber)
        if isinstance(result, ManInTheMiddle) and result.reason is AbortReason.AUTHENTICATION_FAILED:
            qber = percent(result.alice_session.qber)
            return words["caught"].format(reason=result.reason, qber=qber)
        if isinstance(result, AcceptedSession):
            length = number_text(result.key_length)
            return words["accepted"].format(length=length, qber=percent(result.qber))
        shown = result.alice_session if isinstance(result, ManInTheMiddle) else result
        return words["rejected"].format(reason=result.reason, qber=percent(shown.qber))

    def _say(self, text: str) -> None:
        self._last = None
        super()._say(text)

    def _draw(self) -> None:
        words = self._words
        heads = [words[f"head_{name}"] for name in ("purpose", "change", "balance")]
        entries = self.ledger.entries[-SHOWN_ENTRIES:]
        rows = [(entry.purpose, _signed(entry.change), number_text(entry.balance)) for entry in entries]
        left = escape(words["left"].format(bits=number_text(self.ledger.bits_left)))
        self.table.value = f"<p><b>{left}</b></p>{table_html(heads, rows)}"


def _signed(change: int) -> str:
    """Return a change of the account with its sign: a minus, not the hyphen of a program."""
    return ("+" if change >= 0 else "−") + number_text(abs(change))
