"""The usual forms: nodes, fibres, and the units that each of them takes."""

import pytest

from qkdlab import Link
from qkdlab.network import NodeKind, UnitCount, chain, islands, key_links, mesh, point_to_point, ring, star
from qkdlab.network.topology.builders import node_names
from tests.refusals import expect_refusal

SIZES = (2, 3, 4, 7, 30)


def units(topology) -> tuple[int, int]:
    return topology.units.alice, topology.units.bob


@pytest.mark.parametrize("n", SIZES)
def test_units(n) -> None:
    # one Alice and one Bob a fibre; counting a pair for every two nodes would fit the mesh alone
    assert units(chain(n)) == (n - 1, n - 1)
    assert units(star(n)) == (n, n)
    assert units(star(n, hub="optical switch")) == (n, n)
    assert units(mesh(n)) == (n * (n - 1) // 2, n * (n - 1) // 2)
    if n > 2:
        assert units(ring(n)) == (n, n)
    assert point_to_point().units == UnitCount(alice=1, bob=1)


@pytest.mark.parametrize("n", SIZES)
def test_who_makes_keys_with_whom(n) -> None:
    # behind a switch every two users do, with n pairs of units; with a trusted hub only each with the hub
    pairs = n * (n - 1) // 2
    built = [chain(n), star(n), star(n, hub="optical switch"), mesh(n)]
    assert [len(key_links(topology)) for topology in built] == [n - 1, n, pairs, pairs]
    assert all(len(islands(topology)) == 1 for topology in built)


def test_who_passes_keys_on() -> None:
    kinds = [node.kind for node in chain(4).nodes]
    end, trusted = NodeKind.END_USER, NodeKind.TRUSTED_NODE
    assert kinds == [end, trusted, trusted, end]
    assert [node.kind for node in star(2).nodes] == [trusted, end, end]
    assert {node.kind for node in (*ring(5).nodes, *mesh(3).nodes)} == {trusted}
    switch = star(2, hub="optical switch", insertion_loss_db=2.5, relock_seconds=9).node("Switch")
    assert (switch.insertion_loss_db, switch.relock_seconds, switch.relays) == (2.5, 9, False)


def test_a_ring_closes() -> None:
    topology = ring(5)
    assert [fibre.name for fibre in topology.fibres] == ["A–B", "B–C", "C–D", "D–E", "E–A"]
    assert all(degree == 2 for _, degree in topology.graph.degree)


def test_links_are_those_that_were_asked_for() -> None:
    link = Link(length_km=3)
    for topology in (chain(3, link=link, pulse_rate_hz=1e6), star(3, link=link, pulse_rate_hz=1e6)):
        assert {(fibre.link, fibre.pulse_rate_hz) for fibre in topology.fibres} == {(link, 1e6)}


def test_all_nodes_have_places_of_their_own() -> None:
    for topology in (chain(5), ring(6), star(6), star(6, hub="optical switch"), mesh(6)):
        assert len({(node.x, node.y) for node in topology.nodes}) == len(topology.nodes)
        assert topology.placed() is topology


def test_names() -> None:
    assert node_names(26)[-1] == "Z"
    assert node_names(27)[::26] == ("N1", "N27")


def test_refused() -> None:
    with expect_refusal("n must be at least 2 and at most 10000, got 1"):
        chain(1)
    with expect_refusal("n must be at least 3 and at most 10000, got 2"):
        ring(2)
    with expect_refusal("n must be at least 2 and at most 200, got 201"):
        mesh(201)
    with expect_refusal("n must be a whole number, got 3.0"):
        star(3.0)
    with pytest.raises(ValueError, match=r"^hub must be one of .*, got 'end user'$"):
        star(3, hub="end user")


def test_all_links_may_state_the_same() -> None:
    for build in (chain, ring, star, mesh):
        topology = build(3, key_rate_bits_per_s=1000, session_seconds=60)
        assert {(one.key_rate_bits_per_s, one.session_seconds) for one in topology.fibres} == {(1000, 60)}
    assert point_to_point(loss_db=12).fibres[0].link.insertion_loss_db == 12
    assert {one.loss_db for one in star(3, hub="optical switch", loss_db=4).fibres} == {4}
    with expect_refusal(
        "fibre A–Switch must not have a stated key rate, as no keys are made at the optical switch 'Switch', "
        "got 1,000 bit/s"
    ):
        star(3, hub="optical switch", key_rate_bits_per_s=1000)
