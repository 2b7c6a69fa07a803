"""The whole distillation: two raw keys → one secret key, or the reason why there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import MessageLost
from ..values import NO_BIT, Bits, IntensityRecord, Progress, RawKey, frozen
from .amplification import amplify, announce_amplification
from .channel import Party, PublicChannel, Subject
from .correction.cascade_variants import ORIGINAL, CascadeVariant
from .correction.leakage import method_name
from .correction.methods import correct
from .estimation.disclosure import SIGNAL, SiftedPulses, sift_publicly
from .estimation.error_rate import announce_sample, compare_sample
from .estimation.finite_decoys import DecoyCounts
from .estimation.witnesses import Witnesses
from .outcome import AbortReason, Distillation, DistilledKeys, until_broken_off
from .security.evidence import Evidence, asymptotic_fraction
from .security.mode import Security
from .sifting import SiftingRule, announce_detected, announce_kept, announce_signals, read_bits
from .verification import tag_length, verify


@until_broken_off
def distill(
    alice: RawKey,
    bob: RawKey,
    *,
    slots: NDArray[np.int64],
    announcements: Bits,
    rule: SiftingRule,
    n_pulses: int,
    multiphoton_probability: float,
    sample_fraction: float,
    max_qber: float,
    security: Security,
    rng: np.random.Generator,
    channel: PublicChannel,
    intensities: IntensityRecord | None = None,
    n_alarms: int = 0,
    correction: str = "cascade",
    cascade: CascadeVariant = ORIGINAL,
    progress: Progress | None = None,
) -> Distillation:
    """Sift, estimate, reconcile, verify and amplify; `outcome.authenticate` is still to follow.

    With decoys the finite mode makes the key from bits of all intensities. The textbook mode makes it from
    the signal bits, and all other sifted bits are disclosed.

    Parameters
    ----------
    alice, bob
        What each holds for the detected pulses, in the same order. Either party uses its own alone
        and what it hears on `channel`. What both could work out (error rates, the length) Alice does.
    slots
        The numbers of the detected pulses, int64, as Bob saw them.
    announcements
        What Alice will say of each detected pulse, uint8, shape (n_detected,); her basis in BB84.
    rule
        The protocol's sifting rule.
    n_pulses, multiphoton_probability
        Pulses sent, and the probability of two photons or more in one (in a signal pulse, if there
        are decoys); `security` needs them.
    sample_fraction
        Share of the bits that may become key to disclose, 0 … 1.
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
    n_alarms
        Clicks at which Bob's monitor saw bright light. A single one ends the session.
    correction
        How errors are corrected, one of `correction.CORRECTIONS`.
    cascade
        The variant of Cascade, if it is used.
    progress
        Called now and then with the share done; it may raise to cancel.

    Returns
    -------
    `DistilledKeys` if there is a key, otherwise a `Distillation` with the reason. If somebody changes
    messages on their way the two keys may differ: only authentication shows that.
    """
    announce_detected(slots, channel)
    heard = announce_signals(announcements, channel)
    read = read_bits(heard, bob.bases, bob.bits, rule.readings)
    kept = announce_kept(read, channel)
    public = sift_publicly(
        announcements,
        kept,
        alice,
        bob,
        rule=rule,
        intensities=intensities,
        key_from_decoys=security.key_from_decoys,
        channel=channel,
    )
    alice_sifted, bob_sifted = alice.bits[kept], read[read < NO_BIT]
    told = announce_sample(len(alice_sifted), sample_fraction, rng, channel, eligible=public.eligible)
    sample = channel.find(Subject.SAMPLE)
    if len(told) != len(bob_sifted) or np.count_nonzero(told) != np.count_nonzero(sample):
        raise MessageLost("the sample that Bob heard of does not fit his bits")
    facts: dict[str, Any] = {"n_sifted": len(sample), "n_disclosed": 0, "kept_counts": public.kept_counts}
    if n_alarms:
        channel.say(Party.BOB, Subject.ALARM, n_alarms)
        return Distillation(**facts, reason=AbortReason.DETECTOR_ALARM)
    wrong = np.zeros(len(sample), dtype=bool)
    wrong[sample] = compare_sample(alice_sifted[sample], bob_sifted[told], channel)
    facts["n_disclosed"] = int(np.count_nonzero(sample))
    facts["compared"] = public.compared(sample, with_decoys=security.uses_decoys)
    facts["basis_rates"] = public.rates_by_basis(sample, wrong, bob_sifted)
    if min(count for _, count in facts["compared"]) < security.minimum_sample or sample.all():
        return Distillation(**facts, reason=AbortReason.TOO_FEW_SIFTED_BITS)
    found = public.witnesses(sample, wrong)
    facts["witnesses"] = found
    reason = _why_stop(found, rule, max_qber)
    if reason:
        return Distillation(**facts, reason=reason)

    alice_bits, bob_bits = frozen(alice_sifted[~sample]), frozen(bob_sifted[~told])
    del read, alice_sifted, bob_sifted  # of a long run they are large
    reconciliation = correct(
        correction,
        alice_bits,
        bob_bits,
        qber=security.block_qber(found.estimate.n_sample, found.estimate.n_errors),
        likely_qber=min(found.estimate.qber, 0.5),
        rng=rng,
        channel=channel,
        variant=cascade,
        progress=progress,
    )
    corrected, epsilon = reconciliation.bits, security.epsilon_correctness
    verified = verify(alice_bits, corrected, epsilon_correctness=epsilon, rng=rng, channel=channel)
    finite = None
    if verified:
        flipped = corrected != bob_bits
        finite = public.decoy_counts(sample, wrong, flipped, channel, plain=correction == "cascade")
    counts = replace(reconciliation.counts, bob_leak=channel.leaked_bits(Party.BOB))
    evidence = _evidence(
        public,
        found,
        security,
        n_key=len(alice_bits),
        leaked_bits=security.charged_leak(counts.alice_leak, counts.bob_leak),
        n_pulses=n_pulses,
        multiphoton_probability=multiphoton_probability,
        decoy_counts=finite,
    )
    facts |= {
        "correction": counts,
        "charged_leak": evidence.leaked_bits,
        "verified": verified,
        "tag_bits": evidence.tag_bits,
        "decoy_counts": finite,
    }
    key_length = security.key_length(evidence) if verified else 0
    method = method_name(correction, cascade.name)
    if not key_length:
        return Distillation(**facts, reason=_why_no_key(evidence, security, method, verified=verified))
    heard_seed = announce_amplification(len(alice_bits), key_length, rng, channel)
    seed = channel.find(Subject.AMPLIFICATION_SEED)
    facts["n_amplified"] = key_length
    return DistilledKeys(**facts, alice_key=amplify(alice_bits, seed), bob_key=amplify(corrected, heard_seed))


def _evidence(
    public: SiftedPulses,
    found: Witnesses,
    security: Security,
    *,
    n_key: int,
    leaked_bits: int,
    n_pulses: int,
    multiphoton_probability: float,
    decoy_counts: DecoyCounts | None,
) -> Evidence:
    """Return what the parties know when they decide on the length; with decoys of the signal pulses."""
    if not (security.uses_decoys or public.all_intensities):
        found = replace(found, decoys=None, test_decoys=None)
    return Evidence(
        n_pulses=public.intensities.n_sent[SIGNAL] if public.intensities else n_pulses,
        n_detected=int(np.count_nonzero(public.choices == SIGNAL)),
        n_key=n_key,
        leaked_bits=leaked_bits,
        tag_bits=tag_length(n_key, security.epsilon_correctness),
        multiphoton_probability=multiphoton_probability,
        match_probability=public.rule.match_probability,
        proof=public.rule.proof,
        witnesses=found,
        decoy_counts=decoy_counts,
    )


def _why_stop(found: Witnesses, rule: SiftingRule, max_qber: float) -> AbortReason | None:
    """Return why the session ends here, before any bit is corrected; None if it goes on."""
    rates = [found.estimate.qber, found.sample.qber]
    if found.phase_error is not None and not found.decoys:  # with decoys it is a bound, and no rate
        rates.append(found.phase_error)
    if max(rates) > max_qber:
        return AbortReason.QBER_TOO_HIGH
    if rule.correlations and (found.chsh is None or found.chsh.value <= 2):
        return AbortReason.NO_VIOLATION
    return None if rule.proof else AbortReason.NO_PROOF


def _why_no_key(evidence: Evidence, security: Security, method: str, *, verified: bool) -> AbortReason:
    """Name what stands in the way: with infinitely many such pulses, would there be a key?

    A short run leaks more a bit than a long one, so the leak is taken as that of a long run.
    """
    if not verified:
        return AbortReason.VERIFICATION_FAILED
    qber = evidence.witnesses.estimate.qber
    leak = min(evidence.leaked_bits / evidence.n_key, security.long_run_leak(qber, method))
    if asymptotic_fraction(evidence, leak) > 0:
        return AbortReason.TOO_FEW_PULSES
    if asymptotic_fraction(evidence, leak, tagging=False) > 0:
        return AbortReason.TOO_MANY_MULTIPHOTON_PULSES
    return AbortReason.TOO_MANY_ERRORS_TO_CORRECT
