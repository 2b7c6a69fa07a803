"""Loss, noise and dark counts against closed forms derived here once more (five sigma, fixed seeds)."""

from dataclasses import replace
from math import exp

import numpy as np
import pytest

from qkdlab import IDEAL_LINK, Detector, Link, SinglePhotonSource, WeakCoherentSource
from qkdlab.exchange import line
from qkdlab.exchange.run import Exchange
from tests.bounds import assert_share

from .conftest import Run


def flip(*errors: float) -> float:
    """Error probability after independent flips: 1 - 2E is the product of the 1 - 2e."""
    clean = 1.0
    for error in errors:
        clean *= 1 - 2 * error
    return (1 - clean) / 2


def gain(signal: float, dark: float) -> float:
    return 1 - (1 - signal) * (1 - dark) ** 2


def qber(signal: float, dark: float, error: float) -> float:
    """A click is wrong half of the time, except where the photon clicks and the other detector is silent."""
    alone = signal * (1 - dark)
    # photon alone: error; photon against a dark count in the detector it did not hit: a coin.
    # A dark count in the detector that the photon hit changes nothing and belongs to the first case.
    everything = gain(signal, dark)
    return (alone * error + (everything - alone) / 2) / everything


def errors(exchange: Exchange) -> tuple[int, int]:
    same = exchange.alice.bases == exchange.bob.bases
    return np.count_nonzero((exchange.alice.bits != exchange.bob.bits)[same]), np.count_nonzero(same)


@pytest.mark.parametrize("sampler", ["exact", "shots"])
@pytest.mark.parametrize("p", [0.05, 0.4, 1.0])
def test_depolarisation_costs_half_its_probability(run: Run, p, sampler) -> None:
    # would catch: QBER p (every depolarised bit wrong), 2p/3 or 3p/4 (another convention for p)
    exchange = run(200_000, link=replace(IDEAL_LINK, depolarizing_probability=p), sampler=sampler)
    assert_share(*errors(exchange), p / 2, rules_out=2 * p / 3)


@pytest.mark.parametrize("sampler", ["exact", "shots"])
def test_depolarisation_spares_no_basis(run: Run, sampler) -> None:
    # would catch: dephasing instead of depolarising (no error in Z)
    exchange = run(200_000, link=replace(IDEAL_LINK, depolarizing_probability=0.4), sampler=sampler)
    for basis in (0, 1):
        rows = (exchange.alice.bases == basis) & (exchange.bob.bases == basis)
        wrong = np.count_nonzero((exchange.alice.bits != exchange.bob.bits)[rows])
        assert_share(wrong, np.count_nonzero(rows), 0.2, rules_out=0.4)


@pytest.mark.parametrize("e", [0.01, 0.1, 0.5])
def test_misalignment(run: Run, e) -> None:
    # would catch: misalignment applied twice (2e(1-e)) or halved
    exchange = run(1_000_000, link=replace(IDEAL_LINK, misalignment_error=e))
    assert_share(*errors(exchange), e, rules_out=2 * e * (1 - e) if e < 0.5 else 0.25)


@pytest.mark.parametrize("dark", [0.02, 0.3])
def test_double_clicks_are_kept_and_half_of_them_are_wrong(run: Run, dark) -> None:
    # every photon arrives: errors come from double clicks alone; would catch: double clicks
    # discarded (QBER 0) or given to the dark count (QBER p)
    detector = Detector(efficiency=1, dark_count_probability=dark)
    exchange = run(500_000, link=replace(IDEAL_LINK, detector=detector))
    assert len(exchange.slots) == 500_000
    assert_share(*errors(exchange), dark / 2, rules_out=dark)


def test_share_of_double_clicks(run: Run, monkeypatch) -> None:
    # would catch: dark counts that come together, or only where no photon arrived
    seen = []
    real = line.read_out

    def spy(clicks, rng):
        seen.append((np.count_nonzero(clicks == 3), np.count_nonzero(clicks != 3)))
        return real(clicks, rng)

    monkeypatch.setattr(line, "read_out", spy)
    n, s, p = 400_000, 0.3, 0.05
    run(n, link=Link(detector=Detector(efficiency=s, dark_count_probability=p)), seed=7)
    double, single = np.sum(seen, axis=0)
    expected = s * p + (1 - s) * p * p
    assert_share(double, n, expected, rules_out=p * p)
    assert_share(single, n, gain(s, p) - expected, rules_out=gain(s, p))


