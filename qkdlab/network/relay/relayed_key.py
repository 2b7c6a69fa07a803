"""What a relay has come to: a key at both ends, the steps to it, and all that every node saw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ...values import SecretKey
from .confirmation import Confirmation
from .hops import LinkKey, Step
from .linear_words import Word


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class RelayedKey:
    """A key that two nodes share after a relay.

    Parameters
    ----------
    paths
        The paths from source to target, as names of nodes.
    threshold
        How many of the shares, one a path, tell the key; 1 on a single path.
    key, target_word
        The key as the source and as the target have it.
    shares
        What went over each path; on a single path the key itself.
    weights
        What the target multiplied each share by before it XORed them; 0 for those it did not need or get.
    steps
        The messages in order, with what sender and receiver computed; none on a path of one link.
    public
        All words that were sent; anybody may know them.
    views
        For each node of the paths, all words that it holds or saw: its copies of link keys, what it sent,
        received and computed.
    lost
        Paths on which a message did not have its tag, and the share did not arrive.
    confirmation
        What the two ends made sure of; None if they did not compare their keys.
    sites
        All nodes of the network, so that a name that is none of them is noticed; empty if they are not known.
    """

    paths: tuple[tuple[str, ...], ...]
    threshold: int
    key: Word
    target_word: Word
    shares: tuple[Word, ...]
    weights: tuple[int, ...]
    steps: tuple[Step, ...]
    public: tuple[Word, ...]
    views: Mapping[str, tuple[Word, ...]]
    lost: tuple[tuple[str, ...], ...] = ()
    confirmation: Confirmation | None = None
    sites: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.key)

    def __repr__(self) -> str:
        paths = ", ".join(" → ".join(path) for path in self.paths)
        return f"RelayedKey({len(self)} bits, {paths})"

    @property
    def source(self) -> str:
        """The node that begins."""
        return self.paths[0][0]

    @property
    def target(self) -> str:
        """The node at the other end."""
        return self.paths[0][-1]

    @property
    def source_key(self) -> SecretKey:
        """The source's key."""
        return self.key.key

    @property
    def target_key(self) -> SecretKey:
        """The target's key: the same, if both copies of every link key were and no node lied."""
        return self.target_word.key

    @property
    def pad_bits(self) -> int:
        """Bits of link keys used up as pads: its length for every link of every path; tags are extra."""
        return len(self) * sum(len(path) - 1 for path in self.paths)

    def view(self, node: str) -> tuple[Word, ...]:
        """Return the complete view of any node: what it holds or saw, then everything else that is public."""
        own = self.views.get(node, ())
        return *own, *(word for word in self.public if not any(map(word.is_same, own)))


class Record:
    """What happens in the course of a relay: the steps, and who saw what."""

    def __init__(self, keys: Iterable[LinkKey]) -> None:
        self.views: dict[str, list[Word]] = {}
        self.public: list[Word] = []
        self.steps: list[Step] = []
        for key in keys:
            for end in key.ends:
                self.sees(end, key.word(end))

    def sees(self, node: str, *words: Word) -> None:
        """Note that a node holds words, each once."""
        _add(self.views.setdefault(node, []), words)

    def publishes(self, node: str, *words: Word) -> None:
        """Note that a node sends words, which everybody may read."""
        self.sees(node, *words)
        _add(self.public, words)

    def result(
        self,
        paths: tuple[tuple[str, ...], ...],
        key: Word,
        target_word: Word,
        *,
        threshold: int = 1,
        shares: tuple[Word, ...] | None = None,
        weights: tuple[int, ...] = (1,),
        lost: tuple[tuple[str, ...], ...] = (),
    ) -> RelayedKey:
        """Return the relay's result; `shares` is the key alone if None."""
        self.sees(paths[0][0], key)
        self.sees(paths[0][-1], target_word)
        return RelayedKey(
            paths=paths,
            threshold=threshold,
            key=key,
            target_word=target_word,
            shares=(key,) if shares is None else shares,
            weights=weights,
            steps=tuple(self.steps),
            public=tuple(self.public),
            views={node: tuple(words) for node, words in self.views.items()},
            lost=lost,
        )


def _add(held: list[Word], words: Iterable[Word]) -> None:
    for word in words:
        if not any(map(word.is_same, held)):
            held.append(word)
