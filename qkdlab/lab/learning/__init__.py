"""What a learner is asked, and what becomes of the answers: exercises, choices, progress, the course."""

from . import words as _words  # noqa: F401 — adds the words of this folder
from .choice import Choice, Option
from .choice_question import ChoiceQuestion
from .course import COURSE
from .course_map import CourseMap
from .exercise import TRIALS, Crashed, Exercise, NotYet, function_check
from .feedback import Feedback
from .hard_points import HARD_POINTS, Misconception
from .lesson import Lesson
from .progress_file import Progress, ProgressError, ProgressFile

__all__ = [
    "COURSE",
    "HARD_POINTS",
    "TRIALS",
    "Choice",
    "ChoiceQuestion",
    "CourseMap",
    "Crashed",
    "Exercise",
    "Feedback",
    "Lesson",
    "Misconception",
    "NotYet",
    "Option",
    "Progress",
    "ProgressError",
    "ProgressFile",
    "function_check",
]
