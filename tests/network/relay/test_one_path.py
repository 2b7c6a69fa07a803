"""Relays step by step: the bits that are sent, wrong tags, keys that differ, bits that run out."""

import pickle
from itertools import pairwise

import numpy as np
import pytest

from qkdlab import KeyExhausted, SecretKey
from qkdlab.distillation.authentication.tags import TAG_BITS, Authenticator
from qkdlab.errors import RelayRejected
from qkdlab.network.relay.hops import LinkKey
from qkdlab.network.relay.knowledge import knowledge
from qkdlab.network.relay.linear_words import Word
from qkdlab.network.relay.one_path import relay_one_time_pad, relay_parities
from qkdlab.network.relay.shares import relay_shamir_shares, relay_xor_shares
from tests.network.relaying import RING, THREE, keys_along, random_key, silent_keys
from tests.refusals import expect_refusal

CHAIN = ("A", "B", "C", "D")
RNG = np.random.default_rng


def texts(relayed) -> list[str]:
    return [repr(step) for step in relayed.steps]


def bits(text: str) -> np.ndarray:
    return np.array(list(map(int, text)), dtype=np.uint8)


def test_one_time_pads_by_hand() -> None:
    # S = 1010, K1 = 1100, K2 = 0110: 0110 is sent, then 1100
    keys = silent_keys("ABC", [bits("1100"), bits("0110")])
    relayed = relay_one_time_pad("ABC", keys, SecretKey(bits("1010")))
    assert texts(relayed) == [
        "Step(A → B: S ⊕ K(A–B); B computes S)",
        "Step(B → C: S ⊕ K(B–C); C computes S)",
    ]
    assert [step.message[0].bits.tolist() for step in relayed.steps] == [[0, 1, 1, 0], [1, 1, 0, 0]]
    assert relayed.steps[0].result.bits.tolist() == [1, 0, 1, 0]  # the trusted node reads S
    assert relayed.target_key == relayed.source_key == SecretKey(bits("1010"))


def test_parities_by_hand() -> None:
    # K = 1100, 0110, 0011: P1 = 1010, P2 = 0101; the target finds 0011 ⊕ 0101 ⊕ 1010 = 1100
    keys = silent_keys(CHAIN, [bits("1100"), bits("0110"), bits("0011")])
    relayed = relay_parities(CHAIN, keys)
    assert texts(relayed) == [
        "Step(B → C: K(A–B) ⊕ K(B–C))",
        "Step(C → D: K(A–B) ⊕ K(B–C), K(B–C) ⊕ K(C–D); D computes K(A–B))",
    ]
    assert [word.bits.tolist() for word in relayed.public] == [[1, 0, 1, 0], [0, 1, 0, 1]]
    assert relayed.target_key == relayed.source_key == SecretKey(bits("1100"))


def test_every_step_is_the_xor_that_it_says() -> None:
    rng = np.random.default_rng(1)
    secret = random_key(16, rng)
    for relayed in (
        relay_one_time_pad(CHAIN, keys_along(CHAIN, 16, rng), secret),
        relay_parities(CHAIN, keys_along(CHAIN, 16, rng)),
        relay_shamir_shares(
            THREE, [keys_along(path, 16, rng) for path in THREE], secret, threshold=2, rng=rng
        ),
    ):
        for step in relayed.steps:
            assert len(step.tag) == 16
            for operands, result in ((step.made_from, step.message[-1]), (step.used, step.result)):
                if operands:
                    total = np.bitwise_xor.reduce([word.bits for word in operands])
                    assert np.array_equal(total, result.bits)
            # would catch: a node that computes with words that it does not have
            for node, words in ((step.sender, step.made_from), (step.receiver, step.used)):
                held = [(dict(word.terms), word.bits.tolist()) for word in relayed.views[node]]
                assert all((dict(word.terms), word.bits.tolist()) in held for word in words)


def test_one_link_sends_nothing() -> None:
    rng = np.random.default_rng(2)
    key = LinkKey.draw("A", "B", 8, rng, n_tags=0)
    for relayed in (relay_parities("BA", [key]), relay_one_time_pad("BA", [key], random_key(8, rng))):
        assert (relayed.steps, relayed.public) == ((), ())
        assert relayed.source_key == relayed.target_key == key.copies[0]
        assert (relayed.source, relayed.target, relayed.pad_bits) == ("B", "A", 8)


