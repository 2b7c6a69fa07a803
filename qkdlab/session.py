"""A whole session: exchange → distillation → verdict. The one call most users make."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from . import scenario
from .distillation.channel import PublicChannel, Subject
from .distillation.hashing import toeplitz_hash
from .distillation.pipeline import AbortReason, Distillation, DistilledKeys, distill
from .distillation.security import SECURITY_MODES, AsymptoticSecurity, FiniteSecurity, Security
from .errors import ScenarioError
from .exchange import Exchange, Generators, run_exchange
from .link import Detector, Link, SinglePhotonSource, WeakCoherentSource
from .quantum.eavesdroppers import PASS, Eavesdropper, InterceptResend
from .quantum.protocols import PROTOCOLS
from .quantum.sampling import SAMPLERS, get_sampler
from .report import session_report
from .values import (
    Progress,
    SecretKey,
    check_choice,
    check_count,
    check_instance,
    check_open_probability,
    check_probability,
)

EXCHANGE_SHARE = 0.6
"""The share of a session's progress that the quantum part is shown as."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionSettings:
    """Everything a session depends on. The same settings give the same result.

    Parameters
    ----------
    n_pulses
        Pulses Alice sends, 1 … 10⁹; fixed beforehand.
    seed
        Whole number ≥ 0 from which all randomness follows.
    link
        Source, fibre and detectors.
    eavesdropper
        The attack; None if the line is free.
    protocol
        Name of the protocol: ``"BB84"``.
    sampler
        ``"exact"`` (outcome probabilities from Qiskit) or ``"shots"`` (each pulse a shot on Aer).
    sample_fraction
        Share of the sifted bits disclosed to estimate the QBER, strictly between 0 and 1.
    max_qber
        Abort above this error rate. 11 % is where 1 - 2 h(Q) = 0 (Shor and Preskill 2000).
    security
        ``"finite"`` (default), ``"asymptotic"``, or a `FiniteSecurity` or `AsymptoticSecurity`.

    Raises
    ------
    ValueError
        Naming the argument and the value that was refused.
    """

    n_pulses: int
    seed: int
    link: Link = field(default_factory=Link)
    eavesdropper: Eavesdropper | None = None
    protocol: str = "BB84"
    sampler: str = "exact"
    sample_fraction: float = 0.25
    max_qber: float = 0.11
    security: Security = field(default_factory=FiniteSecurity)

    def __post_init__(self) -> None:
        n_pulses = check_count("n_pulses", self.n_pulses, minimum=1, maximum=10**9)
        object.__setattr__(self, "n_pulses", n_pulses)
        object.__setattr__(self, "seed", check_count("seed", self.seed))
        check_instance("link", self.link, Link)
        if self.eavesdropper is not None:
            check_instance("eavesdropper", self.eavesdropper, Eavesdropper)
        check_choice("protocol", self.protocol, tuple(PROTOCOLS))
        check_choice("sampler", self.sampler, tuple(SAMPLERS))
        sample_fraction = check_open_probability("sample_fraction", self.sample_fraction)
        object.__setattr__(self, "sample_fraction", sample_fraction)
        object.__setattr__(self, "max_qber", check_probability("max_qber", self.max_qber, below=0.5))
        if isinstance(self.security, str):
            mode = SECURITY_MODES[check_choice("security", self.security, tuple(SECURITY_MODES))]
            object.__setattr__(self, "security", mode())
        check_instance("security", self.security, Security)

    def to_json(self) -> str:
        """Return the settings as JSON text."""
        return scenario.to_json(self)

    @classmethod
    def from_json(cls, text: str) -> SessionSettings:
        """Return the settings that JSON text describes; `ScenarioError` says what is wrong."""
        settings = scenario.from_json(text, SETTINGS_CLASSES)
        if not isinstance(settings, cls):
            kind = type(settings).__name__
            raise ScenarioError(f"scenario.type must be {cls.__name__}, got {kind!r}")
        return settings


