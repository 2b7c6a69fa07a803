"""Protocols under the repeaterless bound: perfect devices, and those of two papers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import floor, log10
from typing import Any

import numpy as np

from qkdlab import (
    GYS_LINK,
    RUSCA_LINK,
    AsymptoticSecurity,
    DecoySource,
    Detector,
    Link,
    SessionSettings,
    SinglePhotonSource,
)
from qkdlab.sweep import SweepResult, sweep
from qkdlab.theory.expected_key import long_run_rate
from qkdlab.theory.rates import straight_line_limit

BOUND, SINGLE, DECOYS = "bound", "single photons, perfect devices", "decoys, perfect devices"
RUSCA, GYS = "Rusca et al., one decoy", "GYS, two decoys"
ATTENUATION_DB_PER_KM, FURTHEST_KM = 0.2, 300
SEEDS, WANTED_CLICKS, MOST_PULSES = 3, 5e5, 1e9

PERFECT = Link(misalignment_error=0, detector=Detector(efficiency=1, dark_count_probability=0))
BRIGHT = DecoySource(
    signal=0.9, decoy=0.1, signal_probability=0.9, decoy_probability=0.08, vacuum_probability=0.02
)
LINKS = {
    SINGLE: replace(PERFECT, source=SinglePhotonSource()),
    DECOYS: replace(PERFECT, source=BRIGHT),
    RUSCA: replace(RUSCA_LINK, detector=replace(RUSCA_LINK.detector, dead_gates=0)),
    GYS: replace(GYS_LINK, attenuation_db_per_km=ATTENUATION_DB_PER_KM),
}
"""The links of the figure, all with the same fibre, of whatever length; without dead time."""

SETTINGS = SessionSettings(
    n_pulses=10**9, link=PERFECT, security=AsymptoticSecurity(), sample_fraction=0.1, seed=2017
)
NAMES = ("link.source", "link.detector", "link.misalignment_error")


def line(kind: str, length_km: float) -> Link:
    """Return a link of the figure at a length."""
    return replace(LINKS[kind], length_km=length_km)


def bound(length_km: float) -> float:
    """Return the most secret bits of a mode of light over the fibre, whatever the devices."""
    return straight_line_limit(line(SINGLE, length_km).transmittance)


def point(kind: str, length_km: float) -> dict[str, Any]:
    """Return a point of the sweep: about half a million clicks, if 10⁹ pulses make so many."""
    link = line(kind, length_km)
    pulses = min(MOST_PULSES, WANTED_CLICKS / link.expected_gain)
    digit = 10 ** floor(log10(pulses))
    parts = dict(zip(NAMES, (link.source, link.detector, link.misalignment_error), strict=True))
    return {"link.length_km": length_km, **parts, "n_pulses": int(pulses // digit * digit)}


def points() -> list[dict[str, Any]]:
    """Return the points of the sweep: each kind, as far as 10⁹ pulses carry it."""
    furthest = {SINGLE: 200, DECOYS: 150, RUSCA: 200, GYS: 100}
    return [point(kind, km) for kind, last in furthest.items() for km in range(0, last + 1, 25)]


def runs(
    over: Iterable[Mapping[str, Any]], *, what: str = "session", seeds: int = SEEDS, executor: Any = "serial"
) -> SweepResult:
    """Run sessions at these points, or work out the keys that theory expects."""
    seeds = seeds if what == "session" else 1
    return sweep(SETTINGS, list(over), what=what, seeds=seeds, executor=executor, progress=False)


def stored(executor: Any = "serial") -> SweepResult:
    """Run all sessions of the figure."""
    return runs(points(), executor=executor)


def named(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with the name of the link that each is of."""
    kinds = {repr(link.source): kind for kind, link in LINKS.items()}
    return [{**row, "kind": kinds[row["link.source"]]} for row in rows]


def long_run(kind: str, length_km: float) -> float:
    """Return the secret bits per pulse of a run as long as one likes, with the sessions' way to correct."""
    return long_run_rate(replace(SETTINGS, link=line(kind, length_km)))


def curves() -> list[dict[str, Any]]:
    """Return the bound and the rates of long runs as rows."""
    lengths = np.linspace(0, FURTHEST_KM, 121).tolist()
    rows = [{"kind": BOUND, "link.length_km": km, "secret_bits_per_pulse": bound(km)} for km in lengths[1:]]
    return rows + [
        {"kind": kind, "link.length_km": km, "secret_bits_per_pulse": long_run(kind, km)}
        for kind in LINKS
        for km in lengths
    ]
