"""Frames, and how they are cut out of a stream."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qkdlab.delivery.encryptor.frames import (
    HEADER_BYTES,
    MOST_BYTES,
    TAG_BYTES,
    FrameReader,
    Header,
    Kind,
    packed_header,
)
from qkdlab.errors import FrameRejected

bodies = st.lists(st.binary(max_size=60), max_size=8)


def frames_of(parts: list[bytes]) -> list[bytes]:
    return [packed_header(Kind.DATA, 7, at, len(part)) + part for at, part in enumerate(parts)]


def take_all(reader: FrameReader, stream: bytes, size: int, found: list[bytes]) -> None:
    """Feed a stream in pieces."""
    for at in range(0, len(stream), size):
        for frame in reader.feed(stream[at : at + size]):
            found.append(bytes(frame))


def test_a_header_is_eighteen_bytes_and_comes_back() -> None:
    header = Header(kind=Kind.CONFIRM, epoch=2**32 - 1, counter=2**64 - 1, length=5)
    assert HEADER_BYTES == len(header.encoded()) == 18
    assert header.encoded().hex() == "0103ffffffffffffffffffffffff00000005"
    assert Header.decoded(header.encoded() + b"body") == header


@pytest.mark.parametrize(
    "header",
    [
        b"",
        packed_header(Kind.DATA, 1, 0, 5)[:-1],
        b"\x02" + packed_header(Kind.DATA, 1, 0, 5)[1:],
        packed_header(max(Kind) + 1, 1, 0, 5),
        packed_header(Kind.DATA, 1, 0, MOST_BYTES + TAG_BYTES + 1),
    ],
)
def test_what_is_no_header_is_malformed(header: bytes) -> None:
    with pytest.raises(FrameRejected) as error:
        Header.decoded(header)
    assert error.value.reason == "malformed"


@given(bodies, st.integers(1, 40))
def test_a_stream_is_cut_into_its_frames_however_it_arrives(parts: list[bytes], size: int) -> None:
    frames, reader = frames_of(parts), FrameReader()
    stream = b"".join(frames)
    found = [
        bytes(frame) for at in range(0, len(stream), size) for frame in reader.feed(stream[at : at + size])
    ]
    assert found == frames


@given(bodies, st.integers(0, 17))
def test_a_frame_that_is_not_whole_is_held(parts: list[bytes], missing: int) -> None:
    frames, reader = frames_of([*parts, bytes(40)]), FrameReader()
    stream = b"".join(frames)
    end = len(stream) - 1 - missing
    assert [bytes(frame) for frame in reader.feed(stream[:end])] == frames[:-1]
    assert [bytes(frame) for frame in reader.feed(stream[end:])] == frames[-1:]


@given(bodies, st.binary(min_size=HEADER_BYTES), st.integers(1, 50))
def test_after_bytes_that_begin_no_frame_all_is_refused(parts: list[bytes], junk: bytes, size: int) -> None:
    reader, found = FrameReader(), []
    good, junk = frames_of(parts), b"\xff" + junk
    with pytest.raises(FrameRejected, match="malformed"):
        take_all(reader, b"".join(good) + junk, size, found)
    assert found == good
    with pytest.raises(FrameRejected, match="malformed"):
        list(reader.feed(packed_header(Kind.DATA, 1, 0, 0)))
