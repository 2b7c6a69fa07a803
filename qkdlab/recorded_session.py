"""A session that starts from a recording: recorded events → distillation → verdict."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from math import log, sqrt
from os import PathLike
from typing import Any

import numpy as np

from .distillation.cascade_variants import get_variant
from .distillation.channel import PublicChannel
from .distillation.ledger import AuthenticationLedger
from .distillation.pipeline import AbortReason, Distillation, DistilledKeys, authenticate, distill
from .distillation.security import FiniteSecurity, Security
from .exchange import Generators
from .ledger import LedgerEntry, session_ledger
from .link import Link
from .link.source import Source
from .quantum.protocols import Protocol, get_protocol
from .recording import Recording, read_recording
from .report import authentication_line, percent, stage_lines
from .scoring import true_qber
from .session import sifting_rule
from .settings import SessionSettings
from .values import Basis, IntensityRecord, Progress, SecretKey, check_choice, check_count, check_instance

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
        ``"BB84"`` or ``"BBM92"``, and how often both took the Z basis, None for 1/2.
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
    z_probability: float | None = None
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
class RecordedSession:
    """What came of a recording. Only an `AcceptedRecording` has a key.

    Parameters
    ----------
    settings
        What was stated about the recording.
    recording
        What Alice and Bob held.
    distillation
        The classical part, stage by stage.
    channel
        The transcript of the public channel.
    true_qber
        Share of wrong bits among all sifted bits of signal pulses, by comparing both records, which nobody
        who holds one of them can do. None if there are none.
    """

    settings: RecordingSettings
    recording: Recording
    distillation: Distillation
    channel: PublicChannel
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
    def n_detected(self) -> int:
        """Number of pulses that made a click."""
        return len(self.recording.slots)

    @property
    def ledger(self) -> tuple[LedgerEntry, ...]:
        """What each stage took of the pulses and bits, down to the key."""
        return session_ledger(self.settings.n_pulses, self.n_detected, self.distillation, self.key_length)

    @property
    def key_length(self) -> int:
        """Number of secret bits; 0 if the recording was rejected."""
        return 0

    def report(self) -> str:
        """Return the session as readable text; the same records and settings give the same letters."""
        return recording_report(self)

    def __repr__(self) -> str:
        verdict = f"{self.key_length} secret bits" if self.accepted else f"rejected: {self.reason}"
        return f"{type(self).__name__}({self.settings.n_pulses} pulses, {verdict})"


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
    *paths: str | PathLike[str],
    ledger: AuthenticationLedger | None = None,
    progress: Progress | None = None,
    **settings: Any,
) -> AcceptedRecording | RejectedRecording:
    """Distil what Alice and Bob recorded in a run, be it of a laboratory or of any simulator.

    The key is as secret as what is stated of the run is true: see `docs/recordings.md`.

    Parameters
    ----------
    *paths
        CSV or NPZ files, one of both parties or several; see `read_recording`.
    ledger
        The account of the bits that Alice and Bob share to authenticate what they say; None takes for granted
        that they talk to each other.
    progress
        Called now and then with the share of the distillation done, 0 … 1. It may raise to cancel.
    **settings
        Fields of `RecordingSettings`; `n_pulses`, `source` and `seed` must be given.

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
    stated = RecordingSettings(**settings)
    recording = read_recording(*paths, n_pulses=stated.n_pulses, source=stated.source, n_sent=stated.n_sent)
    check_plausible(recording, stated)
    rule, channel = sifting_rule(stated.protocol_table), PublicChannel()
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
        private_rng=np.random.default_rng(),  # the seed is public
        channel=channel,
        correction=stated.correction,
        cascade=get_variant(stated.cascade),
        intensities=recording.intensities,
        progress=progress,
    )
    if ledger is not None:
        check_instance("ledger", ledger, AuthenticationLedger)
        seen = channel.messages
        distillation = authenticate(distillation, seen, seen, ledger, epsilon=stated.epsilon)
    if progress:
        progress(1.0)
    facts: dict[str, Any] = {
        "settings": stated,
        "recording": recording,
        "distillation": distillation,
        "channel": channel,
        "true_qber": true_qber(recording, channel, rule),
    }
    if isinstance(distillation, DistilledKeys):
        return AcceptedRecording(**facts, key=distillation.alice_key, bob_key=distillation.bob_key)
    return RejectedRecording(**facts)


