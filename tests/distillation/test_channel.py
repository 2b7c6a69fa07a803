"""The public channel: every message kept, leaks counted by sender."""

from dataclasses import replace

import numpy as np
import pytest

from qkdlab.distillation.channel import Message, Party, PublicChannel, Subject
from qkdlab.errors import MessageLost


def test_leaks_are_counted_by_sender() -> None:
    channel = PublicChannel()
    channel.say(Party.ALICE, Subject.PARITY, [1, 0, 1], leaked_bits=3)
    channel.say(Party.BOB, Subject.QUESTION, [[0], [0], [5]], leaked_bits=1)
    channel.say(Party.ALICE, Subject.TAG, [1] * 10, leaked_bits=10)
    channel.say(Party.BOB, Subject.ANNOUNCED, [0, 1])
    assert channel.leaked_bits(Party.ALICE) == 13
    assert channel.leaked_bits(Party.BOB) == 1
    assert [message.subject for message in channel.messages] == [
        Subject.PARITY,
        Subject.QUESTION,
        Subject.TAG,
        Subject.ANNOUNCED,
    ]


def test_find_returns_the_last_message_on_a_subject() -> None:
    channel = PublicChannel()
    for number in (1, 2):
        channel.say(Party.ALICE, Subject.PERMUTATION, number)
    assert channel.find(Subject.PERMUTATION) == 2
    with pytest.raises(KeyError):
        channel.find(Subject.TAG)


def test_what_is_heard_is_a_copy_that_cannot_be_written() -> None:
    channel = PublicChannel()
    spoken = np.array([0, 1, 1], dtype=np.uint8)
    heard = channel.say(Party.BOB, Subject.ANNOUNCED, spoken)
    spoken[0] = 1
    assert heard.tolist() == channel.messages[0].payload.tolist() == [0, 1, 1]
    with pytest.raises(ValueError, match="read-only"):
        heard[0] = 1
    with pytest.raises(AttributeError):
        channel.messages.append(None)  # type: ignore[attr-defined]


@pytest.mark.parametrize("leak", [-1, 1.5, None, True])
def test_leaks_are_whole_numbers(leak) -> None:
    channel = PublicChannel()
    with pytest.raises(ValueError, match=r"^leaked_bits must "):
        channel.say(Party.ALICE, Subject.PARITY, [1], leaked_bits=leak)
    assert channel.messages == ()


def test_each_party_remembers_what_it_said_and_heard() -> None:
    # would catch: one record for both, a message that its own sender forgets
    def intercept(message: Message) -> Message | None:
        if message.subject is Subject.PARITY:
            return replace(message, payload=np.array([1, 1]))
        return None if message.subject is Subject.AGREED else message

    channel = PublicChannel(intercept)
    assert channel.say(Party.ALICE, Subject.PARITY, [1, 0]).tolist() == [1, 1]
    assert channel.say(Party.BOB, Subject.KEPT, [True]).tolist() == [True]
    with pytest.raises(MessageLost, match=r"^Bob's message was not heard: whether the hashes agree$"):
        channel.say(Party.BOB, Subject.AGREED, True)
    assert [message.payload.tolist() for message in channel.seen_by(Party.ALICE)] == [[1, 0], [True]]
    assert [message.payload.tolist() for message in channel.seen_by(Party.BOB)] == [[1, 1], [True], True]
    assert [message.payload.tolist() for message in channel.messages] == [[1, 0], [True], True]
    assert channel.find(Subject.PARITY).tolist() == [1, 0]
    assert channel.heard(Party.BOB, Subject.PARITY).tolist() == [1, 1]
    assert channel.heard(Party.ALICE, Subject.PARITY) is None
    assert (channel.has(Subject.AGREED), channel.has(Subject.TAG)) == (True, False)
    assert not channel.seen_by(Party.BOB)[0].payload.flags.writeable


@pytest.mark.parametrize(
    "change",
    [
        {"subject": Subject.TAG},
        {"sender": Party.BOB},
        {"payload": np.array([1], dtype=np.uint8)},
        {"payload": np.array([1, 0])},
        {"payload": np.array([1, 2], dtype=np.uint8)},
    ],
)
def test_what_makes_no_sense_is_remembered_and_ends_it(change) -> None:
    channel = PublicChannel(lambda message: replace(message, **change))
    with pytest.raises(MessageLost, match=r"^Alice's message made no sense: parities of blocks$"):
        channel.say(Party.ALICE, Subject.PARITY, np.array([1, 0], dtype=np.uint8))
    assert len(channel.seen_by(Party.BOB)) == 1


def test_repr_shows_no_payload() -> None:
    channel = PublicChannel()
    channel.say(Party.ALICE, Subject.TAG, [1, 0, 1, 1], leaked_bits=4)
    assert repr(channel.messages[0]) == "Alice: verification hash of the key (4 values, 4 bits leaked)"


def test_parties_and_subjects_may_be_given_by_their_names() -> None:
    # would catch: what "Alice" says is heard by Alice, and has(…) says that nothing was said
    channel = PublicChannel()
    channel.say("Alice", str(Subject.PARITY), [1], leaked_bits=1)  # type: ignore[arg-type]
    channel.say(Party.BOB, Subject.TAG, [0])
    assert channel.has(str(Subject.PARITY))  # type: ignore[arg-type]
    assert channel.find(str(Subject.TAG)).tolist() == [0]  # type: ignore[arg-type]
    assert [len(channel.seen_by(party)) for party in Party] == [2, 2]
    assert channel.heard("Bob", Subject.PARITY).tolist() == [1]  # type: ignore[arg-type, union-attr]
    assert channel.heard("Bob", Subject.TAG) is None  # type: ignore[arg-type]
