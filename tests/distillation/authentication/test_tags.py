"""Authentication: GHASH against published vectors and a naive product, forgeries, keys that run dry."""

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest

from qkdlab import IDEAL_LINK, KeyExhausted, SecretKey, run_session
from qkdlab.distillation.authentication.tags import (
    TAG_BITS,
    Authenticator,
    Ghash,
    authenticator_pair,
    check_transcripts,
    forging_probability,
    transcript,
)
from qkdlab.distillation.channel import Message, Party, PublicChannel, Subject
from tests.bounds import assert_share
from tests.refusals import expect_refusal

# McGrew and Viega, The Galois/Counter Mode of Operation (GCM), appendix B, test cases 1 to 3, which have no
# additional data: H, the ciphertext C, and GHASH(H, A, C)
VECTORS = [
    ("66e94bd4ef8a2c3b884cfa59ca342b2e", "", "00000000000000000000000000000000"),
    (
        "66e94bd4ef8a2c3b884cfa59ca342b2e",
        "0388dace60b6a392f328c2b971b2fe78",
        "f38cbb1ad69223dcc3457ae5b6b0f885",
    ),
    (
        "b83b533708bf535d0aa6e52980d53b78",
        "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
        "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985",
        "7f1b32b81b820d02614f8895ac1d4eac",
    ),
]


def shared_key(n_tags: int, seed: int = 1) -> SecretKey:
    return SecretKey(np.random.default_rng(seed).integers(0, 2, TAG_BITS * (1 + n_tags), dtype=np.uint8))


@pytest.mark.parametrize(("key", "message", "expected"), VECTORS)
def test_published_vectors(key, message, expected) -> None:
    # would catch: the other order of bits, another polynomial, a length left out or counted in bytes
    assert Ghash(bytes.fromhex(key))(bytes.fromhex(message)).hex() == expected


def coefficients(block: bytes) -> list[int]:
    return [byte >> (7 - place) & 1 for byte in block for place in range(8)]


def naive_product(one: list[int], other: list[int]) -> list[int]:
    """Multiply polynomials, x⁰ first, and reduce by x¹²⁸ + x⁷ + x² + x + 1, as at school."""
    product = [0] * 255
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            product[i + j] ^= a & b
    for power in range(254, 127, -1):
        if product[power]:
            for step in (128, 127, 126, 121):
                product[power - step] ^= 1
            product[power] = 0
    return product[:128]


@pytest.mark.parametrize("n_bytes", [1, 15, 16, 17, 64, 100])
def test_the_tables_are_the_naive_polynomial(n_bytes) -> None:
    rng = np.random.default_rng(n_bytes)
    key, message = rng.bytes(16), rng.bytes(n_bytes)
    blocks = [message[start : start + 16].ljust(16, b"\0") for start in range(0, n_bytes, 16)]
    blocks.append((8 * n_bytes).to_bytes(16))
    state = [0] * 128
    for block in blocks:
        state = naive_product(
            [a ^ b for a, b in zip(state, coefficients(block), strict=True)], coefficients(key)
        )
    assert coefficients(Ghash(key)(message)) == state


def test_the_hash_key_has_sixteen_bytes() -> None:
    with expect_refusal("key must have 16 bytes, got 15"):
        Ghash(bytes(15))(b"")


def test_zeros_at_the_end_count() -> None:
    # would catch: padding without the length
    key = shared_key(0).to_bytes()
    assert len({Ghash(key)(b"word" + bytes(n)) for n in range(40)}) == 40


def test_forging_probability() -> None:
    assert forging_probability(0) == 2.0**-128
    assert forging_probability(1) == forging_probability(16) == 2.0**-127
    assert forging_probability(17) == 3 * 2.0**-128
    assert forging_probability(10**7) < 1e-32
    with expect_refusal("n_bytes must be at least 0, got -1"):
        forging_probability(-1)


