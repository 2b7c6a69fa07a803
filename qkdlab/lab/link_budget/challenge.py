"""The noise-or-Eve challenge: a line on which something has changed, and what its figures can show.

Settings and answer follow from the number of the challenge alone, so that it can be repeated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy

from ...attacks import PhotonNumberSplitting
from ...attacks.attack import BASES, Eavesdropper
from ...attacks.qubit_attacks import InterceptResend
from ...distillation.security.asymptotic import AsymptoticSecurity
from ...link import GYS_LINK, Link
from ...session.session import SessionResult
from ...settings.session_settings import SessionSettings
from ...values import check_count, combined_error
from ..components.text import number_text, percent_text, power_text, words_for
from ..sessions.facts import sample_errors
from ..sessions.gain_charts import free_gain, gains_seen

NOISE, EVE, EITHER = "noise", "eve", "either"
ANSWERS = (NOISE, EVE, EITHER)
"""What a learner can answer."""

SALT = 1151
"""Chosen so that numbers 1 to 5 show each change once, and 6 to 10 too."""

N_PULSES = 1_000_000_000
INSTALLED = replace(GYS_LINK, misalignment_error=0.01)
"""The line as it was installed, but for its length."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What has changed on the line: its name in the words, the answer, and how large it is in words."""

    name: str
    answer: str
    amount: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Challenge:
    """One challenge: the line as it was installed, the settings of today's run, the change behind them."""

    number: int
    installed: Link
    settings: SessionSettings
    change: Change


Changed = tuple[Link, Eavesdropper | None, str]
"""The line today, who is on it, and how large the change is in words."""


def _misaligned(link: Link, added: float) -> Changed:
    # the same added error as that of an interception, so that the QBER is exactly as with `_intercepted`
    error = combined_error(link.misalignment_error, added)
    return replace(link, misalignment_error=error), None, percent_text(error)


def _intercepted(link: Link, added: float) -> Changed:
    return link, InterceptResend(fraction=4 * added), percent_text(4 * added)


def _one_basis(link: Link, added: float) -> Changed:
    return link, InterceptResend(fraction=4 * added, basis="Z"), percent_text(4 * added)


def _split(link: Link, added: float) -> Changed:
    share = 0.4 + 8 * added  # 56 to 96 %
    return link, PhotonNumberSplitting(fraction=share), percent_text(share)


def _dark(link: Link, added: float) -> Changed:
    # Y₀/2 of the clicks per pulse are wrong; as a share of the gain this is to be `added`
    gain = link.signal_link.expected_gain
    empty = 2 * added * gain / (1 - 2 * added)
    detector = replace(link.detector, dark_count_probability=empty / 2)
    return replace(link, detector=detector), None, power_text(empty / 2)


CHANGES: dict[str, tuple[str, Callable[[Link, float], Changed]]] = {
    "misaligned": (EITHER, _misaligned),
    "intercepted": (EITHER, _intercepted),
    "one_basis": (EVE, _one_basis),
    "split": (EVE, _split),
    "dark": (NOISE, _dark),
}
"""All that can have changed, equally likely: the answer, and what takes the line and an error rate to add."""


def draw_challenge(number: int) -> Challenge:
    """Return the challenge of this number, a whole number ≥ 0.

    >>> draw_challenge(7) == draw_challenge(7)
    True
    """
    rng = np.random.default_rng((SALT, check_count("number", number)))
    name = list(CHANGES)[rng.integers(len(CHANGES))]
    answer, change = CHANGES[name]
    installed = replace(INSTALLED, length_km=float(rng.integers(40, 71)))
    link, eve, amount = change(installed, float(rng.uniform(0.02, 0.07)))
    settings = SessionSettings(
        n_pulses=N_PULSES,
        seed=int(rng.integers(1_000_000)),
        link=link,
        eavesdropper=eve,
        security=AsymptoticSecurity(),
    )
    drawn = Change(name=name, answer=answer, amount=amount)
    return Challenge(number=number, installed=installed, settings=settings, change=drawn)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A figure of the line: its name, what it was when the line was installed, and today, as text."""

    name: str
    installed: str
    today: str


def measured_figures(challenge: Challenge, result: SessionResult) -> list[Figure]:
    """Return what Alice and Bob can measure: the QBER of both bases, and the gains."""
    words, line = words_for("challenge"), challenge.installed

    def row(name: str, before: float | None, seen: Any, text: Callable[[float], str]) -> Figure:
        today = words["nothing"]
        if seen:
            low, high = text(seen.lower), text(seen.upper)
            today = words["interval"].format(value=text(seen.qber), lower=low, upper=high)
        return Figure(name=name, installed="" if before is None else text(before), today=today)

    errors, signal = sample_errors(result), line.signal_link
    rows = [
        row(
            words["qber"].format(basis=basis.name),
            signal.expected_qber(),
            errors[basis],
            percent_text,
        )
        for basis in BASES
    ]
    for name, mean, seen in gains_seen(result):
        gain = words[f"gain_{name}"].format(mean=f"{mean:g}")
        rows.append(row(gain, free_gain(line, mean), seen, power_text))
    return rows


def gains_chance(installed: Link, result: SessionResult) -> float:
    """Return in what share of runs chance alone takes the gains together as far from those of `installed`.

    Pearson's χ² of all clicks against what the line gave as installed: Σ (k - nQ)² / nQ.
    """
    counted = [(seen, free_gain(installed, mean)) for _, mean, seen in gains_seen(result) if seen]
    expected = [(seen.n_errors, seen.n_sample * gain) for seen, gain in counted if gain]
    distance = sum((clicks - mean) ** 2 / mean for clicks, mean in expected)
    return float(scipy.special.chdtrc(len(expected), distance))


def line_text(challenge: Challenge) -> str:
    """Return what is known of the line."""
    return words_for("challenge")["line"].format(
        number=challenge.number,
        length=f"{challenge.installed.length_km:g}",
        pulses=number_text(challenge.settings.n_pulses),
    )
