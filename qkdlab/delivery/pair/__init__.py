"""A pair of KMEs on loopback, as processes, and what feeds them: a simulated link, or a network of them."""

from .feed import Feed, FeedEvent
from .link_feed import LinkFeed, link_settings
from .network_feed import NetworkFeed
from .outfit import KME_A, KME_B, KMES
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
