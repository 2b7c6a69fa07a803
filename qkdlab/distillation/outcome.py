"""What distillation comes to: a key or the reason why there is none, and what authentication makes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from functools import wraps
from typing import ParamSpec

import numpy as np

from ..errors import KeyExhausted, MessageLost
from ..values import SecretKey
from .authentication.account import SESSION_BITS, Authentication, AuthenticationLedger
from .authentication.tags import Carrier
from .channel import Message, Party, PublicChannel, Subject
from .correction.reconciliation import CorrectionCounts
from .estimation.decoys import DecoyEstimate
from .estimation.error_rate import QberEstimate
from .estimation.finite_decoys import DecoyCounts
from .estimation.witnesses import BasisRate, NeededRate, Witnesses

_P = ParamSpec("_P")


class AbortReason(StrEnum):
    """Why a session yields no key."""

    BROKEN_OFF = "a message was lost or made no sense"
    DETECTOR_ALARM = "bright light at the detectors"
    TOO_FEW_SIFTED_BITS = "too few sifted bits to estimate the QBER"
    QBER_TOO_HIGH = "QBER too high"
    NO_VIOLATION = "no violation of the CHSH inequality"
    NO_PROOF = "no security proof built in for this protocol"
    TOO_MANY_ERRORS_TO_CORRECT = "too many errors to correct"
    VERIFICATION_FAILED = "the keys still differ after error correction"
    TOO_MANY_MULTIPHOTON_PULSES = "too many multi-photon pulses"
    TOO_FEW_PULSES = "too few pulses for a secure key"
    AUTHENTICATION_FAILED = "the messages were not authentic"
    NO_SHARED_KEY = "no shared key left to authenticate with"
    KEY_SPENT = "a key too short to pay for authentication"


TOO_FEW = frozenset({AbortReason.TOO_FEW_PULSES, AbortReason.TOO_FEW_SIFTED_BITS, AbortReason.KEY_SPENT})
"""The reasons that say nothing against the line: the run was too short to tell, and more pulses help."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Distillation:
    """What distillation came to, stage by stage; stages that were not reached are None.

    Parameters
    ----------
    n_sifted, n_disclosed
        Bits kept in sifting, and those of them given up for the estimate.
    kept_counts
        The bits kept in sifting, for each announcement (each basis, in BB84) those of each intensity.
    compared
        For each error rate that the length of a key depends on, how many bits were compared for it.
    basis_rates
        What the disclosed signal bits say, by Bob's basis, even where they are too few for a key.
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
    n_amplified
        Bits that were left after privacy amplification, before authentication was paid for.
    authentication
        How the parties authenticated what they said; None if they did not.
    reason
        Why there is no key; None if there is one.
    """

    n_sifted: int
    n_disclosed: int
    kept_counts: tuple[tuple[int, ...], ...] = ()
    compared: tuple[tuple[NeededRate, int], ...] = ()
    basis_rates: tuple[BasisRate, ...] = ()
    witnesses: Witnesses | None = None
    correction: CorrectionCounts | None = None
    charged_leak: int | None = None
    verified: bool | None = None
    tag_bits: int | None = None
    decoy_counts: DecoyCounts | None = None
    n_amplified: int | None = None
    authentication: Authentication | None = None
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


def authenticate(
    outcome: Distillation,
    alice_saw: Sequence[Message],
    bob_saw: Sequence[Message],
    ledger: AuthenticationLedger,
    *,
    epsilon: float | None,
    carry: Carrier | None = None,
) -> Distillation:
    """Let Alice and Bob authenticate the whole transcript, and pay for it out of the new key.

    Whatever came of the session, both want to know that it was the other who said so. The account is charged,
    and a key gives back the bits that its own session's tags used up.

    Parameters
    ----------
    outcome
        What distillation came to.
    alice_saw, bob_saw
        All that each of them said and heard. It is the same, unless somebody stands between them.
        Each tags its own, and checks the other's tag with its own.
    ledger
        The account of the bits they share.
    epsilon
        How far the new key may be from a perfect one; None if the mode claims nothing.
    carry
        Brings the tags, as in `authentication.check_transcripts`.

    Returns
    -------
    The outcome without its first `SESSION_BITS` bits of key, which are in the account now; or without a key
    if the account has run dry, if one of them refuses the other's tag, or if no more than those bits were
    there.
    """
    try:
        found = ledger.authenticate(alice_saw, bob_saw, carry=carry)
    except KeyExhausted:
        none = Authentication(
            alice_agreed=False, bob_agreed=False, bits_used=0, bits_left=ledger.bits_left, epsilon=None
        )
        return without_key(replace(outcome, authentication=none), AbortReason.NO_SHARED_KEY)
    outcome = replace(outcome, authentication=found)
    if not found.agreed:
        return without_key(outcome, AbortReason.AUTHENTICATION_FAILED)
    if not isinstance(outcome, DistilledKeys):
        return outcome
    keys = outcome.alice_key, outcome.bob_key
    paid = min(SESSION_BITS, *map(len, keys))  # Eve's two keys, if her tags passed, may differ in length
    ledger.pay_back(*(SecretKey(key.bits[:paid]) for key in keys), epsilon=epsilon)
    rest = [SecretKey(key.bits[paid:]) for key in keys]
    if not all(map(len, rest)):
        return without_key(outcome, AbortReason.KEY_SPENT)
    return replace(outcome, alice_key=rest[0], bob_key=rest[1])


def with_keys(outcome: Distillation, *, alice_key: SecretKey, bob_key: SecretKey) -> DistilledKeys:
    """Return what distillation came to, with the key as Alice and as Bob hold it."""
    facts = {field.name: getattr(outcome, field.name) for field in fields(Distillation)}
    return DistilledKeys(**facts, alice_key=alice_key, bob_key=bob_key)


def without_key(outcome: Distillation, reason: AbortReason) -> Distillation:
    """Return what distillation came to, without its key; a reason that there is already stays."""
    facts = {field.name: getattr(outcome, field.name) for field in fields(Distillation)}
    return Distillation(**facts | {"reason": outcome.reason or reason})


def authenticate_channel(
    outcome: Distillation, channel: PublicChannel, ledger: AuthenticationLedger, *, epsilon: float | None
) -> Distillation:
    """Let Alice and Bob authenticate what each of them saw of one channel, over which their tags go, too.

    Arguments and result are those of `authenticate`.
    """

    def carry(sender: Party, tag: bytes) -> bytes:
        return channel.say(sender, Subject.SIGNATURE, np.frombuffer(tag, dtype=np.uint8)).tobytes()

    saw = channel.seen_by(Party.ALICE), channel.seen_by(Party.BOB)
    return authenticate(outcome, *saw, ledger, epsilon=epsilon, carry=carry)


def until_broken_off(distil: Callable[_P, Distillation]) -> Callable[_P, Distillation]:
    """Let a distillation end without a key where a message is lost or makes no sense."""

    @wraps(distil)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> Distillation:
        try:
            return distil(*args, **kwargs)
        except MessageLost:
            return Distillation(n_sifted=0, n_disclosed=0, reason=AbortReason.BROKEN_OFF)

    return run
