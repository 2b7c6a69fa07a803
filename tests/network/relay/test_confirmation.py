"""Nodes that lie, and how the two ends find them out."""

import itertools
import pickle
from functools import partial

import numpy as np
import pytest

from qkdlab import KeyExhausted, SecretKey
from qkdlab.distillation.authentication.tags import Ghash, forging_probability
from qkdlab.distillation.channel import Party
from qkdlab.errors import KeyNotConfirmed, MessageLost, RelayRejected
from qkdlab.network import ConfirmationAccount, Network, knowledge
from qkdlab.network.relay.hops import false_word, tagged_bytes
from qkdlab.network.relay.one_path import relay_one_time_pad, relay_parities
from qkdlab.network.relay.shares import relay_shamir_shares, relay_xor_shares
from qkdlab.values import as_index
from tests.network.classroom import CLASSROOM, RING, network_of
from tests.network.relaying import THREE, keys_along, random_key
from tests.refusals import expect_refusal

RNG = np.random.default_rng
CHAIN = ("A", "B", "C", "D")
NOT_CONFIRMED = "the keys of 'A' and 'C' were not confirmed: something was changed on the way between them"
WAYS = [{}, {"method": "parities"}, {"n_paths": 2}, {"n_paths": 2, "threshold": 2}]


def account(n_bits: int = 4096) -> ConfirmationAccount:
    return ConfirmationAccount.draw("A", "C", n_bits, RNG(1))


def flipped(key: SecretKey, *places: int) -> SecretKey:
    bits = key.bits.copy()
    bits[list(places)] ^= 1
    return SecretKey(bits)


def network(topology=RING, **options) -> Network:
    made = Network(topology, seed=1, session=CLASSROOM, **{"keys": "sessions"} | options)
    made.run(3.5)
    return made


# ---- nodes that lie -----------------------------------------------------------------------------------


@pytest.mark.parametrize("relay", ["one-time pad", "parities"])
@pytest.mark.parametrize("liars", [("B",), ("C",), ("B", "C")])
def test_what_nodes_of_a_path_add_is_what_the_keys_differ_by(relay, liars) -> None:
    # would catch: lies that neighbours find out, that do not arrive, or that the ends tell
    rng = RNG(2)
    keys = keys_along(CHAIN, 64, rng)
    lies = {node: false_word(node, 64, rng) for node in (*liars, "A", "D")}
    if relay == "parities":
        relayed = relay_parities(CHAIN, keys, lies=lies)
    else:
        relayed = relay_one_time_pad(CHAIN, keys, random_key(64, rng), lies=lies)
    told = np.bitwise_xor.reduce([lies[node].bits for node in liars])
    assert (relayed.source_key.bits ^ relayed.target_key.bits).tolist() == told.tolist()
    assert relayed.target_word.terms.keys() - relayed.key.terms.keys() == {f"Δ({node})" for node in liars}
    assert not {name for name in relayed.target_word.terms if "Δ" in name} & {"Δ(A)", "Δ(D)"}


def test_shares_carry_a_lie_to_the_key_with_the_weight_of_the_share() -> None:
    rng = RNG(3)
    keys = [keys_along(path, 16, rng) for path in THREE]
    lies = {"D": false_word("D", 16, rng)}
    by_xor = relay_xor_shares(THREE, keys, random_key(16, rng), rng=rng, lies=lies)
    assert (by_xor.source_key.bits ^ by_xor.target_key.bits).tolist() == lies["D"].bits.tolist()
    keys = [keys_along(path, 16, rng) for path in THREE]
    shamir = relay_shamir_shares(THREE, keys, random_key(16, rng), threshold=2, rng=rng, lies=lies)
    expected = lies["D"].times(shamir.weights[1]).bits
    assert (shamir.source_key.bits ^ shamir.target_key.bits).tolist() == expected.tolist()
    assert shamir.source_key != shamir.target_key


def test_a_liar_knows_the_key_of_the_source_and_that_of_the_target() -> None:
    rng = RNG(4)
    lies = {"B": false_word("B", 32, rng)}
    secret = random_key(32, rng)
    relayed = relay_one_time_pad("ABC", keys_along("ABC", 32, rng), secret, lies=lies)
    assert knowledge(relayed, ["B"]).key == secret
    assert any(word.is_same(relayed.target_word) for word in relayed.view("B"))
    assert knowledge(relayed, []).n_bits == 0
    assert repr(relayed.steps[1]) == "Step(B → C: S ⊕ Δ(B) ⊕ K(B–C); C computes S ⊕ Δ(B))"


def test_a_false_word_is_never_true() -> None:
    assert {tuple(false_word("B", 2, RNG(seed)).bits.tolist()) for seed in range(64)} == {
        *((0, 1), (1, 0), (1, 1))
    }


# ---- the tags of the two ends -------------------------------------------------------------------------


