"""The exercises of the notebook on decoys."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp
from typing import Any

import numpy as np

from ...distillation.estimation.decoys import least_single_yield
from ...errors import shown
from ..learning.exercise import TRIALS, Exercise, NotYet, function_check
from ..learning.hard_points import Misconception
from ..learning.number_answers import judge_number


def _means(rng: np.random.Generator) -> Iterator[tuple[float]]:
    yield (0.1,)
    for _ in range(TRIALS):
        yield (round(float(rng.uniform(0.05, 1.5)), 3),)


def _judge_multiphoton(got: Any, mean: float) -> None:
    empty, one = exp(-mean), mean * exp(-mean)
    expected = 1 - empty - one
    concepts = {
        1 - empty: "That is the share of pulses with one photon or more; two or more are asked for.",
        one: "That is the share of pulses with one photon.",
        mean**2 / 2 * empty: "That is the share with exactly two photons; three and more count as well.",
        mean**2 / 2: "That is a good approximation for weak pulses, but the exact share is asked for.",
        expected / (1 - empty): "That is the share among pulses that are not empty; count among all pulses.",
    }
    judge_number(
        got,
        expected,
        case=f"{mean:g} photons on average",
        concepts=concepts,
        otherwise=f"{expected:.4g} of the pulses hold two photons or more.",
    )


MULTIPHOTON = Exercise(
    name="the share of pulses with several photons",
    examine=function_check("several", _means, _judge_multiphoton),
    hints=(
        "Everything is possible but no photon, and one photon.",
        "A pulse holds n photons with probability exp(-μ) μⁿ / n!.",
        "Subtract exp(-μ) and μ exp(-μ) from 1.",
    ),
    answer="lambda mu: 1 - math.exp(-mu) * (1 + mu)",
    because="At μ = 0.1 that is 0.5 % of all pulses, and 4.9 % of those that hold any photon.",
)


def _gains(rng: np.random.Generator) -> Iterator[tuple[float, float, float, float, float]]:
    for _ in range(TRIALS):
        mu, nu = round(float(rng.uniform(0.3, 0.8)), 2), round(float(rng.uniform(0.03, 0.2)), 2)
        empty, reach = float(10 ** rng.uniform(-7, -5)), float(10 ** rng.uniform(-4, -2))
        signal, decoy = (1 - (1 - empty) * exp(-reach * mean) for mean in (mu, nu))
        yield mu, nu, signal, decoy, empty


def _judge_bound(got: Any, mu: float, nu: float, signal: float, decoy: float, empty: float) -> None:
    expected = least_single_yield(mu, nu, signal * exp(mu), decoy * exp(nu), empty)
    concepts = {
        (decoy * exp(nu) - empty) / nu: (
            "That takes all clicks of the decoy for single photons. Some of its pulses hold several, and "
            "the signal tells how many at most."
        ),
        decoy / nu: "That takes every click of the decoy for a single photon.",
        least_single_yield(mu, nu, signal, decoy, empty): (
            "Multiply the gains by exp(ν) and exp(μ): then every photon number has the same yield in both."
        ),
        least_single_yield(mu, nu, signal * exp(mu), decoy * exp(nu), 0.0): (
            "Empty pulses click, too: take off (μ² - ν²)/μ² of Y₀."
        ),
        expected * (mu * nu - nu**2) / mu: "The factor μ / (μν - ν²) before the bracket is missing.",
    }
    judge_number(
        got,
        expected,
        case=f"μ = {mu:g}, ν = {nu:g}, Q_μ = {signal:.4e}, Q_ν = {decoy:.4e}, Y₀ = {empty:.2e}",
        concepts=concepts,
        otherwise=f"the bound is {expected:.5g}.",
        tolerance=1e-5,
    )


YIELD_BOUND = Exercise(
    name="the lower bound on the yield of single photons",
    examine=function_check("yield_bound", _gains, _judge_bound),
    hints=(
        "The formula stands under “With decoys: she is seen”: four numbers and Y₀ go in.",
        "In brackets: Q_ν exp(ν), less ν²/μ² of Q_μ exp(μ), less (μ² - ν²)/μ² of Y₀.",
        "Before the brackets: μ / (μν - ν²).",
    ),
    answer=(
        "lambda mu, nu, q_mu, q_nu, y0: mu / (mu * nu - nu**2) * (q_nu * math.exp(nu) "
        "- q_mu * math.exp(mu) * nu**2 / mu**2 - (mu**2 - nu**2) / mu**2 * y0)"
    ),
    because=(
        "The signal holds relatively more pulses of several photons than the decoy. Taking off as much of "
        "it as cancels those of two photons leaves no more than the single photons."
    ),
)

FIGURES = ("QBER", "signal gain", "decoy gain", "vacuum gain")


def _examine_telltale(answer: Any, _rng: np.random.Generator) -> None:
    text = " ".join(answer.lower().split()) if isinstance(answer, str) else ""
    concepts = {
        "qber": "the photon that she keeps does not disturb the others: the QBER stays as it was.",
        "signal gain": "she blocks just as many single photons as it takes to keep Bob's total gain.",
        "vacuum gain": "an empty pulse has no photon to keep or to block.",
    }
    if text == "decoy gain":
        return
    names = ", ".join(map(repr, FIGURES))
    raise NotYet(concepts.get(text, f"the answer must be one of {names}, got {shown(answer)}."))


TELLTALE = Exercise(
    name="the figure that betrays photon-number splitting",
    examine=_examine_telltale,
    hints=(
        "Eve sees how many photons a pulse holds, but not with which intensity it was sent.",
        "She blocks single photons and lets pulses of several through. Which intensity suffers most?",
        "The weaker the pulses, the larger the share of single photons among those that are not empty.",
    ),
    answer="'decoy gain'",
    because="Nearly all clicks of a weak decoy come from single photons, and these are what she blocks.",
    wrong=(Misconception(point="single_photons", answer="QBER"),),
)
