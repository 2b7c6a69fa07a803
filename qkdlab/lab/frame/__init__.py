"""What every panel is made of: the panel base, its runner, its controls, and the frame of an exercise."""

from . import words as _words  # noqa: F401 — adds the words of this folder