def test_equal_keys_are_confirmed_and_paid_for() -> None:
    key, own = random_key(256, RNG(5)), account(1024)
    first = own.confirm("A", key, key)
    assert (first.ends, first.bits_used, first.bits_left) == (("A", "C"), 384, 640)
    second = own.confirm("C", key, key)
    assert (second.ends, second.bits_used, second.bits_left) == (("C", "A"), 256, 384)
    length = len(tagged_bytes(("A", "C"), key.bits))
    assert first.forging_probability == 2 * forging_probability(length) < 2**-124
    assert own.epsilon == 2 * first.forging_probability


@pytest.mark.parametrize("source", ["A", "C"])
def test_keys_that_differ_anywhere_are_not_confirmed(source) -> None:
    key = random_key(40, RNG(6))
    others = [flipped(key, place) for place in range(40)]
    others += [SecretKey(key.bits[:39]), SecretKey([*key.bits, 0]), SecretKey([])]
    for other in others:
        for keys in ((key, other), (other, key)):
            with pytest.raises(KeyNotConfirmed):
                account().confirm(source, *keys)
    with expect_refusal(NOT_CONFIRMED, KeyNotConfirmed):
        account().confirm("A", key, others[0])


def test_nodes_that_know_both_keys_cannot_make_the_tags_without_the_point_and_can_with_it() -> None:
    # the liars know all but the account: they try what would be right under another point; with the point
    # of this account, the same change passes
    shared = random_key(1024, RNG(7))
    key = random_key(128, RNG(8))
    other = flipped(key, 3, 77)
    messages = [tagged_bytes(("A", "C"), one.bits) for one in (key, other)]

    def forge(point: bytes, _: Party, tag: bytes) -> bytes:
        return bytes(a ^ b ^ c for a, b, c in zip(tag, *(Ghash(point)(m) for m in messages), strict=True))

    for seed in range(50):
        guess = partial(forge, RNG(seed).bytes(16))
        with pytest.raises(KeyNotConfirmed):
            ConfirmationAccount("A", "C", shared).confirm("A", key, other, carry=guess)
    stolen = partial(forge, shared.to_bytes()[:16])
    assert ConfirmationAccount("A", "C", shared).confirm("A", key, other, carry=stolen)


def test_both_ends_check() -> None:
    # a forged tag in one direction alone is not enough
    shared, key = random_key(1024, RNG(9)), random_key(128, RNG(10))
    other = flipped(key, 5)
    point = shared.to_bytes()[:16]
    change = [Ghash(point)(tagged_bytes(("A", "C"), one.bits)) for one in (key, other)]
    for side in Party.ALICE, Party.BOB:

        def forge(sender: Party, tag: bytes, side: Party = side) -> bytes:
            forged = bytes(a ^ b ^ c for a, b, c in zip(tag, *change, strict=True))
            return forged if sender is side else tag

        with pytest.raises(KeyNotConfirmed):
            ConfirmationAccount("A", "C", shared).confirm("A", key, other, carry=forge)


@pytest.mark.parametrize("side", [Party.ALICE, Party.BOB])
def test_a_tag_that_is_changed_or_lost_confirms_nothing(side) -> None:
    key = random_key(64, RNG(11))

    def changed(sender: Party, tag: bytes) -> bytes:
        return bytes([tag[0] ^ 1, *tag[1:]]) if sender is side else tag

    def lost(sender: Party, tag: bytes) -> bytes:
        if sender is side:
            raise MessageLost
        return tag

    for carry in (changed, lost):
        own = account(640)
        with pytest.raises(KeyNotConfirmed):
            own.confirm("A", key, key, carry=carry)
        assert own.bits_left == 256  # and the two halves still go together
        assert own.confirm("C", key, key).bits_left == 0


def test_tags_tell_nothing_of_the_key_and_none_can_be_used_again() -> None:
    # the same key, twice: other pads, so other tags; the tags of one key do not pass for it another time
    seen: list[bytes] = []
    key, own = random_key(64, RNG(12)), account()

    def listen(_: Party, tag: bytes) -> bytes:
        seen.append(tag)
        return tag

    own.confirm("A", key, key, carry=listen)
    own.confirm("A", key, key, carry=listen)
    assert len(set(seen)) == 4
    old = iter(seen[:2])
    with pytest.raises(KeyNotConfirmed):
        own.confirm("A", key, key, carry=lambda _, tag: next(old))


def test_a_tag_says_which_way_the_key_went() -> None:
    # would catch: a key that C began taken for one that A began; the pads of both are the same here
    shared, key = random_key(512, RNG(13)), random_key(64, RNG(14))
    tags: dict[str, list[bytes]] = {"A": [], "C": []}
    for source, seen in tags.items():
        own = ConfirmationAccount("A", "C", shared)
        own.confirm(source, key, key, carry=lambda _, tag, seen=seen: seen.append(tag) or tag)
    assert tags["A"][0] != tags["C"][0]


