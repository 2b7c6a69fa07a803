"""QKD and post-quantum cryptography: who can read what, when; and two teams who play against each other."""

from . import words as _words  # noqa: F401 — adds the words of this folder
