"""Attacks on Bob's detectors: Eve decides which of them answers, and no proof about qubits covers that.

She stands at Alice's door and has a lossless line from there. As the detectors answer only a share of what
she sends, she lets more arrive than the fibre would have, and Bob's gain stays as it was for every number of
photons; on a line that loses too little it falls. The line's noise and Bob's dark counts stay as they were.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..link.detector_memory import operating_point
from ..link.fibre import Link
from ..link.source import MOST_PHOTONS
from ..quantum.protocol import Protocol
from ..quantum.tactics import PASS, Effect, FakeState, MeasureAndResend, ShiftTime, Tactic
from ..values import Basis, Bits, binary_entropy
from .attack import BASES, Branch, Eavesdropper, Target


@dataclass(frozen=True, kw_only=True, slots=True)
class DetectorAttack(Eavesdropper):
    """An attack on Bob's detectors, on a share `fraction` of the pulses.

    What it achieves depends on the detectors: `effect` and `information` are those of attacked bits of a
    given link. The closed forms without a link are those of detectors that are alike.
    """

    target: ClassVar[Target] = "detectors"

    def choose(self, n_pulses: int, rng: np.random.Generator) -> Bits:
        """Return `PASS` for every pulse: `branches` draws the tactics."""
        return np.full(n_pulses, PASS, dtype=np.uint8)

    @property
    def tactic_weights(self) -> tuple[float, ...]:
        """What the branches leave open is let pass."""
        return (1.0, *(0.0 for _ in self.tactics))

    @abstractmethod
    def response(self, link: Link) -> NDArray[np.float64]:
        """Return how likely Bob's detectors answer a pulse that arrives, see `Eavesdropper.response`."""

    @abstractmethod
    def answered(self, link: Link) -> float:
        """Return the share of the pulses that Eve lets arrive which Bob's detectors answer."""

    @abstractmethod
    def effect(self, link: Link) -> Effect:
        """Return the closed form for the sifted bits of attacked pulses on `link`, its noise left out."""

    def information(self, link: Link) -> float:
        """Return Eve's Shannon information on such a bit, in bits."""
        return 1 - binary_entropy(self.effect(link).guess)

    def information_before(self) -> None:
        """Return None: what she knows depends on the detectors."""

    def information_on(self, link: Link) -> float:
        """Return Eve's information on a sifted bit, attacked or not, in bits."""
        return self.fraction * self.information(link)

    def guess_on(self, link: Link) -> float:
        """Return how likely she guesses a sifted bit, attacked or not."""
        return 0.5 + self.fraction * (self.effect(link).guess - 0.5)

    def reach(self, photons: int, link: Link) -> float:
        """Return how likely Eve can make a pulse of `photons` photons arrive, at the most."""
        return 1 - (1 - link.detector.efficiency) ** photons

    def _arriving(self, photons: int, link: Link) -> float:
        """Return how likely she lets an attacked pulse arrive, so that Bob's yield stays as it was."""
        usual = 1 - (1 - link.efficiency) ** photons
        return min(usual / self.answered(link), self.reach(photons, link))

    def branches(self, photons: int, link: Link) -> tuple[Branch, ...]:
        if not photons:
            return (Branch(probability=1.0, passing=0, efficiency=0.0),)
        arriving, share = self._arriving(photons, link), self.fraction / len(self.tactics)
        attacked = [
            Branch(probability=share * chance, passing=passing, efficiency=1.0, tactic=tactic)
            for tactic in range(1, 1 + len(self.tactics))
            for passing, chance in ((1, arriving), (0, 1 - arriving))
        ]
        untouched = Branch(probability=1 - self.fraction, passing=photons, efficiency=link.efficiency)
        return (*attacked, untouched)

    def expected_gain(self, link: Link) -> float:
        """Return the closed-form probability that a pulse makes a click while Eve attacks `link`."""
        arriving = 0.0
        for photons, weight in enumerate(link.source.photon_probabilities(MOST_PHOTONS).tolist()):
            attacked = self._arriving(photons, link) * self.answered(link)
            usual = 1 - (1 - link.efficiency) ** photons
            light = self.fraction * attacked + (1 - self.fraction) * usual
            arriving += weight * light
        point = operating_point(link.detector, link.background_probability, (arriving / 2, arriving / 2))
        return point.on * (1 - point.quiet[2] * (1 - arriving))


