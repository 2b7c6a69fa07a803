"""The plain data of a network on a map: what nodes, links, routes and steps may be, checked one by one."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Final

from ....errors import shown
from ....values import check_choice, check_count, check_probability
from ...components.base import check_finite, check_list, check_record, check_switch, check_text

NODE_KINDS: Final = ("end user", "trusted node", "optical switch")
NODE_STATES: Final = ("sound", "compromised", "lost")
LINK_STATES: Final = ("working", "eve", "cut", "down")
"""A link works, Eve listens on it, it was cut, or it is down for another reason."""
ENDS: Final = ("", "first", "second")
MAX_ROUTES: Final = 4
"""Number of looks of a route: each has its own colour and dash pattern."""

_NODE: Final = frozenset({"id", "x", "y", "kind"})
_NODE_MORE: Final = frozenset({"state", "knows", "end", "note", "actions"})
_LINK: Final = frozenset({"id", "a", "b"})
_LINK_MORE: Final = frozenset({"state", "label", "level", "note", "actions"})
_ROUTE: Final = frozenset({"nodes", "text"})
_STEP: Final = frozenset({"link", "from"})
_ACTION: Final = frozenset({"id", "text"})
_ASKED: Final = frozenset({"item", "id", "action", "count"})


def check_nodes(name: str, value: Any) -> list[dict[str, Any]]:
    """Return the nodes of a map, what was left out filled in."""
    nodes = []
    for at, record in _records(name, value, _NODE, _NODE_MORE):
        node = {
            "id": _check_name(f"{at}['id']", record["id"]),
            "x": check_finite(f"{at}['x']", record["x"]),
            "y": check_finite(f"{at}['y']", record["y"]),
            "kind": check_choice(f"{at}['kind']", record["kind"], NODE_KINDS),
            "state": check_choice(f"{at}['state']", record.get("state", "sound"), NODE_STATES),
            "knows": check_switch(f"{at}['knows']", record.get("knows", False)),
            "end": check_choice(f"{at}['end']", record.get("end", ""), ENDS),
            "note": check_text(f"{at}['note']", record.get("note", "")),
            "actions": _check_actions(f"{at}['actions']", record.get("actions", ())),
        }
        nodes.append(node)
    _check_different(name, nodes)
    return nodes


def check_links(name: str, value: Any) -> list[dict[str, Any]]:
    """Return the links of a map, what was left out filled in; whether their nodes exist is not looked at."""
    links = []
    for at, record in _records(name, value, _LINK, _LINK_MORE):
        level = record.get("level")
        link = {
            "id": _check_name(f"{at}['id']", record["id"]),
            "a": _check_name(f"{at}['a']", record["a"]),
            "b": _check_name(f"{at}['b']", record["b"]),
            "state": check_choice(f"{at}['state']", record.get("state", "working"), LINK_STATES),
            "label": check_text(f"{at}['label']", record.get("label", "")),
            "level": None if level is None else check_probability(f"{at}['level']", level),
            "note": check_text(f"{at}['note']", record.get("note", "")),
            "actions": _check_actions(f"{at}['actions']", record.get("actions", ())),
        }
        if link["a"] == link["b"]:
            raise ValueError(f"{at}['b'] must be another node than 'a', got {shown(link['b'])}")
        links.append(link)
    _check_different(name, links)
    return links


def check_routes(name: str, value: Any) -> list[dict[str, Any]]:
    """Return the routes of a map; whether their links exist is not looked at."""
    routes: list[dict[str, Any]] = []
    for at, record in _records(name, value, _ROUTE, frozenset()):
        stops = check_list(f"{at}['nodes']", record["nodes"])
        if len(stops) < 2:
            raise ValueError(f"{at}['nodes'] must name at least two nodes, got {shown(record['nodes'])}")
        nodes = [_check_name(place, stop) for place, stop in stops]
        routes.append({"nodes": nodes, "text": check_text(f"{at}['text']", record["text"])})
    if len(routes) > MAX_ROUTES:
        raise ValueError(f"{name} must hold at most {MAX_ROUTES} routes, got {shown(len(routes))}")
    return routes


def check_step(name: str, value: Any) -> dict[str, str]:
    """Return the step of a relay: the link it uses, the node it starts from and a few words."""
    step = check_record(name, value, _STEP, frozenset({"text"}))
    return {
        "link": _check_name(f"{name}['link']", step["link"]),
        "from": _check_name(f"{name}['from']", step["from"]),
        "text": check_text(f"{name}['text']", step.get("text", "")),
    }


def check_asked(name: str, value: Any) -> dict[str, Any]:
    """Return what the learner asked for."""
    asked = check_record(name, value, _ASKED, frozenset())
    return {
        "item": check_choice(f"{name}['item']", asked["item"], ("node", "link")),
        "id": _check_name(f"{name}['id']", asked["id"]),
        "action": _check_name(f"{name}['action']", asked["action"]),
        "count": check_count(f"{name}['count']", asked["count"]),
    }


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


def _records(
    name: str, value: Any, needed: frozenset[str], allowed: frozenset[str]
) -> list[tuple[str, dict[str, Any]]]:
    return [(at, check_record(at, item, needed, allowed)) for at, item in check_list(name, value)]


def _check_name(name: str, value: object) -> str:
    if not check_text(name, value):
        raise ValueError(f"{name} must not be empty, got {shown(value)}")
    return str(value)


def _check_actions(name: str, value: Any) -> list[dict[str, str]]:
    check: Callable[[str, object], str] = _check_name
    actions = [
        {key: check(f"{at}[{key!r}]", record[key]) for key in ("id", "text")}
        for at, record in _records(name, value, _ACTION, frozenset())
    ]
    _check_different(name, actions)
    return actions


def _check_different(name: str, items: Sequence[dict[str, Any]]) -> None:
    seen = set()
    for index, item in enumerate(items):
        if item["id"] in seen:
            raise ValueError(f"{name}[{index}]['id'] must not occur twice, got {shown(item['id'])}")
        seen.add(item["id"])
