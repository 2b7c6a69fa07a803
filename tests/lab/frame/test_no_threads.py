"""Panels where no thread can be started: with turns they do what they always do, without *Cancel* is off."""

import asyncio
from collections.abc import Callable
from time import monotonic
from types import SimpleNamespace
from typing import Any

import pytest

from qkdlab import GYS_LINK, SessionSettings
from qkdlab.lab import LinkPanel
from qkdlab.lab.components.text import words_for
from qkdlab.lab.frame import runner as runner_module
from qkdlab.lab.frame.frame import is_off
from qkdlab.lab.frame.turns import TurnGiver
from tests.lab.frame.one_thread import StackTurns

WORDS = words_for("panel")
SETTINGS = SessionSettings(n_pulses=20_000, link=GYS_LINK, security="asymptotic", seed=1)


async def shown_until(panel: LinkPanel, condition: Callable[[], bool]) -> None:
    end = monotonic() + 20
    while not condition():
        assert monotonic() < end, panel.lamp.title
        await asyncio.sleep(0.005)


def slow(panel: LinkPanel, seconds: float) -> None:
    """Let every run of a panel take long."""
    quick: Any = panel.runner._work

    def work(progress: Callable[[float], None], order: Any) -> Any:
        end = monotonic() + seconds
        while monotonic() < end:
            progress(1 - (end - monotonic()) / seconds)
        return quick(progress, order)

    panel.runner._work = work


def test_with_turns_a_long_run_is_seen_and_can_be_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner_module, "turns_here", StackTurns)

    async def use() -> None:
        panel = LinkPanel(SETTINGS)
        assert panel.cancel.tooltip == WORDS["cancel_hint"]
        slow(panel, 60)
        panel.again.click()
        await shown_until(panel, lambda: panel.lamp.state == "running")
        assert not is_off(panel.cancel)
        panel.cancel.click()
        assert panel.lamp.title == WORDS["cancelled"]
        await asyncio.wait_for(panel.runner.idle(), 5)
        slow(panel, 0)
        panel.close()

    asyncio.run(use())


def test_where_a_run_cannot_be_put_aside_cancel_stays_off_and_says_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runner_module, "turns_here", lambda: StackTurns(can_give=False))

    async def use() -> None:
        panel = LinkPanel(SETTINGS)
        assert panel.cancel.tooltip == WORDS["cancel_cannot"]
        slow(panel, 0.3)
        seen = []
        panel.lamp.observe(lambda change: seen.append((change["new"], is_off(panel.cancel))), "state")
        panel.again.click()
        seed = panel.settings.seed
        await asyncio.wait_for(panel.runner.idle(), 20)
        assert ("running", True) in seen
        assert panel.result.settings.seed == seed
        assert is_off(panel.cancel)
        panel.close()

    asyncio.run(use())


def test_work_gives_a_turn_fifty_times_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    # would catch: clicks that wait for half a second
    now, given = [0.0], []
    monkeypatch.setattr("qkdlab.lab.frame.turns.monotonic", lambda: now[0])
    ours = SimpleNamespace(give=lambda: given.append(now[0]))
    giver = TurnGiver(ours)  # type: ignore[arg-type]
    for millisecond in range(1, 1025):
        now[0] = millisecond / 1024
        giver()
    assert 45 <= len(given) <= 51
