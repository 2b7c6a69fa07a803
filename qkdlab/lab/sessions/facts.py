"""What charts show of a session: measured in it, and expected by theory."""

from __future__ import annotations

from math import ceil, log

import numpy as np
from numpy.typing import NDArray

from ...attacks.attack import BASES, Eavesdropper
from ...attacks.combined_attack import CombinedAttack
from ...attacks.detector_attacks import DetectorAttack
from ...attacks.photon_attacks import PhotonAttack
from ...distillation.channel import Subject
from ...distillation.estimation.error_rate import QberEstimate
from ...exchange.expected import expected_sifting
from ...link import Link
from ...quantum.protocols import Protocol
from ...session.information import InformationEstimate, eve_information
from ...session.session import SessionResult
from ...values import Basis, binary_entropy

MISS = 1e-6
"""How small the chance shall be that compared bits show no error."""


def expected_qbers(
    protocol: Protocol, link: Link, eavesdropper: Eavesdropper | None = None
) -> dict[Basis, float | None]:
    """Return the QBER that theory expects of the signal bits in each basis.

    None where no bit is kept, and for protocols in which Alice announces something else than her basis.
    """
    errors: tuple[float | None, ...] = ()
    if all(signal.announcement == signal.basis for signal in protocol.signals):
        errors = expected_sifting(protocol, link, eavesdropper, signals_only=True).qber_by_announcement
    return {basis: errors[basis] if basis < len(errors) else None for basis in BASES}


def sifted_signals(result: SessionResult) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return basis, error and disclosure of each sifted bit of a signal pulse: bool, shape (n,) each.

    With decoys these are the bits whose QBER counts in the textbook mode, where they alone become key.
    """
    exchange, kept = result.exchange, result.channel.find(Subject.KEPT)
    sample = result.channel.find(Subject.SAMPLE)
    if exchange.intensities:
        signals = exchange.intensities.choices == 0
        kept, sample = kept & signals, sample[signals[kept]]
    places = np.flatnonzero(kept)  # several times as quick as a random mask
    alice, bob = exchange.alice, exchange.bob
    return alice.bases[places] == Basis.X, alice.bits[places] != bob.bits[places], sample


def sample_errors(result: SessionResult) -> dict[Basis, QberEstimate | None]:
    """Return the error rate of each basis in the disclosed sample; None where nothing was disclosed."""
    crosswise, wrong, sample = sifted_signals(result)
    counts = np.bincount(2 * crosswise[sample] + wrong[sample], minlength=4).reshape(2, 2).tolist()
    return {
        basis: QberEstimate(n_sample=right + errors, n_errors=errors) if right + errors else None
        for basis, (right, errors) in zip(BASES, counts, strict=True)
    }


def expected_information(eavesdropper: Eavesdropper, link: Link) -> float | None:
    """Return the closed form of Eve's information on a sifted bit, once the bases are announced.

    An attack on photon numbers knows a share of the bits for certain, which depends on the link, and one on
    detectors depends on them. None for a combined attack.
    """
    match eavesdropper:
        case CombinedAttack():
            return None
        case PhotonAttack():
            return eavesdropper.expected_share(link) or 0.0
        case DetectorAttack():
            return eavesdropper.fraction * eavesdropper.information(link)
    return eavesdropper.expected_information()


def expected_guess(eavesdropper: Eavesdropper, link: Link) -> float | None:
    """Return the closed-form probability that Eve guesses a sifted bit, tossing a coin if she must."""
    match eavesdropper:
        case CombinedAttack():
            return None
        case PhotonAttack():
            return (1 + (eavesdropper.expected_share(link) or 0.0)) / 2
        case DetectorAttack():
            return 0.5 + eavesdropper.fraction * (eavesdropper.effect(link).guess - 0.5)
    return eavesdropper.expected_guess()


def bits_to_compare(qber: float) -> int | None:
    """Return how many compared bits leave a chance below `MISS` to show no error; None if there are none.

    >>> bits_to_compare(0.25)
    49
    """
    if not qber:
        return None
    return 1 if qber == 1 else ceil(log(MISS) / log(1 - qber))


def information(result: SessionResult, *, announced: bool) -> InformationEstimate | None:
    """Return what the record of a run says about the sifted bits; None if there is nothing to ask."""
    return eve_information(result.exchange, result.channel.find(Subject.KEPT), announced=announced)


def information_before(eavesdropper: Eavesdropper) -> float | None:
    """Return the closed form of what Eve knows of a sifted bit while the basis is secret, in bits.

    None for attacks that do more than measure the qubit.
    """
    if isinstance(eavesdropper, CombinedAttack | DetectorAttack):
        return None
    guesses = [
        float(np.mean([tactic.effect(basis).guess for basis in BASES])) for tactic in eavesdropper.tactics
    ]
    return eavesdropper.fraction * float(np.mean([1 - binary_entropy(guess) for guess in guesses]))