@dataclass(frozen=True, kw_only=True, slots=True)
class DetectorBlinding(DetectorAttack):
    """Detector blinding: Bob's detectors see bright light alone, and click only if Bob's basis is Eve's.

    Steady bright light turns an avalanche photodiode into an ordinary one, which answers above a threshold
    and no longer sees single photons. Eve measures every pulse with good detectors, Z or X at random, and
    sends a flash of the state she found, so bright that half of it is just below the threshold. In her
    basis Bob's detector clicks; in the other both halves stay silent. Bob gets her bits and no others: no
    error is added, and she knows every sifted bit (Lydersen, Wiechers, Wittmann, Elser, Skaar and Makarov,
    Nature Photonics 4, 686 (2010)). Half of the flashes are lost, so she sends twice as many. A blinded
    detector has no dark counts; she makes up for them with flashes, of which the model has her know no more
    than of dark counts.

    It assumes that all of Bob's detectors can be blinded and that he measures in Z or X.
    `Detector.watches_light` shows it.

    >>> from qkdlab import Link
    >>> DetectorBlinding().effect(Link(length_km=25))
    Effect(error=0.0, guess=1.0)
    """

    name: ClassVar[str] = "detector blinding"
    is_bright: ClassVar[bool] = True

    def refusal(self, protocol: Protocol) -> str | None:
        if {basis for basis, _ in protocol.bases} <= set(BASES):
            return None
        return f"measure in all of Bob's bases, and this one takes Z and X ({protocol.name})"

    @property
    def tactics(self) -> tuple[Tactic, ...]:
        return (MeasureAndResend(Basis.Z), MeasureAndResend(Basis.X))

    def response(self, link: Link) -> NDArray[np.float64]:
        table = np.zeros((3, 2, len(Basis), 2))
        table[PASS] = 1
        table[1, :, Basis.Z] = table[2, :, Basis.X] = 1
        return table

    def answered(self, link: Link) -> float:
        return 0.5

    def reach(self, photons: int, link: Link) -> float:
        """A flash arrives whenever she found a photon: it needs no luck."""
        return float(photons > 0)

    def effect(self, link: Link) -> Effect:
        return Effect(error=0.0, guess=1.0)

    def expected_error(self) -> float:
        """Return 0: Bob gets her bits only where he measures in her basis."""
        return 0.0

    def expected_guess(self) -> float:
        """Return the probability that Eve guesses a sifted bit, if the gain is kept."""
        return 0.5 + self.fraction / 2

    def expected_information(self) -> float:
        """Return Eve's information on a sifted bit, in bits, if the gain is kept."""
        return self.fraction


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeShift(DetectorAttack):
    """Time shift: Eve lets each pulse come early or late, when one of Bob's detectors is weaker.

    She does not touch the qubit. Early, the detector of bit 1 has only the share r of the other's efficiency
    (`Detector.mismatch`), late that of bit 0. Of the pulses that click, the bit she favoured is a share
    1/(1 + r): no error is added, and she has 1 - h(1/(1 + r)) bits of each (Qi, Fung, Lo and Ma, Quantum Inf.
    Comput. 7, 73 (2007)). The detectors answer a share (1 + r)/2.

    It assumes a mismatch that Bob does not know of. If he assigns the bits to his detectors at random for
    each pulse (`Detector.random_assignment`), she learns nothing.

    >>> from qkdlab import Detector, Link
    >>> link = Link(length_km=25, detector=Detector(mismatch=0.25))
    >>> TimeShift().effect(link), round(TimeShift().information(link), 3)
    (Effect(error=0.0, guess=0.8), 0.278)
    """

    name: ClassVar[str] = "time shift"

    @property
    def tactics(self) -> tuple[Tactic, ...]:
        return (ShiftTime(),)

    def response(self, link: Link) -> NDArray[np.float64]:
        table = np.ones((2, 2, len(Basis), 2))
        for favoured in (0, 1):
            table[1, favoured, :, 1 - favoured] = link.detector.mismatch
        return _reassigned(table, link)

    def answered(self, link: Link) -> float:
        return (1 + link.detector.mismatch) / 2

    def effect(self, link: Link) -> Effect:
        if link.detector.random_assignment:
            return Effect(error=0.0, guess=0.5)
        return Effect(error=0.0, guess=1 / (1 + link.detector.mismatch))