SETTINGS_CLASSES = (
    SessionSettings,
    Link,
    Detector,
    SinglePhotonSource,
    WeakCoherentSource,
    InterceptResend,
    FiniteSecurity,
    AsymptoticSecurity,
)
"""The classes that may occur in a saved scenario."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EveKnowledge:
    """What Eve came to know, scored against Alice's bits (which only a simulation can do).

    Parameters
    ----------
    n_sifted, n_attacked
        Sifted bits, and those of them whose pulse she attacked.
    n_certain
        Sifted bits she knows for certain once the bases are announced.
    true_guess_rate
        Share of the sifted bits she guesses right, tossing a coin where she let the pulse pass;
        None if nothing was sifted.
    true_key_guess_rate
        The same for the final key, hashing her guesses as Alice and Bob hash theirs; None if there
        is no key.
    key_guess
        Her guess of the final key; None if there is no key.
    """

    n_sifted: int
    n_attacked: int
    n_certain: int
    true_guess_rate: float | None
    true_key_guess_rate: float | None
    key_guess: SecretKey | None


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class SessionResult:
    """The outcome of a session. Only an `AcceptedSession` has a key.

    Parameters
    ----------
    settings
        The settings it was run with.
    exchange
        The quantum part: what Alice, Bob and Eve held.
    distillation
        The classical part, stage by stage.
    channel
        The transcript of the public channel.
    eve
        What Eve knows; None if there was no Eve.
    true_qber
        Share of wrong bits among all sifted bits; only a simulation can see it. None if nothing
        was sifted.
    """

    settings: SessionSettings
    exchange: Exchange
    distillation: Distillation
    channel: PublicChannel
    eve: EveKnowledge | None
    true_qber: float | None

    @property
    def accepted(self) -> bool:
        """Whether there is a key."""
        return self.distillation.reason is None

    @property
    def reason(self) -> AbortReason | None:
        """Why there is no key; None if there is one."""
        return self.distillation.reason

    @property
    def qber(self) -> float | None:
        """The estimated QBER, from the disclosed sample; None if there was too little to compare."""
        estimate = self.distillation.estimate
        return estimate.qber if estimate else None

    @property
    def expected_qber(self) -> float | None:
        """The QBER that theory expects for these settings; None if no click is possible."""
        eavesdropper = self.settings.eavesdropper
        return self.settings.link.expected_qber(eavesdropper.expected_error() if eavesdropper else 0)

    @property
    def n_detected(self) -> int:
        """Number of pulses that made a click."""
        return len(self.exchange.slots)

    @property
    def key_length(self) -> int:
        """Number of secret bits; 0 if the session was rejected."""
        return 0

    def report(self) -> str:
        """Return the session as readable text; the same settings give the same letters."""
        return session_report(self)

    def __repr__(self) -> str:
        verdict = f"{self.key_length} secret bits" if self.accepted else f"rejected: {self.reason}"
        return f"{type(self).__name__}({self.settings.n_pulses} pulses, {verdict})"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class RejectedSession(SessionResult):
    """A session that was aborted: there is no key. The raw record of the simulation is in `exchange`."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class AcceptedSession(SessionResult):
    """A session that gave a key: `key` is Alice's copy and `bob_key` is Bob's."""

    key: SecretKey
    bob_key: SecretKey

    @property
    def key_length(self) -> int:
        """Number of secret bits."""
        return len(self.key)


