"""A session that starts from a recording: recorded events → distillation → verdict."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from os import PathLike
from typing import Any

import numpy as np

from ..distillation.authentication.account import AuthenticationLedger
from ..distillation.channel import Interceptor, PublicChannel
from ..distillation.correction.cascade_variants import get_variant
from ..distillation.outcome import DistilledKeys, authenticate_channel
from ..distillation.pipeline import distill
from ..distillation.security.finite import FiniteSecurity
from ..distillation.security.mode import Security
from ..exchange.run import Generators
from ..link import Link
from ..link.source import Source
from ..quantum.protocol import Protocol
from ..quantum.protocols import get_protocol
from ..session.report import (
    authentication_line,
    hints,
    percent,
    stage_lines,
    verdict,
)
from ..session.result import Result
from ..session.scoring import true_qber
from ..session.session import sifting_rule
from ..settings.session_settings import SessionSettings
from ..values import (
    Basis,
    Progress,
    SecretKey,
    ZProbability,
    check_choice,
    check_count,
    check_instance,
)
from .plausibility import check_plausible
from .recording import Recording, read_recording
from .slot_shifts import find_shift
from .tables.layout import Layout

PROTOCOLS = ("BB84", "BBM92")
"""The protocols that a recording may come from: Alice announces Z or X, and Bob's outcome is the bit."""

_SHARED = (
    "seed",
    "protocol",
    "z_probability",
    "correction",
    "cascade",
    "sample_fraction",
    "max_qber",
    "security",
)
"""What is set, and checked, as in a simulated session."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordingSettings:
    """What distillation needs besides the records, and cannot find in them.

    Parameters
    ----------
    n_pulses
        Pulses Alice sent, lost ones included, fixed beforehand.
    source
        What she sent: a `SinglePhotonSource`, `WeakCoherentSource` or `DecoySource`. It gives the mean photon
        numbers, how often each was sent, and how often a pulse held several photons.
    seed
        Whole number ≥ 0 from which the public randomness follows; that of a simulated session gives its key.
    n_sent
        Pulses sent with each intensity, as in `read_recording`.
    protocol, z_probability
        ``"BB84"`` or ``"BBM92"``, and how often they took the Z basis, None for 1/2: one number for both, or
        Alice's and Bob's.
    correction, cascade, sample_fraction, max_qber, security
        As in `SessionSettings`.

    Raises
    ------
    ValueError, TypeError
        Naming the argument and the value that was refused, or the argument that is missing.
    """

    n_pulses: int
    source: Source
    seed: int
    n_sent: tuple[int, ...] | None = None
    protocol: str = "BB84"
    z_probability: ZProbability | None = None
    correction: str = "cascade"
    cascade: str = "original"
    sample_fraction: float = 0.25
    max_qber: float = 0.11
    security: Security = field(default_factory=FiniteSecurity)

    def __post_init__(self) -> None:
        check_instance("source", self.source, Source)
        check_choice("protocol", self.protocol, PROTOCOLS)
        object.__setattr__(self, "n_pulses", check_count("n_pulses", self.n_pulses, minimum=1))
        if self.n_sent is not None:
            object.__setattr__(self, "n_sent", tuple(check_count("n_sent", sent) for sent in self.n_sent))
        checked = self._simulated
        for name in _SHARED:
            object.__setattr__(self, name, getattr(checked, name))

    @property
    def _simulated(self) -> SessionSettings:
        """Settings of a simulated session with the same source and choices, which know what fits together."""
        shared = {name: getattr(self, name) for name in _SHARED}
        return SessionSettings(n_pulses=1, link=Link(source=self.source), **shared)

    @property
    def protocol_table(self) -> Protocol:
        """The protocol as data."""
        return get_protocol(self.protocol, self.z_probability)

    @property
    def n_finite_intensities(self) -> int:
        """As in `SessionSettings`."""
        return self._simulated.n_finite_intensities

    @property
    def epsilon(self) -> float | None:
        """As in `SessionSettings`."""
        return self._simulated.epsilon


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class RecordedSession(Result):
    """What came of a recording. Only an `AcceptedRecording` has a key.

    Parameters
    ----------
    settings
        What was stated about the recording; `z_probability` as it was taken.
    recording
        What Alice and Bob held.
    warnings
        What in the records does not fit what is stated, or what proofs take for granted. Only modes without
        a claim go on with such records.
    distillation, channel, true_qber
        As in `Result`.
    """

    settings: RecordingSettings
    recording: Recording
    warnings: tuple[str, ...]

    @property
    def n_pulses(self) -> int:
        """Number of pulses sent, as stated."""
        return self.settings.n_pulses

    @property
    def n_detected(self) -> int:
        """Number of pulses that made a click."""
        return len(self.recording.slots)

    @property
    def epsilon(self) -> float | None:
        """How far the key may be from a perfect one; None where nothing is claimed.

        Nothing is where the records show a passive choice of the basis: clicks in both bases at once. What
        the photons meet then decides on the basis, and Eve can have a say in it; the proofs here take an
        active choice.
        """
        return _epsilon(self.settings, self.recording)

    def report(self) -> str:
        """Return the session as readable text; the same records and settings give the same letters."""
        return recording_report(self)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class RejectedRecording(RecordedSession):
    """A recording that gave no key; the raw records are in `recording`."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class AcceptedRecording(RecordedSession):
    """A recording that gave a key: `key` is Alice's copy and `bob_key` is Bob's."""

    key: SecretKey
    bob_key: SecretKey

    @property
    def key_length(self) -> int:
        """Number of secret bits."""
        return len(self.key)


