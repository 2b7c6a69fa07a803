"""Live figures: what hashing does to guesses, how short a hash has to be, and how long a key may be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product
from math import ceil
from typing import Any

import numpy as np
import scipy

from ....distillation.amplification import leftover_bits, leftover_distance
from ....distillation.estimation.error_rate import serfling_margin
from ....distillation.hashing.toeplitz import draw_seed, toeplitz_hash
from ....distillation.security.finite import FiniteSecurity
from ....distillation.security.proofs import PROOFS
from ....session.session import SessionResult
from ....settings.session_settings import MOST_PULSES, SessionSettings
from ....theory.expected_key import expected_key
from ....values import as_index, binary_entropy
from ...components.chart_series import curve, points
from ...components.text import number_text, percent_text, power_text, words_for
from ...frame.live_figure import LiveFigure, count_slider, number_slider, power_slider
from ..presets import DISTILLATION_PRESETS

EPSILON = 1e-10
FEWEST_LEFT_OUT, MOST_LEFT_OUT, LEAST_DISTANCE = -8, 72, 1e-12
MOST_QBER = 0.15
STEP = 5
"""Powers of ten by which a promised ε is made smaller, to see what that costs."""

FOLDED_KEY = (1, 0, 1, 1, 0, 0)
"""A short key, whose first bits Eve knows."""


def _distance_text(distance: float) -> str:
    return f"{distance:.2g}" if distance >= 0.001 else power_text(distance)


def hash_length_figure(measured: Mapping[int, float] | None = None) -> LiveFigure:
    """Return a figure of how far a hash is from random bits, by how much shorter it is than what Eve lacks.

    Parameters
    ----------
    measured
        Distances that were found by going through all keys, by the number of bits left out; points on the
        curve.
    """
    words, found = words_for("hash_length_figure"), dict(measured or {})
    places = list(range(FEWEST_LEFT_OUT, MOST_LEFT_OUT + 1))
    # with ℓ - H bits too many, 2^H hashes can be and the others of 2^ℓ cannot
    least = [1 - 2.0**place if place < 0 else None for place in places]
    bound = [leftover_distance(place, 0) for place in places]
    needed = ceil(leftover_bits(EPSILON))

    def curves(unknown: float) -> dict[str, Any]:
        return {
            "title": words["title"],
            "x_axis": {"label": words["x"], "low": FEWEST_LEFT_OUT, "high": MOST_LEFT_OUT},
            "y_axis": {"label": words["y"], "low": LEAST_DISTANCE, "high": 1, "scale": "log"},
            "series": [
                curve(words["bound"], 0, places, bound),
                curve(words["least"], 1, places, least),
                *points(words["measured"], 6, found.items()),
            ],
            "lines": [{"axis": "y", "at": EPSILON, "label": words["epsilon"]}],
        }

    def sentence(left_out: int, unknown: float) -> str:
        lacked = round(unknown)
        length = lacked - left_out
        if length < 1:
            return words["nothing"].format(unknown=number_text(lacked), left_out=left_out)
        return words["short" if left_out >= 0 else "long"].format(
            unknown=number_text(lacked),
            length=number_text(length),
            left_out=left_out,
            more=-left_out,
            distance=_distance_text(leftover_distance(left_out, 0)),
            least=_distance_text(1 - 2.0**left_out),
            needed=needed,
            share=percent_text(min(1.0, needed / lacked)),
        )

    return LiveFigure(
        {
            "left_out": count_slider(words, "left_out", 2, (FEWEST_LEFT_OUT, MOST_LEFT_OUT)),
            "unknown": power_slider(words, "unknown", 1000, (10, 1e6), ",.0f"),
        },
        curves,
        sentence,
    )


def folding_figure() -> LiveFigure:
    """Return a figure of how the keys that Eve holds possible fall together when they are hashed."""
    words, key = words_for("folding_figure"), FOLDED_KEY

    def folded(hash_bits: int, known: int, draw: int) -> list[int]:
        """Return how many of Eve's keys have each hash."""
        seed = draw_seed(len(key), hash_bits, np.random.default_rng(draw))
        guesses = np.array(list(product((0, 1), repeat=len(key) - known)), dtype=np.int64)
        columns = np.array([toeplitz_hash(one, seed) for one in np.eye(len(key), dtype=np.uint8)])
        start = np.array(key[:known], dtype=np.int64) @ columns[:known]  # what all of them begin with
        hashes = (start + guesses @ columns[known:]) % 2
        numbers = hashes @ (1 << np.arange(hash_bits)[::-1])
        counts: list[int] = np.bincount(as_index(numbers), minlength=1 << hash_bits).tolist()
        return counts

    def curves(hash_bits: int, known: int, draw: int) -> dict[str, Any]:
        found = folded(hash_bits, known, draw)
        places = list(range(len(found)))
        even = sum(found) / len(found)
        return {
            "title": words["title"],
            "x_axis": {"label": words["x"], "low": -1, "high": len(found)},
            "y_axis": {"label": words["y"], "low": 0, "high": max(*found, 1) * 1.25},
            "series": [
                {"name": words["found"], "kind": "bars", "x": places, "y": found, "style": 0},
                curve(words["even"], 1, [-1, len(found)], [even, even]),
            ],
        }

    def sentence(place: int, hash_bits: int, known: int, draw: int) -> str:
        found = folded(hash_bits, known, draw)
        total, most = sum(found), max(found)
        here = words["beyond"].format(number=len(found), bits=hash_bits)
        if place < len(found):
            here = words["here"].format(hash=f"{place:0{hash_bits}b}", number=found[place])
        told = "told_even" if most * len(found) == total else "told"
        return words[told].format(
            left=total, here=here, guess=total // most, chance=len(found), bits=hash_bits
        )

    return LiveFigure(
        {
            "place": count_slider(words, "place", 0, (0, (1 << len(key)) - 1)),
            "hash_bits": count_slider(words, "hash_bits", 6, (1, len(key))),
            "known": count_slider(words, "known", 3, (0, len(key))),
            "draw": count_slider(words, "draw", 1, (1, 50)),
        },
        curves,
        sentence,
    )


