"""Numbers, shares and rows as the report writes them."""

from __future__ import annotations


def number(value: int) -> str:
    """Return a whole number with its thousands separated.

    >>> number(1234567)
    '1,234,567'
    """
    return f"{value:,}"


def percent(value: float | None) -> str:
    """Return a share as a percentage with two decimals, or a dash if there is none."""
    return "–" if value is None else f"{100 * value:.2f} %"


def row(name: str, value: str, note: str = "") -> str:
    """Return a row of the report: a name, a number and what it is."""
    return f"  {name:<22}{value:>13}" + (f"   {note}" if note else "")