@dataclass(frozen=True, kw_only=True, slots=True)
class FakedStates(DetectorAttack):
    """Faked states: intercept-resend whose errors fall on the weaker detector.

    Eve measures in Z or X at random, and sends the opposite bit in the opposite basis, at the time at which
    the detector of the opposite bit has only the share r of the other's efficiency (`Detector.mismatch`).
    Where Bob measures in the basis that she sends, only the weak detector could answer; where he measures
    in hers, half of the light goes to each, and the better detector shows what she found. With equally
    likely bases the QBER is 2r/(1 + 3r) and she guesses a share (1 + 2r)/(1 + 3r) of the sifted bits
    (Makarov, Anisimov and Skaar, PRA 74, 022313 (2006)); at r = 0 she knows all and adds no error. The
    detectors answer a share (1 + 3r)/4.

    It assumes a mismatch that Bob does not know of. With `Detector.random_assignment` every second bit is
    wrong.

    >>> from qkdlab import Detector, Link
    >>> FakedStates().effect(Link(detector=Detector(mismatch=0.0)))
    Effect(error=0.0, guess=1.0)
    """

    name: ClassVar[str] = "faked states"

    def refusal(self, protocol: Protocol) -> str | None:
        if protocol.proof == "BB84":
            return None
        return f"not fake states of BB84 for the protocol {protocol.name!r}"

    @property
    def tactics(self) -> tuple[Tactic, ...]:
        return (FakeState(Basis.Z), FakeState(Basis.X))

    def response(self, link: Link) -> NDArray[np.float64]:
        table = np.ones((3, 2, len(Basis), 2))
        for found in (0, 1):
            table[1:, found, :, 1 - found] = link.detector.mismatch
        return _reassigned(table, link)

    def answered(self, link: Link) -> float:
        r = link.detector.mismatch
        return (1 + r) / 2 if link.detector.random_assignment else (1 + 3 * r) / 4

    def effect(self, link: Link) -> Effect:
        r = 1.0 if link.detector.random_assignment else link.detector.mismatch
        return Effect(error=2 * r / (1 + 3 * r), guess=(1 + 2 * r) / (1 + 3 * r))

    def information(self, link: Link) -> float:
        """Return the share of bits that she measured in Alice's basis; of the others she knows nothing."""
        r = 1.0 if link.detector.random_assignment else link.detector.mismatch
        return (1 + r) / (1 + 3 * r)


def _reassigned(table: NDArray[np.float64], link: Link) -> NDArray[np.float64]:
    """Return a response to bits; if Bob assigns them to his detectors at random, each finds either."""
    if not link.detector.random_assignment:
        return table
    return np.broadcast_to(table.mean(axis=-1, keepdims=True), table.shape)


DETECTOR_ATTACKS: tuple[type[DetectorAttack], ...] = (DetectorBlinding, TimeShift, FakedStates)
"""The attacks on detectors; a saved scenario may name any of them."""
