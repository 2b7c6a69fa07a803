"""Numbers, shares and rows as the report writes them."""

from __future__ import annotations


def number(value: int) -> str:
    """Return a whole number with its thousands separated.

    >>> number(1234567)
    '1,234,567'
    """
    return f"{value:,}"


def counted(count: int, things: str) -> str:
    """Return how many things there are, with their noun, a plural in s, as the first word of them.

    >>> counted(1, "sifted bits"), counted(1200, "bits corrected")
    ('1 sifted bit', '1,200 bits corrected')
    """
    return f"{number(count)} {things.replace('bits', 'bit', 1) if count == 1 else things}"


def percent(value: float | None, decimals: int = 2) -> str:
    """Return a share as a percentage with some decimals, or a dash if there is none.

    A share that they would make nothing of has two digits; what floating point leaves of 1 - 1 is nothing.

    >>> percent(0.1), percent(0.0000467), percent(0.0000467, 1), percent(-1e-17)
    ('10.00 %', '0.0047 %', '0.0047 %', '0.00 %')
    """
    if value is None:
        return "–"
    if abs(value) < 1e-12:
        return f"{0:.{decimals}f} %"
    if abs(value) < 10.0 ** (-decimals - 2):
        return f"{100 * value:.2g} %"
    return f"{100 * value:.{decimals}f} %"


def row(name: str, value: str, note: str = "") -> str:
    """Return a row of the report: a name, a number and what it is."""
    return f"  {name:<22}{value:>13}" + (f"   {note}" if note else "")
