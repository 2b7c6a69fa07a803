"""Noise photons of classical light in the same fibre: sums over pieces of it, and published figures."""

from dataclasses import replace
from math import exp, log

import numpy as np
import pytest

from qkdlab import COEXISTENCE_LINK, ClassicalChannel, Detector, Link, SessionSettings, run_session
from qkdlab.exchange.pulses import pulse_table
from qkdlab.exchange.run import Generators, run_exchange
from qkdlab.quantum.protocols import BB84
from qkdlab.quantum.sampling import get_sampler
from tests.bounds import assert_share
from tests.refusals import expect_refusal

CO, COUNTER = "co-propagating", "counter-propagating"


def noise(length_km: float, attenuation: float = 0.2, **settings) -> float:
    return ClassicalChannel(**settings).noise_photons(length_km=length_km, attenuation_db_per_km=attenuation)


def pieces(length_km: float, db_per_km: float, direction: str, n: int = 20_000) -> float:
    """Sum over short pieces: light reaches a piece, a share is scattered, and that reaches Bob at the end."""
    z = (np.arange(n) + 0.5) * length_km / n
    way = z if direction == CO else length_km - z
    there, on = 10 ** (-db_per_km * way / 10), 10 ** (-db_per_km * (length_km - z) / 10)
    power_w = 1e-3 * float(np.sum(there * on)) * 3e-9 * 0.045 * length_km / n
    return power_w * 1.5e-9 / (6.62607015e-34 * 299_792_458 / 1550e-9)


@pytest.mark.parametrize("direction", [CO, COUNTER])
@pytest.mark.parametrize("attenuation", [0.0, 0.2, 1.0])
@pytest.mark.parametrize("length", [0.0, 1.0, 21.7, 80.0])
def test_the_formulas_are_sums_over_the_fibre(length, attenuation, direction) -> None:
    # would catch: dB taken for e-folds, the attenuation of scattered light forgotten or taken twice
    assert noise(length, attenuation, direction=direction) == pytest.approx(
        pieces(length, attenuation, direction), rel=1e-6
    )


def test_noise_of_light_that_runs_along_peaks_at_one_attenuation_length() -> None:
    peak = 10 / (0.2 * log(10))  # 21.7 km
    lengths = np.linspace(1, 100, 991)
    found = lengths[np.argmax([noise(length) for length in lengths])]
    assert found == pytest.approx(peak, abs=0.1)
    assert noise(peak) == pytest.approx(noise(1e-9) / 1e-9 * peak * exp(-1), rel=1e-6)


def test_noise_of_light_that_runs_against_it_grows_to_a_limit() -> None:
    lengths = [1, 10, 50, 100, 500]
    values = [noise(length, direction=COUNTER) for length in lengths]
    assert values == sorted(values)
    assert values[-1] == pytest.approx(noise(1e-9) / 1e-9 * 10 / (0.2 * log(10)) / 2, rel=1e-6)
    for length in lengths:  # sinh x > x
        assert noise(length, direction=COUNTER) > noise(length)
    assert noise(0.01, direction=COUNTER) == pytest.approx(noise(0.01), rel=1e-3)


@pytest.mark.parametrize(("direction", "published"), [(CO, 1.3e-3), (COUNTER, 1.6e-3)])
def test_published_figures(direction, published) -> None:
    # Kumar, Qin and Alléaume, New J. Phys. 17, 043027 (2015): 0 dBm over 25 km, 1531.12 nm, 0.5 dB of filter,
    # in units of shot noise, that is twice the photons of one mode: a time 1 / Δν, one of two polarisations
    wavelength, bandwidth = 1531.12, 0.001
    mode_ns = (wavelength * 1e-9) ** 2 / (299_792_458 * bandwidth * 1e-9) * 1e9
    photons = noise(
        25,
        bandwidth_nm=bandwidth,
        gate_ns=mode_ns,
        wavelength_nm=wavelength,
        filter_loss_db=0.5,
        direction=direction,
    )
    assert 2 * photons / 2 == pytest.approx(published, rel=0.04)


