"""Every hard point is met in a notebook, and the check there names the wrong idea."""

import nbformat
import pytest

from qkdlab.lab.learning import HARD_POINTS, Exercise, Misconception, NotYet
from qkdlab.lab.learning.course import COURSE
from tools.hard_points import Row, answer_text, hard_points_table, ideas_in, rows, tasks_of
from tools.pages import DOCS, filled
from tools.save_notebooks import NOTEBOOKS


@pytest.fixture(scope="module")
def found() -> list[Row]:
    return rows()


def test_the_page_is_up_to_date(found: list[Row]) -> None:
    # run `python -m tools.hard_points`
    page = (DOCS / "instructors.md").read_text(encoding="utf-8")
    assert filled(page, hard_points_table(found), "instructors.md") == page


def test_every_hard_point_has_a_check(found: list[Row]) -> None:
    assert HARD_POINTS.keys() == {row.point for row in found}
    with pytest.raises(SystemExit, match="no notebook has a check for message"):
        hard_points_table([row for row in found if row.point != "message"])


def test_every_task_of_a_notebook_is_found() -> None:
    # would catch: an exercise that is asked in another way, which the table and the map would not count
    for notebook in COURSE:
        asked = [task.name for task in tasks_of(NOTEBOOKS / notebook.file)]
        assert len(asked) == notebook.n_exercises, notebook.file
        assert len(set(asked)) == len(asked), "progress is kept by name"


def exercise(examine, answer: object) -> Exercise:
    wrong = (Misconception(point="message", answer=answer),)
    return Exercise(name="x", examine=examine, hints=("a", "b", "c"), answer="1", because="so", wrong=wrong)


def says(text: str, concept: str | None):
    def examine(answer, rng) -> None:
        raise NotYet(text, concept=concept)

    return examine


@pytest.mark.parametrize(
    "examine",
    [lambda answer, rng: None, says("no", ""), lambda answer, rng: 1 / 0],
    ids=["takes it for right", "names no idea", "fails itself"],
)
def test_a_check_that_does_not_name_the_idea_is_refused(examine, tmp_path, monkeypatch) -> None:
    cell = nbformat.v4.new_code_cell("lesson.check(X, None)")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / COURSE[0].file)
    monkeypatch.setattr("tools.hard_points.tasks_of", lambda path: [exercise(examine, 3)])
    with pytest.raises(SystemExit, match="3` shows 'message'"):
        rows(tmp_path)


def test_a_function_is_told_by_what_it_returns() -> None:
    def everything(alice, bob):
        return list(range(len(alice)))

    assert answer_text(everything) == "`return list(range(len(alice)))`"
    assert answer_text(0.2) == "`0.2`"
    ((point, wrong, told),) = ideas_in(exercise(says("no message", None), "text"))
    assert (point, wrong, told.text) == ("message", "`'text'`", "no message")
