"""The settings of a session: everything it depends on, checked, and as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..attacks import (
    DETECTOR_ATTACKS,
    PHOTON_ATTACKS,
    CombinedAttack,
)
from ..attacks.attack import Eavesdropper
from ..attacks.qubit_attacks import EAVESDROPPERS
from ..distillation.authentication.account import FIRST_SECRET_BITS
from ..distillation.correction.cascade_variants import VARIANTS
from ..distillation.correction.methods import CORRECTIONS
from ..distillation.estimation.finite_decoys import DecoyPlan
from ..distillation.security.epsilon import EpsilonBudget
from ..distillation.security.finite import FiniteSecurity
from ..distillation.security.mode import Security
from ..distillation.security.modes import SECURITY_MODES
from ..distillation.security.published import PublishedSecurity
from ..errors import ScenarioError
from ..link import (
    ClassicalChannel,
    DecoySource,
    Detector,
    Link,
    SinglePhotonSource,
    WeakCoherentSource,
)
from ..quantum.protocol import Protocol
from ..quantum.protocols import get_protocol
from ..quantum.sampling import SamplerLike, get_sampler
from ..values import (
    ZProbability,
    check_choice,
    check_count,
    check_instance,
    check_open_probability,
    check_probability,
    check_z_probability,
)
from . import saving


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionSettings:
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
        ``"exact"`` (outcome probabilities from Qiskit) or ``"shots"`` (each pulse a shot on Aer); or a
        Qiskit ``BackendV2`` or ``BaseSamplerV2``, or a `DeviceSampler` of either. Settings with a device
        cannot be saved as JSON.
    correction
        How errors are corrected: ``"cascade"``, by questions and parities, or ``"ldpc"``, by the syndromes
        of sparse codes.
    cascade
        The variant of Cascade, if it is used: ``"original"`` or ``"modified (1)"`` … ``"modified (8)"``,
        names of `distillation.cascade_variants.VARIANTS`.
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
        n_pulses = check_count("n_pulses", self.n_pulses, minimum=1, maximum=10**9)
        object.__setattr__(self, "n_pulses", n_pulses)
        object.__setattr__(self, "seed", check_count("seed", self.seed))
        check_instance("link", self.link, Link)
        if self.eavesdropper is not None:
            check_instance("eavesdropper", self.eavesdropper, Eavesdropper)
        if self.z_probability is not None:
            object.__setattr__(self, "z_probability", check_z_probability(self.z_probability))
        get_protocol(self.protocol, self.z_probability)
        get_sampler(self.sampler)
        check_choice("correction", self.correction, CORRECTIONS)
        check_choice("cascade", self.cascade, tuple(VARIANTS))
        sample_fraction = check_open_probability("sample_fraction", self.sample_fraction)
        object.__setattr__(self, "sample_fraction", sample_fraction)
        object.__setattr__(self, "shared_bits", check_count("shared_bits", self.shared_bits))
        object.__setattr__(self, "max_qber", check_probability("max_qber", self.max_qber, below=0.5))
        if isinstance(self.security, str):
            mode = SECURITY_MODES[check_choice("security", self.security, tuple(SECURITY_MODES))]
            object.__setattr__(self, "security", mode())
        check_instance("security", self.security, Security)
        self._check_protocol()

    @property
    def protocol_table(self) -> Protocol:
        """The protocol as data."""
        return get_protocol(self.protocol, self.z_probability)

    @property
    def authenticates(self) -> bool:
        """Whether the session opens an account of shared bits to authenticate what is said."""
        return self.shared_bits > 0 and self.security.authenticates

    @property
    def n_finite_intensities(self) -> int:
        """With how many intensities the finite mode bounds single photons; 0 if it uses no decoys."""
        return len(self.link.source.intensities) if self.security.key_from_decoys else 0

    @property
    def epsilon_budget(self) -> EpsilonBudget | None:
        """How the ε of the session is split and what it sums to; None where no ε is claimed.

        That is in the textbook mode, with published formulas for decoys, without charging Bob, and where the
        settings break what the proof takes for granted (`broken_assumptions`). Authentication comes on top.
        """
        if self.broken_assumptions or not self.security.charge_bob:
            return None
        n_intensities = self.n_finite_intensities
        tagging = not n_intensities and self.link.source.signal_source.multiphoton_probability > 0
        return self.security.epsilon_budget(n_intensities=n_intensities, tagging=tagging)

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

    @property
    def epsilon(self) -> float | None:
        """How far the key may be from a perfect one, ε_sec + ε_cor; None where no ε is claimed."""
        return self.epsilon_budget.total if self.epsilon_budget else None

    def _check_protocol(self) -> None:
        """Refuse what the protocol cannot do with this source, or what no proof of the mode covers."""
        protocol, source = self.protocol_table, self.link.source
        laser = source.multiphoton_probability > 0
        if protocol.entangled and not isinstance(source, SinglePhotonSource):
            raise ValueError(
                f"source must be SinglePhotonSource() for pairs ({self.protocol}), got {source!r}"
            )
        if self.eavesdropper and (rule := self.eavesdropper.refusal(protocol)):
            raise ValueError(f"eavesdropper must {rule}, got {self.eavesdropper!r}")
        if protocol.proof == "three-state" and laser and not source.intensities:
            raise ValueError(f"source must have decoys for the three-state protocol, got {source!r}")
        biased = len(protocol.key_announcements) == 1
        if isinstance(self.security, FiniteSecurity) and protocol.proof:
            if protocol.proof != "BB84":
                raise ValueError(
                    f"security must be 'asymptotic' for the protocol {self.protocol!r}, got {self.security!r}"
                )
            if source.intensities:
                plan = [(choice.mean_photon_number, choice.probability) for choice in source.intensities]
                means, probabilities = zip(*plan, strict=True)
                DecoyPlan(means=means, probabilities=probabilities)
                if isinstance(self.security, PublishedSecurity) and not biased:
                    raise ValueError(
                        "z_probability must not be 1/2 for decoys with the published formulas, "
                        f"got {self.z_probability!r}"
                    )
            elif biased and laser:
                raise ValueError(
                    f"security must be 'asymptotic' for a laser and z_probability {self.z_probability!r}, "
                    f"got {self.security!r}"
                )

    def to_json(self) -> str:
        """Return the settings as JSON text; `ScenarioError` if the sampler is no name but a device."""
        if not isinstance(self.sampler, str):
            name = get_sampler(self.sampler).name
            raise ScenarioError(f"sampler must be a name to be saved as JSON, got the device {name!r}")
        return saving.to_json(self)

    @classmethod
    def from_json(cls, text: str) -> SessionSettings:
        """Return the settings that JSON text describes; `ScenarioError` says what is wrong."""
        settings = saving.from_json(text, SETTINGS_CLASSES)
        if not isinstance(settings, cls):
            kind = type(settings).__name__
            raise ScenarioError(f"scenario.type must be {cls.__name__}, got {kind!r}")
        return settings


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