def epsilon_figure() -> LiveFigure:
    """Return a figure of the secret bits per pulse against the secrecy that is promised."""
    words, base = words_for("epsilon_figure"), DISTILLATION_PRESETS["quiet"].settings
    powers = list(range(3, 21))

    def bits(power: int, pulses: float) -> int:
        security = FiniteSecurity(epsilon_secrecy=10.0**-power)
        return expected_key(replace(base, security=security, n_pulses=round(pulses))).key_length

    def curves(pulses: float) -> dict[str, Any]:
        rates = [bits(power, pulses) / pulses for power in powers]
        return {
            "title": words["title"],
            "x_axis": {"label": words["x"], "low": powers[0], "high": powers[-1]},
            "y_axis": {"label": words["y"], "low": 0, "high": max(0.01, 1.2 * max(rates))},
            "series": [curve(words["rate"], 0, powers, rates)],
        }

    def sentence(power: int, pulses: float) -> str:
        here, smaller = bits(power, pulses), bits(power + STEP, pulses)
        return words["told" if here else "told_none"].format(
            epsilon=power_text(10.0**-power),
            pulses=number_text(round(pulses)),
            bits=number_text(here),
            cost=percent_text(1 - smaller / here if here else 0.0),
        )

    return LiveFigure(
        {
            "power": count_slider(words, "power", 10, (3, 20)),
            "pulses": power_slider(words, "pulses", 100_000, (1e4, 1e8), ",.0f"),
        },
        curves,
        sentence,
    )