@pytest.mark.parametrize("fraction", [0.0, 0.5, 1.0])
@pytest.mark.parametrize(
    "source", [SinglePhotonSource(), WeakCoherentSource(mean_photon_number=0.8)], ids=["one", "weak"]
)
def test_everything_together(run: Run, source, fraction) -> None:
    # would catch: errors added instead of combined, dark counts shared between light and dark
    link = Link(
        length_km=5,
        misalignment_error=0.1,
        depolarizing_probability=0.2,
        source=source,
        detector=Detector(efficiency=0.6, dark_count_probability=0.1),
    )
    eta = 10 ** (-0.1) * 0.6
    signal = eta if isinstance(source, SinglePhotonSource) else 1 - exp(-0.8 * eta)
    expected = qber(signal, 0.1, flip(fraction / 4, 0.1, 0.1))
    assert link.expected_qber(fraction / 4) == pytest.approx(expected, rel=1e-12)
    exchange = run(1_000_000, fraction=fraction, link=link)
    assert_share(*errors(exchange), expected, rules_out=qber(signal, 0.1, fraction / 4 + 0.1 + 0.1))
    assert_share(len(exchange.slots), 1_000_000, gain(signal, 0.1), rules_out=signal + 0.2)


@pytest.mark.parametrize("length", [0, 25, 50, 100])
@pytest.mark.parametrize(
    "source", [SinglePhotonSource(), WeakCoherentSource(mean_photon_number=0.5)], ids=["one", "weak"]
)
def test_loss_alone_causes_no_error(run: Run, source, length) -> None:
    # would catch: lost photons read as zeros
    link = Link(
        length_km=length,
        misalignment_error=0,
        source=source,
        detector=Detector(efficiency=1, dark_count_probability=0),
    )
    exchange = run(1_000_000, link=link)
    wrong, n = errors(exchange)
    assert n > 1_000
    assert wrong == 0


@pytest.mark.parametrize("length", [0, 25, 60, 120])
@pytest.mark.parametrize("mean", [None, 0.1, 0.5, 3.0])
def test_gain(run: Run, mean, length) -> None:
    # would catch: attenuation per 10 km, amplitude instead of power (half the dB), gain linear in mu
    source = SinglePhotonSource() if mean is None else WeakCoherentSource(mean_photon_number=mean)
    dark = 2e-4
    link = Link(
        length_km=length, source=source, detector=Detector(efficiency=0.8, dark_count_probability=dark)
    )
    eta = 0.8 * 10 ** (-0.2 * length / 10)
    signal = eta if mean is None else 1 - exp(-mean * eta)
    assert link.expected_gain == pytest.approx(gain(signal, dark), rel=1e-12)
    exchange = run(1_000_000, link=link)
    half_the_loss = 0.8 * 10 ** (-0.1 * length / 10)
    rival = gain(half_the_loss, dark) if mean is None and length else None
    assert_share(len(exchange.slots), 1_000_000, gain(signal, dark), rules_out=rival)


DISTANCES = [0, 20, 40, 60, 80, 100, 120, 140, 170, 200]


@pytest.mark.parametrize("length", DISTANCES)
def test_qber_against_distance(run: Run, length) -> None:
    # flat while photons win, then up to 1/2 where dark counts do; would catch: dark counts wrong
    # always (limit 1), a dark rate for one detector only, or e_d added to dark counts as well
    dark, e = 1e-3, 0.01
    detector = Detector(efficiency=0.5, dark_count_probability=dark)
    link = Link(length_km=length, misalignment_error=e, detector=detector)
    expected = qber(0.5 * 10 ** (-0.02 * length), dark, e)
    assert link.expected_qber() == pytest.approx(expected, rel=1e-12)
    exchange = run(3_000_000, link=link)
    one_detector = qber(0.5 * 10 ** (-0.02 * length), dark / 2, e)
    rival = one_detector if 60 <= length <= 140 else None
    assert_share(*errors(exchange), expected, rules_out=rival)


def test_the_curve_reaches_both_ends(run: Run) -> None:
    detector = Detector(efficiency=0.5, dark_count_probability=1e-3)
    curve = [Link(length_km=x, misalignment_error=0.01, detector=detector).expected_qber() for x in DISTANCES]
    assert curve == sorted(curve)
    assert curve[0] < 0.012
    assert curve[-1] > 0.48


def test_clicks_follow_the_photon_number(run: Run) -> None:
    # would catch: one chance per pulse instead of one per photon (no photon number without clicks above 0.3)
    source = WeakCoherentSource(mean_photon_number=1.5)
    link = replace(IDEAL_LINK, source=source, detector=Detector(efficiency=0.3, dark_count_probability=0))
    exchange = run(500_000, link=link, seed=8)
    assert exchange.photons.dtype == np.uint8  # 198 is the most that a mean of 100 comes to
    assert len(exchange.photons) == len(exchange.slots)
    assert exchange.photons.min() == 1
    sent = 1.5 * exp(-1.5)
    for n in (1, 2, 3, 4):
        found, chance = np.count_nonzero(exchange.photons == n), sent * (1 - 0.7**n)
        assert_share(found, 500_000, chance, rules_out=sent * (1 - 0.7 ** (n + 1)))
        sent *= 1.5 / (n + 1)
