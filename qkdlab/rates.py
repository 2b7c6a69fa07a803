"""Key rates in theory: what a link with decoys would give, without simulating a pulse."""

from __future__ import annotations

from dataclasses import replace
from math import exp

from scipy.optimize import brentq

from .distillation.decoys import Observation, SinglePhotonBounds, decoy_bounds, gllp_rate
from .link import Link, SinglePhotonSource, WeakCoherentSource
from .values import binary_entropy, check_non_negative, check_probability


def expected_observations(link: Link) -> tuple[Observation, ...]:
    """Return the closed-form gain and error gain of each intensity, signal first, without Eve.

    A source of weak coherent pulses without decoys counts as one that has only a signal.

    Raises
    ------
    ValueError
        If the source is not a laser.
    """
    source = link.source
    means = [choice.mean_photon_number for choice in source.intensities]
    if isinstance(source, WeakCoherentSource):
        means = [source.mean_photon_number]
    if not means:
        raise ValueError(f"source must be a laser, got {source!r}")
    rows = []
    for mean in means:
        bright = replace(link, source=WeakCoherentSource(mean_photon_number=mean))
        gain = bright.expected_gain
        error_gain = gain * (bright.expected_qber() or 0.0)
        rows.append(Observation(mean_photon_number=mean, gain=gain, error_gain=error_gain))
    return tuple(rows)


def infinite_decoys(link: Link) -> SinglePhotonBounds:
    """Return the true yield and error rate of single photons, which infinitely many decoys would find.

    >>> from qkdlab import GYS_LINK
    >>> round(infinite_decoys(GYS_LINK).yield_lower, 6)
    0.004012
    """
    one = replace(link, source=SinglePhotonSource())
    return SinglePhotonBounds(yield_lower=one.expected_gain, error_upper=min(0.5, one.expected_qber() or 0.0))


def expected_rate(link: Link, *, efficiency: float = 1.0, infinite: bool = False) -> float:
    """Return the asymptotic key rate R in bits per signal pulse, by GLLP; negative if there is none.

    Parameters
    ----------
    link
        The link, with a `DecoySource`; no Eve.
    efficiency
        Leak of error correction over the Shannon limit, f ≥ 1.
    infinite
        Take the single photons as infinitely many decoys would find them, and not as bounded by the
        decoys of the source.
    """
    signal, *others = expected_observations(link)
    if infinite:
        bounds = infinite_decoys(link)
    elif others:
        bounds = decoy_bounds(signal, *others)
    else:
        raise ValueError(f"source must have decoys, got {link.source!r}")
    return gllp_rate(signal, bounds, efficiency=efficiency)


def optimal_signal(misalignment_error: float, *, efficiency: float = 1.0) -> float:
    """Return the best mean photon number of the signal on a long line without dark counts.

    The root of (1 - μ) e^-μ = f h(e_d) / (1 - h(e_d)) (Ma, Qi, Zhao and Lo, PRA 72, 012326 (2005));
    0 if there is none, because the errors alone eat the key.

    >>> round(optimal_signal(0.033, efficiency=1.22), 2)
    0.48
    """
    entropy = binary_entropy(check_probability("misalignment_error", misalignment_error, below=0.5))
    if entropy == 1 or check_non_negative("efficiency", efficiency) * entropy >= 1 - entropy:
        return 0.0
    cost = efficiency * entropy / (1 - entropy)
    return float(brentq(lambda mean: (1 - mean) * exp(-mean) - cost, 0, 1, xtol=1e-12))
