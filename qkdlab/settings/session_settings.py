"""The settings of a session: everything it depends on, checked, and as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..attacks import DETECTOR_ATTACKS, PHOTON_ATTACKS, CombinedAttack
from ..attacks.attack import Eavesdropper
from ..attacks.qubit_attacks import EAVESDROPPERS
from ..distillation.authentication.account import FIRST_SECRET_BITS
from ..distillation.security.finite import FiniteSecurity
from ..distillation.security.mode import Security
from ..distillation.security.modes import SECURITY_MODES
from ..errors import ScenarioError
from ..link import (
    ClassicalChannel,
    DecoySource,
    Detector,
    Link,
    SinglePhotonSource,
    Source,
    WeakCoherentSource,
)
from ..quantum.sampling import SamplerLike, get_sampler
from ..values import ZProbability, check_count, check_instance
from . import saving
from .distillation_settings import DistillationSettings

MOST_PULSES = 10**9
"""Pulses of a simulated session at the most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionSettings(DistillationSettings):
    """Everything a session depends on. The same settings give the same result.

    Parameters
    ----------
    n_pulses
        Pulses Alice sends, 1 … 10⁹; fixed beforehand.
    seed
        Whole number ≥ 0 from which all randomness follows.
    link
        Source, fibre and detectors.
    eavesdropper
        The attack; None if the line is free.
    protocol
        Name of the protocol: ``"BB84"``, ``"six-state"``, ``"three-state"``, ``"SARG04"``, ``"B92"``,
        ``"BBM92"`` or ``"E91"``. The finite mode covers BB84 and BBM92.
    z_probability
        How often Alice and Bob take the Z basis: one number for both, or two, Alice's and Bob's, such as
        ``(0.9, 0.5)``; None for the protocol's own choice.
    sampler
        ``"exact"`` (outcomes drawn from exact probabilities) or ``"shots"`` (each pulse a shot on Aer); or a
        Qiskit ``BackendV2`` or ``BaseSamplerV2``, or a `DeviceSampler` of either. Settings with a device
        cannot be saved as JSON.
    correction
        How errors are corrected: ``"cascade"``, by questions and parities, or ``"ldpc"``, by the syndromes
        of sparse codes.
    cascade
        The variant of Cascade, if it is used: ``"original"`` or ``"modified (1)"`` … ``"modified (8)"``,
        names of `distillation.correction.cascade_variants.VARIANTS`.
    sample_fraction
        Share of the sifted bits disclosed to estimate the QBER, strictly between 0 and 1.
    shared_bits
        Secret bits that Alice and Bob share beforehand, to authenticate what they say. A session takes
        384, and pays 256 of them back out of its key; with fewer there is no key. With 0 the session runs
        without authentication, as in a textbook that takes it for granted, and so it does in the classroom
        mode unless that is told to authenticate.
    max_qber
        Abort above this error rate. 11 % is where 1 - 2 h(Q) = 0 (Shor and Preskill 2000).
    security
        ``"finite"`` (default), ``"published"``, the papers' formulas for decoys, ``"asymptotic"``, the
        textbook's, or ``"classroom"``, for a handful of bits and without a claim; or one of `FiniteSecurity`,
        `PublishedSecurity`, `AsymptoticSecurity` and `ClassroomSecurity`.

    Raises
    ------
    ValueError
        Naming the argument and the value that was refused.
    """

    n_pulses: int
    seed: int
    link: Link = field(default_factory=Link)
    eavesdropper: Eavesdropper | None = None
    protocol: str = "BB84"
    z_probability: ZProbability | None = None
    sampler: SamplerLike = "exact"
    correction: str = "cascade"
    cascade: str = "original"
    sample_fraction: float = 0.25
    shared_bits: int = FIRST_SECRET_BITS
    max_qber: float = 0.11
    security: Security = field(default_factory=FiniteSecurity)

    def __post_init__(self) -> None:
        check_instance("link", self.link, Link)
        if self.eavesdropper is not None:
            check_instance("eavesdropper", self.eavesdropper, Eavesdropper)
        get_sampler(self.sampler)
        object.__setattr__(self, "shared_bits", check_count("shared_bits", self.shared_bits))
        self._check_shared(most_pulses=MOST_PULSES)
        self._check_attack()

    @property
    def source(self) -> Source:
        """What Alice sends: the source of the link."""
        return self.link.source

    @property
    def authenticates(self) -> bool:
        """Whether the session opens an account of shared bits to authenticate what is said."""
        return self.shared_bits > 0 and self.security.authenticates

    @property
    def broken_assumptions(self) -> tuple[str, ...]:
        """What every proof takes for granted of detectors and these do not give, in words.

        Drawing for each pulse which detector stands for which bit (`Detector.random_assignment`) takes the
        bit from Eve. It does not make detection independent of the basis: two photons of one polarisation are
        both sure of one detector in one basis and part in the other. Nor does it make detectors forget.
        """
        detector, broken = self.link.detector, []
        if detector.afterpulse_probability:
            broken.append("afterpulses; the proof takes detectors that forget")
        if detector.mismatch != 1:
            broken.append(
                "detectors not alike at all times; the proof takes detection that ignores the basis"
            )
        return tuple(broken)

    def _check_attack(self) -> None:
        """Refuse an attack that makes no sense against the protocol."""
        if self.eavesdropper and (rule := self.eavesdropper.refusal(self.protocol_table)):
            raise ValueError(f"eavesdropper must {rule}, got {self.eavesdropper!r}")

    def to_json(self) -> str:
        """Return the settings as JSON text; `ScenarioError` if the sampler is no name but a device."""
        if not isinstance(self.sampler, str):
            name = get_sampler(self.sampler).name
            raise ScenarioError(f"sampler must be a name to be saved as JSON, got the device {name!r}")
        return saving.to_json(self)

    @classmethod
    def from_json(cls, text: str) -> SessionSettings:
        """Return the settings that JSON text describes; `ScenarioError` says what is wrong."""
        return saving.read_as(text, cls, SETTINGS_CLASSES)


SETTINGS_CLASSES = (
    SessionSettings,
    Link,
    Detector,
    ClassicalChannel,
    SinglePhotonSource,
    WeakCoherentSource,
    DecoySource,
    *EAVESDROPPERS,
    *PHOTON_ATTACKS,
    *DETECTOR_ATTACKS,
    CombinedAttack,
    *SECURITY_MODES.values(),
)
"""The classes that may occur in a saved scenario."""
