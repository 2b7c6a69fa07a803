"""What nodes know of a relayed key: by rank, and shown by going through all values of all secret words."""

from collections import Counter
from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest

from qkdlab import SecretKey
from qkdlab.network.relay.gf256 import multiply
from qkdlab.network.relay.knowledge import knowledge
from qkdlab.network.relay.one_path import relay_one_time_pad, relay_parities
from qkdlab.network.relay.shares import relay_shamir_shares, relay_xor_shares
from tests.network.relaying import RING, THREE, Scripted, keys_along, random_key, silent_keys
from tests.refusals import expect_refusal

CHAIN = ("A", "B", "C", "D", "E")


def distributions(
    n_words: int, n_bits: int, relay, nodes: tuple[str, ...]
) -> dict[str, dict[bytes, Counter]]:
    """Run a relay with every value of all the words it is made from.

    Returns, for each node and each value of the key, how often each complete view comes up.
    """
    values = [np.array(value, dtype=np.uint8) for value in product((0, 1), repeat=n_bits)]
    found: dict[str, dict[bytes, Counter]] = {node: {} for node in nodes}
    for words in product(values, repeat=n_words):
        relayed = relay(*words)
        assert relayed.source_key == relayed.target_key
        for node in nodes:
            view = tuple(word.bits.tobytes() for word in relayed.view(node))
            found[node].setdefault(relayed.source_key.bits.tobytes(), Counter())[view] += 1
    assert all(len(by_key) == 2**n_bits for by_key in found.values())
    return found


def assert_independent(by_key: dict[bytes, Counter]) -> None:
    """Every view comes up equally often whatever the key is."""
    first, *others = by_key.values()
    assert all(other == first for other in others)


def assert_known(by_key: dict[bytes, Counter]) -> None:
    """No view comes up with two keys."""
    assert all(not one.keys() & other.keys() for one, other in combinations(by_key.values(), 2))


@pytest.mark.parametrize("n_bits", [1, 2])
def test_on_a_ring_with_two_paths_no_inner_node_learns_anything(n_bits) -> None:
    # all values of S, S1 and four link keys: 2⁶ runs for one bit, 4⁶ for two. Would catch: a share that both
    # paths carry, the secret under a pad that a node on the other path has, a link key used twice
    def relay(secret, share, *link_keys):
        keys = [silent_keys(RING[0], link_keys[:2]), silent_keys(RING[1], link_keys[2:])]
        return relay_xor_shares(RING, keys, SecretKey(secret), rng=Scripted(share))

    found = distributions(6, n_bits, relay, ("A", "B", "C", "D", "an outsider"))
    for node in ("B", "D", "an outsider"):
        assert_independent(found[node])
    for node in ("A", "C"):
        assert_known(found[node])


@pytest.mark.parametrize("n_bits", [1, 2])
def test_on_a_chain_the_inner_node_knows_the_key(n_bits) -> None:
    def one_time_pad(secret, *link_keys):
        return relay_one_time_pad("ABC", silent_keys("ABC", link_keys), SecretKey(secret))

    def parities(*link_keys):
        return relay_parities("ABC", silent_keys("ABC", link_keys))

    for n_words, relay in ((3, one_time_pad), (2, parities)):
        found = distributions(n_words, n_bits, relay, ("B", "a controller"))
        assert_known(found["B"])
        assert_independent(found["a controller"])  # sees what is public, and no more


def test_of_two_shamir_shares_on_a_ring_one_tells_nothing() -> None:
    # B's view for two secret bytes: over all 65,536 pairs of R1 and K(A–D), a byte of a long key each, with
    # K(A–B), K(B–C) and K(A–D) ⊕ K(D–C) fixed. Would catch: a coefficient that is never 0
    first, second = (np.unpackbits(values.astype(np.uint8)) for values in np.divmod(np.arange(1 << 16), 256))
    fixed = [np.tile(np.unpackbits(np.array([value], dtype=np.uint8)), 1 << 16) for value in (7, 99)]
    views = []
    for byte in (0x00, 0x57):
        secret = SecretKey(np.tile(np.unpackbits(np.array([byte], dtype=np.uint8)), 1 << 16))
        keys = [silent_keys(RING[0], fixed), silent_keys(RING[1], [second, second ^ fixed[0]])]
        relayed = relay_shamir_shares(RING, keys, secret, threshold=2, rng=Scripted(first))
        assert relayed.target_key == secret
        columns = np.column_stack([np.packbits(word.bits) for word in relayed.view("B")])
        views.append(columns[np.lexsort(columns.T)])
    assert np.array_equal(*views)


