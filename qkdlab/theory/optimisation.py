"""The best settings for a link: intensities, how often each is sent, basis bias and sample size.

What is maximised is the key length of `expected_key`, which is that of the session's own security mode. No
key is a normal answer: a length of 0, with the settings that come closest.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import log1p
from typing import Any

from ..distillation.outcome import AbortReason
from ..distillation.security.finite import FiniteSecurity
from ..distillation.security.published import PublishedSecurity
from ..link import DecoySource, WeakCoherentSource
from ..settings.session_settings import SessionSettings
from ..values import Progress, check_choice, check_instance
from .expected_key import ExpectedKey, expected_key
from .search import Range, maximise

QUANTITIES = ("mean_photon_number", "signal", "decoy", "probabilities", "z_probability", "sample_fraction")
"""What can be chosen, by the names of the settings; the probabilities are those of the intensities."""
CAN_BE_BIASED = ("BB84", "BBM92")
FIRST_BIAS = 0.9

MEANS = Range(low=1e-6, high=1.0, logarithmic=True)
BRIGHTEST = 1.5
SHARES = Range(low=0.005, high=0.995)
X_SHARES = Range(low=1e-3, high=0.49, logarithmic=True)
SAMPLES = Range(low=1e-5, high=0.5, logarithmic=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Optimum:
    """The best settings that were found.

    Parameters
    ----------
    expected
        What they can be expected to give.
    before
        What the settings gave from which the search set out.
    varied
        What was chosen, names of `QUANTITIES`.
    n_evaluations
        How many settings were looked at.
    """

    expected: ExpectedKey
    before: ExpectedKey
    varied: tuple[str, ...]
    n_evaluations: int

    @property
    def settings(self) -> SessionSettings:
        """The best settings, for `run_session`."""
        return self.expected.settings

    @property
    def key_length(self) -> int:
        """Expected number of secret bits; 0 if no settings were found that give a key."""
        return self.expected.key_length

    @property
    def rate(self) -> float:
        """Expected secret bits per pulse."""
        return self.expected.rate

    def describe(self) -> str:
        """Return the result in a sentence or two."""
        if not self.varied:
            return f"Nothing was to be chosen; {self.key_length:,} secret bits are expected."
        looked = f"{self.n_evaluations:,} settings looked at"
        if not self.key_length:
            return f"No key: of the {looked}, none gives one. These come closest."
        return f"{self.key_length:,} secret bits expected, {self.before.key_length:,} before; {looked}."


def optimise(
    settings: SessionSettings | None = None,
    /,
    *,
    keep: Collection[str] = (),
    efficiency: float | None = None,
    progress: Progress | None = None,
    **changes: Any,
) -> Optimum:
    """Return the settings that give the longest expected key on an honest line.

    In the finite mode all that applies is chosen: the mean photon number of a laser; signal, decoy and how
    often each intensity is sent; the bias of the bases, if `z_probability` is not 0.5; the share that is
    disclosed. If `z_probability` is None, biased bases are tried as well as equally likely ones; where
    Alice's and Bob's are stated each, they stay as they are.

    The textbook mode takes rates at their word, so that the smallest sample and the faintest decoy always
    look best. There only the brightness of the signal is chosen, and that of the decoy if there is no vacuum.

    The mean of the weakest of three intensities stays as it is. An eavesdropper in the settings plays no
    part: Alice and Bob plan for the line they have, and cannot know of her.

    Parameters
    ----------
    settings
        Where to start; may be left out if `changes` say everything.
    keep
        What shall stay as it is, names of `QUANTITIES`.
    efficiency
        Alice's leak over the Shannon limit; None for that of the settings' Cascade, see `expected_key`.
    progress
        Called now and then with the share done, 0 … 1. It may raise to cancel.
    **changes
        Fields of `SessionSettings` that replace those of `settings`.

    Raises
    ------
    ValueError, TypeError
        If a setting is refused, or for a protocol that `expected_key` does not know.

    Examples
    --------
    >>> from qkdlab import GENERIC_LINK, optimise
    >>> best = optimise(n_pulses=10**6, link=GENERIC_LINK, seed=1, keep=["z_probability"])
    >>> best.varied, best.key_length > best.before.key_length
    (('sample_fraction',), True)
    """
    given = None if settings is None else check_instance("settings", settings, SessionSettings)
    settings = replace(given, **changes) if given else SessionSettings(**changes)
    keep = [check_choice("keep", name, QUANTITIES) for name in ([keep] if isinstance(keep, str) else keep)]
    before = best = expected_key(settings, efficiency=efficiency)
    evaluations = 1
    varied: set[str] = set()
    families = _families(settings, keep)
    for number, family in enumerate(families):
        quantities = _quantities(family, keep)
        if not quantities:
            continue
        plan = _Plan(settings=family, quantities=quantities, efficiency=efficiency)
        part = partial(_report, progress, number, len(families)) if progress else None
        found = maximise(plan.merit, plan.ranges, start=plan.start, progress=part)
        evaluations += found.n_evaluations
        varied.update(quantities)
        best = max(best, plan.expected(found.numbers), key=_merit)  # of equal ones the first
    names = tuple(name for name in QUANTITIES if name in varied)
    return Optimum(expected=best, before=before, varied=names, n_evaluations=evaluations)


def _report(progress: Progress, number: int, total: int, share: float) -> None:
    """Report the progress of one of several searches."""
    progress((number + share) / total)


def _merit(expected: ExpectedKey) -> float:
    """Return what is maximised: it grows with the key, and without one tells how far off it is.

    A key of 0 bits has the merit 0, below it counts what is missing for each bit of the key.
    """
    if expected.stopped is AbortReason.TOO_FEW_SIFTED_BITS:
        return -200 + min(1.0, expected.n_compared / expected.settings.security.minimum_sample)
    if expected.stopped:
        return -100 - (expected.qber or 0.0)
    if expected.balance < 0:
        return max(-99.0, expected.balance / expected.n_key)
    return log1p(expected.balance)


def _families(settings: SessionSettings, keep: Collection[str]) -> list[SessionSettings]:
    """Return the settings to search around: with even bases, with biased ones, or both."""
    source = settings.link.source
    undecided = settings.z_probability is None and "z_probability" not in keep
    finite = settings.protocol in CAN_BE_BIASED and isinstance(settings.security, FiniteSecurity)
    if not (undecided and finite) or isinstance(source, WeakCoherentSource):  # a laser has no use for it
        return [settings]
    biased = replace(settings, z_probability=FIRST_BIAS)
    refused = isinstance(settings.security, PublishedSecurity) and bool(source.intensities)
    return [biased] if refused else [settings, biased]  # the published formulas are for biased bases


def _quantities(settings: SessionSettings, keep: Collection[str]) -> tuple[str, ...]:
    """Return what is to be chosen around these settings."""
    source, finite = settings.link.source, isinstance(settings.security, FiniteSecurity)
    chosen: list[str] = []
    if isinstance(source, WeakCoherentSource):
        chosen.append("mean_photon_number")
    if isinstance(source, DecoySource):
        chosen.append("signal")
        if finite or not source.vacuum_probability:
            chosen.append("decoy")
    if finite:
        if isinstance(source, DecoySource):
            chosen.append("probabilities")
        bias = settings.z_probability
        if settings.protocol in CAN_BE_BIASED and isinstance(bias, float) and bias != 0.5:
            chosen.append("z_probability")
        chosen.append("sample_fraction")
    return tuple(name for name in chosen if name not in keep)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Plan:
    """Settings around which some quantities vary, each as one number of its own within bounds, or two."""

    settings: SessionSettings
    quantities: tuple[str, ...]
    efficiency: float | None

    @property
    def darkest(self) -> float:
        """The mean of the vacuum, if it is sent."""
        source = self.settings.link.source
        return source.vacuum if isinstance(source, DecoySource) and source.vacuum_probability else 0.0

    @property
    def signals(self) -> Range:
        """Where the signal is searched for: brighter than the others together."""
        source, least = self.settings.link.source, 2.2 * self.darkest
        if isinstance(source, DecoySource) and "decoy" not in self.quantities:
            least = 1.01 * (source.decoy + self.darkest)
        least = max(0.01, least)
        return Range(low=least, high=max(BRIGHTEST, 2 * least))

    @property
    def ranges(self) -> list[Range]:
        """The bounds of the numbers. The decoy is a share of what the signal leaves it."""
        kinds: dict[str, list[Range]] = {
            "mean_photon_number": [MEANS],
            "signal": [self.signals],
            "decoy": [SHARES],
            "probabilities": [SHARES] * (2 if self._has_vacuum else 1),
            "z_probability": [X_SHARES],
            "sample_fraction": [SAMPLES],
        }
        return [one for name in self.quantities for one in kinds[name]]

    @property
    def start(self) -> list[float]:
        """The numbers of the settings themselves."""
        source, z = self.settings.link.source, self.settings.z_probability
        numbers: dict[str, list[float]] = {
            "z_probability": [1 - (z if isinstance(z, float) else FIRST_BIAS)],
            "sample_fraction": [self.settings.sample_fraction],
        }
        if isinstance(source, WeakCoherentSource):
            numbers["mean_photon_number"] = [source.mean_photon_number]
        if isinstance(source, DecoySource):
            room = source.signal - 2 * self.darkest
            numbers["signal"] = [source.signal]
            numbers["decoy"] = [(source.decoy - self.darkest) / room if room > 0 else 0.5]
            numbers["probabilities"] = [source.signal_probability]
            if self._has_vacuum:
                numbers["probabilities"].append(source.decoy_probability / (1 - source.signal_probability))
        return [one for name in self.quantities for one in numbers[name]]

    def expected(self, numbers: Sequence[float]) -> ExpectedKey:
        """Return what the settings with these numbers give."""
        return expected_key(self.at(numbers), efficiency=self.efficiency)

    def merit(self, numbers: Sequence[float]) -> float:
        """Return what is maximised, see `_merit`."""
        return _merit(self.expected(numbers))

    @property
    def _has_vacuum(self) -> bool:
        source = self.settings.link.source
        return isinstance(source, DecoySource) and source.vacuum_probability > 0

    def at(self, numbers: Sequence[float]) -> SessionSettings:
        """Return the settings with these numbers, in the order of `ranges`."""
        left = list(numbers)
        changes: dict[str, Any] = {}
        light: dict[str, float] = {}
        for name in self.quantities:
            number = left.pop(0)
            if name == "z_probability":
                changes[name] = 1 - number
            elif name == "sample_fraction":
                changes[name] = number
            elif name == "probabilities":
                light["signal_probability"] = number
                light["decoy_probability"] = (1 - number) * (left.pop(0) if self._has_vacuum else 1)
            else:
                light[name] = number
        if light:
            changes["link"] = replace(self.settings.link, source=self._source(light))
        return replace(self.settings, **changes)

    def _source(self, light: dict[str, float]) -> WeakCoherentSource | DecoySource:
        """Return the source with this light in place of its own."""
        source = self.settings.link.source
        if isinstance(source, DecoySource):
            if "decoy" in light:
                room = light.get("signal", source.signal) - 2 * self.darkest
                light["decoy"] = self.darkest + light["decoy"] * room
            if "signal_probability" in light and self._has_vacuum:
                light["vacuum_probability"] = 1 - light["signal_probability"] - light["decoy_probability"]
            return replace(source, **light)
        return WeakCoherentSource(**light)
