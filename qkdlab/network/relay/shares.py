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
from ...values import SecretKey, check_instance
from ..routing.breadth_first import Path
from .hops import NO_LIES, Lies, LinkKey, Tamper, check_tags_left
from .linear_words import Word, weighted_sum
from .one_path import carry
from .relayed_key import Record, RelayedKey
from .routes import Keys, check_routes
from .sharing import Shares, shamir_shares, weights_at_zero, xor_shares


def relay_xor_shares(
    paths: Sequence[Sequence[str]],
    keys: Sequence[Keys],
    secret: SecretKey,
    *,
    rng: np.random.Generator,
    tamper: Tamper | None = None,
    lies: Lies = NO_LIES,
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
    tamper, lies
        What an attacker makes of messages on the way, and what nodes add to the share that they pass on.

    Raises
    ------
    ValueError, RelayRejected, KeyExhausted
        As `relay_one_time_pad`, or if paths have a node in common.
    """
    check_instance("secret", secret, SecretKey)
    paths, keys = check_routes(paths, keys, len(secret), fewest=2)
    split = xor_shares(secret, len(paths), rng)
    return _relay_shares(paths, keys, split, np.ones_like, tamper, lies, threshold=len(paths))


def relay_shamir_shares(
    paths: Sequence[Sequence[str]],
    keys: Sequence[Keys],
    secret: SecretKey,
    *,
    threshold: int,
    rng: np.random.Generator,
    tamper: Tamper | None = None,
    lies: Lies = NO_LIES,
) -> RelayedKey:
    """Send Shamir shares of a secret over paths without a common node; any `threshold` give the secret.

    Nodes on up to threshold - 1 of the n paths learn nothing together, and n - threshold shares may be lost.

    Parameters
    ----------
    paths, keys, secret, tamper, lies
        As for `relay_xor_shares`; the secret is whole bytes. Share x goes over path x, counted from 1.
    threshold
        1 … the number of paths, which are 255 at most.
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
    split = shamir_shares(secret, threshold=threshold, n=len(paths), rng=rng)
    return _relay_shares(paths, keys, split, weights_at_zero, tamper, lies, threshold=threshold)


def _relay_shares(
    paths: tuple[Path, ...],
    keys: tuple[tuple[LinkKey, ...], ...],
    split: Shares,
    weigh: Callable[[NDArray[Any]], NDArray[Any]],
    tamper: Tamper | None,
    lies: Lies,
    *,
    threshold: int,
) -> RelayedKey:
    """Send a share over each path, and join the first that suffice, with the weights that `weigh` gives."""
    check_tags_left(key for along in keys for key in along)
    record = Record(one for along in keys for one in along)
    record.sees(paths[0][0], split.secret, *split.drawn, *split.shares)
    arrived: dict[int, Word] = {}
    lost = []
    for number, (path, along, share) in enumerate(zip(paths, keys, split.shares, strict=True), 1):
        try:
            arrived[number] = carry(record, path, along, share, f"share {number}", tamper, lies)
        except RelayRejected:
            lost.append(path)
            if len(lost) > len(paths) - threshold:
                raise
    used = list(arrived)[:threshold]
    weights = dict(zip(used, weigh(np.array(used)).tolist(), strict=True))
    return record.result(
        paths,
        split.secret,
        weighted_sum((arrived[number] for number in used), weights.values()),
        threshold=threshold,
        shares=split.shares,
        weights=tuple(weights.get(number, 0) for number in range(1, len(paths) + 1)),
        lost=tuple(lost),
    )
