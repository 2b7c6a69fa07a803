"""A network at work: a clock, links that make keys, and what happens to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import simpy

from ...attacks.attack import Eavesdropper
from ...attacks.qubit_attacks import InterceptResend
from ...errors import shown
from ...values import check_choice, check_count, check_instance, check_non_negative
from ..relay.confirmation import ConfirmationAccount, ConfirmationAccounts
from ..relay.hops import false_word
from ..relay.relayed_key import RelayedKey
from ..routing.breadth_first import Path
from ..topology.key_links import NETWORK_SESSION, key_links
from ..topology.topology import Topology
from .end_to_end import METHODS, ONE_TIME_PAD, relay_key
from .live_link import KeyPlan, LiveLink
from .pools import NO_COUNTS, PoolCounts
from .router import SHORTEST, Router


class Network:
    """A network with a clock. Keys are made while it runs, and passed on when they are asked for.

    Parameters
    ----------
    topology
        Nodes and fibres.
    seed
        Whole number from which all randomness follows.
    pairs
        The pairs that take turns at optical switches; None for all.
    routing
        One of `ROUTINGS`.
    **options
        How keys are made and kept: the fields of `KeyPlan`, by default with `NETWORK_SESSION`.

    Notes
    -----
    A link whose sessions abort, or whose light is cut, still has the keys made before: they are as good as
    ever. Routes avoid it, and use it only where there is no other way, until its pools have run dry.

    >>> from qkdlab import IDEAL_LINK, SessionSettings
    >>> from qkdlab.network import Network, ring
    >>> classroom = SessionSettings(n_pulses=1, seed=0, security="asymptotic")
    >>> network = Network(ring(4, link=IDEAL_LINK, pulse_rate_hz=20_000), seed=1, session=classroom)
    >>> network.run(60)
    >>> network.request("A", "C", 256)
    (('A', 'B', 'C'),)
    >>> network.cut("A", "B")
    >>> network.request("A", "C", 256)
    (('A', 'D', 'C'),)
    """

    def __init__(
        self,
        topology: Topology,
        *,
        seed: int,
        pairs: Iterable[tuple[str, str]] | None = None,
        routing: str = SHORTEST,
        **options: Any,
    ) -> None:
        self.topology: Topology = check_instance("topology", topology, Topology)
        self.plan = KeyPlan(**{"session": NETWORK_SESSION} | options)
        self.env = simpy.Environment()
        self.compromised: frozenset[str] = frozenset()
        self.lying: frozenset[str] = frozenset()
        self.lost: set[str] = set()
        self._watchers: list[Callable[[LiveLink], object]] = []
        self._cut: set[frozenset[str]] = set()
        self._eve: dict[frozenset[str], Eavesdropper] = {}
        self._rng = np.random.default_rng(check_count("seed", seed))
        self.links: dict[frozenset[str], LiveLink] = {}
        nodes = {name: topology.node(name) for name in topology.sites}
        self.router = Router(nodes, self.links, self.lost, routing=routing)
        links = key_links(topology, pairs=pairs)
        for link, rng in zip(links, self._rng.spawn(len(links)), strict=True):
            keys = LiveLink(link, plan=self.plan, env=self.env, rng=rng, changed=self._changed)
            if (ends := frozenset((link.a, link.b))) in self.links:
                raise ValueError(f"nodes must make keys with each other on one way, got two for {link.name}")
            self.links[ends] = keys
        self._liars_rng, secrets_rng = self._rng.spawn(2)
        self._accounts = ConfirmationAccounts(secrets_rng)
        self.router.forget()

    @property
    def now(self) -> float:
        """Seconds since the network was switched on."""
        return float(self.env.now)

    def run(self, seconds: float) -> None:
        """Let time pass."""
        until = self.env.now + check_non_negative("seconds", seconds)
        while self.next_change() <= until:
            self.env.step()
        if until > self.env.now:
            self.env.run(until=until)

    def next_change(self) -> float:
        """Return when a session next ends whose outcome matters; infinity if never."""
        return float(self.env.peek())

    @property
    def counts(self) -> PoolCounts:
        """What became of all bits of all links."""
        return sum((link.counts for link in self.links.values()), NO_COUNTS)

    def link(self, a: str, b: str) -> LiveLink:
        """Return the link between two nodes; ``ValueError`` if they make no keys with each other."""
        for end in (a, b):
            self.topology.node(end)
        if (ends := frozenset((a, b))) not in self.links:
            raise ValueError(f"nodes must make keys with each other, got {shown(a)} and {shown(b)}")
        return self.links[ends]

    # ---- what happens to it ------------------------------------------------------------------------

    def cut(self, a: str, b: str) -> None:
        """Cut the fibre between two nodes."""
        self._cut.add(self._fibre(a, b))
        self._settle(a, b)

    def repair(self, a: str, b: str) -> None:
        """Join a fibre that was cut. Its links are used again once a session has given a key."""
        self._cut.discard(self._fibre(a, b))
        self._settle(a, b)

    def listen(self, a: str, b: str, eavesdropper: Eavesdropper | None = None) -> None:
        """Let an eavesdropper on the fibre between two nodes; by default she intercepts every pulse.

        Over a fibre whose key rate is stated, what she does cannot be simulated: it gives no keys while she
        is there (`LinkState.PRESUMED`).
        """
        eve = InterceptResend() if eavesdropper is None else eavesdropper
        self._eve[self._fibre(a, b)] = check_instance("eavesdropper", eve, Eavesdropper)
        self._settle(a, b)

    def leave(self, a: str, b: str) -> None:
        """Let the eavesdropper leave the fibre between two nodes."""
        self._eve.pop(self._fibre(a, b), None)
        self._settle(a, b)

    def lose(self, name: str) -> None:
        """Switch a node off, with all that ends in it or passes through it."""
        self.lost.add(self.topology.node(name).name)
        self._settle(name)

    def restore(self, name: str) -> None:
        """Switch a node on again."""
        self.lost.discard(self.topology.node(name).name)
        self._settle(name)

    def compromise(self, *names: str) -> None:
        """Let an attacker read all that these nodes hold from now on; they go on working."""
        self.compromised |= {self.topology.node(name).name for name in names}

    def lie(self, *names: str) -> None:
        """Let these nodes change, from now on, every key that they pass on; they give it the right tags.

        The two ends then have different keys and do not know it, unless they compare them: `relay` with
        ``confirm=True``.
        """
        self.lying |= {self.topology.node(name).name for name in names}

    def _fibre(self, a: str, b: str) -> frozenset[str]:
        fibre = self.topology.fibre(a, b)
        return frozenset((fibre.a, fibre.b))

    def _settle(self, *where: str) -> None:
        """Put all links that pass a node, or a fibre given by its two ends, into the circumstances of now."""
        for keys in self.links.values():
            fibres = [frozenset(ends) for ends in keys.link.fibres]
            if any(ends.issuperset(where) for ends in fibres):
                keys.put(
                    is_cut=any(ends in self._cut for ends in fibres),
                    is_off=any(ends & self.lost for ends in fibres),
                    eavesdropper=next((self._eve[ends] for ends in fibres if ends in self._eve), None),
                )
                self.router.changed(keys)

    def watch(self, told: Callable[[LiveLink], object]) -> None:
        """Let `told` be called with every link whose state changes."""
        self._watchers.append(told)

    def _changed(self, link: LiveLink) -> None:
        self.router.changed(link)
        for told in self._watchers:
            told(link)

    def _check_bits(self, n_bits: int, n_paths: int, threshold: int | None) -> None:
        check_count("n_bits", n_bits, minimum=1)
        check_count("n_paths", n_paths, minimum=1)
        if threshold is not None:
            check_count("threshold", threshold, minimum=1, maximum=n_paths)
            if n_paths == 1 or n_bits % 8:
                got = f"got {n_bits} and {n_paths}"
                raise ValueError(f"n_bits must be whole bytes and n_paths above 1 for Shamir shares, {got}")

    # ---- keys --------------------------------------------------------------------------------------

    def request(self, a: str, b: str, n_bits: int, *, n_paths: int = 1) -> tuple[Path, ...]:
        """Use up what a key of `n_bits` takes from the pools on its way, and return the way.

        For counting alone: the key itself is not made. With `n_paths` above 1 each path carries a share as
        long as the key.

        Raises
        ------
        NoRoute, KeyExhausted
            If there is no way, or too few keys on it; nothing is used up.
        """
        self._check_bits(n_bits, n_paths, None)
        routes = self.router.with_keys(a, b, n_bits, self.env.now, n_paths)
        for route in routes:
            route.spend(n_bits)
        return tuple(route.path for route in routes)

    def share(self, a: str, b: str, n_bits: int) -> ConfirmationAccount:
        """Give two nodes a secret of their own, carried by hand, to confirm keys with; or more of it.

        The first key that is confirmed takes 384 bits of it, each later one 256.
        """
        a, b = (self.topology.node(name).name for name in (a, b))
        return self._accounts.share(a, b, n_bits)

    def relay(
        self,
        a: str,
        b: str,
        n_bits: int = 256,
        *,
        method: str = ONE_TIME_PAD,
        n_paths: int = 1,
        threshold: int | None = None,
        confirm: bool = False,
    ) -> RelayedKey:
        """Make a key for two nodes out of the keys of the links between them.

        Parameters
        ----------
        a, b
            Source and target.
        n_bits
            Length of the key.
        method
            ``"one-time pad"``: the source draws the key and sends it hop by hop under the links' keys.
            ``"parities"``: the nodes announce the parities of their links' keys; for one path.
        n_paths
            Over how many paths without a common node; each carries a share of the key.
        threshold
            How many shares are to give the key (Shamir); None for all of them (XOR).
        confirm
            Whether the two ends compare their keys, with a secret of their own (`share`): a node between them
            that lies is found out, but for a probability below 2⁻¹²⁰ for keys of 256 bits
            (`RelayedKey.confirmation`). Without it their keys differ unnoticed.

        Returns
        -------
        RelayedKey
            With every step, and the view of every node: `knowledge` tells what nodes know of the key.

        Raises
        ------
        NoRoute, KeyExhausted
            If there is no way, too few keys on it, or too little of the ends' own secret; nothing is used up.
        KeyNotConfirmed
            If the two ends find that their keys differ. What the key took is lost.
        """
        self._check_bits(n_bits, n_paths, threshold)
        account = self._accounts.ready(a, b) if confirm else None
        check_choice("method", method, METHODS if n_paths == 1 else (ONE_TIME_PAD,))
        routes = self.router.with_keys(a, b, n_bits, self.now, n_paths)
        relayed = relay_key(
            routes,
            self.links,
            n_bits,
            now=self.now,
            method=method,
            threshold=threshold,
            rng=self._rng,
            lies={name: false_word(name, n_bits, self._liars_rng) for name in sorted(self.lying)},
        )
        confirmed = account.confirm(a, relayed.source_key, relayed.target_key) if account else None
        sites = frozenset(node.name for node in self.topology.nodes)
        return replace(relayed, sites=sites, confirmation=confirmed)
