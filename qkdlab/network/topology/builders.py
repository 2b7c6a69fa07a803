"""The usual forms of networks, built from one kind of link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import combinations, pairwise
from math import cos, pi, sin, sqrt
from string import ascii_uppercase

from ...link import Link
from ...values import check_choice, check_count
from .network_fibre import METRO_LINK, Fibre
from .topology import Node, NodeKind, Topology

SWITCH_LOSS_DB, RELOCK_SECONDS = 1.0, 5.0
"""Loss of an optical switch, and the time after switching until a session can begin: our choice."""

MOST = 10_000


def node_names(n: int) -> tuple[str, ...]:
    """Return A, B, … for up to 26 nodes, and otherwise N1, N2, …

    >>> node_names(3), node_names(30)[-1]
    (('A', 'B', 'C'), 'N30')
    """
    if n <= len(ascii_uppercase):
        return tuple(ascii_uppercase[:n])
    return tuple(f"N{number}" for number in range(1, n + 1))


def point_to_point(*, link: Link = METRO_LINK, pulse_rate_hz: float = 1e8, **figures: float) -> Topology:
    """Return two end users, A and B, and a link."""
    return chain(2, link=link, pulse_rate_hz=pulse_rate_hz, name="point to point", **figures)


def chain(
    n: int, *, link: Link = METRO_LINK, pulse_rate_hz: float = 1e8, name: str = "chain", **figures: float
) -> Topology:
    """Return two end users and, between them, `n` - 2 trusted nodes in a row; `n` ≥ 2."""
    names = node_names(check_count("n", n, minimum=2, maximum=MOST))
    kinds = [NodeKind.END_USER, *[NodeKind.TRUSTED_NODE] * (n - 2), NodeKind.END_USER]
    nodes = tuple(Node(name=names[i], kind=kind, x=float(i), y=0.0) for i, kind in enumerate(kinds))
    return Topology(name=name, nodes=nodes, fibres=_fibres(pairwise(names), link, pulse_rate_hz, figures))


def ring(n: int, *, link: Link = METRO_LINK, pulse_rate_hz: float = 1e8, **figures: float) -> Topology:
    """Return `n` ≥ 3 trusted nodes in a ring, each of which uses keys, too."""
    names = node_names(check_count("n", n, minimum=3, maximum=MOST))
    ends = zip(names, (*names[1:], names[0]), strict=True)
    return Topology(name="ring", nodes=_round(names), fibres=_fibres(ends, link, pulse_rate_hz, figures))


def star(
    n: int,
    *,
    hub: str = "trusted node",
    link: Link = METRO_LINK,
    pulse_rate_hz: float = 1e8,
    insertion_loss_db: float = SWITCH_LOSS_DB,
    relock_seconds: float = RELOCK_SECONDS,
    **figures: float,
) -> Topology:
    """Return `n` ≥ 2 end users around a hub.

    Parameters
    ----------
    n
        Number of users.
    hub
        ``"trusted node"`` or ``"optical switch"``.
    link, pulse_rate_hz
        The link from each user to the hub. Through a switch, its misalignment is that of the whole way from
        one user to the other, as there is one Alice and one Bob on it.
    insertion_loss_db, relock_seconds
        Of an optical switch; see `Node`.
    **figures
        As in all of these functions, more that is the same for every `Fibre`: `loss_db` or
        `key_rate_bits_per_s`, if they are stated, and `session_seconds`.
    """
    names = node_names(check_count("n", n, minimum=2, maximum=MOST))
    kind = NodeKind(check_choice("hub", hub, (NodeKind.TRUSTED_NODE, NodeKind.OPTICAL_SWITCH)))
    centre = Node(name="Hub", kind=kind, x=0.0, y=0.0)
    if centre.is_switch:
        centre = Node(
            name="Switch",
            kind=kind,
            insertion_loss_db=insertion_loss_db,
            relock_seconds=relock_seconds,
            x=0.0,
            y=0.0,
        )
        link = replace(link, misalignment_error=half_error(link.misalignment_error))
    ends = [(name, centre.name) for name in names]
    return Topology(
        name="star, optical switch" if centre.is_switch else "star, trusted hub",
        nodes=(centre, *_round(names, NodeKind.END_USER)),
        fibres=_fibres(ends, link, pulse_rate_hz, figures),
    )


def half_error(error: float) -> float:
    """Return the error probability that, happening twice, comes to `error`: e = 2 h (1 - h).

    >>> round(half_error(0.18), 12)
    0.1
    """
    return (1 - sqrt(1 - 2 * error)) / 2


def mesh(n: int, *, link: Link = METRO_LINK, pulse_rate_hz: float = 1e8, **figures: float) -> Topology:
    """Return `n` ≥ 2 trusted nodes, each of which has a link to every other."""
    names = node_names(check_count("n", n, minimum=2, maximum=200))
    ends = list(combinations(names, 2))
    return Topology(name="mesh", nodes=_round(names), fibres=_fibres(ends, link, pulse_rate_hz, figures))


def _round(names: tuple[str, ...], kind: NodeKind = NodeKind.TRUSTED_NODE) -> tuple[Node, ...]:
    """Return nodes on a circle, the first at the top."""
    turns = [2 * pi * i / len(names) for i in range(len(names))]
    return tuple(
        Node(name=name, kind=kind, x=round(sin(turn), 6), y=round(-cos(turn), 6))
        for name, turn in zip(names, turns, strict=True)
    )


def _fibres(
    ends: Iterable[tuple[str, str]], link: Link, pulse_rate_hz: float, figures: Mapping[str, float]
) -> tuple[Fibre, ...]:
    return tuple(Fibre(a=a, b=b, link=link, pulse_rate_hz=pulse_rate_hz, **figures) for a, b in ends)