def run_session(
    settings: SessionSettings | None = None,
    /,
    *,
    progress: Progress | None = None,
    **changes: Any,
) -> AcceptedSession | RejectedSession:
    """Run one session from the first pulse to the verdict.

    Parameters
    ----------
    settings
        What to run; may be left out if `changes` say everything.
    progress
        Called now and then with the share done, 0 … 1. It may raise to cancel the run.
    **changes
        Fields of `SessionSettings` that replace those of `settings`; `n_pulses` and `seed` must be
        given somewhere.

    Returns
    -------
    `AcceptedSession` with the key, or `RejectedSession` with the reason.

    Raises
    ------
    ValueError, TypeError
        If a setting is out of range, unknown or missing.

    >>> from qkdlab import IDEAL_LINK, InterceptResend, run_session
    >>> run_session(n_pulses=50_000, link=IDEAL_LINK, seed=1).accepted
    True
    >>> eve = InterceptResend(fraction=1.0)
    >>> run_session(n_pulses=50_000, link=IDEAL_LINK, eavesdropper=eve, seed=1).reason.value
    'QBER too high'
    """
    settings = replace(settings, **changes) if settings else SessionSettings(**changes)
    protocol = PROTOCOLS[settings.protocol]
    generators = Generators.from_seed(settings.seed)
    channel = PublicChannel()
    exchange = run_exchange(
        settings.n_pulses,
        protocol=protocol,
        link=settings.link,
        eavesdropper=settings.eavesdropper,
        sampler=get_sampler(settings.sampler),
        generators=generators,
        progress=_part(progress, 0, EXCHANGE_SHARE),
    )
    distillation = distill(
        exchange.alice,
        exchange.bob,
        slots=exchange.slots,
        kept_bases=protocol.kept_bases,
        match_probability=protocol.match_probability,
        n_pulses=settings.n_pulses,
        multiphoton_probability=settings.link.source.multiphoton_probability,
        sample_fraction=settings.sample_fraction,
        max_qber=settings.max_qber,
        security=settings.security,
        rng=generators.public,
        channel=channel,
        progress=_part(progress, EXCHANGE_SHARE, 1),
    )
    if progress:
        progress(1.0)
    facts: dict[str, Any] = {
        "settings": settings,
        "exchange": exchange,
        "distillation": distillation,
        "channel": channel,
        "true_qber": _true_qber(exchange, channel),
        "eve": _score_eve(exchange, distillation, channel, settings, generators.eve),
    }
    if isinstance(distillation, DistilledKeys):
        return AcceptedSession(**facts, key=distillation.alice_key, bob_key=distillation.bob_key)
    return RejectedSession(**facts)


def _part(progress: Progress | None, start: float, stop: float) -> Progress | None:
    """Return a progress callback for the part of a run from `start` to `stop`."""
    if progress is None:
        return None
    report = progress
    return lambda share: report(start + share * (stop - start))


def _true_qber(exchange: Exchange, channel: PublicChannel) -> float | None:
    """Compare all sifted bits of both parties: the score of the estimate, seen by nobody."""
    kept = channel.find(Subject.KEPT)
    wrong = exchange.alice.bits[kept] != exchange.bob.bits[kept]
    return float(np.mean(wrong)) if len(wrong) else None


def _score_eve(
    exchange: Exchange,
    distillation: Distillation,
    channel: PublicChannel,
    settings: SessionSettings,
    rng: np.random.Generator,
) -> EveKnowledge | None:
    """Let Eve read her record with the announced bases, and compare her guesses with Alice's bits.

    She could also use the disclosed sample and the parities; that they tell her no more of the key
    than was charged is what privacy amplification is for, and is not scored here.
    """
    eve, eavesdropper = exchange.eve, settings.eavesdropper
    if eve is None or eavesdropper is None:
        return None
    kept = channel.find(Subject.KEPT)
    tactics, outcomes = eve.tactics[kept], eve.outcomes[kept]
    # where a pulse is kept, Alice's basis follows from the one Bob announced
    bases = channel.find(Subject.BASES)[kept]
    guesses, certain = eavesdropper.read(tactics, outcomes, bases)
    coins = rng.integers(0, 2, len(guesses), dtype=np.uint8)
    guesses = np.where(tactics == PASS, coins, guesses)
    key_guess, key_rate = None, None
    if isinstance(distillation, DistilledKeys):
        reconciled = guesses[~channel.find(Subject.SAMPLE)]
        seed = channel.find(Subject.AMPLIFICATION_SEED)
        key_guess = SecretKey(toeplitz_hash(reconciled, seed))
        key_rate = float(np.mean(key_guess.bits == distillation.alice_key.bits))
    right = guesses == exchange.alice.bits[kept]
    return EveKnowledge(
        n_sifted=len(guesses),
        n_attacked=int(np.count_nonzero(tactics != PASS)),
        n_certain=int(np.count_nonzero(certain)),
        true_guess_rate=float(np.mean(right)) if len(right) else None,
        true_key_guess_rate=key_rate,
        key_guess=key_guess,
    )
