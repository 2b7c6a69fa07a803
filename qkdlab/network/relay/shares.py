"""Keys relayed as shares, over paths that have no node in common but their ends.

Each share goes over its path under one-time pads (`relay.carry`), so a node sees the share of its own path
and none of the others; what several nodes know together is a matter of how many paths they are on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import RelayRejected
from ...values import SecretKey, check_count, check_instance
from ..routing.breadth_first import Path
from .gf256 import powers
from .hops import LinkKey, Tamper, check_tags_left
from .one_path import carry
from .relayed_key import Record, RelayedKey
from .routes import Keys, check_routes
from .sharing import MOST_SHARES, shamir_coefficients, weights_at_zero, xor_shares
from .words import Word, xor_words


def relay_xor_shares(
    paths: Sequence[Sequence[str]],
    keys: Sequence[Keys],
    secret: SecretKey,
    *,
    rng: np.random.Generator,
    tamper: Tamper | None = None,
) -> RelayedKey:
    """Send shares of a secret over paths without a common node; the secret is the XOR of all of them.

    With r paths, nodes on up to r - 1 of them learn nothing together; one share lost, and there is no key.

    Parameters
    ----------
    paths
        Paths from one source to one target, two or more, that share no other node. One may be a single link,
        over which its share is sent like others.
    keys
        For each path the keys of its links.
    secret
        S, uniformly random, drawn by the source.
    rng
        Draws all shares but the last, for the source alone to see.
    tamper
        What an attacker makes of messages on the way.

    Raises
    ------
    ValueError, RelayRejected, KeyExhausted
        As `relay_one_time_pad`, or if paths have a node in common.
    """
    check_instance("secret", secret, SecretKey)
    paths, keys = check_routes(paths, keys, len(secret), fewest=2)
    drawn = xor_shares(secret, len(paths), rng)[:-1]
    independent = [Word.independent(f"S{number}", share) for number, share in enumerate(drawn, 1)]
    key = Word.independent("S", secret)
    record = Record(one for along in keys for one in along)
    record.sees(paths[0][0], key, *independent)
    shares = (*independent, xor_words([key, *independent]))
    return _relay_shares(record, paths, keys, key, shares, np.ones_like, tamper, threshold=len(paths))


def relay_shamir_shares(
    paths: Sequence[Sequence[str]],
    keys: Sequence[Keys],
    secret: SecretKey,
    *,
    threshold: int,
    rng: np.random.Generator,
    tamper: Tamper | None = None,
) -> RelayedKey:
    """Send Shamir shares of a secret over paths without a common node; any `threshold` give the secret.

    Nodes on up to threshold - 1 of the n paths learn nothing together, and n - threshold shares may be lost.

    Parameters
    ----------
    paths, keys, secret, tamper
        As for `relay_xor_shares`; the secret is whole bytes. Share x goes over path x, counted from 1.
    threshold
        1 … the number of paths.
    rng
        Draws the coefficients C₁, C₂, … of the polynomial, for the source alone to see.

    Raises
    ------
    ValueError, KeyExhausted
        As `relay_xor_shares`, or if the secret is not whole bytes.
    RelayRejected
        As soon as fewer than `threshold` shares can arrive.
    """
    check_instance("secret", secret, SecretKey)
    paths, keys = check_routes(paths, keys, len(secret), fewest=2)
    check_count("threshold", threshold, minimum=1, maximum=min(len(paths), MOST_SHARES))
    _, *drawn = shamir_coefficients(secret, threshold, rng)
    key = Word.independent("S", secret)
    coefficients = [Word.independent(f"C{number}", one) for number, one in enumerate(drawn, 1)]
    shares = tuple(
        xor_words(
            word.times(int(power))
            for word, power in zip([key, *coefficients], powers(x, threshold), strict=True)
        )
        for x in range(1, len(paths) + 1)
    )
    record = Record(one for along in keys for one in along)
    record.sees(paths[0][0], key, *coefficients)
    return _relay_shares(record, paths, keys, key, shares, weights_at_zero, tamper, threshold=threshold)


def _relay_shares(
    record: Record,
    paths: tuple[Path, ...],
    keys: tuple[tuple[LinkKey, ...], ...],
    key: Word,
    shares: tuple[Word, ...],
    weigh: Callable[[NDArray[Any]], NDArray[Any]],
    tamper: Tamper | None,
    *,
    threshold: int,
) -> RelayedKey:
    """Send a share over each path, and join the first that suffice, with the weights that `weigh` gives."""
    check_tags_left(key for along in keys for key in along)
    record.sees(paths[0][0], *shares)
    arrived: dict[int, Word] = {}
    lost = []
    for number, (path, along, share) in enumerate(zip(paths, keys, shares, strict=True), 1):
        try:
            arrived[number] = carry(record, path, along, share, f"share {number}", tamper)
        except RelayRejected:
            lost.append(path)
            if len(lost) > len(paths) - threshold:
                raise
    used = list(arrived)[:threshold]
    weights = dict(zip(used, weigh(np.array(used)).tolist(), strict=True))
    joined = xor_words(arrived[number].times(weight) for number, weight in weights.items())
    return record.result(
        paths,
        key,
        joined,
        threshold=threshold,
        shares=shares,
        weights=tuple(weights.get(number, 0) for number in range(1, len(paths) + 1)),
        lost=tuple(lost),
    )
