"""Nodes, fibres and topologies: what is refused, units, islands, places on a map."""

import math
from dataclasses import replace

import pytest

from qkdlab.network import Fibre, Node, NodeKind, Topology, UnitCount, Units, islands
from tests.refusals import expect_refusal

A, B, C = (Node(name=name) for name in "ABC")
SWITCH = Node(name="S", kind="optical switch", insertion_loss_db=1, relock_seconds=5)


def net(*fibres, nodes=(A, B, C, SWITCH), **more) -> Topology:
    return Topology(name="test", nodes=nodes, fibres=[Fibre(a=a, b=b) for a, b in fibres], **more)


def test_kinds_and_units_may_be_given_as_text() -> None:
    node = Node(name="U", kind="end user", units="Bob")
    assert node.kind is NodeKind.END_USER
    assert node.units is Units.BOB
    assert (node.relays, node.is_switch) == (False, False)
    assert (A.relays, SWITCH.relays, SWITCH.is_switch) == (True, False, True)
    assert [(unit.sends, unit.receives) for unit in Units] == [(True, False), (False, True), (True, True)]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": " "}, "name must be 1 to 60 printable characters, got ' '"),
        ({"name": 3}, "name must be 1 to 60 printable characters, got 3"),
        ({"name": "a\nb"}, "name must be 1 to 60 printable characters, got 'a\\nb'"),
        ({"kind": "hub"}, "kind must be one of 'end user', 'trusted node', 'optical switch', got 'hub'"),
        ({"units": None}, "units must be one of 'Alice', 'Bob', 'Alice and Bob', got None"),
        ({"relock_seconds": 1}, "relock_seconds must be 0 but for an optical switch, got 1.0"),
        ({"insertion_loss_db": -1}, "insertion_loss_db must lie between 0 and 200, got -1"),
        ({"dwell_seconds": 0}, "dwell_seconds must lie between 0.001 and 1e+06, got 0"),
        ({"x": math.nan}, "x must lie between -1e+09 and 1e+09, got nan"),
    ],
)
def test_nodes_refused(fields, message) -> None:
    with expect_refusal(message):
        Node(**({"name": "N"} | fields))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"b": "A"}, "a fibre must join two nodes, got 'A' twice"),
        ({"a": 1}, "a must be a str, got 1"),
        ({"link": 25}, "link must be a Link, got 25"),
        ({"pulse_rate_hz": 0}, "pulse_rate_hz must lie between 1 and 1e+11, got 0"),
        ({"session_seconds": math.inf}, "session_seconds must lie between 0.001 and 1e+06, got inf"),
        # a session holds 10⁹ pulses at the most, and would otherwise be refused without a name, much later
        (
            {"pulse_rate_hz": 1e9, "session_seconds": 2},
            "session_seconds must be at most 1 at 1e+09 pulses a second, got 2",
        ),
    ],
)
def test_fibres_refused(fields, message) -> None:
    with expect_refusal(message):
        Fibre(**({"a": "A", "b": "B"} | fields))


def test_topologies_refused() -> None:
    with expect_refusal("fibre A–X: 'X' must be a node of the network"):
        net(("A", "X"))
    with expect_refusal("fibre B–A must be given once, got it twice"):
        net(("A", "B"), ("B", "A"))  # between two nodes there is one fibre, whichever end is first
    with expect_refusal("node 'A' must be given once, got it twice"):
        net(nodes=(A, B, replace(A, x=1)))
    with expect_refusal("fibre S–T must not join two optical switches"):
        net(("S", "T"), nodes=(SWITCH, replace(SWITCH, name="T")))
    with expect_refusal("nodes must be a Node, got 'A'"):
        net(nodes=("A",))
    with expect_refusal("name must be 1 to 60 printable characters, got ''"):
        Topology(name="", nodes=(), fibres=())
    with expect_refusal("source must be a str, got None"):
        net(source=None)
    with expect_refusal("source must be at most 5,000 printable characters, got '\\x00'"):
        net(source="\0")


def test_nodes_and_fibres_by_name() -> None:
    topology = net(("A", "B"))
    assert topology.node("B") is B
    assert topology.fibre("B", "A") is topology.fibre("A", "B") is topology.fibres[0]
    with expect_refusal("node must be one of A, B, C, S, got ['A']"):
        topology.node(["A"])
    with expect_refusal("node must be one of A, B, C, S, got 'X'"):
        topology.node("X")
    for ends in (("A", "C"), ("A", "A"), (["A"], "B")):
        with expect_refusal(f"there must be a fibre between the nodes, got {ends[0]!r} and {ends[1]!r}"):
            topology.fibre(*ends)
    assert topology.sites == ("A", "B", "C")


def test_units_of_a_switch_are_those_of_its_users() -> None:
    # a direct fibre takes one of each; a count of two units a fibre would be wrong behind a switch
    users = (replace(A, units="Alice"), replace(B, units="Bob"), C)
    assert net(("A", "S"), ("B", "S"), ("S", "C"), nodes=(*users, SWITCH)).units == UnitCount(alice=2, bob=2)
    assert net(("A", "S"), ("B", "S"), ("A", "B"), nodes=(*users, SWITCH)).units == UnitCount(alice=2, bob=2)
    assert net(("A", "B"), nodes=users).units == UnitCount(alice=1, bob=1)
    assert net(("A", "S"), ("C", "S"), nodes=(*users, SWITCH)).units == UnitCount(alice=2, bob=1)


def test_islands() -> None:
    # a switch joins; the direction of a fibre and the order of fibres do not matter
    assert islands(net(("C", "S"), ("S", "A"))) == (("A", "C", "S"), ("B",))
    assert islands(net(("S", "A"), ("B", "C"))) == (("A", "S"), ("B", "C"))
    assert islands(net(("A", "B"), ("B", "C"), ("C", "S"))) == (("A", "B", "C", "S"),)
    assert islands(net(nodes=())) == ()


def test_placed() -> None:
    bare = net(("A", "B"), ("B", "C"), ("C", "S"))
    assert bare.placed() == bare.placed()  # a layout with a seed of its own, not the global one
    spots = {(node.x, node.y) for node in bare.placed().nodes}
    assert len(spots) == 4
    assert all(math.isfinite(value) for spot in spots for value in spot)
    assert bare.placed().fibres == bare.fibres
    assert bare.placed().placed() == bare.placed()


def test_placed_leaves_nodes_where_they_are() -> None:
    # a layout of everything anew would move the nodes that have a place
    nodes = (replace(A, x=100, y=50), replace(B, x=300, y=80), C, replace(SWITCH, x=7))
    placed = net(("A", "B"), ("B", "C"), ("A", "C"), ("C", "S"), nodes=nodes).placed()
    assert placed.nodes[:2] == nodes[:2]
    assert 50 < placed.node("C").x < 350  # among its neighbours, not in a corner one unit wide
    assert placed.node("S").y is not None


def test_a_key_rate_through_a_switch_means_nothing() -> None:
    # would catch: a rate taken for that of a pair, of whose way the fibre is half
    rule = "must not have a stated key rate, as no keys are made at the optical switch 'S', got 1,000 bit/s"
    for a, b in ("AS", "SA"):
        with expect_refusal(f"fibre {a}–{b} {rule}"):
            Topology(name="s", nodes=(A, SWITCH), fibres=(Fibre(a=a, b=b, key_rate_bits_per_s=1000),))
    Topology(name="s", nodes=(A, SWITCH), fibres=(Fibre(a="A", b="S", loss_db=3),))
