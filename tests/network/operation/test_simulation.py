"""Hours of networks: requests served, bits conserved, links that fail, and traffic that goes another way."""

import numpy as np
import pytest

from qkdlab import IDEAL_LINK, InterceptResend
from qkdlab.network import PRESETS, Demand, Incident, Network, chain, ring, simulate
from qkdlab.network.operation import live_link, serving
from qkdlab.network.operation.demands import Requests
from tests.network.classroom import CLASSROOM, RING, network_of

pytestmark = pytest.mark.long

DEMAND = Demand(a="A", b="C", interval_seconds=1.0)


def run(topology=RING, demands=(DEMAND,), **options):
    return simulate(topology, demands, **{"seconds": 300.0, "seed": 5, "session": CLASSROOM} | options)


def assert_conserved(result) -> None:
    for counts in result.counts:
        assert counts.generated == counts.served + counts.relayed + counts.wasted + counts.stored
    by_links = sum(counts.served + counts.relayed for counts in result.counts)
    by_demands = 0
    for demand, paths in zip(result.demands, result.paths, strict=True):
        for path, number in paths.items():
            own = len(path) == 2 and demand.n_paths == 1
            by_demands += number * (demand.n_bits if own else (len(path) - 1) * (demand.n_bits + 128))
    assert by_links == by_demands


@pytest.mark.parametrize("keys", ["sessions", "measured"])
def test_every_bit_is_accounted_for(keys) -> None:
    demands = [
        Demand(a="A", b="C", interval_seconds=2.0),
        Demand(a="B", b="E", n_bits=1_000, interval_seconds=3.0, n_paths=2),
        Demand(a="D", b="C", n_bits=64, interval_seconds=0.7, arrivals="constant"),
    ]
    incidents = [
        Incident(at_seconds=20.0, what="listen", where=("A", "B")),
        Incident(at_seconds=40.0, what="cut", where=("C", "D")),
        Incident(at_seconds=50.0, what="lose", where=("E",)),
        Incident(at_seconds=60.0, what="restore", where=("E",)),
        Incident(at_seconds=70.0, what="leave", where=("A", "B")),
        Incident(at_seconds=80.0, what="repair", where=("C", "D")),
    ]
    result = run(demands=demands, incidents=incidents, seconds=100.0, keys=keys, expiry_seconds=30.0)
    assert_conserved(result)
    assert (result.served[-1] > 10).all()
    assert result.keys == keys
    assert (result.no_route + result.exhausted == result.failed[-1]).all()


def test_requests_at_random_vary_in_number_as_poisson_has_it() -> None:
    # would catch: only the moments at random; the variance of n Poisson numbers' sample is known to 5 sigma
    demand, n, mean = Demand(a="A", b="C", interval_seconds=5.0), 400, 40.0
    numbers = [len(demand.moments(5.0 * mean, np.random.default_rng(seed))) for seed in range(n)]
    assert abs(np.mean(numbers) - mean) < 5 * np.sqrt(mean / n)
    spread = np.sqrt((mean + 2 * mean**2) / n)  # fourth central moment of a Poisson number is m + 3 m²
    assert abs(np.var(numbers) - mean) < 5 * spread


def test_requests_are_as_many_as_demanded() -> None:
    # would catch: intervals as rates, one of two users who never asks; 5 sigma of a Poisson number
    seconds, interval = 20_000.0, 5.0
    demands = [Demand(a="A", b="C", interval_seconds=interval), Demand(a="A", b="B", arrivals="constant")]
    requests = Requests.draw(demands, seconds, np.random.default_rng(1))
    first, second = (requests.demands == place for place in (0, 1))
    expected = seconds / interval
    assert abs(first.sum() - expected) < 5 * np.sqrt(expected)
    assert requests.times[second].tolist() == [60.0 * k for k in range(1, 334)]
    assert (np.diff(requests.times) >= 0).all()
    assert requests.turns[first][:4].tolist() == [0, 1, 0, 1]
    gaps = np.diff(requests.times[first])  # exponential: standard deviation as the mean, skewed
    assert gaps.std() == pytest.approx(gaps.mean(), rel=0.08)


