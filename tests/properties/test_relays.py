"""Relays over any connected network: equal keys at both ends, and expressions that are true of their bits."""

from itertools import pairwise

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from qkdlab.network.relay.knowledge import knowledge
from qkdlab.network.relay.one_path import relay_one_time_pad, relay_parities
from qkdlab.network.relay.shares import relay_shamir_shares, relay_xor_shares
from qkdlab.network.routing.paths import disjoint_paths, most_disjoint_paths, shortest_path, widest_path
from tests.network.relaying import evaluated, independent_words, keys_along, random_key


@st.composite
def networks(draw: st.DrawFn) -> nx.Graph:
    """A tree of up to 8 nodes and a few links more."""
    n_nodes = draw(st.integers(2, 8))
    graph = nx.Graph()
    graph.add_nodes_from((str(node), {"relays": True}) for node in range(n_nodes))
    for node in range(1, n_nodes):
        graph.add_edge(str(draw(st.integers(0, node - 1))), str(node), bits=draw(st.integers(0, 9)))
    for _ in range(draw(st.integers(0, 8))):
        a, b = draw(st.integers(0, n_nodes - 1)), draw(st.integers(0, n_nodes - 1))
        if a != b:
            graph.add_edge(str(a), str(b), bits=draw(st.integers(0, 9)))
    return graph


@settings(derandomize=True, deadline=None, max_examples=60)
@given(graph=networks(), data=st.data(), seed=st.integers(0, 2**32))
def test_any_relay_gives_both_ends_one_key(graph, data, seed) -> None:
    rng = np.random.default_rng(seed)
    a, b = data.draw(st.permutations(sorted(graph)))[:2]
    method = data.draw(st.sampled_from(("one-time pad", "parities", "XOR", "Shamir")))
    n_bits = 8 * data.draw(st.integers(1, 3)) if method == "Shamir" else data.draw(st.integers(1, 20))
    secret = random_key(n_bits, rng)
    most = most_disjoint_paths(graph, a, b)
    if method in ("one-time pad", "parities") or most < 2:
        paths = (data.draw(st.sampled_from((shortest_path(graph, a, b), widest_path(graph, a, b, "bits")))),)
        keys = [keys_along(paths[0], n_bits, rng)]
        if method == "parities":
            relayed = relay_parities(paths[0], keys[0])
        else:
            relayed = relay_one_time_pad(paths[0], keys[0], secret)
    else:
        paths = disjoint_paths(graph, a, b, data.draw(st.integers(2, most)))
        keys = [keys_along(path, n_bits, rng) for path in paths]
        if method == "XOR":
            relayed = relay_xor_shares(paths, keys, secret, rng=rng)
        else:
            threshold = data.draw(st.integers(1, len(paths)))
            relayed = relay_shamir_shares(paths, keys, secret, threshold=threshold, rng=rng)
    assert relayed.source_key == relayed.target_key
    assert relayed.key.terms == relayed.target_word.terms

    # what proves anything about ranks: every word is what its expression says
    drawn = independent_words(relayed, [key for along in keys for key in along])
    for word in (*relayed.public, *(word for view in relayed.views.values() for word in view)):
        assert np.array_equal(word.bits, evaluated(word, drawn))

    # a set of inner nodes knows the key if it is on as many paths as the threshold, and else nothing
    inner = sorted(set(graph) - {a, b})
    traitors = [node for node in inner if data.draw(st.booleans())]
    known = knowledge(relayed, traitors)
    n_seen = sum(bool(set(path) & set(traitors)) for path in paths)
    assert known.knows_all == (n_seen >= relayed.threshold)
    assert known.key == (relayed.source_key if known.knows_all else None)
    assert all(knowledge(relayed, [end]).knows_all for end in (a, b))
    assert relayed.pad_bits == n_bits * sum(1 for path in paths for _ in pairwise(path))
