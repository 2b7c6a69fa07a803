"""What distillation depends on besides the records, the same whether pulses were simulated or recorded."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from ..distillation.correction.cascade_variants import VARIANTS, get_variant
from ..distillation.correction.methods import CORRECTIONS
from ..distillation.estimation.finite_decoys import DecoyPlan
from ..distillation.pipeline import DistillationPlan
from ..distillation.security.epsilon import EpsilonBudget
from ..distillation.security.finite import FiniteSecurity
from ..distillation.security.mode import Security
from ..distillation.security.modes import SECURITY_MODES
from ..distillation.security.published import PublishedSecurity
from ..distillation.sifting import SiftingRule
from ..link import SinglePhotonSource, Source
from ..quantum.protocol import Protocol
from ..quantum.protocols import get_protocol
from ..values import (
    ZProbability,
    check_choice,
    check_count,
    check_instance,
    check_open_probability,
    check_probability,
    check_z_probability,
)


class DistillationSettings(ABC):
    """What simulated and recorded sessions are both told, checked; see `SessionSettings` for what it means.

    A subclass is a frozen dataclass with these fields and its own, in the order in which they are saved.
    """

    __slots__ = ()

    n_pulses: int
    seed: int
    protocol: str
    z_probability: ZProbability | None
    correction: str
    cascade: str
    sample_fraction: float
    max_qber: float
    security: Security

    @property
    @abstractmethod
    def source(self) -> Source:
        """What Alice sends."""

    def _check_shared(self, *, most_pulses: int) -> None:
        """Check the shared fields, and replace what stands for something else."""
        n_pulses = check_count("n_pulses", self.n_pulses, minimum=1, maximum=most_pulses)
        object.__setattr__(self, "n_pulses", n_pulses)
        object.__setattr__(self, "seed", check_count("seed", self.seed))
        if self.z_probability is not None:
            object.__setattr__(self, "z_probability", check_z_probability(self.z_probability))
        get_protocol(self.protocol, self.z_probability)
        check_choice("correction", self.correction, CORRECTIONS)
        check_choice("cascade", self.cascade, tuple(VARIANTS))
        sample_fraction = check_open_probability("sample_fraction", self.sample_fraction)
        object.__setattr__(self, "sample_fraction", sample_fraction)
        object.__setattr__(self, "max_qber", check_probability("max_qber", self.max_qber, below=0.5))
        if isinstance(self.security, str):
            mode = SECURITY_MODES[check_choice("security", self.security, tuple(SECURITY_MODES))]
            object.__setattr__(self, "security", mode())
        check_instance("security", self.security, Security)
        self._check_source()

    @property
    def protocol_table(self) -> Protocol:
        """The protocol as data."""
        return get_protocol(self.protocol, self.z_probability)

    @property
    def plan(self) -> DistillationPlan:
        """What the parties agree upon before they distil."""
        return DistillationPlan(
            rule=sifting_rule(self.protocol_table),
            multiphoton_probability=self.source.signal_source.multiphoton_probability,
            sample_fraction=self.sample_fraction,
            max_qber=self.max_qber,
            security=self.security,
            correction=self.correction,
            cascade=get_variant(self.cascade),
        )

    @property
    def n_finite_intensities(self) -> int:
        """With how many intensities the finite mode bounds single photons; 0 if it uses no decoys."""
        return len(self.source.intensities) if self.security.key_from_decoys else 0

    @property
    def broken_assumptions(self) -> tuple[str, ...]:
        """What every proof takes for granted and these settings do not give, in words."""
        return ()

    @property
    def epsilon_budget(self) -> EpsilonBudget | None:
        """How the ε of the session is split and what it sums to; None where no ε is claimed.

        That is in the textbook mode, with published formulas for decoys, without charging Bob, and where the
        settings break what the proof takes for granted (`broken_assumptions`). Authentication comes on top.
        """
        if self.broken_assumptions or not self.security.charge_bob:
            return None
        n_intensities = self.n_finite_intensities
        tagging = not n_intensities and self.source.signal_source.multiphoton_probability > 0
        return self.security.epsilon_budget(n_intensities=n_intensities, tagging=tagging)

    @property
    def epsilon(self) -> float | None:
        """How far the key may be from a perfect one, ε_sec + ε_cor; None where no ε is claimed."""
        return self.epsilon_budget.total if self.epsilon_budget else None

    def _check_source(self) -> None:
        """Refuse what the protocol cannot do with this source, or what no proof of the mode covers."""
        protocol, source = self.protocol_table, self.source
        laser = source.multiphoton_probability > 0
        if protocol.entangled and not isinstance(source, SinglePhotonSource):
            raise ValueError(
                f"source must be SinglePhotonSource() for pairs ({self.protocol}), got {source!r}"
            )
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


def sifting_rule(protocol: Protocol) -> SiftingRule:
    """Return the public part of a protocol, as distillation needs it."""
    return SiftingRule(
        readings=protocol.reading_table(),
        key=np.isin(np.arange(protocol.n_announcements), protocol.key_announcements),
        proof=protocol.proof,
        key_probability=protocol.key_probability,
        match_probability=protocol.match_probability,
        correlations=protocol.correlations,
        state_weights=protocol.state_weights,
    )
