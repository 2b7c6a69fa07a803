"""What each attack does to the errors, and what it tells Eve."""

from . import words as _words  # noqa: F401 — adds the words of this folder
