"""Where keys are made: losses through a switch, turns at it, and how long a session lasts."""

from collections import Counter
from dataclasses import replace
from itertools import combinations

import pytest

from qkdlab import ClassicalChannel, DecoySource, Detector, Link, expected_key
from qkdlab.network import METRO_LINK, NETWORK_SESSION, Fibre, Node, Topology, key_links, point_to_point, star
from qkdlab.network.topology.key_links import ENOUGH_CLICKS, meeting_round
from tests.refusals import expect_refusal

ONE = replace(
    METRO_LINK,
    length_km=10,
    attenuation_db_per_km=0.2,
    insertion_loss_db=1.5,
    misalignment_error=0.01,
    depolarizing_probability=0.02,
    source=DecoySource(signal=0.4, decoy=0.1),
)
TWO = replace(
    METRO_LINK,
    length_km=4,
    attenuation_db_per_km=0.5,
    insertion_loss_db=0.5,
    misalignment_error=0.02,
    depolarizing_probability=0.03,
    detector=Detector(efficiency=0.3, dark_count_probability=1e-7, dead_gates=100, afterpulse_gates=20),
)


def switched(*users, relock=5.0, dwell=60.0, loss=1.2) -> Topology:
    """Return a switch with users given as (name, units, fields of its fibre)."""
    nodes = [Node(name=name, kind="end user", units=units) for name, units, _ in users]
    switch = Node(
        name="S", kind="optical switch", insertion_loss_db=loss, relock_seconds=relock, dwell_seconds=dwell
    )
    fibres = [Fibre(a=name, b="S", **fields) for name, _, fields in users]
    return Topology(name="switched", nodes=[switch, *nodes], fibres=fibres)


def pair(first, second, **more) -> Topology:
    return switched(("A", "Alice", first), ("B", "Bob", second), **more)


def test_a_direct_fibre_is_a_link() -> None:
    fibre = Fibre(a="B", b="A", link=ONE, pulse_rate_hz=1e6, session_seconds=3)
    (link,) = key_links(Topology(name="one", nodes=(Node(name="A"), Node(name="B")), fibres=(fibre,)))
    # the Alice unit stands at the fibre's first end, whatever the order of the nodes
    assert (link.a, link.b, link.name, link.fibres) == ("B", "A", "B–A", (("B", "A"),))
    assert (link.link, link.pulse_rate_hz, link.duty) == (ONE, 1e6, 1)
    assert (link.n_pulses, link.period_seconds) == (3_000_000, 3)


def test_losses_add_through_a_switch() -> None:
    (link,) = key_links(pair({"link": ONE}, {"link": TWO}))
    # 10 km · 0.2 + 4 km · 0.5 + 1.5 + 0.5 + 1.2 dB; the plain mean of the attenuations gives 8.1
    total = link.link.length_km * link.link.attenuation_db_per_km + link.link.insertion_loss_db
    assert total == pytest.approx(7.2, rel=1e-12)
    assert link.link.transmittance == pytest.approx(
        ONE.transmittance * TWO.transmittance * 10**-0.12, rel=1e-12
    )
    assert link.link.length_km == 14


def test_errors_of_both_fibres_count() -> None:
    (link,) = key_links(pair({"link": ONE}, {"link": TWO}))
    # flips one after the other; the larger of the two alone would be too few
    assert link.link.misalignment_error == pytest.approx(0.01 * 0.98 + 0.99 * 0.02)
    assert link.link.depolarizing_probability == pytest.approx(1 - 0.98 * 0.97)


def test_the_light_is_alices_and_the_detectors_are_bobs() -> None:
    for topology in (
        pair({"link": ONE}, {"link": TWO}),
        switched(
            ("B", "Bob", {"link": TWO}), ("A", "Alice", {"link": ONE})
        ),  # units say who sends, not order
    ):
        (link,) = key_links(topology)
        assert (link.a, link.b) == ("A", "B")
        assert (link.link.source, link.link.detector) == (ONE.source, TWO.detector)
        assert [set(ends) for ends in link.fibres] == [{"A", "S"}, {"B", "S"}]


def test_the_slower_unit_sets_the_pace() -> None:
    (link,) = key_links(pair({"link": ONE, "pulse_rate_hz": 1e8}, {"link": TWO, "pulse_rate_hz": 1e9}))
    # 100 gates of 1 ns are 10 of 10 ns; as many gates as before would be ten times the dead time
    assert link.pulse_rate_hz == 1e8
    assert (link.link.detector.dead_gates, link.link.detector.afterpulse_gates) == (10, 2)
    (link,) = key_links(pair({"link": ONE, "pulse_rate_hz": 1e9}, {"link": TWO, "pulse_rate_hz": 1e8}))
    assert (link.pulse_rate_hz, link.link.detector) == (1e8, TWO.detector)


def test_classical_light_must_be_the_same() -> None:
    light = ClassicalChannel(launch_power_dbm=-10, filter_loss_db=1)
    lit = replace(ONE, classical=light), replace(TWO, classical=light)
    (link,) = key_links(pair(*({"link": half} for half in lit)))
    assert link.link.classical == light
    # the filter stands before the detectors, once
    assert link.link.transmittance == pytest.approx(10 ** -((7.2 + 1) / 10))
    with pytest.raises(ValueError, match=r"^fibres A–S and B–S must carry the same classical light, got Cl"):
        key_links(pair({"link": lit[0]}, {"link": TWO}))