@pytest.mark.parametrize("n_bits", [256, 420, 20_000])
def test_all_at_once_is_the_same_as_one_by_one(monkeypatch, n_bits) -> None:
    # would catch: a window that spans a change of the network, a pool asked twice or left out, losses out of
    # order; with 900 bits a key some pools are short for a while, with 20,000 always
    demands = [
        Demand(a=a, b=b, n_bits=n_bits, interval_seconds=0.5, n_paths=paths)
        for a, b, paths in (("A", "C", 1), ("B", "E", 1), ("A", "B", 1), ("C", "E", 2))
    ]
    incidents = [
        Incident(at_seconds=60.0, what="cut", where=("A", "B")),
        Incident(at_seconds=100.0, what="repair", where=("A", "B")),
        Incident(at_seconds=120.0, what="compromise", where=("B",)),
        Incident(at_seconds=150.0, what="lose", where=("D",)),
    ]
    results, together = [], []
    all_at_once = serving.Serving._serve_all

    def noted(self, start: int, stop: int) -> bool:
        done = all_at_once(self, start, stop)
        together.append(stop - start if done else 0)
        return done

    monkeypatch.setattr(serving.Serving, "_serve_all", noted)
    for few in (10**9, 20):
        monkeypatch.setattr(serving, "FEW", few)
        results.append(
            run(demands=demands, incidents=incidents, seconds=200.0, expiry_seconds=20.0, n_times=7)
        )
    one_by_one, many = results
    assert one_by_one.counts == many.counts
    assert one_by_one.paths == many.paths
    assert one_by_one.exposed == many.exposed
    for name in ("stored", "served", "failed", "no_route", "exhausted"):
        assert np.array_equal(getattr(one_by_one, name), getattr(many, name)), name
    assert one_by_one.log == many.log
    n_requests = one_by_one.served[-1].sum() + one_by_one.failed[-1].sum()
    share = sum(together) / n_requests
    low, high = {256: (0.8, 1.0), 420: (0.1, 0.8), 20_000: (0.0, 0.01)}[n_bits]
    assert low <= share <= high


def test_keys_are_exposed_from_the_moment_on_by_the_shares_that_pass_the_node() -> None:
    # would catch: keys from before, neighbours' keys taken for passed on, a user left out
    demands = [
        Demand(a=a, b=b, interval_seconds=1.0, arrivals="constant", n_paths=paths)
        for a, b, paths in (("A", "C", 1), ("C", "D", 1), ("A", "C", 2), ("A", "B", 2))
    ]
    incidents = [Incident(at_seconds=200.0, what="compromise", where=("B",))]
    result = run(demands=demands, incidents=incidents, n_times=3)
    after = (result.served[3] - result.served[2]).tolist()
    assert min(after) == 100
    assert result.exposed == ({1: after[0]}, {}, {1: after[2]}, {2: after[3]})


def test_a_way_is_the_same_whether_requests_are_served_together_or_not(monkeypatch) -> None:
    # of two equally good ways, the one for both users must not depend on who asks first after a change
    square = network_of("AB", "DC", "CB", "AD", "AE")
    demand = Demand(a="A", b="C", n_bits=8, interval_seconds=1 / 3, arrivals="constant")
    ways = []
    for few in (1, 10**9):
        monkeypatch.setattr(serving, "FEW", few)
        incident = Incident(at_seconds=100.4, what="lose", where=("E",))
        ways.append(run(square, [demand], seconds=200.0, incidents=[incident]).paths)
    assert ways[0] == ways[1]


def test_users_behind_a_switch_are_reached_over_a_trusted_node() -> None:
    result = simulate(PRESETS["46 nodes (model)"], [Demand(a="UB-1", b="UA-1")], seconds=900, seed=1)
    assert result.served[-1, 0] > 5