def check_plausible(recording: Recording, stated: RecordingSettings) -> None:
    """Refuse records that contradict what is stated of the choices, or what proofs take for granted.

    The proofs take these probabilities at their word. A count too far from its mean refutes them: by chance
    that happens to less than one recording in a million (Bernstein's inequality for each count).

    Raises
    ------
    ValueError
        If Alice's or Bob's bases, how often they are the same, Alice's bits, or the intensities do not fit.
    """
    chance = 0.5 if stated.z_probability is None else stated.z_probability
    n = len(recording.slots)
    for party, held in (("Alice", recording.alice), ("Bob", recording.bob)):
        in_z = int(np.count_nonzero(held.bases == Basis.Z))
        if not _fits(in_z, n, chance):
            raise ValueError(
                f"z_probability must fit the records, and {party} took Z in {in_z} of {n} detected pulses, "
                f"got {stated.z_probability!r}"
            )
    same = int(np.count_nonzero(recording.alice.bases == recording.bob.bases))
    if not _fits(same, n, chance**2 + (1 - chance) ** 2):
        raise ValueError(
            f"z_probability must fit the records, and bases are the same in {same} of {n} detected pulses, "
            f"got {stated.z_probability!r}"
        )
    for basis in (Basis.Z, Basis.X):
        bits = recording.alice.bits[recording.alice.bases == basis]
        if not _fits(int(np.count_nonzero(bits)), len(bits), 0.5):
            ones = f"{np.count_nonzero(bits)} of {len(bits)}"
            raise ValueError(f"recording must have random bits of Alice, got {ones} ones in {basis.name}")
    if record := recording.intensities:
        _check_gains(record, stated)
        for sent, share in zip(record.n_sent, record.probabilities, strict=True):
            if not _fits(sent, stated.n_pulses, share):
                raise ValueError(
                    f"source must fit the records, and with its intensities were sent {record.n_sent!r} of "
                    f"{stated.n_pulses} pulses, got {stated.source!r}"
                )


def _check_gains(record: IntensityRecord, stated: RecordingSettings) -> None:
    """Refuse gains that no light gives: e^μ times the gain, Σ Yₙ μⁿ / n!, rises with μ."""
    detected = np.bincount(record.choices, minlength=len(record.means))
    sent = np.array(record.n_sent)
    margin = np.sqrt(sent * log(2 / 1e-7) / 2)  # Hoeffding
    scale = np.exp(np.array(record.means)) / np.maximum(sent, 1)
    low, high = scale * (detected - margin), scale * (detected + margin)
    order = np.argsort(record.means)
    for dim, bright in itertools.pairwise(order):
        if low[dim] > high[bright]:
            clicks = tuple(detected.tolist())
            raise ValueError(
                f"source must fit the records, and no such light gives {clicks!r} clicks in "
                f"{record.n_sent!r} pulses, got {stated.source!r}"
            )


def _fits(count: int, n: int, probability: float) -> bool:
    """Tell whether a count out of `n` is one that occurs with that probability, but for a chance of 1e-7."""
    surprise = log(2 / 1e-7)
    variance = n * probability * (1 - probability)
    furthest = surprise / 3 + sqrt(surprise**2 / 9 + 2 * variance * surprise)
    return abs(count - n * probability) <= furthest


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
        "",
    ]
    return "\n".join([*heading, *stage_lines(result, rates=rates)])
