"""The man in the middle: Eve plays Bob to Alice and Alice to Bob, and no error rate shows her."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..distillation.authentication.account import Authentication, AuthenticationLedger
from ..distillation.channel import Party
from ..distillation.outcome import (
    AbortReason,
    Distillation,
    DistilledKeys,
    authenticate,
    with_keys,
    without_key,
)
from ..settings.session_settings import SessionSettings
from ..values import Progress, SecretKey, check_instance, progress_part
from .report import EXPLANATIONS, HEADLINES, percent
from .report.format import counted
from .report.rows import forgery
from .result import Standing
from .session import AcceptedSession, RejectedSession, SessionResult, run_session


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class ManInTheMiddle:
    """What came of a man in the middle. Only a `Takeover` has keys.

    Parameters
    ----------
    settings
        The settings of both halves, but for the seed of Bob's, and for the secret that Alice and Bob share.
    alice_session
        The session that Alice took part in: its Bob is Eve.
    bob_session
        The session that Bob took part in: its Alice is Eve.
    authentication
        How Alice and Bob compared tags; None if they did not try.
    """

    settings: SessionSettings
    alice_session: SessionResult
    bob_session: SessionResult
    authentication: Authentication | None

    @property
    def succeeded(self) -> bool:
        """Whether Alice and Bob each accepted a key that Eve has."""
        return self.alice_session.accepted and self.bob_session.accepted

    @property
    def reason(self) -> AbortReason | None:
        """Why there is no key: tags that do not agree, Alice's reason or Bob's; None if Eve succeeded."""
        if self.authentication and self.authentication.bits_used and not self.authentication.agreed:
            return AbortReason.AUTHENTICATION_FAILED
        return self.alice_session.reason or self.bob_session.reason

    @property
    def standing(self) -> Standing:
        """What it has come to in truth: keys that Alice and Bob accepted are Eve's, and broken."""
        return Standing.of(self.reason, broken=True)

    def report(self) -> str:
        """Return what happened as readable text; the same settings give the same letters."""
        settings = self.settings
        lines = [
            f"Man in the middle, {settings.protocol}, seed {settings.seed}",
            f"  each half       {settings.link.describe()}",
            f"  Alice and Eve   {_half(self.alice_session)}",
            f"  Eve and Bob     {_half(self.bob_session)}",
        ]
        found, failed = self.authentication, "nobody checked them"
        if found and found.bits_used:
            if found.agreed:
                failed = "her forgery passed"
            verdict = "agree" if found.agreed else "do not agree"
            lines += [
                f"  authentication  the tags {verdict}; {found.bits_used} bits of shared key used, "
                f"{forgery(found.epsilon)}",
            ]
        else:
            lines += ["  authentication  none"]
        headline = HEADLINES[self.standing]
        if self.reason is None:
            lines += [
                "",
                headline,
                "Alice and Bob each accepted a key. They are not the same, and Eve has both: she opens every "
                "message of one and seals it again for the other. What failed is the assumption that "
                f"messages are authentic: {failed}.",
            ]
        else:
            lines += ["", f"{headline}: {self.reason}", EXPLANATIONS[self.reason]]
        return "\n".join(lines)

    def __repr__(self) -> str:
        verdict = "Eve holds both keys" if self.succeeded else f"rejected: {self.reason}"
        return f"{type(self).__name__}({verdict})"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class Takeover(ManInTheMiddle):
    """A man in the middle who was not noticed.

    `alice_key` and `bob_key` are what Alice and Bob took for their common key; `eve_alice_key` and
    `eve_bob_key` are Eve's copies.
    """

    alice_key: SecretKey
    bob_key: SecretKey
    eve_alice_key: SecretKey
    eve_bob_key: SecretKey


