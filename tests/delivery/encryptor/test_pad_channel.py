"""Messages under the one-time pad: what they cost, and what Eve can do to them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qkdlab.delivery.encryptor.key_source import SharedKeys
from qkdlab.delivery.encryptor.pad_channel import (
    _HEAD,
    MOST_MESSAGE_BYTES,
    PAD_TAG_BYTES,
    PadReceiver,
    PadSender,
    pad_cost,
)
from qkdlab.distillation.authentication.tags import Ghash
from qkdlab.errors import FrameRejected, KeyExhausted


def pair(n_keys: int = 100) -> tuple[PadSender, PadReceiver, SharedKeys]:
    keys = SharedKeys(n_keys)
    return PadSender(keys), PadReceiver(keys), keys


@settings(max_examples=30, deadline=None)
@given(st.lists(st.binary(max_size=200), max_size=5))
def test_messages_arrive_and_cost_what_is_said(messages: list[bytes]) -> None:
    alice, bob, keys = pair()
    costs = [pad_cost(len(message)) for message in messages]
    assert [bob.open(alice.seal(message)) for message in messages] == messages
    assert 100 - keys.n_left == sum(cost.n_keys for cost in costs)
    assert alice.key_bits == sum(cost.key_bits for cost in costs) == 256 * (100 - keys.n_left)


def test_a_bit_of_key_for_each_bit_and_256_for_the_tag() -> None:
    for n_bytes in (0, 1, 31, 32, 33, 1_000, 65_536):
        cost = pad_cost(n_bytes)
        assert cost.message_bits == 8 * n_bytes
        assert cost.tag_bits == 256
        assert cost.key_bits == 256 * cost.n_keys >= 8 * n_bytes + 256
        assert 0 <= cost.unused_bits < 256
    assert pad_cost(100_000).seconds_at(1_000) == pytest.approx(800.5, abs=0.3)
    assert pad_cost(1).seconds_at(0) == float("inf")
    assert pad_cost(1_000).forging_probability < 2**-115
    with pytest.raises(ValueError, match="n_bytes must be"):
        pad_cost(MOST_MESSAGE_BYTES + 1)


def test_the_frame_is_pad_and_tag_as_written_down() -> None:
    class Known(SharedKeys):
        def new_keys(self, number: int) -> list[tuple[str, bytes]]:
            return [(f"k{n}", bytes([n + 1]) * 32) for n in range(number)]

    frame = PadSender(Known()).seal(b"hi")
    head = _HEAD.pack(0x50, 0, 2, 2) + b"\x02k0\x02k1"
    assert frame[:-PAD_TAG_BYTES] == head + bytes(a ^ 2 for a in b"hi")
    point = pad = bytes([1]) * 16
    hashed = Ghash(point)(frame[:-PAD_TAG_BYTES])
    assert frame[-PAD_TAG_BYTES:] == bytes(a ^ b for a, b in zip(hashed, pad, strict=True))


def test_no_two_messages_use_the_same_pad() -> None:
    alice, _, _ = pair()
    frames = [alice.seal(bytes(64)) for _ in range(20)]
    pads = {frame[-PAD_TAG_BYTES - 64 : -PAD_TAG_BYTES] for frame in frames}
    assert len(pads) == 20


def test_each_bit_of_a_frame_counts() -> None:
    alice, _, _ = pair(1000)
    frame = alice.seal(b"pay")
    n_bits, seen = 8 * len(frame), set()
    for bit in range(n_bits):
        alice, bob, _ = pair(2)
        frame = bytearray(alice.seal(b"pay"))
        frame[bit // 8] ^= 1 << bit % 8
        with pytest.raises(FrameRejected) as error:
            bob.open(bytes(frame))
        seen.add(error.value.reason)
        assert bob.rejected.total() == 1
    assert seen == {"malformed", "unknown key", "tampered"}


def test_replayed_reordered_and_truncated_frames() -> None:
    alice, bob, _ = pair()
    frames = [alice.seal(bytes([number])) for number in range(3)]
    for length in range(len(frames[0])):
        with pytest.raises(FrameRejected, match="malformed"):
            bob.open(frames[0][:length])
    bob.rejected.clear()
    assert bob.open(frames[1]) == b"\x01"
    for frame in (frames[1], frames[0]):
        with pytest.raises(FrameRejected):
            bob.open(frame)
    assert bob.open(frames[2]) == b"\x02"
    assert bob.rejected == {"replayed": 1, "too old": 1}


def test_too_few_keys_send_nothing_and_use_none() -> None:
    alice, _, keys = pair(3)
    with pytest.raises(KeyExhausted, match="5 keys are needed, 3 are left"):
        alice.seal(bytes(128))
    assert keys.n_left == 3
    assert alice.key_bits == 0


def test_a_picture() -> None:
    picture = np.random.default_rng(4).bytes(20_000)
    alice, bob, _ = pair(1_000)
    frame = alice.seal(picture)
    assert bob.open(frame) == picture
    sealed = np.frombuffer(frame[-20_016:-16], dtype=np.uint8)
    same = np.unpackbits(sealed ^ np.frombuffer(picture, dtype=np.uint8)).mean()
    assert abs(same - 0.5) < 5 * 0.5 / np.sqrt(
        160_000
    )  # 5σ; would catch a pad of zeros, or one that repeats a bit
