"""When keys change, and what happens when there are none: settings of an encryptor, the same at both ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from ...errors import shown
from ...values import check_between, check_choice, check_count, check_instance, check_non_negative
from ..hybrid import HybridPolicy

LONGEST_SECONDS, MOST_EPOCH_BYTES, MOST_EPOCH_FRAMES = 86_400.0, 1 << 36, 1 << 24
"""No limit may be above these. 2³⁶ bytes are 2³² blocks of AES: one key of GCM then can be told from an
ideal cipher with probability 2⁻⁶⁵ at most (blocks² / 2¹²⁹). RFC 8446, 5.5, allows 2^24.5 records to a
key.
"""

LONGEST_NAME = 255


class Starvation(StrEnum):
    """What the ends do when keys should change and there is no key from QKD."""

    HOLD = "hold"
    """Go on with the old keys up to the hard limit; then send nothing until there is a key."""
    PQC_ONLY = "PQC only"
    """Change to keys made of ML-KEM and the chain. A later change uses QKD again, if there is a key then."""
    STOP = "stop"
    """End the session."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How long keys may be used; the first limit that is reached counts, if only by the frame that passes it.

    Parameters
    ----------
    seconds
        Since the keys were confirmed.
    n_bytes, n_frames
        Sent in one direction.
    """

    seconds: float
    n_bytes: int
    n_frames: int

    def __post_init__(self) -> None:
        check_between("seconds", self.seconds, 0.001, LONGEST_SECONDS)
        check_count("n_bytes", self.n_bytes, minimum=1, maximum=MOST_EPOCH_BYTES)
        check_count("n_frames", self.n_frames, minimum=1, maximum=MOST_EPOCH_FRAMES)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rotation:
    """When keys change.

    Parameters
    ----------
    soft
        From here on the master asks for new keys; the old ones are used until those are confirmed.
    hard
        From here on an end sends nothing under the old keys.
    overlap_seconds
        How long frames under the old keys are accepted after the first one under the new.
    retry_seconds
        After how long the master asks again for a key, and an end repeats what was not answered.
    """

    soft: Limits = field(default_factory=lambda: Limits(seconds=60.0, n_bytes=1 << 30, n_frames=1 << 20))
    hard: Limits = field(default_factory=lambda: Limits(seconds=600.0, n_bytes=1 << 34, n_frames=1 << 23))
    overlap_seconds: float = 5.0
    retry_seconds: float = 1.0

    def __post_init__(self) -> None:
        for name in ("soft", "hard"):
            check_instance(name, getattr(self, name), Limits)
        check_non_negative("overlap_seconds", self.overlap_seconds)
        check_between("retry_seconds", self.retry_seconds, 0.001, LONGEST_SECONDS)
        for name in ("seconds", "n_bytes", "n_frames"):
            soft, hard = getattr(self.soft, name), getattr(self.hard, name)
            if hard < soft:
                raise ValueError(f"hard.{name} must be at least soft.{name}, got {shown(hard)}")


@dataclass(frozen=True, kw_only=True, slots=True)
class EncryptorSettings:
    """What two encryptors agree on beforehand.

    Parameters
    ----------
    master, slave
        Their names (SAE ids). The master asks for keys, and changes them.
    hybrid
        What keys must be made of, a `HybridPolicy` or its name. Both ends must have set the same.
    starvation
        What happens when there is no key from QKD, a `Starvation` or its name.
    rotation
        When keys change.
    window
        How far a frame may be behind the newest one; 0 for a stream of bytes, whose frames come in order: a
        frame that is lost or late ends it.
    use_pqc
        Whether ML-KEM is used at all.
    most_attempts
        How often in a row new keys may fail to be agreed on before that counts as starvation, or, if it was
        the confirmation that failed, ends the session.

    Raises
    ------
    ValueError
        If the settings contradict each other: "PQC only" where every epoch needs QKD, say.
    """

    master: str
    slave: str
    hybrid: HybridPolicy = HybridPolicy.BOTH
    starvation: Starvation = Starvation.HOLD
    rotation: Rotation = field(default_factory=Rotation)
    window: int = 0
    use_pqc: bool = True
    most_attempts: int = 3

    def __post_init__(self) -> None:
        for name in ("master", "slave"):
            text = check_instance(name, getattr(self, name), str)
            if not 0 < len(text.encode()) <= LONGEST_NAME:
                raise ValueError(f"{name} must have 1 … {LONGEST_NAME} bytes, got {shown(text)}")
        if self.master == self.slave:
            raise ValueError(f"slave must not be the master, got {shown(self.slave)}")
        for name, kind in (("hybrid", HybridPolicy), ("starvation", Starvation)):
            value = check_choice(name, getattr(self, name), tuple(map(str, kind)))
            object.__setattr__(self, name, kind(value))
        check_instance("rotation", self.rotation, Rotation)
        check_count("window", self.window, maximum=1 << 16)
        check_instance("use_pqc", self.use_pqc, bool)
        check_count("most_attempts", self.most_attempts, minimum=1)
        if self.starvation is Starvation.PQC_ONLY and (self.hybrid.needs_qkd or not self.use_pqc):
            raise ValueError(
                f"starvation must suit the policy {self.hybrid.value!r}, got {self.starvation.value!r}"
            )
        if self.hybrid.needs_pqc and not self.use_pqc:
            raise ValueError(f"use_pqc must be True under the policy {self.hybrid.value!r}, got False")

    def allows(self, *, qkd: bool, pqc: bool) -> bool:
        """Return whether an epoch may be made of what is there; without QKD only if `starvation` says so."""
        return self.hybrid.accepts(qkd=qkd, pqc=pqc) and (qkd or self.starvation is Starvation.PQC_ONLY)


class EpochUse:
    """How much the keys of an epoch were used in one direction."""

    def __init__(self, now: float) -> None:
        self.started_at, self.n_bytes, self.n_frames = now, 0, 0

    def add(self, n_bytes: int) -> None:
        """Count a frame of data."""
        self.n_bytes += n_bytes
        self.n_frames += 1

    def reached(self, limits: Limits, now: float) -> str | None:
        """Return which limit is reached: "bytes", "frames", "time" or None."""
        if self.n_bytes >= limits.n_bytes:
            return "bytes"
        if self.n_frames >= limits.n_frames:
            return "frames"
        return "time" if now - self.started_at >= limits.seconds else None
