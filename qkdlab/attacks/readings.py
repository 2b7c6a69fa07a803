"""What Eve makes of her probes once the announcements are public: the best guess, from exact circuits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..quantum.circuits import circuit_table
from ..quantum.protocol import Protocol
from ..quantum.sampling import outcome_distribution
from ..quantum.tactics import Tactic
from ..values import NO_BIT, Bits, HoldsArrays, frozen

Distribution = NDArray[np.float64]

TIE = 1e-12
"""Probabilities that differ by less are taken as equal."""


@lru_cache(maxsize=256)
def joint_distribution(
    protocol: Protocol, tactics: tuple[Tactic, ...], depolarizing_probability: float
) -> Distribution:
    """Return the exact probabilities of all outcomes of a pulse that arrives, from statevectors.

    Shape (n_signals, n_tactics, n_bases, n_eve, 2, 2): Alice's signal, Eve's tactic (0: let pass), the
    number of Bob's basis, the number on Eve's probes, Alice's bit, Bob's outcome. They sum to 1 over
    the last three axes. Cached, and read-only.
    """
    table = circuit_table(protocol, tactics, depolarizing_probability)
    rows = outcome_distribution(table).reshape(
        len(protocol.signals), table.n_tactics, table.n_bases, -1, 2 if protocol.entangled else 1, 2
    )
    if protocol.entangled:
        return frozen(rows)
    joint = np.zeros((*rows.shape[:4], 2, 2))
    for number, signal in enumerate(protocol.signals):
        joint[number, :, :, :, signal.bit, :] = rows[number, :, :, :, 0, :]
    return frozen(joint)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class EveReadings(HoldsArrays):
    """Eve's best guess of a kept bit, by announcement, tactic and what her probes show.

    Parameters
    ----------
    guesses
        uint8, shape (n_announcements, n_tactics, n_eve): the likelier bit.
    certain
        bool, the same shape: whether the other bit is impossible, whatever Bob's detectors do.
    confidence
        float64, the same shape: how likely the guess is right, 1/2 where this never happens.
    """

    guesses: Bits
    certain: NDArray[np.bool_]
    confidence: NDArray[np.float64]


def eve_readings(
    protocol: Protocol,
    tactics: tuple[Tactic, ...],
    depolarizing_probability: float,
    response: NDArray[np.float64] | None = None,
) -> EveReadings:
    """Return the readings of an attack: the likelier bit, given that Bob kept the pulse.

    Where both bits are equally likely, what she writes down is what the first probe shows. `response` says
    how likely Bob's detectors answer, see `Eavesdropper.response`: that they did is a hint for her, too.
    """
    joint = joint_distribution(protocol, tactics, depolarizing_probability)
    zero, one = _weigh(protocol, joint)
    certain = (np.abs(zero - one) >= TIE) & (np.minimum(zero, one) < TIE)
    if response is not None:
        zero, one = _weigh(protocol, joint * at_bases(protocol, response))
    shown = np.broadcast_to(np.arange(joint.shape[3], dtype=np.uint8) & np.uint8(1), zero.shape)
    guesses = np.where(np.abs(zero - one) < TIE, shown, (one > zero).astype(np.uint8))
    total = zero + one
    confidence = np.full_like(total, 0.5)
    np.divide(np.maximum(zero, one), total, out=confidence, where=total >= TIE)
    return EveReadings(guesses=frozen(guesses), certain=frozen(certain), confidence=frozen(confidence))


def at_bases(protocol: Protocol, response: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a response by the axes of `joint_distribution`: shape (1, n_tactics, n_bases, n_eve, 1, 2)."""
    used = response[:, :, [basis for basis, _ in protocol.bases], :]
    return used.swapaxes(1, 2)[np.newaxis, :, :, :, np.newaxis, :]


def _weigh(protocol: Protocol, joint: Distribution) -> tuple[Distribution, Distribution]:
    """Return how likely Alice's bit is 0, and 1, and Bob keeps the pulse.

    Each of shape (n_announcements, n_tactics, n_eve).
    """
    kept = protocol.reading_table() < NO_BIT
    weights = np.zeros((protocol.n_announcements, joint.shape[1], joint.shape[3], 2))
    for number, signal in enumerate(protocol.signals):
        for place, (basis, chance) in enumerate(protocol.bases):
            for outcome in (0, 1):
                if kept[signal.announcement, basis, outcome]:
                    weight = signal.probability * chance
                    weights[signal.announcement] += weight * joint[number, :, place, :, :, outcome]
    return weights[..., 0], weights[..., 1]
