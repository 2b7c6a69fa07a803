"""What nodes that tell what they saw know of a relayed key, computed from their views.

All that a node holds is a linear combination over GF(256) of words that were drawn independently and
uniformly: link keys, the secret, shares or coefficients. So is the key. If the key is a combination of what
is held, it is known whole, and `Knowledge.key` works it out; if not, it is independent of it, and each of
its values is as likely as before. There is nothing between: the rank of what is held, with and without the
key, says which. Tags add nothing, as each is hidden by a pad of its own.

This takes nodes that follow the rules, link keys that nobody else knows, and equal copies of them at both
ends.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from ...errors import shown
from ...values import SecretKey
from .gf256 import Elements, rank, solve
from .linear_words import Word, xor_words
from .relayed_key import RelayedKey


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Knowledge:
    """What some nodes know together of a key, along with all that is public.

    Parameters
    ----------
    nodes
        Their names.
    n_bits
        Bits that they know of the key: all or none.
    key_length
        Bits of the key.
    uses
        Words that give the key, each with the factor by which it is multiplied before all are XORed; () if
        they do not know it.
    key
        The key as it comes out of these words; None if they do not know it.
    """

    nodes: tuple[str, ...]
    n_bits: int
    key_length: int
    uses: tuple[tuple[int, Word], ...]
    key: SecretKey | None

    @property
    def knows_all(self) -> bool:
        """Whether they know the whole key."""
        return self.key is not None


def knowledge(relayed: RelayedKey, nodes: Collection[str]) -> Knowledge:
    """Return what `nodes` know together of a key, from their complete views.

    Parameters
    ----------
    relayed
        The key and its relay.
    nodes
        Names, none for somebody who only listens. Nodes that are on no path know as much as listeners do.

    Examples
    --------
    >>> from qkdlab.network.relay.hops import LinkKey
    >>> from qkdlab.network.relay.one_path import relay_parities
    >>> rng = np.random.default_rng(1)
    >>> keys = [LinkKey.draw("A", "B", 8, rng), LinkKey.draw("B", "C", 8, rng)]
    >>> relayed = relay_parities(["A", "B", "C"], keys)
    >>> knowledge(relayed, []).n_bits, knowledge(relayed, ["B"]).n_bits
    (0, 8)
    """
    names = checked_nodes(relayed, nodes)
    held = words_in_hand(relayed, names)
    columns = sorted({name for word in (*held, relayed.key) for name in word.terms})
    view = _matrix(held, columns)
    key = _matrix((relayed.key,), columns)
    known = rank(view) + rank(key) - rank(np.concatenate([view, key]))
    factors = solve(view.T, key[0])
    uses = (
        ()
        if factors is None
        else tuple((int(factor), word) for factor, word in zip(factors, held, strict=True) if factor)
    )
    return Knowledge(
        nodes=names,
        n_bits=known * len(relayed),
        key_length=len(relayed),
        uses=uses,
        key=xor_words(word.times(factor) for factor, word in uses).key if uses else None,
    )


def checked_nodes(relayed: RelayedKey, nodes: Collection[str]) -> tuple[str, ...]:
    """Return names of nodes, each once; ``ValueError`` if one is not in the network."""
    if isinstance(nodes, str):
        raise ValueError(f"nodes must be a collection of names, got {shown(nodes)}")
    names = tuple(dict.fromkeys(nodes))
    for name in names:
        if relayed.sites and name not in relayed.sites:
            raise ValueError(f"nodes must be in the network, got {shown(name)}")
    return names


def words_in_hand(relayed: RelayedKey, nodes: tuple[str, ...]) -> tuple[Word, ...]:
    """Return all words in the views of nodes and in public, each combination once."""
    words = [word for node in nodes for word in relayed.views.get(node, ())]
    return tuple({tuple(sorted(word.terms.items())): word for word in (*words, *relayed.public)}.values())


def _matrix(words: tuple[Word, ...], columns: list[str]) -> Elements:
    """Return the factors of words, shape (len(words), len(columns))."""
    rows = [[word.terms.get(name, 0) for name in columns] for word in words]
    return np.array(rows, dtype=np.uint8).reshape(len(words), len(columns))
