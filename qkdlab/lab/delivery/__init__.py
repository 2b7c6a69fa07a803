"""Keys on their way into two encryptors: who fetches them, what they protect, and what happens without."""

from . import words as _words  # noqa: F401 — adds the words of this folder