def test_sessions_and_measured_rates_agree() -> None:
    # keys from 300 sessions of a link against keys at the rate that 30 others had
    results = [run(seconds=60.0, keys=keys, n_measured=30) for keys in ("sessions", "measured")]
    generated = [sum(counts.generated for counts in result.counts) for result in results]
    assert generated[0] == pytest.approx(generated[1], rel=0.01)
    assert [repr(result)[-15:] for result in results] == ["keys: sessions)", "keys: measured)"]
    assert np.array_equal(results[0].served, results[1].served)


def test_traffic_goes_another_way_within_the_second_in_which_sessions_abort() -> None:
    demand = Demand(a="A", b="C", interval_seconds=0.5, arrivals="constant")
    incident = Incident(at_seconds=30.0, what="listen", where=("A", "B"))
    for keys in ("sessions", "measured"):
        result = run(demands=[demand], incidents=[incident], seconds=60.0, keys=keys)
        told = {line.text: line.seconds for line in result.log}
        aborted = told["A–B: sessions abort (QBER too high)"]
        assert aborted == pytest.approx(31.0)  # the session that she was in ends
        assert aborted <= told["A–C goes over A–E–D–C"] <= aborted + 1.0
        assert result.no_route.tolist() == [0]
        assert result.exhausted[0] <= 2  # before the first sessions ended


def test_it_is_the_eavesdropper_of_the_incident_who_listens() -> None:
    # would catch: everybody taken for one who intercepts every pulse
    for fraction in (0.02, 1.0):
        eve = InterceptResend(fraction=fraction)
        incident = Incident(at_seconds=5.0, what="listen", where=("A", "B"), eavesdropper=eve)
        told = [line.detail for line in run(incidents=[incident], seconds=10.0).log if line.kind == "link"]
        assert any("abort" in detail for detail in told) == (fraction == 1.0)


def test_requests_before_a_change_go_as_it_was_before() -> None:
    # would catch: requests that are served after the session in which Eve was noticed, though made before
    demand = Demand(a="A", b="C", interval_seconds=0.5, arrivals="constant")
    incident = Incident(at_seconds=10.0, what="listen", where=("A", "B"))
    result = run(demands=[demand], incidents=[incident], seconds=20.0, n_times=1)
    until_noticed = [0.5 * number for number in range(1, 23)]  # the session with Eve ends at 11 s
    assert until_noticed[-1] == 11.0
    assert result.paths[0]["A", "B", "C"] + int(result.failed[-1, 0]) == len(until_noticed)
    assert result.paths[0]["A", "E", "D", "C"] == 40 - len(until_noticed)


def test_without_another_way_pools_drain_and_then_there_is_no_route() -> None:
    demand = Demand(a="A", b="C", interval_seconds=0.1, arrivals="constant")
    incident = Incident(at_seconds=10.0, what="cut", where=("B", "C"))
    result = run(network_of("AB", "BC"), [demand], incidents=[incident], seconds=60.0)
    refused = next(line for line in result.log if "not served: no route" in line.text)
    assert refused.text.endswith(" (B–C: cut)")
    stored = result.stored[:, result.links.index("B–C")]
    assert stored[result.times > refused.seconds].max() < 2 * 384
    assert refused.seconds > 10.3
    assert result.no_route[0] == pytest.approx(10 * (60.0 - refused.seconds), abs=15)


@pytest.mark.parametrize("slow", ["AB", "BC", "CD"])
def test_a_chain_is_as_fast_as_its_slowest_link(slow) -> None:
    # would catch: rates that add up or multiply along a path, half of the keys (one direction) never used
    topology = network_of("AB", "BC", "CD", rates={slow: 3_000.0})
    demand = Demand(a="A", b="D", n_bits=1_024, interval_seconds=0.02)
    result = run(topology, [demand], seconds=400.0, capacity_bits=10**7)
    network = Network(topology, seed=1, session=CLASSROOM)
    rates = sorted(link.bits_per_second for link in network.links.values())
    assert rates[0] < 0.4 * rates[1]
    assert result.rates[0] * (1_024 + 128) / 1_024 == pytest.approx(rates[0], rel=0.02)


