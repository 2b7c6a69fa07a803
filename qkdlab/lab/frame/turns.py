"""Where no thread can be started, long work gives turns: to the loop, and so to the learner's clicks.

Python in a browser has one thread. Work that runs there hands it over now and then (`Turns.give`), and goes
on when the loop has done what waited. Browsers that can put a call of WebAssembly aside allow that
(JavaScript Promise Integration: Chromium from 137 on); in others work runs to its end in one go.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from importlib import import_module
from time import monotonic
from typing import Any, Final, Protocol, TypeVar

Value = TypeVar("Value")

TURN_SECONDS: Final = 0.02
"""Work gives a turn after so long: a click is heard within a frame or two, and turns cost next to nothing."""


class Turns(Protocol):
    """How work and the loop share one thread."""

    @property
    def can_give(self) -> bool:
        """Whether work can be put aside."""
        ...

    def give(self) -> None:
        """Let the loop do what waits, then return; called by work that `run` runs."""
        ...

    async def run(self, work: Callable[[], Value]) -> Value:
        """Run work that gives turns, and return or raise what it does."""
        ...


class BrowserTurns:
    """Turns in Pyodide."""

    def __init__(self) -> None:
        self._ffi: Any = import_module("pyodide.ffi")
        self._can_give = bool(import_module("pyodide.code").run_js("'Suspending' in WebAssembly"))

    @property
    def can_give(self) -> bool:
        """Whether this browser can put work aside."""
        return self._can_give

    def give(self) -> None:
        """Let the loop do what waits, if this browser can."""
        if self._ffi.can_run_sync():
            self._ffi.run_sync(asyncio.sleep(0))

    async def run(self, work: Callable[[], Value]) -> Value:
        """Run work that gives turns, and return or raise what it does.

        It runs in a callback of the loop: while a task takes a step, no other task may take one.
        """
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[Value] = loop.create_future()

        def call() -> None:
            try:
                ended.set_result(work())
            except BaseException as error:
                ended.set_exception(error)

        loop.call_soon(call)
        return await ended


class TurnGiver:
    """A `Progress` that gives turns, and tells nobody.

    Parameters
    ----------
    turns
        How they are given; None where work has a thread of its own.
    """

    def __init__(self, turns: Turns | None) -> None:
        self._turns, self._last = turns, monotonic()

    def __call__(self, _share: float = 0.0) -> None:
        """Give a turn if the last was long ago."""
        if self._turns is not None and monotonic() - self._last >= TURN_SECONDS:
            self._turns.give()
            self._last = monotonic()


def running_loop() -> asyncio.AbstractEventLoop | None:
    """Return the event loop that runs on this thread; None if there is none, as in plain Python."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def wake(waiter: asyncio.Future[None]) -> None:
    """End a wait, if it has not ended."""
    if not waiter.done():
        waiter.set_result(None)


def turns_here() -> Turns | None:
    """Return how work shares the one thread that there is; None where threads can be started."""
    return BrowserTurns() if sys.platform == "emscripten" else None
