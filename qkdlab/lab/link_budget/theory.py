"""The theory of the link budget: key rates and error rates against distance, as the simulation runs them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil

from ...exchange.expected import expected_sifting
from ...link import Link, WeakCoherentSource
from ...settings.session_settings import SessionSettings
from ...theory.rates import expected_rate

SHORTEST_AXIS_KM = 200.0
STEPS = 50
EFFICIENCY = 1.2
"""f of the curves, for every error rate: about what the original Cascade has."""
BISECTIONS = 30

SINGLE, TAGGED, DECOYS, INFINITE = "single", "tagged", "decoys", "infinite"


@dataclass(frozen=True, slots=True)
class Family:
    """All links that differ from one another by their length alone, and the share disclosed on them."""

    link: Link
    sample_fraction: float

    @classmethod
    def of(cls, settings: SessionSettings) -> Family:
        """Return the family of a session's link."""
        return cls(replace(settings.link, length_km=0.0), settings.sample_fraction)

    def at(self, length_km: float) -> Link:
        """Return the link of this length."""
        return replace(self.link, length_km=length_km)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The rates that the source allows: the one that a session has comes first."""
        if self.link.source.intensities:
            return DECOYS, INFINITE
        return (TAGGED,) if isinstance(self.link.source, WeakCoherentSource) else (SINGLE,)

    def rate(self, kind: str, length_km: float) -> float:
        """Return the secret bits per signal pulse without Eve, in a long run; negative if there are none.

        BB84 in the textbook mode, less the disclosed sample; error correction leaks 1.2 h(E).
        """
        rate = expected_rate(self.at(length_km), efficiency=EFFICIENCY, infinite=kind == INFINITE)
        return (1 - self.sample_fraction) * rate


@lru_cache(maxsize=64)
def reach_km(family: Family, kind: str) -> float | None:
    """Return the distance at which a rate falls to zero; None if there is no key even at 0 km.

    >>> from qkdlab import GYS_LINK
    >>> round(reach_km(Family(GYS_LINK, 0.25), "decoys"), 1)
    141.4
    """
    if family.rate(kind, 0.0) <= 0:
        return None
    low, high = 0.0, 1.0
    while high < 1e4 and family.rate(kind, high) > 0:
        low, high = high, 2 * high
    high = min(high, 1e4)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if family.rate(kind, middle) > 0 else (low, middle)
    return low


@lru_cache(maxsize=64)
def rate_curve(family: Family, kind: str, furthest: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return distances up to `furthest` km and the rates there, as far as there is a key."""
    reach = reach_km(family, kind)
    if reach is None:
        return (), ()
    stop = min(reach, furthest)
    # Close to the end the rate falls steeply: the last part is drawn with finer steps.
    shares = [i / STEPS for i in range(STEPS)] + [1 - 10 ** (-2 - i / 2) for i in range(1, 13)]
    distances = [stop * share for share in shares]
    rates = [family.rate(kind, distance) for distance in distances]
    kept = [(distance, rate) for distance, rate in zip(distances, rates, strict=True) if rate > 0]
    return tuple(distance for distance, _ in kept), tuple(rate for _, rate in kept)


def is_endless(family: Family) -> bool:
    """Whether nothing ends the key, as each click needs light, but that floats end before the photons do."""
    return not family.link.background_probability


def furthest_km(family: Family, lengths_km: Iterable[float]) -> float:
    """Return where the axis of distances ends, for runs of these lengths: a multiple of 50 km.

    It reaches beyond the end of each rate that has one.

    >>> from qkdlab import GENERIC_LINK
    >>> furthest_km(Family(GENERIC_LINK, 0.25), [120.0]), furthest_km(Family(GENERIC_LINK, 0.25), [276.0])
    (250.0, 300.0)
    """
    reaches = () if is_endless(family) else [reach_km(family, kind) for kind in family.kinds]
    ends = [50.0 * (reach // 50 + 1) for reach in reaches if reach is not None]
    return max(SHORTEST_AXIS_KM, *ends, *(50.0 * ceil(length / 50) for length in lengths_km))


def expected_errors(settings: SessionSettings, length_km: float) -> float | None:
    """Return the QBER that theory expects of the signal bits at another length, Eve included."""
    link = replace(settings.link, length_km=length_km)
    return expected_sifting(settings.protocol_table, link, settings.eavesdropper, signals_only=True).qber


@lru_cache(maxsize=16)
def error_curve(
    settings: SessionSettings, furthest: float
) -> tuple[tuple[float, ...], tuple[float | None, ...]]:
    """Return distances up to `furthest` km and the QBER there; give `settings` of length 0 and one seed."""
    distances = tuple(furthest * i / STEPS for i in range(STEPS + 1))
    return distances, tuple(expected_errors(settings, distance) for distance in distances)


def without_length(settings: SessionSettings) -> SessionSettings:
    """Return the settings by which `error_curve` is cached: without what its curve does not depend on."""
    return replace(settings, seed=0, n_pulses=1, link=replace(settings.link, length_km=0.0))


def prepare(settings: SessionSettings) -> None:
    """Compute the curves that the charts of a session will ask for, so that they are at hand then."""
    family = Family.of(settings)
    furthest = furthest_km(family, [settings.link.length_km])
    for kind in family.kinds:
        rate_curve(family, kind, furthest)
    error_curve(without_length(settings), furthest)
