"""A network at work: what happens to links, and which way keys then go."""

import pytest

from qkdlab import IDEAL_LINK, Detector, Link
from qkdlab.errors import KeyExhausted, NoRoute
from qkdlab.network import KeyPlan, LinkState, Network, Node, Topology, star
from qkdlab.network.operation.pools import Use
from tests.network.classroom import CLASSROOM, EVE, RING, fibre, network_of


def network(topology: Topology = RING, **options) -> Network:
    made = Network(topology, seed=1, session=CLASSROOM, **options)
    made.run(3.5)
    return made


@pytest.mark.parametrize("keys", ["sessions", "measured"])
def test_sessions_fill_both_directions(keys) -> None:
    made = network(keys=keys)
    link = made.link("B", "A")
    forth, back = (pool.counts(made.now) for pool in link.pools.values())
    assert forth.generated == pytest.approx(back.generated, abs=3)
    assert forth.generated + back.generated == pytest.approx(3 * link.bits_per_second, rel=0.05)
    assert link.n_sessions == (3 if keys == "sessions" else 0)


def test_both_sources_of_keys_agree() -> None:
    # would catch: a session's key counted twice or for one direction alone, a period too long or too short
    topology = network_of("AB", "BC", rates={"BC": 7_000.0})
    both = []
    for keys in ("sessions", "measured"):
        made = Network(topology, seed=3, session=CLASSROOM, keys=keys, n_measured=30, capacity_bits=10**9)
        made.run(30.5)
        both.append([link.counts.generated for link in made.links.values()])
    assert both[0] == pytest.approx(both[1], rel=0.02)


def test_eve_makes_sessions_abort_and_keys_go_another_way() -> None:
    for keys in ("sessions", "measured"):
        made = network(keys=keys)
        assert made.request("A", "C", 256) == (("A", "B", "C"),)
        made.listen("A", "B", EVE)
        before = made.link("A", "B").counts.generated
        assert made.request("A", "C", 256) == (("A", "B", "C"),)  # nobody knows of her yet
        made.run(1.0)  # her first session ends
        link = made.link("A", "B")
        assert (link.state, str(link.reason)) == (LinkState.ABORTING, "QBER too high")
        assert made.request("A", "C", 256) == (("A", "E", "D", "C"),)
        made.run(5.0)
        assert link.counts.generated == before
        made.leave("A", "B")
        assert made.request("A", "C", 256) == (("A", "E", "D", "C"),)
        made.run(1.0)
        assert link.state is LinkState.WORKING
        assert made.request("A", "C", 256) == (("A", "B", "C"),)


def test_an_eve_who_takes_little_is_tolerated_and_costs_key() -> None:
    made = network()
    rate = made.link("A", "B").bits_per_second
    made.listen("A", "B", type(EVE)(fraction=0.1))
    made.run(5.0)
    assert made.link("A", "B").state is LinkState.WORKING
    assert 0 < made.link("A", "B").bits_per_second < 0.9 * rate


def test_a_cut_link_is_used_only_where_there_is_no_other_way_until_it_is_dry() -> None:
    chain = network(network_of("AB", "BC"))
    chain.cut("B", "C")
    stored = chain.link("B", "C").pools["B", "C"].available(chain.now)
    n_keys = stored // (256 + 128)
    for _ in range(n_keys):
        assert chain.request("A", "C", 256) == (("A", "B", "C"),)
    with pytest.raises(NoRoute, match=r"no route from A to C \(B–C: cut\)"):
        chain.request("A", "C", 256)
    assert chain.link("B", "C").bits_per_second == 0


def test_a_pool_that_is_short_is_named_and_left_as_it_is() -> None:
    chain = network(network_of("AB", "BC", rates={"BC": 2_000.0}))
    there = chain.link("B", "C").pools["B", "C"].available(chain.now)
    with pytest.raises(KeyExhausted, match=rf"A to C: B→C has {there:,} bits, 5,128 are needed"):
        chain.request("A", "C", 5_000)
    assert chain.link("B", "C").pools["B", "C"].available(chain.now) == there
    assert chain.counts.relayed == chain.counts.served == 0


def test_a_short_pool_is_gone_around() -> None:
    made = network()
    pool = made.link("A", "B").pools["A", "B"]
    while pool.available(made.now) >= 384:
        assert made.request("A", "C", 256) == (("A", "B", "C"),)
    assert made.request("A", "C", 256) == (("A", "E", "D", "C"),)
    assert made.request("C", "A", 256) == (("C", "B", "A"),)  # the other direction has a pool of its own


def test_users_pass_nothing_on() -> None:
    made = network(network_of("AB", "BC", users="B"))
    with pytest.raises(NoRoute, match="no route from A to C"):
        made.request("A", "C", 256)


