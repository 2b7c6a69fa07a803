"""What theory expects of an exchange, without a pulse: sifting, errors, and what Eve reads."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from ..attacks.attack import Eavesdropper
from ..attacks.readings import at_bases, joint_distribution
from ..link import Link
from ..link.detector_memory import operating_point
from ..quantum.protocol import Protocol
from ..quantum.tactics import PASS
from ..values import NO_BIT, check_instance
from .pulses import pulse_table


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
    check_instance("protocol", protocol, Protocol)
    check_instance("link", link, Link)
    if eavesdropper is not None:
        check_instance("eavesdropper", eavesdropper, Eavesdropper)
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