@pytest.fixture
def restless():
    """Threads that take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("restless")
def test_two_threads_with_one_key_make_the_same_tags() -> None:
    # would catch: tables of one secret point that both fill at once
    message, start = bytes(range(256)) * 200, Barrier(2)
    for trial in range(60):
        key = shared_key(1, seed=trial)
        point, pad = key.to_bytes()[:16], key.to_bytes()[16:]

        def made(_thread: int, key: SecretKey = key) -> bytes:
            one = Authenticator(key)
            start.wait()
            return one.tag(message)

        with ThreadPoolExecutor(2) as pool:
            tags = list(pool.map(made, range(2)))
        right = bytes(a ^ b for a, b in zip(Ghash(point)(message), pad, strict=True))
        assert tags == [right, right]


def test_a_pair_hashes_what_both_saw_once_and_judges_as_two_do() -> None:
    # before: each half of a session filled tables of its own, a seventh of its time
    hashed = []

    class Counted(Ghash):
        def __call__(self, message: bytes) -> bytes:
            hashed.append(self)
            return super().__call__(message)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qkdlab.distillation.authentication.tags.Ghash", Counted)
        for said, heard in ((b"said", b"said"), (b"said", b"heard")):
            pair = authenticator_pair(shared_key(2))
            halves = Authenticator(shared_key(2)), Authenticator(shared_key(2))
            told = [check_transcripts(said, heard, alice=a, bob=b) for a, b in (pair, halves)]
            assert told == [(said == heard, said == heard)] * 2
            assert len({id(one) for one in hashed[:4]}) == 1
            assert len({id(one) for one in hashed[4:]}) == 2
            assert [one.bits_left for one in pair] == [0, 0]
            hashed.clear()


def test_tags_hide_the_hash() -> None:
    # would catch: a pad that is used twice, or none: equal messages would have equal tags
    authenticator = Authenticator(shared_key(500))
    tags = [authenticator.tag(b"the same") for _ in range(500)]
    assert len(set(tags)) == 500
    ones = sum(byte.bit_count() for tag in tags for byte in tag)
    assert_share(ones, 500 * TAG_BITS, 0.5)


def test_key_bits_are_counted_and_run_dry() -> None:
    alice, bob = Authenticator(shared_key(3)), Authenticator(shared_key(3))
    assert (alice.bits_used, alice.bits_left, alice.has_point) == (0, 512, False)
    assert bob.check(b"one", alice.tag(b"one"))
    assert alice.check(b"two", bob.tag(b"two"))
    assert (alice.bits_used, bob.bits_used, bob.bits_left) == (384, 384, 128)
    tag = alice.tag(b"three")
    with expect_refusal("128 secret bits are needed, 0 are left", KeyExhausted):
        alice.tag(b"four")
    assert bob.check(b"three", tag)
    with expect_refusal("128 secret bits are needed, 0 are left", KeyExhausted):
        bob.check(b"four", tag)
    assert alice.bits_used == 512
    short = Authenticator(SecretKey(np.zeros(255, dtype=np.uint8)))
    with expect_refusal("256 secret bits are needed, 248 are left", KeyExhausted):
        short.tag(b"one")
    assert (short.bits_used, short.has_point) == (0, False)
    assert repr(bob) == "Authenticator(512 bits used, 0 left)"


def test_a_key_grows_at_its_end() -> None:
    # would catch: a new key that takes the place of bits that are left, or a new secret point
    whole, parts = shared_key(4), Authenticator(SecretKey(shared_key(4).bits[:256]))
    one = Authenticator(whole)
    assert one.tag(b"one") == parts.tag(b"one")
    parts.add(SecretKey(whole.bits[256:]))
    assert [one.tag(word) for word in (b"two", b"three")] == [parts.tag(word) for word in (b"two", b"three")]


def test_a_tag_is_good_once() -> None:
    # would catch: a replay, or Bob's tag sent back to him
    alice, bob = Authenticator(shared_key(4)), Authenticator(shared_key(4))
    tag = alice.tag(b"yes")
    assert bob.check(b"yes", tag)
    assert not bob.check(b"yes", tag)
    assert not Authenticator(shared_key(4, seed=2)).check(b"yes", Authenticator(shared_key(4)).tag(b"yes"))


@pytest.fixture(scope="module")
def messages() -> tuple[Message, ...]:
    result = run_session(n_pulses=450, link=IDEAL_LINK, seed=1, security="asymptotic", shared_bits=0)
    assert result.accepted
    return result.channel.messages


def agree(one: bytes, other: bytes, seed: int = 1) -> bool:
    key = shared_key(2, seed)
    return all(check_transcripts(one, other, alice=Authenticator(key), bob=Authenticator(key)))


def test_the_same_transcript_agrees(messages) -> None:
    for seed in range(20):
        assert agree(transcript(messages), transcript(messages), seed)


@pytest.mark.long
def test_ten_thousand_forged_transcripts_are_rejected(messages) -> None:
    # bits flipped, bytes cut off, added or swapped, at random; each against a tag of its own
    rng, honest, forgeries = np.random.default_rng(5), transcript(messages[::4]), 10_000
    alice, bob = Authenticator(shared_key(forgeries + 2)), Authenticator(shared_key(forgeries + 2))
    tags = [alice.tag(honest) for _ in range(forgeries + 1)]
    for number in range(forgeries):
        forged = bytearray(honest)
        place = int(rng.integers(len(honest)))
        match number % 4:
            case 0:
                forged[place] ^= 1 << int(rng.integers(8))
            case 1:
                del forged[place]
            case 2:
                forged.insert(place, 0)
            case 3:
                forged[place:] = bytes(~byte & 255 for byte in forged[place:])
        assert bytes(forged) != honest
        assert not bob.check(bytes(forged), tags[number])
    assert bob.check(honest, tags[-1])
    assert not agree(honest, honest + b"\0")


def test_one_bit_of_any_message_is_seen(messages) -> None:
    honest = transcript(messages)
    seen = set()
    for number, message in enumerate(messages):
        seen.add(message.subject)
        payload = np.array(message.payload)
        flat = payload.reshape(-1)
        if payload.size:
            flat[-1] ^= flat.dtype.type(1)
            changed = Message(
                sender=message.sender,
                subject=message.subject,
                payload=payload,
                leaked_bits=message.leaked_bits,
            )
            assert not agree(honest, transcript([*messages[:number], changed, *messages[number + 1 :]]))
        assert transcript([*messages[:number], *messages[number + 1 :]]) != honest
    assert {Subject.DETECTED, Subject.KEPT, Subject.SAMPLE_BITS, Subject.PARITY, Subject.TAG} <= seen


def said(*parts: tuple[Party, Subject, object]) -> bytes:
    channel = PublicChannel()
    for sender, subject, payload in parts:
        channel.say(sender, subject, payload)
    return transcript(channel.messages)


def test_transcripts_tell_all_apart() -> None:
    # would catch: values run together without their lengths, a sender or a type left out
    one, two = np.array([1, 2], dtype=np.uint8), np.array([513], dtype=np.uint16)
    texts = [
        said(),
        said((Party.ALICE, Subject.PARITY, one)),
        said((Party.BOB, Subject.PARITY, one)),
        said((Party.ALICE, Subject.TAG, one)),
        said((Party.ALICE, Subject.PARITY, two)),
        said((Party.ALICE, Subject.PARITY, one.reshape(2, 1))),
        said((Party.ALICE, Subject.PARITY, one[:1]), (Party.ALICE, Subject.PARITY, one[1:])),
        said((Party.ALICE, Subject.PARITY, one[1:]), (Party.ALICE, Subject.PARITY, one[:1])),
        said((Party.ALICE, Subject.PARITY, one), (Party.ALICE, Subject.PARITY, one[:0])),
    ]
    assert one.tobytes() == two.tobytes()
    assert texts[1].count(len(b"PARITY").to_bytes(8, "little") + b"PARITY") == 1  # each part with its length
    assert len(texts[1]) == 4 * 8 + len(b"ALICE" + b"PARITY" + b"|u1(2,)") + 2
    assert len(set(texts)) == len(texts)


def test_long_messages_are_shortened_and_told_apart_all_the_same() -> None:
    # would catch: bits and numbers of one pattern, a type or a length that is lost in packing
    rng = np.random.default_rng(9)
    bits = rng.integers(0, 2, 4_000, dtype=np.uint8)
    numbers = rng.integers(0, 60_000, 4_000)
    payloads = [
        bits,
        bits[:-1],
        bits.astype(bool),
        bits.astype(np.int64),
        np.packbits(bits),
        bits.reshape(2, -1),
    ]
    payloads += [numbers, numbers.astype(np.uint16), numbers.astype(np.uint32), -numbers, numbers + 2**40]
    for place in (0, 1_999, 3_999):
        other, another = bits.copy(), numbers.copy()
        other[place] ^= 1
        another[place] ^= 1
        payloads += [other, another]
    texts = [said((Party.BOB, Subject.SAMPLE, payload)) for payload in payloads]
    assert len(set(texts)) == len(texts)
    assert len(texts[0]) < 600
    assert len(texts[6]) < 8_200
    swapped = numbers.astype(">i8")
    assert said((Party.BOB, Subject.SAMPLE, swapped)) == texts[6]


def test_transcripts_are_the_same_on_any_machine() -> None:
    values = np.array([1, 256], dtype=np.int64)
    swapped = values.astype(">i8")
    assert said((Party.BOB, Subject.DETECTED, values)) == said((Party.BOB, Subject.DETECTED, swapped))


def test_the_point_is_no_pad() -> None:
    # the first 128 bits of the key are the point, the next hide the first tag; would catch a pad that is the
    # point, by which two tags of known messages give it away
    key = shared_key(2)
    point, *pads = (key.to_bytes()[start : start + 16] for start in (0, 16, 32))
    authenticator = Authenticator(key)
    for message, pad in zip((b"one", b"two"), pads, strict=True):
        hidden = int.from_bytes(Ghash(point)(message)) ^ int.from_bytes(pad)
        assert authenticator.tag(message) == hidden.to_bytes(16)


@pytest.mark.parametrize("place", [128, 255, 256, 383])
def test_both_tags_must_be_right(place) -> None:
    # one wrong bit in the pad of Alice's tag, or of Bob's: would catch one that ignores the other's tag
    key, bits = shared_key(2), np.array(shared_key(2).bits)
    bits[place] ^= 1
    other = SecretKey(bits)
    for bobs, agree in ((key, (True, True)), (other, (place < 256, place >= 256))):
        found = check_transcripts(b"said", b"said", alice=Authenticator(key), bob=Authenticator(bobs))
        assert found == agree  # Alice, and Bob


def test_every_bit_of_a_tag_counts() -> None:
    # would catch: a comparison that stops early, and lets a shorter or a half-right tag pass
    alice, bob = Authenticator(shared_key(200)), Authenticator(shared_key(200))
    for place in range(TAG_BITS):
        tag = int.from_bytes(alice.tag(b"word")) ^ 1 << place
        assert not bob.check(b"word", tag.to_bytes(16))
    for length in (0, 1, 15):
        assert not bob.check(b"word", alice.tag(b"word")[:length])
    assert bob.check(b"word", alice.tag(b"word"))