def test_an_account_that_runs_dry() -> None:
    key, own = random_key(64, RNG(15)), account(648)
    own.confirm("A", key, key)
    own.confirm("A", key, key)
    with expect_refusal("A and C: 256 secret bits of their own are needed, 8 are left", KeyExhausted):
        own.confirm("A", key, key)
    assert own.bits_left == 8
    own.add(random_key(248, RNG(16)))
    assert own.confirm("A", key, key).bits_left == 0
    assert repr(own) == "ConfirmationAccount(A and C, 0 bits left)"


def test_refusals_and_pickles() -> None:
    key = random_key(8, RNG(17))
    with expect_refusal("source must be one of A and C, got 'B'"):
        account().confirm("B", key, key)
    with expect_refusal("ends must be two nodes, got ('A', 'A')"):
        ConfirmationAccount("A", "A", key)
    again = pickle.loads(pickle.dumps(KeyNotConfirmed("A", "C")))
    assert (str(again), again.sender, again.receiver) == (NOT_CONFIRMED, "A", "C")
    assert isinstance(again, RelayRejected)


def test_what_is_added_blindly_is_found_by_a_tag_out_of_the_key_itself() -> None:
    # the claim about shares, over GF(16) instead of GF(2¹²⁸), whole: key k, point a and pad p are uniform and
    # unknown; for each addition to all three that changes k, h_a(k) = k a² + L a is right for 2 in 16 at most
    times = np.zeros((16, 16), dtype=np.int64)
    for a, b in itertools.product(range(16), repeat=2):
        product = 0
        for bit in range(4):
            product ^= (a << bit) * (b >> bit & 1)
        for bit in (6, 5, 4):
            product ^= (0b10011 << bit - 4) * (product >> bit & 1)
        times[a, b] = product
    square, k, a = times[np.arange(16), np.arange(16)], np.arange(16)[:, None], np.arange(16)[None, :]
    length = 4
    hashes = times[k, square[a]] ^ times[length, a]
    worst = 0
    for dk, da in itertools.product(range(1, 16), range(16)):
        difference = times[k ^ dk, square[a ^ da]] ^ times[length, a ^ da] ^ hashes
        counts = np.bincount(as_index(difference.ravel()), minlength=16)  # over all Δp at once
        worst = max(worst, counts.max())
    assert worst <= 2 * 16  # of 16 · 16 values of k and a


# ---- networks -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
def test_a_network_whose_nodes_are_honest_confirms_its_keys(way) -> None:
    made = network()
    made.share("A", "C", 1024)
    relayed = made.relay("C", "A", 256, confirm=True, **way)
    assert relayed.source_key == relayed.target_key
    assert relayed.confirmation is not None
    assert (relayed.confirmation.ends, relayed.confirmation.bits_left) == (("C", "A"), 640)
    assert relayed.confirmation.forging_probability < 2**-120
    assert relayed.sites == {*"ABCDE"}


@pytest.mark.parametrize("way", WAYS)
def test_a_node_that_lies_is_found_out_if_keys_are_confirmed_and_else_is_not(way) -> None:
    made = network()
    own = made.share("A", "C", 1024)
    made.lie("B")
    unnoticed = made.relay("A", "C", 256, **way)
    assert unnoticed.source_key != unnoticed.target_key
    assert unnoticed.confirmation is None
    before = made.counts
    with expect_refusal(NOT_CONFIRMED, KeyNotConfirmed):
        made.relay("A", "C", 256, confirm=True, **way)
    assert made.counts.relayed > before.relayed  # what the key took is lost
    assert own.bits_left == 640
    assert made.relay("A", "B", 256).confirmation is None


def test_only_nodes_that_pass_a_key_on_can_lie_about_it() -> None:
    made = network()
    made.share("A", "C", 1024)
    made.lie("A", "C", "D")
    assert made.relay("A", "C", 256, confirm=True).paths == (("A", "B", "C"),)


def test_no_key_is_begun_that_cannot_be_confirmed() -> None:
    made = network()
    before = made.counts
    message = "A and C have no secret of their own to confirm a key with: `share` one"
    with expect_refusal(message, KeyExhausted):
        made.relay("A", "C", 256, confirm=True)
    made.share("C", "A", 383)  # 376 in whole bytes
    with expect_refusal("C and A: 384 secret bits of their own are needed, 376 are left", KeyExhausted):
        made.relay("A", "C", 256, confirm=True)
    assert made.counts == before
    made.share("A", "C", 8)
    assert made.relay("A", "C", 256, confirm=True).confirmation.bits_left == 0


def test_lies_and_secrets_leave_all_other_random_numbers_alone() -> None:
    plain, other = network(), network()
    other.share("A", "C", 1024)
    other.lie("B")
    assert plain.relay("A", "C", 64).source_key == other.relay("A", "C", 64).source_key


def test_neighbours_can_compare_their_copies() -> None:
    made = network(network_of("AB"))
    made.share("A", "B", 512)
    assert made.relay("A", "B", 64, confirm=True).confirmation.bits_left == 128
