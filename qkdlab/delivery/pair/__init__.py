"""A pair of KMEs on loopback, as processes, and what feeds them: a simulated link, or a network of them.

In a browser there are neither processes nor sockets. There `KmePair` is a `PairHere`: the same two KMEs in
one process, with no network between, and nothing feeds them but `share`.
"""

import sys

from ..link_sessions import link_settings
from ..sites import KME_A, KME_B, KMES

if sys.platform == "emscripten":
    from .pair_here import PairHere as KmePair
else:
    from .feed import Feed, FeedEvent
    from .link_feed import LinkFeed
    from .network_feed import NetworkFeed
    from .pair import KmePair

__all__ = [
    "KMES",
    "KME_A",
    "KME_B",
    "Feed",
    "FeedEvent",
    "KmePair",
    "LinkFeed",
    "NetworkFeed",
    "link_settings",
]
