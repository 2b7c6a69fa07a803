"""When a notebook cell runs again, the panels that it made before are closed.

Jupyter keeps every widget until it is closed, and a panel has dozens: a learner who runs a cell ten times
would leave ten panels in the kernel. A slider that moves meanwhile is still heard of after its end: the page
sends to it until it has been told, and `end_comms` sees that this is no error.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, Protocol, TypeVar
from weakref import WeakKeyDictionary, WeakSet

import comm
from comm.base_comm import BaseComm
from IPython.core.getipython import get_ipython
from ipywidgets import Widget

from .turns import running_loop

LATE_SECONDS: Final = 10
"""How long the page may still send to what is closed; seconds in which the kernel computes count as one."""

_OUTPUT_NAME = re.compile(r"_\d+")
"""What IPython calls the value of a cell, beside what the learner calls it."""


P = TypeVar("P")


class Closable(Protocol):
    """Has an end."""

    def close(self) -> None:
        """End it."""


class CellRuns:
    """The panels that the cells of one kernel made, and which run of the cell it was."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._made: dict[str, dict[str, WeakSet[Closable]]] = {}
        shell.events.register("post_run_cell", self._sweep)

    def add(self, panel: Closable) -> None:
        """Note the cell that makes a panel now; one that is made otherwise is never closed from here."""
        if (now := _cell_and_run(self._shell)) is not None:
            cell, run = now
            self._made.setdefault(cell, {}).setdefault(run, WeakSet()).add(panel)

    def earlier(self) -> list[Closable]:
        """Return what earlier runs of the cell that runs now have made and it has not closed, in order."""
        if (now := _cell_and_run(self._shell)) is None:
            return []
        cell, run = now
        return [panel for one, made in self._made.get(cell, {}).items() if one != run for panel in made]

    def _sweep(self, _result: object) -> None:
        """Close what earlier runs of this cell made, unless a variable of the notebook still names it."""
        if (now := _cell_and_run(self._shell)) is None or now[0] not in self._made:
            return
        cell, run = now
        runs = self._made[cell]
        for earlier in [one for one in runs if one != run]:
            for panel in list(runs[earlier]):
                if not self._is_named(panel):
                    runs[earlier].discard(panel)
                    self._forget_output(panel)
                    panel.close()
            if not runs[earlier]:
                del runs[earlier]

    def _is_named(self, panel: Closable) -> bool:
        variables = self._shell.user_ns.items()
        return any(value is panel and not name.startswith("_") for name, value in variables)

    def _forget_output(self, panel: Closable) -> None:
        """Remove the panel from IPython's record of what cells returned."""
        names = self._shell.user_ns
        self._shell.drop_by_id({name: panel for name in names if _OUTPUT_NAME.fullmatch(name)})
        outputs = names.get("_oh", {})
        for number in [number for number, value in outputs.items() if value is panel]:
            del outputs[number]


def _cell_and_run(shell: Any) -> tuple[str, str] | None:
    """Return the notebook cell that runs, and a name of this run; None outside of a cell, or if unknown."""
    # in a browser tab the shell does not know, but its kernel does
    asked = next((one for one in (shell, getattr(shell, "kernel", None)) if hasattr(one, "get_parent")), None)
    parent = asked.get_parent() if asked is not None else {}
    header, cell = parent.get("header", {}), parent.get("metadata", {}).get("cellId")
    if cell is None or header.get("msg_type") != "execute_request":
        return None
    return cell, header["msg_id"]


_KERNELS: WeakKeyDictionary[Any, CellRuns] = WeakKeyDictionary()


def close_when_cell_runs_again(panel: Closable) -> None:
    """Let a panel end when the cell that makes it runs again, and no variable names it any more.

    Outside of a notebook, or where the front end does not tell which cell runs, nothing is done.
    """
    if (shell := get_ipython()) is None:
        return
    if shell not in _KERNELS:
        _KERNELS[shell] = CellRuns(shell)
    _KERNELS[shell].add(panel)


def made_before(kind: type[P]) -> list[P]:
    """Return the panels of a kind that earlier runs of the cell that runs now have made, the newest last.

    Those that were closed when it ran again are not among them.
    """
    if (shell := get_ipython()) is None or shell not in _KERNELS:
        return []
    return [panel for panel in _KERNELS[shell].earlier() if isinstance(panel, kind)]


def widgets_in(root: Widget) -> list[Widget]:
    """Return a widget and all that it consists of, layouts and styles included."""
    found, ahead = {id(root): root}, [root]
    while ahead:
        one = ahead.pop()
        for name in one.keys:
            value = getattr(one, name)
            for part in value if isinstance(value, list | tuple) else (value,):
                if isinstance(part, Widget) and id(part) not in found:
                    found[id(part)] = part
                    ahead.append(part)
    return list(found.values())


_ENDING: set[asyncio.Task[None]] = set()


def end_comms(closing: Iterable[Widget]) -> None:
    """Tell the page that these widgets are closed; what it sends to them before it hears that is dropped.

    Their comms stay known for `LATE_SECONDS`, without what they led to: the kernel would complain of a
    message to any other. Without a loop there is no page, and nothing is done.
    """
    if (loop := running_loop()) is None:
        return
    comms = [one.comm for one in closing if one.comm is not None]
    for one in comms:
        one.on_msg(None)
        one.close(deleting=True)  # the page is told, and the kernel still knows it
    task = loop.create_task(_forget_later(comms))
    _ENDING.add(task)
    task.add_done_callback(_ENDING.discard)


async def _forget_later(comms: Sequence[BaseComm]) -> None:
    known = comm.get_comm_manager().comms
    try:
        for _ in range(LATE_SECONDS):
            await asyncio.sleep(1)
    finally:
        for one in comms:
            known.pop(one.comm_id, None)
