"""A cell that runs again closes the panels of its earlier runs, and only those that no variable names."""

from typing import Any

import pytest
from IPython.core.events import EventManager, available_events

from qkdlab.lab.frame import cells
from qkdlab.lab.frame.cells import close_when_cell_runs_again


class Shell:
    """As much of a notebook's shell as is used: which cell runs, what variables there are."""

    def __init__(self) -> None:
        self.events = EventManager(self, available_events)
        self.user_ns: dict[str, Any] = {"_oh": {}}
        self._parent: dict[str, Any] = {}
        self._runs = 0

    def get_parent(self) -> dict[str, Any]:
        return self._parent

    def drop_by_id(self, variables: dict[str, object]) -> None:
        for name, value in variables.items():
            if self.user_ns.get(name) is value:
                del self.user_ns[name]

    def run(self, cell: str | None, made: "Thing | None" = None, name: str = "panel") -> None:
        """Run a cell that makes a thing, names it, and ends with it."""
        self._runs += 1
        header = {"msg_type": "execute_request", "msg_id": f"run {self._runs}"}
        self._parent = {"header": header, "metadata": {} if cell is None else {"cellId": cell}}
        if made is not None:
            close_when_cell_runs_again(made)
            self.user_ns[name] = self.user_ns[f"_{self._runs}"] = self.user_ns["_oh"][self._runs] = made
        self.events.trigger("post_run_cell", None)


class Thing:
    """Can be closed."""

    closed = False

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Shell:
    made = Shell()
    monkeypatch.setattr(cells, "get_ipython", lambda: made)
    return made


def test_the_next_run_of_the_cell_closes_and_forgets(shell: Shell) -> None:
    first, second = Thing(), Thing()
    shell.run("a", first)
    shell.run("a", second)
    assert (first.closed, second.closed) == (True, False)
    assert first not in shell.user_ns.values()
    assert list(shell.user_ns["_oh"].values()) == [second]


def test_other_cells_close_nothing(shell: Shell) -> None:
    first = Thing()
    shell.run("a", first)
    shell.run("b", Thing())
    assert not first.closed


def test_what_a_variable_names_stays_until_it_does_not(shell: Shell) -> None:
    first = Thing()
    shell.run("a", first)
    shell.user_ns["kept"] = first
    shell.run("a", Thing())
    assert not first.closed
    del shell.user_ns["kept"]
    shell.run("a")
    assert first.closed


def test_a_cell_that_failed_keeps_what_it_made_before(shell: Shell) -> None:
    first = Thing()
    shell.run("a", first)
    shell.run("a")  # the variable still names it
    assert not first.closed


def test_where_cells_have_no_names_nothing_is_closed(shell: Shell) -> None:
    first = Thing()
    shell.run(None, first)
    shell.run(None, Thing())
    assert not first.closed


def test_outside_of_a_notebook_nothing_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "get_ipython", lambda: None)
    known = len(cells._KERNELS)
    close_when_cell_runs_again(Thing())
    assert len(cells._KERNELS) == known
