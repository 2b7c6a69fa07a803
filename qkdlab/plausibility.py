"""Do records fit what is stated of them, and what the proofs take for granted?"""

from __future__ import annotations

import itertools
from math import log, sqrt

import numpy as np

from .link.source import Source
from .recorded.recording import Recording
from .values import Basis, IntensityRecord


def check_plausible(
    recording: Recording, *, n_pulses: int, source: Source, z_probability: float | None
) -> None:
    """Refuse records that contradict what is stated of the choices, or what proofs take for granted.

    The proofs take these probabilities at their word. A count too far from its mean refutes them: by chance
    that happens to about one recording in a million (Bernstein's inequality for each count).

    Raises
    ------
    ValueError
        If Alice's or Bob's bases, how often they are the same, Alice's bits, or the intensities do not fit.
    """
    chance = 0.5 if z_probability is None else z_probability
    n = len(recording.slots)
    for party, held in (("Alice", recording.alice), ("Bob", recording.bob)):
        in_z = int(np.count_nonzero(held.bases == Basis.Z))
        if not _fits(in_z, n, chance):
            raise ValueError(
                f"z_probability must fit the records, and {party} took Z in {in_z} of {n} detected pulses, "
                f"got {z_probability!r}"
            )
    same = int(np.count_nonzero(recording.alice.bases == recording.bob.bases))
    if not _fits(same, n, chance**2 + (1 - chance) ** 2):
        raise ValueError(
            f"z_probability must fit the records, and bases are the same in {same} of {n} detected pulses, "
            f"got {z_probability!r}"
        )
    for basis in (Basis.Z, Basis.X):
        bits = recording.alice.bits[recording.alice.bases == basis]
        if not _fits(int(np.count_nonzero(bits)), len(bits), 0.5):
            ones = f"{np.count_nonzero(bits)} of {len(bits)}"
            raise ValueError(f"recording must have random bits of Alice, got {ones} ones in {basis.name}")
    if record := recording.intensities:
        _check_gains(record, source)
        for sent, share in zip(record.n_sent, record.probabilities, strict=True):
            if not _fits(sent, n_pulses, share):
                raise ValueError(
                    f"source must fit the records, and with its intensities were sent {record.n_sent!r} of "
                    f"{n_pulses} pulses, got {source!r}"
                )


def _check_gains(record: IntensityRecord, source: Source) -> None:
    """Refuse gains that no light gives: e^μ times the gain, Σ Yₙ μⁿ / n!, rises with μ."""
    detected = np.bincount(record.choices, minlength=len(record.means))
    sent = np.array(record.n_sent)
    margin = np.sqrt(sent * log(2 / 1e-7) / 2)  # Hoeffding
    scale = np.exp(np.array(record.means)) / np.maximum(sent, 1)
    low, high = scale * (detected - margin), scale * (detected + margin)
    order = np.argsort(record.means)
    for dim, bright in itertools.pairwise(order):
        if low[dim] > high[bright]:
            clicks = tuple(detected.tolist())
            raise ValueError(
                f"source must fit the records, and no such light gives {clicks!r} clicks in "
                f"{record.n_sent!r} pulses, got {source!r}"
            )


def _fits(count: int, n: int, probability: float) -> bool:
    """Tell whether a count out of `n` is one that occurs with that probability, but for a chance of 1e-7."""
    surprise = log(2 / 1e-7)
    variance = n * probability * (1 - probability)
    furthest = surprise / 3 + sqrt(surprise**2 / 9 + 2 * variance * surprise)
    return abs(count - n * probability) <= furthest
