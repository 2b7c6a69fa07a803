"""A whole session: exchange → distillation → verdict. The one call most users make."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..attacks.readings import eve_readings
from ..distillation.authentication.account import AuthenticationLedger
from ..distillation.channel import Interceptor, PublicChannel
from ..distillation.correction.cascade_variants import get_variant
from ..distillation.outcome import DistilledKeys, authenticate_channel
from ..distillation.pipeline import distill
from ..distillation.sifting import SiftingRule
from ..exchange.expected import expected_sifting
from ..exchange.run import Exchange, Generators, run_exchange
from ..quantum.protocol import Protocol
from ..quantum.sampling import get_sampler
from ..settings.session_settings import SessionSettings
from ..theory.advice import Advice, advise
from ..values import Progress, SecretKey, check_instance
from .report import TOO_FEW, session_report
from .result import Result, Standing
from .scoring import EveKnowledge, score_eve, true_qber

EXCHANGE_SHARE, CORRECTED_SHARE = 0.25, 0.65
"""The progress of a session after the quantum part, and before amplification, by their usual time."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class SessionResult(Result):
    """The outcome of a simulated session. Only an `AcceptedSession` has a key.

    Parameters
    ----------
    settings
        The settings it was run with.
    exchange
        The quantum part: what Alice, Bob and Eve held.
    eve
        What Eve knows; None if there was no Eve, or if the session broke off before sifting.
    distillation, channel, true_qber
        As in `Result`; only a simulation can see `true_qber`.
    """

    settings: SessionSettings
    exchange: Exchange
    eve: EveKnowledge | None

    @property
    def n_pulses(self) -> int:
        """Number of pulses sent."""
        return self.settings.n_pulses

    @property
    def n_detected(self) -> int:
        """Number of pulses that made a click."""
        return len(self.exchange.slots)

    @property
    def expected_qber(self) -> float | None:
        """The QBER that theory expects of the bits that may become key; None if there are none."""
        settings = self.settings
        return expected_sifting(
            settings.protocol_table, settings.link, settings.eavesdropper, signals_only=True
        ).qber

    @property
    def broken(self) -> bool:
        """Whether there is a key, and Eve knows more of it than privacy amplification took off.

        By the truth of the simulation, see `KeyKnowledge`; Alice and Bob cannot know.
        """
        return bool(self.accepted and self.eve and self.eve.true_key and self.eve.true_key.broken)

    @property
    def standing(self) -> Standing:
        """What the session has come to in truth."""
        if self.accepted:
            return Standing.BROKEN if self.broken else Standing.ACCEPTED
        return Standing.TOO_FEW if self.reason in TOO_FEW else Standing.REJECTED

    def report(self) -> str:
        """Return the session as readable text; the same settings give the same letters."""
        told = [f"  {one.words}" for one in self.advice]
        return "\n".join([session_report(self), *(["What would give one:", *told] if told else [])])

    @property
    def advice(self) -> tuple[Advice, ...]:
        """What can be expected to give a key, if there was none for want of pulses or for too much light."""
        return advise(self.settings, self.distillation.reason)


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
    ledger: AuthenticationLedger | None = None,
    intercept: Interceptor | None = None,
    progress: Progress | None = None,
    **changes: Any,
) -> AcceptedSession | RejectedSession:
    """Run one session from the first pulse to the verdict.

    Parameters
    ----------
    settings
        What to run; may be left out if `changes` say everything.
    ledger
        The account of the bits that Alice and Bob share, if they go on with one: the session takes from it
        and pays back to it, and `shared_bits` of the settings does not count. If None, the session opens an
        account of `shared_bits` random bits.
    intercept
        What becomes of each message on the public channel: called with the `Message`, returns what the other
        party hears, or None if it hears nothing. None if all are heard as they were said.
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
    protocol = settings.protocol_table
    rule = sifting_rule(protocol)
    if ledger is not None:
        check_instance("ledger", ledger, AuthenticationLedger)
    generators = Generators.from_seed(settings.seed)
    channel = PublicChannel(intercept)
    exchange = run_exchange(
        settings.n_pulses,
        protocol=protocol,
        link=settings.link,
        eavesdropper=settings.eavesdropper,
        sampler=get_sampler(settings.sampler),
        generators=generators,
        progress=progress_part(progress, 0, EXCHANGE_SHARE),
    )
    distillation = distill(
        exchange.alice,
        exchange.bob,
        slots=exchange.slots,
        announcements=exchange.announcements,
        rule=rule,
        n_pulses=settings.n_pulses,
        multiphoton_probability=settings.link.source.signal_source.multiphoton_probability,
        sample_fraction=settings.sample_fraction,
        max_qber=settings.max_qber,
        security=settings.security,
        rng=generators.public,
        channel=channel,
        correction=settings.correction,
        cascade=get_variant(settings.cascade),
        intensities=exchange.intensities,
        n_alarms=exchange.n_alarms or 0,
        progress=progress_part(progress, EXCHANGE_SHARE, CORRECTED_SHARE),
    )
    if ledger is None and settings.authenticates:
        ledger = AuthenticationLedger.draw(settings.shared_bits, generators.shared)
    if ledger is not None:
        distillation = authenticate_channel(distillation, channel, ledger, epsilon=settings.epsilon)
    if progress:
        progress(1.0)
    readings = None
    if settings.eavesdropper:
        tactics, noise = settings.eavesdropper.tactics, settings.link.depolarizing_probability
        response = settings.eavesdropper.response(settings.link)
        readings = eve_readings(protocol, tactics, noise, response)
    facts: dict[str, Any] = {
        "settings": settings,
        "exchange": exchange,
        "distillation": distillation,
        "channel": channel,
        "true_qber": true_qber(exchange, channel, rule),
        "eve": score_eve(exchange, distillation, channel, readings, generators.eve),
    }
    if isinstance(distillation, DistilledKeys):
        return AcceptedSession(**facts, key=distillation.alice_key, bob_key=distillation.bob_key)
    return RejectedSession(**facts)


def sifting_rule(protocol: Protocol) -> SiftingRule:
    """Return the public part of a protocol, as distillation needs it."""
    return SiftingRule(
        readings=protocol.reading_table(),
        key=np.isin(np.arange(protocol.n_announcements), protocol.key_announcements),
        proof=protocol.proof,
        key_probability=protocol.key_probability,
        match_probability=protocol.match_probability,
        correlations=protocol.correlations,
        state_weights=protocol.state_weights,
    )


def progress_part(progress: Progress | None, start: float, stop: float) -> Progress | None:
    """Return a progress callback for the part of a run from `start` to `stop`."""
    if progress is None:
        return None
    report = progress
    return lambda share: report(start + share * (stop - start))
