"""The man in the middle: Eve plays Bob to Alice and Alice to Bob, and no error rate shows her."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from .distillation.ledger import Authentication, AuthenticationLedger
from .distillation.outcome import AbortReason, Distillation, authenticate, without_key
from .report import EXPLANATIONS, TOO_FEW, forgery, number, percent
from .result import Standing
from .session import AcceptedSession, RejectedSession, SessionResult, progress_part, run_session
from .settings import SessionSettings
from .values import Progress, SecretKey


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
        if self.reason is None:
            return Standing.BROKEN
        return Standing.TOO_FEW if self.reason in TOO_FEW else Standing.REJECTED

    def report(self) -> str:
        """Return what happened as readable text; the same settings give the same letters."""
        settings = self.settings
        lines = [
            f"Man in the middle, {settings.protocol}, seed {settings.seed}",
            f"  each half       {settings.link.describe()}",
            f"  Alice and Eve   {_half(self.alice_session)}",
            f"  Eve and Bob     {_half(self.bob_session)}",
        ]
        found = self.authentication
        if found and found.bits_used:
            verdict = "agree" if found.agreed else "do not agree"
            lines += [
                f"  authentication  the tags {verdict}; {found.bits_used} bits of shared key used, "
                f"{forgery(found.epsilon)}",
            ]
        else:
            lines += ["  authentication  none"]
        if self.reason is None:
            lines += [
                "",
                "EVE HOLDS BOTH KEYS",
                "Alice and Bob each accepted a key. They are not the same, and Eve has both: she opens every "
                "message of one and seals it again for the other.",
            ]
        else:
            lines += ["", f"KEY REJECTED: {self.reason}", EXPLANATIONS[self.reason]]
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
    compare tags of all that each of them said and heard. Eve does not have those bits.

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

    >>> from qkdlab import IDEAL_LINK, SessionSettings
    >>> run_man_in_the_middle(SessionSettings(n_pulses=20_000, seed=1, link=IDEAL_LINK))
    ManInTheMiddle(rejected: the messages were not authentic)
    >>> run_man_in_the_middle(SessionSettings(n_pulses=20_000, seed=1, link=IDEAL_LINK, shared_bits=0))
    Takeover(Eve holds both keys)
    """
    if settings.eavesdropper is not None:
        raise ValueError(f"eavesdropper must be None in the halves, got {settings.eavesdropper!r}")
    other_seed, key_seed = np.random.SeedSequence((settings.seed, 1)).generate_state(2, np.uint64).tolist()
    half = replace(settings, shared_bits=0)
    alice = run_session(half, progress=progress_part(progress, 0, 0.5))
    bob = run_session(replace(half, seed=other_seed), progress=progress_part(progress, 0.5, 1))
    if ledger is None and settings.authenticates:
        ledger = AuthenticationLedger.draw(settings.shared_bits, np.random.default_rng(key_seed))
    if ledger is not None:
        alice, bob = _compare_tags(alice, bob, ledger)
        found = alice.distillation.authentication
        return ManInTheMiddle(settings=settings, alice_session=alice, bob_session=bob, authentication=found)
    if isinstance(alice, AcceptedSession) and isinstance(bob, AcceptedSession):
        return Takeover(
            settings=settings,
            alice_session=alice,
            bob_session=bob,
            authentication=None,
            alice_key=alice.key,
            bob_key=bob.bob_key,
            eve_alice_key=alice.bob_key,
            eve_bob_key=bob.key,
        )
    return ManInTheMiddle(settings=settings, alice_session=alice, bob_session=bob, authentication=None)


def _compare_tags(
    alice: SessionResult, bob: SessionResult, ledger: AuthenticationLedger
) -> tuple[RejectedSession, RejectedSession]:
    """Let Alice and Bob compare what each of them saw; return their halves without a key."""
    hers = authenticate(
        alice.distillation, alice.channel.messages, bob.channel.messages, ledger, epsilon=None
    )
    found = hers.authentication
    compared = found is not None and found.bits_used > 0
    reason = AbortReason.AUTHENTICATION_FAILED if compared else AbortReason.NO_SHARED_KEY
    his = replace(without_key(bob.distillation, reason), authentication=found)
    return _rejected(alice, without_key(hers, reason)), _rejected(bob, his)


def _rejected(result: SessionResult, outcome: Distillation) -> RejectedSession:
    """Return a session with another outcome of distillation, which has no key."""
    facts = {field.name: getattr(result, field.name) for field in fields(SessionResult)}
    return RejectedSession(**facts | {"distillation": outcome})


def _half(result: SessionResult) -> str:
    verdict = f"{number(result.key_length)} secret bits" if result.accepted else f"no key: {result.reason}"
    return f"QBER {percent(result.qber)}, {verdict}"