def key_limit_figure() -> LiveFigure:
    """Return a figure of what is left of a corrected bit against the QBER, for very many pulses."""
    words, rates = words_for("key_limit_figure"), np.linspace(0, MOST_QBER, 61).tolist()

    def left(proof: str, qber: float, announced: float) -> float:
        """Return what neither Eve nor the announcements take of a bit; negative if nothing is left."""
        return 1 - PROOFS[proof].knowledge(qber, None) - announced * binary_entropy(qber)

    def kinds(efficiency: float) -> dict[str, tuple[str, float]]:
        return {
            "bb84": ("BB84", efficiency),
            "six_state": ("six-state", efficiency),
            "questions": ("BB84", 2 * efficiency),
        }

    def curves(efficiency: float) -> dict[str, Any]:
        return {
            "title": words["title"],
            "x_axis": {"label": words["x"], "low": 0, "high": MOST_QBER, "unit": "percent"},
            "y_axis": {"label": words["y"], "low": -0.5, "high": 1},
            "series": [
                curve(words[name], style, rates, (left(proof, qber, announced) for qber in rates))
                for style, (name, (proof, announced)) in enumerate(kinds(efficiency).items())
            ],
            "lines": [{"axis": "y", "at": 0, "label": words["end"]}],
        }

    def sentence(qber: float, efficiency: float) -> str:
        found = {name: left(proof, qber, cost) for name, (proof, cost) in kinds(efficiency).items()}
        ends = {
            name: percent_text(scipy.optimize.brentq(lambda q, one=one: left(one[0], q, one[1]), 1e-6, 0.3))
            for name, one in kinds(efficiency).items()
        }
        return words["told"].format(
            qber=percent_text(qber),
            known=percent_text(PROOFS["BB84"].knowledge(qber, None)),
            announced=percent_text(efficiency * binary_entropy(qber)),
            left=percent_text(found["bb84"]) if found["bb84"] > 0 else words["none"],
            **ends,
        )

    return LiveFigure(
        {
            "qber": number_slider(words, "qber", 0.05, (0, MOST_QBER), 0.001, ".1%"),
            "efficiency": number_slider(words, "efficiency", 1.16, (1, 1.5), 0.01, ".2f"),
        },
        curves,
        sentence,
    )


def short_run_figure(runs: Iterable[SessionResult] = ()) -> LiveFigure:
    """Return a figure of the secret bits per pulse against the number of pulses, in finite-key security.

    Parameters
    ----------
    runs
        Sessions of the panel's line with 2 % errors; their keys are points while the sliders stand on their
        error rate and share.
    """
    words, base = words_for("short_run_figure"), DISTILLATION_PRESETS["quiet"].settings
    numbers = [round(number) for number in np.geomspace(1e3, 1e8, 51)]
    found = [(run.settings.n_pulses, run.key_length / run.settings.n_pulses) for run in runs]

    def line(qber: float, share: float, pulses: float) -> SessionSettings:
        link = replace(base.link, misalignment_error=qber)
        return replace(base, link=link, sample_fraction=share, n_pulses=round(pulses))

    def endless(qber: float, share: float) -> float:
        """Return the rate without a margin, with the leak of the longest run."""
        longest = expected_key(line(qber, share, MOST_PULSES))
        knowledge = PROOFS["BB84"].knowledge(qber, None)
        return max(0.0, (longest.n_key * (1 - knowledge) - longest.leaked_bits) / MOST_PULSES)

    def curves(qber: float, share: float) -> dict[str, Any]:
        rates = [expected_key(line(qber, share, number)).rate for number in numbers]
        limit = endless(qber, share)
        as_simulated = line(qber, share, base.n_pulses) == base
        return {
            "title": words["title"],
            "x_axis": {"label": words["x"], "low": numbers[0], "high": numbers[-1], "scale": "log"},
            "y_axis": {"label": words["y"], "low": 0, "high": 0.4},
            "series": [
                curve(words["finite"], 0, numbers, rates),
                curve(words["endless"], 1, numbers, [limit for _ in numbers]),
                *points(words["runs"], 6, found if as_simulated else ()),
            ],
        }

    def sentence(pulses: float, qber: float, share: float) -> str:
        settings = line(qber, share, pulses)
        key = expected_key(settings)
        sample = round(key.n_compared)
        told = {"pulses": number_text(settings.n_pulses), "sample": number_text(sample)}
        if sample < 1 or key.n_key < 1:
            return words["told_few"].format(**told)
        margin = serfling_margin(sample, key.n_key, (FiniteSecurity().epsilon_secrecy / 4) ** 2)
        rate, limit = key.rate, endless(qber, share)
        return words["told" if rate else "told_none"].format(
            **told,
            margin=percent_text(margin),
            bits=number_text(key.key_length),
            share=percent_text(rate / limit if limit else 0.0),
        )

    return LiveFigure(
        {
            "pulses": power_slider(words, "pulses", 10_000, (1e3, 1e8), ",.0f"),
            "qber": number_slider(words, "qber", 0.02, (0, 0.06), 0.0025, ".2%"),
            "share": number_slider(words, "share", 0.25, (0.05, 0.5), 0.05, ".0%"),
        },
        curves,
        sentence,
    )