def relays_of(secret: SecretKey, rng: np.random.Generator):
    n_bits = len(secret)
    yield relay_one_time_pad(CHAIN, keys_along(CHAIN, n_bits, rng), secret)
    yield relay_parities(CHAIN, keys_along(CHAIN, n_bits, rng))


def test_on_a_chain_each_inner_node_knows_all_and_a_listener_nothing() -> None:
    rng = np.random.default_rng(1)
    for relayed in relays_of(random_key(24, rng), rng):
        for node in CHAIN:
            known = knowledge(relayed, [node])
            assert (known.n_bits, known.key_length, known.knows_all) == (24, 24, True)
            assert known.key == relayed.source_key
        for nodes in ([], ["F"]):
            known = knowledge(relayed, nodes)
            assert (known.n_bits, known.knows_all, known.key, known.uses) == (0, False, None, ())


def test_two_paths_with_xor_take_a_traitor_on_each() -> None:
    rng = np.random.default_rng(2)
    relayed = relay_xor_shares(RING, [keys_along(p, 5, rng) for p in RING], random_key(5, rng), rng=rng)
    assert [knowledge(relayed, nodes).n_bits for nodes in ([], ["B"], ["D"], ["B", "D"])] == [0, 0, 0, 5]
    assert knowledge(relayed, ["B", "D"]).key == relayed.source_key


@pytest.mark.parametrize("threshold", [1, 2, 3])
def test_shamir_takes_traitors_on_as_many_paths_as_the_threshold(threshold) -> None:
    # every set of inner nodes; would catch: nodes counted in place of paths
    rng = np.random.default_rng(threshold)
    secret = random_key(16, rng)
    keys = [keys_along(path, 16, rng) for path in THREE]
    relayed = relay_shamir_shares(THREE, keys, secret, threshold=threshold, rng=rng)
    inner = [node for path in THREE for node in path[1:-1]]
    for n_nodes in range(len(inner) + 1):
        for nodes in combinations(inner, n_nodes):
            n_paths = sum(bool(set(path) & set(nodes)) for path in THREE)
            known = knowledge(relayed, nodes)
            assert known.knows_all == (n_paths >= threshold)
            assert known.n_bits == (16 if known.knows_all else 0)
            assert known.key == (secret if known.knows_all else None)


def test_the_words_that_give_the_key() -> None:
    rng = np.random.default_rng(4)
    relayed = relay_parities("ABC", keys_along("ABC", 8, rng))
    ((factor, word),) = knowledge(relayed, ["B"]).uses
    assert (factor, word.expression) == (1, "K(B–A)")
    known = knowledge(relayed, ["C"])
    total = np.bitwise_xor.reduce([word.bits for _, word in known.uses])
    assert np.array_equal(total, relayed.source_key.bits)
    shares = relay_shamir_shares(
        RING, [keys_along(p, 8, rng) for p in RING], random_key(8, rng), threshold=2, rng=rng
    )
    uses = knowledge(shares, ["B", "D"]).uses
    bits = [multiply(factor, np.packbits(word.bits)).item() for factor, word in uses]
    assert np.bitwise_xor.reduce(bits) == np.packbits(shares.source_key.bits)[0]


def test_a_link_key_and_what_is_public_give_the_key() -> None:
    # somebody who got hold of a link key reads what was sent under it; would catch: public words left out
    rng = np.random.default_rng(6)
    relayed = relay_one_time_pad("ABC", keys_along("ABC", 8, rng), random_key(8, rng))
    (stolen,) = (word for word in relayed.views["C"] if word.expression == "K(B–C)")
    spied_on = replace(relayed, views={"a spy": (stolen,)})
    known = knowledge(spied_on, ["a spy"])
    assert known.key == relayed.source_key
    assert [word.expression for _, word in known.uses] == ["K(B–C)", "S ⊕ K(B–C)"]


def test_a_name_alone_is_no_collection() -> None:
    rng = np.random.default_rng(5)
    relayed = relay_parities("ABC", keys_along("ABC", 8, rng))
    with expect_refusal("nodes must be a collection of names, got 'AB'"):
        knowledge(relayed, "AB")
    assert knowledge(relayed, ["B", "B"]).nodes == ("B",)
