"""Sweeps as pictures: curves with the spread of their runs, and heat maps."""

from . import words as _words  # noqa: F401 — adds the words of this folder
