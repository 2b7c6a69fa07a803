"""Light sources: validation, photon numbers, click probabilities."""

from math import exp

import pytest

from qkdlab import DecoySource, SinglePhotonSource, WeakCoherentSource
from qkdlab.link import Source
from tests.refusals import expect_refusal


@pytest.mark.parametrize("mean", [-0.1, 100.5, float("nan"), float("inf"), "0.5", True, None])
def test_mean_photon_number_is_checked(mean) -> None:
    with pytest.raises(ValueError, match=r"^mean_photon_number must ") as caught:
        WeakCoherentSource(mean_photon_number=mean)
    assert str(caught.value).endswith(f"got {mean!r}")


def test_single_photons() -> None:
    source = SinglePhotonSource()
    assert source.photon_table(3).tolist() == [[0, 1, 0, 0]]
    assert source.photon_probabilities(0).tolist() == [0]
    assert source.click_probability(0.3) == 0.3
    assert source.multiphoton_probability == 0
    assert source.describe() == "single photons"


def test_photon_numbers_are_poissonian() -> None:
    # would catch: geometric (thermal) light, or a mean that is not mu
    table = WeakCoherentSource(mean_photon_number=0.5).photon_table(4)
    shares = [exp(-0.5) * 0.5**n / factorial for n, factorial in enumerate((1, 1, 2, 6, 24))]
    assert table.tolist() == [pytest.approx(shares, rel=1e-14)]


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


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"decoy": 0.5}, "decoy must be weaker than the signal, 0.5, got 0.5"),
        ({"decoy": 0.7}, "decoy must be weaker than the signal, 0.5, got 0.7"),
        ({"vacuum": 0.1}, "vacuum must be weaker than the decoy, 0.1, got 0.1"),
        ({"signal": 101}, "signal must lie between 0 and 100, got 101"),
        ({"decoy": -0.1}, "decoy must lie between 0 and 100, got -0.1"),
        ({"decoy": float("nan")}, "decoy must lie between 0 and 100, got nan"),
        ({"vacuum_probability": 0.2}, "the probabilities of the intensities must sum to 1, got 1.1"),
        ({"vacuum_probability": -0.1}, "vacuum_probability must lie between 0 and 1, got -0.1"),
        ({"decoy_probability": 0}, "decoy_probability must lie strictly between 0 and 1, got 0"),
        ({"signal_probability": 1}, "signal_probability must lie strictly between 0 and 1, got 1"),
        ({"signal_probability": True}, "signal_probability must be a number, got True"),
    ],
)
def test_decoys_are_checked(facts, message) -> None:
    with expect_refusal(message):
        DecoySource(**facts)


def test_intensities_are_sent_as_often_as_said_and_shine_as_said() -> None:
    # would catch: means of two intensities exchanged, probabilities of the wrong intensity
    source = DecoySource(signal=0.8, decoy=0.3, vacuum=0.1, vacuum_probability=0.1)
    table = source.photon_table(400)
    assert table.sum(axis=1) == pytest.approx([0.7, 0.2, 0.1], rel=1e-12)
    for row, share, mean in zip(table, (0.7, 0.2, 0.1), (0.8, 0.3, 0.1), strict=True):
        assert row[:2] == pytest.approx([share * exp(-mean), share * mean * exp(-mean)], rel=1e-12)
    assert source.photon_probabilities(400) == pytest.approx(table.sum(axis=0), rel=1e-15)


def test_one_decoy_has_no_vacuum_pulses() -> None:
    source = DecoySource(decoy_probability=0.3, vacuum_probability=0)
    assert [choice.name for choice in source.intensities] == ["signal", "decoy"]
    assert source.photon_table(9).shape == (2, 10)


def test_figures_of_a_decoy_source_are_averages() -> None:
    source = DecoySource()
    weak = [WeakCoherentSource(mean_photon_number=mean) for mean in (0.5, 0.1, 0)]
    for figure in (lambda s: s.click_probability(0.2), lambda s: s.multiphoton_probability):
        expected = sum(p * figure(one) for p, one in zip((0.7, 0.2, 0.1), weak, strict=True))
        assert figure(source) == pytest.approx(expected, rel=1e-12)
    assert source.signal_source == weak[0]
    assert source.describe() == (
        "weak coherent pulses of signal 0.5 (70 %), decoy 0.1 (20 %), vacuum 0 (10 %) photons on average"
    )


@pytest.mark.parametrize("source", [SinglePhotonSource(), WeakCoherentSource()])
def test_a_source_without_a_choice(source) -> None:
    assert source.intensities == ()
    assert source.signal_source is source
    assert source.photon_table(9).shape == (1, 10)


@pytest.mark.parametrize("source", [SinglePhotonSource(), WeakCoherentSource(), DecoySource()], ids=repr)
@pytest.mark.parametrize("efficiency", [-0.1, 10, float("nan"), True, "0.1"])
def test_an_efficiency_is_a_probability(source: Source, efficiency: object) -> None:
    # would catch: 10 for 10 %, and a negative probability of a click
    with pytest.raises(ValueError, match="^efficiency must "):
        source.click_probability(efficiency)
