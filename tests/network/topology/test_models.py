"""Models of networks: the figures that their sources give, and a key on every link."""

from collections import Counter
from itertools import pairwise

import pytest

from qkdlab import expected_key
from qkdlab.network import (
    NETWORK_SESSION,
    PRESETS,
    NodeKind,
    UnitCount,
    Units,
    islands,
    key_links,
    topology_from_json,
    topology_to_json,
)

VIENNA, TOKYO, BACKBONE, METRO, STAR = (
    PRESETS[name]
    for name in (
        "Vienna 2008 (model)",
        "Tokyo 2010 (model)",
        "Beijing–Shanghai (model)",
        "46 nodes (model)",
        "metropolitan star",
    )
)


def loss_db(fibre) -> float:
    return fibre.link.length_km * fibre.link.attenuation_db_per_km + fibre.link.insertion_loss_db


@pytest.mark.parametrize("topology", PRESETS.values(), ids=lambda topology: topology.name)
def test_every_link_gives_a_key(topology) -> None:
    for link in key_links(topology):
        key = expected_key(link.settings(NETWORK_SESSION))
        assert key.key_length > 1_000, link.name
        assert link.n_pulses <= 10**9


@pytest.mark.parametrize("topology", PRESETS.values(), ids=lambda topology: topology.name)
def test_what_all_of_them_have(topology) -> None:
    assert PRESETS[topology.name] is topology
    assert len(islands(topology)) == 1
    assert "urs" in topology.source  # says what is ours
    assert topology.placed() is topology
    assert len({(node.x, node.y) for node in topology.nodes}) == len(topology.nodes)
    assert topology_from_json(topology_to_json(topology)) == topology
    # no two links join the same pair, directly and through a switch
    pairs = Counter(frozenset((link.a, link.b)) for link in key_links(topology))
    assert max(pairs.values()) == 1


@pytest.mark.parametrize("topology", [VIENNA, TOKYO, BACKBONE, METRO], ids=lambda topology: topology.name)
def test_models_say_so(topology) -> None:
    assert topology.name.endswith("(model)")
    assert topology.source.startswith("Modelled on ")
    assert "rates are not those of the real network" in topology.source


def test_vienna() -> None:
    # IEEE Spectrum, 22 October 2008: six locations, eight links of 6 to 82 km, about 200 km
    lengths = [fibre.link.length_km for fibre in VIENNA.fibres]
    assert (len(VIENNA.nodes), len(lengths)) == (6, 8)
    assert (min(lengths), max(lengths), sum(lengths)) == (6, 82, 200)
    assert 20 <= sum(lengths) / len(lengths) <= 30  # h+ Magazine, 2 July 2009
    assert VIENNA.units == UnitCount(alice=8, bob=8)


def test_tokyo() -> None:
    # six systems over 1, 13, 24, 45, 45 and 90 km, at four places
    assert sorted(fibre.link.length_km for fibre in TOKYO.fibres) == [1, 13, 24, 45, 45, 90]
    assert {node.name.split()[0] for node in TOKYO.nodes} == {"Koganei", "Otemachi", "Hakusan", "Hongo"}
    long = [fibre for fibre in TOKYO.fibres if fibre.link.length_km >= 45]
    assert sorted(round(loss_db(fibre), 9) for fibre in long) == [14.5, 14.5, 30]
    assert loss_db(TOKYO.fibre("Otemachi 2", "Hongo")) == 6.5  # 13 km at 0.5 dB/km


def test_backbone() -> None:
    # 32 trusted nodes, 2,032 km, through Jinan and Hefei
    assert len(BACKBONE.nodes) == 32
    assert {node.kind for node in BACKBONE.nodes} == {NodeKind.TRUSTED_NODE}
    assert sum(fibre.link.length_km for fibre in BACKBONE.fibres) == pytest.approx(2032)
    names = [node.name for node in BACKBONE.nodes]
    cities = [name for name in names if not name.startswith("Relay")]
    assert cities == [names[0], "Jinan", "Hefei", names[-1]] == ["Beijing", "Jinan", "Hefei", "Shanghai"]
    assert [(fibre.a, fibre.b) for fibre in BACKBONE.fibres] == list(pairwise(names))


def test_metropolitan_network() -> None:
    # 13 users at switches (5, 2, 6), 27 at relays (12, 5, 10), three of each
    assert len(METRO.nodes) == 46
    kinds = Counter(node.name.split("-")[0] for node in METRO.nodes)
    assert kinds == {"UA": 13, "UB": 27, "OS": 3, "TR": 3}
    at = Counter((fibre.b, fibre.a[:2]) for fibre in METRO.fibres if fibre.a.startswith("U"))
    assert [at[f"OS-{k}", "UA"] for k in (1, 2, 3)] == [5, 2, 6]
    assert [at[f"TR-{k}", "UB"] for k in (1, 2, 3)] == [12, 5, 10]
    assert METRO.fibre("UA-7", "OS-2").a == "UA-7"
    assert METRO.fibre("UB-18", "TR-3").b == "TR-3"
    assert all(METRO.node(f"UA-{k}").units is Units.BOTH for k in range(1, 14))
    # a UB has a transmitter alone: it is always the Alice of its link
    assert not any(link.b.startswith("UB") for link in key_links(METRO))


def test_star() -> None:
    hubs = [node for node in STAR.nodes if node.relays]
    assert [node.name for node in hubs] == ["Hub"]
    assert {fibre.b for fibre in STAR.fibres} == {"Hub"}
    assert (min(map(loss_db, STAR.fibres)), max(map(loss_db, STAR.fibres))) == pytest.approx((2.6, 6))


def test_presets_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        PRESETS["mine"] = STAR