def test_the_same_seed_gives_the_same_hours() -> None:
    first, second, other = (run(keys="sessions", seconds=20.0, seed=seed) for seed in (5, 5, 6))
    assert first.counts == second.counts
    assert first.log == second.log
    assert first.counts != other.counts


def test_progress_is_told_and_can_end_the_run() -> None:
    told = []
    run(seconds=20.0, n_times=4, progress=told.append)
    assert told == [0.0, 0.25, 0.5, 0.75, 1.0]

    def stop(share: float) -> None:
        if share > 0.4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(seconds=20.0, progress=stop)


def test_refusals() -> None:
    for demand, message in (
        ({"n_bits": 0}, "n_bits must be at least 1, got 0"),
        ({"interval_seconds": 0.0}, "interval_seconds must lie between 1e-06 and 1e\\+09, got 0.0"),
        ({"arrivals": "late"}, "arrivals must be one of 'poisson', 'constant', got 'late'"),
    ):
        with pytest.raises(ValueError, match=message):
            Demand(a="A", b="B", **demand)
    for incident, message in (
        ({"what": "burn", "where": ("A",)}, "what must be one of .*, got 'burn'"),
        ({"what": "cut", "where": ("A",)}, r"where must be 2 names to cut, got \('A',\)"),
        ({"what": "cut", "where": ("A", "B"), "at_seconds": -1.0}, "at_seconds must be finite"),
    ):
        with pytest.raises(ValueError, match=message):
            Incident(**{"at_seconds": 1.0} | incident)
    with pytest.raises(ValueError, match="there must be a fibre between the nodes, got 'A' and 'C'"):
        run(incidents=[Incident(at_seconds=1.0, what="cut", where=("A", "C"))])
    with pytest.raises(ValueError, match="got 'Z'"):
        run(demands=[Demand(a="A", b="Z")])
    with pytest.raises(ValueError, match=r"at_seconds must be at most 300.0, got 301.0"):
        run(incidents=[Incident(at_seconds=301.0, what="cut", where=("A", "B"))])
    with pytest.raises(ValueError, match="b must be another user than a, got 'A'"):
        Demand(a="A", b="A")
    with pytest.raises(ValueError, match="where must be a tuple, got 'AB'"):
        Incident(at_seconds=1.0, what="cut", where="AB")
    with pytest.raises(ValueError, match="seconds must lie between"):
        run(seconds=0)


def test_nobody_has_to_ask() -> None:
    topology = chain(3, link=IDEAL_LINK, pulse_rate_hz=1e5)
    result = simulate(topology, [], seconds=50.0, seed=1, session=CLASSROOM)
    assert result.served.shape == (101, 0)
    assert_conserved(result)


@pytest.mark.parametrize("keys", ["sessions", "measured"])
def test_an_hour_of_stated_rates_needs_no_session(keys, monkeypatch) -> None:
    # would catch: sessions run, and rates measured, of links of which nothing is known but the rate
    for name in ("run_session", "measure_yield"):
        monkeypatch.setattr(live_link, name, None)
    incident = Incident(at_seconds=1800.0, what="listen", where=("A", "B"))
    result = run(ring(4, key_rate_bits_per_s=1_000.0), incidents=[incident], seconds=3600.0, keys=keys)
    assert_conserved(result)
    assert result.stated == result.links == ("A–B", "B–C", "C–D", "D–A")
    assert str(result).endswith(f"keys: {keys}, of 4 of 4 links at stated rates)")
    assert [counts.generated for counts in result.counts] == [1_800_000, *[3_600_000] * 3]
    assert "A–B: taken to abort" in [line.text for line in result.log]
    assert set(result.paths[0]) == {("A", "B", "C"), ("A", "D", "C")}
    # 1,000 bit/s, half of them for each direction, give 500 / 384 keys a second; one is asked for
    assert result.failed[-1].sum() < 5
