"""The exercises of the notebook on loss, noise and detectors."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp
from typing import Any

import numpy as np

from ..learning.exercise import TRIALS, Exercise, function_check
from ..learning.number_answers import judge_answer, judge_number, number_given


def _fibres(rng: np.random.Generator) -> Iterator[tuple[float, float]]:
    yield 30.0, 0.2
    for _ in range(TRIALS):
        yield float(rng.integers(1, 200)), round(float(rng.uniform(0.16, 0.35)), 2)


def _judge_transmittance(got: Any, length_km: float, attenuation: float) -> None:
    loss = length_km * attenuation
    expected = 10 ** (-loss / 10)
    concepts = {
        loss: "That is the loss in dB; the share of photons that survive is asked for.",
        10 ** (loss / 10): "More photons arrive than were sent: loss is a negative power.",
        1 - expected: "That is the share that is lost; asked for is the share that survives.",
        10 ** (-loss / 20): "Decibels of power have a 10 in the exponent; the 20 is for amplitudes.",
        10 ** (-loss): "Decibels are tenths of a bel: divide the loss by 10 in the exponent.",
        exp(-loss / 10): "Decibels are powers of 10, not of e.",
        exp(-loss): "The loss is in dB, which are powers of 10, divided by 10.",
    }
    judge_number(
        got,
        expected,
        case=f"{length_km:g} km at {attenuation:g} dB/km",
        concepts=concepts,
        otherwise=f"the loss is {loss:g} dB, and {expected:.4g} of the photons survive.",
    )


TRANSMITTANCE = Exercise(
    name="the share of photons that survive a fibre",
    examine=function_check("transmittance", _fibres, _judge_transmittance),
    hints=(
        "First the loss in dB: length times loss per kilometre.",
        "10 dB leave one photon in ten, 20 dB one in a hundred.",
        "The share that survives is 10 to the power of minus the loss divided by 10.",
    ),
    answer="lambda length_km, attenuation: 10 ** (-length_km * attenuation / 10)",
    because="50 km at 0.2 dB/km lose 10 dB: one photon in ten arrives.",
)


def _clicks(rng: np.random.Generator) -> Iterator[tuple[float, float, float]]:
    for _ in range(TRIALS):
        signal, empty = 10 ** rng.uniform(-6, -4), 10 ** rng.uniform(-7, -5)
        yield float(signal), float(empty), round(float(rng.uniform(0.005, 0.05)), 3)


def _judge_qber(got: Any, signal: float, empty: float, error: float) -> None:
    gain = signal + empty
    expected = (error * signal + empty / 2) / gain
    concepts = {
        (error * signal + empty) / gain: "A dark count is right half of the time, by chance.",
        error * signal
        + empty / 2: "That counts wrong clicks per pulse; the QBER is their share of all clicks.",
        error + empty / 2 / gain: "The error e belongs to the clicks of photons alone, not to all.",
        error + empty / 2: "Dark counts are rare per pulse; what counts is how many of the clicks they are.",
    }
    judge_number(
        got,
        expected,
        case=f"the click probabilities {signal:.2e} and {empty:.2e} and the error {error:g}",
        concepts=concepts,
        otherwise=f"the QBER is {expected:.4g}: wrong clicks divided by all clicks.",
        tolerance=1e-3,  # with or without the chance of both at once
    )


DARK_QBER = Exercise(
    name="the QBER with dark counts",
    examine=function_check("qber", _clicks, _judge_qber),
    hints=(
        "Count per pulse sent: how many clicks are there, and how many of them are wrong?",
        "Wrong are a share e of the clicks of photons, and half of the dark counts.",
        "Divide the wrong clicks by all clicks, signal + dark.",
    ),
    answer="lambda signal, dark, e: (e * signal + dark / 2) / (signal + dark)",
    because=(
        "On a short line the photons outweigh the dark counts and the QBER is e; where only dark counts are "
        "left it is 1/2."
    ),
)


def _examine_extra(answer: Any, _rng: np.random.Generator) -> None:
    value = number_given(answer, "the answer must be a number of kilometres")
    concepts = {
        10.0: "that is the answer in dB: how many kilometres lose 10 dB?",
        2.0: "0.2 dB are lost in each kilometre: divide by it, and do not multiply.",
        15.0: "3 dB are a factor of 2; here it is a factor of 10.",
        500.0: "ten times fewer dark counts are one factor of ten: how many dB is that?",
    }
    told = f"{value:g} km is not it. Photons and dark counts in the same proportion give the same QBER."
    judge_answer(value, 50, concepts, told, within=0.5)


EXTRA_REACH = Exercise(
    name="how much further with ten times fewer dark counts",
    examine=_examine_extra,
    hints=(
        "The QBER depends on the proportion of photons and dark counts alone.",
        "Ten times fewer dark counts allow ten times fewer photons: a loss of how many dB more?",
        "A factor of ten is 10 dB, and a kilometre loses 0.2 dB.",
    ),
    answer="50",
    because="Ten times fewer photons may arrive, which is 10 dB more loss, and 10 dB / (0.2 dB/km) = 50 km.",
)
