"""One link: a line, an eavesdropper, a key."""

from . import words as _words  # noqa: F401 — adds the words of this folder
