"""Links: validation, and the closed forms against an enumeration of every case."""

from dataclasses import replace
from itertools import product

import pytest

from qkdlab import (
    COEXISTENCE_LINK,
    GENERIC_LINK,
    IDEAL_LINK,
    LIM_LINK,
    RUSCA_LINK,
    ClassicalChannel,
    Detector,
    Link,
    SinglePhotonSource,
    WeakCoherentSource,
)
from qkdlab.theory.rates import expected_rate
from tests.refusals import expect_refusal

LIMITS = {
    "length_km": 10_000,
    "attenuation_db_per_km": 100,
    "insertion_loss_db": 200,
    "misalignment_error": 0.5,
    "depolarizing_probability": 1,
}


@pytest.mark.parametrize("name", LIMITS)
def test_limits(name) -> None:
    top = LIMITS[name]
    for value in (-1e-9, top * 1.001, float("nan"), float("inf")):
        with expect_refusal(f"{name} must lie between 0 and {top:g}, got {value!r}"):
            Link(**{name: value})
    for value in (0, top):
        assert getattr(Link(**{name: value}), name) == value
        assert type(getattr(Link(**{name: value}), name)) is float
    for value in ("1", None, True, [1.0]):
        with pytest.raises(ValueError, match=rf"^{name} must be a number, got"):
            Link(**{name: value})


@pytest.mark.parametrize("name", ["source", "detector"])
def test_parts_are_checked(name) -> None:
    with pytest.raises(ValueError, match=rf"^{name} must be a {name.title()}, got 'laser'$"):
        Link(**{name: "laser"})
    with pytest.raises(ValueError, match=rf"^{name} must be a {name.title()}, got <class"):
        Link(**{name: SinglePhotonSource})


@pytest.mark.parametrize(
    ("length", "attenuation", "insertion", "expected"),
    [
        (0, 0.2, 0, 1.0),
        (50, 0.2, 0, 0.1),
        (100, 0.2, 10, 1e-3),
        (10, 0.3, 0, 0.501187),
        (10_000, 100, 200, 0),
    ],
)
def test_transmittance(length, attenuation, insertion, expected) -> None:
    link = Link(length_km=length, attenuation_db_per_km=attenuation, insertion_loss_db=insertion)
    assert link.transmittance == pytest.approx(expected, rel=1e-6)
    assert replace(link, detector=Detector(efficiency=0.5)).efficiency == pytest.approx(
        expected / 2, rel=1e-6
    )


def _enumerate(p_photon: float, p_dark: float, error: float) -> tuple[float, float]:
    """Return (gain, QBER) by going through photon × wrong way × dark count × dark count."""
    gain = wrong = 0.0
    for photon, misled, dark_right, dark_wrong in product((0, 1), repeat=4):
        weight = (p_photon if photon else 1 - p_photon) * (error if misled else 1 - error)
        weight *= (p_dark if dark_right else 1 - p_dark) * (p_dark if dark_wrong else 1 - p_dark)
        right_clicks = dark_right or (photon and not misled)
        wrong_clicks = dark_wrong or (photon and misled)
        if right_clicks or wrong_clicks:
            gain += weight
            wrong += weight * (0.5 if right_clicks and wrong_clicks else wrong_clicks)
    return gain, wrong / gain


@pytest.mark.parametrize("source", [SinglePhotonSource(), WeakCoherentSource(mean_photon_number=0.7)])
@pytest.mark.parametrize("dark", [0.0, 1e-6, 0.05, 1.0])
@pytest.mark.parametrize("misalignment", [0.0, 0.03, 0.5])
@pytest.mark.parametrize("depolarizing", [0.0, 0.2, 1.0])
@pytest.mark.parametrize("attack", [0.0, 0.125, 0.25])
def test_gain_and_qber_against_enumeration(source, dark, misalignment, depolarizing, attack) -> None:
    link = Link(
        length_km=20,
        misalignment_error=misalignment,
        depolarizing_probability=depolarizing,
        source=source,
        detector=Detector(efficiency=0.3, dark_count_probability=dark),
    )
    # errors in sequence: each flips with its own probability (a depolarised qubit flips half of the time)
    error = 0.0
    for flip in (attack, depolarizing / 2, misalignment):
        error = error * (1 - flip) + (1 - error) * flip
    gain, qber = _enumerate(source.click_probability(link.efficiency), dark, error)
    assert link.expected_gain == pytest.approx(gain, rel=1e-12)
    assert link.expected_qber(attack) == pytest.approx(qber, rel=1e-12)


def test_qber_of_a_link_that_never_clicks_is_none() -> None:
    link = Link(detector=Detector(efficiency=0, dark_count_probability=0))
    assert link.expected_gain == 0
    assert link.expected_qber() is None
    with pytest.raises(ValueError, match=r"^qubit_error must lie between 0 and 1, got 1.5$"):
        link.expected_qber(1.5)


def test_presets() -> None:
    assert (IDEAL_LINK.expected_gain, IDEAL_LINK.expected_qber(), IDEAL_LINK.efficiency) == (1, 0, 1)
    assert IDEAL_LINK.expected_qber(0.25) == 0.25
    assert GENERIC_LINK.length_km == 25
    assert 0.005 < GENERIC_LINK.expected_qber() < 0.0051
    # four clicks of a hundred are afterpulses, half of them wrong
    plain = replace(LIM_LINK, detector=replace(LIM_LINK.detector, afterpulse_probability=0))
    assert LIM_LINK.expected_gain / plain.expected_gain == pytest.approx(1 / 0.96, abs=3e-4)
    assert LIM_LINK.expected_qber() - plain.expected_qber() == pytest.approx(0.04 / 2, abs=3e-4)
    # one click in 600 gates: the dead time of 100 gates costs one of six
    assert RUSCA_LINK.operating_point.on == pytest.approx(5 / 6, abs=0.01)
    # noise photons outnumber dark counts by far, and leave room for a key
    assert COEXISTENCE_LINK.noise_probability > 100 * COEXISTENCE_LINK.detector.dark_count_probability
    assert expected_rate(COEXISTENCE_LINK, efficiency=1.2) > 0


def test_description() -> None:
    assert Link(length_km=25).describe() == "25 km at 0.2 dB/km, single photons"
    assert "+ 3 dB" in Link(insertion_loss_db=3).describe()
    link = Link(detector=Detector(dead_gates=7), classical=ClassicalChannel(launch_power_dbm=-3))
    assert link.describe() == (
        "0 km at 0.2 dB/km, single photons, dead for 7 gates after a click, "
        "-3 dBm of classical light co-propagating"
    )


@pytest.mark.parametrize("length_km", [0, 300, 700, 780, 1_000])
def test_a_line_without_dark_counts_keeps_its_gain_and_its_errors_however_long(length_km: float) -> None:
    # would catch: 1 - (1 - S) for a small S, which is off by a tenth at 10⁻¹⁵ and 0 below 10⁻¹⁶
    detector = Detector(efficiency=1, dark_count_probability=0)
    link = Link(length_km=length_km, misalignment_error=0.01, detector=detector)
    assert link.expected_gain == pytest.approx(10 ** (-0.02 * length_km), rel=1e-12, abs=0)
    assert link.expected_qber() == pytest.approx(0.01, rel=1e-12)
