"""Ways on which there are keys enough: what a way costs, in which direction, and over whom."""

import networkx as nx
import pytest

from qkdlab.network.routing.stocked_paths import stocked_disjoint_paths, stocked_path


def ring(**levels: int) -> tuple[nx.Graph, dict[str, int]]:
    """A ring A–B–C–D of trusted nodes; AB=300 are bits from A to B, and all that is not given is plenty."""
    graph = nx.cycle_graph(["A", "B", "C", "D"])
    nx.set_node_attributes(graph, True, "relays")
    return graph, levels


def level_of(levels: dict[str, int]):
    return lambda a, b: levels.get(a + b, 10**6)


@pytest.mark.parametrize(
    ("levels", "path"),
    [
        ({}, "ABC"),
        ({"AB": 384, "BC": 384}, "ABC"),
        ({"AB": 383}, "ADC"),  # a pad of 256 bits and a tag of 128 do not go into it
        ({"BC": 383}, "ADC"),
        ({"BA": 0, "CB": 0}, "ABC"),  # what goes the other way does not count
        ({"AB": 383, "DC": 383}, None),
    ],
)
def test_a_relayed_key_takes_a_tag_of_every_link(levels, path) -> None:
    # would catch: a way on which the pools would be overdrawn by the tags
    graph, levels = ring(**levels)
    found = stocked_path(graph, "A", "C", 256, level_of(levels))
    assert found == (tuple(path) if path else None)


@pytest.mark.parametrize(("there", "path"), [(256, "AB"), (255, "ADCB")])
def test_a_links_own_key_takes_no_tag(there, path) -> None:
    graph, levels = ring(AB=there)
    assert stocked_path(graph, "A", "B", 256, level_of(levels)) == tuple(path)


def test_users_pass_nothing_on() -> None:
    graph, levels = ring()
    graph.nodes["B"]["relays"] = False
    assert stocked_path(graph, "A", "C", 256, level_of(levels)) == ("A", "D", "C")
    graph.nodes["D"]["relays"] = False
    assert stocked_path(graph, "A", "C", 256, level_of(levels)) is None


@pytest.mark.parametrize(
    ("levels", "n_paths"), [({}, 2), ({"AB": 384}, 2), ({"AB": 383}, 0), ({"CD": 383}, 0)]
)
def test_shares_take_a_tag_of_every_link_in_either_direction(levels, n_paths) -> None:
    graph, levels = ring(**levels)
    found = stocked_disjoint_paths(graph, "A", "C", 256, level_of(levels), 2)
    assert len(found or ()) == n_paths
