"""Theory of whole sessions, without simulating a pulse: sifting and errors, key rates with decoys."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import exp

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from .attacks.attack import Eavesdropper
from .attacks.readings import at_bases, joint_distribution
from .distillation.estimation.decoys import (
    Observation,
    SinglePhotonBounds,
    decoy_bounds,
    gllp_rate,
)
from .errors import shown
from .link import Link, SinglePhotonSource, WeakCoherentSource
from .link.detector_memory import operating_point
from .link.pulses import pulse_table
from .quantum.protocols import Protocol
from .quantum.tactics import PASS
from .values import NO_BIT, binary_entropy, check_non_negative, check_probability


@dataclass(frozen=True, kw_only=True, slots=True)
class Sifting:
    """What theory expects of the detected pulses.

    Parameters
    ----------
    kept
        Probability that sifting keeps a detected pulse as a bit that may become key.
    qber
        Probability that such a bit is wrong; None if there is none.
    chsh
        The CHSH value, if the protocol measures one.
    qber_by_announcement
        Probability that a kept bit is wrong, by what Alice announced of it, those included that are kept only
        to find Eve; None where nothing is kept, and empty if nothing is detected.
    """

    kept: float
    qber: float | None
    chsh: float | None = None
    qber_by_announcement: tuple[float | None, ...] = ()


def expected_sifting(
    protocol: Protocol, link: Link, eavesdropper: Eavesdropper | None = None, *, signals_only: bool = False
) -> Sifting:
    """Return what theory expects of a protocol on a link, from the exact outcomes of its circuits.

    For BB84 without an attack on the detectors it is `Link.expected_qber`. Pulses arrive, and undergo the
    tactics, as the table of pulses has it; misalignment flips Bob's outcome; his detectors answer as the
    attack lets them; a dark count, noise photon or afterpulse beside a photon makes its bit a coin half of
    the time, and alone they have nothing to do with Alice's bit.

    Parameters
    ----------
    protocol, link, eavesdropper
        What is run; `eavesdropper` is None for a line without Eve.
    signals_only
        Look at signal pulses alone, if the source has decoys; the detectors remember all pulses.
    """
    shown = _outcomes(protocol, link, eavesdropper, signals_only=signals_only)
    gain = float(shown.sum())
    return _sift(protocol, shown / gain) if gain else Sifting(kept=0.0, qber=None)


def _outcomes(
    protocol: Protocol, link: Link, eavesdropper: Eavesdropper | None, *, signals_only: bool
) -> NDArray[np.float64]:
    """Return how likely each way to detect a pulse is, shape (n_signals, n_bases, 2, 2).

    Alice's signal, the number of Bob's basis, Alice's bit, Bob's outcome.
    """
    tactics = eavesdropper.tactics if eavesdropper else ()
    joint = joint_distribution(protocol, tactics, link.depolarizing_probability)
    sent = joint[:, 0].sum(axis=(2, 4))[..., np.newaxis]  # signal, basis, Alice's bit
    joint = (1 - link.misalignment_error) * joint + link.misalignment_error * joint[..., ::-1]
    response = eavesdropper.response(link) if eavesdropper else None
    if response is not None:
        joint = joint * at_bases(protocol, response)
    chances = np.outer(
        [signal.probability for signal in protocol.signals], [chance for _, chance in protocol.bases]
    )
    # signal, basis, Alice's bit, outcome: the probability of a detected photon
    every = np.tensordot(joint.sum(axis=3), _arrivals(link, eavesdropper), axes=([1], [0]))
    hits = np.tensordot(chances, every.sum(axis=2), axes=([0, 1], [0, 1])).tolist()
    if link.detector.random_assignment:
        hits = [sum(hits) / 2] * 2
    first, second, both = operating_point(
        link.detector, link.background_probability, (hits[0], hits[1])
    ).quiet
    arrivals = _arrivals(link, eavesdropper, signals_only=signals_only)
    mixed = np.tensordot(joint.sum(axis=3), arrivals, axes=([1], [0]))
    others = np.array([second, first])  # how often the other detector is silent
    empty = np.array([1 - first + second - both, 1 + first - second - both]) / 2
    coins = (mixed * (1 - others)).sum(axis=-1, keepdims=True) / 2
    shown = mixed * others + coins + (sent - mixed.sum(axis=-1, keepdims=True)) * empty
    weighed: NDArray[np.float64] = chances[..., np.newaxis, np.newaxis] * shown
    return weighed


def _sift(protocol: Protocol, shown: NDArray[np.float64]) -> Sifting:
    """Sift the detected pulses; `shown` is as `_outcomes` has it, and sums to 1."""
    readings = protocol.reading_table()
    kept, wrong = np.zeros(protocol.n_announcements), np.zeros(protocol.n_announcements)
    correlations: dict[tuple[int, int], float] = {}
    for (number, send), (place, (basis, _)) in product(
        enumerate(protocol.signals), enumerate(protocol.bases)
    ):
        found, announced = shown[number, place], send.announcement
        if protocol.correlations:
            difference = found[0, 0] + found[1, 1] - found[0, 1] - found[1, 0]
            correlations[announced, basis] = float(difference / found.sum())
        for bit, outcome in product((0, 1), (0, 1)):
            reading = readings[announced, basis, outcome]
            if reading != NO_BIT:
                kept[announced] += found[bit, outcome]
                wrong[announced] += found[bit, outcome] * (bit != reading)
    chsh = sum(sign * correlations[announced, basis] for announced, basis, sign in protocol.correlations)
    keys = list(protocol.key_announcements)
    key, errors = float(kept[keys].sum()), float(wrong[keys].sum())
    return Sifting(
        kept=key,
        qber=errors / key if key else None,
        chsh=chsh if protocol.correlations else None,
        qber_by_announcement=tuple(
            float(bad / all_) if all_ else None for bad, all_ in zip(wrong, kept, strict=True)
        ),
    )


def _arrivals(
    link: Link, eavesdropper: Eavesdropper | None, *, signals_only: bool = False
) -> NDArray[np.float64]:
    """Return how likely a pulse arrives and undergoes each tactic (0: let pass), shape (1 + n_tactics,).

    Eve, who does not know a pulse's intensity, treats signal pulses as she treats all.
    """
    if eavesdropper is None:
        source = link.source.signal_source if signals_only else link.source
        return np.array([source.click_probability(link.efficiency)])
    pulses = pulse_table(link, eavesdropper)
    counted = pulses.weights * (pulses.intensities == 0 if signals_only else 1)
    weights = np.zeros(1 + len(eavesdropper.tactics))
    np.add.at(weights, pulses.tactics, counted * pulses.arrived / counted.sum())
    left_open, weights[PASS] = float(weights[PASS]), 0.0
    weights += left_open * np.array(eavesdropper.tactic_weights)
    return weights


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
    one = SinglePhotonSource()
    return SinglePhotonBounds(
        yield_lower=link.gain_of(one), error_upper=min(0.5, link.expected_qber(source=one) or 0.0)
    )


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
    if not (infinite or link.source.intensities):
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