def test_a_lost_node_takes_its_links_with_it() -> None:
    made = network()
    made.lose("B")
    assert made.request("A", "C", 256) == (("A", "E", "D", "C"),)
    with pytest.raises(NoRoute, match=r"no route from A to B \(B: off\)"):
        made.request("A", "B", 256)
    made.restore("B")
    assert made.request("A", "B", 256) == (("A", "B"),)


def test_a_direct_key_costs_its_bits_a_relayed_one_a_tag_more_on_each_link() -> None:
    made = network()
    made.request("A", "B", 300)
    made.request("C", "E", 300)
    counts = made.counts
    assert (counts.served, counts.relayed) == (300, 2 * (300 + 128))
    made.request("A", "C", 300, n_paths=2)
    assert made.counts.relayed == 2 * 428 + 5 * 428


@pytest.mark.parametrize(("there", "enough"), [(384, True), (383, False), (256, False)])
def test_a_pool_that_has_a_key_but_no_tag_is_short(there, enough) -> None:
    # would catch: pools that are overdrawn by the tags of relayed keys
    made = network(network_of("AB", "BC"))
    pool = made.link("B", "C").pools["B", "C"]
    pool.spend(pool.available(made.now) - there, Use.SERVED)
    if enough:
        made.request("A", "C", 256)
        assert pool.available(made.now) == 0
    else:
        with pytest.raises(KeyExhausted, match=f"B→C has {there} bits, 384 are needed"):
            made.request("A", "C", 256)
        assert pool.available(made.now) == there


def test_a_share_over_a_link_of_the_users_own_is_paid_for_as_any() -> None:
    # would catch: a share that is taken for the link's own key, which needs no tag
    counted, relayed = network(), network()
    assert counted.request("A", "B", 256, n_paths=2) == (("A", "B"), ("A", "E", "D", "C", "B"))
    relayed.relay("A", "B", 256, n_paths=2)
    for made in (counted, relayed):
        assert (made.counts.served, made.counts.relayed) == (0, 5 * (256 + 128))


def test_widest_and_fullest() -> None:
    rates = {"AB": 4_000.0, "BC": 4_000.0}
    wide = network(network_of("AB", "BC", "CD", "DE", "EA", rates=rates), routing="widest")
    assert wide.request("A", "C", 256) == (("A", "E", "D", "C"),)
    full = network(network_of("AB", "BC", "CD", "DA"), routing="fullest")
    ways = [full.request("A", "C", 256)[0] for _ in range(8)]
    assert len(set(ways[:2])) == len(set(ways[2:4])) == 2  # the fuller one, in turns


def test_a_switch_joins_pairs_in_turns_and_fails_with_all_of_them() -> None:
    topology = star(4, hub="optical switch", link=Link(detector=Detector(efficiency=1.0)), pulse_rate_hz=1e4)
    made = Network(topology, seed=1, session=CLASSROOM)
    assert len(made.links) == 6
    made.cut("A", "Switch")
    assert [keys.name for keys in made.links.values() if keys.state is LinkState.CUT] == ["A–B", "A–C", "A–D"]
    made.lose("Switch")
    with pytest.raises(NoRoute, match="Switch: off"):
        made.request("B", "C", 8)


def test_eve_on_either_fibre_of_a_switched_way_is_noticed() -> None:
    # would catch: only the first fibre of a way through a switch looked at
    for end in "AB":
        made = network(star(2, hub="optical switch", link=IDEAL_LINK, pulse_rate_hz=10_000.0))
        made.listen(end, "Switch", EVE)
        made.run(2 * made.link("A", "B").link.period_seconds)
        assert made.link("A", "B").state is LinkState.ABORTING


def test_a_relayed_rate_is_no_more_than_the_slowest_link() -> None:
    chain = network(network_of("AB", "BC", "CD", rates={"BC": 4_000.0}), capacity_bits=10**9)
    chain.run(200)
    n_keys = 0
    try:
        while True:
            ends = ("A", "D") if n_keys % 2 == 0 else ("D", "A")
            chain.request(*ends, 256)
            n_keys += 1
    except KeyExhausted:
        pass
    slowest = chain.link("B", "C").bits_per_second
    assert n_keys * (256 + 128) == pytest.approx(203 * slowest, rel=0.01)


