"""The words that a learner reads, by section, and numbers and tables as text.

Each topic, and the components and the frame, have their words in a ``words.py`` of their own, which adds
them here when the topic is imported; `qkdlab.lab.catalogue` has them all. Words reach the browser through the
`words` trait of each component. ``{name}`` in a text is filled in when it is shown. Keep to plain English
(B1–B2), the textbook's terms, and short sentences.
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from types import MappingProxyType
from typing import Final

from ...errors import shown
from ...session.report.format import percent

_SECTIONS: Final[dict[str, Mapping[str, str]]] = {}

LOCALE: Final = "en"
"""The BCP 47 tag by which the browser groups digits and sets the decimal mark."""


def add_words(words: Mapping[str, Mapping[str, str]]) -> None:
    """Add sections of words: one for each component, panel or kind of chart.

    Raises
    ------
    ValueError
        If there are words of such a section already.
    """
    for section, texts in words.items():
        if section in _SECTIONS:
            raise ValueError(f"section must be a new one, got {shown(section)}")
        _SECTIONS[section] = MappingProxyType(dict(texts))


def sections() -> Mapping[str, Mapping[str, str]]:
    """Return the words of all topics imported so far: section → name → text."""
    return MappingProxyType(_SECTIONS)


def words_for(section: str) -> dict[str, str]:
    """Return a copy of one section of the catalogue, with the `locale` added.

    >>> words_for("verdict_lamp")["title_accepted"]
    'KEY ACCEPTED'
    """
    if section not in _SECTIONS:
        raise ValueError(f"section must be one of {', '.join(map(repr, _SECTIONS))}, got {shown(section)}")
    return {**_SECTIONS[section], "locale": LOCALE}


def bits_text(bits: Iterable[object]) -> str:
    """Return bits, or a sign for each, in groups of eight.

    >>> bits_text([1, 0, 0, 1, 1, 1, 0, 0, 1, 0])
    '10011100 10'
    """
    signs = "".join(map(str, bits))
    return " ".join(signs[start : start + 8] for start in range(0, len(signs), 8))


def number_text(value: int) -> str:
    """Return a whole number with its thousands separated.

    >>> number_text(1234567)
    '1,234,567'
    """
    return f"{value:,}"


def power_text(value: float) -> str:
    """Return a number with three digits: plain from 0.01 to 10⁷, else as a multiple of a power of ten.

    >>> power_text(6e-7), power_text(0.1154), power_text(0), power_text(12_345.6), power_text(2e9)
    ('6 × 10⁻⁷', '0.115', '0', '12,300', '2 × 10⁹')
    """
    if not value or 0.01 <= abs(value) < 1e7:
        return f"{float(f'{value:.3g}'):,.10g}"
    digits, exponent = f"{value:.2e}".split("e")
    return f"{float(digits):g} × 10{raised(int(exponent))}"


def raised(exponent: int) -> str:
    """Return a whole number as an exponent is written.

    >>> "10" + raised(-12)
    '10⁻¹²'
    """
    return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def rate_text(bits_per_second: float) -> str:
    """Return a key rate with three digits.

    >>> rate_text(126_129.3), rate_text(852.4), rate_text(999.6), rate_text(1e9)
    ('126 kbit/s', '852 bit/s', '1 kbit/s', '1,000,000 kbit/s')
    """
    if 0 < bits_per_second < 10:
        return f"{bits_per_second:.2g} bit/s"
    if bits_per_second < 999.5:
        return f"{bits_per_second:.0f} bit/s"
    kilobits = float(f"{bits_per_second / 1000:.3g}")
    return f"{kilobits:,.10g} kbit/s"


def percent_text(fraction: float) -> str:
    """Return a share of 1 as a percentage with one decimal, which no line break parts from its sign.

    >>> percent_text(0.2503), percent_text(0.0000467), percent_text(2e-9)
    ('25.0\\xa0%', '0.0047\\xa0%', '2 × 10⁻⁷\\xa0%')
    """
    told = percent(fraction, 1).removesuffix(" %")
    return f"{power_text(float(told)) if 'e' in told else told}\N{NO-BREAK SPACE}%"


SHORT, WHOLE = 12, "white-space:nowrap"
"""A cell of so few characters (a name, a number with its unit) is not broken into lines."""


def table_html(heads: Iterable[str], rows: Iterable[Sequence[str]], *, named: bool = False) -> str:
    """Return a table of plain texts; with `named` the first of each row is the heading of that row."""

    def cell(text: str, place: int) -> str:
        head = named and place == 0
        whole = f" style='{WHOLE}'" if len(text) <= SHORT else ""
        return f"<th scope='row'>{escape(text)}</th>" if head else f"<td{whole}>{escape(text)}</td>"

    head = "".join(f"<th scope='col'>{escape(text)}</th>" for text in heads)
    body = "".join(f"<tr>{''.join(cell(text, place) for place, text in enumerate(row))}</tr>" for row in rows)
    return f"<table class='qk-log qk-knows'><tr>{head}</tr>{body}</table>"
