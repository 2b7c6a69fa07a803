"""Keys of two nodes of a network: sessions on every link, and relays over the trusted nodes between."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any

from ...errors import KeyExhausted, NoRoute, RelayRejected, shown
from ...network import LiveLink, Network
from ...values import check_count, check_instance
from .feed import Feed, FeedEvent
from .pair import KmePair

CONFIRM_BITS = 1 << 21
"""What two nodes bring with them to confirm keys: 256 kB, enough for 8,191 keys."""

BLOCK_BITS = 32_768
"""Bits of one relayed key: long beside the 128 bits that a tag costs on every link."""

MOST_RELAYS = 64
"""Relays between two looks at the clock."""

SHORTEST_TICK_SECONDS, LONGEST_TICK_SECONDS = 0.1, 60.0
"""How far a network's clock goes at once, at least and at most."""


class NetworkFeed(Feed):
    """Lets a network run, and hands what two of its nodes get over relays to a pair of KMEs.

    The copy of the one node goes to KME-A, that of the other to KME-B. They take turns as the source, so that
    the pools of both directions are used. Every trusted node on the way knows the keys; one that changes them
    is found out, as the two nodes confirm each key with a secret of their own (`Network.relay`).

    Parameters
    ----------
    pair
        The KMEs, which have been started, with `indirect`.
    network
        The network. With ``keys="sessions"`` every bit of its links is of a session; otherwise, and on links
        whose rate is stated, bits are drawn at the rate that was measured or stated, and the relays are as
        real. It belongs to the feed's thread from now on: `do` reaches it.
    a, b
        The two nodes.
    block_bits
        Bits of each relayed key.
    confirm_bits
        Bits of the secret that the two nodes brought with them to confirm keys: each key takes 256, and when
        they are used up there are no more keys. With 0 no key is confirmed.
    speed, told
        As for every `Feed`.
    **options
        Further arguments of `Network.relay`, such as `n_paths`.
    """

    def __init__(
        self,
        pair: KmePair,
        network: Network,
        a: str,
        b: str,
        *,
        block_bits: int = BLOCK_BITS,
        confirm_bits: int = CONFIRM_BITS,
        speed: float = 1.0,
        told: Callable[[FeedEvent], object] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(pair, speed=speed, told=told)
        self._network = check_instance("network", network, Network)
        for name in (a, b):
            network.topology.node(name)
        if a == b:
            raise ValueError(f"a and b must be two nodes, got {shown(a)} twice")
        self.a, self.b = a, b
        self._block_bits = check_count("block_bits", block_bits, minimum=128)
        self._options = options | {"confirm": confirm_bits > 0}
        if check_count("confirm_bits", confirm_bits):
            network.share(a, b, confirm_bits)
        periods = [link.link.period_seconds for link in network.links.values()]
        self._tick_seconds = min(max(min(periods), SHORTEST_TICK_SECONDS), LONGEST_TICK_SECONDS)
        self._patience_seconds = 2 * max(periods)
        self._work: SimpleQueue[tuple[Callable[[Network], Any], Future[Any]]] = SimpleQueue()
        self._sources = [(a, b), (b, a)]
        self._last_key, self._told_dry = network.now, False
        network.watch(self._link_changed)

    def do(self, work: Callable[[Network], Any]) -> Future[Any]:
        """Have something done to the network, in the feed's thread: let Eve listen, cut a fibre.

        Returns
        -------
        What will have the result of `work`, or its error.

        Examples
        --------
        ::

            feed.do(lambda network: network.listen("North", "Mill")).result()
        """
        future: Future[Any] = Future()
        self._work.put((work, future))
        self._changed.set()
        return future

    def _step(self) -> None:
        self._changed.clear()
        self._do_work()
        if not self._has_room():
            return
        there_at = time.monotonic() + self._tick_seconds / self.speed
        until = self._network.now + self._tick_seconds
        while self._network.now < until:
            self._check_overtaken()
            self._network.run(min(self._network.next_change(), until) - self._network.now)
        self._pause(there_at - time.monotonic())
        refused = [self._relay_all(*self._sources[0]), self._relay_all(*self._sources[1])]
        self._sources.reverse()
        if (
            all(refused)
            and not self._told_dry
            and self._network.now > self._last_key + self._patience_seconds
        ):
            self._told_dry = True
            self._tell(FeedEvent(kind="waiting", what=f"relay {self.a} – {self.b}", reason=refused[0]))

    def _do_work(self) -> None:
        while True:
            try:
                work, future = self._work.get_nowait()
            except Empty:
                return
            try:
                future.set_result(work(self._network))
            except Exception as error:  # it is the caller's
                future.set_exception(error)

    def _relay_all(self, source: str, target: str) -> str:
        """Relay keys from one node to the other as long as there are any; why there was none, if so."""
        for number in range(MOST_RELAYS):
            try:
                relayed = self._network.relay(source, target, self._block_bits, **self._options)
            except (KeyExhausted, NoRoute) as error:
                return "" if number else str(error)
            except RelayRejected as error:
                self._tell(FeedEvent(kind="rejected", what=f"relay {source} → {target}", reason=str(error)))
                return ""
            self._last_key, self._told_dry = self._network.now, False
            copies = relayed.source_key, relayed.target_key
            ways = ", ".join(" → ".join(path) for path in relayed.paths)
            self._hand_over(f"relay {ways}", *(copies if source == self.a else copies[::-1]))
            self._check_overtaken()
            if not self._has_room():
                return ""
        return ""

    def _link_changed(self, link: LiveLink) -> None:
        reason = str(link.state) + (f": {link.reason}" if link.reason else "")
        self._tell(FeedEvent(kind="changed", what=f"link {link.name}", reason=reason))
