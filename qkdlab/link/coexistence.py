"""Classical light in the same fibre: the noise photons that spontaneous Raman scattering sends to Bob."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, expm1, log

from ..values import check_between, check_choice, check_non_negative, check_probability

PLANCK_J_S, LIGHT_M_PER_S = 6.62607015e-34, 299_792_458.0

DIRECTIONS = ("co-propagating", "counter-propagating")
"""Whether the classical light runs with the quantum signal or against it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassicalChannel:
    """Classical light that shares the fibre with the quantum signal, and the filter that should stop it.

    The filter stops the classical light itself. What it cannot stop are photons that the fibre has
    scattered to the wavelength of the signal. A length dz at z scatters P(z) β Δλ dz into the filter's
    band, and from there to Bob the light is attenuated like the signal (α is taken to be the same at both
    wavelengths). Light that comes from Alice has P(z) = P₀ e^(-αz), so that each piece of the fibre sends
    the same power to Bob, P₀ e^(-αL) β Δλ dz:

        co-propagating: P₀ e^(-αL) L β Δλ, with its maximum at L = 1/α.

    Light that leaves Bob's side for Alice has P(z) = P₀ e^(-α(L - z)), and what is scattered back goes
    the same way again, ∫ P₀ e^(-2α(L - z)) β Δλ dz:

        counter-propagating: P₀ β Δλ (1 - e^(-2αL)) / 2α, which grows to a limit.

    These are the formulas of Eraerds, Walenta, Legré, Gisin and Zbinden, New J. Phys. 12, 063027 (2010). The
    photons of a gate are Poissonian, unpolarised, and independent of everything else; four-wave mixing
    and light that leaks through the filter are left out.

    Parameters
    ----------
    launch_power_dbm
        Power of the classical light as it enters the fibre, -100 … 30 dBm; that of several channels is added.
    raman_coefficient
        β, scattered share per km of fibre and nm of bandwidth; 3e-9 is the worst in the C band by Kumar,
        Qin and Alléaume, New J. Phys. 17, 043027 (2015).
    bandwidth_nm
        Δλ, width of the filter before the detectors, nm.
    gate_ns
        How long the detectors are on for each pulse, ns.
    wavelength_nm
        Wavelength of the quantum signal, 100 … 10,000 nm; it says how much energy a photon has.
    filter_loss_db
        Insertion loss of the filter, dB, which signal and noise both suffer.
    direction
        ``"co-propagating"``, from Alice to Bob, or ``"counter-propagating"``.

    Examples
    --------
    >>> channel = ClassicalChannel(launch_power_dbm=0)
    >>> round(channel.noise_photons(length_km=25, attenuation_db_per_km=0.2), 4)
    0.0125
    """

    launch_power_dbm: float = 0.0
    raman_coefficient: float = 3e-9
    bandwidth_nm: float = 0.045
    gate_ns: float = 1.5
    wavelength_nm: float = 1550.0
    filter_loss_db: float = 0.0
    direction: str = "co-propagating"

    def __post_init__(self) -> None:
        power = check_between("launch_power_dbm", self.launch_power_dbm, -100, 30)
        object.__setattr__(self, "launch_power_dbm", power)
        coefficient = check_probability("raman_coefficient", self.raman_coefficient)
        object.__setattr__(self, "raman_coefficient", coefficient)
        for name, largest in {"bandwidth_nm": 1_000.0, "gate_ns": 1e6, "filter_loss_db": 200.0}.items():
            object.__setattr__(self, name, check_non_negative(name, getattr(self, name), below=largest))
        wavelength = check_between("wavelength_nm", self.wavelength_nm, 100, 10_000)
        object.__setattr__(self, "wavelength_nm", wavelength)
        check_choice("direction", self.direction, DIRECTIONS)

    def noise_photons(self, *, length_km: float, attenuation_db_per_km: float) -> float:
        """Return the mean number of noise photons that leave the filter in each gate."""
        check_non_negative("length_km", length_km)
        check_non_negative("attenuation_db_per_km", attenuation_db_per_km)
        attenuation = attenuation_db_per_km * log(10) / 10
        if self.direction == "co-propagating":
            kilometres = exp(-attenuation * length_km) * length_km
        elif attenuation > 0:
            kilometres = -expm1(-2 * attenuation * length_km) / (2 * attenuation)
        else:
            kilometres = length_km
        power_w = 1e-3 * 10 ** ((self.launch_power_dbm - self.filter_loss_db) / 10)
        scattered_w = power_w * kilometres * self.raman_coefficient * self.bandwidth_nm
        photon_j = PLANCK_J_S * LIGHT_M_PER_S / (self.wavelength_nm * 1e-9)
        return scattered_w * self.gate_ns * 1e-9 / photon_j

    def describe(self) -> str:
        """Return the channel in a few words for a report."""
        return f"{self.launch_power_dbm:g} dBm of classical light {self.direction}"
