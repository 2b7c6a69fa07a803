"""The live figures of networks: their curves against the networks themselves, and straight lines."""

from dataclasses import replace

import numpy as np
import pytest

from qkdlab import expected_key
from qkdlab.lab import link_end_figure, relay_chain_figure, star_figure
from qkdlab.lab.frame.live_figure import LiveFigure
from qkdlab.network import METRO_LINK, NETWORK_SESSION, Network, chain, pair_report, star
from qkdlab.theory.rates import straight_line_limit


def found(figure: LiveFigure, name: str, x: float) -> float:
    """What a curve of a figure is worth at x."""
    series = next(one for one in figure.chart.series if one["name"].startswith(name))
    return float(np.interp(x, series["x"], np.array(series["y"], dtype=float)))


def test_a_link_makes_what_a_session_is_expected_to_make_and_never_more_than_the_limit() -> None:
    figure = link_end_figure()
    figure.sliders["length_km"].value = 100
    key = expected_key(replace(NETWORK_SESSION, n_pulses=10**9, link=replace(METRO_LINK, length_km=100)))
    assert found(figure, "one session", 100) == pytest.approx(key.rate)
    assert f"make {key.key_length:,} secret bits" in figure.chart.statement
    limit = 2e9 * straight_line_limit(0.01)
    assert f"could make {limit:,.0f}" in figure.chart.statement
    session, best = figure.chart.series
    assert all(one is None or one < top for one, top in zip(session["y"], best["y"], strict=True))
    assert "these devices reach 171 km" in figure.chart.statement
    figure.sliders["dark"].value = 10  # ten times the noise: as much light more, 50 km
    assert "these devices reach 121 km" in figure.chart.statement


def test_a_chain_has_the_rate_of_the_network() -> None:
    figure = relay_chain_figure()
    figure.sliders["length_km"].value = 100
    figure.sliders["nodes"].value = 3
    assert "each of its bits uses up 6 bits" in figure.chart.statement  # 4 links, 384 for each 256
    for nodes in (0, 3):
        network = Network(chain(nodes + 2, link=replace(METRO_LINK, length_km=100 / (nodes + 1))), seed=1)
        ends = network.topology.sites[0], network.topology.sites[-1]
        report = pair_report(network, *ends)
        assert found(figure, "chain", nodes) == pytest.approx(report.bits_per_second, rel=0.03)
        assert len(report.knowing) == nodes
    assert "in sessions of 0.5 s." in figure.chart.statement
    figure.sliders["nodes"].value = 0
    assert "Nobody but the users" in figure.chart.statement
    figure.sliders["length_km"].value = 500
    assert figure.chart.statement == "500 km straight through: no key."
    figure.sliders["nodes"].value = 1  # before: "with 1 nodes between"
    assert figure.chart.statement == "500 km with one node between: links of 250 km make no key."
    (line,) = figure.chart.lines
    assert line["at"] == pytest.approx(2e8 * straight_line_limit(1e-10))


@pytest.mark.parametrize("users", [2, 5, 8])
def test_stars_have_the_rates_of_the_networks(users: int) -> None:
    figure = star_figure()
    figure.sliders["users"].value = users
    assert figure.chart.statement.startswith(f"{users} users")
    hub, switch = (
        pair_report(Network(star(users, hub=kind), seed=1), "A", "B")
        for kind in ("trusted node", "optical switch")
    )
    assert found(figure, "trusted hub, this pair", users) == pytest.approx(hub.bits_per_second, rel=0.03)
    alike = found(figure, "trusted hub, all", users)
    assert alike == pytest.approx(hub.bits_per_second / (users - 1), rel=0.03)
    assert found(figure, "optical switch", users) == pytest.approx(switch.bits_per_second, rel=0.03)
    figure.sliders["length_km"].value = 100
    assert "A switch gives no key" in figure.chart.statement
