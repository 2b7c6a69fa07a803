"""From sifted bits to a secret key."""

from . import words as _words  # noqa: F401 — adds the words of this folder
