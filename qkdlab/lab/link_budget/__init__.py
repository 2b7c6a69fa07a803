"""Loss, noise and decoys: how far a key reaches."""

from . import words as _words  # noqa: F401 — adds the words of this folder
