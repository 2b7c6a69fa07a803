"""The whole distillation: two raw keys → one secret key, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..values import Bits, IntensityRecord, Progress, RawKey, SecretKey
from .amplification import amplify, announce_amplification
from .cascade import CorrectionCounts, ParityOracle, reconcile
from .channel import Party, PublicChannel, Subject
from .decoys import DecoyEstimate, count_intensities
from .estimation import QberEstimate, announce_sample, compare_sample, estimate_qber
from .finite_decoys import BasisCounts, DecoyCounts, DecoyPlan
from .security import Evidence, Security, asymptotic_fraction
from .sifting import (
    SiftingRule,
    announce_detected,
    announce_intensities,
    announce_kept,
    announce_signals,
    read_bits,
)
from .verification import tag_length, verify
from .witnesses import (
    Outcomes,
    Witnesses,
    announce_outcomes,
    count_outcomes,
    estimate_chsh,
    missing_state_bound,
    missing_state_error,
)

MINIMUM_SAMPLE = 50
"""Disclosed bits below which no error rate is estimated: full interception is missed by 50
compared bits with probability 0.75^50, less than 10^-6."""


SIGNAL, DECOY = 0, 1
"""The numbers of the intensities from which the key is made and by which Eve is caught."""


class AbortReason(StrEnum):
    """Why a session yields no key."""

    DETECTOR_ALARM = "bright light at the detectors"
    TOO_FEW_SIFTED_BITS = "too few sifted bits to estimate the QBER"
    QBER_TOO_HIGH = "QBER too high"
    NO_VIOLATION = "no violation of the CHSH inequality"
    NO_PROOF = "no security proof for this protocol"
    TOO_MANY_ERRORS_TO_CORRECT = "too many errors to correct"
    VERIFICATION_FAILED = "the keys still differ after error correction"
    TOO_MANY_MULTIPHOTON_PULSES = "too many multi-photon pulses"
    TOO_FEW_PULSES = "too few pulses for a secure key"
    AUTHENTICATION_FAILED = "the messages were not authentic"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Distillation:
    """What distillation came to, stage by stage; stages that were not reached are None.

    Parameters
    ----------
    n_sifted, n_disclosed
        Bits kept in sifting, and those of them given up for the estimate.
    witnesses
        What the disclosed bits say of Eve.
    correction
        What error correction did and cost.
    charged_leak
        Its leak as the security mode charges it.
    verified
        Whether the hashes agreed.
    tag_bits
        Length of the hash.
    decoy_counts
        The counts from which the finite bounds on single photons follow; None without them.
    reason
        Why there is no key; None if there is one.
    """

    n_sifted: int
    n_disclosed: int
    witnesses: Witnesses | None = None
    correction: CorrectionCounts | None = None
    charged_leak: int | None = None
    verified: bool | None = None
    tag_bits: int | None = None
    decoy_counts: DecoyCounts | None = None
    reason: AbortReason | None = None

    @property
    def estimate(self) -> QberEstimate | None:
        """The QBER of the sample; with decoys, of the signal bits in it."""
        return self.witnesses.estimate if self.witnesses else None

    @property
    def decoys(self) -> DecoyEstimate | None:
        """What the decoys say; None if there are none."""
        return self.witnesses.decoys if self.witnesses else None


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
    announcements
        What Alice will say of each detected pulse, uint8, shape (n_detected,); her basis in BB84.
    rule
        The protocol's sifting rule.
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
    n_alarms
        Clicks at which Bob's monitor saw bright light. A single one ends the session.
    progress
        Called now and then with the share done; it may raise to cancel.

    Returns
    -------
    `DistilledKeys` if there is a key, otherwise a `Distillation` with the reason.
    """
    announce_detected(slots, channel)
    heard = announce_signals(announcements, channel)
    read = read_bits(heard, bob.bases, bob.bits, rule.readings)
    kept = announce_kept(read, channel)
    chosen, n_sent = np.zeros(len(heard), dtype=np.uint8), np.array([n_pulses])
    if intensities:
        chosen, n_sent = announce_intensities(intensities, channel)
    others = _disclose_others(~kept, alice, bob, heard, chosen, rule, channel)

    # with a basis for tests of its own, finite bounds count the bits of all intensities as key
    all_intensities = rule.has_test_bits and security.key_from_decoys and intensities is not None
    public = _Public(heard=heard[kept], chosen=chosen[kept], rule=rule, all_intensities=all_intensities)
    sample = announce_sample(len(public.heard), sample_fraction, rng, channel, eligible=public.eligible)
    facts: dict[str, Any] = {"n_sifted": len(sample), "n_disclosed": 0}
    if n_alarms:
        channel.say(Party.BOB, Subject.ALARM, n_alarms)
        return Distillation(**facts, reason=AbortReason.DETECTOR_ALARM)
    needed = [public.eligible & sample]
    if rule.has_test_bits:
        needed.append(public.shows_eve & (public.chosen == SIGNAL))
    if intensities and security.uses_decoys:
        needed.append(public.shows_eve & (public.chosen == DECOY))
    if min(map(np.count_nonzero, needed)) < MINIMUM_SAMPLE or not np.any(~sample):
        return Distillation(**facts, reason=AbortReason.TOO_FEW_SIFTED_BITS)
    wrong = np.zeros(len(sample), dtype=bool)
    alice_sifted, bob_sifted = alice.bits[kept], read[kept]
    wrong[sample] = compare_sample(alice_sifted[sample], bob_sifted[sample], channel)
    found = _look_for_eve(public, sample, wrong, others)
    if others and rule.state_weights and not intensities:
        states = _count_states(public, others, wrong, 1)[0]
        found = replace(found, phase_error=missing_state_error(states))
    if intensities:
        found = replace(found, **_ask_decoys(public, sample, wrong, others, intensities, heard, chosen))
    facts |= {"n_disclosed": int(np.count_nonzero(sample)), "witnesses": found}
    reason = _why_stop(found, rule, max_qber)
    if reason:
        return Distillation(**facts, reason=reason)

    alice_bits, bob_bits = alice_sifted[~sample], bob_sifted[~sample]
    reconciliation = reconcile(
        bob_bits,
        ParityOracle(alice_bits, channel),
        # blocks that are too small cost some parities, blocks that are too large leave errors
        qber=min(found.estimate.upper, 0.5),
        rng=rng,
        channel=channel,
        progress=progress,
    )
    epsilon = security.epsilon_correctness
    verified = verify(alice_bits, reconciliation.bits, epsilon_correctness=epsilon, rng=rng, channel=channel)
    counts = reconciliation.counts
    finite = None
    if all_intensities and intensities and verified:
        fixed = reconciliation.bits != bob_bits
        key = _count_basis(public.chosen[~sample], fixed, len(n_sent))
        # costs nothing: where the errors were is plain from the questions of Cascade
        channel.say(Party.BOB, Subject.ERRORS, key.errors)
        tested = sample & public.shows_eve
        test = _count_basis(public.chosen[tested], wrong[tested], len(n_sent))
        plan = DecoyPlan(means=intensities.means, probabilities=intensities.probabilities)
        finite = DecoyCounts(plan=plan, key=key, test=test)
    evidence = Evidence(
        n_pulses=int(n_sent[SIGNAL]),
        n_detected=int(np.count_nonzero(chosen == SIGNAL)),
        n_key=len(alice_bits),
        leaked_bits=security.charged_leak(counts.alice_leak, counts.bob_leak),
        tag_bits=tag_length(epsilon),
        multiphoton_probability=multiphoton_probability,
        match_probability=rule.match_probability,
        proof=rule.proof,
        witnesses=(
            found
            if security.uses_decoys or all_intensities
            else replace(found, decoys=None, test_decoys=None)
        ),
        decoy_counts=finite,
    )
    key_length = security.key_length(evidence) if verified else 0
    facts |= {
        "correction": counts,
        "charged_leak": evidence.leaked_bits,
        "verified": verified,
        "tag_bits": evidence.tag_bits,
        "decoy_counts": finite,
    }
    if not key_length:
        return Distillation(**facts, reason=_why_no_key(evidence, security, verified=verified))
    seed = announce_amplification(len(alice_bits), key_length, rng, channel)
    return DistilledKeys(
        **facts, alice_key=amplify(alice_bits, seed), bob_key=amplify(reconciliation.bits, seed)
    )


