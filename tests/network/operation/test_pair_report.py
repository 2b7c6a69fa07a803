"""What two users have: rate, who knows, what may fail; and what a form of network is good for."""

from itertools import combinations, pairwise

import numpy as np
import pytest

from qkdlab import IDEAL_LINK, Link, expected_key
from qkdlab.errors import NoRoute
from qkdlab.network import (
    METRO_LINK,
    NETWORK_SESSION,
    Demand,
    Network,
    chain,
    key_links,
    measure_yield,
    mesh,
    pair_report,
    ring,
    simulate,
    star,
)
from qkdlab.network.operation.pair_report import star_rates
from tests.network.classroom import CLASSROOM, RING, network_of

CLASS = {"link": IDEAL_LINK, "pulse_rate_hz": 20_000.0}


def network(topology=RING) -> Network:
    made = Network(topology, seed=1, session=CLASSROOM)
    made.run(100)
    return made


@pytest.mark.parametrize("n", [3, 4, 5, 6, 7])
def test_a_ring_serves_all_other_pairs_after_any_one_failure(n) -> None:
    topology = ring(n, **CLASS)
    sites = topology.sites
    for fibre in topology.fibres:
        made = network(topology)
        made.cut(fibre.a, fibre.b)
        for pair in combinations(sites, 2):
            (path,) = made.request(*pair, 8)
            assert (fibre.a, fibre.b) not in pairwise(path)
            assert (fibre.b, fibre.a) not in pairwise(path)
    for lost in sites:
        made = network(topology)
        made.lose(lost)
        for pair in combinations([site for site in sites if site != lost], 2):
            (path,) = made.request(*pair, 8)
            assert lost not in path


def test_a_ring_does_not_survive_two_cuts_and_a_chain_not_one() -> None:
    two = network(ring(5, **CLASS))
    two.cut("A", "B")
    two.cut("C", "D")
    with pytest.raises(NoRoute, match=r"no route from B to E \(A–B: cut, C–D: cut\)"):
        two.router.routes("B", "E", two.now)
    one = network(chain(4, **CLASS))
    assert pair_report(one, "A", "D").single_points == ("A–B", "B–C", "C–D", "B", "C")


def test_reports() -> None:
    made = network()
    made.compromise("B")
    report = pair_report(made, "A", "C")
    assert (report.path, report.knowing, report.exposed) == (("A", "B", "C"), ("B",), ("B",))
    assert (report.n_disjoint, report.single_points) == (2, ())
    direct = pair_report(made, "A", "B")
    assert (direct.knowing, direct.exposed) == ((), ("B",))  # a user is compromised
    assert direct.bits_per_second == pytest.approx(report.bits_per_second * (256 + 128) / 256, rel=0.05)
    assert "key is exposed by  B" in str(report)
    made.cut("A", "B")
    made.lose("E")
    assert str(pair_report(made, "A", "C")) == "A and C: no route from A to C (A–B: cut, E: off)"


def test_the_bottleneck_is_named_and_its_rate_is_that_of_its_sessions() -> None:
    made = Network(network_of("AB", "BC", "CD", rates={"BC": 3_000.0}), seed=1, session=CLASSROOM)
    report = pair_report(made, "A", "D", n_bits=1_024)
    slowest = made.link("B", "C")
    found = measure_yield(slowest.settings).bits_per_session / slowest.link.period_seconds
    assert report.bottleneck == "B–C"
    assert report.bits_per_second == pytest.approx(found * 1_024 / 1_152)