def test_refusals() -> None:
    made = network()
    for ends, message in (
        (("A", "C"), "there must be a fibre between the nodes, got 'A' and 'C'"),
        (("A", "Z"), "there must be a fibre between the nodes, got 'A' and 'Z'"),
    ):
        with pytest.raises(ValueError, match=message):
            made.cut(*ends)
    with pytest.raises(ValueError, match="nodes must make keys with each other, got 'A' and 'C'"):
        made.link("A", "C")
    with pytest.raises(ValueError, match="got 'Z'"):
        made.request("A", "Z", 256)
    with pytest.raises(ValueError, match="a key must be for two nodes, got 'A' twice"):
        made.request("A", "A", 256)
    with pytest.raises(ValueError, match="n_bits must be at least 1, got 0"):
        made.request("A", "B", 0)
    with pytest.raises(
        ValueError, match="routing must be one of 'shortest', 'widest', 'fullest', got 'best'"
    ):
        network(routing="best")
    with pytest.raises(ValueError, match="keys must be one of 'sessions', 'measured', got 'drawn'"):
        KeyPlan(session=CLASSROOM, keys="drawn")
    with pytest.raises(ValueError, match="seconds must be finite and at least 0, got -1"):
        made.run(-1)
    alone = Network(Topology(name="x", nodes=(Node(name="A"), Node(name="B")), fibres=()), seed=1)
    with pytest.raises(NoRoute, match="no route from A to B"):
        alone.request("A", "B", 8)


def test_the_same_seed_gives_the_same_network() -> None:
    first, second = (network(keys="sessions") for _ in range(2))
    assert first.counts == second.counts
    assert fibre("A", "B") == fibre("A", "B")


@pytest.mark.parametrize("keys", ["sessions", "measured"])
def test_what_happens_at_one_moment_happens_once(keys) -> None:
    # a process that began its sessions late took the number of the next one, and was never stopped
    for acts, state, n_sessions in (
        (["cut"], LinkState.CUT, 0),
        (["listen", "cut"], LinkState.CUT, 0),
        (["listen", "leave"], LinkState.WORKING, 3),
        (["cut", "repair", "cut", "repair"], LinkState.WORKING, 3),
        (["listen", "leave", "listen"], LinkState.ABORTING, 3),
    ):
        made = Network(RING, seed=1, session=CLASSROOM, keys=keys)
        for act in acts:
            getattr(made, act)("A", "B")
        made.run(3.5)
        link, other = made.link("A", "B"), made.link("B", "C")
        assert link.state is state
        if keys == "sessions":
            assert (link.n_sessions, other.n_sessions) == (n_sessions, 3)
        expected = other.counts.generated if state is LinkState.WORKING else 0
        assert link.counts.generated == pytest.approx(expected, rel=0.2)


def test_a_node_that_is_off_makes_no_keys() -> None:
    made = network()
    before = made.link("A", "B").counts.generated
    made.lose("B")
    made.run(10)
    assert made.link("A", "B").counts.generated == before
    assert (made.link("A", "B").state, made.link("A", "B").bits_per_second) == (LinkState.OFF, 0)
    made.restore("B")
    made.run(1.0)
    assert made.link("A", "B").state is LinkState.WORKING
    assert made.link("A", "B").counts.generated > before


def test_nobody_knows_of_eve_before_a_session_has_ended() -> None:
    made = network(routing="widest")
    rate = made.link("A", "B").bits_per_second
    made.listen("A", "B", type(EVE)(fraction=0.1))
    assert made.link("A", "B").bits_per_second == rate
    assert made.request("A", "B", 8) == (("A", "B"),)
    made.run(1.0)
    assert made.link("A", "B").bits_per_second < 0.9 * rate
    assert made.request("A", "B", 8) == (("A", "E", "D", "C", "B"),)  # the wider way, now that it is known


def test_both_users_go_the_same_way_whoever_asks_first() -> None:
    square = network_of("AB", "DC", "CB", "AD")
    ways = []
    for first in (("A", "C"), ("C", "A")):
        made = network(square)
        made.request(*first, 8)
        ways.append((made.request("A", "C", 8)[0], made.request("C", "A", 8)[0][::-1]))
    assert ways[0] == ways[1]
    assert ways[0][0] == ways[0][1]


def test_a_vain_search_for_a_long_key_does_not_stop_a_short_one() -> None:
    made = network()
    pool = made.link("A", "B").pools["A", "B"]
    pool.spend(pool.available(made.now) - 10, Use.SERVED)
    with pytest.raises(KeyExhausted):
        made.request("A", "C", 10**7)
    assert made.request("A", "C", 256) == (("A", "E", "D", "C"),)


def test_shares_use_what_is_stored_on_a_cut_link_too() -> None:
    made = network()
    made.cut("A", "B")
    assert len(made.request("A", "C", 256, n_paths=2)) == 2
    pool = made.link("A", "B").pools["A", "B"]
    pool.spend(pool.available(made.now) - 10, Use.SERVED)
    made.run(1.0)
    with pytest.raises(NoRoute, match=r"no 2 disjoint routes from A to C \(A–B: cut\)"):
        made.request("A", "C", 256, n_paths=2)
