"""The mean counts of a session on an honest line, as evidence for its security mode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import floor

import numpy as np

from ..distillation.correction.cascade_variants import get_variant
from ..distillation.correction.leakage import LDPC, expected_leak
from ..distillation.correction.leakage import efficiency as expected_efficiency
from ..distillation.estimation.decoys import DecoyEstimate, IntensityCounts
from ..distillation.estimation.disclosure import DECOY, SIGNAL
from ..distillation.estimation.error_rate import QberEstimate
from ..distillation.estimation.finite_decoys import Column, DecoyCounts, DecoyPlan, PartCounts
from ..distillation.estimation.witnesses import Witnesses, missing_state_bound, missing_state_error
from ..distillation.security.evidence import Evidence
from ..distillation.verification import tag_length
from ..link import WeakCoherentSource
from ..settings.session_settings import SessionSettings
from ..values import binary_entropy, check_non_negative

LONG_RUN = 2.0**60
"""Pulses of a run in which no count is small: the textbook mode's rates are read from it."""

MOST_BITS = 2.0**36
"""So many bits are as good as endlessly many: chance takes 10⁻⁵ of them. From 2⁴⁰ bits on SciPy's inverses of
the beta function, by which counts have limits, give wrong numbers, or none (versions 1.14 and 1.17)."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ExpectedCounts:
    """The mean counts of a session, shape (n_intensities,) each, the signal first.

    Parameters
    ----------
    sent, detected
        Pulses sent and detected, in whatever basis.
    errors
        Error rate of sifted bits; the same in every basis.
    eligible
        Sifted bits that may become key.
    disclosed
        Disclosed bits of the bases of the key.
    tested
        Sifted bits of the basis that is disclosed altogether; zeros if there is none.
    """

    settings: SessionSettings
    sent: Column
    detected: Column
    errors: Column
    eligible: Column
    disclosed: Column
    tested: Column

    @classmethod
    def of(cls, settings: SessionSettings) -> ExpectedCounts:
        """Return the counts of BB84, BBM92, the six-state or the three-state protocol; others need more."""
        link, protocol, fraction = settings.link, settings.protocol_table, settings.sample_fraction
        choices = link.source.intensities
        sources = [WeakCoherentSource(mean_photon_number=one.mean_photon_number) for one in choices]
        seen = link.gains_and_qbers(sources or [link.source])
        sent = settings.n_pulses * np.array([one.probability for one in choices] or [1.0])
        detected = sent * [gain for gain, _ in seen]
        errors = np.array([qber or 0.0 for _, qber in seen])
        sifted = detected * protocol.match_probability
        eligible = sifted.copy()
        if not settings.n_finite_intensities:
            eligible[DECOY:] = 0  # the key is made from signal pulses alone
        return cls(
            settings=settings,
            sent=sent,
            detected=detected,
            errors=errors,
            eligible=eligible,
            disclosed=sifted - (1 - fraction) * eligible,
            tested=detected * protocol.test_probability,
        )

    def long_run(self) -> ExpectedCounts:
        """Return the counts of as many pulses as one likes: `LONG_RUN` of them, or `MOST_BITS` bits."""
        scale = LONG_RUN / float(self.sent.sum())
        if bits := float(self.eligible.sum()):
            scale = min(scale, MOST_BITS / bits)
        columns = ("sent", "detected", "eligible", "disclosed", "tested")
        return replace(self, **{name: scale * getattr(self, name) for name in columns})

    @property
    def key(self) -> Column:
        """Bits that error correction gets."""
        return self.eligible * (1 - self.settings.sample_fraction)

    @property
    def n_key(self) -> float:
        """Their number."""
        return float(self.key.sum())

    @property
    def n_sample(self) -> float:
        """Disclosed bits of those that may become key."""
        return float(self.eligible.sum()) * self.settings.sample_fraction

    @property
    def qber(self) -> float:
        """Error rate of the bits that may become key."""
        total = float(self.eligible.sum())
        return float(self.eligible @ self.errors) / total if total else 0.0

    @property
    def has_test_basis(self) -> bool:
        """Whether the key comes from one basis, and the other is disclosed."""
        return bool(self.tested.any())

    @property
    def test_qber(self) -> float:
        """Error rate of the bits that bound the phase error."""
        return float(self.errors[SIGNAL]) if self.has_test_basis else self.qber

    @property
    def fewest_compared(self) -> float:
        """The disclosed bits of the rate that has fewest of them, see `SiftedPulses.compared`."""
        shown = self.tested if self.has_test_basis else self.disclosed
        needed = [self.n_sample]
        if self.has_test_basis:
            needed.append(float(self.tested[SIGNAL]))
        if len(shown) > 1 and self.settings.security.uses_decoys:
            needed.append(float(shown[DECOY]))
        return min(needed)

    def leak(self, efficiency: float | None) -> float:
        """Return how many bits Alice announces in error correction."""
        n, qber = self.n_key, self.qber
        if efficiency is not None:
            return check_non_negative("efficiency", efficiency) * n * binary_entropy(min(qber, 0.5))
        if self.settings.correction == LDPC:
            return expected_efficiency(LDPC, qber) * n * binary_entropy(min(qber, 0.5))
        blocks = self.settings.security.block_qber(self.n_sample, qber * self.n_sample)
        return expected_leak(get_variant(self.settings.cascade), n, min(qber, 0.5), block_qber=blocks)

    def balance(self, leaked_bits: int) -> float:
        """Return the secret bits, not rounded, by the settings' security mode."""
        if self.settings.security.uses_decoys:  # rates: as many pulses as one likes give the same
            scale = LONG_RUN / float(self.sent.sum())
            return self._evidence_balance(leaked_bits, scale, 0) / scale
        if self.settings.n_finite_intensities:
            return self._evidence_balance(leaked_bits, 1.0, 0)
        errors = self.test_qber * (self.tested[SIGNAL] if self.has_test_basis else self.n_sample)
        above = float(errors % 1)  # between whole numbers of errors a straight line
        low, high = (self._evidence_balance(leaked_bits, 1.0, extra) for extra in (0, 1))
        return (1 - above) * low + above * high

    def _evidence_balance(self, leaked_bits: int, scale: float, extra: int) -> float:
        """Return the balance of a run `scale` times as long, with `extra` more errors than rounded down."""
        settings, protocol = self.settings, self.settings.protocol_table
        source = settings.link.source
        evidence = Evidence(
            n_pulses=round(scale * float(self.sent[SIGNAL])),
            n_detected=max(1, round(scale * float(self.detected[SIGNAL]))),
            n_key=max(1, round(scale * self.n_key)),
            leaked_bits=round(scale * leaked_bits),
            tag_bits=round(
                scale * tag_length(max(1, round(self.n_key)), settings.security.epsilon_correctness)
            ),
            multiphoton_probability=source.signal_source.multiphoton_probability,
            match_probability=protocol.match_probability,
            proof=protocol.proof,
            witnesses=self._witnesses(scale, extra),
            decoy_counts=self._decoy_counts(),
        )
        return settings.security.balance(evidence)

    def _decoy_counts(self) -> DecoyCounts | None:
        """Return the counts of the finite bounds; None without them."""
        if not self.settings.n_finite_intensities:
            return None
        choices = self.settings.link.source.intensities
        plan = DecoyPlan(
            means=tuple(one.mean_photon_number for one in choices),
            probabilities=tuple(one.probability for one in choices),
        )
        key, test = (
            PartCounts(detected=bits, errors=bits * self.errors)
            for bits in (self.key, self.tested if self.has_test_basis else self.disclosed)
        )
        return DecoyCounts(plan=plan, key=key, test=test)

    def _witnesses(self, scale: float, extra: int) -> Witnesses:
        """Return what the disclosed bits of a run `scale` times as long would say."""
        n_sample = scale * self.n_sample
        estimate, phase, phase_error = _estimate(n_sample, self.qber, extra), None, None
        decoys = test_decoys = None
        with_decoys = len(self.sent) > 1 and self.settings.security.uses_decoys
        share = self.settings.protocol_table.key_probability
        if self.has_test_basis:
            phase = _estimate(scale * float(self.tested[SIGNAL]), self.test_qber, extra)
        if self.settings.protocol_table.proof == "three-state":
            phase_error = self._missing_state(with_decoys=with_decoys)
        if with_decoys:
            decoys = self._decoys(scale, share, self.disclosed)
            if self.has_test_basis and phase_error is None:
                test_decoys = self._decoys(scale, 1 - share, self.tested)
        return Witnesses(
            estimate=estimate,
            phase=phase,
            phase_error=phase_error,
            decoys=decoys,
            test_decoys=test_decoys,
        )

    def _decoys(self, scale: float, share: float, compared: Sequence[float] | Column) -> DecoyEstimate:
        """Return the announced counts of pulses, a `share` of which Alice sends in this basis."""
        rows = zip(
            self.settings.link.source.intensities,
            self.sent,
            self.detected,
            compared,
            self.errors,
            strict=True,
        )
        return DecoyEstimate(
            counts=tuple(
                IntensityCounts(
                    mean_photon_number=choice.mean_photon_number,
                    n_sent=round(scale * share * float(sent)),
                    n_detected=round(scale * share * float(detected)),
                    n_compared=round(scale * float(bits)),
                    n_errors=round(scale * float(bits * error)),
                )
                for choice, sent, detected, bits, error in rows
            )
        )

    def _missing_state(self, *, with_decoys: bool) -> float:
        """Return the phase error of three states: in X |0⟩ and |1⟩ are coins, and |+⟩ errs as in Z."""
        gains, errors = self.detected / self.sent, self.errors
        half = gains / 2
        yields = np.array([[half, half, gains * (1 - errors)], [half, half, gains * errors]])
        if not with_decoys:
            return missing_state_error(yields[..., SIGNAL])
        means = [one.mean_photon_number for one in self.settings.link.source.intensities]
        return missing_state_bound(np.moveaxis(yields, -1, 0), means)


def _estimate(n_sample: float, qber: float, extra: int) -> QberEstimate:
    """Return the estimate of a sample with the expected number of errors, rounded down, and `extra`."""
    n = max(1, round(n_sample))
    return QberEstimate(n_sample=n, n_errors=min(n, floor(qber * n_sample) + extra))
