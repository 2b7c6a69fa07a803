"""The exercises on trust: the answer against relays, and what wrong answers are told."""

from contextlib import suppress

import numpy as np
import pytest

from qkdlab.errors import NoRoute
from qkdlab.lab.network.exercises_trust import LAST_KEYS, WHO_KNOWS, knowing, never_ends, nobody_between
from qkdlab.network import Network, chain, knowledge, ring
from tests.network.relaying import RING, THREE


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(8)


def test_who_knows_is_who_can_compute_it() -> None:
    for topology, paths, target in ((chain(4), ["ABCD"], "D"), (ring(4), ["ABC", "ADC"], "C")):
        net = Network(topology, seed=1)
        net.run(1)
        key = net.relay("A", target, 64, n_paths=len(paths))
        between = [node for path in paths for node in path[1:-1]]
        assert knowing([list(path) for path in paths]) == {
            node for node in between if knowledge(key, [node]).knows_all
        }
    assert knowing([list(path) for path in RING]) == knowing([list(path) for path in THREE]) == set()


def test_wrong_ideas_are_named(rng) -> None:
    assert "not a repeater" in WHO_KNOWS.check(nobody_between, rng).text
    everybody = WHO_KNOWS.check(lambda paths: [name for path in paths for name in path[1:-1]], rng)
    assert "one share alone says nothing" in everybody.text
    assert "are the users" in WHO_KNOWS.check(lambda paths: paths[0], rng).text
    assert "does not prevent eavesdropping" in LAST_KEYS.check(never_ends, rng).text
    assert "made before she came" in LAST_KEYS.check(lambda stored, bits: 0, rng).text
    assert "tag of 128 bits" in LAST_KEYS.check(lambda stored, bits: stored // bits, rng).text
    assert (
        "cannot pay for is not served"
        in LAST_KEYS.check(lambda stored, bits: stored / (bits + 128), rng).text
    )


def test_a_store_serves_as_many_keys(rng) -> None:
    net = Network(chain(3), seed=1)
    net.run(60)
    net.listen("A", "B")
    net.run(60)
    n_served, before = 0, net.link("A", "B").counts.stored // 2
    with suppress(NoRoute):
        while net.request("A", "C", 256):
            n_served += 1
    assert n_served == before // 384
