"""Keys from end to end, of real bits out of real pools, and what nodes know of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qkdlab import SecretKey
from qkdlab.distillation.authentication.tags import Authenticator
from qkdlab.errors import KeyExhausted, NoRoute
from qkdlab.network import Network, knowledge, star
from qkdlab.network.operation.end_to_end import relay_key
from qkdlab.network.operation.pools import NO_COUNTS, Use
from tests.network.classroom import CLASSROOM, EVE, RING, network_of


def network(topology=RING, **options) -> Network:
    made = Network(topology, seed=1, session=CLASSROOM, **{"keys": "sessions"} | options)
    made.run(3.5)
    return made


@pytest.mark.parametrize("keys", ["sessions", "measured"])
@pytest.mark.parametrize("ends", [("A", "C"), ("C", "A")])
@pytest.mark.parametrize("way", [{}, {"method": "parities"}, {"n_paths": 2}, {"n_paths": 2, "threshold": 1}])
def test_both_ends_have_the_same_key(keys, ends, way) -> None:
    made = network(keys=keys)
    relayed = made.relay(*ends, 256, **way)
    assert relayed.source_key == relayed.target_key
    assert (relayed.source, relayed.target, len(relayed)) == (*ends, 256)
    assert 80 < relayed.source_key.bits.sum() < 176  # 5 sigma of 256 fair bits is 40


def test_bits_come_from_the_sessions_of_each_direction_and_from_nowhere_else() -> None:
    # would catch: keys of one direction used for the other, bits out of order, a copy of the wrong end
    made = network()
    link = made.link("A", "B")
    copies = {
        ends: [np.concatenate([block[side] for block in pool.supply._blocks]) for side in (1, 2)]
        for ends, pool in link.pools.items()
    }
    forth = made.relay("A", "B", 100), made.relay("A", "B", 100)
    back = made.relay("B", "A", 100)
    stream = copies["A", "B"][0]
    assert forth[0].source_key.bits.tolist() == stream[:100].tolist()
    assert forth[1].source_key.bits.tolist() == stream[100:200].tolist()
    assert back.source_key.bits.tolist() == copies["B", "A"][1][:100].tolist()


def test_a_relay_costs_what_a_request_does() -> None:
    for n_paths in (1, 2):
        counted, relayed = network(), network()
        counted.request("A", "C", 256, n_paths=n_paths)
        relayed.relay("A", "C", 256, n_paths=n_paths)
        assert counted.counts == relayed.counts
    announced = network()
    announced.relay("A", "C", 256, method="parities")
    assert announced.counts.relayed == 256 + 256 + 128  # the first link carries no message


def test_a_short_pool_costs_nothing() -> None:
    made = network(network_of("AB", "BC", rates={"BC": 1_000.0}))
    before = made.counts
    with pytest.raises(KeyExhausted, match="A to C: B→C has .* bits, 2,128 are needed"):
        made.relay("A", "C", 2_000)
    assert made.counts == before


def test_what_was_reserved_is_released_if_another_pool_is_short_after_all() -> None:
    made = network(network_of("AB", "BC"))
    routes = made.router.routes("A", "C", made.now)
    short = made.link("B", "C").pools["B", "C"]
    short.spend(short.available(made.now) - 300, Use.SERVED)
    with pytest.raises(KeyExhausted, match="128 bits are needed, 44 are there"):
        relay_key(
            routes,
            made.links,
            256,
            now=made.now,
            method="one-time pad",
            threshold=None,
            rng=np.random.default_rng(1),
        )
    assert made.counts.relayed == 0
    assert made.link("A", "B").counts.wasted == 256 + 128
    assert made.link("B", "C").counts.wasted == 256


class Watched(Authenticator):
    """Notes the bits that it gets for its tags, and whether it makes tags or checks them."""

    def __init__(self, point: SecretKey) -> None:
        super().__init__(point)
        self.pads: list[list[int]] = []
        self.checked = 0

    def add(self, key: SecretKey) -> None:
        self.pads.append(key.bits.tolist())
        super().add(key)

    def check(self, message: bytes, tag: bytes) -> bool:
        self.checked += 1
        return super().check(message, tag)


@pytest.mark.parametrize(("source", "target"), [("A", "C"), ("C", "A")])
def test_every_tag_is_paid_for_with_bits_of_its_own_link(source, target) -> None:
    # would catch: tags under pads of zeros, or all under the first one; pads out of the key itself, of the
    # other direction or of another link; the sender's half of the channel in the receiver's hands
    made = network()
    halves, bits = {}, {}
    for hop in ((source, "B"), ("B", target)):
        link = made.link(*hop)
        point = SecretKey(np.random.default_rng(len(halves)).integers(0, 2, 128, dtype=np.uint8))
        halves[hop] = link._authenticators[hop] = Watched(point), Watched(point)
        bits[hop] = np.concatenate([block[1] for block in link.pools[hop].supply._blocks]).tolist()
    for _ in range(3):
        made.relay(source, target, 200)
    for hop, (sender, receiver) in halves.items():
        expected = [bits[hop][start + 200 : start + 328] for start in (0, 328, 656)]
        assert sender.pads == receiver.pads == expected
        assert (sender.checked, receiver.checked) == (0, 3)
        assert sender.bits_left == receiver.bits_left == 0


def test_copies_that_differ_are_not_made_equal() -> None:
    # would catch: one end's copy taken for both, with which an error left in the key would not show
    made = network()
    for ends in (("A", "B"), ("B", "C")):
        for block in made.link(*ends).pools[ends].supply._blocks:
            block[2][:256] ^= 1
    for first in (made.relay("A", "B", 256), made.relay("B", "C", 256)):
        assert (first.source_key.bits ^ first.target_key.bits).all()


def test_the_hub_of_a_star_knows_all_and_a_switch_nothing() -> None:
    from qkdlab import IDEAL_LINK

    trusted = network(star(4, link=IDEAL_LINK, pulse_rate_hz=1e5), keys="measured")
    trusted.run(60)
    relayed = trusted.relay("A", "C", 256)
    hub = knowledge(relayed, ["Hub"])
    assert hub.n_bits == 256
    assert hub.key == relayed.source_key
    assert knowledge(relayed, ["B", "D"]).n_bits == 0
    switched = network(star(4, hub="optical switch", link=IDEAL_LINK, pulse_rate_hz=1e5), keys="measured")
    switched.run(60)
    direct = switched.relay("A", "C", 256)
    assert direct.paths == (("A", "C"),)
    assert direct.steps == ()
    assert knowledge(direct, ["Switch", "B", "D"]).n_bits == 0


def test_two_paths_keep_a_key_from_any_one_node_and_tell_it_to_one_on_each() -> None:
    made = network()
    relayed = made.relay("A", "C", 256, n_paths=2)
    assert set(relayed.paths) == {("A", "B", "C"), ("A", "E", "D", "C")}
    assert [knowledge(relayed, [node]).n_bits for node in "BDE"] == [0, 0, 0]
    assert knowledge(relayed, ["D", "E"]).n_bits == 0
    assert knowledge(relayed, ["B", "D"]).key == relayed.source_key


def test_a_threshold_is_kept_to() -> None:
    # would catch: XOR shares whatever the threshold, with which no share may be lost, or tell the key
    made = network()
    any_one, both = (made.relay("A", "C", 256, n_paths=2, threshold=threshold) for threshold in (1, 2))
    assert (any_one.threshold, both.threshold) == (1, 2)
    assert [knowledge(any_one, [node]).n_bits for node in "BDE"] == [256] * 3
    assert [knowledge(both, [node]).n_bits for node in "BDE"] == [0] * 3
    assert set(both.weights) != {1}  # Lagrange's, and not those of XOR shares


def test_a_name_that_is_no_node_is_noticed() -> None:
    # would catch: nodes that are said to know nothing because they are misspelt
    relayed = network().relay("A", "C", 256)
    with pytest.raises(ValueError, match="nodes must be in the network, got 'X'"):
        knowledge(relayed, ["X"])


def test_refusals() -> None:
    made = network()
    with pytest.raises(ValueError, match="method must be one of 'one-time pad', 'parities', got 'post'"):
        made.relay("A", "C", method="post")
    with pytest.raises(ValueError, match="method must be one of 'one-time pad', got 'parities'"):
        made.relay("A", "C", method="parities", n_paths=2)
    with pytest.raises(ValueError, match="whole bytes and n_paths above 1 for Shamir shares, got 12 and 2"):
        made.relay("A", "C", 12, n_paths=2, threshold=2)
    with pytest.raises(ValueError, match="threshold must be at least 1 and at most 2, got 3"):
        made.relay("A", "C", 16, n_paths=2, threshold=3)
    with pytest.raises(NoRoute, match="no 3 disjoint routes from A to C"):
        made.relay("A", "C", n_paths=3)


@st.composite
def connected(draw):
    """A random connected network of up to 7 nodes, two of them, and a number of incidents."""
    n = draw(st.integers(2, 7))
    names = "ABCDEFG"[:n]
    tree = {names[draw(st.integers(0, i - 1))] + names[i] for i in range(1, n)}
    more = draw(st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=5))
    pairs = tree | {names[i] + names[j] for i, j in more if i < j}
    ends = draw(st.permutations(names))[:2]
    return network_of(*sorted(pairs)), ends


@pytest.mark.long
@settings(max_examples=1_000, deadline=None)
@given(
    made=connected(),
    seed=st.integers(0, 2**32),
    uses=st.lists(
        st.tuples(
            st.sampled_from(["relay", "parities", "shares", "request", "run", "cut", "listen"]),
            st.integers(1, 400),
        ),
        max_size=6,
    ),
)
def test_keys_are_equal_and_no_bit_is_lost_on_random_networks(made, seed, uses) -> None:
    """Equal keys in 1,000 random connected networks; generated = served + relayed + wasted + stored."""
    topology, (a, b) = made
    net = Network(topology, seed=seed, session=CLASSROOM, capacity_bits=4_000, expiry_seconds=5.0)
    net.run(1.5)
    for what, n_bits in [("relay", 256), *uses]:
        fibre = topology.fibres[n_bits % len(topology.fibres)]
        try:
            if what == "request":
                net.request(a, b, n_bits)
            elif what == "run":
                net.run(n_bits / 100)
            elif what == "cut":
                net.cut(fibre.a, fibre.b)
            elif what == "listen":
                net.listen(fibre.a, fibre.b, EVE)
            else:
                way = {"parities": {"method": "parities"}, "shares": {"n_paths": 2}}.get(what, {})
                relayed = net.relay(a, b, n_bits, **way)
                assert relayed.source_key == relayed.target_key
                assert len(relayed.source_key) == n_bits
        except (NoRoute, KeyExhausted):
            assert what not in ("run", "cut", "listen")
        total = NO_COUNTS
        for link in net.links.values():
            counts = link.counts
            assert counts.generated == counts.served + counts.relayed + counts.wasted + counts.stored
            total += counts
        assert total == net.counts
