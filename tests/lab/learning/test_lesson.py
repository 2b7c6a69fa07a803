"""What the cells of a notebook say to a lesson, and what it keeps."""

import json
from pathlib import Path

import pytest
from ipywidgets.widgets.widget import _instances

from qkdlab.lab import DENOMINATORS, SIFTING, Lesson
from qkdlab.lab.learning import COURSE, ProgressFile
from qkdlab.lab.learning.course import neighbours
from qkdlab.lab.learning.progress_file import FILE_NAME, VARIABLE
from tests.lab.learning.test_choice import choice


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own to learn in, where the usual file is kept."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(VARIABLE, raising=False)
    return tmp_path


def test_tests_keep_no_progress() -> None:
    # set in tests/conftest.py: no run of a notebook writes beside the notebooks
    assert ProgressFile.usual().add("00", "x", right=True) == ""
    assert not Path(FILE_NAME).exists()


def test_an_unanswered_exercise_writes_nothing(folder: Path) -> None:
    lesson = Lesson("03")
    assert lesson.check(DENOMINATORS, None).kind == "open"
    lesson.hint(DENOMINATORS)
    lesson.solution(DENOMINATORS)
    lesson.ask(choice())
    lesson.map()
    assert list(folder.iterdir()) == []


def test_answers_are_kept_and_found_again(folder: Path) -> None:
    Lesson("03").check(DENOMINATORS, (1, 2, 3))
    Lesson("03").check(DENOMINATORS, (0.25, 0.125, 0.375))
    Lesson("03").check(DENOMINATORS, (1, 2, 3))  # what was right once stays so
    kept = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))["answers"]
    assert kept == {"03": {DENOMINATORS.name: {"tries": 3, "right": True}}}


def test_code_that_stops_is_no_try(folder: Path) -> None:
    class Odd:
        def __float__(self) -> float:
            raise RuntimeError

    assert Lesson("03").check(DENOMINATORS, (Odd(), 1, 2)).kind == "check_failed"
    assert list(folder.iterdir()) == []


def test_hints_come_in_turn_and_end() -> None:
    lesson = Lesson("03")
    assert [lesson.hint(DENOMINATORS).mark for _ in range(4)] == ["HINT 1", "HINT 2", "HINT 3", "HINT 3"]
    assert "last hint" in repr(lesson.hint(DENOMINATORS))
    assert lesson.hint(SIFTING).mark == "HINT 1"


def test_the_same_wrong_answer_is_always_shown_the_same(folder: Path) -> None:
    lesson = Lesson("00")
    before = lesson.rng.bit_generator.state
    told = {lesson.check(SIFTING, lambda a, b: range(len(a))).text for _ in range(3)}
    assert len(told) == 1
    assert lesson.rng.bit_generator.state == before


def test_a_question_keeps_what_was_tried(folder: Path) -> None:
    question = Lesson("00").ask(choice())
    question.tried = [1]
    question.tried = [1, 0]
    kept = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))["answers"]
    assert kept == {"00": {"announced bases": {"tries": 2, "right": True}}}


def test_a_cell_that_runs_again_leaves_no_widget_behind() -> None:
    lesson = Lesson("00")
    for show in (lambda: lesson.ask(choice()), lesson.map):
        first, second = show(), show()
        assert (first.comm, second.comm is None) == (None, False)


def test_an_unknown_notebook_is_refused() -> None:
    with pytest.raises(ValueError, match="number must be one of '00', .*got '42'"):
        Lesson("42")


def test_the_course_is_a_row() -> None:
    assert [one.number for one in COURSE] == [f"{place:02}" for place in range(11)]
    assert neighbours("00")[0] is None
    assert neighbours("10")[1] is None
    assert [one and one.number for one in neighbours("05")] == ["04", "06"]


def test_the_map_tells_what_is_done_and_where_one_is(folder: Path) -> None:
    lesson = Lesson("03")
    lesson.check(DENOMINATORS, (0.25, 0.125, 0.375))
    shown = lesson.map()
    row = next(row for row in shown.rows if row["number"] == "03")
    assert (row["done"], row["total"]) == (1, COURSE[3].n_exercises)
    assert "03 Eavesdroppers (1 of 4 exercises done)" in shown.summary
    assert [one["file"] for one in shown.way] == [COURSE[2].file, COURSE[4].file]
    assert shown._repr_mimebundle_()[0]["image/png"]
    assert json.loads(shown.saved)["answers"]["03"]


def test_a_file_that_is_brought_is_merged_or_refused_in_words(folder: Path) -> None:
    other = ProgressFile(None)
    other.add("04", "far", right=True)
    shown = Lesson("03").map()
    shown.brought = other.read().to_json()
    assert "better of both" in shown.told
    assert ProgressFile.usual().read().right_in("04") == {"far"}
    for text, told in (("{", "cannot be read"), ("[]", "no progress file of qkdlab")):
        shown.brought = text
        assert told in shown.told
        assert shown.brought == ""
    assert ProgressFile.usual().read().right_in("04") == {"far"}


def test_a_cell_that_runs_again_leaves_no_layout_behind() -> None:
    # would catch: the layout of a question that was closed
    lesson = Lesson("03")
    for again in (lambda: lesson.ask(choice()), lesson.map):
        again()
        before = set(_instances)
        again()
        assert len(_instances) == len(before)


@pytest.mark.parametrize("ask", ["hint", "solution"])
def test_a_function_of_ones_own_is_no_exercise(ask: str) -> None:
    def sift() -> None:
        """What a learner wrote."""

    with pytest.raises(ValueError, match=r"in capitals as in lesson\.check\(SIFT, …\), got <function"):
        getattr(Lesson("02"), ask)(sift)
