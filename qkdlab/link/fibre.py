"""A link: source, fibre and detectors, with the closed forms of its gain and its error rate."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..values import check_instance, check_non_negative, check_probability
from .detector import Detector
from .source import SinglePhotonSource, Source


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """Everything between Alice's bit and Bob's click, as settings.

    The defaults are the channel of Lim et al., PRA 89, 022307 (2014), afterpulsing left out, with
    a single-photon source in place of their laser.

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

    @property
    def transmittance(self) -> float:
        """Probability that a photon survives fibre and insertion loss: 10^(-loss / 10 dB)."""
        loss_db = self.length_km * self.attenuation_db_per_km + self.insertion_loss_db
        return float(10 ** (-loss_db / 10))

    @property
    def efficiency(self) -> float:
        """Probability η that a photon sent by Alice is detected: transmittance × efficiency."""
        return self.transmittance * self.detector.efficiency

    @property
    def signal_link(self) -> Link:
        """This link for signal pulses alone, if its source has several intensities."""
        return replace(self, source=self.source.signal_source)

    @property
    def expected_gain(self) -> float:
        """Closed-form probability that a pulse makes a click: 1 - (1 - Y₀)(1 - S).

        S is the probability that a photon is detected. For weak coherent pulses this is the gain
        Q_μ of Ma, Qi, Zhao and Lo, PRA 72, 012326 (2005), without their approximation Y₀η ≈ 0.
        """
        signal = self.source.click_probability(self.efficiency)
        return 1 - (1 - self.detector.background_yield) * (1 - signal)

    def expected_qber(self, qubit_error: float = 0.0) -> float | None:
        """Return the closed-form error rate of the sifted bits.

        A detected photon is wrong with probability e after Eve (`qubit_error`), depolarisation
        and misalignment. A dark count in the other detector makes it a double click, half of
        which are wrong; without a photon, dark counts are wrong half of the time:
        E = S [(1 - p) e + p/2] + (1 - S) Y₀/2, divided by the gain (Ma et al. 2005, exact here).

        Parameters
        ----------
        qubit_error
            Error probability that an eavesdropper causes on a channel without noise.

        Returns
        -------
        The QBER, or None if the link can never make a click.
        """
        error = check_probability("qubit_error", qubit_error)
        error = error * (1 - self.depolarizing_probability) + self.depolarizing_probability / 2
        error = error * (1 - self.misalignment_error) + (1 - error) * self.misalignment_error
        signal = self.source.click_probability(self.efficiency)
        dark = self.detector.dark_count_probability
        wrong = signal * ((1 - dark) * error + dark / 2)
        wrong += (1 - signal) * self.detector.background_yield / 2
        return wrong / self.expected_gain if self.expected_gain else None

    def describe(self) -> str:
        """Return the link in a few words for a report."""
        words = f"{self.length_km:g} km at {self.attenuation_db_per_km:g} dB/km"
        if self.insertion_loss_db:
            words += f" + {self.insertion_loss_db:g} dB"
        return f"{words}, {self.source.describe()}"
