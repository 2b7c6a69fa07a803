"""A browser's one thread, on this machine: work on a stack of its own, in turns with the loop."""

import asyncio
from collections.abc import Callable
from typing import Any

import greenlet


class StackTurns:
    """`Turns` by greenlets: like a call that a browser puts aside, work goes on where it was.

    Parameters
    ----------
    can_give
        Whether work can be put aside; in some browsers it cannot.
    """

    def __init__(self, *, can_give: bool = True) -> None:
        self.can_give = can_give
        self.n_given = 0

    def give(self) -> None:
        """Let the loop do what waits, if `run` runs this and may."""
        parent = greenlet.getcurrent().parent
        if self.can_give and parent is not None:
            self.n_given += 1
            parent.switch()

    async def run(self, work: Callable[[], Any]) -> Any:
        """Run work that gives turns, and return or raise what it does."""
        stack = greenlet.greenlet(work)
        value = stack.switch()
        while not stack.dead:
            await asyncio.sleep(0)
            value = stack.switch()
        return value
