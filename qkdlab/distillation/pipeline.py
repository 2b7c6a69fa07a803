"""The whole distillation: two raw keys → one secret key, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..values import IntensityRecord, Progress, RawKey, SecretKey
from .amplification import amplify, announce_amplification
from .cascade import CorrectionCounts, ParityOracle, reconcile
from .channel import PublicChannel
from .decoys import DecoyEstimate, count_intensities
from .estimation import QberEstimate, announce_sample, compare_sample, estimate_qber
from .security import Evidence, Security, asymptotic_fraction
from .sifting import announce_bases, announce_detected, announce_intensities, announce_kept
from .verification import tag_length, verify

MINIMUM_SAMPLE = 50
"""Disclosed bits below which no error rate is estimated: full interception is missed by 50
compared bits with probability 0.75^50, less than 10^-6."""


SIGNAL, DECOY = 0, 1
"""The numbers of the intensities from which the key is made and by which Eve is caught."""


class AbortReason(StrEnum):
    """Why a session yields no key."""

    TOO_FEW_SIFTED_BITS = "too few sifted bits to estimate the QBER"
    QBER_TOO_HIGH = "QBER too high"
    TOO_MANY_ERRORS_TO_CORRECT = "too many errors to correct"
    VERIFICATION_FAILED = "the keys still differ after error correction"
    TOO_MANY_MULTIPHOTON_PULSES = "too many multi-photon pulses"
    TOO_FEW_PULSES = "too few pulses for a secure key"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Distillation:
    """What distillation came to, stage by stage; stages that were not reached are None.

    Parameters
    ----------
    n_sifted, n_disclosed
        Bits kept in sifting, and those of them given up for the estimate.
    estimate
        The QBER of the sample; with decoys, of the signal bits in it.
    decoys
        What the decoys say; None if there are none.
    correction
        What error correction did and cost.
    charged_leak
        Its leak as the security mode charges it.
    verified
        Whether the hashes agreed.
    tag_bits
        Length of the hash.
    reason
        Why there is no key; None if there is one.
    """

    n_sifted: int
    n_disclosed: int
    estimate: QberEstimate | None = None
    decoys: DecoyEstimate | None = None
    correction: CorrectionCounts | None = None
    charged_leak: int | None = None
    verified: bool | None = None
    tag_bits: int | None = None
    reason: AbortReason | None = None


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class DistilledKeys(Distillation):
    """A distillation that succeeded, with the key as Alice and as Bob hold it."""

    alice_key: SecretKey
    bob_key: SecretKey


def distill(
    alice: RawKey,
    bob: RawKey,
    *,
    slots: NDArray[np.int64],
    kept_bases: Collection[tuple[int, int]],
    match_probability: float,
    n_pulses: int,
    multiphoton_probability: float,
    sample_fraction: float,
    max_qber: float,
    security: Security,
    rng: np.random.Generator,
    channel: PublicChannel,
    intensities: IntensityRecord | None = None,
    progress: Progress | None = None,
) -> Distillation:
    """Sift, estimate, reconcile, verify and amplify.

    With decoys the key is made from the signal bits, and all other sifted bits are disclosed.

    Parameters
    ----------
    alice, bob
        What each holds for the detected pulses, in the same order. Either party uses its own alone
        and what it hears on `channel`.
    slots
        The numbers of the detected pulses, int64, as Bob saw them.
    kept_bases, match_probability
        The protocol's sifting rule, and how likely it is to keep a pulse.
    n_pulses, multiphoton_probability
        Pulses sent, and the probability of two photons or more in one (in a signal pulse, if there
        are decoys); `security` needs them.
    sample_fraction
        Share of the sifted bits (of the signal, if there are decoys) to disclose, 0 … 1.
    max_qber
        Abort if the sample's error rate is above.
    security
        Gives the key length.
    rng
        Public randomness: the sample, the shuffles, the hash seeds. Drawn by Alice.
    channel
        Receives every message.
    intensities
        Alice's record of her intensities; None if there is only one.
    progress
        Called now and then with the share done; it may raise to cancel.

    Returns
    -------
    `DistilledKeys` if there is a key, otherwise a `Distillation` with the reason.
    """
    announce_detected(slots, channel)
    heard_bases = announce_bases(bob.bases, channel)
    kept = announce_kept(alice.bases, heard_bases, kept_bases, channel)
    alice_sifted, bob_sifted = alice.bits[kept], bob.bits[kept]
    n_sifted = len(alice_sifted)
    n_detected, chosen, signals = len(alice), None, None
    if intensities:
        chosen, n_sent = announce_intensities(intensities, channel)
        n_pulses, n_detected = int(n_sent[SIGNAL]), int(np.count_nonzero(chosen == SIGNAL))
        signals = chosen[kept] == SIGNAL
    sample = announce_sample(n_sifted, sample_fraction, rng, channel, signals=signals)
    n_disclosed = int(np.count_nonzero(sample))
    sampled_signals = sample if signals is None else sample & signals
    compared = [np.count_nonzero(sampled_signals)]
    if chosen is not None and security.uses_decoys:
        compared.append(np.count_nonzero(chosen[kept] == DECOY))
    if min(compared) < MINIMUM_SAMPLE or n_disclosed == n_sifted:
        reason = AbortReason.TOO_FEW_SIFTED_BITS
        return Distillation(n_sifted=n_sifted, n_disclosed=0, reason=reason)
    wrong = compare_sample(alice_sifted[sample], bob_sifted[sample], channel)
    estimate = estimate_qber(wrong[sampled_signals[sample]])
    decoys = None
    if intensities and chosen is not None:
        decoys = count_intensities(intensities.means, n_sent, chosen, chosen[kept][sample], wrong)
    facts: dict[str, Any] = {
        "n_sifted": n_sifted,
        "n_disclosed": n_disclosed,
        "estimate": estimate,
        "decoys": decoys,
    }
    if estimate.qber > max_qber:
        return Distillation(**facts, reason=AbortReason.QBER_TOO_HIGH)

    alice_bits, bob_bits = alice_sifted[~sample], bob_sifted[~sample]
    reconciliation = reconcile(
        bob_bits,
        ParityOracle(alice_bits, channel),
        # blocks that are too small cost some parities, blocks that are too large leave errors
        qber=min(estimate.upper, 0.5),
        rng=rng,
        channel=channel,
        progress=progress,
    )
    epsilon = security.epsilon_correctness
    verified = verify(alice_bits, reconciliation.bits, epsilon_correctness=epsilon, rng=rng, channel=channel)
    counts = reconciliation.counts
    leak = security.charged_leak(counts.alice_leak, counts.bob_leak)
    evidence = Evidence(
        n_pulses=n_pulses,
        n_detected=n_detected,
        n_key=len(alice_bits),
        estimate=estimate,
        leaked_bits=leak,
        tag_bits=tag_length(epsilon),
        multiphoton_probability=multiphoton_probability,
        match_probability=match_probability,
        decoys=decoys if security.uses_decoys else None,
    )
    key_length = security.key_length(evidence) if verified else 0
    facts |= {
        "correction": counts,
        "charged_leak": leak,
        "verified": verified,
        "tag_bits": evidence.tag_bits,
    }
    if not key_length:
        return Distillation(**facts, reason=_why_no_key(evidence, security, verified=verified))
    seed = announce_amplification(len(alice_bits), key_length, rng, channel)
    return DistilledKeys(
        **facts, alice_key=amplify(alice_bits, seed), bob_key=amplify(reconciliation.bits, seed)
    )


def _why_no_key(evidence: Evidence, security: Security, *, verified: bool) -> AbortReason:
    """Name what stands in the way: with infinitely many such pulses, would there be a key?

    A short run leaks more a bit than a long one, so the leak is taken as that of a long run.
    """
    if not verified:
        return AbortReason.VERIFICATION_FAILED
    leak = min(evidence.leaked_bits / evidence.n_key, security.long_run_leak(evidence.estimate.qber))
    if asymptotic_fraction(evidence, leak) > 0:
        return AbortReason.TOO_FEW_PULSES
    if asymptotic_fraction(evidence, leak, tagging=False) > 0:
        return AbortReason.TOO_MANY_MULTIPHOTON_PULSES
    return AbortReason.TOO_MANY_ERRORS_TO_CORRECT