@pytest.mark.parametrize(
    ("change", "factor"),
    [
        ({"launch_power_dbm": 10}, 10),
        ({"launch_power_dbm": -20}, 0.01),
        ({"bandwidth_nm": 0.09}, 2),
        ({"gate_ns": 0.75}, 0.5),
        ({"raman_coefficient": 9e-9}, 3),
        ({"raman_coefficient": 0}, 0),
        ({"wavelength_nm": 775}, 0.5),
        ({"filter_loss_db": 3}, 10**-0.3),
    ],
)
def test_what_the_noise_is_proportional_to(change, factor) -> None:
    assert noise(25, **change) == pytest.approx(factor * noise(25), rel=1e-12)


def test_noise_counts_of_a_link() -> None:
    link = Link(length_km=25, detector=Detector(efficiency=0.4, dark_count_probability=0.001))
    noisy = replace(link, classical=ClassicalChannel(launch_power_dbm=20, filter_loss_db=1))
    assert link.noise_probability == 0
    assert link.background_probability == 0.001
    photons = noise(25, launch_power_dbm=20, filter_loss_db=1)
    click = 1 - exp(-photons * 0.4 / 2)
    assert noisy.noise_probability == pytest.approx(click, rel=1e-12)
    assert noisy.background_probability == pytest.approx(1 - (1 - click) * 0.999, rel=1e-12)
    # the filter is in the way of the signal too
    assert noisy.transmittance == pytest.approx(link.transmittance * 10**-0.1, rel=1e-12)
    assert pulse_table(noisy, None).clicking.total == pytest.approx(noisy.expected_gain, rel=1e-9)


@pytest.mark.parametrize("direction", [CO, COUNTER])
def test_gain_and_errors_with_noise(direction) -> None:
    # would catch: noise photons that all reach one detector, that are right, or that the table leaves out
    classical = ClassicalChannel(launch_power_dbm=15, direction=direction)
    link = replace(COEXISTENCE_LINK, source=Link().source, classical=classical)
    exchange = run_exchange(
        4_000_000,
        protocol=BB84,
        link=link,
        eavesdropper=None,
        sampler=get_sampler("exact"),
        generators=Generators.from_seed(1),
    )
    dark = replace(link, classical=None)
    assert_share(len(exchange.slots), 4_000_000, link.expected_gain, rules_out=dark.expected_gain)
    same = exchange.alice.bases == exchange.bob.bases
    wrong = np.count_nonzero((exchange.alice.bits != exchange.bob.bits)[same])
    assert_share(wrong, np.count_nonzero(same), link.expected_qber(), rules_out=dark.expected_qber())


def test_the_report_and_the_scenario_name_it() -> None:
    settings = SessionSettings(n_pulses=20_000, seed=1, link=COEXISTENCE_LINK, security="asymptotic")
    assert SessionSettings.from_json(settings.to_json()) == settings
    assert "0 dBm of classical light co-propagating" in run_session(settings).report()


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("launch_power_dbm", 31, "lie between -100 and 30"),
        ("launch_power_dbm", float("nan"), "lie between -100 and 30"),
        ("raman_coefficient", -1e-9, "lie between 0 and 1"),
        ("bandwidth_nm", -1, "lie between 0 and 1000"),
        ("gate_ns", float("inf"), "lie between 0 and 1e+06"),
        ("wavelength_nm", 99, "lie between 100 and 10000"),
        ("filter_loss_db", 201, "lie between 0 and 200"),
        ("direction", "both", f"be one of {CO!r}, {COUNTER!r}"),
        ("direction", None, f"be one of {CO!r}, {COUNTER!r}"),
        ("gate_ns", "1", "be a number"),
    ],
)
def test_settings_are_checked(name, value, rule) -> None:
    with expect_refusal(f"{name} must {rule}, got {value!r}"):
        ClassicalChannel(**{name: value})


def test_the_link_takes_no_other_class() -> None:
    with expect_refusal("classical must be a ClassicalChannel, got 3"):
        Link(classical=3)


@pytest.mark.parametrize("name", ["length_km", "attenuation_db_per_km"])
@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf"), "10"])
def test_noise_is_of_a_fibre_that_can_be(name: str, value: object) -> None:
    # would catch: fewer than no photons out of a fibre of less than no length
    with pytest.raises(ValueError, match=f"^{name} must "):
        ClassicalChannel().noise_photons(**{"length_km": 10.0, "attenuation_db_per_km": 0.2} | {name: value})
