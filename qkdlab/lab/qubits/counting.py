"""What a panel says about a number of clicks: how near is near, and what chance allows."""

from __future__ import annotations

from html import escape
from math import sqrt

import ipywidgets as widgets

SIGMAS = 3
"""A prediction counts as right if it is as near as this many standard deviations, or as `SLACK`."""

SLACK = 0.03
"""The share of all photons by which a prediction may always be off."""


def spread(n: int, chance: float) -> float:
    """Return the standard deviation of a count of clicks, √(n p (1 - p)).

    >>> round(spread(200, 0.5), 2), spread(200, 1.0)
    (7.07, 0.0)
    """
    return sqrt(n * chance * (1 - chance))


def is_near(guess: int, n: int, chance: float) -> bool:
    """Return whether a predicted count is as good as the law.

    >>> is_near(90, 200, 0.5), is_near(0, 200, 0.5), is_near(197, 200, 1.0)
    (True, False, True)
    """
    return abs(guess - n * chance) <= max(SIGMAS * spread(n, chance), SLACK * n)


def law_text(words: dict[str, str], n: int, chance: float) -> str:
    """Return in words between which counts 95 % of all runs are."""
    off = 2 * spread(n, chance)
    if not round(off, 9):
        return words["law_sure"].format(low=round(n * chance))
    return words["law_text"].format(low=max(0, round(n * chance - off)), high=min(n, round(n * chance + off)))


def count_control(description: str, value: int, largest: int) -> widgets.IntSlider:
    """Return a slider for a predicted count."""
    made = widgets.IntSlider(value=value, min=0, max=largest, description=description)
    made.add_class("qk-control")
    return made


def told_line(text: str) -> widgets.HTML:
    """Return the line above a panel that says what came out."""
    made = widgets.HTML()
    made.add_class("qk-told-line")
    tell(made, text)
    return made


def tell(line: widgets.HTML, text: str) -> None:
    """Let the line say something else; it is read out."""
    line.value = f"<p role='status'>{escape(text)}</p>"
