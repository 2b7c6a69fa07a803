"""Networks: who has a key with whom, over what, and who knows it."""

from . import words as _words  # noqa: F401 — adds the words of this folder
