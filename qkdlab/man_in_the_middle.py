"""The man in the middle: Eve plays Bob to Alice and Alice to Bob, and no error rate shows her."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from .distillation.authentication import (
    TAG_BITS,
    Authenticator,
    forging_probability,
    transcript,
    transcripts_agree,
)
from .distillation.pipeline import AbortReason, Distillation
from .report import EXPLANATIONS, number, percent
from .session import AcceptedSession, RejectedSession, SessionResult, run_session
from .settings import SessionSettings
from .values import SecretKey

SHARED_BITS = 3 * TAG_BITS
"""Bits that Alice and Bob share beforehand: the secret point of the hash, and a tag in each direction."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TagComparison:
    """How Alice and Bob compared what each of them said and heard.

    Parameters
    ----------
    agreed
        Whether both found the other's tag right.
    bits_used
        Bits of the pre-shared key that this took.
    forging_probability
        Probability at most with which false transcripts of this length pass one check.
    """

    agreed: bool
    bits_used: int
    forging_probability: float


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class ManInTheMiddle:
    """What came of a man in the middle. Only a `Takeover` has keys.

    Parameters
    ----------
    settings
        The settings of both halves, but for the seed of Bob's.
    alice_session
        The session that Alice took part in: its Bob is Eve.
    bob_session
        The session that Bob took part in: its Alice is Eve.
    tags
        How Alice and Bob compared tags; None without authentication.
    """

    settings: SessionSettings
    alice_session: SessionResult
    bob_session: SessionResult
    tags: TagComparison | None

    @property
    def succeeded(self) -> bool:
        """Whether Alice and Bob each accepted a key that Eve has."""
        return self.alice_session.accepted and self.bob_session.accepted

    @property
    def reason(self) -> AbortReason | None:
        """Why Alice has no key, or else why Bob has none; None if Eve succeeded."""
        return self.alice_session.reason or self.bob_session.reason

    def report(self) -> str:
        """Return what happened as readable text; the same settings give the same letters."""
        settings = self.settings
        lines = [
            f"Man in the middle, {settings.protocol}, seed {settings.seed}",
            f"  each half       {settings.link.describe()}",
            f"  Alice and Eve   {_half(self.alice_session)}",
            f"  Eve and Bob     {_half(self.bob_session)}",
        ]
        if self.tags:
            verdict = "agree" if self.tags.agreed else "do not agree"
            lines += [
                f"  authentication  the tags {verdict}; {self.tags.bits_used} bits of shared key used, "
                f"forged with probability {self.tags.forging_probability:.1e} at most",
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


def run_man_in_the_middle(settings: SessionSettings, /, *, authenticated: bool) -> ManInTheMiddle:
    """Run two complete sessions, Alice with Eve and Eve with Bob, and let Alice and Bob find out or not.

    Eve holds honest equipment on both sides and makes up the loss that each half lacks, so that gain and
    error rate of each half are those of `settings.link`. Alice's half is to the letter the session that she
    would have had with Bob. With authentication, Alice and Bob compare tags of all that each of them said and
    heard, with a key that they shared beforehand. Eve does not have it.

    Parameters
    ----------
    settings
        What each half runs; without an eavesdropper, as Eve is the other party.
    authenticated
        Whether Alice and Bob compare tags.

    Returns
    -------
    `Takeover` with all four keys if she was not noticed and both halves gave a key, otherwise a
    `ManInTheMiddle` with the reason.

    Raises
    ------
    ValueError
        If the settings name an eavesdropper.

    >>> from qkdlab import IDEAL_LINK, SessionSettings
    >>> line = SessionSettings(n_pulses=20_000, seed=1, link=IDEAL_LINK)
    >>> run_man_in_the_middle(line, authenticated=False)
    Takeover(Eve holds both keys)
    >>> run_man_in_the_middle(line, authenticated=True)
    ManInTheMiddle(rejected: the messages were not authentic)
    """
    if settings.eavesdropper is not None:
        raise ValueError(f"eavesdropper must be None in the halves, got {settings.eavesdropper!r}")
    other_seed, key_seed = np.random.SeedSequence((settings.seed, 1)).generate_state(2, np.uint64).tolist()
    alice, bob = run_session(settings), run_session(replace(settings, seed=other_seed))
    if authenticated:
        tags = _compare_tags(alice, bob, np.random.default_rng(key_seed))
        if not tags.agreed:
            alice, bob = (_rejected(half, AbortReason.AUTHENTICATION_FAILED) for half in (alice, bob))
        return ManInTheMiddle(settings=settings, alice_session=alice, bob_session=bob, tags=tags)
    if isinstance(alice, AcceptedSession) and isinstance(bob, AcceptedSession):
        return Takeover(
            settings=settings,
            alice_session=alice,
            bob_session=bob,
            tags=None,
            alice_key=alice.key,
            bob_key=bob.bob_key,
            eve_alice_key=alice.bob_key,
            eve_bob_key=bob.key,
        )
    return ManInTheMiddle(settings=settings, alice_session=alice, bob_session=bob, tags=None)


def _compare_tags(alice: SessionResult, bob: SessionResult, rng: np.random.Generator) -> TagComparison:
    """Let Alice and Bob share a key and compare tags of the transcripts that each of them saw."""
    shared = SecretKey(rng.integers(0, 2, SHARED_BITS, dtype=np.uint8))
    hers, his = Authenticator(shared), Authenticator(shared)
    seen = transcript(alice.channel.messages), transcript(bob.channel.messages)
    return TagComparison(
        agreed=transcripts_agree(*seen, alice=hers, bob=his),
        bits_used=hers.bits_used,
        forging_probability=forging_probability(max(map(len, seen))),
    )


def _rejected(result: SessionResult, reason: AbortReason) -> RejectedSession:
    """Return a session without its key."""
    facts = {field.name: getattr(result, field.name) for field in fields(SessionResult)}
    steps = {field.name: getattr(result.distillation, field.name) for field in fields(Distillation)}
    return RejectedSession(**facts | {"distillation": Distillation(**steps | {"reason": reason})})


def _half(result: SessionResult) -> str:
    verdict = f"{number(result.key_length)} secret bits" if result.accepted else f"no key: {result.reason}"
    return f"QBER {percent(result.qber)}, {verdict}"