@pytest.mark.parametrize("hop", [("A", "B"), ("B", "C"), ("C", "D")])
def test_a_flipped_bit_is_found_by_the_next_node(hop) -> None:
    # would catch: tags that leave out part of the message, or are not checked at every hop
    flips = []

    def tamper(sender, receiver, message):
        if (sender, receiver) == hop:
            message[flips[-1]] ^= 1
        return message

    rng = np.random.default_rng(3)
    for place in (0, 9):
        flips.append(place)
        with expect_refusal(
            f"the message from {hop[0]!r} to {hop[1]!r} did not have its tag", RelayRejected
        ) as e:
            relay_one_time_pad(CHAIN, keys_along(CHAIN, 10, rng), random_key(10, rng), tamper=tamper)
        assert (e.value.sender, e.value.receiver) == hop
        if hop[0] != "A":
            with pytest.raises(RelayRejected):
                relay_parities(CHAIN, keys_along(CHAIN, 10, rng), tamper=tamper)


def test_an_end_with_another_secret_is_rejected() -> None:
    rng = np.random.default_rng(4)
    one, other = LinkKey.draw("A", "B", 8, rng), LinkKey.draw("A", "B", 8, rng)
    false = LinkKey(
        ends=("A", "B"), copies=one.copies, authenticators=(one.authenticators[0], other.authenticators[1])
    )
    with expect_refusal("the message from 'A' to 'B' did not have its tag", RelayRejected):
        relay_one_time_pad("ABC", [false, LinkKey.draw("B", "C", 8, rng)], random_key(8, rng))


def flip_on(*hops: tuple[str, str]):
    def tamper(sender, receiver, message):
        message[0] ^= (sender, receiver) in hops
        return message

    return tamper


def test_shamir_shares_may_get_lost_and_xor_shares_may_not() -> None:
    def keys():
        return [keys_along(path, 8, rng) for path in THREE]

    rng = np.random.default_rng(5)
    secret = random_key(8, rng)
    relayed = relay_shamir_shares(THREE, keys(), secret, threshold=2, rng=rng, tamper=flip_on(("D", "Z")))
    assert relayed.target_key == secret
    assert relayed.lost == (THREE[1],)
    assert relayed.weights[1] == 0
    assert 0 not in (relayed.weights[0], relayed.weights[2])
    # a node on the lost path saw its share all the same; would catch: views of what arrived alone
    assert knowledge(relayed, ["D", "B"]).key == secret
    assert not knowledge(relayed, ["D", "C"]).knows_all
    with expect_refusal("the message from 'A' to 'E' did not have its tag", RelayRejected):
        relay_shamir_shares(
            THREE, keys(), secret, threshold=2, rng=rng, tamper=flip_on(("D", "Z"), ("A", "E"))
        )
    with expect_refusal("the message from 'D' to 'Z' did not have its tag", RelayRejected):
        relay_xor_shares(THREE, keys(), secret, rng=rng, tamper=flip_on(("D", "Z")))


def test_copies_that_differ_give_keys_that_differ_there() -> None:
    rng = np.random.default_rng(6)
    first, second = keys_along("ABC", 8, rng)
    wrong = SecretKey(second.copies[1].bits ^ bits("00100001"))
    second = LinkKey(ends=second.ends, copies=(second.copies[0], wrong), authenticators=second.authenticators)
    for relayed in (
        relay_one_time_pad("ABC", [first, second], random_key(8, rng)),
        relay_parities("ABC", [first, second]),
    ):
        assert (relayed.source_key.bits ^ relayed.target_key.bits).tolist() == [0, 0, 1, 0, 0, 0, 0, 1]


def test_a_link_without_bits_for_a_tag_stops_the_relay_before_it_begins() -> None:
    rng = np.random.default_rng(7)
    keys = [LinkKey.draw("A", "B", 8, rng), LinkKey.draw("B", "C", 8, rng, n_tags=0)]
    with expect_refusal("K(B–C): 256 secret bits are needed for a tag, 128 are left", KeyExhausted):
        relay_one_time_pad("ABC", keys, random_key(8, rng))
    assert [one.bits_used for one in keys[0].authenticators] == [0, 0]


