"""The public channel between Alice and Bob: every message, and the key bits it may leak.

Everybody reads the channel, Eve included. It is assumed to be *authenticated*: Eve can neither
change a message nor add one. Without authentication she could sit in the middle and play Bob to
Alice and Alice to Bob, and no error rate would show her.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..values import check_count, read_only


class Party(StrEnum):
    """Who speaks on the public channel."""

    ALICE = "Alice"
    BOB = "Bob"


class Subject(StrEnum):
    """What a message is about."""

    DETECTED = "pulses that made a click"
    ANNOUNCED = "bases, or what the protocol says, of the detected pulses"
    INTENSITIES = "intensities of the detected pulses"
    SENT = "pulses sent with each intensity"
    KEPT = "pulses kept in sifting"
    ALARM = "clicks with bright light at the detectors"
    TEST_SETTINGS = "measurement bases of pulses that are not kept"
    TEST_BITS = "outcomes of pulses that are not kept"
    SAMPLE = "positions of the sample"
    SAMPLE_BITS = "bits of the sample"
    PERMUTATION = "permutation for a Cascade pass"
    QUESTION = "blocks whose parity is asked for"
    PARITY = "parities of blocks"
    FRAME_SEED = "shuffle of the key into frames"
    SYNDROME = "syndromes of frames"
    FRAME_CHECK = "hashes of frames"
    WANTED = "how many parities more each frame needs"
    DECODED = "which frames were decoded"
    DISCLOSED = "bits of frames that were not decoded"
    ERRORS = "corrected errors of each intensity"
    HASH_SEED = "seed of the verification hash"
    TAG = "verification hash of the key"
    AGREED = "whether the hashes agree"
    AMPLIFICATION_SEED = "seed of the privacy amplification"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Message:
    """One message: who says what, and how many bits of the reconciled key it may leak.

    Bits of the sample leak nothing of the key, because they leave it when they are announced.
    """

    sender: Party
    subject: Subject
    payload: NDArray[Any]
    leaked_bits: int

    def __repr__(self) -> str:
        size = self.payload.size
        return f"{self.sender}: {self.subject} ({size} values, {self.leaked_bits} bits leaked)"


class PublicChannel:
    """The record of an authenticated public channel. Reading it is what Eve does, too.

    >>> channel = PublicChannel()
    >>> _ = channel.say(Party.ALICE, Subject.PARITY, [1, 0], leaked_bits=2)
    >>> channel.leaked_bits(Party.ALICE), channel.leaked_bits(Party.BOB)
    (2, 0)
    """

    def __init__(self) -> None:
        self._messages: list[Message] = []
        self._leaked_bits = dict.fromkeys(Party, 0)

    @property
    def messages(self) -> tuple[Message, ...]:
        """All messages so far, in order."""
        return tuple(self._messages)

    def say(self, sender: Party, subject: Subject, payload: object, *, leaked_bits: int = 0) -> NDArray[Any]:
        """Send a message and return what the other party (and Eve) receive: a read-only copy."""
        heard = read_only(np.asarray(payload))
        check_count("leaked_bits", leaked_bits)
        self._messages.append(Message(sender=sender, subject=subject, payload=heard, leaked_bits=leaked_bits))
        self._leaked_bits[sender] += leaked_bits
        return heard

    def leaked_bits(self, sender: Party) -> int:
        """Return how many bits of the reconciled key the messages of `sender` may have leaked."""
        return self._leaked_bits[sender]

    def find(self, subject: Subject) -> NDArray[Any]:
        """Return the payload of the last message about `subject`; ``KeyError`` if there is none."""
        for message in reversed(self._messages):
            if message.subject is subject:
                return message.payload
        raise KeyError(subject)
