"""The whole distillation: two raw keys → one secret key, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..errors import MessageLost
from ..values import NO_BIT, Bits, Progress, frozen, picked
from .amplification import amplify_both, announce_amplification
from .channel import Party, PublicChannel, Subject
from .correction.cascade_variants import ORIGINAL, CascadeVariant
from .correction.leakage import method_name
from .correction.methods import correct
from .estimation.disclosure import SIGNAL, SiftedPulses, sift_publicly
from .estimation.error_rate import announce_sample, compare_sample
from .estimation.finite_decoys import DecoyCounts
from .estimation.witnesses import Witnesses
from .outcome import AbortReason, Distillation, until_broken_off, with_keys
from .security.evidence import Evidence, asymptotic_fraction
from .security.mode import Security
from .sifting import RawRecords, SiftingRule, announce_detected, announce_kept, announce_signals, read_bits
from .verification import tag_length, verify


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class DistillationPlan:
    """What everybody knows of a distillation before it begins.

    Parameters
    ----------
    rule
        The protocol's sifting rule.
    multiphoton_probability
        The probability of two photons or more in one pulse; in a signal pulse, if there are decoys.
    sample_fraction
        Share of the bits that may become key to disclose, 0 … 1.
    max_qber
        Abort if the sample's error rate is above.
    security
        Gives the key length.
    correction
        How errors are corrected, one of `correction.methods.CORRECTIONS`.
    cascade
        The variant of Cascade, if it is used.
    """

    rule: SiftingRule
    multiphoton_probability: float
    sample_fraction: float
    max_qber: float
    security: Security
    correction: str = "cascade"
    cascade: CascadeVariant = ORIGINAL


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class _Sifted:
    """The sifted bits that both still have, and which of all were to be disclosed, as each heard it."""

    public: SiftedPulses
    n_pulses: int
    alice: Bits
    bob: Bits
    sample: NDArray[np.bool_]
    told: NDArray[np.bool_]


@until_broken_off
def distill(
    records: RawRecords,
    plan: DistillationPlan,
    *,
    rng: np.random.Generator,
    channel: PublicChannel,
    progress: Progress | None = None,
) -> Distillation:
    """Sift, estimate, reconcile, verify and amplify; `outcome.authenticate` is still to follow.

    With decoys the finite mode makes the key from bits of all intensities. The textbook mode makes it from
    the signal bits, and all other sifted bits are disclosed.

    Parameters
    ----------
    records
        What each holds for the detected pulses. Either party uses its own alone and what it hears on
        `channel`. What both could work out (error rates, the length) Alice does. A single alarm of Bob's
        monitor ends the session.
    plan
        What both agreed upon beforehand.
    rng
        Public randomness: the sample, the shuffles, the hash seeds. Drawn by Alice.
    channel
        Receives every message.
    progress
        Called now and then with the share done; it may raise to cancel.

    Returns
    -------
    `DistilledKeys` if there is a key, otherwise a `Distillation` with the reason. If somebody changes
    messages on their way the two keys may differ: only authentication shows that.
    """
    sifted = _sift(records, plan, rng=rng, channel=channel)
    public, sample, security = sifted.public, sifted.sample, plan.security
    steps = Distillation(n_sifted=len(sample), n_disclosed=0, kept_counts=public.kept_counts)
    if records.n_alarms:
        channel.say(Party.BOB, Subject.ALARM, records.n_alarms)
        return replace(steps, reason=AbortReason.DETECTOR_ALARM)
    wrong = np.zeros(len(sample), dtype=bool)
    wrong[sample] = compare_sample(picked(sifted.alice, sample), picked(sifted.bob, sifted.told), channel)
    steps = replace(
        steps,
        n_disclosed=int(np.count_nonzero(sample)),
        compared=public.compared(sample, with_decoys=security.uses_decoys),
        basis_rates=public.rates_by_basis(sample, wrong, sifted.bob),
    )
    if min(count for _, count in steps.compared) < security.minimum_sample or sample.all():
        return replace(steps, reason=AbortReason.TOO_FEW_SIFTED_BITS)
    found = public.witnesses(sample, wrong)
    steps = replace(steps, witnesses=found)
    if reason := _why_stop(found, plan.rule, plan.max_qber):
        return replace(steps, reason=reason)
    # of a long run the sifted bits are large: none is kept but those that may become key
    alice, bob = picked(sifted.alice, ~sample), picked(sifted.bob, ~sifted.told)
    sifted = replace(sifted, alice=frozen(alice), bob=frozen(bob))
    return _make_key(steps, sifted, plan, found, wrong, rng=rng, channel=channel, progress=progress)


def _sift(
    records: RawRecords, plan: DistillationPlan, *, rng: np.random.Generator, channel: PublicChannel
) -> _Sifted:
    """Let both announce what sifting needs, and Alice which bits are to be disclosed."""
    announce_detected(records.slots, channel)
    heard = announce_signals(records.announcements, channel)
    read = read_bits(heard, records.bob.bases, records.bob.bits, plan.rule.readings)
    kept = announce_kept(read, channel)
    from_decoys = plan.security.key_from_decoys
    public = sift_publicly(records, kept, rule=plan.rule, key_from_decoys=from_decoys, channel=channel)
    alice, bob = picked(records.alice.bits, kept), picked(read, read < NO_BIT)
    told = announce_sample(len(alice), plan.sample_fraction, rng, channel, eligible=public.eligible)
    sample = channel.find(Subject.SAMPLE)
    if len(told) != len(bob) or np.count_nonzero(told) != np.count_nonzero(sample):
        raise MessageLost("the sample that Bob heard of does not fit his bits")
    return _Sifted(public=public, n_pulses=records.n_pulses, alice=alice, bob=bob, sample=sample, told=told)


def _make_key(
    steps: Distillation,
    sifted: _Sifted,
    plan: DistillationPlan,
    found: Witnesses,
    wrong: NDArray[np.bool_],
    *,
    rng: np.random.Generator,
    channel: PublicChannel,
    progress: Progress | None,
) -> Distillation:
    """Reconcile, verify and amplify, after `steps` in which `wrong` bits were `found`."""
    public, sample, security = sifted.public, sifted.sample, plan.security
    alice_bits, bob_bits = sifted.alice, sifted.bob
    reconciliation = correct(
        plan.correction,
        alice_bits,
        bob_bits,
        qber=security.block_qber(found.estimate.n_sample, found.estimate.n_errors),
        likely_qber=min(found.estimate.qber, 0.5),
        rng=rng,
        channel=channel,
        variant=plan.cascade,
        progress=progress,
    )
    corrected, epsilon = reconciliation.bits, security.epsilon_correctness
    verified = verify(alice_bits, corrected, epsilon_correctness=epsilon, rng=rng, channel=channel)
    finite = None
    if verified:
        flipped, plain = corrected != bob_bits, plan.correction == "cascade"
        finite = public.decoy_counts(sample, wrong, flipped, channel, plain=plain)
    counts = replace(reconciliation.counts, bob_leak=channel.leaked_bits(Party.BOB))
    leaked = security.charged_leak(counts.alice_leak, counts.bob_leak)
    evidence = _evidence(sifted, plan, found, leaked_bits=leaked, decoy_counts=finite)
    steps = replace(
        steps,
        correction=counts,
        charged_leak=evidence.leaked_bits,
        verified=verified,
        tag_bits=evidence.tag_bits,
        decoy_counts=finite,
    )
    key_length = security.key_length(evidence) if verified else 0
    if not key_length:
        method = method_name(plan.correction, plan.cascade.name)
        return replace(steps, reason=_why_no_key(evidence, security, method, verified=verified))
    heard_seed = announce_amplification(len(alice_bits), key_length, rng, channel)
    seed = channel.find(Subject.AMPLIFICATION_SEED)
    steps = replace(steps, n_amplified=key_length)
    alice_key, bob_key = amplify_both(alice_bits, corrected, said_seed=seed, heard_seed=heard_seed)
    return with_keys(steps, alice_key=alice_key, bob_key=bob_key)


def _evidence(
    sifted: _Sifted,
    plan: DistillationPlan,
    found: Witnesses,
    *,
    leaked_bits: int,
    decoy_counts: DecoyCounts | None,
) -> Evidence:
    """Return what the parties know when they decide on the length; with decoys of the signal pulses."""
    public, security = sifted.public, plan.security
    n_key = int(np.count_nonzero(~sifted.sample))
    if not (security.uses_decoys or public.all_intensities):
        found = replace(found, decoys=None, test_decoys=None)
    return Evidence(
        n_pulses=public.intensities.n_sent[SIGNAL] if public.intensities else sifted.n_pulses,
        n_detected=int(np.count_nonzero(public.all_choices == SIGNAL)),
        n_key=n_key,
        leaked_bits=leaked_bits,
        tag_bits=tag_length(n_key, security.epsilon_correctness),
        multiphoton_probability=plan.multiphoton_probability,
        match_probability=plan.rule.match_probability,
        proof=plan.rule.proof,
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
