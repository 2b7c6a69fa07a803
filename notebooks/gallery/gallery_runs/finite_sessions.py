"""Sessions on the link of Lim et al. with their formula and with exact limits, against the number of pulses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from qkdlab import LIM_LINK, DecoySource, FiniteSecurity, PublishedSecurity, SessionSettings, optimise
from qkdlab.sweep import SweepResult, sweep

LENGTH_KM = 20
PULSES = (10_000_000, 20_000_000, 50_000_000, 100_000_000, 200_000_000, 500_000_000)
SEEDS = 3
SECURITY = {
    "as published": PublishedSecurity(epsilon_secrecy=1e-10, epsilon_correctness=1e-15),
    "exact limits": FiniteSecurity(epsilon_secrecy=1e-10, epsilon_correctness=1e-15),
}

SETTINGS = SessionSettings(
    n_pulses=PULSES[-1],
    link=replace(LIM_LINK, length_km=LENGTH_KM),
    security=SECURITY["exact limits"],
    z_probability=0.9,
    seed=2014,
)


def point(mode: str, n_pulses: int) -> dict[str, Any]:
    """Return a point of the sweep: the best settings for so many pulses, with three digits."""
    best = optimise(SETTINGS, n_pulses=n_pulses, security=SECURITY[mode]).settings
    source = best.link.source
    if not isinstance(source, DecoySource) or not isinstance(best.z_probability, float):
        raise TypeError(f"the best settings must have decoys and a bias, got {best}")
    signal, decoy = round(source.signal_probability, 3), round(source.decoy_probability, 3)
    return {
        "mode": mode,
        "n_pulses": n_pulses,
        "link.source.signal": round(source.signal, 3),
        "link.source.decoy": round(source.decoy, 3),
        "link.source.signal_probability": signal,
        "link.source.decoy_probability": decoy,
        "link.source.vacuum_probability": round(1 - signal - decoy, 3),
        "z_probability": round(best.z_probability, 3),
        "sample_fraction": float(f"{best.sample_fraction:.2g}"),
    }


def runs(
    over: Iterable[Mapping[str, Any]], *, what: str = "session", seeds: int = SEEDS, executor: Any = "serial"
) -> SweepResult:
    """Run sessions at these points, or work out the keys that theory expects."""
    seeds = seeds if what == "session" else 1
    points = [
        {"security": SECURITY[one["mode"]], **{name: one[name] for name in one if name != "mode"}}
        for one in over
    ]
    return sweep(SETTINGS, points, what=what, seeds=seeds, executor=executor, progress=False)


def stored(executor: Any = "serial") -> SweepResult:
    """Run all sessions of the figure."""
    return runs((point(mode, n) for mode in SECURITY for n in PULSES), executor=executor)


def moded(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with the name of their mode in place of its settings."""
    modes = {repr(security): mode for mode, security in SECURITY.items()}
    return [{**row, "mode": modes[row["security"]]} for row in rows]


def points_of(rows: SweepResult) -> list[dict[str, Any]]:
    """Return the points that rows are of, each once."""
    names = ("mode", *(name for name in rows.swept if name != "security"))
    points = [{name: row[name] for name in names} for row in moded(rows)]
    return [one for place, one in enumerate(points) if one not in points[:place]]
