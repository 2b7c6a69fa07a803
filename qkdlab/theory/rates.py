"""Key rates of a link without simulating a pulse, with and without decoys."""

from __future__ import annotations

from math import exp, log, log1p

import scipy

from ..distillation.estimation.decoys import Observation, SinglePhotonBounds, decoy_bounds
from ..errors import shown
from ..link import Link, SinglePhotonSource, WeakCoherentSource
from ..values import (
    binary_entropy,
    check_instance,
    check_non_negative,
    check_open_probability,
    check_probability,
)


def expected_observations(link: Link) -> tuple[Observation, ...]:
    """Return the closed-form gain and error gain of each intensity, signal first, without Eve.

    A source of weak coherent pulses without decoys counts as one that has only a signal.

    Raises
    ------
    ValueError
        If the source is not a laser.
    """
    source = check_instance("link", link, Link).source
    means = [choice.mean_photon_number for choice in source.intensities]
    if isinstance(source, WeakCoherentSource):
        means = [source.mean_photon_number]
    if not means:
        raise ValueError(f"source must be a laser, got {shown(source)}")
    rows = []
    for mean in means:
        pulses = WeakCoherentSource(mean_photon_number=mean)
        gain = link.gain_of(pulses)
        error_gain = gain * (link.expected_qber(source=pulses) or 0.0)
        rows.append(Observation(mean_photon_number=mean, gain=gain, error_gain=error_gain))
    return tuple(rows)


def infinite_decoys(link: Link) -> SinglePhotonBounds:
    """Return the true yield and error rate of single photons, which infinitely many decoys would find.

    >>> from qkdlab import GYS_LINK
    >>> round(infinite_decoys(GYS_LINK).yield_lower, 6)
    0.004012
    """
    check_instance("link", link, Link)
    one = SinglePhotonSource()
    return SinglePhotonBounds(
        yield_lower=link.gain_of(one), error_upper=min(0.5, link.expected_qber(source=one) or 0.0)
    )


def gllp_rate(signal: Observation, bounds: SinglePhotonBounds, *, efficiency: float = 1.0) -> float:
    """Return the secret bits per signal pulse of BB84 with unbiased bases; negative if there are none.

    R = 1/2 {-Q_μ f h(E_μ) + Y₁ μ e^-μ [1 - h(e₁)]} (Gottesman, Lo, Lütkenhaus and Preskill,
    quant-ph/0212066; Ma et al. 2005).

    Parameters
    ----------
    signal
        Gain and errors of the signal pulses.
    bounds
        What is known of the single photons.
    efficiency
        Leak of error correction over the Shannon limit, f ≥ 1.
    """
    check_non_negative("efficiency", efficiency)
    if not signal.gain:
        return 0.0
    leak = efficiency * binary_entropy(signal.error_gain / signal.gain)
    secret = bounds.share_of(signal) * (1 - binary_entropy(bounds.error_upper))
    return signal.gain / 2 * (secret - leak)


def expected_rate(link: Link, *, efficiency: float = 1.0, infinite: bool = False) -> float:
    """Return the asymptotic key rate R of BB84 in bits per signal pulse; negative if there is none.

    With decoys by GLLP, as `gllp_rate` has it. Without them the pulses of several photons count as Eve's, a
    share Δ of the clicks: R = Q/2 {(1 - Δ) [1 - h(E / (1 - Δ))] - f h(E)} (Gottesman, Lo, Lütkenhaus and
    Preskill, quant-ph/0212066); for single photons Δ = 0 (Shor and Preskill 2000).

    Parameters
    ----------
    link
        The link; no Eve.
    efficiency
        Leak of error correction over the Shannon limit, f ≥ 1.
    infinite
        Take the single photons as infinitely many decoys would find them, and not as bounded by the
        decoys of the source.
    """
    check_instance("link", link, Link)
    if not infinite and not link.source.intensities:
        return _rate_without_decoys(link, efficiency)
    signal, *others = expected_observations(link)
    bounds = infinite_decoys(link) if infinite else decoy_bounds(signal, *others)
    return gllp_rate(signal, bounds, efficiency=efficiency)


def _rate_without_decoys(link: Link, efficiency: float) -> float:
    gain, qber = link.expected_gain, link.expected_qber()
    if not gain or qber is None:
        return 0.0
    single = 1 - min(1.0, link.source.multiphoton_probability / gain)
    secret = single * (1 - binary_entropy(min(0.5, qber / single))) if single else 0.0
    return gain / 2 * (secret - efficiency * binary_entropy(min(0.5, qber)))


def straight_line_limit(transmittance: float) -> float:
    """Return the most secret bits that a mode of light gives which goes straight from Alice to Bob.

    -log₂(1 - η), whatever the devices, for a line that loses all but a share η of the light (Pirandola,
    Laurenza, Ottaviani and Banchi, Nat. Commun. 8, 15043 (2017)). A pulse with two polarisations has two
    modes.

    >>> round(straight_line_limit(0.01), 5)
    0.0145
    """
    return -log1p(-check_open_probability("transmittance", transmittance)) / log(2)


def optimal_signal(misalignment_error: float, *, efficiency: float = 1.0) -> float:
    """Return the best mean photon number of the signal on a long line without dark counts.

    The root of (1 - μ) e^-μ = f h(e_d) / (1 - h(e_d)) (Ma, Qi, Zhao and Lo, PRA 72, 012326 (2005));
    0 if there is none, because the errors alone eat the key.

    >>> round(optimal_signal(0.033, efficiency=1.22), 2)
    0.48
    """
    entropy = binary_entropy(check_probability("misalignment_error", misalignment_error, below=0.5))
    check_non_negative("efficiency", efficiency)
    if efficiency * entropy >= 1 - entropy:
        return 0.0
    cost = efficiency * entropy / (1 - entropy)
    return float(scipy.optimize.brentq(lambda mean: (1 - mean) * exp(-mean) - cost, 0, 1, xtol=1e-12))
