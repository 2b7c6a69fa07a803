"""One hop of a relay: a key that two neighbours share, and an authenticated message between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from ...distillation.authentication.tags import TAG_BITS, Authenticator, authenticator_pair
from ...errors import KeyExhausted, RelayRejected, shown
from ...values import Bits, SecretKey, as_bits, check_count, check_instance
from .linear_words import Word

Tamper = Callable[[str, str, Bits], Bits]
"""What an attacker makes of the bits of a message on the way, from the names of sender and receiver."""

Lies = Mapping[str, Word]
"""What nodes add, on purpose, to what they pass on; their messages have the tags that they should."""

NO_LIES: Lies = MappingProxyType({})
"""All nodes follow the rules."""


def false_word(node: str, n_bits: int, rng: np.random.Generator) -> Word:
    """Return a word for a node to lie with: any bits but zeros alone, which would change nothing."""
    bits = rng.integers(0, 2, check_count("n_bits", n_bits, minimum=1), dtype=np.uint8)
    bits[0] |= not bits.any()
    return Word.independent(f"Δ({node})", SecretKey(bits))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class LinkKey:
    """Bits of a key that two neighbours share, for one relay and then never again.

    Parameters
    ----------
    ends
        Names of the two nodes.
    copies
        The copy of each end, in their order; equal if the link works.
    authenticators
        What each end authenticates its messages to the other with, in their order. Their own key is apart
        from `copies`, and goes on from relay to relay.

    Examples
    --------
    >>> LinkKey.draw("A", "B", 256, np.random.default_rng(1)).name
    'K(A–B)'
    """

    ends: tuple[str, str]
    copies: tuple[SecretKey, SecretKey]
    authenticators: tuple[Authenticator, Authenticator]
    _words: tuple[Word, Word] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if len(self.ends) != 2 or self.ends[0] == self.ends[1]:
            raise ValueError(f"ends must be two nodes, got {shown(self.ends)}")
        for name, kind in (("copies", SecretKey), ("authenticators", Authenticator)):
            both = getattr(self, name)
            if len(both) != 2:
                raise ValueError(f"{name} must be two, got {len(both)}")
            for one in both:
                check_instance(name, one, kind)
        if len(self.copies[0]) != len(self.copies[1]):
            raise ValueError(f"copies[1] must have {len(self.copies[0])} bits, got {len(self.copies[1])}")
        words = tuple(Word.independent(self.name, copy) for copy in self.copies)
        object.__setattr__(self, "_words", words)

    @classmethod
    def draw(cls, a: str, b: str, n_bits: int, rng: np.random.Generator, *, n_tags: int = 1) -> LinkKey:
        """Return a perfect key of `n_bits`, with authenticators whose key is enough for `n_tags` tags."""
        bits = rng.integers(0, 2, check_count("n_bits", n_bits), dtype=np.uint8)
        n_shared = TAG_BITS * (1 + check_count("n_tags", n_tags))
        shared = SecretKey(rng.integers(0, 2, n_shared, dtype=np.uint8))
        key = SecretKey(bits)
        return cls(ends=(a, b), copies=(key, key), authenticators=authenticator_pair(shared))

    def __len__(self) -> int:
        return len(self.copies[0])

    @property
    def name(self) -> str:
        """The name of the key in expressions: K(A–B); ends that have a dash themselves stand in quotes."""
        a, b = (repr(end) if any("–" in name for name in self.ends) else end for end in self.ends)
        return f"K({a}–{b})"

    def word(self, node: str) -> Word:
        """Return the copy of one end."""
        return self._words[self.ends.index(node)]

    def authenticator(self, node: str) -> Authenticator:
        """Return the authenticator of one end."""
        return self.authenticators[self.ends.index(node)]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Step:
    """A message from one node of a path to the next, and what the two do for it.

    Parameters
    ----------
    sender, receiver
        Names of the nodes.
    made_from
        What the sender XORs; it gives the last word of the message.
    message
        The words that are sent, which everybody may read.
    tag
        The tag of the message, 16 bytes.
    used, result
        What the receiver XORs, and what that gives; () and None if it computes nothing from this message.
    """

    sender: str
    receiver: str
    made_from: tuple[Word, ...]
    message: tuple[Word, ...]
    tag: bytes
    used: tuple[Word, ...]
    result: Word | None

    def __repr__(self) -> str:
        sent = ", ".join(word.expression for word in self.message)
        computed = "" if self.result is None else f"; {self.receiver} computes {self.result.expression}"
        return f"Step({self.sender} → {self.receiver}: {sent}{computed})"


def check_tags_left(keys: Iterable[LinkKey]) -> None:
    """Raise ``KeyExhausted`` unless both ends of every link have bits left for one tag."""
    for key in keys:
        for one in key.authenticators:
            needed = TAG_BITS * (1 if one.has_point else 2)
            if one.bits_left < needed:
                raise KeyExhausted(
                    f"{key.name}: {needed} secret bits are needed for a tag, {one.bits_left} are left"
                )


def send(
    key: LinkKey,
    sender: str,
    receiver: str,
    words: Sequence[Word],
    *,
    context: Iterable[str],
    tamper: Tamper | None = None,
) -> tuple[tuple[Word, ...], bytes]:
    """Send words of equal length from one end of a link to the other, with a tag of 128 bits.

    Parameters
    ----------
    key
        The link's key, of which the authenticators are used.
    sender, receiver
        Its ends, in either order.
    words
        One or more; public from now on.
    context
        What else the tag is to cover, so that it fits no other message: the path, the number of the share.
    tamper
        What happens to the bits on the way; nothing if None.

    Returns
    -------
    tuple
        The words as they arrive, and their tag.

    Raises
    ------
    RelayRejected
        If the tag is not that of the bits that arrive.
    KeyExhausted
        If no bits are left for the tag.
    """
    about = (sender, receiver, *context, str(len(words)))
    bits = words[0].bits if len(words) == 1 else np.concatenate([word.bits for word in words])
    message = tagged_bytes(about, bits)
    tag = key.authenticator(sender).tag(message)
    received = tuple(words)
    if tamper is not None:
        arrived = as_bits("tamper", tamper(sender, receiver, bits.copy()))
        message = tagged_bytes(about, arrived)
        parts = np.array_split(arrived, len(words))
        received = tuple(word.with_bits(part) for word, part in zip(words, parts, strict=True))
    if not key.authenticator(receiver).check(message, tag):
        raise RelayRejected(sender, receiver)
    return received, tag


def tagged_bytes(about: Iterable[str], bits: Bits) -> bytes:
    """Return the fields with their lengths, and the bits with theirs: no two messages are the same bytes."""
    fields = [text.encode() for text in about]
    parts = [len(fields).to_bytes(4), *(len(field).to_bytes(4) + field for field in fields)]
    return b"".join([*parts, len(bits).to_bytes(8), np.packbits(bits).tobytes()])