def distill_recording(
    *recorded: str | PathLike[str] | Recording,
    ledger: AuthenticationLedger | None = None,
    intercept: Interceptor | None = None,
    progress: Progress | None = None,
    **settings: Any,
) -> AcceptedRecording | RejectedRecording:
    """Distil what Alice and Bob recorded in a run, be it of a laboratory or of any simulator.

    The key is as secret as what is stated of the run is true: see `docs/recordings.md`.

    Parameters
    ----------
    *recorded
        A `Recording`, or files: text or NPZ, one of both parties or several; see `read_recording`.
    ledger
        The account of the bits that Alice and Bob share to authenticate what they say; None takes for granted
        that they talk to each other.
    intercept
        What becomes of each message on the public channel, as in `run_session`.
    progress
        Called now and then with the share of the distillation done, 0 … 1. It may raise to cancel.
    **settings
        Fields of `RecordingSettings`; `source` and `seed` must be given, and with files `n_pulses`. Also
        fields of `Layout`, which say how the files are laid out, as ``columns=`` or ``bases=``. The bits of
        double clicks follow from the seed.

    Returns
    -------
    `AcceptedRecording` with the key, or `RejectedRecording` with the reason.

    Raises
    ------
    RecordingError
        If a file cannot be read as a recording; with file, line and value.
    ValueError, TypeError
        If a setting is out of range, unknown, missing, or contradicted by the records.

    >>> from tempfile import TemporaryDirectory
    >>> from qkdlab import IDEAL_LINK, SinglePhotonSource, distill_recording, run_session, save_recording
    >>> simulated = run_session(n_pulses=50_000, link=IDEAL_LINK, shared_bits=0, seed=1)
    >>> with TemporaryDirectory() as folder:
    ...     save_recording(simulated, f"{folder}/run.csv")
    ...     recorded = distill_recording(
    ...         f"{folder}/run.csv", n_pulses=50_000, source=SinglePhotonSource(), seed=1
    ...     )
    >>> recorded.key == simulated.key
    True
    """
    layout = {one.name: settings.pop(one.name) for one in fields(Layout) if one.name in settings}
    held = recorded[0] if len(recorded) == 1 and isinstance(recorded[0], Recording) else None
    if held is not None:
        settings = {"n_pulses": held.n_pulses} | settings
    stated = RecordingSettings(**settings)
    if held is None:
        paths = [one for one in recorded if not isinstance(one, Recording)]
        if len(paths) < len(recorded):
            raise ValueError(f"recorded must be one Recording, or files, got {len(recorded)} of both")
        recording = read_recording(
            *paths,
            n_pulses=stated.n_pulses,
            source=stated.source,
            n_sent=stated.n_sent,
            rng=Generators.from_seed(stated.seed).bob,
            layout=Layout(**layout),
        )
    else:
        recording = _as_stated(held, stated, layout)
    found = check_plausible(
        recording,
        n_pulses=stated.n_pulses,
        source=stated.source,
        z_probability=stated.z_probability,
        strict=isinstance(stated.security, FiniteSecurity),
    )
    stated = replace(stated, z_probability=found.z_probability)
    rule, channel = sifting_rule(stated.protocol_table), PublicChannel(intercept)
    distillation = distill(
        recording.alice,
        recording.bob,
        slots=recording.slots,
        announcements=recording.alice.bases,
        rule=rule,
        n_pulses=stated.n_pulses,
        multiphoton_probability=stated.source.signal_source.multiphoton_probability,
        sample_fraction=stated.sample_fraction,
        max_qber=stated.max_qber,
        security=stated.security,
        rng=Generators.from_seed(stated.seed).public,
        channel=channel,
        correction=stated.correction,
        cascade=get_variant(stated.cascade),
        intensities=recording.intensities,
        progress=progress,
    )
    if ledger is not None:
        check_instance("ledger", ledger, AuthenticationLedger)
        distillation = authenticate_channel(
            distillation, channel, ledger, epsilon=_epsilon(stated, recording)
        )
    if progress:
        progress(1.0)
    facts: dict[str, Any] = {
        "settings": stated,
        "recording": recording,
        "warnings": found.warnings,
        "distillation": distillation,
        "channel": channel,
        "true_qber": true_qber(recording, channel, rule),
    }
    if isinstance(distillation, DistilledKeys):
        return AcceptedRecording(**facts, key=distillation.alice_key, bob_key=distillation.bob_key)
    return RejectedRecording(**facts)


