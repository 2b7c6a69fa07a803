"""The public channel between Alice and Bob: every message, and the key bits it may leak.

Everybody reads the channel, Eve included. Nothing here keeps her from changing what is said, or from
swallowing it: each party acts on what it heard, and remembers that beside what it said itself. Only the tags
of these two memories show whether they are the same (`authentication`). Without them Eve could sit in the
middle and play Bob to Alice and Alice to Bob, and no error rate would show her.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import MessageLost
from ..values import HoldsArrays, check_count, read_only


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
    SIGNATURE = "tag of all that was said and heard"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Message(HoldsArrays):
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


Interceptor = Callable[[Message], Message | None]
"""What Eve does to a message on its way: what the other party hears, or None if it hears nothing."""


class PublicChannel:
    """The record of a public channel. Reading it is what Eve does, too.

    Parameters
    ----------
    intercept
        What becomes of each message on its way; None if all are heard as they were said.

    Examples
    --------
    >>> channel = PublicChannel()
    >>> _ = channel.say(Party.ALICE, Subject.PARITY, [1, 0], leaked_bits=2)
    >>> channel.leaked_bits(Party.ALICE), channel.leaked_bits(Party.BOB)
    (2, 0)
    """

    def __init__(self, intercept: Interceptor | None = None) -> None:
        self._intercept = intercept
        self._messages: list[Message] = []
        self._seen: dict[Party, list[Message]] = {party: [] for party in Party}
        self._leaked_bits = dict.fromkeys(Party, 0)

    @property
    def messages(self) -> tuple[Message, ...]:
        """All messages so far as they were said, in order."""
        return tuple(self._messages)

    def seen_by(self, party: Party) -> tuple[Message, ...]:
        """Return all that one party said, and all that it heard, in its order."""
        return tuple(self._seen[party])

    def say(self, sender: Party, subject: Subject, payload: object, *, leaked_bits: int = 0) -> NDArray[Any]:
        """Send a message and return what the other party hears: a read-only copy.

        Raises
        ------
        TypeError
            If what was put in the message's place is an array of Python's objects: no line carries these.
        MessageLost
            If it hears nothing, or what cannot be meant here: another sender, subject, type or shape, or
            numbers out of range.
        """
        said = read_only(np.asarray(payload))
        check_count("leaked_bits", leaked_bits)
        message = Message(sender=sender, subject=subject, payload=said, leaked_bits=leaked_bits)
        self._messages.append(message)
        self._seen[sender].append(message)
        self._leaked_bits[sender] += leaked_bits
        heard: Message | None = message
        if self._intercept:
            heard = self._intercept(message)
        if heard is None:
            raise MessageLost(f"{sender}'s message was not heard: {subject}")
        if heard is not message:
            heard = replace(heard, payload=read_only(np.asarray(heard.payload)))
            if heard.payload.dtype.hasobject:
                raise TypeError(f"intercept must return a payload that has bytes, got {heard.payload.dtype}")
        self._seen[Party.BOB if sender == Party.ALICE else Party.ALICE].append(heard)
        if not _makes_sense(heard, message):
            raise MessageLost(f"{sender}'s message made no sense: {subject}")
        return heard.payload

    def leaked_bits(self, sender: Party) -> int:
        """Return how many bits of the reconciled key the messages of `sender` may have leaked."""
        return self._leaked_bits[sender]

    def find(self, subject: Subject) -> NDArray[Any]:
        """Return the last message about `subject` as it was said; ``KeyError`` if there is none."""
        for message in reversed(self._messages):
            if message.subject == subject:
                return message.payload
        raise KeyError(subject)

    def has(self, subject: Subject) -> bool:
        """Return whether anything was said about `subject`."""
        return any(message.subject == subject for message in self._messages)

    def heard(self, party: Party, subject: Subject) -> NDArray[Any] | None:
        """Return the last message about `subject` that `party` heard; None if there is none."""
        for message in reversed(self._seen[party]):
            if message.subject == subject and message.sender != party:
                return message.payload
        return None


def _makes_sense(heard: Message, said: Message) -> bool:
    """Return whether a party can take what it heard for the message it waits for.

    Small numbers must not be larger than the largest of those said, or 1; and whole numbers of which none was
    negative must not be so.
    """
    if heard is said:
        return True
    form = (heard.sender, heard.subject, heard.payload.dtype, heard.payload.shape)
    if form != (said.sender, said.subject, said.payload.dtype, said.payload.shape):
        return False
    if said.payload.dtype.kind not in "iu" or not said.payload.size or said.subject is Subject.SIGNATURE:
        return True
    if said.payload.dtype != np.uint8:
        return bool(heard.payload.min() >= min(0, said.payload.min()))
    return bool(heard.payload.max() <= max(1, said.payload.max()))
