"""A notebook of the course, as its cells speak to it: checks, hints, solutions, questions and the map."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from ...errors import shown
from ..components.text import words_for
from .choice import Choice
from .choice_question import ChoiceQuestion
from .course import notebook_of
from .course_map import CourseMap
from .exercise import Exercise
from .feedback import Feedback
from .progress_file import ProgressFile
from .shown_component import ShownComponent

SEED = 2026
N_HINTS = 3
MAP = ""
"""Under which name the map is shown; no question has it."""

Shown = TypeVar("Shown", bound=ShownComponent)


def _exercise(exercise: Exercise) -> Exercise:
    """Return an exercise; raise ``ValueError`` for what learners take for one: their own function."""
    if not isinstance(exercise, Exercise):
        name = getattr(exercise, "__name__", "sift").upper()
        rule = f"be an exercise, by its name in capitals as in lesson.check({name}, …)"
        raise ValueError(f"exercise must {rule}, got {shown(exercise)}")
    return exercise


class Lesson:
    """A notebook of the course.

    What is answered is kept in a file beside the notebooks, unless the answer is still None.

    Parameters
    ----------
    number
        The notebook's number, such as "03".
    progress
        Where answers are kept; by default the usual file.

    Attributes
    ----------
    rng
        The seeded generator of the notebook. Checks have their own, so that the same wrong answer is always
        shown the same input.
    """

    def __init__(self, number: str, *, progress: ProgressFile | None = None) -> None:
        self.notebook = notebook_of(number)
        self.rng = np.random.default_rng(SEED)
        self._progress = progress or ProgressFile.usual()
        self._hinted: dict[str, int] = {}
        self._shown: dict[str, ShownComponent] = {}

    def check(self, exercise: Exercise, answer: object) -> Feedback:
        """Return what is to be said of an answer, and keep whether it was right."""
        feedback = _exercise(exercise).check(answer, np.random.default_rng(SEED))
        if feedback.kind not in ("right", "wrong"):
            return feedback
        kept = self._keep(exercise, right=feedback.kind == "right")
        return replace(feedback, note="\n".join(filter(None, (feedback.note, kept))))

    def hint(self, exercise: Exercise) -> Feedback:
        """Return the next of the three hints."""
        number = self._hinted.get(_exercise(exercise).name, 0) + 1
        if number > N_HINTS:
            return replace(exercise.hint(N_HINTS), note=words_for("checks")["hint_last"])
        self._hinted[exercise.name] = number
        return exercise.hint(number)

    def solution(self, exercise: Exercise) -> Feedback:
        """Return the answer, and why it is right."""
        return _exercise(exercise).explain()

    def ask(self, choice: Choice) -> ChoiceQuestion:
        """Return a choice to click on."""
        question = ChoiceQuestion(choice)

        def on_tried(change: dict[str, Any]) -> None:
            if change["new"]:
                question.note = self._keep(choice, right=change["new"][-1] == choice.right)

        question.observe(on_tried, "tried")
        return self._show(choice.name, question)

    def map(self) -> CourseMap:
        """Return the map of the course, with what is done; answers of this notebook are shown at once."""
        return self._show(MAP, CourseMap(self.notebook.number, self._progress))

    def _show(self, name: str, made: Shown) -> Shown:
        """Return what is shown, after closing what stood there before: a cell may run many times."""
        if before := self._shown.get(name):
            before.close()
        self._shown[name] = made
        return made

    def _keep(self, task: Exercise | Choice, *, right: bool) -> str:
        note = self._progress.add(self.notebook.number, task.name, right=right)
        if isinstance(course := self._shown.get(MAP), CourseMap):
            course.refresh()
        return note

    def __repr__(self) -> str:
        return f"Lesson({self.notebook.number!r}, {self.notebook.title!r})"
