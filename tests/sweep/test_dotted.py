"""Dotted names are checked against the settings, and errors name the field."""

import pytest

from qkdlab import GYS_LINK, DecoySource, InterceptResend, Link, SessionSettings, WeakCoherentSource
from qkdlab.network import Demand, ring
from qkdlab.sweep import NetworkHours, sweep
from qkdlab.sweep.points.dotted import dotted_names, replaced

SETTINGS = SessionSettings(n_pulses=1_000, link=GYS_LINK, seed=1)


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"link.lenght_km": [1]}, "got 'link.lenght_km'; close: 'link.length_km'"),
        ({"efficiency": [0.1]}, "got 'efficiency'; close: 'link.detector.efficiency'"),
        ({"link.detector.colour": [1]}, "must name fields of SessionSettings, got 'link.detector.colour'"),
        ({"link.length_km.x": [1]}, "got 'link.length_km.x'"),
        ({"link.length_km": [10, -1]}, "link.length_km: length_km must lie between 0 and 10000, got -1"),
        ({"protocol": ["BB48"]}, "protocol: protocol must be one of 'BB84'"),
        ({"eavesdropper.fraction": [0.5]}, "got 'eavesdropper.fraction' while eavesdropper is None"),
        ({"seed": [1, 2]}, "must leave the seed alone"),
        ({"link.length_km": []}, "link.length_km must have at least one value"),
        ({"link.length_km": [1, 2, 1.0]}, "link.length_km must have each value once, got 1.0 twice"),
        ({"link.length_km": 5}, "link.length_km must have a list of values, got 5"),
        ({"protocol": "BB84"}, "protocol must have a list of values, got 'BB84'"),
        ({"link": [object()]}, "must have numbers, text, None or settings as values"),
        ([{"n_pulses": 5}, {"max_qber": 0.1}], "every point must have the names n_pulses"),
        ([], "must have at least one point"),
        ("link.length_km", "must be a mapping, a list of points or a design"),
    ],
)
def test_what_cannot_be_swept_is_refused_before_anything_runs(over, words) -> None:
    with pytest.raises(ValueError, match=".") as caught:
        sweep(SETTINGS, over, what=never, progress=False)
    assert words in str(caught.value)


def never(settings):
    raise AssertionError(settings)


def test_a_value_that_is_refused_late_in_the_grid_stops_all_of_it() -> None:
    # would catch: values that are checked as they come, after hours
    grid = {"link.length_km": range(0, 100), "max_qber": [0.1, 0.11, 2.0]}
    with pytest.raises(ValueError, match=r"got 2.0"):
        sweep(SETTINGS, grid, what=never, progress=False)


def test_fields_that_belong_together_change_together() -> None:
    # would catch: one after the other, where the signal would for a moment be fainter than the decoy
    source = DecoySource(signal=0.5, decoy=0.1)
    settings = SessionSettings(n_pulses=1_000, link=Link(source=source), seed=1)
    changed = replaced(settings, {"link.source.signal": 0.08, "link.source.decoy": 0.02})
    assert (changed.link.source.signal, changed.link.source.decoy) == (0.08, 0.02)


def test_an_object_and_a_field_of_it_in_one_sweep() -> None:
    changed = replaced(SETTINGS, {"eavesdropper.fraction": 0.25, "eavesdropper": InterceptResend(basis="Z")})
    assert changed.eavesdropper == InterceptResend(fraction=0.25, basis="Z")
    source = replaced(SETTINGS, {"link.source": WeakCoherentSource(mean_photon_number=0.2)}).link.source
    assert source.mean_photon_number == 0.2


def test_every_name_that_is_offered_can_be_swept() -> None:
    # would catch: a name in "close:" that is refused in its turn
    network = NetworkHours(topology=ring(3), demands=(Demand(a="A", b="B"),), seed=1)
    for settings in (SETTINGS, network):
        names = list(dotted_names(settings))
        assert len(names) > 20
        for name in names:
            value = settings
            for part in name.split("."):
                value = value[0] if part == "*" else getattr(value, part)
            if "*." not in name:  # nodes of one name and fibres of the same ends are refused, rightly
                assert replaced(settings, {name.replace("*", "0"): value}) == settings


def test_places_of_tuples() -> None:
    network = NetworkHours(topology=ring(3), demands=(Demand(a="A", b="B"),), seed=1)
    lengths = [fibre.link.length_km for fibre in network.topology.fibres]
    every = replaced(network, {"topology.fibres.*.link.length_km": 7})
    second = replaced(network, {"topology.fibres.1.link.length_km": 7})
    assert [fibre.link.length_km for fibre in every.topology.fibres] == [7, 7, 7]
    assert [fibre.link.length_km for fibre in second.topology.fibres] == [lengths[0], 7, lengths[2]]
    with pytest.raises(ValueError, match=r"got 'topology.fibres.3'; close: 'topology.fibres.\*'"):
        replaced(network, {"topology.fibres.3.link.length_km": 7})
