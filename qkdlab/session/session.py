"""A whole session: exchange → distillation → verdict. The one call most users make."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ..attacks.readings import eve_readings
from ..distillation.authentication.account import AuthenticationLedger
from ..distillation.channel import Interceptor, PublicChannel
from ..distillation.outcome import DistilledKeys, authenticate_channel
from ..distillation.pipeline import distill
from ..exchange.expected import expected_sifting
from ..exchange.run import Exchange, Generators, run_exchange
from ..quantum.devices import DeviceSampler
from ..quantum.sampling import get_sampler
from ..settings.session_settings import SessionSettings
from ..theory.advice import Advice, advise
from ..values import Progress, check_instance, progress_part
from .report import percent, session_report, true_verdict
from .report.format import row
from .report.rows import alarm_rows, attack_lines, broken_lines, eve_rows, true_qber_row
from .result import Result, ResultWithKey, Standing
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
        return Standing.of(self.reason, broken=self.broken)

    @property
    def true_verdict(self) -> tuple[str, str]:
        """The verdict with what only a simulation can see, as a headline and one sentence."""
        return true_verdict(self, self.settings, self.eve.true_key if self.eve else None)

    def report(self) -> str:
        """Return the session as readable text; the same settings give the same letters."""
        settings, sampler = self.settings, get_sampler(self.settings.sampler)
        attack = settings.eavesdropper.describe() if settings.eavesdropper else "none"
        closed_form = "closed form for these settings"
        if isinstance(sampler, DeviceSampler):
            closed_form += ", without the device's errors"
        expected = row("QBER expected", percent(self.expected_qber), closed_form)
        told = [f"  {one.words}" for one in self.advice]
        return session_report(
            self,
            self.true_verdict,
            heading=[
                f"{settings.protocol} session, seed {settings.seed}, {sampler.name} sampler",
                f"  link      {settings.link.describe()}",
                f"  Eve       {attack}",
            ],
            remarks=[*attack_lines(settings), *broken_lines(settings)],
            alarms=alarm_rows(self.exchange.n_alarms),
            rates=[*true_qber_row(self, "; nobody can see it"), expected],
            eve=["", *eve_rows(self.eve)] if self.eve else [],
            advice=["What would give one:", *told] if told else [],
        )

    @property
    def advice(self) -> tuple[Advice, ...]:
        """What can be expected to give a key, if there was none for want of pulses or for too much light."""
        return advise(self.settings, self.distillation.reason)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class RejectedSession(SessionResult):
    """A session that was aborted: there is no key. The raw record of the simulation is in `exchange`."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class AcceptedSession(ResultWithKey, SessionResult):
    """A session that gave a key: `key` is Alice's copy and `bob_key` is Bob's."""


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

    Examples
    --------
    >>> from qkdlab import IDEAL_LINK, InterceptResend, run_session
    >>> run_session(n_pulses=50_000, link=IDEAL_LINK, seed=1).accepted
    True
    >>> eve = InterceptResend(fraction=1.0)
    >>> run_session(n_pulses=50_000, link=IDEAL_LINK, eavesdropper=eve, seed=1).reason.value
    'QBER too high'
    """
    if settings is None:
        settings = SessionSettings(**changes)
    else:
        settings = replace(check_instance("settings", settings, SessionSettings), **changes)
    if ledger is not None:
        check_instance("ledger", ledger, AuthenticationLedger)
    generators = Generators.from_seed(settings.seed)
    channel = PublicChannel(intercept)
    exchange = run_exchange(
        settings.n_pulses,
        protocol=settings.protocol_table,
        link=settings.link,
        eavesdropper=settings.eavesdropper,
        sampler=get_sampler(settings.sampler),
        generators=generators,
        progress=progress_part(progress, 0, EXCHANGE_SHARE),
    )
    plan, rest = settings.plan, progress_part(progress, EXCHANGE_SHARE, CORRECTED_SHARE)
    distillation = distill(exchange, plan, rng=generators.public, channel=channel, progress=rest)
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
        readings = eve_readings(settings.protocol_table, tactics, noise, response)
    kind = AcceptedSession if isinstance(distillation, DistilledKeys) else RejectedSession
    return kind(
        settings=settings,
        exchange=exchange,
        distillation=distillation,
        channel=channel,
        true_qber=true_qber(exchange, channel, plan.rule),
        eve=score_eve(exchange, distillation, channel, readings, generators.eve),
    )
