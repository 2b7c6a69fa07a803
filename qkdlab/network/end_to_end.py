"""Keys from end to end, made of real bits: out of the pools, over a relay, to both ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from ..distillation.authentication import TAG_BITS
from ..values import SecretKey
from .hops import LinkKey
from .live_link import LiveLink
from .pools import KeyPool, Reservation, Use
from .relay import relay_one_time_pad, relay_parities
from .relay_shares import relay_shamir_shares, relay_xor_shares
from .relayed_key import RelayedKey
from .router import Route

ONE_TIME_PAD, PARITIES = "one-time pad", "parities"
METHODS = (ONE_TIME_PAD, PARITIES)
"""How a key goes over a path: sent under the keys of its links, or by announcing their parities."""

Links = Mapping[frozenset[str], LiveLink]


def relay_key(
    routes: Sequence[Route],
    links: Links,
    n_bits: int,
    *,
    now: float,
    method: str,
    threshold: int | None,
    rng: np.random.Generator,
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

    Raises
    ------
    RelayRejected
        If a message was changed on its way. The bits taken are lost.
    """
    taken = [_take(route, links, n_bits, now, parities=method == PARITIES) for route in routes]
    paths = [route.path for route in routes]
    if len(routes) == 1 and method == PARITIES:
        return relay_parities(paths[0], taken[0])
    secret = SecretKey(rng.integers(0, 2, n_bits, dtype=np.uint8))
    if len(routes) == 1:
        return relay_one_time_pad(paths[0], taken[0], secret)
    if threshold is None:
        return relay_xor_shares(paths, taken, secret, rng=rng)
    return relay_shamir_shares(paths, taken, secret, threshold=threshold, rng=rng)


def _take(route: Route, links: Links, n_bits: int, now: float, *, parities: bool) -> list[LinkKey]:
    """Return the link keys of a route, each with a pad for a tag if a message goes over its link."""
    reserved: list[tuple[KeyPool, Reservation, Reservation | None]] = []
    for place, pool in enumerate(route.pools):
        tagged = route.relays and not (parities and place == 0)
        reserved.append((pool, pool.reserve(n_bits, now), pool.reserve(TAG_BITS, now) if tagged else None))
    use = Use.RELAYED if route.relays else Use.SERVED
    keys = []
    for (sender, receiver), (pool, pad, tag) in zip(pairwise(route.path), reserved, strict=True):
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
