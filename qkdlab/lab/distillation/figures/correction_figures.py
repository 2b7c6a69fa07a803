"""Live figures: what a sample says about the rest, and what correction in one message must tell."""

from __future__ import annotations

from math import ceil
from typing import Any

import numpy as np
import scipy

from ....distillation.estimation.error_rate import serfling_margin
from ....distillation.security.finite import FiniteSecurity
from ....values import binary_entropy
from ...components.chart_series import curve
from ...components.text import number_text, percent_text, words_for
from ...frame.live_figure import LiveFigure, number_slider, power_slider

FEWEST, MOST = 20, 20_000
MOST_QBER = 0.2
REST = 3
"""Bits that are not compared, for each that is."""


def interval_ends(n_sample: float, qber: float, risk: float) -> tuple[float, float]:
    """Return the error rates between which the true one is, by Clopper and Pearson (1934).

    Parameters
    ----------
    n_sample, qber
        Compared bits, and which share of them is wrong. Their product need not be whole: a curve is drawn.
    risk
        The probability that is left on each side.

    Examples
    --------
    >>> [round(end, 4) for end in interval_ends(50, 0.02, 0.025)]
    [0.0005, 0.1065]
    """
    wrong = n_sample * qber
    lower = float(scipy.special.betaincinv(wrong, n_sample - wrong + 1, risk)) if wrong > 0 else 0.0
    return lower, float(scipy.special.betaincinv(wrong + 1, n_sample - wrong, 1 - risk))


def interval_figure() -> LiveFigure:
    """Return a figure of the error rates that agree with a sample, by the number of compared bits."""
    words = words_for("interval_figure")
    numbers = [round(number) for number in np.geomspace(FEWEST, MOST, 61)]

    def in_view(value: float) -> float | None:
        return value if value <= MOST_QBER else None

    def proof(n_sample: int, qber: float) -> float:
        """Return what a finite-key proof allows for, if three bits are left for each that is compared."""
        return qber + serfling_margin(n_sample, REST * n_sample, (FiniteSecurity().epsilon_secrecy / 4) ** 2)

    def curves(qber: float) -> dict[str, Any]:
        ends = [interval_ends(number, qber, 0.025) for number in numbers]
        return {
            "title": words["title"],
            "x_axis": {"label": words["x"], "low": FEWEST, "high": MOST, "scale": "log"},
            "y_axis": {"label": words["y"], "low": 0, "high": MOST_QBER, "unit": "percent"},
            "series": [
                curve(words["proof"], 6, numbers, (in_view(proof(number, qber)) for number in numbers)),
                curve(words["upper"], 0, numbers, (in_view(upper) for _, upper in ends)),
                curve(words["lower"], 1, numbers, (lower for lower, _ in ends)),
            ],
            "lines": [{"axis": "y", "at": qber, "label": words["seen"]}],
        }

    def sentence(sample: float, qber: float) -> str:
        number = round(sample)
        lower, upper = interval_ends(number, qber, 0.025)
        return words["told"].format(
            sample=number_text(number),
            qber=percent_text(qber),
            lower=percent_text(lower),
            upper=percent_text(upper),
            proof=percent_text(min(1.0, proof(number, qber))),
        )

    return LiveFigure(
        {
            "sample": power_slider(words, "sample", 1000, (FEWEST, MOST), ",.0f"),
            "qber": number_slider(words, "qber", 0.02, (0, 0.11), 0.005, ".1%"),
        },
        curves,
        sentence,
    )


def frame_figure() -> LiveFigure:
    """Return a figure of what one message must tell to correct nearly all frames, by their length."""
    words, lengths = words_for("frame_figure"), [round(number) for number in np.geomspace(1e3, 1e6, 61)]

    def worst(length: int, qber: float, lost: float) -> int:
        """Return the number of errors that is not exceeded in all but the lost frames."""
        return ceil(scipy.special.bdtrik(1 - lost, length, qber))

    def efficiency(length: int, qber: float, lost: float) -> float:
        return binary_entropy(min(worst(length, qber, lost) / length, 0.5)) / binary_entropy(qber)

    def curves(qber: float, lost: float) -> dict[str, Any]:
        return {
            "title": words["title"],
            "x_axis": {"label": words["x"], "low": lengths[0], "high": lengths[-1], "scale": "log"},
            "y_axis": {"label": words["y"], "low": 1, "high": 2},
            "series": [
                curve(words["needed"], 0, lengths, (efficiency(length, qber, lost) for length in lengths))
            ],
            "lines": [{"axis": "y", "at": 1, "label": words["limit"]}],
        }

    def sentence(length: float, qber: float, lost: float) -> str:
        n_bits = round(length)
        return words["told"].format(
            length=number_text(n_bits),
            mean=number_text(round(n_bits * qber)),
            worst=number_text(worst(n_bits, qber, lost)),
            share=percent_text(1 - lost),
            efficiency=f"{efficiency(n_bits, qber, lost):.2f}",
        )

    return LiveFigure(
        {
            "length": power_slider(words, "length", 10_000, (1e3, 1e6), ",.0f"),
            "qber": number_slider(words, "qber", 0.02, (0.005, 0.1), 0.005, ".1%"),
            "lost": power_slider(words, "lost", 0.01, (1e-4, 0.1), ".1%"),
        },
        curves,
        sentence,
    )
