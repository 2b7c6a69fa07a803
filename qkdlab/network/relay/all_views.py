"""All that nodes may see of a relayed key, found by going through every value of every secret word.

`knowledge` asks by linear algebra whether a key follows from what is held. Here the same is found by
counting, with words of a bit or two: a view tells nothing of the key if it goes with each key in equally
many cases, all cases being as likely. That is perfect secrecy (Shannon, Bell Syst. Tech. J. 28, 656 (1949),
section 10).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import reduce
from operator import xor

import numpy as np
from numpy.typing import NDArray

from ...errors import shown
from ...values import HoldsArrays, check_count, check_instance, read_only
from .knowledge import checked_nodes, words_in_hand
from .linear_words import Word
from .relayed_key import RelayedKey

MOST_BITS = 18
"""Of all secret words together: as many powers of two are the cases that are gone through."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ViewTable(HoldsArrays):
    """Every view that some nodes may have together, and in how many cases it goes with each key.

    Parameters
    ----------
    nodes
        Their names; none for somebody who only listens.
    n_bits
        Bits of each word.
    words
        What is seen, as text: the columns of `views`.
    views
        int64, shape (n_views, len(words)): the value of each word, in order.
    counts
        int64, shape (n_views, 2^n_bits): in how many cases a view goes with each value of the key.
    """

    nodes: tuple[str, ...]
    n_bits: int
    words: tuple[str, ...]
    views: NDArray[np.int64]
    counts: NDArray[np.int64]

    def __post_init__(self) -> None:
        for name in ("views", "counts"):
            object.__setattr__(self, name, read_only(getattr(self, name), np.int64))

    @property
    def keys_left(self) -> NDArray[np.int64]:
        """How many keys each view leaves, shape (n_views,)."""
        found: NDArray[np.int64] = np.sum(self.counts > 0, axis=1, dtype=np.int64)
        return found

    @property
    def tells_nothing(self) -> bool:
        """Whether each view goes with every key in equally many cases."""
        return bool((self.counts == self.counts[:, :1]).all())


def all_views(relayed: RelayedKey, nodes: Collection[str], *, n_bits: int = 1) -> ViewTable:
    """Return every view that `nodes` may have of a relay of this kind, with words of `n_bits` bits.

    The bits of `relayed` itself do not matter: each link key, the secret and each share that was drawn takes
    all its values.

    Parameters
    ----------
    relayed
        A relay in which words are XORed and nothing else is done: with pads, parities, or XOR shares.
    nodes
        Names, none for somebody who only listens.
    n_bits
        Bits of each word, 1 or more; with all words `MOST_BITS` at most.

    Raises
    ------
    ValueError
        If a name is not in the network, words were multiplied (Shamir shares), or there are too many cases.

    Examples
    --------
    >>> from qkdlab.network.relay.hops import LinkKey
    >>> from qkdlab.network.relay.one_path import relay_parities
    >>> rng = np.random.default_rng(1)
    >>> keys = [LinkKey.draw("A", "B", 8, rng), LinkKey.draw("B", "C", 8, rng)]
    >>> relayed = relay_parities("ABC", keys)
    >>> all_views(relayed, []).counts.tolist()  # the parity is 0 or 1, and the key is 0 as often as 1
    [[1, 1], [1, 1]]
    >>> all_views(relayed, ["B"]).keys_left.tolist()
    [1, 1, 1, 1]
    """
    check_instance("relayed", relayed, RelayedKey)
    names = checked_nodes(relayed, nodes)
    held = words_in_hand(relayed, names)
    drawn = sorted({name for word in (*held, relayed.key) for name in word.terms})
    for word in (*held, relayed.key):
        if set(word.terms.values()) - {1}:
            raise ValueError(f"relayed must be made by XOR alone, got {shown(word.expression)}")
    check_count("n_bits", n_bits, minimum=1, maximum=MOST_BITS // len(drawn))
    cases = np.indices((1 << n_bits,) * len(drawn)).reshape(len(drawn), -1)
    values = dict(zip(drawn, cases, strict=True))

    def worth(word: Word) -> NDArray[np.int64]:
        found: NDArray[np.int64] = reduce(xor, (values[name] for name in word.terms))
        return found

    seen = np.transpose([np.zeros(cases.shape[1], dtype=np.int64), *map(worth, held)])
    views, which = np.unique(seen, axis=0, return_inverse=True)
    counts = np.zeros((len(views), 1 << n_bits), dtype=np.int64)
    np.add.at(counts, (which.ravel(), worth(relayed.key)), 1)
    expressions = tuple(word.expression for word in held)
    return ViewTable(nodes=names, n_bits=n_bits, words=expressions, views=views[:, 1:], counts=counts)
