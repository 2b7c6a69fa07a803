"""The plain data of a network on a map: what nodes, links, routes and steps may be, checked one by one."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

from ....errors import shown
from ....values import check_count, check_probability
from ...components.base import check_finite, check_switch, check_text, list_of, one_of, optional, record_of

NODE_KINDS: Final = ("end user", "trusted node", "optical switch")
NODE_STATES: Final = ("sound", "compromised", "lost")
LINK_STATES: Final = ("working", "eve", "cut", "down")
"""A link works, Eve listens on it, it was cut, or it is down for another reason."""
ENDS: Final = ("", "first", "second")
MAX_ROUTES: Final = 4
"""Number of looks of a route: each has its own colour and dash pattern."""


def _check_name(name: str, value: object) -> str:
    if not check_text(name, value):
        raise ValueError(f"{name} must not be empty, got {shown(value)}")
    return str(value)


def _check_actions(name: str, value: Any) -> list[dict[str, str]]:
    return _different(name, list_of(record_of({"id": _check_name, "text": _check_name}))(name, value))


def _different(name: str, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return items if no two have the same id."""
    seen = set()
    for index, item in enumerate(items):
        if item["id"] in seen:
            raise ValueError(f"{name}[{index}]['id'] must not occur twice, got {shown(item['id'])}")
        seen.add(item["id"])
    return items


_NODE: Final = record_of(
    {
        "id": _check_name,
        "x": check_finite,
        "y": check_finite,
        "kind": one_of(*NODE_KINDS),
        "state": one_of(*NODE_STATES),
        "knows": check_switch,
        "end": one_of(*ENDS),
        "note": check_text,
        "actions": _check_actions,
    },
    state="sound",
    knows=False,
    end="",
    note="",
    actions=(),
)
_LINK: Final = record_of(
    {
        "id": _check_name,
        "a": _check_name,
        "b": _check_name,
        "state": one_of(*LINK_STATES),
        "label": check_text,
        "level": optional(check_probability),
        "note": check_text,
        "actions": _check_actions,
    },
    state="working",
    label="",
    level=None,
    note="",
    actions=(),
)
_ROUTE: Final = record_of({"nodes": list_of(_check_name), "text": check_text})
check_step: Final = record_of({"link": _check_name, "from": _check_name, "text": check_text}, text="")
"""Checks the step of a relay: the link it uses, the node it starts from and a few words."""
check_asked: Final = record_of(
    {"item": one_of("node", "link"), "id": _check_name, "action": _check_name, "count": check_count}
)
"""Checks what the learner asked for."""


def check_nodes(name: str, value: Any) -> list[dict[str, Any]]:
    """Return the nodes of a map, what was left out filled in."""
    return _different(name, list_of(_NODE)(name, value))


def check_links(name: str, value: Any) -> list[dict[str, Any]]:
    """Return the links of a map, what was left out filled in; whether their nodes exist is not looked at."""
    links: list[dict[str, Any]] = list_of(_LINK)(name, value)
    for index, link in enumerate(links):
        if link["a"] == link["b"]:
            raise ValueError(f"{name}[{index}]['b'] must be another node than 'a', got {shown(link['b'])}")
    return _different(name, links)


def check_routes(name: str, value: Any) -> list[dict[str, Any]]:
    """Return the routes of a map; whether their links exist is not looked at."""
    routes: list[dict[str, Any]] = list_of(_ROUTE)(name, value)
    for index, route in enumerate(routes):
        if len(route["nodes"]) < 2:
            told = shown(route["nodes"])
            raise ValueError(f"{name}[{index}]['nodes'] must name at least two nodes, got {told}")
    if len(routes) > MAX_ROUTES:
        raise ValueError(f"{name} must hold at most {MAX_ROUTES} routes, got {shown(len(routes))}")
    return routes


def check_ends(name: str, links: Sequence[dict[str, Any]], nodes: Sequence[dict[str, Any]]) -> None:
    """Raise unless both ends of every link are among the nodes."""
    known = {node["id"] for node in nodes}
    for index, link in enumerate(links):
        for end in ("a", "b"):
            if link[end] not in known:
                raise ValueError(f"{name}[{index}][{end!r}] must be the id of a node, got {shown(link[end])}")


def check_paths(name: str, routes: Sequence[dict[str, Any]], links: Sequence[dict[str, Any]]) -> None:
    """Raise unless every route goes from node to node along links."""
    joined = {frozenset((link["a"], link["b"])) for link in links}
    for index, route in enumerate(routes):
        stops = route["nodes"]
        for pair in pairwise(stops):
            if frozenset(pair) not in joined:
                raise ValueError(f"{name}[{index}]['nodes'] must follow links, got {shown(pair)}")


def check_hop(name: str, step: dict[str, str], links: Sequence[dict[str, Any]]) -> None:
    """Raise unless the step starts at an end of a link."""
    ends = {link["id"]: (link["a"], link["b"]) for link in links}
    if step["link"] not in ends:
        raise ValueError(f"{name}['link'] must be the id of a link, got {shown(step['link'])}")
    if step["from"] not in ends[step["link"]]:
        raise ValueError(f"{name}['from'] must be an end of the link, got {shown(step['from'])}")
