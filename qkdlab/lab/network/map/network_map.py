"""The map of a network: nodes and links that a learner can click, routes, and the step of a relay."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

import traitlets

from ....values import check_non_negative
from ...components.base import Component, check_text, module_text, optional, style_text, synced
from ...components.figures import Drawing
from .network_data import (
    check_asked,
    check_ends,
    check_hop,
    check_links,
    check_nodes,
    check_paths,
    check_routes,
    check_step,
)
from .network_drawing import network_drawing

_ORDER: Final = ("nodes", "links", "routes", "step")
"""What refers to what: each of these may name ids of those before it."""


class NetworkMap(Component):
    """A network as a map; a click, or the keyboard, opens what can be done with a node or a link.

    Give `nodes`, `links`, `routes` and `step` together with `show`, or one after the other in this order: a
    link must join nodes that are there, a route must follow links. What refers to something that was taken
    away since is not drawn.

    Parameters
    ----------
    title, statement
        What stands above the map; `statement` says in one sentence what it shows now.
    nodes
        ``{"id": str, "x": float, "y": float, "kind": one of NODE_KINDS}`` each; x grows to the right and y
        upwards, in any unit that both share. If wanted: "state" (one of NODE_STATES), "knows" (True if the
        node has learned the key of the chosen pair), "end" (one of ENDS: the chosen users), "note" (a few
        words) and "actions". The id is the name that is shown.
    links
        ``{"id": str, "a": node id, "b": node id}`` each. If wanted: "state" (one of LINK_STATES), "label",
        "level" (how full the key pool is, from 0 to 1, or None), "note" and "actions".
    routes
        ``{"nodes": [node id], "text": str}``: up to MAX_ROUTES paths, drawn beside the links.
    step
        ``{"link": link id, "from": node id, "text": str}``: an arrow along a link; or None.
    height
        The greatest height of the map, in letters.
    asked
        Set by the browser when the learner chooses an action: ``{"item": "node" | "link", "id": str,
        "action": str, "count": int}``, with a count that grows by 1 each time. None before.

    Notes
    -----
    An action is ``{"id": str, "text": str}``, where the text stands on a button.
    """

    _section: ClassVar = "network_map"
    _told_of: ClassVar = ("statement", "nodes", "links")
    _esm = module_text(__file__)
    _css = style_text(__file__)

    title = synced(check_text, "")
    statement = synced(check_text, "")
    nodes = synced(check_nodes, ())
    links = synced(check_links, ())
    routes = synced(check_routes, ())
    step = synced(optional(check_step), None)
    height = synced(lambda name, value: check_non_negative(name, value, below=60), 28)
    asked = synced(optional(check_asked), None)

    def show(self, **traits: Any) -> None:
        """Set several traits in one message; the order in which they are named does not matter."""
        first = {name: traits[name] for name in _ORDER if name in traits}
        super().show(**first, **{name: value for name, value in traits.items() if name not in _ORDER})

    @traitlets.validate("links")
    def _check_links(self, proposal: Any) -> Any:
        check_ends("links", proposal["value"], self.nodes)
        return proposal["value"]

    @traitlets.validate("routes")
    def _check_routes(self, proposal: Any) -> Any:
        check_paths("routes", proposal["value"], self.links)
        return proposal["value"]

    @traitlets.validate("step")
    def _check_step(self, proposal: Any) -> Any:
        if proposal["value"] is not None:
            check_hop("step", proposal["value"], self.links)
        return proposal["value"]

    def data(self) -> list[dict[str, Any]]:
        """Return links with how full their pools are, and nodes with what has become of them."""
        words = self.words
        links = [
            {
                "name": words["link_name"].format(a=one["a"], b=one["b"]),
                "value": one["level"],
                "note": "; ".join(filter(None, (words[f"link_{one['state']}"], one["label"], one["note"]))),
            }
            for one in self.links
        ]
        nodes = [
            {
                "name": one["id"],
                "note": "; ".join(
                    filter(
                        None,
                        (
                            words[f"kind_{one['kind']}"],
                            words[f"state_{one['state']}"],
                            words["knows"] if one["knows"] else "",
                            one["note"],
                        ),
                    )
                ),
            }
            for one in self.nodes
        ]
        return [{"figure": self.title, **one} for one in (*links, *nodes)]

    def drawing(self) -> Drawing | None:
        """Return what a still picture shows of the map: all but the step of a relay."""
        shown = (self.title, self.nodes, self.links, self.routes)
        return network_drawing(*shown, self.summary, self.words) if self.nodes else None

    def _summary(self) -> str:
        return str(self.statement) or network_summary(self.nodes, self.links, self.words)

    def __repr__(self) -> str:
        return f"NetworkMap({self.title!r}, {len(self.nodes)} nodes, {len(self.links)} links)"


def network_summary(
    nodes: Sequence[Mapping[str, Any]], links: Sequence[Mapping[str, Any]], words: Mapping[str, str]
) -> str:
    """Return how many nodes and links there are, and how many of them are not as they should be.

    >>> from qkdlab.lab.components.text import words_for
    >>> ends = [{"id": "A", "state": "sound"}, {"id": "B", "state": "lost"}]
    >>> network_summary(ends, [{"id": "A–B", "state": "cut"}], words_for("network_map"))
    'Nodes: 2 (lost: 1). Links: 1 (cut: 1).'
    """
    if not nodes:
        return words["summary_empty"]
    parts = []
    for name, items in (("nodes", nodes), ("links", links)):
        counts = Counter(item["state"] for item in items)
        told = [
            words[f"summary_{state}"].format(count=counts[state])
            for state in ("compromised", "lost", "eve", "cut", "down")
            if counts[state]
        ]
        text = words[f"summary_{name}"].format(count=len(items))
        parts.append(f"{text} ({', '.join(told)})." if told else f"{text}.")
    return " ".join(parts)