def _as_stated(recording: Recording, stated: RecordingSettings, layout: dict[str, Any]) -> Recording:
    """Return a recording that is at hand, and refuse what is stated otherwise than it has it."""
    if layout:
        raise TypeError(f"{next(iter(layout))} is for files, and a Recording is given")
    if recording.n_pulses != stated.n_pulses:
        raise ValueError(f"n_pulses must be the recording's {recording.n_pulses}, got {stated.n_pulses}")
    record, sent = recording.intensities, stated.source.intensities
    means = tuple(one.mean_photon_number for one in sent)
    if (record.means if record else ()) != means:
        had = record and record.means
        raise ValueError(f"source must have the recording's intensities, {had!r}, got {stated.source!r}")
    if stated.n_sent not in (None, record.n_sent if record else None):
        raise ValueError(
            f"n_sent must be the recording's, {record and record.n_sent!r}, got {stated.n_sent!r}"
        )
    return recording


def _epsilon(stated: RecordingSettings, recording: Recording) -> float | None:
    return None if recording.n_crossed else stated.epsilon


def recording_report(result: RecordedSession) -> str:
    """Return the report of a recording."""
    settings, recording = result.settings, result.recording
    mode = settings.security.describe(settings.protocol_table.proof, settings.n_finite_intensities)
    ones = [
        float(np.mean(bits)) if len(bits) else None
        for bits in (recording.alice.bits[recording.alice.bases == basis] for basis in (Basis.Z, Basis.X))
    ]
    rates = [("Alice's ones", percent(ones[0]), f"of her detected bits in Z, {percent(ones[1])} in X")]
    if result.distillation.estimate:
        bits = "sifted signal bits" if result.distillation.decoys else "sifted bits"
        rates.append(("QBER true", percent(result.true_qber), f"of all {bits}, by comparing both records"))
    heading = [
        f"{settings.protocol} recording, seed {settings.seed} for the public choices",
        f"  source    {settings.source.describe()}, as stated",
        f"  security  {mode}",
        f"            {authentication_line(result.distillation)}",
        "            assumes what no record shows: this source, so many pulses, random phases, fair bits,",
        "            random bases, detectors that are alike and forget, and no light that steers them",
        *(f"  warning   {told}" for told in result.warnings),
        *_passive_lines(result),
        *(f"  {'' if number else 'records':10}{line}" for number, line in enumerate(recording.reading)),
        "",
    ]
    stages = stage_lines(result, rates=rates)
    return "\n".join([*heading, *stages, "", *verdict(result), *hints(result), *_shift_hint(result)])


def _passive_lines(result: RecordedSession) -> list[str]:
    """Say that the records show a passive choice of the basis, if they do and something would be claimed."""
    if not result.recording.n_crossed or result.settings.epsilon is None:
        return []
    return [
        "            ε is not claimed: clicks in both bases at once, as of a passive choice of the basis;",
        "            the proof takes an active one",
    ]


def _shift_hint(result: RecordedSession) -> list[str]:
    """Name the shift of slots that would make the records agree."""
    found = None if result.accepted else find_shift(result.recording)
    if not found:
        return []
    rate = found.estimate
    return [
        f"Hint: Bob's slot n shows what Alice sent in slot n {'+' if found.slots > 0 else '-'} "
        f"{abs(found.slots)}. So read, the QBER is {percent(rate.qber)} of {rate.n_sample} bits."
    ]
