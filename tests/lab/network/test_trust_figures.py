"""The live figures on trust: against topologies, relays of shares, and hours of a network."""

import numpy as np
import pytest

from qkdlab.lab import all_views_figure, forms_figure, shares_figure, stores_figure
from qkdlab.network import Demand, Incident, Network, key_links, knowledge, mesh, ring, simulate, star


def test_forms_are_counted_as_they_are_built() -> None:
    figure = forms_figure()
    told = figure.chart.statement
    assert "6 users are 15 pairs" in told
    assert "a mesh 15" in told
    assert "A chain takes 5 pairs" in told
    figure.sliders["users"].value = 9
    assert "a mesh 36" in figure.chart.statement
    assert len(key_links(star(9, hub="optical switch"))) == len(key_links(mesh(9))) == 36
    assert [one["y"][6] for one in figure.chart.series] == [8, 9, 9, 36]


CASES = [(1, 0, 8), (1, 1, 16), (1, 2, 16), (2, 0, 16), (2, 2, 64)]


@pytest.mark.parametrize(("ways", "read", "n_views"), CASES)
def test_all_views_are_as_many_as_there_are(ways: int, read: int, n_views: int) -> None:
    figure = all_views_figure()
    figure.sliders["ways"].value, figure.sliders["read"].value = ways, read
    (shares,) = figure.chart.series
    assert len(shares["y"]) == 2 * n_views
    assert set(shares["y"]) == ({0.5} if read < ways and (ways, read) != (1, 1) else {0.0, 1.0})
    known = set(shares["y"]) == {0.0, 1.0}
    told = figure.chart.statement
    net, who = ("A chain A–B–C–D", "Two ways")[ways - 1], ("a listener", "B", "B and C")[read]
    assert told.startswith(net)
    assert f": {who} may see {n_views} different things" in told
    assert ("the key is known to be 0" if known else "may be either") in told
    assert ("and none with key 1" in told) is known


def test_one_node_of_two_ways_learns_nothing() -> None:
    figure = all_views_figure()
    assert "the key is known" in figure.chart.statement
    figure.sliders["ways"].value = 2
    assert figure.chart.statement.startswith("Two ways, A–B–D and A–C–D: B may see 32")
    assert "may be either" in figure.chart.statement
    figure.sliders["view"].value = 33
    assert figure.sliders["view"].value == 32  # before: "not 33", of things that there are not
    assert "No. 32 is K(A–B) = 1, " in figure.chart.statement
    figure.sliders["read"].value = 0
    assert (figure.sliders["view"].max, figure.sliders["view"].value) == (16, 16)
    assert "No. 16 is " in figure.chart.statement


@pytest.mark.parametrize("threshold", [1, 2, 3, 4])
def test_shares_say_what_relays_say(threshold: int) -> None:
    net = Network(mesh(5), seed=3)
    net.run(1)
    key = net.relay("A", "B", 64, n_paths=4, threshold=threshold)
    figure = shares_figure()
    figure.sliders["threshold"].value = threshold
    known, arrives = figure.chart.series
    for read in (1, 2, 3):  # nodes on as many ways; the direct link has none
        assert (
            known["y"][2 * read]
            == known["y"][2 * read + 1]
            == (knowledge(key, list("CDE"[:read])).n_bits == 64)
        )
    assert sum(arrives["y"]) == 2 * (5 - threshold)
    assert f"Up to {threshold - 1} may be read" in figure.chart.statement
    figure.sliders["number"].value = 5
    assert figure.sliders["number"].value == 4
    assert "Who reads 4 ways knows all of it" in figure.chart.statement
    figure.sliders["number"].value = 1
    assert "Who reads one way knows" in figure.chart.statement  # before: "1 ways"


def test_the_sliders_end_at_the_ways_that_there_are() -> None:
    # before: a slider at 8 shares beside "4 of 4 shares give the key"
    figure = shares_figure()
    sliders = figure.sliders
    sliders["ways"].value = 8
    sliders["threshold"].value, sliders["number"].value = 8, 7
    assert figure.chart.statement.startswith("8 of 8 shares")
    for ways in (3, 1):
        sliders["ways"].value = ways
        assert sliders["threshold"].value == sliders["threshold"].max == ways
        assert sliders["number"].value == sliders["number"].max == ways
        assert figure.chart.statement.startswith(f"{ways} of {ways} shares")


def test_stores_are_those_of_the_hour() -> None:
    incidents = [Incident(at_seconds=60, what="listen", where=("A", "B"))]
    demand = Demand(a="A", b="C", n_bits=256, interval_seconds=0.5)
    hour = simulate(ring(4), [demand], seconds=240, seed=1, incidents=incidents, n_times=25)
    figure = stores_figure(hour, incidents)
    assert [one["name"] for one in figure.chart.series] == list(hour.links)
    np.testing.assert_allclose(figure.chart.series[0]["y"], hour.stored[:, 0] / 1e6)
    (line,) = figure.chart.lines
    assert (line["at"], line["label"]) == (1, "listen A–B")
    figure.sliders["minute"].value = 4
    assert f"{int(hour.served[-1, 0]):,} keys were served" in figure.chart.statement
    figure.sliders["minute"].value = 0
    assert "0 keys were served" in figure.chart.statement
