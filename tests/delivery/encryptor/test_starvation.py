"""Eve on the quantum link at half time: no more keys from QKD, and each policy does what it says."""

import pytest

from qkdlab.delivery.encryptor.end import LinkState
from qkdlab.delivery.encryptor.rotation import Starvation
from qkdlab.delivery.hybrid import HybridPolicy
from qkdlab.errors import KeyExhausted
from tests.delivery.encryptor.links import FIRST_SECRET, Link


def talk(link: Link, seconds: float) -> int:
    """Send a message a second as long as the link lets, and return how many arrived."""
    before = len(link.arrived["slave"])
    for _ in range(int(seconds)):
        if link.master.may_send:
            link.master.send(b"a word")
        link.wait(1)
    return len(link.arrived["slave"]) - before


@pytest.mark.parametrize("hybrid", list(HybridPolicy))
def test_hold_goes_on_to_the_hard_limit_and_until_there_are_keys(hybrid: HybridPolicy) -> None:
    link = Link(n_keys=3, hybrid=hybrid)
    assert talk(link, 25) == 25  # three epochs of ten seconds
    assert link.master.epoch == 3
    assert talk(link, 60) == 25  # the third is used for thirty seconds, and then nothing passes
    assert link.master.state is link.slave.state is LinkState.HELD
    for end in (link.master, link.slave):
        with pytest.raises(KeyExhausted, match="the link is held"):
            end.send(b"no")
    assert not link.master.take_frames()
    assert link.master.made_of == {"QKD", "PQC"}
    link.shared.add(1)
    assert talk(link, 5) >= 4
    assert link.master.epoch == link.slave.epoch == 4


def test_hold_holds_the_slave_by_what_it_sends_itself() -> None:
    # Eve may keep the master's offers back for ever: the slave does not go on under old keys for ever
    link = Link(tap=lambda role, frame: [frame])
    link.tap = lambda role, frame: []
    link.wait(31)
    assert link.slave.state is LinkState.HELD
    assert link.master.state is LinkState.HELD


@pytest.mark.parametrize("limit", ["bytes", "frames"])
def test_hard_limits_of_bytes_and_frames(limit: str) -> None:
    link = Link(n_keys=1)
    size, most = (10_000, 4) if limit == "bytes" else (0, 400)
    for _ in range(most):
        link.master.send(bytes(size))
        link.run()
    with pytest.raises(KeyExhausted, match="held"):
        link.master.send(b"")
    assert len(link.arrived["slave"]) == most


@pytest.mark.parametrize("hybrid", [HybridPolicy.AT_LEAST_PQC, HybridPolicy.EITHER])
def test_pqc_only_goes_on_and_says_so_and_comes_back(hybrid: HybridPolicy) -> None:
    link = Link(n_keys=2, hybrid=hybrid, starvation=Starvation.PQC_ONLY)
    assert talk(link, 50) == 50  # not a word is lost
    assert link.master.epoch == link.slave.epoch >= 5
    assert link.master.made_of == link.slave.made_of == {"PQC"}
    assert link.master.key_id is link.slave.key_id is None
    assert "no key" in [event.what for event in link.master.events]
    link.shared.add(5)
    assert talk(link, 12) == 12
    assert link.master.made_of == link.slave.made_of == {"QKD", "PQC"}


def test_pqc_only_is_bound_to_who_was_there_before() -> None:
    # who has not the chain of the epochs before cannot take the slave's place, as ML-KEM alone would let him
    link = Link(n_keys=1, hybrid=HybridPolicy.EITHER, starvation=Starvation.PQC_ONLY)
    link.slave._chain = bytes(32)
    link.wait(20)
    assert link.master.rejected["not confirmed"] >= 1
    assert link.master.epoch == link.slave.epoch == 1


def test_pqc_only_begins_without_qkd_only_with_a_secret_shared_beforehand() -> None:
    changes = {"hybrid": HybridPolicy.EITHER, "starvation": Starvation.PQC_ONLY}
    link = Link(n_keys=0, **changes)
    link.wait(20)
    assert link.master.state is LinkState.STARTING
    shared = Link(n_keys=0, first_secret=FIRST_SECRET, **changes)
    assert shared.master.made_of == shared.slave.made_of == {"PQC"}
    other = Link(n_keys=0, first_secret=FIRST_SECRET, **changes)
    assert other.master._chain != shared.master._chain  # fresh each time


@pytest.mark.parametrize("hybrid", list(HybridPolicy))
def test_stop_ends_the_session_at_both_ends(hybrid: HybridPolicy) -> None:
    link = Link(n_keys=2, hybrid=hybrid, starvation=Starvation.STOP)
    assert talk(link, 60) == 20  # two epochs of ten seconds
    assert link.master.state is link.slave.state is LinkState.STOPPED
    assert link.master.why_stopped == "there is no key from QKD"
    assert link.slave.why_stopped == "the other end stopped"
    link.shared.add(9)
    assert talk(link, 20) == 0  # it is over
    assert link.shared.n_left == 9


def test_keys_that_the_other_end_cannot_get_count_as_none() -> None:
    # the slave's KME is gone: offers are refused, keys are asked for less and less often
    link = Link(n_keys=60, starvation=Starvation.HOLD)
    link.shared.keys_of = lambda key_ids: (_ for _ in ()).throw(KeyExhausted("no KME"))  # type: ignore[method-assign]
    link.wait(200)
    assert link.master.state is LinkState.HELD
    assert link.shared.n_left >= 50
    stopping = Link(n_keys=60, starvation=Starvation.STOP)
    stopping.shared.keys_of = link.shared.keys_of  # type: ignore[method-assign]
    stopping.wait(60)
    assert stopping.master.state is LinkState.STOPPED


@pytest.mark.parametrize("hybrid", [HybridPolicy.BOTH, HybridPolicy.AT_LEAST_QKD])
def test_no_epoch_without_qkd_where_it_is_required(hybrid: HybridPolicy) -> None:
    for starvation in (Starvation.HOLD, Starvation.STOP):
        link = Link(n_keys=3, hybrid=hybrid, starvation=starvation, first_secret=FIRST_SECRET)
        link.wait(100)
        for end in (link.master, link.slave):
            made = [event.detail for event in end.events if event.what == "epoch"]
            assert len(made) == 3
            assert all("QKD" in detail for detail in made)