def test_announcements_do_not_begin_without_bits_for_all_tags() -> None:
    keys = keys_along("ABCD", 16, RNG(1))
    for half in keys[2].authenticators:
        half.tag(b"one")
        half.tag(b"two")
    with pytest.raises(KeyExhausted, match=r"K\(.–.\): 128 secret bits are needed for a tag, 0 are left"):
        relay_parities("ABCD", keys)
    assert [key.authenticators[0].bits_used for key in keys[:2]] == [0, 0]


def test_a_tag_fits_its_path_alone() -> None:
    # would catch: a message that is taken for one of another relay, of which it has all bits
    def tag_of(path, method) -> bytes:
        keys = [LinkKey.draw(*ends, 16, RNG(number)) for number, ends in enumerate(pairwise(path))]
        return method(path, keys).steps[-1].tag

    def one_time_pad(path, keys):
        return relay_one_time_pad(path, keys, SecretKey([1, 0] * 8))

    for method in (one_time_pad, relay_parities):
        assert tag_of("ABC", method) == tag_of("ABC", method) != tag_of("DBC", method)


def test_a_tag_fits_its_share_alone() -> None:
    # would catch: a share passed off as another; both shares of zeros are the same bits
    def tag_over_b(*paths) -> bytes:
        keys = [[LinkKey.draw(*ends, 16, RNG(1)) for ends in pairwise(path)] for path in paths]
        relayed = relay_xor_shares(paths, keys, SecretKey([0] * 16), rng=RNG(2))
        return next(step.tag for step in relayed.steps if step.receiver == "B")

    assert tag_over_b("ABC", "ADC") == tag_over_b("ABC", "AEC") != tag_over_b("ADC", "ABC")


def test_the_source_holds_all_that_it_drew() -> None:
    paths = ("ABC", "ADC")
    keys = [keys_along(path, 16, RNG(1)) for path in paths]
    for made in (
        relay_xor_shares(paths, keys, random_key(16, RNG(2)), rng=RNG(3)),
        relay_shamir_shares(paths, keys, random_key(16, RNG(2)), threshold=2, rng=RNG(3)),
    ):
        drawn = {name for word in made.shares for name in word.terms}
        assert drawn <= {word.expression for word in made.view("A")}


def test_each_message_uses_up_one_tag_of_its_link() -> None:
    rng = np.random.default_rng(8)
    keys = keys_along(CHAIN, 8, rng)
    relay_one_time_pad(CHAIN, keys, random_key(8, rng))
    assert [[one.bits_used for one in key.authenticators] for key in keys] == [[2 * TAG_BITS] * 2] * 3
    again = [LinkKey(ends=key.ends, copies=key.copies, authenticators=key.authenticators) for key in keys]
    relay_parities(CHAIN, again)  # the same authenticators go on; the first link has nothing to send
    used = [[one.bits_used for one in key.authenticators] for key in again]
    assert used == [[2 * TAG_BITS] * 2, [3 * TAG_BITS] * 2, [3 * TAG_BITS] * 2]


def test_costs_of_paths() -> None:
    # reference: L bits on each of m links; over disjoint paths L × the hops of all
    rng = np.random.default_rng(9)
    relayed = relay_xor_shares(
        THREE, [keys_along(path, 12, rng) for path in THREE], random_key(12, rng), rng=rng
    )
    assert relayed.pad_bits == 12 * (2 + 3 + 4)
    assert len(relayed.steps) == 9


def test_same_generator_same_relay() -> None:
    runs = []
    for _ in range(2):
        rng = np.random.default_rng(10)
        keys = [keys_along(path, 8, rng) for path in RING]
        runs.append(relay_xor_shares(RING, keys, random_key(8, rng), rng=rng))
    one, other = ([(word.bits.tolist(), word.expression) for word in run.public] for run in runs)
    assert one == other
    assert [step.tag for step in runs[0].steps] == [step.tag for step in runs[1].steps]


def test_nothing_shows_secret_bits() -> None:
    rng = np.random.default_rng(11)
    keys = keys_along("ABC", 64, rng)
    relayed = relay_one_time_pad("ABC", keys, random_key(64, rng))
    assert repr(relayed) == "RelayedKey(64 bits, A → B → C)"
    assert repr(relayed.views["B"]) == (
        "(Word(K(B–A), 64 bits), Word(K(B–C), 64 bits), Word(S ⊕ K(B–A), 64 bits), Word(S, 64 bits), "
        "Word(S ⊕ K(B–C), 64 bits))"
    )
    assert repr(keys[1]).startswith(
        "LinkKey(ends=('B', 'C'), copies=(SecretKey(64 bits), SecretKey(64 bits)), "
    )
    assert repr(knowledge(relayed, ["B"]).key) == "SecretKey(64 bits)"


