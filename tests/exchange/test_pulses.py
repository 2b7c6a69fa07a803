"""The table of pulses, and drawing from it, against a run that follows every pulse on its way."""

from dataclasses import replace

import numpy as np
import pytest

from qkdlab import (
    IDEAL_LINK,
    BeamSplitting,
    DecoySource,
    Detector,
    InterceptResend,
    Link,
    PhotonNumberSplitting,
    WeakCoherentSource,
)
from qkdlab.exchange.pulses import PulseTable, draw_slots, pulse_table
from tests.bounds import assert_distribution, assert_mean, assert_share

BRIGHT = Link(
    length_km=10,
    source=DecoySource(signal=1.5, decoy=0.4, vacuum=0.1),
    detector=Detector(efficiency=0.6, dark_count_probability=0.05),
)


def columns(table: PulseTable) -> dict[tuple[int, ...], float]:
    """The probability of each intensity, photon number, tactic, arrival and dark-count pattern."""
    found: dict[tuple[int, ...], float] = {}
    rows = zip(table.intensities, table.photons, table.tactics, table.arrived, table.dark, strict=True)
    for weight, row in zip(table.weights, rows, strict=True):
        key = tuple(map(int, row))
        found[key] = found.get(key, 0) + float(weight)
    return found


def test_an_ideal_link_has_one_kind_of_pulse() -> None:
    table = pulse_table(IDEAL_LINK, None)
    assert columns(table) == {(0, 1, 0, 1, 0): 1}
    assert table.clicking.total == 1
    assert table.silent.total == 0
    assert not table.silent.sent(0, 1, np.random.default_rng(1)).any()


@pytest.mark.parametrize(
    "attack", [None, InterceptResend(), BeamSplitting(), PhotonNumberSplitting(fraction=0.3)]
)
def test_probabilities_sum_to_one_and_give_the_gain(attack) -> None:
    table = pulse_table(BRIGHT, attack)
    assert table.total == pytest.approx(1, abs=1e-12)
    assert table.clicking.total == pytest.approx(BRIGHT.expected_gain, rel=1e-9)
    assert table.silent.total == pytest.approx(1 - BRIGHT.expected_gain, rel=1e-9)


def test_the_table_is_that_of_pulses_followed_one_by_one() -> None:
    # the same physics written a second time, photon by photon: would catch dark counts that depend on
    # photons, a split photon that still arrives, or arrival counted per pulse
    rng, n = np.random.default_rng(1), 2_000_000
    intensity = rng.choice(3, n, p=[0.7, 0.2, 0.1])
    photons = rng.poisson(np.array([1.5, 0.4, 0.1])[intensity])
    passing = rng.binomial(photons, 10**-0.2)
    kept = (passing < photons) & (rng.random(n) < 0.5)
    arrived = rng.binomial(passing, 0.6) > 0
    dark = (rng.random(n) < 0.05) + 2 * (rng.random(n) < 0.05)
    expected = columns(pulse_table(BRIGHT, BeamSplitting(fraction=0.5)))
    common = {key: weight for key, weight in expected.items() if n * weight > 200}
    assert len(common) > 40
    kinds = [column.astype(int) for column in (intensity, photons, kept, arrived, dark)]
    shape = [column.max() + 1 for column in kinds]
    found = np.bincount(np.ravel_multi_index(kinds, shape), minlength=np.prod(shape)).reshape(shape)
    for key, weight in common.items():
        assert_share(found[key], n, weight)


def test_drawn_kinds_follow_the_weights() -> None:
    table = pulse_table(BRIGHT, None).clicking
    kinds = table.draw(300_000, np.random.default_rng(2))
    common = table.weights / table.total > 1e-3
    counts = np.bincount(kinds, minlength=len(table.weights))
    shares = table.weights / table.total
    rest = (np.sum(counts[~common]), np.sum(shares[~common]))
    assert_distribution([*counts[common], rest[0]], [*shares[common], rest[1]])


def test_pulses_that_are_not_looked_at_have_an_intensity_too() -> None:
    table = pulse_table(BRIGHT, None).silent
    sent = table.sent(1_000_000, 3, np.random.default_rng(3))
    assert sent.sum() == 1_000_000
    silent = [
        choice.probability
        * (1 - replace(BRIGHT, source=WeakCoherentSource(mean_photon_number=m)).expected_gain)
        for choice, m in zip(BRIGHT.source.intensities, (1.5, 0.4, 0.1), strict=True)
    ]
    assert_distribution(sent, np.array(silent) / sum(silent))


@pytest.mark.parametrize("p", [0.09, 0.11, 0.5])
def test_slots_are_a_bernoulli_process(p) -> None:
    # on either side of the border between the two ways to draw; would catch: a gap too long or too short
    # by one, a first slot that is never 0, clicks that avoid or seek each other
    n, rng = 400_000, np.random.default_rng(4)
    slots = draw_slots(n, p, rng)
    assert slots.dtype == np.int64
    assert np.all(np.diff(slots) > 0)
    assert slots[0] >= 0
    assert slots[-1] < n
    assert_share(len(slots), n, p)
    assert_share(np.count_nonzero(np.diff(slots) == 1), len(slots) - 1, p)
    first = [len(draw_slots(1, p, rng)) for _ in range(4_000)]
    assert_share(sum(first), 4_000, p)


def test_rare_slots() -> None:
    rng, n = np.random.default_rng(5), 10**12
    counts = [len(draw_slots(n, 1e-10, rng)) for _ in range(400)]
    assert_mean(counts, 100, standard_error=0.6, tolerance=2.5)
    assert np.var(counts) == pytest.approx(100, rel=0.5)  # Poissonian, not fixed
    positions = np.concatenate([draw_slots(n, 1e-10, rng) for _ in range(100)])
    assert_share(np.count_nonzero(positions < n // 2), len(positions), 0.5)


@pytest.mark.parametrize(("p", "expected"), [(0.0, []), (1.0, [0, 1, 2, 3, 4]), (1e-300, [])])
def test_slots_at_the_ends(p, expected) -> None:
    assert draw_slots(5, p, np.random.default_rng(6)).tolist() == expected


def test_no_pulses_no_slots() -> None:
    assert all(draw_slots(0, p, np.random.default_rng(7)).tolist() == [] for p in (0.0, 0.01, 0.5, 1.0))


def test_photon_numbers_fit_in_a_byte() -> None:
    # would catch: the brightest source that is allowed, with numbers beyond 255 cut off
    link = Link(source=WeakCoherentSource(mean_photon_number=100))
    table = pulse_table(link, None)
    assert 190 < table.photons.max() < 255
    assert table.total == pytest.approx(1, abs=1e-12)
