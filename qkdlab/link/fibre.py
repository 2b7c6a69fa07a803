"""A link: source, fibre and detectors, with the closed forms of its gain and its error rate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from math import expm1

from ..values import check_instance, check_non_negative, check_probability, combined_error
from .coexistence import ClassicalChannel
from .detector import Detector
from .detector_memory import OperatingPoint, operating_point
from .source import SinglePhotonSource, Source


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """Everything between Alice's bit and Bob's click, as settings.

    The defaults are the channel of Lim et al., PRA 89, 022307 (2014), afterpulsing left out (`LIM_LINK`
    has it), with a single-photon source in place of their laser.

    Parameters
    ----------
    length_km
        Length of the fibre, 0 … 10,000 km.
    attenuation_db_per_km
        Loss of the fibre, dB/km; about 0.2 in telecom fibre at 1550 nm.
    insertion_loss_db
        Further loss between Alice and the detectors, dB: connectors, switches, Bob's optics.
    misalignment_error
        Probability, 0 … 0.5, that a detected photon goes to the wrong detector.
    depolarizing_probability
        Probability, 0 … 1, that the fibre replaces the qubit by a random one.
    source, detector
        Alice's `Source` and Bob's `Detector`.
    classical
        Classical light in the same fibre; None if the fibre is dark.

    Examples
    --------
    >>> Link(length_km=50).transmittance
    0.1
    """

    length_km: float = 0.0
    attenuation_db_per_km: float = 0.2
    insertion_loss_db: float = 0.0
    misalignment_error: float = 0.005
    depolarizing_probability: float = 0.0
    source: Source = field(default_factory=SinglePhotonSource)
    detector: Detector = field(default_factory=Detector)
    classical: ClassicalChannel | None = None

    def __post_init__(self) -> None:
        limits = {"length_km": 10_000.0, "attenuation_db_per_km": 100.0, "insertion_loss_db": 200.0}
        for name, largest in limits.items():
            value = check_non_negative(name, getattr(self, name), below=largest)
            object.__setattr__(self, name, value)
        for name, largest in {"misalignment_error": 0.5, "depolarizing_probability": 1.0}.items():
            value = check_probability(name, getattr(self, name), below=largest)
            object.__setattr__(self, name, value)
        check_instance("source", self.source, Source)
        check_instance("detector", self.detector, Detector)
        if self.classical is not None:
            check_instance("classical", self.classical, ClassicalChannel)

    @property
    def transmittance(self) -> float:
        """Probability that a photon survives fibre, insertion loss and filter: 10^(-loss / 10 dB)."""
        loss_db = self.length_km * self.attenuation_db_per_km + self.insertion_loss_db
        loss_db += self.classical.filter_loss_db if self.classical else 0.0
        return float(10 ** (-loss_db / 10))

    @property
    def efficiency(self) -> float:
        """Probability η that a photon sent by Alice is detected: transmittance × efficiency."""
        return self.transmittance * self.detector.efficiency

    @property
    def signal_link(self) -> Link:
        """This link with signal pulses alone, if its source has several intensities.

        Detectors that remember are at another `operating_point` there than among the decoys.
        """
        return replace(self, source=self.source.signal_source)

    @property
    def noise_probability(self) -> float:
        """Probability of a click from classical light, for each detector and gate: 1 - e^(-n η / 2).

        n noise photons on average, each of which reaches either detector and is detected there with its
        efficiency; what Bob loses on the way to the detectors (`insertion_loss_db`) is not taken off.
        """
        if self.classical is None:
            return 0.0
        photons = self.classical.noise_photons(
            length_km=self.length_km, attenuation_db_per_km=self.attenuation_db_per_km
        )
        return -expm1(-photons * self.detector.efficiency / 2)

    @property
    def background_probability(self) -> float:
        """Probability of a dark count or a noise photon, for each detector and gate: p + b - p b."""
        dark, noise = self.detector.dark_count_probability, self.noise_probability
        return dark + noise - dark * noise

    @property
    def operating_point(self) -> OperatingPoint:
        """The state in which the detectors settle, each of them hit equally often."""
        hit = self.source.click_probability(self.efficiency) / 2
        return operating_point(self.detector, self.background_probability, (hit, hit))

    @property
    def expected_gain(self) -> float:
        """Closed-form probability that a pulse makes a click: c [1 - (1 - Y₀)(1 - S)].

        S is the probability that a photon is detected, and 1 - Y₀ that nothing else makes a click: no
        dark count, noise photon or afterpulse. c = 1 / (1 + R d) is the share of the gates in which the
        detectors are on, R the probability of a click in such a gate and d the dead time. Without memory
        and for weak coherent pulses this is the gain Q_μ of Ma, Qi, Zhao and Lo, PRA 72, 012326 (2005),
        without their approximation Y₀η ≈ 0.
        """
        return self.gain_of(self.source)

    def gain_of(self, source: Source) -> float:
        """Return the closed-form gain of pulses of `source` strewn among those of the link."""
        return self._gain(check_instance("source", source, Source), self.operating_point)

    def expected_qber(self, qubit_error: float = 0.0, *, source: Source | None = None) -> float | None:
        """Return the closed-form error rate of the sifted bits.

        A detected photon is wrong with probability e after Eve (`qubit_error`), depolarisation
        and misalignment. A dark count, noise photon or afterpulse in the other detector (probability p)
        makes it a double click, half of which are wrong; without a photon, these are wrong half of
        the time: E = S [(1 - p) e + p/2] + (1 - S) Y₀/2, divided by the gain of a gate that is on (Ma et
        al. 2005, exact here).

        Parameters
        ----------
        qubit_error
            Error probability that an eavesdropper causes on a channel without noise.
        source
            The pulses that are looked at, strewn among those of the link; None for all.

        Returns
        -------
        The QBER, or None if the link can never make a click.
        """
        error = check_probability("qubit_error", qubit_error)
        shown = self.source if source is None else check_instance("source", source, Source)
        return self._qber(shown, self.operating_point, error)

    def gains_and_qbers(self, sources: Iterable[Source]) -> list[tuple[float, float | None]]:
        """Return `gain_of` and `expected_qber` of each source, pulses of all of which the link sends.

        The same as one by one, but the detectors' operating point is found once.
        """
        point = self.operating_point
        return [(self._gain(source, point), self._qber(source, point, 0.0)) for source in sources]

    def _gain(self, source: Source, point: OperatingPoint) -> float:
        return point.on * _click(source.click_probability(self.efficiency), point.quiet[2])

    def _qber(self, source: Source, point: OperatingPoint, error: float) -> float | None:
        error = combined_error(error, self.depolarizing_probability / 2)
        error = combined_error(error, self.misalignment_error)
        signal = source.click_probability(self.efficiency)
        one, _, both = point.quiet
        gain = _click(signal, both)
        wrong = signal * (one * error + (1 - one) / 2) + (1 - signal) * (1 - both) / 2
        return wrong / gain if gain else None

    def describe(self) -> str:
        """Return the link in a few words for a report."""
        words = f"{self.length_km:g} km at {self.attenuation_db_per_km:g} dB/km"
        if self.insertion_loss_db:
            words += f" + {self.insertion_loss_db:g} dB"
        parts = [words, self.source.describe(), self.detector.describe()]
        if self.classical:
            parts.append(self.classical.describe())
        return ", ".join(part for part in parts if part)


def _click(signal: float, quiet: float) -> float:
    """Return 1 - q (1 - S), as S + (1 - S)(1 - q): the first is off where S is near the rounding of 1."""
    return signal + (1 - signal) * (1 - quiet)
