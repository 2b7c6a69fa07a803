"""Two ends that agree on keys, change them in time, and lose nothing by it."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qkdlab.delivery.encryptor.end import LinkState
from qkdlab.delivery.encryptor.frames import Header, Kind
from qkdlab.delivery.hybrid import HybridPolicy
from qkdlab.errors import KeyExhausted
from tests.delivery.encryptor.links import Link


def test_the_ends_agree_and_both_ways_are_open() -> None:
    link = Link()
    assert link.master.state is link.slave.state is LinkState.OPEN
    assert link.master.made_of == link.slave.made_of == {"QKD", "PQC"}
    assert link.master.key_id == link.slave.key_id == "key-1"
    link.master.send(b"from Alice")
    link.slave.send(b"from Bob")
    link.run()
    assert link.arrived == {"slave": [b"from Alice"], "master": [b"from Bob"]}


def test_no_data_before_the_keys_are_confirmed() -> None:
    link = Link(n_keys=0)
    for end in (link.master, link.slave):
        assert end.state is LinkState.STARTING
        with pytest.raises(KeyExhausted, match="the link is starting"):
            end.send(b"too early")
    assert not link.master.take_frames()
    link.shared.add(1)
    link.wait(2)
    assert link.master.may_send
    assert link.slave.may_send


def test_the_name_of_the_key_travels_in_the_clear_and_the_key_does_not() -> None:
    seen: list[bytes] = []
    link = Link(tap=lambda role, frame: seen.append(frame) or [frame])
    link.master.send(b"this is a secret")
    link.run()
    line = b"".join(seen)
    assert b"key-1" in line
    assert b"secret" not in line
    secrets = [link.master._chain, link.slave._chain]
    assert secrets[0] == secrets[1]
    assert secrets[0] not in line


@pytest.mark.parametrize(("what", "why"), [("time", 10), ("bytes", 5_000), ("frames", 100)])
def test_keys_change_by_time_bytes_and_frames(what: str, why: int) -> None:
    link = Link()
    if what == "time":
        link.wait(9.5)
        assert link.master.epoch == 1
        link.wait(0.5)
    for _ in range({"time": 0, "bytes": 2, "frames": 100}[what]):
        link.master.send(bytes(5_000 if what == "bytes" else 0))
        link.run()
    assert link.master.epoch == link.slave.epoch == 2
    assert [event.detail for event in link.master.events if event.what == "rotation due"] == ["start", what]
    assert link.master.key_id == link.slave.key_id == "key-2"


def test_what_the_slave_sends_changes_keys_too() -> None:
    link = Link()
    for _ in range(2):
        link.slave.send(bytes(5_000))
    link.run()
    assert link.master.epoch == link.slave.epoch == 2


def test_data_under_the_old_keys_are_taken_for_some_time() -> None:
    held: list[bytes] = []
    link = Link(window=64)
    late = link.frames("slave", b"sent before, arrives later")
    link.wait(11)
    assert link.master.epoch == 2
    assert link.master._opener.epochs == (1, 2)
    assert link.deliver("master", late[0])
    link.slave.send(b"under the new keys")
    link.run()
    held = link.frames("slave", b"")  # under the new keys
    link.wait(2.5)
    assert link.master._opener.epochs == (2,)  # the overlap has ended
    assert link.deliver("master", held[0])
    assert link.arrived["master"] == [b"sent before, arrives later", b"under the new keys", b""]


def test_old_keys_are_forgotten() -> None:
    link = Link(window=64)
    late = link.frames("master", b"much too late")
    link.wait(11)
    link.master.send(b"new")
    link.run()
    link.wait(3)
    assert not link.deliver("slave", late[0])
    assert link.slave.rejected == {"unknown epoch": 1}


def test_old_keys_are_forgotten_even_if_the_other_end_never_uses_the_new_ones() -> None:
    link = Link(window=64)
    link.wait(10)
    assert link.master.epoch == 2
    link.tap = lambda role, frame: [] if role == "slave" else [frame]
    link.wait(29)
    assert link.master._opener.epochs == (1, 2)
    link.wait(2)
    assert link.master._opener.epochs == (2,)


def test_both_say_that_they_are_done() -> None:
    link = Link()
    link.master.send(b"last")
    link.master.finish()
    link.run()
    assert link.slave.peer_closed
    assert link.slave.may_send  # the other way is still open
    with pytest.raises(ValueError, match="before finish"):
        link.master.send(b"more")
    link.wait(11)
    assert link.slave.epoch == 2  # and keys still change for it
    link.slave.finish()
    link.run()
    assert link.master.state is link.slave.state is LinkState.CLOSED


@pytest.mark.parametrize("hybrid", list(HybridPolicy))
@pytest.mark.parametrize("use_pqc", [True, False])
def test_what_epochs_are_made_of(hybrid: HybridPolicy, use_pqc: bool) -> None:
    if hybrid.needs_pqc and not use_pqc:
        return
    link = Link(hybrid=hybrid, use_pqc=use_pqc)
    link.wait(11)
    assert link.slave.epoch == 2
    assert link.slave.made_of == ({"QKD", "PQC"} if use_pqc else {"QKD"})


def test_a_key_of_a_name_that_the_slave_has_not_is_replaced_by_another() -> None:
    link = Link(n_keys=0)
    link.shared.add(5)
    link.shared.new_key()  # counted, and named key-1 …
    link.shared._named.clear()  # … but lost at the slave
    real = link.shared.new_key

    def lost_once() -> tuple[str, bytes]:
        key_id, key = real()
        if key_id == "key-2":
            link.shared._named.pop(key_id)
        return key_id, key

    link.shared.new_key = lost_once  # type: ignore[method-assign]
    link.wait(8)
    assert link.master.key_id == link.slave.key_id == "key-3"
    assert "not agreed" in [event.what for event in link.master.events]


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32), st.sampled_from([0.0, 0.1, 0.3]))
def test_on_a_line_that_loses_repeats_and_swaps_frames(seed: int, loss: float) -> None:
    """Whatever passes was sent, nothing passes twice, and keys go on changing."""
    rng = random.Random(seed)
    kept: list[bytes] = []

    def bad_line(role: str, frame: bytes) -> list[bytes]:
        if Header.decoded(frame).epoch == 0:  # the first agreement is not protected against its repetition
            return [] if rng.random() < loss else [frame]
        arriving = [] if rng.random() < loss else [frame]
        if rng.random() < 0.2:
            kept.append(frame)
        if kept and rng.random() < 0.2:
            arriving.insert(rng.randint(0, len(arriving)), kept.pop(rng.randrange(len(kept))))
        return arriving + arriving[: rng.random() < 0.1]

    link = Link(n_keys=200, tap=bad_line, window=64)
    sent: dict[str, list[bytes]] = {"master": [], "slave": []}
    for number in range(60):
        for role, end in (("master", link.master), ("slave", link.slave)):
            if end.may_send:
                message = f"{role} {number}".encode()
                sent[role].append(message)
                end.send(message)
        link.wait(1)
    for role, other in (("master", "slave"), ("slave", "master")):
        arrived = link.arrived[other]  # type: ignore[index]
        assert len(arrived) == len(set(arrived))
        assert set(arrived) <= set(sent[role])
        assert len(arrived) > len(sent[role]) / 4
    assert link.master.epoch >= 3
    assert link.master.state is not LinkState.STOPPED


def test_no_key_from_qkd_is_used_for_two_epochs_and_no_nonce_twice() -> None:
    used: list[tuple[str, int, int]] = []
    names: list[bytes] = []

    def watch(role: str, frame: bytes) -> list[bytes]:
        header = Header.decoded(frame)
        if header.epoch:
            used.append((role, header.epoch, header.counter))
        if header.kind is Kind.OFFER:
            names.append(frame)
        return [frame]

    link = Link(n_keys=50, tap=watch)
    for _ in range(100):
        link.master.send(b"a")
        link.slave.send(b"b")
        link.wait(2)
    assert link.master.epoch > 15
    assert len(used) == len(set(used)) > 200
    assert len(names) == link.master.epoch == 50 - link.shared.n_left