@dataclass(frozen=True, slots=True)
class _Public:
    """What all know of the kept pulses: what Alice announced of each, and its intensity."""

    heard: Bits
    chosen: Bits
    rule: SiftingRule
    all_intensities: bool

    @property
    def eligible(self) -> NDArray[np.bool_]:
        """Where the bit may become key."""
        mask: NDArray[np.bool_] = self.rule.key[self.heard]
        return mask if self.all_intensities else mask & (self.chosen == SIGNAL)

    @property
    def shows_eve(self) -> NDArray[np.bool_]:
        """Where an error shows what Eve did to key bits: in the other basis, if the key has its own."""
        other: NDArray[np.bool_] = ~self.rule.key[self.heard]
        return other if self.rule.has_test_bits else ~other


def _count_basis(chosen: Bits, wrong: NDArray[np.bool_], n_intensities: int) -> BasisCounts:
    """Count bits and errors of each intensity."""
    return BasisCounts(
        detected=np.bincount(chosen, minlength=n_intensities).astype(float),
        errors=np.bincount(chosen[wrong], minlength=n_intensities).astype(float),
    )


def _disclose_others(
    rows: NDArray[np.bool_],
    alice: RawKey,
    bob: RawKey,
    heard: Bits,
    chosen: Bits,
    rule: SiftingRule,
    channel: PublicChannel,
) -> Outcomes | None:
    """Let both disclose what they have of the pulses that are not kept, if the protocol has a use for it."""
    if not (rule.correlations or rule.state_weights):
        return None
    bits, bases, outcomes = announce_outcomes(rows, alice.bits, bob.bases, bob.bits, channel)
    return Outcomes(heard[rows], chosen[rows], bits, bases, outcomes)


