"""A link at work: what its sessions make goes to one pool each, and a stated rate is taken as it is."""

from dataclasses import replace

import numpy as np
import pytest

from qkdlab import SecretKey
from qkdlab.network import Fibre, LinkState, Network, Node, Topology
from qkdlab.network.operation import live_link
from qkdlab.network.operation.pools import Use
from tests.network.classroom import CLASSROOM, EVE, RING, network_of
from tests.refusals import expect_refusal


def network(topology: Topology = RING, *, keys: str = "sessions", seconds: float = 3.5) -> Network:
    made = Network(topology, seed=1, session=CLASSROOM, keys=keys)
    made.run(seconds)
    return made


def streams(link, side: int) -> list[np.ndarray]:
    """All bits in the pools of a link's two directions, the copies of one end."""
    return [np.concatenate([block[side] for block in pool.supply._blocks]) for pool in link.pools.values()]


def stated(rate: float = 1_000.0, **fields) -> Topology:
    """A triangle whose fibre A–B has a stated rate, and the others sessions of a second."""
    topology = network_of("AB", "BC", "CA")
    fibre = Fibre(a="A", b="B", key_rate_bits_per_s=rate, **fields)
    return replace(topology, fibres=(fibre, *topology.fibres[1:]))


# ---- keys out of sessions --------------------------------------------------------------------------------


