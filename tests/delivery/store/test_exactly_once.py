"""Whatever is lost, doubled, late or crashes: no key is repeated, and none is split."""

import json
import random
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from qkdlab import KeyExhausted
from qkdlab.delivery.store import ChunksMissing, KeyStore, Offer, Reservation
from qkdlab.errors import KeyNotFound, NotEntitled
from tests.delivery.store.two_ends import TTL, Clock, fresh_bits, left_behind, open_store

pytestmark = pytest.mark.long

NAMES = ("KME-A", "KME-B")
MASTERS = ("SAE-A", "SAE-B")
MEMORY = Path("/dev/shm")
"""Where files cost no time; whether they are on a disk makes no difference here."""

ENDS = st.sampled_from([0, 1])
PICK = st.integers(0, 2**16)
RARELY = st.sampled_from([False, False, False, True])


class TwoEnds(RuleBasedStateMachine):
    """Two KMEs that hear of each other by messages, which anything may happen to."""

    heard = 0

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
        self.clock = Clock()
        self.paths = [self.folder / f"{name}.sqlite" for name in NAMES]
        self.stores: list[KeyStore] = [open_store(path, clock=self.clock) for path in self.paths]
        self.steps = 0
        self.messages: list[tuple] = []  # kind, receiver, what is said as JSON
        self.delivered: dict[str, tuple[int, bytes, tuple[str, ...]]] = {}
        self.had: dict[tuple[str, str], bytes] = {}
        self.seen: dict[bytes, str] = {}

    # ---- bits ----------------------------------------------------------------------------------------------

    @rule(end=ENDS, chunks=st.integers(1, 24), odd=st.integers(0, 7), late=RARELY)
    def feed(self, end: int, chunks: int, odd: int, late: bool) -> None:
        """A block is cut at its "in" end; what is told to the other may be lost or late."""
        self.steps += 1
        bits = fresh_bits(self.steps, 8 * chunks + odd)
        kept = self.stores[1 - end].put_block(NAMES[end], self.steps, "in", bits)
        self.messages.append(("block", end, self.steps, bits[: kept // 8]))
        if not late:
            self.hear(-1, False)

    # ---- a key's way ---------------------------------------------------------------------------------------

    @precondition(lambda self: any(self.out_bits(end) for end in (0, 1)))
    @rule(end=ENDS, number=st.integers(1, 3), size=st.sampled_from([8, 64, 72, 256]), here=st.booleans())
    def reserve(self, end: int, number: int, size: int, here: bool) -> None:
        end = end if self.out_bits(end) else 1 - end
        slaves = ("SAE-HERE",) if here else ()
        try:
            offer = self.stores[end].reserve(
                NAMES[1 - end], MASTERS[end], slaves, number=number, size_bits=size
            )
        except KeyExhausted:
            assert self.out_bits(end) < number * -(-size // 64) * 64
            return
        self.messages.append(("offer", 1 - end, json.dumps(offer.to_dict()), slaves))

    def out_bits(self, end: int) -> int:
        return self.stores[end].stored_bits(NAMES[1 - end], "out")

    @precondition(lambda self: self.messages)
    @rule()
    def hear_all(self) -> None:
        """For once, nothing goes wrong."""
        while self.messages:
            self.hear(0, False)

    @precondition(lambda self: self.messages)
    @rule(pick=PICK, again=RARELY)
    def hear(self, pick: int, again: bool) -> None:
        """Any message arrives, and may do so again."""
        message = self.messages[pick % len(self.messages)]
        if not again:
            self.messages.remove(message)
        TwoEnds.heard += 1
        kind, end, *content = message
        getattr(self, f"hear_{kind}")(end, *content)

    def hear_block(self, end: int, number: int, bits: bytes) -> None:
        self.stores[end].put_block(NAMES[1 - end], number, "out", bits)

    def hear_offer(self, end: int, text: str, slaves: tuple[str, ...]) -> None:
        offer = Offer.from_dict(json.loads(text))
        ids = [key.key_id for key in offer.keys]
        try:
            self.stores[end].hold(NAMES[1 - end], MASTERS[1 - end], ("SAE-1", "SAE-2"), offer)
        except ChunksMissing as refusal:
            self.messages.append(("refusal", 1 - end, ids, refusal.floor))
        else:
            self.messages.append(("answer", 1 - end, ids, slaves))

    def hear_answer(self, end: int, ids: list[str], slaves: tuple[str, ...]) -> None:
        try:
            keys = self.stores[end].deliver(ids)
        except KeyNotFound:
            return
        for key_id, key in zip(ids, keys, strict=True):
            assert key_id not in self.delivered, "twice to its master"
            self.delivered[key_id] = (end, key, slaves)
            for place in range(0, len(key) - 7, 8):
                assert self.seen.setdefault(key[place : place + 8], key_id) == key_id, "a chunk in two keys"

    def hear_refusal(self, end: int, ids: list[str], floor: tuple[int, int]) -> None:
        self.stores[end].void_here(ids)
        self.stores[end].skip(NAMES[1 - end], floor)

    def hear_voids(self, end: int, text: str) -> None:
        voids = [Reservation.from_dict(part) for part in json.loads(text)]
        self.stores[end].void(NAMES[1 - end], voids)
        self.messages.append(("told", 1 - end, [void.key_id for void in voids]))

    def hear_told(self, end: int, ids: list[str]) -> None:
        self.stores[end].voids_told(NAMES[1 - end], ids)

    # ---- what goes wrong -----------------------------------------------------------------------------------

    @precondition(lambda self: self.messages)
    @rule(pick=PICK)
    def lose(self, pick: int) -> None:
        self.messages.pop(pick % len(self.messages))

    @precondition(lambda self: any(kind == "offer" for kind, *_ in self.messages))
    @rule(pick=PICK, unsent=st.booleans())
    def give_up(self, pick: int, unsent: bool) -> None:
        """An offer has no answer in time; or could not be sent, as its sender believes (and may be wrong)."""
        offers = [message for message in self.messages if message[0] == "offer"]
        _, end, text, _ = offers[pick % len(offers)]
        ids = [key["key_ID"] for key in json.loads(text)["keys"]]
        if unsent:
            try:
                self.stores[1 - end].put_back(ids)
            except KeyNotFound:
                return
        else:
            self.stores[1 - end].void_here(ids)

    @rule(end=ENDS)
    def tell_voids(self, end: int) -> None:
        voids = self.stores[end].pending_voids(NAMES[1 - end])
        if voids:
            self.messages.append(("voids", 1 - end, json.dumps([void.to_dict() for void in voids])))

    @rule(end=ENDS)
    def crash(self, end: int) -> None:
        """Go on with the files as they are, not with those that closing leaves."""
        self.steps += 1
        path = left_behind(self.paths[end], self.folder / str(self.steps))
        self.stores[end].close()
        self.paths[end] = path
        self.stores[end] = open_store(path, clock=self.clock)
        assert self.stores[end].counts().reserved == 0

    @rule(end=ENDS, step=st.sampled_from([-1e9, -TTL, 0, 1, 2, 3, TTL / 2, TTL + 1]))
    def pass_time(self, end: int, step: float) -> None:
        self.clock.now += step
        self.stores[end].expire()

    # ---- slaves --------------------------------------------------------------------------------------------

    @precondition(lambda self: self.delivered)
    @rule(pick=PICK, number=st.integers(1, 3), sae=st.sampled_from(["SAE-1", "SAE-2", "SAE-HERE"]))
    def take(self, pick: int, number: int, sae: str) -> None:
        known = list(self.delivered)
        start = pick % len(known) if pick >= 0 else max(0, len(known) + pick)
        ids = known[start : start + number]
        end = self.delivered[ids[0]][0]
        store = self.stores[end if sae == "SAE-HERE" else 1 - end]
        before = store.counts()
        try:
            keys = store.take(sae, MASTERS[end], ids)
        except KeyNotFound:
            assert store.counts() == before
            return
        for key_id, key in zip(ids, keys, strict=True):
            assert (key_id, sae) not in self.had, "twice to one SAE"
            assert key == self.delivered[key_id][1], "split"
            assert sae != "SAE-HERE" or "SAE-HERE" in self.delivered[key_id][2]
            self.had[key_id, sae] = key

    @precondition(lambda self: self.delivered)
    @rule(pick=PICK, end=ENDS)
    def take_by_a_stranger(self, pick: int, end: int) -> None:
        key_id = list(self.delivered)[pick % len(self.delivered)]
        with pytest.raises((NotEntitled, KeyNotFound)):
            self.stores[end].take("SAE-X", MASTERS[self.delivered[key_id][0]], [key_id])

    # ---- what always holds ---------------------------------------------------------------------------------

    @invariant()
    def no_bit_is_unaccounted_for(self) -> None:
        for store in self.stores:
            counts = store.counts()
            parts = ("stored", "reserved", "waiting", "delivered", "expired", "voided", "wasted")
            assert counts.received == sum(getattr(counts, part) for part in parts)
            assert min(getattr(counts, part) for part in parts) >= 0

    def teardown(self) -> None:
        """After all that, keys go through again, until the pool is empty."""
        try:
            for end in (0, 1):
                refused = 0
                self.messages.clear()
                while self.out_bits(end):
                    self.reserve(end, 1, 64, False)
                    while self.messages:
                        refused += self.messages[0][0] == "refusal"
                        self.hear(0, False)
                assert refused <= 1 + self.steps, "each block is refused once at most"
            for store in self.stores:
                store.close()
        finally:
            shutil.rmtree(self.folder)


STEPS = {
    **{"feed": 3, "reserve": 8, "hear": 14, "hear_all": 0.5, "take": 8, "take_by_a_stranger": 0.5},
    **{"lose": 1, "give_up": 1, "tell_voids": 1, "crash": 0.3, "pass_time": 0.3},
}
"""What happens on a long walk, and how often in proportion."""


def walk(machine: TwoEnds, rng: random.Random, n_steps: int) -> None:
    """Take steps at random."""
    for name in rng.choices(list(STEPS), STEPS.values(), k=n_steps):
        end, pick = rng.randrange(2), rng.randrange(2**16)
        match name:
            case "feed":
                machine.feed(end, rng.randint(1, 24), rng.randrange(8), rng.random() < 0.2)
            case "reserve":
                machine.reserve(end, rng.randint(1, 3), rng.choice([8, 64, 72, 256]), rng.random() < 0.3)
            case "hear" if machine.messages:
                machine.hear(pick if rng.random() < 0.5 else 0, rng.random() < 0.2)
            case "lose" if machine.messages:
                machine.lose(pick)
            case "give_up" if any(kind == "offer" for kind, *_ in machine.messages):
                machine.give_up(pick, rng.random() < 0.5)
            case "take" if machine.delivered:
                machine.take(-1 - pick % 9, rng.randint(1, 3), rng.choice(["SAE-1", "SAE-2", "SAE-HERE"]))
            case "take_by_a_stranger" if machine.delivered:
                machine.take_by_a_stranger(pick, end)
            case "pass_time":
                machine.pass_time(end, rng.choice([-1e9, 1, 1, 1, TTL / 2, TTL + 1]))
            case "crash" | "tell_voids":
                getattr(machine, name)(end)
            case "hear_all":
                machine.hear_all()
        machine.no_bit_is_unaccounted_for()


def test_no_key_is_repeated_or_split_whatever_happens() -> None:
    before = TwoEnds.heard
    run_state_machine_as_test(TwoEnds, settings=settings(max_examples=40, stateful_step_count=60))
    assert TwoEnds.heard > before + 40


@pytest.mark.parametrize("seed", range(8))
def test_no_key_is_repeated_or_split_on_a_long_walk(seed) -> None:
    machine = TwoEnds()
    try:
        walk(machine, random.Random(seed), 500)
        assert len(machine.had) >= 30, "keys went through"
    finally:
        machine.teardown()
