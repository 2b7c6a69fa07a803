"""What every session has come to, whether its pulses were simulated or recorded."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum

from ..distillation.channel import PublicChannel
from ..distillation.outcome import TOO_FEW, AbortReason, Distillation, DistilledKeys
from ..settings.distillation_settings import DistillationSettings
from ..values import SecretKey
from .stages import StageEntry, count_stages


class Standing(StrEnum):
    """What a session has come to in truth, which only a simulation can see."""

    ACCEPTED = "accepted, and unbroken"
    BROKEN = "accepted, but broken"
    REJECTED = "rejected"
    TOO_FEW = "too few"

    @classmethod
    def of(cls, reason: AbortReason | None, *, broken: bool = False) -> Standing:
        """Return how something ended: why there is no key, if so; else whether Eve knows the key."""
        if reason is None:
            return cls.BROKEN if broken else cls.ACCEPTED
        return cls.TOO_FEW if reason in TOO_FEW else cls.REJECTED


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class Result(ABC):
    """What a session has come to. Only an accepted one, a `ResultWithKey`, has a key.

    Parameters
    ----------
    settings
        What it was told.
    distillation
        The classical part, stage by stage.
    channel
        The transcript of the public channel.
    true_qber
        Share of wrong bits among all sifted bits of signal pulses, by comparing what both hold, which nobody
        who holds one of them can do. None if there are none.
    """

    settings: DistillationSettings
    distillation: Distillation
    channel: PublicChannel
    true_qber: float | None

    @property
    @abstractmethod
    def n_detected(self) -> int:
        """Number of pulses that made a click."""

    @abstractmethod
    def report(self) -> str:
        """Return the session as readable text; the same settings and records give the same letters."""

    @property
    def n_pulses(self) -> int:
        """Number of pulses sent."""
        return self.settings.n_pulses

    @property
    def accepted(self) -> bool:
        """Whether there is a key."""
        return self.distillation.reason is None

    @property
    def reason(self) -> AbortReason | None:
        """Why there is no key; None if there is one."""
        return self.distillation.reason

    @property
    def standing(self) -> Standing:
        """What it has come to, as far as can be seen."""
        return Standing.of(self.reason)

    @property
    def qber(self) -> float | None:
        """The estimated QBER, from the disclosed sample; None if there was too little to compare."""
        estimate = self.distillation.estimate
        return estimate.qber if estimate else None

    @property
    def key_length(self) -> int:
        """Number of secret bits; 0 if the session was rejected."""
        return 0

    @property
    def ledger(self) -> tuple[StageEntry, ...]:
        """What each stage took of the pulses and bits, down to the key."""
        return count_stages(self.n_pulses, self.n_detected, self.distillation, self.key_length)

    def __repr__(self) -> str:
        bits = "bit" if self.key_length == 1 else "bits"
        verdict = f"{self.key_length} secret {bits}" if self.accepted else f"rejected: {self.reason}"
        return f"{type(self).__name__}({self.n_pulses} pulses, {verdict})"


class ResultWithKey(Result):
    """A result with a key: `key` is Alice's copy and `bob_key` is Bob's."""

    __slots__ = ()

    @property
    def key(self) -> SecretKey:
        """Alice's copy of the key."""
        return self._keys.alice_key

    @property
    def bob_key(self) -> SecretKey:
        """Bob's copy of the key."""
        return self._keys.bob_key

    @property
    def key_length(self) -> int:
        """Number of secret bits."""
        return len(self.key)

    @property
    def _keys(self) -> DistilledKeys:
        if not isinstance(self.distillation, DistilledKeys):
            raise TypeError(f"distillation must have keys, got {self.distillation!r}")
        return self.distillation
