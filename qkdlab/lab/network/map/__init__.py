"""The map of a network."""

from . import words as _words  # noqa: F401 — adds the words of this folder
