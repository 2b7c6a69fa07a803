"""What splitting photon numbers tells Eve, on the GYS link with a laser and no decoys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import floor, log, log10
from typing import Any

import numpy as np
import scipy

from qkdlab import (
    GYS_LINK,
    AsymptoticSecurity,
    Link,
    PhotonNumberSplitting,
    SessionSettings,
    WeakCoherentSource,
)
from qkdlab.sweep import SweepResult, sweep

MEANS = (0.02, 0.05, 0.1, 0.2, 0.48)
LENGTHS_KM = tuple(range(0, 101, 10))
WANTED_CLICKS, MOST_PULSES = 2e5, 1e9
MEAN = "link.source.mean_photon_number"

SETTINGS = SessionSettings(
    n_pulses=10**9,
    link=replace(GYS_LINK, source=WeakCoherentSource(mean_photon_number=0.1)),
    eavesdropper=PhotonNumberSplitting(),
    security=AsymptoticSecurity(),
    seed=2000,
)


def laser(length_km: float, mean: float) -> Link:
    """Return the GYS link with a laser of this mean."""
    return replace(GYS_LINK, length_km=length_km, source=WeakCoherentSource(mean_photon_number=mean))


def runs(over: Iterable[Mapping[str, Any]], *, executor: Any = "serial") -> SweepResult:
    """Run a session with Eve at each of these points."""
    return sweep(SETTINGS, list(over), executor=executor, progress=False)


def stored(executor: Any = "serial") -> SweepResult:
    """Run all sessions of the figure: about 200,000 clicks each, if 10⁹ pulses make so many."""
    points = []
    for mean in MEANS:
        for km in LENGTHS_KM:
            pulses = min(MOST_PULSES, WANTED_CLICKS / laser(km, mean).expected_gain)
            digit = 10 ** floor(log10(pulses))
            points.append({"link.length_km": km, MEAN: mean, "n_pulses": int(pulses // digit * digit)})
    return runs(points, executor=executor)


def shares(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with the share of the sifted bits that Eve knows for certain."""
    return [{**row, "eve_share": row["eve_certain_bits"] / row["sifted_bits"]} for row in rows]


def expected_share(length_km: float, mean: float) -> float:
    """Return the share that theory expects her to know."""
    return float(SETTINGS.eavesdropper.expected_share(laser(length_km, mean)) or 0.0)  # type: ignore[union-attr]


def curves() -> list[dict[str, Any]]:
    """Return the expected shares as rows."""
    lengths = np.linspace(0, LENGTHS_KM[-1], 101).tolist()
    return [
        {"link.length_km": km, MEAN: mean, "eve_share": expected_share(km, mean)}
        for mean in MEANS
        for km in lengths
    ]


def known_from_km(mean: float) -> float:
    """Return the length from which Eve lets no single photon through; 0 if that is any length."""

    def single(km: float) -> float:
        """Return how much gain is missing without single photons; negative if there is more than enough."""
        link, photons = laser(km, mean), np.arange(2, 30)
        weights = link.source.photon_probabilities(29)[2:]
        several = float(weights @ (1 - (1 - link.detector.efficiency) ** (photons - 1)))
        return link.source.click_probability(link.efficiency) - several

    return 0.0 if single(0) <= 0 else float(scipy.optimize.brentq(single, 0, 300, xtol=1e-6))


def all_known_below(mean: float) -> float:
    """Return the transmittance below which Eve knows all, if Bob's losses are hers, too: 1 - ln(1 + μ) / μ.

    There the pulses of several photons alone are as many as Bob's clicks: 1 - (1 + μ) e^-μ = 1 - e^(-μ η).

    >>> round(all_known_below(0.48), 3)
    0.183
    """
    return 1 - log(1 + mean) / mean
