"""Do records fit what is stated of them, and what the proofs take for granted?"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from math import log, sqrt

import numpy as np

from ..distillation.security.finite import FiniteSecurity
from ..link.source import Source
from ..values import Basis, IntensityRecord, ZProbability, as_index, binary_entropy
from .recording import Recording
from .recording_settings import RecordingSettings

LEAST_SHARE = 0.1
"""Share of ones, or of zeros, among Alice's detected bits below which no working detectors explain it."""

GO_ON = "; security='asymptotic' or 'classroom' would go on, with a warning and without a claim"


@dataclass(frozen=True, kw_only=True, slots=True)
class Plausibility:
    """What records are taken for.

    Parameters
    ----------
    z_probability
        How often Alice and Bob took Z: as stated where the records fit it, else as they show.
    warnings
        What does not fit what proofs take for granted, with figures.
    """

    z_probability: ZProbability | None
    warnings: tuple[str, ...]


def check_plausible(recording: Recording, stated: RecordingSettings) -> Plausibility:
    """Hold records against what is stated of the choices, and what proofs take for granted.

    The proofs take these probabilities at their word. A count too far from its mean refutes them: by chance
    that happens to about one recording in a million (Bernstein's inequality for each count). A mode that
    makes a claim refuses such records; one that makes none goes on with what they show, and warns.

    Raises
    ------
    ValueError
        If Alice's or Bob's bases, how often they are the same, or Alice's bits do not fit and the mode makes
        a claim; if nine in ten of her bits of a basis are alike; or if the intensities do not fit.
    """
    strict, source, n_pulses = isinstance(stated.security, FiniteSecurity), stated.source, stated.n_pulses
    taken, warnings = _bases(recording, stated.z_probability, strict=strict)
    warnings += _ones(recording, strict=strict)
    if record := recording.intensities:
        _check_gains(record, source)
        for sent, share in zip(record.n_sent, record.probabilities, strict=True):
            if not _fits(sent, n_pulses, share):
                raise ValueError(
                    f"source must fit the records, and with its intensities were sent {record.n_sent!r} of "
                    f"{n_pulses} pulses, got {source!r}"
                )
    return Plausibility(z_probability=taken, warnings=tuple(warnings))


def _bases(
    recording: Recording, stated: ZProbability | None, *, strict: bool
) -> tuple[ZProbability | None, list[str]]:
    """Return how often each took Z, and what to warn of."""
    usual = 0.5 if stated is None else stated
    chances = usual if isinstance(usual, tuple) else (usual, usual)
    n, parties = len(recording.slots), {"Alice": recording.alice, "Bob": recording.bob}
    in_z = [int(np.count_nonzero(held.bases == Basis.Z)) for held in parties.values()]
    show = tuple(round(count / n, 2) if n else 0.5 for count in in_z)
    refusal = f"got {stated!r}; {show!r}, Alice's and Bob's, is what they show{GO_ON}"
    shares, warnings = [], []
    for party, count, chance in zip(parties, in_z, chances, strict=True):
        fits = _fits(count, n, chance)
        shares.append(chance if fits else (count + 1) / (n + 2))  # never 0 or 1
        if not fits:
            told = f"{party} took Z in {count} of {n} detected pulses"
            if strict:
                raise ValueError(f"z_probability must fit the records, and {told}, {refusal}")
            warnings.append(f"{told}, where {100 * chance:g} % are stated: taken as recorded")
    same = int(np.count_nonzero(recording.alice.bases == recording.bob.bases))
    alike = shares[0] * shares[1] + (1 - shares[0]) * (1 - shares[1])
    if not _fits(same, n, alike):
        told = f"bases are the same in {same} of {n} detected pulses"
        if strict:
            raise ValueError(f"z_probability must fit the records, and {told}, {refusal}")
        warnings.append(f"{told}, where {round(alike * n)} are expected: the choices are not independent")
    return ((shares[0], shares[1]) if tuple(shares) != chances else stated), warnings


def _ones(recording: Recording, *, strict: bool) -> list[str]:
    """Return what to warn of in the balance of Alice's bits, which detectors that are not alike disturb."""
    warnings = []
    for basis in (Basis.Z, Basis.X):
        bits = recording.alice.bits[recording.alice.bases == basis]
        n, n_ones = len(bits), int(np.count_nonzero(bits))
        if _fits(n_ones, n, 0.5):
            continue
        ones = f"{n_ones} of {n} ones in {basis.name}"
        extreme = not LEAST_SHARE <= n_ones / n <= 1 - LEAST_SHARE
        if strict or extreme:
            raise ValueError(
                f"recording must have random bits of Alice, got {ones}{'' if extreme else GO_ON}"
            )
        holds = binary_entropy(n_ones / n)
        warnings.append(
            f"Alice has {ones} among her detected bits, as unequal detectors leave them: a bit holds "
            f"{holds:.3f} bits at most, and the key length takes it for 1"
        )
    return warnings


def _check_gains(record: IntensityRecord, source: Source) -> None:
    """Refuse gains that no light gives: e^μ times the gain, Σ Yₙ μⁿ / n!, rises with μ."""
    detected = np.bincount(as_index(record.choices), minlength=len(record.means))
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