def test_every_bit_of_a_session_goes_to_one_pool_and_each_end_keeps_its_own_copy(monkeypatch) -> None:
    # would catch: both directions fed with the same half, of which a pad in one would be a pad in the other;
    # bits that get lost between the halves; Alice's key in Bob's pools, where an error left in would not show
    results = []

    def run(settings, *, seed):
        found = run_session(settings, seed=seed)
        other = SecretKey(1 - found.key.bits)  # as if correction had left every bit wrong
        results.append(replace(found, distillation=replace(found.distillation, bob_key=other)))
        return results[-1]

    run_session = live_link.run_session
    monkeypatch.setattr(live_link, "run_session", run)
    made = network(network_of("AB"))
    link = made.link("A", "B")
    assert len(results) == link.n_sessions == 3
    assert any(len(result.key) % 2 for result in results)  # an odd bit is not lost
    keys = np.concatenate([result.key.bits for result in results])
    for side, expected in ((1, keys), (2, 1 - keys)):
        forth, back = streams(link, side)
        rest = expected
        for result in results:
            half = -(-len(result.key) // 2)
            assert rest[:half].tolist() == forth[:half].tolist()
            assert rest[half : len(result.key)].tolist() == back[: len(result.key) - half].tolist()
            rest = rest[len(result.key) :]
            forth, back = forth[half:], back[len(result.key) - half :]
        assert len(forth) == len(back) == len(rest) == 0


def test_two_directions_have_nothing_in_common() -> None:
    # would catch: the two-time pad of one half for both; equal bits are half of all, 5 sigma
    for link in network().links.values():
        forth, back = streams(link, 1)
        n = min(len(forth), len(back))
        assert abs((forth[:n] == back[:n]).sum() - n / 2) < 5 * np.sqrt(n) / 2


def test_no_two_sessions_give_the_same_key() -> None:
    # would catch: one seed for all sessions of a link, or for all links: pads used again and again
    blocks = [
        block[1][:200].tobytes()
        for link in network().links.values()
        for pool in link.pools.values()
        for block in pool.supply._blocks
    ]
    assert len(blocks) == len(set(blocks)) == 5 * 2 * 3


def test_no_two_channels_share_the_secret_point_of_their_tags() -> None:
    # would catch: a point that is the same for all, or no secret: under pads of zeros a tag is the hash alone
    made = network(seconds=0.0)
    tags = []
    for link in made.links.values():
        for ends in link.pools:
            sender, receiver = link.authenticators(*ends)
            for half in (sender, receiver):
                half.add(SecretKey(np.zeros(256, dtype=np.uint8)))
            tag = sender.tag(b"the same message for all")
            assert receiver.check(b"the same message for all", tag)
            assert link.authenticators(*ends) == (sender, receiver)  # it goes on from relay to relay
            tags.append(tag)
    assert len(tags) == len(set(tags)) == 10


def test_measured_links_hand_out_bits_of_their_own() -> None:
    # would catch: bits that follow from their positions alone, the same in every pool
    made = network(keys="measured")
    given = [
        pool.consume(pool.reserve(128, made.now), Use.SERVED)
        for link in made.links.values()
        for pool in link.pools.values()
        for _ in range(2)
    ]
    assert all((a == b).all() for a, b in given)
    assert len({a.tobytes() for a, _ in given}) == len(given) == 20


def test_aborted_sessions_are_counted() -> None:
    made = network(network_of("AB"))
    made.listen("A", "B", EVE)
    made.run(4.0)
    link = made.link("A", "B")
    assert (link.n_sessions, link.n_aborted) == (7, 4)


# ---- a stated rate ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("keys", ["sessions", "measured"])
@pytest.mark.parametrize("rate", [1_000.0, 0.3, 12_345.678])
def test_keys_come_at_the_rate_that_is_stated_and_no_session_is_run(keys, rate) -> None:
    # would catch: a rate for each direction, bits that are rounded up, a rate out of a session of METRO_LINK
    topology = stated(rate)
    made = network(replace(topology, fibres=topology.fibres[:1]), keys=keys, seconds=1_000.5)
    link = made.link("A", "B")
    assert link.is_stated
    assert link.bits_per_second == rate
    assert (link.n_sessions, link.reason, link.state) == (0, None, LinkState.WORKING)
    halves = [pool.counts(made.now).generated for pool in link.pools.values()]
    assert halves == [int(1_000 * rate / 2)] * 2


def test_keys_of_a_stated_rate_come_as_often_as_is_stated() -> None:
    made = network(stated(10.0, session_seconds=60.0), seconds=59.0)
    assert made.link("A", "B").counts.generated == 0
    made.run(1.0)
    assert made.link("A", "B").counts.generated == 600


def test_eve_on_a_stated_link_gets_it_no_more_keys() -> None:
    # would catch: keys that go on as if nobody were there; what she does is not simulated, whoever she is
    made = network(stated(session_seconds=2.0), seconds=20.0)
    link = made.link("A", "B")
    made.listen("A", "B", EVE)
    before = link.counts.generated
    made.run(1.9)
    assert link.state is LinkState.WORKING  # nobody knows of her yet
    made.run(0.1)
    assert (link.state, link.reason, link.bits_per_second) == (LinkState.PRESUMED, None, 0.0)
    made.run(20.0)
    assert link.counts.generated == before == 20_000
    assert made.request("A", "B", 256) == (("A", "C", "B"),)
    made.leave("A", "B")
    made.run(2.0)
    assert link.state is LinkState.WORKING
    assert link.counts.generated == before + 2_000
    made.cut("A", "B")
    made.run(10.0)
    assert (link.state, link.counts.generated) == (LinkState.CUT, before + 2_000)


def test_what_stands_in_the_way_is_named() -> None:
    made = Network(
        Topology(
            name="one",
            nodes=(Node(name="A"), Node(name="B")),
            fibres=(Fibre(a="A", b="B", key_rate_bits_per_s=10),),
        ),
        seed=1,
    )
    made.listen("A", "B")
    made.run(5)
    with pytest.raises(Exception, match=r"no route from A to B \(A–B: taken to abort\)"):
        made.request("A", "B", 256)


def test_keys_of_a_stated_link_are_relayed_as_any() -> None:
    made = network(stated(), seconds=20.0)
    for way in ({}, {"n_paths": 2}):
        relayed = made.relay("A", "B", 256, **way)
        assert relayed.source_key == relayed.target_key
        assert 80 < relayed.source_key.bits.sum() < 176  # 5 sigma of 256 fair bits is 40


def test_a_stated_link_has_no_settings_of_a_session() -> None:
    link = network(stated()).link("A", "B")
    with expect_refusal("link A–B must have no stated key rate to be simulated, got 1,000 bit/s"):
        _ = link.settings
