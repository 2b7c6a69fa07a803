"""Keys from end to end, made of real bits: out of the pools, over a relay, to both ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from ...distillation.authentication.tags import TAG_BITS
from ...errors import KeyExhausted
from ...values import SecretKey
from ..relay.hops import NO_LIES, Lies, LinkKey
from ..relay.one_path import relay_one_time_pad, relay_parities
from ..relay.relayed_key import RelayedKey
from ..relay.shares import relay_shamir_shares, relay_xor_shares
from .live_link import LiveLink
from .pools import KeyPool, Reservation, Use
from .router import Route

ONE_TIME_PAD, PARITIES = "one-time pad", "parities"
METHODS = (ONE_TIME_PAD, PARITIES)
"""How a key goes over a path: sent under the keys of its links, or by announcing their parities."""

Links = Mapping[frozenset[str], LiveLink]

_Hop = tuple[KeyPool, Reservation, Reservation | None]
"""A pool, and what is reserved in it: a pad, and what a tag takes."""


def relay_key(
    routes: Sequence[Route],
    links: Links,
    n_bits: int,
    *,
    now: float,
    method: str,
    threshold: int | None,
    rng: np.random.Generator,
    lies: Lies = NO_LIES,
) -> RelayedKey:
    """Take keys out of the pools on the way, and make a key of both ends of them.

    Parameters
    ----------
    routes
        The ways, none of whose pools is short.
    links
        The links by their ends.
    n_bits
        Length of the key.
    now
        The time.
    method
        One of `METHODS`, for one way; over several go shares under one-time pads.
    threshold
        How many shares are to give the key (Shamir); None for all (XOR).
    rng
        The source's own.
    lies
        What nodes between the ends add to what they pass on.

    Raises
    ------
    KeyExhausted
        If a pool is short after all. What was reserved on others is released, and thereby destroyed.
    RelayRejected
        If a message was changed on its way. The bits taken are lost.
    """
    kept = _reserve(routes, n_bits, now, parities=method == PARITIES)
    taken = [_take(route, links, hops) for route, hops in zip(routes, kept, strict=True)]
    paths = [route.path for route in routes]
    if len(routes) == 1 and method == PARITIES:
        return relay_parities(paths[0], taken[0], lies=lies)
    secret = SecretKey(rng.integers(0, 2, n_bits, dtype=np.uint8))
    if len(routes) == 1:
        return relay_one_time_pad(paths[0], taken[0], secret, lies=lies)
    if threshold is None:
        return relay_xor_shares(paths, taken, secret, rng=rng, lies=lies)
    return relay_shamir_shares(paths, taken, secret, threshold=threshold, rng=rng, lies=lies)


def _reserve(routes: Sequence[Route], n_bits: int, now: float, *, parities: bool) -> list[list[_Hop]]:
    """Keep the bits for a key in all pools of the routes, and those of a tag where a message goes."""
    kept: list[list[_Hop]] = []
    every: list[tuple[KeyPool, Reservation]] = []

    def reserve(pool: KeyPool, size: int) -> Reservation:
        every.append((pool, pool.reserve(size, now)))
        return every[-1][1]

    try:
        for route in routes:
            kept.append([])
            for place, pool in enumerate(route.pools):
                tagged = route.relays and not (parities and place == 0)
                pad = reserve(pool, n_bits)
                kept[-1].append((pool, pad, reserve(pool, TAG_BITS) if tagged else None))
    except KeyExhausted:
        for pool, one in every:
            pool.release(one)
        raise
    return kept


def _take(route: Route, links: Links, hops: Sequence[_Hop]) -> list[LinkKey]:
    """Return the link keys of a route, out of what was reserved for it."""
    use = Use.RELAYED if route.relays else Use.SERVED
    keys = []
    for (sender, receiver), (pool, pad, tag) in zip(pairwise(route.path), hops, strict=True):
        link = links[frozenset((sender, receiver))]
        halves = link.authenticators(sender, receiver)
        if sender != link.link.a:
            halves = halves[::-1]
        if tag:
            for half, bits in zip(halves, pool.consume(tag, Use.RELAYED), strict=True):
                half.add(SecretKey(bits))
        a_bits, b_bits = pool.consume(pad, use)
        keys.append(
            LinkKey(
                ends=(link.link.a, link.link.b),
                copies=(SecretKey(a_bits), SecretKey(b_bits)),
                authenticators=halves,
            )
        )
    return keys
