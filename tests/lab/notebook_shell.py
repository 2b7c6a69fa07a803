"""As much of a notebook's shell as panels use: which cell runs, and what variables there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from IPython.core.events import EventManager, available_events


class TabShell:
    """A shell whose cells are run by the test, as in a browser tab: its kernel knows which one."""

    def __init__(self) -> None:
        self.kernel = SimpleNamespace(get_parent=lambda: self._parent)
        self.events = EventManager(self, available_events)
        self.user_ns: dict[str, Any] = {"_oh": {}}
        self._parent: dict[str, Any] = {}
        self._runs = 0

    def drop_by_id(self, variables: dict[str, object]) -> None:
        for name, value in variables.items():
            if self.user_ns.get(name) is value:
                del self.user_ns[name]

    @contextmanager
    def running(self, cell: str | None) -> Iterator[int]:
        """What is done within is done by a run of this cell; None: its name is not known."""
        self._runs += 1
        header = {"msg_type": "execute_request", "msg_id": f"run {self._runs}"}
        self._parent = {"header": header, "metadata": {} if cell is None else {"cellId": cell}}
        yield self._runs
        self.events.trigger("post_run_cell", None)


class Shell(TabShell):
    """The same, as it is beside a kernel of ipykernel: it knows itself."""

    def get_parent(self) -> dict[str, Any]:
        return self._parent
