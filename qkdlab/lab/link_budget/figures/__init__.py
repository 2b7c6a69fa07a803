"""Live figures: curves that a learner moves along."""

from . import words as _words  # noqa: F401 — adds the words of this folder