@pytest.mark.long
def test_a_switched_star_has_the_rate_of_the_combined_link_times_its_share_of_the_time() -> None:
    # would catch: losses that do not add, the switch's own left out, shares of n pairs for n users, sessions
    # that overlap behind one switch
    n, arm = 4, Link(length_km=5, detector=METRO_LINK.detector, source=METRO_LINK.source)
    topology = star(n, hub="optical switch", link=arm, insertion_loss_db=1.5, relock_seconds=6.0)
    whole = Link(length_km=10, insertion_loss_db=1.5, detector=METRO_LINK.detector, source=METRO_LINK.source)
    link = next(iter(key_links(topology)))
    duty = 60 / 66 / (n - 1)
    assert link.duty == pytest.approx(duty)
    assert link.link.transmittance == pytest.approx(whole.transmittance)
    direct = NETWORK_SESSION.__class__(
        n_pulses=link.n_pulses,
        seed=0,
        link=whole,
        z_probability=NETWORK_SESSION.z_probability,
        cascade=NETWORK_SESSION.cascade,
        sample_fraction=NETWORK_SESSION.sample_fraction,
    )
    own = measure_yield(direct, 10).bits_per_session / link.session_seconds
    assert own == pytest.approx(expected_key(direct).key_length / link.session_seconds, rel=0.05)
    demand = Demand(a="A", b="C", n_bits=4_096, interval_seconds=0.02)
    result = simulate(topology, [demand], seconds=300, seed=1, pairs=None, n_measured=10)
    assert result.rates[0] == pytest.approx(own * duty, rel=0.05)


def test_a_trusted_hub_is_faster_and_knows_a_switch_is_slower_and_does_not() -> None:
    trusted = pair_report(Network(star(6), seed=1), "A", "D")
    switched = pair_report(Network(star(6, hub="optical switch"), seed=1), "A", "D")
    assert trusted.bits_per_second > 10 * switched.bits_per_second > 0
    assert (trusted.knowing, switched.knowing) == (("Hub",), ())
    assert trusted.single_points == ("A–Hub", "D–Hub", "Hub")
    assert switched.single_points == ("A–Switch", "D–Switch", "Switch")


def test_a_mesh_has_as_many_ways_as_nodes_less_one() -> None:
    assert pair_report(network(mesh(6, **CLASS)), "A", "F").n_disjoint == 5


def test_a_stated_rate_is_labelled() -> None:
    # would catch: a rate that nobody simulated beside those that were, without a word
    made = Network(chain(3, key_rate_bits_per_s=1_000.0), seed=1)
    report = pair_report(made, "A", "C")
    assert report.stated == ("A–B", "B–C")
    assert report.bits_per_second == pytest.approx(1_000 * 256 / 384)
    assert (
        "\n  key rate           667 bit/s, set by A–B\n  stated rate        A–B, B–C: not simulated\n"
        in str(report)
    )
    slow = pair_report(Network(chain(2, key_rate_bits_per_s=0.25), seed=1), "A", "B")
    assert "key rate           0.25 bit/s" in str(slow)
    assert pair_report(network(), "A", "C").stated == ()
    assert "stated" not in str(pair_report(network(), "A", "C"))


@pytest.mark.parametrize(("pairs", "place"), [([("A", "B")], 0), (list(combinations("ABCD", 2)), 1)])
def test_a_hub_serves_what_its_rates_say(pairs: list[tuple[str, str]], place: int) -> None:
    # would catch: the users for their partners, a link that serves one pair; a fifth more is not served
    topology, n_bits = star(4, key_rate_bits_per_s=3_000.0), 256
    made = Network(topology, seed=1)
    (route,) = made.router.routes("A", "B", made.now)
    rate = star_rates(made, route, n_bits)[place]
    assert rate == pytest.approx(3_000.0 * 256 / 384 / (1, 3)[place])
    for asked, served in ((0.9, 0.9), (1.2, 1.0)):
        every = n_bits / (asked * rate)
        demands = [Demand(a=a, b=b, interval_seconds=every, arrivals="constant") for a, b in pairs]
        told = simulate(topology, demands, seconds=2_000.0, seed=1).rates
        assert np.mean(told) == pytest.approx(served * rate, rel=0.02)
        if asked < 1:
            assert told == pytest.approx(asked * rate, rel=0.02)


def test_a_pair_alone_at_a_switch_is_joined_all_the_time() -> None:
    made = Network(star(4, hub="optical switch", **CLASS), seed=1, session=CLASSROOM)
    made.run(200)
    (route,) = made.router.routes("A", "B", made.now)
    alone, alike = star_rates(made, route, 256)
    ((only, *_), (one, *_)) = (key_links(star(n, hub="optical switch", **CLASS)) for n in (2, 4))
    assert only.duty == 1
    assert alike == pytest.approx(alone * one.duty)
