"""A cell that runs again closes the panels of its earlier runs, and only those that no variable names."""

import pytest

from qkdlab.lab.frame import cells
from qkdlab.lab.frame.cells import close_when_cell_runs_again, made_before
from tests.lab.notebook_shell import Shell, TabShell


class Thing:
    """Can be closed."""

    closed = False

    def close(self) -> None:
        self.closed = True


def run(shell: TabShell, cell: str | None, made: Thing | None = None) -> None:
    """Run a cell that makes a thing, names it, and ends with it."""
    with shell.running(cell) as number:
        if made is not None:
            close_when_cell_runs_again(made)
            names = shell.user_ns
            names["panel"] = names[f"_{number}"] = names["_oh"][number] = made


@pytest.fixture(params=[Shell, TabShell])
def shell(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> TabShell:
    made: TabShell = request.param()
    monkeypatch.setattr(cells, "get_ipython", lambda: made)
    return made


def test_the_next_run_of_the_cell_closes_and_forgets(shell: TabShell) -> None:
    first, second = Thing(), Thing()
    run(shell, "a", first)
    run(shell, "a", second)
    assert (first.closed, second.closed) == (True, False)
    assert first not in shell.user_ns.values()
    assert list(shell.user_ns["_oh"].values()) == [second]


def test_other_cells_close_nothing(shell: TabShell) -> None:
    first = Thing()
    run(shell, "a", first)
    run(shell, "b", Thing())
    assert not first.closed


def test_what_a_variable_names_stays_until_it_does_not(shell: TabShell) -> None:
    first = Thing()
    run(shell, "a", first)
    shell.user_ns["kept"] = first
    run(shell, "a", Thing())
    assert not first.closed
    del shell.user_ns["kept"]
    run(shell, "a")
    assert first.closed


def test_a_cell_that_failed_keeps_what_it_made_before(shell: TabShell) -> None:
    first = Thing()
    run(shell, "a", first)
    run(shell, "a")  # the variable still names it
    assert not first.closed


def test_a_cell_that_runs_again_finds_what_it_has_left_open(shell: TabShell) -> None:
    things = [Thing() for _ in range(4)]
    assert made_before(Thing) == []
    for cell, made in zip("aaab", things, strict=True):
        shell.user_ns[f"kept {len(shell.user_ns)}"] = made
        run(shell, cell, made)
    with shell.running("a"):
        now = Thing()
        close_when_cell_runs_again(now)
        assert made_before(Thing) == things[:3]
        assert made_before(int) == []
    with shell.running("b"):
        assert made_before(Thing) == things[3:]
    with shell.running(None):
        assert made_before(Thing) == []


def test_where_cells_have_no_names_nothing_is_closed(shell: TabShell) -> None:
    first = Thing()
    run(shell, None, first)
    run(shell, None, Thing())
    assert not first.closed


def test_outside_of_a_notebook_nothing_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "get_ipython", lambda: None)
    known = len(cells._KERNELS)
    close_when_cell_runs_again(Thing())
    assert len(cells._KERNELS) == known
    assert made_before(Thing) == []
