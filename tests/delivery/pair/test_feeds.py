"""What feeds hand over, what they tell, and when they make nothing; and blocks on their way to two KMEs."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from qkdlab import IDEAL_LINK, InterceptResend, SessionSettings, run_session
from qkdlab.delivery.pair import FeedEvent, LinkFeed, NetworkFeed, link_settings
from qkdlab.delivery.pair.feed import Feed
from qkdlab.errors import KmeError
from qkdlab.network import Network, RelayedKey, chain, ring
from qkdlab.session.session import AcceptedSession

pytestmark = pytest.mark.long

SHORT = SessionSettings(n_pulses=20_000, seed=5, link=IDEAL_LINK, security="asymptotic")
"""A session of some 7,000 bits, done in a moment."""

FAST = 1e11


class StandIn:
    """What a feed needs of a pair: it takes all keys, and has as many bits as it is told."""

    def __init__(self) -> None:
        self.capacity_bits = 1_000_000
        self.stored_bits: dict[str, int | None] = {"KME-A": 0, "KME-B": 0}
        self.closing = threading.Event()
        self.shared: list[tuple[bytes, bytes]] = []
        self.shared_at: list[float] = []
        self.failing = ""

    def share(self, at_a: bytes, at_b: bytes) -> int:
        if self.failing:
            raise KmeError(0, self.failing)
        self.shared_at.append(time.monotonic())
        self.shared.append((at_a, at_b))
        return 8 * len(at_a)


@pytest.fixture
def pair() -> Iterator[Any]:
    made = StandIn()
    yield made
    made.closing.set()


def wait_for(what: str, happened: Callable[[], object], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.01)


def kinds(feed: Feed) -> list[str]:
    return [event.kind for event in feed.events]


# ---- a link ------------------------------------------------------------------------------------------


def test_every_bit_is_of_a_session(pair: Any) -> None:
    with LinkFeed(pair, SHORT, pulse_rate_hz=FAST) as feed:
        wait_for("three keys", lambda: len(pair.shared) >= 3)
    rng = np.random.default_rng(SHORT.seed)
    for at_a, at_b in pair.shared[:3]:
        result = run_session(SHORT, seed=int(rng.integers(2**63)))
        assert isinstance(result, AcceptedSession)
        assert (at_a, at_b) == (result.key.to_bytes(), result.bob_key.to_bytes())
    event = feed.events[0]
    assert event.kind == "accepted"
    assert event.key_bits > 6_000
    assert 0 <= event.key_bits - event.stored_bits < 8
    assert event.line.startswith(f"session 1: accepted, {event.key_bits:,} bits, QBER ")


def test_with_eve_nothing_is_handed_over_and_the_reason_is_told(pair: Any) -> None:
    with LinkFeed(pair, SHORT, pulse_rate_hz=FAST) as feed:
        wait_for("a key", lambda: pair.shared)
        feed.listen()
        wait_for("a session with her", lambda: "rejected" in kinds(feed))
        assert feed.settings.eavesdropper == InterceptResend()
        before, sessions = len(pair.shared), feed.n_sessions
        wait_for("more of them", lambda: feed.n_sessions > sessions + 3)
        assert len(pair.shared) == before
        rejected = feed.events[-1]
        assert (rejected.kind, rejected.reason, rejected.key_bits) == ("rejected", "QBER too high", 0)
        assert rejected.qber is not None
        assert rejected.qber == pytest.approx(0.25, abs=0.05)
        assert f"QBER {100 * rejected.qber:.1f} %, QBER too high" in rejected.line
        feed.leave()
        wait_for("a key", lambda: len(pair.shared) > before)
    assert feed.n_rejected >= 4
    assert feed.n_sessions == feed.n_rejected + len(pair.shared)


def test_keys_come_at_the_pace_of_the_links_clock(pair: Any) -> None:
    rate = SHORT.n_pulses / 12.0  # a session takes 12 s, and 3 s at this speed
    begun = time.monotonic()
    with LinkFeed(pair, SHORT, pulse_rate_hz=rate, speed=4) as feed:
        assert feed.period_seconds == 12.0
        wait_for("two keys", lambda: len(pair.shared) == 2)
    first, second = pair.shared_at
    assert 3.0 <= first - begun < 12.0
    assert second - first >= 2.9


def test_a_change_gives_up_the_session_that_goes_on(pair: Any) -> None:
    slow = replace(SHORT, n_pulses=40_000)
    with LinkFeed(pair, slow, pulse_rate_hz=1.0) as feed:  # 11 hours
        time.sleep(0.3)
        assert not feed.events
        feed.pulse_rate_hz = FAST
        feed.change(SHORT)
        wait_for("a key", lambda: pair.shared)
        assert feed.events[0].what == "session 1"
        assert len(pair.shared[0][0]) < 1_200  # and not of 40,000 pulses


def test_it_stops_in_the_middle_of_a_long_session(pair: Any) -> None:
    feed = LinkFeed(pair, replace(link_settings(25), n_pulses=10**9)).start()
    time.sleep(0.5)
    begun = time.monotonic()
    feed.stop()
    assert not feed.is_running
    assert time.monotonic() - begun < 15  # and it would take minutes
    assert not feed.events
    with pytest.raises(ValueError, match="feed must not have been started before"):
        feed.start()


def test_it_ends_with_its_pair(pair: Any) -> None:
    feed = LinkFeed(pair, SHORT, pulse_rate_hz=FAST).start()
    pair.closing.set()
    wait_for("its end", lambda: not feed.is_running)
    assert "failed" not in kinds(feed)


def test_full_stores_and_silent_kmes_are_waited_for(pair: Any) -> None:
    with LinkFeed(pair, SHORT, pulse_rate_hz=FAST) as feed:
        wait_for("a key", lambda: pair.shared)
        pair.stored_bits = {"KME-A": 999_000, "KME-B": 999_000}
        wait_for(
            "a word of it",
            lambda: [event.reason for event in feed.events][-1:] == ["both key stores are full"],
        )
        sessions = feed.n_sessions
        feed.listen()  # which is worth one session, and no more
        wait_for("a look at Eve", lambda: feed.events[-2].kind == "rejected")
        time.sleep(1.2)
        assert feed.n_sessions == sessions + 1
        assert kinds(feed)[-2:] == ["rejected", "waiting"]  # told once
        feed.leave()
        pair.stored_bits = {"KME-A": 999_000, "KME-B": None}
        wait_for(
            "a word of it", lambda: [event.reason for event in feed.events][-1:] == ["KME-B does not answer"]
        )
        pair.stored_bits = {"KME-A": None, "KME-B": None}
        wait_for(
            "a word of it",
            lambda: [event.reason for event in feed.events][-1:] == ["KME-A and KME-B do not answer"],
        )
        keys = len(pair.shared)
        pair.stored_bits = {"KME-A": 999_000, "KME-B": 0}  # there is room for one direction
        wait_for("keys", lambda: len(pair.shared) > keys + 1)


def test_a_key_that_is_not_taken_is_told_as_wasted(pair: Any) -> None:
    pair.failing = "KME-B does not answer: ConnectError"
    with LinkFeed(pair, SHORT, pulse_rate_hz=FAST) as feed:
        wait_for("two sessions", lambda: kinds(feed)[:2] == ["wasted", "wasted"])
    assert feed.events[0].stored_bits == 0
    assert feed.events[0].line.endswith(
        "0 of them stored, QBER 0.0 %, 0: KME-B does not answer: ConnectError"
    )


def test_what_goes_wrong_in_its_thread_is_told(pair: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[FeedEvent] = []
    monkeypatch.setattr("qkdlab.delivery.pair.link_feed.run_session", lambda *_, **__: 1 / 0)
    feed = LinkFeed(pair, SHORT, told=heard.append).start()
    wait_for("its end", lambda: not feed.is_running)
    assert [event.line for event in heard] == ["feed: failed, ZeroDivisionError: division by zero"]


def test_who_is_told_and_fails_ends_the_feed_and_nothing_else(pair: Any) -> None:
    def told(event: FeedEvent) -> None:
        raise LookupError("nobody there")

    feed = LinkFeed(pair, SHORT, pulse_rate_hz=FAST, told=told).start()
    wait_for("its end", lambda: not feed.is_running)
    assert kinds(feed) == ["accepted", "failed"]


def test_mistakes_are_told(pair: Any) -> None:
    with pytest.raises(ValueError, match="speed must lie between"):
        LinkFeed(pair, SHORT, speed=0)
    with pytest.raises(ValueError, match="settings must be"):
        LinkFeed(pair, "a link")  # type: ignore[arg-type]
    feed = LinkFeed(pair, SHORT)
    with pytest.raises(ValueError, match="settings must be"):
        feed.change(None)  # type: ignore[arg-type]


def test_a_key_can_be_waited_for(pair: Any) -> None:
    with LinkFeed(pair, SHORT, pulse_rate_hz=FAST) as feed:
        event = feed.wait_for_key()
        assert event.kind == "accepted"
        assert pair.shared
    with LinkFeed(pair, replace(SHORT, eavesdropper=InterceptResend()), pulse_rate_hz=FAST) as feed:
        with pytest.raises(TimeoutError, match="no key within 0.5 s; session .*rejected"):
            feed.wait_for_key(0.5)
        feed.stop()
        with pytest.raises(TimeoutError, match="no key within 60 s"):
            feed.wait_for_key()


# ---- a network ---------------------------------------------------------------------------------------


def network(topology: Any = None, **options: Any) -> Network:
    """Fast links of 37 kbit/s, each with a session every 5 s of its clock."""
    classroom = SessionSettings(n_pulses=1, seed=0, security="asymptotic")
    made = topology or chain(3, link=IDEAL_LINK, pulse_rate_hz=1e5)
    return Network(made, seed=1, session=classroom, keys="sessions", **options)


def test_relayed_keys_are_handed_over_as_the_two_nodes_have_them(pair: Any) -> None:
    net, relayed = network(), list[RelayedKey]()
    relay = net.relay

    def recorded(*args: Any, **options: Any) -> RelayedKey:
        relayed.append(relay(*args, **options))
        return relayed[-1]

    net.relay = recorded  # type: ignore[method-assign]
    net.lie("B")  # copies differ, so it is seen whose goes where
    with NetworkFeed(pair, net, "A", "C", block_bits=4096, confirm_bits=0, speed=50) as feed:
        wait_for("keys of both", lambda: {key.source for key in relayed} == {"A", "C"})
    assert len(relayed) == len(pair.shared)
    for key, (at_a, at_b) in zip(relayed, pair.shared, strict=True):
        copies = {key.source: key.source_key.to_bytes(), key.target: key.target_key.to_bytes()}
        assert (at_a, at_b) == (copies["A"], copies["C"])
        assert at_a != at_b
    assert {event.what for event in feed.events} >= {"relay A → B → C", "relay C → B → A"}


def test_a_node_that_lies_is_found_out(pair: Any) -> None:
    with NetworkFeed(pair, network(), "A", "C", block_bits=4096, speed=50) as feed:
        wait_for("a key", lambda: pair.shared)
        feed.do(lambda net: net.lie("B")).result(30)
        feed.events.clear()
        before = len(pair.shared)
        wait_for("two lies", lambda: kinds(feed).count("rejected") >= 2)
    assert len(pair.shared) == before
    assert "were not confirmed" in feed.events[-1].reason
    assert all(at_a == at_b for at_a, at_b in pair.shared)


def test_eve_on_the_only_way_stops_the_keys_when_the_pools_are_dry(pair: Any) -> None:
    with NetworkFeed(pair, network(), "A", "C", block_bits=4096, speed=50) as feed:
        wait_for("a key", lambda: pair.shared)
        feed.do(lambda net: net.listen("A", "B")).result(30)
        wait_for("a word of it", lambda: "changed" in kinds(feed))
        changed = next(event for event in feed.events if event.kind == "changed")
        assert changed.line == "link A–B: changed, sessions abort: QBER too high"
        wait_for("the end of the keys", lambda: [event.kind for event in feed.events][-1:] == ["waiting"])
        before, told = len(pair.shared), len(feed.events)
        time.sleep(1.0)
        assert (len(pair.shared), len(feed.events)) == (before, told)  # told once
        feed.do(lambda net: net.leave("A", "B"))
        wait_for("keys", lambda: len(pair.shared) > before)


def test_keys_go_the_other_way_round_a_ring(pair: Any) -> None:
    net = network(ring(4, link=IDEAL_LINK, pulse_rate_hz=1e5))
    with NetworkFeed(pair, net, "A", "C", block_bits=4096, speed=50) as feed:
        wait_for("a key", lambda: pair.shared)
        feed.do(lambda net: net.cut("A", "B")).result(30)
        wait_for("the other way", lambda: [event.what for event in feed.events][-1:] == ["relay A → D → C"])
        assert "rejected" not in kinds(feed)


def test_work_for_the_network_brings_its_result_or_its_error(pair: Any) -> None:
    with NetworkFeed(pair, network(), "A", "C", speed=50) as feed:
        assert feed.do(lambda net: net.topology.name).result(30) == "chain"
        failed: Future[Any] = feed.do(lambda net: net.cut("A", "C"))
        assert isinstance(failed.exception(30), ValueError)
        assert feed.is_running


def test_nodes_must_be_two_of_the_network(pair: Any) -> None:
    with pytest.raises(ValueError, match="a and b must be two nodes, got 'A' twice"):
        NetworkFeed(pair, network(), "A", "A")
    with pytest.raises(ValueError, match="'X'"):
        NetworkFeed(pair, network(), "A", "X")
