"""How many secret bits a verified key holds: the security modes with a proof behind them.

Both assume messages that are authentic, exact states, uniformly random bits at Alice, bases that
are random and independent of everything else, a sample drawn uniformly from the sifted bits, detectors
whose efficiency depends neither on the basis nor on the bit and that forget earlier clicks (see
`Detector`), laser pulses of random phase, and no side channels. Then the error rate of the sample also
bounds, up to a statistical margin, the *phase error* of the key bits: the error they would have shown
in the other basis. Eve's knowledge is bounded by that.

Pulses with two photons or more are *tagged*: Eve may split off a photon, wait for the bases and
know the bit, so tagged bits count as hers (Gottesman, Lo, Lütkenhaus and Preskill, "GLLP",
quant-ph/0212066).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, log2, sqrt
from typing import ClassVar

from ...values import check_epsilon, check_instance
from ..estimation.error_rate import serfling_margin
from ..estimation.finite_decoys import N_LIMITS, DecoyCounts, FiniteBounds, finite_bounds
from .epsilon import (
    DECOYS,
    HASHING,
    SMOOTHING,
    TAGGED_KEY,
    TAGGED_SAMPLE,
    TAGGED_SENT,
    VERIFICATION,
    EpsilonBudget,
    EpsilonPart,
)
from .evidence import Evidence
from .mode import Security
from .proofs import uncertainty


@dataclass(frozen=True, kw_only=True, slots=True)
class FiniteSecurity(Security):
    """Finite-key security: the key is ε-secret for the pulses that were really sent.

    Tomamichel, Lim, Gisin and Renner, Nat. Commun. 3, 634 (2012), arXiv:1103.4130: with n key bits
    and k sample bits of error rate λ,

        ℓ = n [1 - h(λ + μ)] - leak - log₂(2 / (ε_sec² ε_cor)),
        μ² = (n + k) / (n k) · (k + 1) / k · ln(4 / ε_sec).

    The paper takes the key from one basis and the sample from the other, as is done here where the bases
    are not equally likely. Where they are, both come from both: bases and sample are uniform and
    independent of each other, so that the sample is one of the phase errors all the same.

    The last term holds log₂(2 / ε_cor) for the verification hash; the hash used here may be longer, and
    then its own length is charged (with decoys, too).

    The paper fixes the length beforehand; here it follows the observed λ. The proof carries over:
    the failure probabilities ε_λ² of Serfling's bound, weighted by the probability of each λ,
    still sum to ε², and by Jensen's inequality the weighted ε_λ sum to at most ε. The length also
    follows the leak. Given the past, each question and its answer tell at most one bit of either
    party, so that 2^-leak sums to at most 1 over all transcripts (Kraft's inequality), and by Cauchy
    and Schwarz the hashing term stays within its ε. This holds if both parties are charged. `ldpc` counts
    what is said with LDPC codes.

    With multi-photon pulses the number of tagged bits is bounded too, each of three bounds failing
    with probability at most ε_sec / 6, and the formula is applied to the untagged bits with
    ε_sec / 2.

    With decoys the key is made from the bits of all intensities. With s₀ bits of empty and s₁ of
    single-photon pulses at least, and a phase error φ of the latter at most (`finite_decoys`),

        ℓ = s₀ + s₁ [1 - h(φ)] - leak - 2 log₂(1 / (2 ε')) - log₂(2 / ε_cor),   ε_sec = m ε₁ + 2 ε + ε',

    where each of m limits on counts fails with probability ε₁ at most, the limit on phase errors with ε², and
    ε' is the hash's. Two decoys take m = 12, one takes m = 11, and all parts are equal. The argument:

    1. Fix all that is classical but the key bits: photon numbers, intensities, bases, detections, the sample
       and what was disclosed, T. Given T the bits of empty pulses are fair coins that nobody else holds, so
       they add s₀ to the smooth entropy of the others; those of several photons are given to Eve; those of
       single photons obey the uncertainty relation (Tomamichel and Renner, PRL 106, 110506 (2011)) with the
       other basis.
    2. Which of the single photons in key and test are in the test is uniformly random. So the wrong bits that
       the key would have shown in the other basis are those that a random sample left, with the exact limit
       of `count_limits.rest_upper_limit` at the true numbers. It fails with probability p_T given T, on
       average ε² at most; smoothing costs 2 √p_T, on average 2 ε at most (Jensen).
    3. That the numbers are known as limits alone does no harm: the limit rises with the errors seen and falls
       with the size of the sample, and s₁ [1 - h(φ)] rises with s₁. That a limit on a count is wrong is an
       event in T, and it adds its probability ε₁ as it is, not the root. With one decoy the limits take the
       numbers of wrong key bits too, which Bob announces and which are charged.
    4. Everything is said for each T by itself, so the length may follow what is seen: what is proven is
       secrecy for a variable length, of which a fixed length with an acceptance test is a special case. The
       leak follows the run as it does above.

    The steps are those of proofs for fixed length (Lim et al. 2014; Wiesemann et al., arXiv:2405.16578,
    who mend the treatment of acceptance, and of one decoy, whose errors
    are known only after correction) and for variable length (Tupkary, Nahar, Sinha and Lütkenhaus,
    arXiv:2408.17349, who bound phase errors with a probability ε² and charge 2 log₂(1 / (2 ε')) for hashing).
    Photon numbers in T make the chain rules unnecessary for which Lim et al. pay 6 log₂(21 / ε_sec).

    Where both bases are equally likely, key and sample are pooled. The basis of each bit is a fair coin that
    the sample knows nothing of, and so is the other basis, in which the key bits would show their phase
    errors: the sample is one of these all the same. Bases that are not equally likely are kept apart.

    Parameters
    ----------
    epsilon_secrecy, epsilon_correctness
        ε_sec bounds the probability of acceptance times the trace distance of the key from a
        perfect one; ε_cor bounds the probability that unequal keys are accepted. With one decoy the first is
        said of equal keys, so that only the sum bounds the distance of both keys from perfect ones.
    charge_bob
        Charge Bob's questions in Cascade, or his replies with LDPC codes, as well as what Alice announces:
        the safe count (Tupkary and Lütkenhaus, arXiv:2307.00576). Without it the report says that ε is not
        proven.
    """

    name: ClassVar[str] = "finite"
    key_from_decoys: ClassVar[bool] = True
    epsilon_secrecy: float = 1e-10
    epsilon_correctness: float = 1e-10
    charge_bob: bool = True

    def __post_init__(self) -> None:
        for name in ("epsilon_secrecy", "epsilon_correctness"):
            object.__setattr__(self, name, check_epsilon(name, getattr(self, name)))
        check_instance("charge_bob", self.charge_bob, bool)

    def epsilon_budget(self, *, n_intensities: int = 0, tagging: bool = False) -> EpsilonBudget | None:
        """Return how ε is split: into the parts of each theorem, see the class.

        Without decoys ε_sec = 2 ε + ε', where ε is that of the phase error and ε' that of amplification, half
        of it each; with decoys ε_sec = m ε₁ + 2 ε + ε', with m limits on counts and all parts equal.

        >>> budget = FiniteSecurity(epsilon_secrecy=1e-9).epsilon_budget()
        >>> {part.name: part.total for part in budget.secrecy}
        {'phase error': 5e-10, 'amplification': 5e-10}
        """
        return self._split(n_intensities, tagging=tagging)

    def _split(self, n_intensities: int = 0, *, tagging: bool = False) -> EpsilonBudget:
        epsilon = self.epsilon_secrecy
        if n_intensities:
            n_limits = N_LIMITS[n_intensities]
            each = epsilon / (n_limits + 3)
            parts = [EpsilonPart(name=DECOYS, each=each, count=n_limits)]
            parts += [EpsilonPart(name=SMOOTHING, each=each, count=2), EpsilonPart(name=HASHING, each=each)]
        else:
            counted = (TAGGED_SENT, TAGGED_KEY, TAGGED_SAMPLE) if tagging else ()
            parts = [EpsilonPart(name=name, each=epsilon / 6) for name in counted]
            rest = epsilon / 2 if tagging else epsilon
            parts.append(EpsilonPart(name=SMOOTHING, each=rest / 4, count=2))
            parts.append(EpsilonPart(name=HASHING, each=rest / 2))
        verification = EpsilonPart(name=VERIFICATION, each=self.epsilon_correctness)
        return EpsilonBudget(secrecy=tuple(parts), correctness=(verification,))

    def decoy_bounds(self, counts: DecoyCounts) -> FiniteBounds:
        """Return what the counts of a run with decoys say of single photons."""
        budget = self._split(len(counts.plan.means))
        return finite_bounds(counts.plan, counts.key, counts.test, failure=budget.each(DECOYS))

    def balance(self, evidence: Evidence) -> float:
        if evidence.decoy_counts:
            return self._decoy_balance(evidence, evidence.decoy_counts)
        sample = evidence.witnesses.sample
        n, k = float(evidence.n_key), float(sample.n_sample)
        budget = self._split(tagging=evidence.multiphoton_probability > 0)
        if evidence.multiphoton_probability:
            tagged_key, tagged_sample = self._tagged_bits(evidence, budget.each(TAGGED_SENT))
            n, k = n - tagged_key, k - tagged_sample
        cost = 2 * log2(1 / (2 * budget.each(HASHING))) + self._hash_cost(evidence)
        if n <= 0 or k <= 0:
            return -evidence.leaked_bits - cost
        margin = sqrt(2) * serfling_margin(k, n, budget.each(SMOOTHING))  # fails with that part squared
        phase_error = sample.n_errors / k + margin
        return n * (1 - uncertainty(phase_error)) - evidence.leaked_bits - cost

    def _decoy_balance(self, evidence: Evidence, counts: DecoyCounts) -> float:
        budget = self._split(len(counts.plan.means))
        bounds = self.decoy_bounds(counts)
        cost = 2 * log2(1 / (2 * budget.each(HASHING))) + self._hash_cost(evidence)
        return (
            bounds.empty + bounds.single * (1 - uncertainty(bounds.phase_error)) - evidence.leaked_bits - cost
        )

    @property
    def _ideal_hash_cost(self) -> float:
        """What the papers charge for a verification hash that is no longer than it must be."""
        return log2(2 / self.epsilon_correctness)

    def _hash_cost(self, evidence: Evidence) -> float:
        return max(evidence.tag_bits, self._ideal_hash_cost)

    @staticmethod
    def _tagged_bits(evidence: Evidence, epsilon: float) -> tuple[float, float]:
        """Return upper bounds on the tagged bits in the key and in the sample.

        Which pulses hold several photons and have matching bases was drawn without Eve: their
        number is binomial, whatever she lets through, and Bernstein's inequality bounds it. The
        sample is drawn from the sifted bits at random: Hoeffding, J. Am. Stat. Assoc. 58, 13
        (1963), holds without replacement too.
        """
        n, k = evidence.n_key, evidence.witnesses.sample.n_sample
        surprise = log(1 / epsilon)
        mean = evidence.n_pulses * evidence.multiphoton_probability * evidence.match_probability
        most = mean + surprise / 3 + sqrt(surprise**2 / 9 + 2 * mean * surprise)
        share = min(1.0, most / (n + k))
        key, sample = (size * share + sqrt(size * surprise / 2) for size in (n, k))
        return key, sample

    def describe(self, proof: str, n_intensities: int = 0) -> str:
        source = (
            "after Wiesemann et al. 2024, Tupkary et al. 2024" if n_intensities else "Tomamichel et al. 2012"
        )
        epsilons = f"ε_sec = {self.epsilon_secrecy:.0e}, ε_cor = {self.epsilon_correctness:.0e}"
        words = f"finite key, {epsilons} ({source})"
        return words if self.charge_bob else f"{words}; Bob's questions not charged: ε not proven"
