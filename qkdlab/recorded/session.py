"""A session that starts from a recording: recorded events → distillation → verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from os import PathLike
from typing import Any

import numpy as np

from ..distillation.authentication.account import AuthenticationLedger
from ..distillation.channel import Interceptor, PublicChannel
from ..distillation.outcome import DistilledKeys, authenticate_channel
from ..distillation.pipeline import distill
from ..exchange.run import Generators
from ..session.report import percent, session_report, verdict
from ..session.report.format import number, row
from ..session.report.rows import true_qber_row
from ..session.result import Result, ResultWithKey
from ..session.scoring import true_qber
from ..values import Basis, Progress, check_instance
from .plausibility import check_plausible
from .record_hints import record_hints
from .recording import Recording, read_recording
from .recording_settings import RecordingSettings
from .tables.layout import Layout

_UNSEEN = (
    "            assumes what no record shows: this source, so many pulses, random phases, fair bits,",
    "            random bases, detectors that are alike and forget, and no light that steers them",
)


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
        return None if self.recording.n_crossed else self.settings.epsilon

    def report(self) -> str:
        """Return the session as readable text; the same records and settings give the same letters."""
        settings, recording = self.settings, self.recording
        ones = [
            (percent(float(np.mean(bits)) if len(bits) else None), number(len(bits)))
            for bits in (recording.alice.bits[recording.alice.bases == basis] for basis in (Basis.Z, Basis.X))
        ]
        reading = [f"  {'' if n else 'records':10}{line}" for n, line in enumerate(recording.reading)]
        return session_report(
            self,
            verdict(self),
            heading=[
                f"{settings.protocol} recording, seed {settings.seed} for the public choices",
                f"  source    {settings.source.describe()}, as stated",
            ],
            remarks=[
                *_UNSEEN,
                *(f"  warning   {told}" for told in self.warnings),
                *_passive_lines(self),
                *reading,
            ],
            rates=[
                row(
                    "Alice's ones",
                    ones[0][0],
                    f"of her detected bits in Z ({ones[0][1]}), {ones[1][0]} of those in X ({ones[1][1]})",
                ),
                *true_qber_row(self, ", by comparing both records"),
            ],
            advice=[] if self.accepted else record_hints(self.recording),
        )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class RejectedRecording(RecordedSession):
    """A recording that gave no key; the raw records are in `recording`."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class AcceptedRecording(ResultWithKey, RecordedSession):
    """A recording that gave a key: `key` is Alice's copy and `bob_key` is Bob's."""


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

    Examples
    --------
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
    if ledger is not None:
        check_instance("ledger", ledger, AuthenticationLedger)
    layout = {one.name: settings.pop(one.name) for one in fields(Layout) if one.name in settings}
    if len(recorded) == 1 and isinstance(recorded[0], Recording):
        settings = {"n_pulses": recorded[0].n_pulses} | settings
    stated = RecordingSettings(**settings)
    recording = _recording(recorded, stated, layout)
    found = check_plausible(recording, stated)
    stated = replace(stated, z_probability=found.z_probability)
    plan, channel = stated.plan, PublicChannel(intercept)
    rng = Generators.from_seed(stated.seed).public
    distillation = distill(recording, plan, rng=rng, channel=channel, progress=progress)
    if ledger is not None:
        epsilon = None if recording.n_crossed else stated.epsilon
        distillation = authenticate_channel(distillation, channel, ledger, epsilon=epsilon)
    if progress:
        progress(1.0)
    kind = AcceptedRecording if isinstance(distillation, DistilledKeys) else RejectedRecording
    return kind(
        settings=stated,
        recording=recording,
        warnings=found.warnings,
        distillation=distillation,
        channel=channel,
        true_qber=true_qber(recording, channel, plan.rule),
    )


def _recording(
    recorded: Sequence[str | PathLike[str] | Recording], stated: RecordingSettings, layout: dict[str, Any]
) -> Recording:
    """Return the recording that files hold, or one that is at hand, if it is as it is stated to be."""
    paths = [one for one in recorded if not isinstance(one, Recording)]
    held = [one for one in recorded if isinstance(one, Recording)]
    if not held:
        return read_recording(
            *paths,
            n_pulses=stated.n_pulses,
            source=stated.source,
            n_sent=stated.n_sent,
            rng=Generators.from_seed(stated.seed).bob,
            layout=Layout(**layout),
        )
    if len(recorded) > 1:
        raise ValueError(f"recorded must be one Recording, or files, got {len(recorded)} of both")
    if layout:
        raise TypeError(f"{next(iter(layout))} is for files, and a Recording is given")
    recording = held[0]
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


def _passive_lines(result: RecordedSession) -> list[str]:
    """Say that the records show a passive choice of the basis, if they do and something would be claimed."""
    if not result.recording.n_crossed or result.settings.epsilon is None:
        return []
    return [
        "            ε is not claimed: clicks in both bases at once, as of a passive choice of the basis;",
        "            the proof takes an active one",
    ]