def test_a_relay_can_be_sent_to_another_process() -> None:
    rng = np.random.default_rng(14)
    relayed = relay_parities("ABC", keys_along("ABC", 8, rng))
    again = pickle.loads(pickle.dumps(relayed))
    assert again.target_key == relayed.target_key
    assert knowledge(again, ["B"]).key == relayed.source_key
    assert str(pickle.loads(pickle.dumps(RelayRejected("A", "B")))) == str(RelayRejected("A", "B"))


def test_names_of_keys_are_never_the_same() -> None:
    rng = np.random.default_rng(12)
    pairs = (("A", "B–C"), ("A–B", "C"), ("A", "B"))
    assert len({LinkKey.draw(a, b, 1, rng).name for a, b in pairs}) == 3


def test_words() -> None:
    word = Word.independent("S", SecretKey(np.unpackbits(np.array([0x57], dtype=np.uint8))))
    assert np.packbits(word.times(0x83).bits) == 0xC1  # FIPS 197, section 4.2
    assert word.times(2).times(2).expression == "04·S"
    assert (word ^ word).expression == word.times(0).expression == "0"
    assert word.times(3).terms == (word ^ word.times(2)).terms
    with expect_refusal("words must have 8 bits to be XORed, got 1"):  # one bit is not taken for all
        assert word ^ Word.independent("S", SecretKey([1]))
    with expect_refusal("word must have a multiple of 8 bits to be multiplied, got 3"):
        Word.independent("S", SecretKey([1, 0, 1])).times(2)


def test_refusals() -> None:
    rng = np.random.default_rng(13)
    ab, bc, bd = (LinkKey.draw(*ends, 8, rng) for ends in ("AB", "BC", "BD"))
    secret = random_key(8, rng)
    with expect_refusal("path must be two different nodes or more, got ('A',)"):
        relay_one_time_pad("A", [], secret)
    with expect_refusal("path must be two different nodes or more, got ('A', 'B', 'A')"):
        relay_one_time_pad("ABA", [ab, ab], secret)
    with expect_refusal("keys must be 2, one for each link of the path, got 1"):
        relay_one_time_pad("ABC", [ab], secret)
    with expect_refusal("keys must join 'B' and 'C' here, got K(B–D)"):
        relay_one_time_pad("ABC", [ab, bd], secret)
    with expect_refusal("K(A–B) must have 9 bits, got 8"):
        relay_one_time_pad("ABC", [ab, bc], random_key(9, rng))
    with expect_refusal("K(B–E) must have 8 bits, got 7"):
        relay_parities("ABE", [ab, LinkKey.draw("B", "E", 7, rng)])
    with expect_refusal("paths must be at least 2, got 1"):
        relay_xor_shares(["ABC"], [[ab, bc]], secret, rng=rng)
    with expect_refusal("paths must have no node in common but their ends, got ('A', 'B', 'C')"):
        relay_xor_shares(["ABC", "ABC"], [[ab, bc], [ab, bc]], secret, rng=rng)
    with expect_refusal("paths must have no node in common but their ends, got ('A', 'B')"):
        relay_xor_shares(["AB", "AB"], [[ab], [ab]], secret, rng=rng)
    with expect_refusal("paths must all lead from 'A' to 'C', got ('A', 'B')"):
        relay_xor_shares(["ABC", "AB"], [[ab, bc], [ab]], secret, rng=rng)
    with expect_refusal("keys must be given for 2 paths, got 1"):
        relay_xor_shares(RING, [[ab, bc]], secret, rng=rng)
    with expect_refusal("threshold must be at least 1 and at most 2, got 3"):
        keys = [keys_along(path, 8, rng) for path in RING]
        relay_shamir_shares(RING, keys, secret, threshold=3, rng=rng)
    with expect_refusal("ends must be two nodes, got ('A', 'A')"):
        LinkKey.draw("A", "A", 8, rng)
    with expect_refusal("copies[1] must have 8 bits, got 9"):
        both = Authenticator(secret), Authenticator(secret)
        LinkKey(ends=("A", "B"), copies=(secret, random_key(9, rng)), authenticators=both)
