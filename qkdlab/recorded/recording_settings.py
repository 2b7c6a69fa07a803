"""What is stated of a recording, and cannot be found in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..distillation.security.finite import FiniteSecurity
from ..distillation.security.mode import Security
from ..link.source import Source
from ..settings.distillation_settings import DistillationSettings
from ..values import ZProbability, check_choice, check_count, check_instance
from .tables.table_rows import MOST_WRITTEN

PROTOCOLS = ("BB84", "BBM92")
"""The protocols that a recording may come from: Alice announces Z or X, and Bob's outcome is the bit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordingSettings(DistillationSettings):
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
    source: Source = field()  # without a default, where the base has a property
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
        self._check_shared(most_pulses=MOST_WRITTEN + 1)
        if self.n_sent is not None:
            object.__setattr__(self, "n_sent", tuple(check_count("n_sent", sent) for sent in self.n_sent))
