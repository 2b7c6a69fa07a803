"""Attacks on the photon number: Eve keeps a photon of a pulse that holds several, and waits for the bases.

All photons of a pulse are in the same state. A photon that she kept tells her Alice's bit with certainty
once the basis is announced, and the one that went on is undisturbed: no error, whatever the noise of the
line. Eve replaces the fibre by a lossless line; Bob's detectors are out of her reach.

Closed forms of what she knows are for protocols that announce the basis. In SARG04 and B92 a kept photon
tells her less: she guesses 85 % of the bits, see `attacks.readings`.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from math import comb
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..link.fibre import Link
from ..link.source import MOST_PHOTONS, WeakCoherentSource
from ..quantum.protocol import Protocol
from ..quantum.tactics import PASS, KeepPhoton, Tactic
from ..values import Bits
from .attack import Branch, Eavesdropper, Target

KEPT = 1
"""The tactic number of a pulse of which Eve keeps a photon."""

Shares = NDArray[np.floating[Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class PhotonAttack(Eavesdropper):
    """An attack on the photon numbers of a share `fraction` of the pulses.

    It adds no error. The bit of a single photon that Bob detects stays unknown to her, which is what
    `expected_guess` and `expected_information` say; how much she knows of real pulses depends on the
    link: `expected_share`.
    """

    target: ClassVar[Target] = "photons"

    @property
    def tactics(self) -> tuple[Tactic, ...]:
        return (KeepPhoton(),)

    def choose(self, n_pulses: int, rng: np.random.Generator) -> Bits:
        """Return `PASS` for every pulse: she acts on photon numbers alone."""
        return np.full(n_pulses, PASS, dtype=np.uint8)

    @property
    def tactic_weights(self) -> tuple[float, ...]:
        """The photon that reaches Bob is let pass, always."""
        return (1.0, 0.0)

    def refusal(self, protocol: Protocol) -> str | None:
        return (
            f"attack qubits, not photon numbers, of pairs ({protocol.name})" if protocol.entangled else None
        )

    def expected_error(self) -> float:
        """Return 0: the photons that Bob detects are undisturbed."""
        return 0.0

    def expected_guess(self) -> float:
        """Return 1/2: of a single photon that Bob detects she learns nothing."""
        return 0.5

    def expected_information(self) -> float:
        """Return 0: of a single photon that Bob detects she learns nothing."""
        return 0.0

    def information_on(self, link: Link) -> float:
        """Return the share of the sifted bits that she knows for certain, see `expected_share`."""
        return self.expected_share(link) or 0.0

    def guess_on(self, link: Link) -> float:
        """Return how likely she guesses a bit: what she does not know she tosses a coin for."""
        return (1 + self.information_on(link)) / 2

    @abstractmethod
    def _silence(self, link: Link) -> tuple[Shares, Shares, Shares]:
        """Return three probabilities for an attacked pulse of n photons, each of shape (MOST_PHOTONS + 1,).

        That Bob detects none of them; that Eve keeps one; that both is the case.
        """

    def _clicks(self, link: Link) -> tuple[Shares, Shares]:
        """Return the probability of a click for each n, and of one whose bit Eve knows, in a gate that is on.

        Detectors that remember are taken where they are without Eve: she keeps Bob's total gain.
        """
        n = np.arange(MOST_PHOTONS + 1)
        dark = link.operating_point.quiet[2]
        silent, kept, both = self._silence(link)
        free = (1 - link.efficiency) ** n
        clicks = 1 - dark * (self.fraction * silent + (1 - self.fraction) * free)
        return clicks, self.fraction * (kept - dark * both)

    def gain_on(self, link: Link, mean_photon_number: float) -> float:
        """Return the closed-form gain of Poissonian pulses of this mean while Eve attacks `link`."""
        source = WeakCoherentSource(mean_photon_number=mean_photon_number)
        return link.operating_point.on * float(
            source.photon_probabilities(MOST_PHOTONS) @ self._clicks(link)[0]
        )

    def expected_share(self, link: Link) -> float | None:
        """Return the share of Alice's sifted bits (of all intensities) that Eve knows; None without clicks.

        A photon kept while Bob has but a dark count counts as well.
        """
        weights = link.source.photon_probabilities(MOST_PHOTONS)
        clicks, known = (float(weights @ shares) for shares in self._clicks(link))
        return known / clicks if clicks else None


@dataclass(frozen=True, kw_only=True, slots=True)
class BeamSplitting(PhotonAttack):
    """Beam splitting: Eve splits off what the fibre would have lost, and keeps it.

    Nothing changes for Bob, decoys or not. With Poissonian pulses of mean μ her photons are
    independent of his: she knows a share 1 - exp(-μ (1 - t)) of the sifted bits, where t is the
    transmittance of the line.

    >>> from qkdlab import Detector, Link, WeakCoherentSource
    >>> bright = WeakCoherentSource(mean_photon_number=0.48)
    >>> line = Link(length_km=50, source=bright, detector=Detector(efficiency=1))
    >>> round(BeamSplitting().expected_share(line), 3)
    0.351
    """

    name: ClassVar[str] = "beam splitting"

    def branches(self, photons: int, link: Link) -> tuple[Branch, ...]:
        t, reach = link.transmittance, link.detector.efficiency
        split = [
            Branch(
                probability=self.fraction * comb(photons, m) * t**m * (1 - t) ** (photons - m),
                passing=m,
                efficiency=reach,
                tactic=KEPT if m < photons else PASS,
            )
            for m in range(photons + 1)
        ]
        return (*split, _untouched(1 - self.fraction, photons, link))

    def _silence(self, link: Link) -> tuple[Shares, Shares, Shares]:
        n, t = np.arange(MOST_PHOTONS + 1), link.transmittance
        silent = (1 - link.efficiency) ** n
        return silent, 1 - t**n, silent - (t * (1 - link.detector.efficiency)) ** n


@dataclass(frozen=True, kw_only=True, slots=True)
class SplittingPlan:
    """How Eve treats attacked pulses so that Bob's total gain stays as it was.

    Parameters
    ----------
    single
        Probability that she lets a single photon through; the others she blocks.
    split
        Probability that she keeps a photon of a pulse that holds several.
    several
        Probability that she lets such a pulse through.
    """

    single: float
    split: float
    several: float


@dataclass(frozen=True, kw_only=True, slots=True)
class PhotonNumberSplitting(PhotonAttack):
    """Photon-number splitting: Eve counts the photons, keeps one of several and blocks single ones.

    Pulses with several photons reach Bob without loss, and she blocks as many single photons as it
    takes to keep his total gain (Brassard, Lütkenhaus, Mor and Sanders, PRL 85, 1330 (2000)). On a
    line that loses enough, she blocks all single photons and knows the whole key, at no error. Gains
    of decoys give her away, because they hold fewer pulses with several photons. On a short line she
    has to leave some of these pulses whole.
    """

    name: ClassVar[str] = "photon-number splitting"

    def plan(self, link: Link) -> SplittingPlan:
        """Return how she treats attacked pulses on `link`, knowing its source."""
        weights = link.source.photon_probabilities(MOST_PHOTONS)
        n, reach = np.arange(MOST_PHOTONS + 1), link.detector.efficiency
        target = link.source.click_probability(link.efficiency)
        several = weights[2:]
        whole = float(several @ (1 - (1 - reach) ** n[2:]))
        split = float(several @ (1 - (1 - reach) ** (n[2:] - 1)))
        one = float(weights[1] * reach)
        if split > 0 and split >= target:
            return SplittingPlan(single=0.0, split=1.0, several=target / split)
        if one > 0 and one + split >= target:
            return SplittingPlan(single=(target - split) / one, split=1.0, several=1.0)
        share = min(1.0, max(0.0, (one + whole - target) / (whole - split))) if whole > split else 0.0
        return SplittingPlan(single=1.0, split=share, several=1.0)

    def branches(self, photons: int, link: Link) -> tuple[Branch, ...]:
        plan, reach = self.plan(link), link.detector.efficiency
        split, through = (plan.split, plan.several) if photons > 1 else (0.0, plan.single)
        counted = [
            Branch(probability=self.fraction * how * sent, passing=goes_on, efficiency=reach, tactic=tactic)
            for how, rest, tactic in ((split, photons - 1, KEPT), (1 - split, photons, PASS))
            for sent, goes_on in ((through, rest), (1 - through, 0))
            if how * sent > 0
        ]
        return (*counted, _untouched(1 - self.fraction, photons, link))

    def _silence(self, link: Link) -> tuple[Shares, Shares, Shares]:
        plan, lost = self.plan(link), 1 - link.detector.efficiency
        n = np.arange(MOST_PHOTONS + 1)
        kept = np.where(n > 1, plan.split, 0.0)
        through = np.where(n > 1, plan.several, plan.single)
        both = kept * (1 - through * (1 - lost ** np.maximum(n - 1, 0)))
        return both + (1 - kept) * (1 - through * (1 - lost**n)), kept, both


def _untouched(probability: float, photons: int, link: Link) -> Branch:
    """Return what becomes of a pulse that Eve does not attack."""
    return Branch(probability=probability, passing=photons, efficiency=link.efficiency)


PHOTON_ATTACKS: tuple[type[PhotonAttack], ...] = (BeamSplitting, PhotonNumberSplitting)
"""The attacks on photon numbers; a saved scenario may name any of them."""
