"""Detectors that remember: dead time and afterpulses, drawn for a whole run and in closed form.

A gate is the time slot of one pulse. After a click both detectors are off for `dead_gates` gates. Each
click of a detector causes, with `afterpulse_probability`, one more avalanche of the same detector, in
the first gate after the dead time or a geometric number of gates later; if it falls into a gate in which
the detectors are off once more, it is lost. Afterpulses cause afterpulses.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..values import Bits, as_index
from .detector import Detector

Keys = NDArray[np.int64]
"""Avalanches as numbers, 2 × gate + detector."""

MOST_STEPS = 200
"""Steps towards the stationary state, at the most; each is closer by a factor of two or more."""


def with_memory(
    slots: NDArray[np.int64],
    clicks: Bits,
    *,
    detector: Detector,
    n_gates: int,
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], Bits]:
    """Return the clicks of detectors that remember, given those of detectors that do not.

    The afterpulse of every click that might be is drawn first, whether or not the dead time swallows
    the click; then one pass in the order of time keeps what finds the detectors on. The detectors start
    rested. Without afterpulses nothing is drawn from `rng`.

    Parameters
    ----------
    slots
        int64, shape (n,): the gates in which photons, dark counts or noise make an avalanche, ascending.
    clicks
        uint8, shape (n,): 1 if it is in the detector of bit 0, 2 for bit 1, 3 for both.
    detector, n_gates
        The detectors, and the gates of the run.

    Returns
    -------
    Slots and clicks that are seen, of the same form. Slots may be new: afterpulses alone.
    """
    primary = np.sort(np.concatenate([2 * slots[clicks & 1 > 0], 2 * slots[clicks & 2 > 0] + 1]))
    keys, causes, effects = _avalanches(primary, detector, 2 * n_gates, rng)
    if detector.dead_gates:
        alive = np.zeros(len(keys) + 1, dtype=np.bool_)  # one more, for clicks without an afterpulse
        alive[np.searchsorted(keys, primary)] = True
        following = np.full(len(keys), -1)
        following[np.searchsorted(keys, causes)] = np.searchsorted(keys, effects)
        keys = keys[_accepted(keys, alive, following, detector.dead_gates)]
    seen, starts = np.unique(keys >> 1, return_index=True)
    masks = (1 + (keys & 1)).astype(np.uint8)
    return seen, np.bitwise_or.reduceat(masks, as_index(starts)) if len(seen) else masks


def _avalanches(
    primary: Keys, detector: Detector, end: int, rng: np.random.Generator
) -> tuple[Keys, Keys, Keys]:
    """Return all avalanches that might be, ascending, and which of them cause which.

    An avalanche with several causes is one avalanche.
    """
    known, causes, effects = [primary], [primary[:0]], [primary[:0]]
    fresh = primary if detector.afterpulse_probability else primary[:0]
    while len(fresh):
        parents = fresh[rng.random(len(fresh)) < detector.afterpulse_probability]
        delays = rng.geometric(1 / detector.afterpulse_gates, len(parents))
        children = parents + 2 * (detector.dead_gates + delays)
        inside = children < end
        causes.append(parents[inside])
        effects.append(children[inside])
        fresh = np.unique(children[inside])
        for earlier in known:
            places = np.searchsorted(earlier, fresh)
            there = places < len(earlier)
            there[there] = earlier[places[there]] == fresh[there]
            fresh = fresh[~there]
        known.append(fresh)
    return np.sort(np.concatenate(known)), np.concatenate(causes), np.concatenate(effects)


def _accepted(
    keys: Keys, alive: NDArray[np.bool_], following: NDArray[np.int64], dead_gates: int
) -> list[int]:
    """Return the places of the avalanches that find the detectors on, in one pass in the order of time."""
    kept: list[int] = []
    living, after = alive.tolist(), following.tolist()
    last, free = -1, 0
    for place, key in enumerate(keys.tolist()):
        if living[place]:
            slot = key >> 1
            if slot >= free:
                last, free = slot, slot + dead_gates + 1
            elif slot != last:
                continue
            kept.append(place)
            living[after[place]] = True
    return kept


@dataclass(frozen=True, kw_only=True, slots=True)
class OperatingPoint:
    """The state in which detectors settle after many gates.

    Parameters
    ----------
    on
        Share of the gates in which they are on.
    quiet
        For a gate that is on, the probability that no dark count, no noise and no afterpulse falls into
        the detector of bit 0, into that of bit 1, into either.
    """

    on: float
    quiet: tuple[float, float, float]


@lru_cache(maxsize=256)
def operating_point(detector: Detector, background: float, hits: tuple[float, float]) -> OperatingPoint:
    """Return the state in which detectors settle, in closed form up to a fixed point.

    Clicks occur only in gates that are on, and each switches off the next d = `dead_gates` of them. If a
    gate that is on has a click with probability R, then clicks come at r = R / (1 + d R) per gate and a
    share 1 - d r = 1 / (1 + d R) of the gates is on. This is exact, whatever the correlations.

    A detector that clicks with probability x in a gate that is on receives λ = p s x afterpulses in such a
    gate on average, p being the afterpulse probability and s the share of afterpulses that find the
    detectors on. With release probability q = 1 / m per gate (m = `afterpulse_gates`) a trap that is
    still filled survives a click of others, and the d gates after it, with probability (1 - q)^d:
    s = q / (q + R (1 - q) (1 - (1 - q)^d)). Several afterpulses may fall together: for clicks independent
    from gate to gate none does with probability ∏ (1 - p x q (1 - q)^k) ≈ (1 - λ / M)^M, where
    M = 2 m - 1 = 1 / Σ (q (1 - q)^k)². For m = 1 all of this is exact. Otherwise clicks are correlated,
    by afterpulses themselves, and λ is right to a relative order p² / m without dead time and p with it.
    To first order in p and the rate, R = D (1 + p) for a rate D without afterpulses, the model of Lim et al.,
    PRA 89, 022307 (2014).

    Parameters
    ----------
    detector
        The detectors.
    background
        Probability of a dark count or a noise photon, for each detector and gate.
    hits
        Probability that a photon is detected by the detector of bit 0, and by that of bit 1.
    """
    dark = np.array([1 - background, 1 - background, (1 - background) ** 2])
    light = np.array([1 - hits[0], 1 - hits[1], 1 - hits[0] - hits[1]])
    release, pending = 1 / detector.afterpulse_gates, np.ones(3)
    freed = -np.expm1(detector.dead_gates * np.log1p(-release)) if release < 1 else 1.0
    width = 2 * detector.afterpulse_gates - 1
    click = 0.0
    for _ in range(MOST_STEPS):
        silent = dark * light * pending
        click = 1 - float(silent[2])
        survive = release / (release + click * (1 - release) * freed)
        strength = detector.afterpulse_probability * survive / width
        first, second, both = 1 - silent[0], 1 - silent[1], 1 - silent[0] - silent[1] + silent[2]
        causes = np.array([first, second, first + second - strength * both])
        before, pending = pending, np.exp(width * np.log1p(-strength * causes))
        if np.max(np.abs(pending - before)) < 1e-15:
            break
    first, second, neither = (dark * pending).tolist()
    return OperatingPoint(on=1 / (1 + detector.dead_gates * click), quiet=(first, second, neither))
