"""BB84 by hand: a panel in which the learner is Alice, Bob or Eve for a few pulses."""

from . import words as _words  # noqa: F401 — adds the words of this folder