def test_what_cannot_be_one_link_is_named() -> None:
    far = {"link": replace(ONE, length_km=6_000)}
    with expect_refusal("fibres A–S and B–S through S: length_km must lie between 0 and 10000, got 12000.0"):
        key_links(pair(far, far))
    with pytest.raises(ValueError, match=r"^node must be one of .*, got 'X'$"):
        key_links(star(3, hub="optical switch"), pairs=[("A", "X")])


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6, 9, 12])
def test_rounds_pair_nobody_twice(n) -> None:
    rounds = [(meeting_round(i, j, n), user) for i, j in combinations(range(n), 2) for user in (i, j)]
    assert max(Counter(rounds).values()) == 1
    assert len({number for number, _ in rounds}) == (n - 1 if n % 2 == 0 else n)
    assert all(meeting_round(i, j, n) == meeting_round(j, i, n) for i, j in combinations(range(n), 2))


@pytest.mark.parametrize(("n", "n_rounds"), [(3, 3), (4, 3), (5, 5), (6, 5), (9, 9)])
def test_turns_share_the_time(n, n_rounds) -> None:
    # n(n - 1)/2 turns, one pair at a time, would give each less than half of this
    links = key_links(star(n, hub="optical switch", relock_seconds=20))
    assert {link.duty for link in links} == {60 / 80 / n_rounds}
    busy = Counter(name for link in links for name in (link.a, link.b))
    assert all(count * links[0].duty <= 60 / 80 * (1 + 1e-12) for count in busy.values())


def test_a_switch_that_never_switches_loses_no_time() -> None:
    (link,) = key_links(star(2, hub="optical switch", relock_seconds=30))
    assert (link.duty, link.period_seconds) == (1, link.session_seconds)
    # two pairs that can be joined at the same time make one round, too
    links = key_links(star(4, hub="optical switch"), pairs=[("A", "B"), ("D", "C")])
    assert [(link.name, link.duty) for link in links] == [("A–B", 1), ("C–D", 1)]


@pytest.mark.parametrize(
    ("pairs", "n_rounds"), [([("A", "B"), ("C", "D")], 1), ([("A", "B"), ("A", "C"), ("A", "D")], 3)]
)
def test_fewer_pairs_need_fewer_rounds(pairs, n_rounds) -> None:
    links = key_links(star(6, hub="optical switch"), pairs=pairs)
    time = 1.0 if n_rounds == 1 else 60 / 65
    assert [link.duty for link in links] == [pytest.approx(time / n_rounds)] * len(pairs)


def test_units_must_fit() -> None:
    users = [("A", "Alice", {}), ("B", "Bob", {}), ("C", "Alice", {}), ("D", "Bob", {})]
    links = key_links(switched(*users))
    assert sorted(link.name for link in links) == ["A–B", "A–D", "C–B", "C–D"]
    assert {link.duty for link in links} == {60 / 65 / 2}  # two rounds of two pairs
    assert key_links(switched(*users), pairs=[("A", "C")]) == ()
    assert key_links(switched(("A", "Alice", {}), ("B", "Alice", {}))) == ()


@pytest.mark.parametrize("km", [0.0, 5.0, 25.0, 60.0, 90.0])
@pytest.mark.parametrize("rate", [1e6, 1e8, 1e9])
def test_sessions_last_long_enough(km, rate) -> None:
    (link,) = key_links(point_to_point(link=replace(METRO_LINK, length_km=km), pulse_rate_hz=rate))
    clicks = link.n_pulses * link.link.expected_gain
    assert link.n_pulses <= 1e9
    if link.n_pulses < 1e9 * (1 - 1e-9):
        assert clicks >= ENOUGH_CLICKS * (1 - 1e-6)
        # the next of 1, 2, 5 × 10ⁿ s; more than 2.5 times as many only where the shortest session is 1 ms
        assert clicks <= 2.5 * ENOUGH_CLICKS * (1 + 1e-6) or link.session_seconds == 1e-3
        assert f"{link.session_seconds:e}"[:8] in ("1.000000", "2.000000", "5.000000")


def test_a_given_length_is_kept() -> None:
    (link,) = key_links(pair({"session_seconds": 2}, {"session_seconds": 3}))
    assert link.session_seconds == 3
    (link,) = key_links(pair({"session_seconds": 2}, {}))
    assert link.session_seconds == 2


def test_a_link_that_never_clicks_has_a_session_nevertheless() -> None:
    dark = replace(METRO_LINK, detector=Detector(efficiency=0, dark_count_probability=0))
    (link,) = key_links(point_to_point(link=dark))
    assert (link.n_pulses, link.session_seconds) == (10**9, 10)


def test_the_rate_through_a_switch() -> None:
    # key a second = key of the joined link / session · duty, from the same link written by hand
    one, two = replace(METRO_LINK, length_km=5), replace(METRO_LINK, length_km=8)
    users = [("A", "Alice", {"link": one}), ("B", "Bob", {"link": two}), ("C", "Bob", {"link": two})]
    link = key_links(switched(*users))[0]
    by_hand = Link(
        length_km=13,
        insertion_loss_db=1.2,
        misalignment_error=2 * 0.005 * 0.995,
        source=METRO_LINK.source,
    )
    settings = replace(NETWORK_SESSION, n_pulses=link.n_pulses, link=by_hand)
    key = expected_key(link.settings(NETWORK_SESSION)).key_length
    assert key == pytest.approx(expected_key(settings).key_length, abs=1)
    assert key > 0
    assert key / link.period_seconds == pytest.approx(key / link.session_seconds * 60 / 65 / 2)


def test_settings_take_the_links_place_in_a_session() -> None:
    (link,) = key_links(point_to_point())
    session = replace(NETWORK_SESSION, sample_fraction=0.1)
    settings = link.settings(session, seed=9)
    assert settings == replace(session, n_pulses=link.n_pulses, link=METRO_LINK, seed=9)
    assert expected_key(link.settings(NETWORK_SESSION)).key_length > 0
