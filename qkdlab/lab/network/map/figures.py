"""A network as a still picture, for readers without a kernel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import hypot
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from ...components.figures import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    VERMILION,
    Still,
)
from ...components.text import words_for
from .labels import (
    WIDTH,
    Desk,
    Place,
    Record,
    along,
    beside,
    draw_gauge,
    draw_line,
    label_link,
    label_node,
)
from .network_data import (
    LINK_STATES,
    NODE_KINDS,
    NODE_STATES,
    check_ends,
    check_links,
    check_nodes,
    check_paths,
    check_routes,
)
from .network_map import network_summary
from .signs import draw_sign

_LEGEND_ROW: Final = 17.0
_MANY: Final = 20  # nodes or links, above which a label is a name
_PURPLE: Final = "#B0508A"
_ROUTES: Final = (
    (BLUE, "-"),
    (GREEN, (0, (3, 2))),
    (_PURPLE, (0, (1, 1.6))),
    (ORANGE, (0, (5, 1.5, 1, 1.5))),
)
_LINKS: Final[Mapping[str, tuple[str, Any]]] = {
    "working": (GREY, "-"),
    "eve": (VERMILION, "-"),
    "cut": (GREY, "-"),
    "down": (GREY, ":"),
}
_LINK_SIGNS: Final = {"eve": ("eye", VERMILION), "cut": ("cut", "black"), "down": ("down", "black")}


def network_figure(
    nodes: Sequence[Record],
    links: Sequence[Record],
    *,
    routes: Sequence[Record] = (),
    title: str = "",
    statement: str = "",
) -> Still:
    """Return a still picture of a network, given by the traits of a `NetworkMap`."""
    all_nodes, all_links = check_nodes("nodes", nodes), check_links("links", links)
    all_routes = check_routes("routes", routes)
    check_ends("links", all_links, all_nodes)
    check_paths("routes", all_routes, all_links)
    words = words_for("network_map")
    told = statement or network_summary(all_nodes, all_links, words)
    entries = _legend_entries(all_nodes, all_links, all_routes, words)
    foot = _LEGEND_ROW * (-(-len(entries) // 3)) + 8
    places, height, radius = _places(all_nodes, foot)
    figure = Figure(figsize=(WIDTH / 72, height / 72))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(0, height))
    axes.axis("off")
    axes.text(8, height - 16, title, weight="bold", fontsize=12)
    axes.text(8, height - 32, told, fontsize=10)
    desk = Desk(foot, height - 38)
    _draw_links(axes, all_links, places, radius, desk)
    _draw_routes(axes, all_routes, all_links, places, desk)
    for node in all_nodes:
        _draw_node(axes, node, places[node["id"]], radius, desk)
    for node in sorted(all_nodes, key=lambda node: node["state"] == "sound" and not node["end"]):
        ends = [link for link in all_links if node["id"] in (link["a"], link["b"])]
        around = [places[link["b"] if link["a"] == node["id"] else link["a"]] for link in ends]
        reach = (1.6 if node["state"] == "compromised" else 1.25) * radius
        place, brief = places[node["id"]], len(all_nodes) > _MANY
        label_node(axes, node, place, around, reach, desk, words, brief=brief)
    if len(all_links) <= _MANY:
        for link in all_links:
            label_link(axes, link, places, desk, words)
    for row, (sign, text) in enumerate(entries):
        x, y = 20 + (row % 3) * WIDTH / 3, foot - _LEGEND_ROW * (row // 3 + 0.7)
        sign(axes, (x, y))
        axes.text(x + 18, y, text, va="center", fontsize=8.5)
    return Still.of(figure, f"{title}. {told}" if title else told)


def _places(nodes: Sequence[Record], foot: float) -> tuple[dict[str, Place], float, float]:
    """Return where the nodes stand, the height of the picture and the radius of a node, in points."""
    if not nodes:
        return {}, foot + 60, 10
    xs, ys = [node["x"] for node in nodes], [node["y"] for node in nodes]
    spread_x, spread_y = max(xs) - min(xs), max(ys) - min(ys)
    room, most = WIDTH - 130, 300.0 if len(nodes) <= _MANY else 400.0
    scale = min(room / spread_x if spread_x else most, most / spread_y if spread_y else most)
    height = foot + scale * spread_y + 130
    middle = foot + (height - foot - 38) / 2
    places = {
        node["id"]: (
            WIDTH / 2 + scale * (node["x"] - (max(xs) + min(xs)) / 2),
            middle + scale * (node["y"] - (max(ys) + min(ys)) / 2),
        )
        for node in nodes
    }
    spots = list(places.values())
    nearest = min((hypot(x - u, y - v) for i, (x, y) in enumerate(spots) for u, v in spots[:i]), default=room)
    return places, height, max(3.0, min(12.0 if len(nodes) <= _MANY else 8.0, 0.36 * nearest))


def _draw_links(
    axes: Axes, links: Sequence[Record], places: Mapping[str, Place], radius: float, desk: Desk
) -> None:
    for link in links:
        a, b = places[link["a"]], places[link["b"]]
        colour, dash = _LINKS[link["state"]]
        far = hypot(b[0] - a[0], b[1] - a[1])
        if link["state"] == "cut":
            gap = min(0.3, 11 / max(far, 1))
            draw_line(axes, a, along(a, b, 0.5 - gap), color=colour, lw=1.6)
            draw_line(axes, along(a, b, 0.5 + gap), b, color=colour, lw=1.6)
        else:
            draw_line(axes, a, b, color=colour, ls=dash, lw=2.0 if link["state"] == "eve" else 1.6)
        if link["state"] == "eve":
            draw_line(axes, a, b, color=colour, lw=8, ls=(0, (0.2, 0.6)), dash_capstyle="butt")
        if link["state"] in _LINK_SIGNS:
            sign, ink = _LINK_SIGNS[link["state"]]
            short = far < 2.4 * radius + 16
            low = beside(a, b, (1.3 * radius + 8) * (1 if a[0] <= b[0] else -1)) if short else (a, b)
            middle = along(*low, 0.5)
            draw_sign(axes, sign, middle, 8.5, ink, zorder=7)
            desk.take(middle, 19, 17)


def _draw_routes(
    axes: Axes,
    routes: Sequence[Record],
    links: Sequence[Record],
    places: Mapping[str, Place],
    desk: Desk,
) -> None:
    used: dict[frozenset[str], list[int]] = {}
    busy = {frozenset((link["a"], link["b"])) for link in links if link["state"] != "working"}
    for index, route in enumerate(routes):
        colour, dash = _ROUTES[index]
        legs: list[tuple[bool, float, Place]] = []
        for start, stop in pairwise(route["nodes"]):
            pair = frozenset((start, stop))
            turn = 1 if start < stop else -1
            side = next(s for s in (turn, -turn, 2 * turn, -2 * turn) if s not in used.get(pair, []))
            used.setdefault(pair, []).append(side)
            a, b = beside(places[start], places[stop], 4.5 * side * turn)
            draw_line(axes, a, b, color=colour, ls=dash, lw=2.8, zorder=2.5)
            legs.append((pair not in busy, hypot(b[0] - a[0], b[1] - a[1]), along(a, b, 0.3)))
        number = max(legs)[2]
        axes.add_patch(Circle(number, 7, facecolor="white", edgecolor=colour, lw=1.6, zorder=8))
        axes.text(
            *number, str(index + 1), ha="center", va="center_baseline", fontsize=9, weight="bold", zorder=9
        )
        desk.take(number, 16, 16)


def _draw_node(axes: Axes, node: Record, place: Place, radius: float, desk: Desk) -> None:
    x, y = place
    compromised, lost = node["state"] == "compromised", node["state"] == "lost"
    if compromised:
        halo = Circle(place, 1.5 * radius, facecolor="#FBE3D3", edgecolor=VERMILION, ls="--", lw=2, zorder=4)
        axes.add_patch(halo)
    end = bool(node["end"])
    ink = GREY if lost else "black"
    draw_sign(
        axes, node["kind"], place, radius, ink, fill=BLUE if end else "white", inside="white" if end else None
    )
    desk.take(place, 2.5 * radius, 2.5 * radius)
    if lost:
        draw_sign(axes, "lost", place, 1.1 * radius, "black", zorder=6)
    size = max(3.0, min(6.0, 0.6 * radius))
    for shown, sign, side, colour in (
        (compromised, "eye", 1, VERMILION),
        (node["knows"], "knows", -1, _PURPLE),
    ):
        if shown:
            at = x + 1.15 * radius * side, y + 1.15 * radius
            draw_sign(axes, sign, at, size, colour, zorder=6)
            desk.take(at, 2 * size, 2 * size)


def _legend_entries(
    nodes: Sequence[Record], links: Sequence[Record], routes: Sequence[Record], words: Mapping[str, str]
) -> list[tuple[Any, str]]:
    """Return the signs in use, each as a function that draws it at a place, and what they mean."""

    def sign(name: str, colour: str = "black") -> Any:
        return lambda axes, place: draw_sign(axes, name, place, 6.5, colour)

    def line(colour: str, dash: Any) -> Any:
        return lambda axes, place: axes.plot(
            [place[0] - 13, place[0] + 13], [place[1]] * 2, color=colour, ls=dash, lw=2.6
        )

    def pool(axes: Axes, place: Place) -> None:
        draw_gauge(axes, (place[0] - 10, place[1]), 0.6)

    kinds = {node["kind"] for node in nodes}
    entries = [(sign(kind), words[f"legend_kind_{kind}"]) for kind in NODE_KINDS if kind in kinds]
    states = {node["state"] for node in nodes}
    signs = {"compromised": sign("eye", VERMILION), "lost": sign("lost")}
    entries += [(signs[s], words[f"legend_state_{s}"]) for s in NODE_STATES if s in states and s in signs]
    if any(node["knows"] for node in nodes):
        entries.append((sign("knows", _PURPLE), words["legend_knows"]))
    broken = {link["state"] for link in links}
    for state in LINK_STATES:
        if state in broken and state in _LINK_SIGNS:
            entries.append((sign(*_LINK_SIGNS[state]), words[f"legend_link_{state}"]))
    if len(links) <= _MANY and any(link["level"] is not None for link in links):
        entries.append((pool, words["legend_pool"]))
    entries += [
        (line(*_ROUTES[i]), f"{i + 1}: {route['text']}" if route["text"] else str(i + 1))
        for i, route in enumerate(routes)
    ]
    return entries
