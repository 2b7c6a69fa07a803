"""Every word that a learner reads in the lab, in one catalogue.

Words reach the browser through the `words` trait of each component. ``{name}`` in a text is filled in when it
is shown. Keep to plain English (B1–B2), the textbook's terms, and short sentences.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ...errors import shown
from . import (
    budget,
    cascade,
    checks,
    components,
    distillation,
    network,
    network_panel,
    panels,
    photon_stage,
    pictures,
    samples,
)

WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "photon_stage": MappingProxyType(photon_stage.PHOTON_STAGE),
        "qber_gauge": MappingProxyType(components.QBER_GAUGE),
        "curve_chart": MappingProxyType(components.CURVE_CHART),
        "key_funnel": MappingProxyType(components.KEY_FUNNEL),
        "network_map": MappingProxyType(network.NETWORK_MAP),
        "verdict_lamp": MappingProxyType(components.VERDICT_LAMP),
        "cascade_replay": MappingProxyType(cascade.CASCADE_REPLAY),
        "cascade_story": MappingProxyType(cascade.CASCADE_STORY),
        "copy_button": MappingProxyType(components.COPY_BUTTON),
        "keyboard_guard": MappingProxyType(components.KEYBOARD_GUARD),
        "stages": MappingProxyType(pictures.STAGES),
        "panel": MappingProxyType(panels.PANEL),
        "link_panel": MappingProxyType(panels.LINK_PANEL),
        "attack_charts": MappingProxyType(pictures.ATTACK_CHARTS),
        "eavesdropper_panel": MappingProxyType(panels.EAVESDROPPER_PANEL),
        "link_budget_panel": MappingProxyType(budget.LINK_BUDGET_PANEL),
        "budget_charts": MappingProxyType(budget.BUDGET_CHARTS),
        "challenge": MappingProxyType(budget.CHALLENGE),
        "sample_panel": MappingProxyType(samples.SAMPLE_PANEL),
        "stage_panel": MappingProxyType(panels.STAGE_PANEL),
        "checks": MappingProxyType(checks.CHECKS),
        "bar_rows": MappingProxyType(distillation.BAR_ROWS),
        "distillation_charts": MappingProxyType(distillation.DISTILLATION_CHARTS),
        "distillation_panel": MappingProxyType(distillation.DISTILLATION_PANEL),
        "hash_box": MappingProxyType(distillation.HASH_BOX),
        "account_box": MappingProxyType(distillation.ACCOUNT_BOX),
        "network_panel": MappingProxyType(network_panel.NETWORK_PANEL),
        "network_report": MappingProxyType(network_panel.NETWORK_REPORT),
        "relay_player": MappingProxyType(network_panel.RELAY_PLAYER),
        "hour_box": MappingProxyType(network_panel.HOUR_BOX),
        "compare_box": MappingProxyType(network_panel.COMPARE_BOX),
        "figures": MappingProxyType(pictures.FIGURES),
    }
)
"""All words: section (one for each component or panel) → name → text."""

LOCALE: Final = "en"
"""The BCP 47 tag by which the browser groups digits and sets the decimal mark."""


def words_for(section: str) -> dict[str, str]:
    """Return a copy of one section of the catalogue, with the `locale` added.

    >>> words_for("stages")["sifted"]
    'Sifted'
    """
    if section not in WORDS:
        raise ValueError(f"section must be one of {', '.join(map(repr, WORDS))}, got {shown(section)}")
    return {**WORDS[section], "locale": LOCALE}


def number_text(value: int) -> str:
    """Return a whole number with its thousands separated.

    >>> number_text(1234567)
    '1,234,567'
    """
    return f"{value:,}"


def power_text(value: float) -> str:
    """Return a small number as a multiple of a power of ten.

    >>> power_text(6e-7), power_text(0.0)
    ('6 × 10⁻⁷', '0')
    """
    if not value:
        return "0"
    digits, exponent = f"{value:.2e}".split("e")
    raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{float(digits):g} × 10{raised}"


def rate_text(bits_per_second: float) -> str:
    """Return a key rate with three digits.

    >>> rate_text(126_129.3), rate_text(852.4)
    ('126 kbit/s', '852 bit/s')
    """
    if 0 < bits_per_second < 10:
        return f"{bits_per_second:.2g} bit/s"
    if bits_per_second < 1000:
        return f"{bits_per_second:.0f} bit/s"
    kilobits = float(f"{bits_per_second / 1000:.3g}")
    return f"{kilobits:,g} kbit/s"


def percent_text(fraction: float) -> str:
    """Return a share of 1 as a percentage with one decimal, which no line break parts from its sign.

    >>> percent_text(0.2503)
    '25.0\\xa0%'
    """
    return f"{100 * fraction:.1f}\N{NO-BREAK SPACE}%"
