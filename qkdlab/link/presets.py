"""Links worth a name, each with its source."""

from math import sqrt

from .coexistence import ClassicalChannel
from .detector import Detector
from .fibre import Link
from .source import DecoySource

IDEAL_LINK = Link(misalignment_error=0.0, detector=Detector(efficiency=1.0, dark_count_probability=0.0))
"""No loss and no noise: every pulse is detected, and any error comes from an eavesdropper."""

GENERIC_LINK = Link(length_km=25)
"""25 km of telecom fibre with the detectors of Lim et al., PRA 89, 022307 (2014), afterpulsing left out."""

GYS_LINK = Link(
    length_km=50,
    attenuation_db_per_km=0.21,
    misalignment_error=0.033,
    source=DecoySource(signal=0.48, decoy=0.05),
    detector=Detector(efficiency=0.045, dark_count_probability=1 - sqrt(1 - 1.7e-6)),
)
"""The experiment of Gobby, Yuan and Shields, APL 84, 3762 (2004), at 50 km, with vacuum and weak decoys.

Figures as Ma, Qi, Zhao and Lo, PRA 72, 012326 (2005), use them: 0.21 dB/km, η_Bob = 0.045,
Y₀ = 1.7e-6 for both detectors, e_d = 0.033, signal 0.48; how often each intensity is sent is ours."""

LIM_LINK = Link(
    length_km=50,
    misalignment_error=5e-3,
    source=DecoySource(signal=0.5, decoy=0.1, vacuum=2e-4),
    detector=Detector(efficiency=0.1, dark_count_probability=6e-7, afterpulse_probability=4e-2),
)
"""The link of Lim, Curty, Walenta, Xu and Zbinden, PRA 89, 022307 (2014), sec. IV, at 50 km.

Their figures: 0.2 dB/km, η_Bob = 10 %, p_dc = 6e-7, p_ap = 4e-2, e_mis = 5e-3, μ₃ = 2e-4. They choose μ₁, μ₂
and how often each is sent anew for every length, and give no delay of afterpulses: these are ours."""

RUSCA_LINK = Link(
    length_km=100,
    misalignment_error=0.01,
    source=DecoySource(
        signal=0.5, decoy=0.15, signal_probability=0.7, decoy_probability=0.3, vacuum_probability=0
    ),
    detector=Detector(efficiency=0.5, dark_count_probability=1e-8, dead_gates=100),
)
"""The link of Rusca, Boaron, Grünenfelder, Martin and Zbinden, APL 112, 171104 (2018), one decoy, at 100 km.

Their figures: η = 50 %, p_DC = 1e-8, error 1 %, and a dead time of 100 ns, which at 1 GHz is 100 gates. They
choose intensities and how often each is sent anew for every loss: these are ours, and the 0.2 dB/km."""

COEXISTENCE_LINK = Link(
    length_km=25,
    source=DecoySource(signal=0.5, decoy=0.1),
    detector=Detector(efficiency=0.07),
    classical=ClassicalChannel(launch_power_dbm=0),
)
"""25 km of fibre shared with 0 dBm of classical light from Alice to Bob.

Detectors of 7 %, gates of 1.5 ns and a filter of 45 pm as in Eraerds et al., New J. Phys. 12, 063027 (2010);
β = 3e-9 per km and nm, the worst of the C band (Kumar, Qin and Alléaume, New J. Phys. 17, 043027 (2015)).
Ours are length, launched power and intensities; dark counts and misalignment are those of `GENERIC_LINK`."""
