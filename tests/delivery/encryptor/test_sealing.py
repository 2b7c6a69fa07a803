"""Sealed frames: no nonce twice, and no bit that can be changed."""

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from qkdlab.delivery.encryptor.frames import HEADER_BYTES, MOST_BYTES, Header, Kind, packed_header
from qkdlab.delivery.encryptor.sealing import Opener, Sealer, opened_in_clear
from qkdlab.errors import FrameRejected

KEYS = [bytes([number]) * 32 for number in range(1, 9)]


def pair(window: int = 1024) -> tuple[Sealer, Opener]:
    sealer, opener = Sealer(), Opener(window)
    sealer.rekey(1, KEYS[1])
    opener.add(1, KEYS[1])
    return sealer, opener


def reason(opener: Opener, frame: bytes) -> str:
    with pytest.raises(FrameRejected) as error:
        opener.open(frame)
    return error.value.reason


steps = st.lists(st.one_of(st.binary(max_size=20), st.sampled_from(["control", "rekey"])), max_size=40)


@given(steps)
def test_no_nonce_is_used_twice_with_a_key(taken) -> None:
    sealer, epoch, seen, last = Sealer(), 1, set(), -1
    sealer.rekey(1, KEYS[1])
    for step in taken:
        if step == "rekey" and epoch < 7:
            epoch += 1
            sealer.rekey(epoch, KEYS[epoch])
            continue
        if isinstance(step, bytes):
            frame = sealer.seal(step)
        else:
            frame = sealer.seal_control(Kind.OFFER, b"offer")
        header = Header.decoded(frame)
        assert header.epoch == epoch
        assert header.counter > last  # it goes on over all epochs
        last = header.counter
        assert (epoch, header.counter) not in seen
        seen.add((epoch, header.counter))


def test_a_counter_is_used_up_even_if_sealing_fails() -> None:
    sealer, _ = pair()
    with pytest.raises(TypeError):
        sealer.seal([1, 2])  # type: ignore[arg-type]
    assert Header.decoded(sealer.seal(b"next")).counter == 1


def test_the_frame_is_aes_256_gcm_as_written_down() -> None:
    sealer, _ = pair()
    sealer.seal(b"")
    frame = bytes(sealer.seal(b"well met"))
    nonce = (1).to_bytes(4) + (1).to_bytes(8)
    assert frame[HEADER_BYTES:] == AESGCM(KEYS[1]).encrypt(nonce, b"well met", frame[:HEADER_BYTES])
    control = sealer.seal_control(Kind.CLOSE, b"done")
    assert control[HEADER_BYTES:-16] == b"done"  # in the clear, and authenticated
    assert control[-16:] == AESGCM(KEYS[1]).encrypt((1).to_bytes(4) + (2).to_bytes(8), b"", control[:-16])


@pytest.mark.parametrize("kind", [Kind.DATA, Kind.OFFER])
def test_each_bit_of_a_frame_counts(kind: Kind) -> None:
    # header bits, body bits and tag bits, one by one: nothing passes, and the frame itself still does
    sealer, opener = pair()
    frame = bytes(sealer.seal(b"pay 10") if kind is Kind.DATA else sealer.seal_control(kind, b"pay 10"))
    reasons = set()
    for bit in range(8 * len(frame)):
        changed = bytearray(frame)
        changed[bit // 8] ^= 1 << bit % 8
        reasons.add(reason(opener, bytes(changed)))
    assert reasons == {"malformed", "unknown epoch", "tampered"}
    assert opener.open(frame)[1] == b"pay 10"
    assert reason(opener, frame) == "replayed"


def test_truncated_and_lengthened_frames() -> None:
    sealer, opener = pair()
    frame = bytes(sealer.seal(b"a message"))
    for length in range(len(frame)):
        assert reason(opener, frame[:length]) == "malformed"
        if length >= HEADER_BYTES:  # and with a header that says so
            header = packed_header(Kind.DATA, 1, 0, length - HEADER_BYTES)
            assert reason(opener, header + frame[HEADER_BYTES:length]) in ("malformed", "tampered")
    assert reason(opener, frame + b"\0") == "malformed"
    assert opener.open(frame)[1] == b"a message"


def test_a_frame_is_of_its_epoch_and_its_direction_alone() -> None:
    sealer, opener = pair()
    opener.add(2, KEYS[2])
    frame = bytes(sealer.seal(b"first"))
    assert (
        reason(opener, packed_header(0, 2, 0, len(frame) - HEADER_BYTES) + frame[HEADER_BYTES:]) == "tampered"
    )
    back = Opener()
    back.add(1, KEYS[3])  # the other direction has another key: a frame sent back does not pass
    assert reason(back, frame) == "tampered"
    opener.drop(1)
    assert reason(opener, frame) == "unknown epoch"


def test_a_provisional_epoch_confirms_and_no_more() -> None:
    sealer, opener = Sealer(), Opener()
    sealer.rekey(1, KEYS[1])
    opener.add(1, KEYS[1], provisional=True)
    data, proof = sealer.seal(b"too early"), sealer.seal_control(Kind.CONFIRM, b"proof")
    assert reason(opener, data) == "unknown epoch"
    assert opener.open(proof)[1] == b"proof"
    opener.add(1, KEYS[1])
    assert opener.open(data)[1] == b"too early"


def test_frames_of_others_do_not_move_the_window() -> None:
    sealer, opener = pair(window=4)
    frame = bytes(sealer.seal(b"real"))
    forged = packed_header(Kind.DATA, 1, 2**60, 20) + bytes(20)
    assert reason(opener, forged) == "tampered"
    assert opener.open(frame)[1] == b"real"


def test_reordered_frames_within_the_window_and_beyond() -> None:
    sealer, opener = pair(window=4)
    frames = [bytes(sealer.seal(bytes([number]))) for number in range(10)]
    assert [opener.open(frames[number])[1][0] for number in (2, 0, 3, 6)] == [2, 0, 3, 6]
    assert reason(opener, frames[1]) == "too old"
    assert reason(opener, frames[3]) == "replayed"
    assert opener.open(frames[4])[1][0] == 4


def test_a_stream_takes_frames_in_their_order_alone() -> None:
    sealer, opener = pair(window=0)
    frames = [bytes(sealer.seal(bytes([number]))) for number in range(3)]
    opener.open(frames[0])
    assert reason(opener, frames[2]) == "out of order"
    assert reason(opener, frames[0]) == "replayed"
    assert opener.open(frames[1])[1][0] == 1


def test_what_is_refused() -> None:
    sealer, _ = pair()
    with pytest.raises(ValueError, match="data must have at most"):
        sealer.seal(bytes(MOST_BYTES + 1))
    with pytest.raises(ValueError, match="epoch must be later than 1"):
        sealer.rekey(1, KEYS[2])
    with pytest.raises(ValueError, match="must be a key before data is sealed"):
        Sealer().seal(b"")


def test_before_the_first_key_only_agreements_pass() -> None:
    sealer = Sealer()
    for kind in (Kind.OFFER, Kind.ANSWER, Kind.REFUSE):
        assert opened_in_clear(sealer.seal_control(kind, b"body"))[1] == b"body"
    for kind in (Kind.DATA, Kind.CONFIRM, Kind.CLOSE):
        with pytest.raises(FrameRejected, match="unknown epoch"):
            opened_in_clear(packed_header(kind, 0, 0, 4) + b"body")
    with pytest.raises(FrameRejected, match="malformed"):
        opened_in_clear(packed_header(Kind.OFFER, 0, 0, 5) + b"body")
