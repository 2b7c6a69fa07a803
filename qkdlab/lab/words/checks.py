"""The words of the exercise checks."""

from typing import Final

CHECKS: Final = {
    "open": "NOT ANSWERED YET",
    "open_hint": "replace None with your answer and run the cell again.",
    "not_checked": "NOT CHECKED (the code stopped with an error)",
    "wrong": "NOT YET",
    "right": "RIGHT",
    "hint": "HINT {number}",
    "solution": "SOLUTION",
}
