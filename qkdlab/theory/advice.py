"""What would help a session that gave no key: settings that can be expected to give one, and why.

All of it is found by `expected_key.expected_key`, on an honest line: the parties cannot plan for an Eve.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import sqrt

from ..distillation.estimation.error_rate import MINIMUM_SAMPLE
from ..distillation.outcome import TOO_FEW, AbortReason
from ..distillation.security.finite import FiniteSecurity
from ..distillation.security.published import PublishedSecurity
from ..exchange.expected import expected_sifting
from ..link import DecoySource, WeakCoherentSource
from ..link.source import Source
from ..settings.session_settings import MOST_PULSES, SessionSettings
from .error_limit import long_run_limit
from .expected_key import PROTOCOLS, expected_key, long_run_rate
from .optimisation import FIRST_BIAS, optimise

LADDER = (*(step * 10**power for power in range(3, 9) for step in (1, 2, 5)), MOST_PULSES)
"""Numbers of pulses to try."""

WEAKER = (0.7, 0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01)
"""Shares of the light and of the line to try, the largest first."""

SAFETY = 0.05
"""Share of the key bits that has to be left over: counts fluctuate, and a key that just fits may not come."""

SAFETY_OF_FEW = 5.0
"""The same in roots of the number of key bits, for short keys."""

ENOUGH_COMPARED = 2 * MINIMUM_SAMPLE
"""Disclosed bits to be expected of every rate: fewer than needed come in less than one run of a million."""

LESS_LIGHT = frozenset({AbortReason.TOO_MANY_MULTIPHOTON_PULSES})


@dataclass(frozen=True, kw_only=True, slots=True)
class Advice:
    """One thing that would help.

    Parameters
    ----------
    words
        What to do, and what to expect of it.
    settings
        The settings that do it, for `run_session`.
    """

    words: str
    settings: SessionSettings


def advise(settings: SessionSettings, reason: AbortReason | None) -> tuple[Advice, ...]:
    """Return what can be expected to give a key; empty if nothing is, or if the reason is another.

    Parameters
    ----------
    settings
        The settings that gave no key. Protocols that `expected_key` does not know get no advice.
    reason
        Why there was none. Nothing is said against errors on the line, or against Eve. Less light is
        advised if nothing else helps: not where the line would give a key as it is without her, or with more
        pulses alone.

    Examples
    --------
    >>> from qkdlab import IDEAL_LINK, SessionSettings
    >>> short = SessionSettings(n_pulses=2_000, link=IDEAL_LINK, seed=1)
    >>> for one in advise(short, AbortReason.TOO_FEW_PULSES):
    ...     print(one.words)
    with 10,000 pulses: about 956 secret bits on an honest line
    """
    if settings.protocol not in PROTOCOLS or reason not in TOO_FEW | LESS_LIGHT:
        return ()
    honest = replace(settings, eavesdropper=None)
    if reason in LESS_LIGHT and _gives_a_key(honest):
        return tuple(_first([("as it is, without Eve", replace(honest, seed=honest.seed + 1))]))
    found = list(filter(None, [with_more_pulses(honest)]))
    if reason in LESS_LIGHT and not found:  # few decoys may show by chance what more of them would not
        found += _with_less_light(honest)
    found += _with_the_best_numbers(honest)
    return tuple(found)


def with_more_pulses(settings: SessionSettings) -> Advice | None:
    """Return the fewest pulses, of those tried, that can be expected to give a key without Eve.

    All else stays. None if no number does, or for a protocol that `expected_key` does not know.
    """
    if settings.protocol not in PROTOCOLS:
        return None
    return next(_first(_longer(replace(settings, eavesdropper=None))), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Hopeless:
    """Why no number of pulses gives a key, on a line without Eve.

    Parameters
    ----------
    qber
        The error rate that the line itself makes; None if no bit is kept.
    limit
        The error rate above which nothing would be left even if each click came from one photon.
    """

    qber: float | None
    limit: float

    @property
    def by_errors(self) -> bool:
        """Whether the errors alone are too many; if not, too few clicks are sure to be of single photons."""
        return self.qber is not None and self.qber > self.limit


def no_pulses_help(settings: SessionSettings) -> Hopeless | None:
    """Return why no number of pulses gives a key without Eve; None if some number does.

    Where `long_run_rate` is 0. For a protocol that it does not know, only where the errors alone are too
    many: that is certain, and a line on which it is not so may be without a key all the same.
    """
    link, table = settings.link, settings.protocol_table
    qber = expected_sifting(table, link, None, signals_only=True).qber
    why = Hopeless(qber=qber, limit=min(settings.max_qber, long_run_limit(settings)))
    if settings.protocol in PROTOCOLS:
        return why if not long_run_rate(settings) else None
    return why if qber is None or (table.proof and why.by_errors) else None


def _gives_a_key(settings: SessionSettings) -> int:
    """Return the expected key length if it leaves room for chance, else 0."""
    expected = expected_key(settings)
    left_over = max(SAFETY * expected.n_key, SAFETY_OF_FEW * sqrt(expected.n_key))
    enough = expected.n_compared >= ENOUGH_COMPARED and expected.balance > left_over
    return expected.key_length if enough else 0


def _first(candidates: Iterable[tuple[str, SessionSettings]]) -> Iterator[Advice]:
    """Yield the first that gives a key, if there is one."""
    for words, settings in candidates:
        if length := _gives_a_key(settings):
            yield Advice(words=f"{words}: about {length:,} secret bits on an honest line", settings=settings)
            return


def _longer(
    settings: SessionSettings, changes: Sequence[tuple[str, SessionSettings]] = ()
) -> Iterator[tuple[str, SessionSettings]]:
    """Yield the changes with as many pulses as the settings have, then with more; or more pulses alone."""
    yield from changes
    for n in LADDER:
        if n > settings.n_pulses:
            for words, changed in changes:
                yield f"{words} and {n:,} pulses", replace(changed, n_pulses=n)
            if not changes:
                yield f"with {n:,} pulses", replace(settings, n_pulses=n)


def _with_less_light(settings: SessionSettings) -> Iterator[Advice]:
    """Yield decoys, weaker pulses and a shorter line, with as many more pulses as each of them needs."""
    link = settings.link
    if isinstance(link.source, WeakCoherentSource):
        yield from _first(_longer(settings, [_with_decoys(settings)]))
        weaker = [share * link.source.mean_photon_number for share in WEAKER]
        sources = [WeakCoherentSource(mean_photon_number=mean) for mean in weaker]
        yield from _first(
            _longer(
                settings,
                [
                    (f"with {source.mean_photon_number:.2g} photons a pulse", _with_source(settings, source))
                    for source in sources
                ],
            )
        )
    lengths = [share * link.length_km for share in (0.9, 0.8, *WEAKER, 0.0)] if link.length_km else []
    shorter = [
        (f"over {length:.3g} km", replace(settings, link=replace(link, length_km=length)))
        for length in lengths
    ]
    if shorter:
        yield from _first(_longer(settings, shorter))


def _with_decoys(settings: SessionSettings) -> tuple[str, SessionSettings]:
    """Return the settings with decoys, and with biased bases where the published formulas ask for them."""
    link, words = replace(settings.link, source=DecoySource()), "with decoys"
    if isinstance(settings.security, PublishedSecurity):
        return f"{words} and z_probability={FIRST_BIAS}", replace(
            settings, link=link, z_probability=FIRST_BIAS
        )
    return words, replace(settings, link=link)


def _with_source(settings: SessionSettings, source: Source) -> SessionSettings:
    return replace(settings, link=replace(settings.link, source=source))


def _with_the_best_numbers(settings: SessionSettings) -> Iterator[Advice]:
    if not isinstance(settings.security, FiniteSecurity):
        return
    best = optimise(settings)
    if best.varied and _gives_a_key(best.settings):
        words = f"with the settings that optimise() finds for {settings.n_pulses:,} pulses"
        yield Advice(
            words=f"{words}: about {best.key_length:,} secret bits on an honest line", settings=best.settings
        )