def _look_for_eve(
    public: _Public, sample: NDArray[np.bool_], wrong: NDArray[np.bool_], others: Outcomes | None
) -> Witnesses:
    """Return what the disclosed bits say; `wrong`, shape (n_sifted,), tells where they differ."""
    rule, compared = public.rule, sample & public.shows_eve & (public.chosen == SIGNAL)
    return Witnesses(
        estimate=estimate_qber(wrong[sample & public.eligible]),
        phase=estimate_qber(wrong[compared]) if rule.has_test_bits else None,
        chsh=estimate_chsh(others, rule.correlations) if others and rule.correlations else None,
    )


def _count_states(
    public: _Public, others: Outcomes, wrong: NDArray[np.bool_], n_intensities: int
) -> NDArray[np.float64]:
    """Count Bob's outcomes in X in the three-state protocol, see `count_outcomes`."""
    plus = ~public.rule.key[public.heard]
    weights = public.rule.state_weights
    return count_outcomes(others, weights, public.chosen[plus], wrong[plus], n_intensities)


def _ask_decoys(
    public: _Public,
    sample: NDArray[np.bool_],
    wrong: NDArray[np.bool_],
    others: Outcomes | None,
    intensities: IntensityRecord,
    heard: Bits,
    chosen: Bits,
) -> dict[str, Any]:
    """Return what the decoys say, as fields of `Witnesses`; `heard` and `chosen` are of all detected pulses.

    Where the key comes from one basis, either basis is counted by itself.
    """
    rule, n_sent = public.rule, np.array(intensities.n_sent)

    def of(detected: NDArray[np.bool_], compared: NDArray[np.bool_], share: float) -> DecoyEstimate:
        clicks = chosen[detected]
        sent = np.rint(share * n_sent).astype(np.int64)
        sent = np.maximum(sent, np.bincount(clicks, minlength=len(sent)))  # a mean, and few pulses
        return count_intensities(intensities.means, sent, clicks, public.chosen[compared], wrong[compared])

    key, kept_key = rule.key[heard], rule.key[public.heard]
    if not rule.has_test_bits:
        return {"decoys": of(np.ones(len(heard), dtype=bool), sample, 1.0)}
    found: dict[str, Any] = {"decoys": of(key, sample & kept_key, rule.key_probability)}
    if others and rule.state_weights:
        counts = _count_states(public, others, wrong, len(n_sent))
        found["phase_error"] = missing_state_bound(counts / n_sent[:, None, None], intensities.means)
    else:
        found["test_decoys"] = of(~key, sample & ~kept_key, 1 - rule.key_probability)
    return found


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


def _why_no_key(evidence: Evidence, security: Security, *, verified: bool) -> AbortReason:
    """Name what stands in the way: with infinitely many such pulses, would there be a key?

    A short run leaks more a bit than a long one, so the leak is taken as that of a long run.
    """
    if not verified:
        return AbortReason.VERIFICATION_FAILED
    qber = evidence.witnesses.estimate.qber
    leak = min(evidence.leaked_bits / evidence.n_key, security.long_run_leak(qber))
    if asymptotic_fraction(evidence, leak) > 0:
        return AbortReason.TOO_FEW_PULSES
    if asymptotic_fraction(evidence, leak, tagging=False) > 0:
        return AbortReason.TOO_MANY_MULTIPHOTON_PULSES
    return AbortReason.TOO_MANY_ERRORS_TO_CORRECT