def run_man_in_the_middle(
    settings: SessionSettings,
    /,
    *,
    ledger: AuthenticationLedger | None = None,
    progress: Progress | None = None,
) -> ManInTheMiddle:
    """Run two complete sessions, Alice with Eve and Eve with Bob, and let Alice and Bob find out or not.

    Eve holds honest equipment on both sides and makes up the loss that each half lacks, so that gain and
    error rate of each half are those of `settings.link`. Alice's half is to the letter the session that she
    would have had with Bob without authentication. If the settings give Alice and Bob `shared_bits`, they
    compare tags of all that each of them said and heard, and these alone decide. Eve, who does not have those
    bits, hands the tags on as they are.

    Parameters
    ----------
    settings
        What each half runs; without an eavesdropper, as Eve is the other party. Authentication is switched
        off with ``shared_bits=0``.
    ledger
        The account of the bits that Alice and Bob share, if they go on with one, as in `run_session`.
    progress
        Called with the share done of both halves together, 0 … 1, as in `run_session`.

    Returns
    -------
    `Takeover` with all four keys if she was not noticed and both halves gave a key, otherwise a
    `ManInTheMiddle` with the reason.

    Raises
    ------
    ValueError
        If the settings name an eavesdropper.

    Examples
    --------
    >>> from qkdlab import IDEAL_LINK, SessionSettings
    >>> run_man_in_the_middle(SessionSettings(n_pulses=20_000, seed=1, link=IDEAL_LINK))
    ManInTheMiddle(rejected: the messages were not authentic)
    >>> run_man_in_the_middle(SessionSettings(n_pulses=20_000, seed=1, link=IDEAL_LINK, shared_bits=0))
    Takeover(Eve holds both keys)
    """
    check_instance("settings", settings, SessionSettings)
    if settings.eavesdropper is not None:
        raise ValueError(f"eavesdropper must be None in the halves, got {settings.eavesdropper!r}")
    other_seed, key_seed = np.random.SeedSequence((settings.seed, 1)).generate_state(2, np.uint64).tolist()
    half = replace(settings, shared_bits=0)
    alice = run_session(half, progress=progress_part(progress, 0, 0.5))
    bob = run_session(replace(half, seed=other_seed), progress=progress_part(progress, 0.5, 1))
    if ledger is None and settings.authenticates:
        ledger = AuthenticationLedger.draw(settings.shared_bits, np.random.default_rng(key_seed))
    outcome = _together(alice, bob)
    if ledger is not None:
        saw = alice.channel.seen_by(Party.ALICE), bob.channel.seen_by(Party.BOB)
        outcome = authenticate(outcome, *saw, ledger, epsilon=settings.epsilon)
    found = outcome.authentication
    if (
        isinstance(outcome, DistilledKeys)
        and isinstance(alice, AcceptedSession)
        and isinstance(bob, AcceptedSession)
    ):
        paid = len(alice.key) - len(outcome.alice_key)  # in the account now
        alice, bob = _after_tags(alice, found, paid), _after_tags(bob, found, paid)
        return Takeover(
            settings=settings,
            alice_session=alice,
            bob_session=bob,
            authentication=found,
            alice_key=alice.key,
            bob_key=bob.bob_key,
            eve_alice_key=alice.bob_key,
            eve_bob_key=bob.key,
        )
    halves = {
        "alice_session": _rejected(alice, outcome) if found else alice,
        "bob_session": _rejected(bob, outcome) if found else bob,
    }
    return ManInTheMiddle(settings=settings, authentication=found, **halves)


def _together(alice: SessionResult, bob: SessionResult) -> Distillation:
    """Return what Alice and Bob take for one outcome: a key if each has one, though it is not the same."""
    if isinstance(alice, AcceptedSession) and isinstance(bob, AcceptedSession):
        return with_keys(alice.distillation, alice_key=alice.key, bob_key=bob.bob_key)
    reason = alice.reason or bob.reason or AbortReason.AUTHENTICATION_FAILED
    return without_key(alice.distillation, reason)


def _after_tags(half: AcceptedSession, found: Authentication | None, paid: int) -> AcceptedSession:
    """Return a half whose tags were found right, without the bits that were paid for them."""
    steps = replace(half.distillation, authentication=found)
    alice_key, bob_key = (SecretKey(each.bits[paid:]) for each in (half.key, half.bob_key))
    return replace(half, distillation=with_keys(steps, alice_key=alice_key, bob_key=bob_key))


def _rejected(half: SessionResult, outcome: Distillation) -> RejectedSession:
    """Return a half without a key, for its own reason or for that of the `outcome` of both."""
    steps = replace(half.distillation, authentication=outcome.authentication)
    return RejectedSession(
        settings=half.settings,
        exchange=half.exchange,
        distillation=without_key(steps, outcome.reason or AbortReason.AUTHENTICATION_FAILED),
        channel=half.channel,
        true_qber=half.true_qber,
        eve=half.eve,
    )


def _half(result: SessionResult) -> str:
    verdict = counted(result.key_length, "secret bits") if result.accepted else f"no key: {result.reason}"
    return f"QBER {percent(result.qber)}, {verdict}"
