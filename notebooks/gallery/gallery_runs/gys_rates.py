"""Sessions and formulas on the link of Gobby, Yuan and Shields, with decoys and without."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from math import exp, floor, log10
from typing import Any

import scipy

from qkdlab import GYS_LINK, AsymptoticSecurity, DecoySource, Link, SessionSettings, WeakCoherentSource
from qkdlab.sweep import SweepResult, sweep
from qkdlab.theory.rates import expected_rate
from qkdlab.theory.search import Range, maximise
from qkdlab.values import binary_entropy

EFFICIENCY = 1.22
"""Leak of error correction over the Shannon limit, as the paper takes it."""

SIGNALS = 0.8
"""Share of the pulses that are signals, in runs with decoys."""

DECOYS = DecoySource(
    signal=0.48, decoy=0.05, signal_probability=SIGNALS, decoy_probability=0.15, vacuum_probability=0.05
)
INFINITE, WEAK, NONE = "infinitely many decoys", "vacuum and a weak decoy", "no decoys"
SEEDS = 5
WANTED_CLICKS = 1e6
MOST_PULSES = 1e9

SETTINGS = SessionSettings(
    n_pulses=10**9,
    link=replace(GYS_LINK, source=DECOYS),
    security=AsymptoticSecurity(),
    sample_fraction=0.1,
    seed=2005,
)


def gys(length_km: float, decoy: float = DECOYS.decoy) -> Link:
    """Return the link at a length, with the decoys of the paper or a weak one of another mean."""
    return replace(GYS_LINK, length_km=length_km, source=replace(DECOYS, decoy=decoy))


@cache
def best_laser(length_km: float) -> WeakCoherentSource:
    """Return the laser without decoys that gives the most key at a length; its mean has two digits."""

    def rate(numbers: tuple[float, ...]) -> float:
        source = WeakCoherentSource(mean_photon_number=numbers[0])
        return 1e9 * expected_rate(replace(gys(length_km), source=source), efficiency=EFFICIENCY)

    found = maximise(rate, [Range(low=1e-3, high=0.1, logarithmic=True)])
    return WeakCoherentSource(mean_photon_number=float(f"{found.numbers[0]:.1e}"))


def paper_rate(kind: str, length_km: float) -> float:
    """Return the secret bits per signal pulse by Ma et al., eq. (1); negative if there are none."""
    link = gys(length_km)
    if kind == NONE:
        link = replace(link, source=best_laser(length_km))
    return expected_rate(link, efficiency=EFFICIENCY, infinite=kind == INFINITE)


def printed_rate(kind: str, length_km: float) -> float:
    """Return the rate with decoys as the paper prints it: no pulse clicks by light and by a dark count.

    Eqs. (1), (6) to (11), (34) and (37), written here once more.
    """
    dark, wrong, eta = 1.7e-6, 0.033, 0.045 * 10 ** (-0.21 * length_km / 10)
    mu, nu = DECOYS.signal, DECOYS.decoy
    gains = {mean: dark + 1 - exp(-eta * mean) for mean in (mu, nu)}
    errors = {mean: dark / 2 + wrong * (1 - exp(-eta * mean)) for mean in (mu, nu)}
    one = dark + eta
    single, error = one, (dark / 2 + wrong * eta) / one
    if kind == WEAK:
        single = gains[nu] * exp(nu) - gains[mu] * exp(mu) * nu**2 / mu**2 - (mu**2 - nu**2) / mu**2 * dark
        single *= mu / (mu * nu - nu**2)
        error = (errors[nu] * exp(nu) - dark / 2) / (single * nu)
    secret = single * mu * exp(-mu) * (1 - binary_entropy(error))
    return (secret - gains[mu] * EFFICIENCY * binary_entropy(errors[mu] / gains[mu])) / 2


def reach_km(kind: str, rate: Callable[[str, float], float] = paper_rate) -> float:
    """Return the length at which a rate of the paper ends."""
    first, last = (30.0, 50.0) if kind == NONE else (130.0, 150.0)
    return float(scipy.optimize.brentq(lambda km: rate(kind, km), first, last, xtol=1e-4))


def curves() -> list[dict[str, Any]]:
    """Return the three rates of the paper as rows: those of a sweep's plot."""
    return [
        {"kind": kind, "link.length_km": km, "rate": max(0.0, paper_rate(kind, km))}
        for kind in (INFINITE, WEAK, NONE)
        for km in [reach_km(kind) * share / 40 for share in range(40)] + [0.995 * reach_km(kind)]
    ]


def point(length_km: float, source: DecoySource | WeakCoherentSource) -> dict[str, Any]:
    """Return a point of the sweep: about a million clicks, if 10⁹ pulses make so many."""
    gain = replace(GYS_LINK, length_km=length_km, source=source).expected_gain
    pulses = min(MOST_PULSES, WANTED_CLICKS / gain)
    digit = 10 ** floor(log10(pulses))
    return {"link.length_km": length_km, "link.source": source, "n_pulses": int(pulses // digit * digit)}


def points() -> list[dict[str, Any]]:
    """Return all points of the sweep."""
    with_decoys = [point(km, DECOYS) for km in range(0, 131, 10)]
    return with_decoys + [point(km, best_laser(km)) for km in range(0, 36, 5)]


def runs(
    over: Sequence[Mapping[str, Any]], *, what: str = "session", seeds: int = SEEDS, executor: Any = "serial"
) -> SweepResult:
    """Run sessions at some points, or work out the keys that theory expects."""
    seeds = seeds if what == "session" else 1
    return sweep(SETTINGS, over, what=what, seeds=seeds, executor=executor, progress=False)


def stored(executor: Any = "serial") -> SweepResult:
    """Run all sessions of the figure."""
    return runs(points(), executor=executor)


def per_signal(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with the kind of source, and with the secret bits per signal pulse, as papers count them."""
    found = []
    for row in rows:
        kind = WEAK if str(row["link.source"]).startswith("DecoySource") else NONE
        share = SIGNALS if kind == WEAK else 1.0
        found.append({**row, "kind": kind, "rate": row["secret_bits_per_pulse"] / share})
    return found
