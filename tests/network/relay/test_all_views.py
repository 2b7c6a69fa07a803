"""Everything that can be seen of a relay, against linear algebra and against counting by hand."""

from itertools import product

import numpy as np
import pytest

from qkdlab.network import Network, all_views, knowledge, ring
from qkdlab.network.relay.all_views import ViewTable
from qkdlab.network.relay.one_path import relay_one_time_pad, relay_parities
from qkdlab.network.relay.shares import relay_shamir_shares, relay_xor_shares
from tests.network.relaying import RING, keys_along, random_key


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def pads(path, rng):
    return relay_one_time_pad(path, keys_along(path, 8, rng), random_key(8, rng))


def parities(path, rng):
    return relay_parities(path, keys_along(path, 8, rng))


def shares(_path, rng):
    keys = [keys_along(path, 8, rng) for path in RING]
    return relay_xor_shares(RING, keys, random_key(8, rng), rng=rng)


@pytest.mark.parametrize("relay", [pads, parities, shares])
@pytest.mark.parametrize("nodes", ["", "A", "B", "D", "BD", "BC"])
def test_counting_and_algebra_agree(relay, nodes, rng) -> None:
    # would catch: a word that is not seen, a share on both ways, a rank that is off by one
    relayed = relay("ABCD", rng)
    table, known = all_views(relayed, list(nodes)), knowledge(relayed, list(nodes))
    assert table.tells_nothing == (not known.knows_all)
    assert set(table.keys_left.tolist()) == ({1} if known.knows_all else {2})
    names = {name for word in (*relayed.public, relayed.key) for name in word.terms}
    assert table.counts.sum() >= 2 ** len(names)


def test_the_parities_of_three_keys_by_hand(rng) -> None:
    table = all_views(parities("ABCD", rng), [])
    seen = {(k1 ^ k2, k2 ^ k3) for k1, k2, k3 in product((0, 1), repeat=3)}
    assert {tuple(view) for view in table.views.tolist()} == seen
    assert [set(word.split(" ⊕ ")) for word in table.words] == [{"K(B–A)", "K(B–C)"}, {"K(B–C)", "K(D–C)"}]
    assert table.counts.tolist() == [[1, 1]] * 4
    assert table.counts.sum() == 8


def test_a_view_that_makes_one_key_likelier_tells_something() -> None:
    # would catch: "every key is possible" taken for "the view tells nothing"
    for counts, nothing in (([[1, 3], [3, 1]], False), ([[2, 2], [2, 2]], True)):
        table = ViewTable(nodes=(), n_bits=1, words=("P",), views=[[0], [1]], counts=counts)
        assert table.tells_nothing == nothing
        assert table.keys_left.tolist() == [2, 2]


def test_two_bits_leave_four_keys(rng) -> None:
    table = all_views(shares("", rng), ["B"], n_bits=2)
    assert table.counts.sum() == 4**6
    assert len(table.views) == 4**5
    assert (table.counts == 1).all()
    assert table.tells_nothing
    read = all_views(shares("", rng), ["B", "D"], n_bits=2)
    assert set(read.keys_left.tolist()) == {1}
    assert not read.tells_nothing


def test_who_sees_nothing_knows_nothing(rng) -> None:
    table = all_views(pads("AB", rng), [])
    assert table.views.shape == (1, 0)
    assert table.words == ()
    assert table.counts.tolist() == [[1, 1]]


def test_refusals(rng) -> None:
    net = Network(ring(4), seed=1)
    net.run(1)
    relayed = net.relay("A", "C", 16, n_paths=2)
    with pytest.raises(ValueError, match="nodes must be in the network"):
        all_views(relayed, ["X"])
    with pytest.raises(ValueError, match="collection of names"):
        all_views(relayed, "B")
    with pytest.raises(ValueError, match="n_bits must"):
        all_views(relayed, ["B"], n_bits=9)
    keys = [keys_along(path, 8, rng) for path in RING]
    shamir = relay_shamir_shares(RING, keys, random_key(8, rng), threshold=2, rng=rng)
    with pytest.raises(ValueError, match="XOR alone"):
        all_views(shamir, ["B"])
    with pytest.raises(ValueError, match="relayed must be"):
        all_views(None, [])  # type: ignore[arg-type]
    assert not all_views(relayed, ["B"]).views.flags.writeable
