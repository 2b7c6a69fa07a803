"""Light sources: validation, photon numbers, click probabilities."""

from math import exp

import numpy as np
import pytest

from qkdlab import SinglePhotonSource, WeakCoherentSource
from tests.bounds import assert_distribution


@pytest.mark.parametrize("mean", [-0.1, 100.5, float("nan"), float("inf"), "0.5", True, None])
def test_mean_photon_number_is_checked(mean) -> None:
    with pytest.raises(ValueError, match=r"^mean_photon_number must ") as caught:
        WeakCoherentSource(mean_photon_number=mean)
    assert str(caught.value).endswith(f"got {mean!r}")


def test_single_photons() -> None:
    source = SinglePhotonSource()
    numbers = source.photon_numbers(5, np.random.default_rng(1))
    assert numbers.tolist() == [1] * 5
    assert numbers.dtype == np.int64
    assert source.click_probability(0.3) == 0.3
    assert source.multiphoton_probability == 0
    assert source.describe() == "single photons"


def test_photon_numbers_are_poissonian() -> None:
    # would catch: geometric (thermal) light, or a mean that is not mu
    source = WeakCoherentSource(mean_photon_number=0.5)
    numbers = source.photon_numbers(1_000_000, np.random.default_rng(2))
    shares = [exp(-0.5) * 0.5**n / factorial for n, factorial in enumerate((1, 1, 2, 6, 24))]
    counts = [np.count_nonzero(numbers == n) for n in range(5)] + [np.count_nonzero(numbers > 4)]
    assert_distribution(counts, [*shares, 1 - sum(shares)])


@pytest.mark.parametrize("mean", [0.0, 1e-6, 0.1, 0.48, 5.0, 100.0])
def test_closed_forms_of_weak_pulses(mean) -> None:
    source = WeakCoherentSource(mean_photon_number=mean)
    p_n = [exp(-mean)]
    for n in range(1, 400):
        p_n.append(p_n[-1] * mean / n)
    assert source.multiphoton_probability == pytest.approx(sum(p_n[2:]), rel=1e-9, abs=1e-15)
    for eta in (0.0, 1e-3, 0.2, 1.0):
        clicks = sum(p * (1 - (1 - eta) ** n) for n, p in enumerate(p_n))
        assert source.click_probability(eta) == pytest.approx(clicks, rel=1e-9, abs=1e-15)


def test_description_names_the_mean() -> None:
    assert "0.48 photons" in WeakCoherentSource(mean_photon_number=0.48).describe()
