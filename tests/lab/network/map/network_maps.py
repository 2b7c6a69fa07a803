"""Networks as the plain data that a map draws, for the tests of `NetworkMap` and of its still picture."""

import math
from typing import Any

from qkdlab.lab.network.map.network_data import ENDS
from qkdlab.network import Topology

NODE_ACTIONS = [{"id": "compromise", "text": "Compromise this node"}, {"id": "lose", "text": "Switch it off"}]
LINK_ACTIONS = [{"id": "eve", "text": "Let Eve listen"}, {"id": "cut", "text": "Cut this link"}]


def ring() -> dict[str, Any]:
    """Six nodes; Eve on one link, one link cut, one node compromised, two routes and a step."""
    names, states = "ABCDEF", {"AB": "eve", "EF": "cut"}
    nodes = [
        {
            "id": name,
            "x": math.sin(math.pi * place / 3),
            "y": math.cos(math.pi * place / 3),
            "kind": "end user" if name in "AD" else "trusted node",
            "state": "compromised" if name == "C" else "sound",
            "knows": name in "BC",
            "end": {"A": "first", "D": "second"}.get(name, ""),
            "actions": NODE_ACTIONS,
        }
        for place, name in enumerate(names)
    ]
    links = []
    for place, a in enumerate(names):
        b = names[(place + 1) % 6]
        state = states.get(a + b, "working")
        links.append(
            {
                "id": a + b,
                "a": a,
                "b": b,
                "state": state,
                "label": "41 kbit/s" if state == "working" else "no key",
                "level": place / 5,
                "note": "QBER 25 %" if state == "eve" else "",
                "actions": LINK_ACTIONS,
            }
        )
    return {
        "title": "Ring of six",
        "nodes": nodes,
        "links": links,
        "routes": [
            {"nodes": list("ABCD"), "text": "route 1: by B and C"},
            {"nodes": list("AFED"), "text": "route 2: by F and E"},
        ],
        "step": {"link": "CD", "from": "C", "text": "K ⊕ k"},
    }


def star(users: int = 10) -> dict[str, Any]:
    """An optical switch in the middle of its users."""
    angles = [2 * math.pi * place / users for place in range(users)]
    hub = {"id": "Switch", "x": 0.0, "y": 0.0, "kind": "optical switch"}
    return {
        "nodes": [hub]
        + [
            {"id": f"User {place}", "x": 100 * math.cos(a), "y": 70 * math.sin(a), "kind": "end user"}
            for place, a in enumerate(angles)
        ],
        "links": [
            {"id": f"L{place}", "a": "Switch", "b": f"User {place}", "label": f"{place} kbit/s", "level": 0.5}
            for place in range(users)
        ],
    }


def chain(n: int = 33) -> dict[str, Any]:
    """A backbone of trusted nodes in a row, all of which know the key."""
    return {
        "nodes": [
            {
                "id": f"R{i}",
                "x": float(i),
                "y": 0.0,
                "kind": "trusted node",
                "knows": True,
                "state": "compromised" if i == n // 2 else "sound",
            }
            for i in range(n)
        ],
        "links": [
            {"id": f"L{i}", "a": f"R{i}", "b": f"R{i + 1}", "label": "20 kbit/s", "level": 0.5}
            for i in range(n - 1)
        ],
        "routes": [{"nodes": [f"R{i}" for i in range(n)], "text": "the only route"}],
    }


def metro(hubs: int = 6, users: int = 40) -> dict[str, Any]:
    """A ring of hubs, each with users around it, some of whom are joined to each other."""
    nodes: list[dict[str, Any]] = []
    links: list[dict[str, Any]] = []
    centres = [
        (10 * math.cos(2 * math.pi * hub / hubs), 7 * math.sin(2 * math.pi * hub / hubs))
        for hub in range(hubs)
    ]
    for hub, (x, y) in enumerate(centres):
        nodes.append({"id": f"H{hub}", "x": x, "y": y, "kind": "trusted node"})
        links.append({"id": f"B{hub}", "a": f"H{hub}", "b": f"H{(hub + 1) % hubs}", "label": "60 kbit/s"})
    for user in range(users):
        hub, turn = user % hubs, user // hubs
        angle = 2 * math.pi * hub / hubs + (turn - 3) / 2
        far = 3 + 1.6 * (turn % 2)
        x, y = centres[hub]
        nodes.append(
            {
                "id": f"U{user}",
                "x": x + far * math.cos(angle),
                "y": y + far * math.sin(angle),
                "kind": "end user",
                "actions": NODE_ACTIONS,
            }
        )
        links.append(
            {"id": f"A{user}", "a": f"H{hub}", "b": f"U{user}", "label": "9 kbit/s", "actions": LINK_ACTIONS}
        )
    links += [{"id": f"X{i}", "a": f"U{i}", "b": f"U{i + hubs}"} for i in range(4 * hubs)]
    return {"nodes": nodes, "links": links}


def told_in_full(model: Topology) -> dict[str, Any]:
    """A network of the lab with as many words on it as there may be."""
    nodes = [
        {
            "id": node.name,
            "x": node.x,
            "y": -(node.y or 0.0),
            "kind": str(node.kind),
            "knows": True,
            "state": "compromised" if place == 1 else "sound",
            "end": ENDS[1 + place // 2] if place in (0, 2) else "",
        }
        for place, node in enumerate(model.placed().nodes)
    ]
    links = [
        {"id": fibre.name, "a": fibre.a, "b": fibre.b, "label": "6,750 kbit/s", "level": 1.0}
        for fibre in model.fibres
    ]
    links[-1] |= {"state": "eve", "label": "no key"}
    return {"title": model.name, "nodes": nodes, "links": links}
