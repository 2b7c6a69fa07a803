"""A network as a still picture: every node is a box that says its name and what has become of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from ...components.figures import BLUE, GREEN, GREY, LEGEND, ORANGE, VERMILION, Drawing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.path import Path

Record = Mapping[str, Any]

MANY: Final = 20
"""Nodes or links, above which nodes are marks, and a label tells only what is unusual."""

_LINKS: Final = {"working": "-", "eve": "--", "cut": ":", "down": ":"}
_ROUTES: Final = ((BLUE, "-"), (GREEN, (0, (2, 0.6))), ("#B0508A", (0, (1, 0.6))), (ORANGE, (0, (0.5, 0.5))))
_MARK: Final[Mapping[str, Any]] = {"ls": "", "mfc": "white", "mec": "black", "ms": 9}


def _hexagon(x: float, y: float, width: float, height: float, letter: float) -> Path:
    """Return the outline of a box with points at its sides: a box style of matplotlib."""
    from matplotlib.path import Path  # noqa: PLC0415 — not before the first picture

    low, high, middle = y - letter / 3, y + height + letter / 3, y + height / 2
    left, right = x - letter, x + width + letter
    return Path(
        [(x, low), (x + width, low), (right, middle), (x + width, high), (x, high), (left, middle), (x, low)]
    )


_KINDS: Final = {
    "end user": ("square,pad=0.4", "s"),
    "trusted node": ("round,pad=0.4", "o"),
    "optical switch": (_hexagon, "D"),
}
"""How a kind of node is drawn: the style of its box, and its mark."""


def network_drawing(
    title: str,
    nodes: Sequence[Record],
    links: Sequence[Record],
    routes: Sequence[Record],
    text: str,
    words: Mapping[str, str],
) -> Drawing:
    """Return the drawing of a network, given by the traits of a `NetworkMap`; places are not to scale."""
    places = {node["id"]: (node["x"], node["y"]) for node in nodes}
    in_a_row = len({y for _, y in places.values()}) == 1
    crowded = max(len(nodes), len(links)) > MANY

    def draw(axes: Axes) -> None:
        from matplotlib.lines import Line2D  # noqa: PLC0415 — not before the first picture

        for number, route in enumerate(routes):
            x, y = zip(*(places[name] for name in route["nodes"]), strict=True)
            (colour, dash), width = _ROUTES[number], 10 - 2 * number  # where two meet, both are seen
            (line,) = axes.plot(x, y, color=colour, ls=dash, lw=width, alpha=0.45, zorder=1)
            line.set(label=route["text"], solid_capstyle="butt")
        for link in links:
            x, y = zip(places[link["a"]], places[link["b"]], strict=True)
            colour = VERMILION if link["state"] == "eve" else GREY
            axes.plot(x, y, color=colour, ls=_LINKS[link["state"]], lw=1.6, zorder=2)
            middle, offset = (sum(x) / 2, sum(y) / 2), (0, 32 if in_a_row else 0)
            look: Any = {"size": 7 if len(links) > MANY / 2 else 9, "ha": "center", "va": "center"}
            _write(axes, _told_of_link(link, words, crowded), middle, offset, **look)
        for node in nodes:
            told = _told_of_node(node, words, crowded)
            (_draw_mark if crowded else _draw_box)(axes, node, told)
        axes.set_title(title, loc="left", fontsize=12)
        axes.margins(0.08, 0.25 if crowded else 0.12)
        axes.axis("off")
        drawn = {node["kind"] for node in nodes}
        signs = {words[f"legend_kind_{kind}"]: mark for kind, (_, mark) in _KINDS.items() if kind in drawn}
        if any(node["knows"] for node in nodes):
            signs[words["legend_knows"]] = "*"
        entries = [Line2D([], [], marker=mark, label=label, **_MARK) for label, mark in signs.items()]
        axes.legend(handles=[*entries, *axes.get_legend_handles_labels()[0]], ncols=2, **LEGEND)

    told = f"{title}. {text}" if title else text
    return Drawing(draw=draw, text=told, height=2.6 if in_a_row else 6.2, wide=True)


def _look(node: Record) -> tuple[str, dict[str, Any]]:
    """Return the colour of the words on a node, and how its box is drawn."""
    if node["state"] == "compromised":
        return "black", {"fc": "#FBE3D3", "ec": VERMILION, "ls": "--", "lw": 2.2}
    if node["state"] == "lost":
        return GREY, {"fc": "white", "ec": GREY, "ls": ":", "lw": 1.4}
    return ("white", {"fc": BLUE}) if node["end"] else ("black", {"fc": "white"})


def _draw_box(axes: Axes, node: Record, told: Sequence[str]) -> None:
    ink, look = _look(node)
    box = {"boxstyle": _KINDS[node["kind"]][0], **look}
    axes.text(node["x"], node["y"], "\n".join(told), color=ink, ha="center", va="center", bbox=box, zorder=4)


def _draw_mark(axes: Axes, node: Record, told: Sequence[str]) -> None:
    place, fill = (node["x"], node["y"]), _look(node)[1]["fc"]
    axes.plot(*place, marker=_KINDS[node["kind"]][1], zorder=4, **{**_MARK, "mfc": fill})
    weight = "bold" if len(told) > 1 else "normal"
    _write(axes, ", ".join(told), place, (3, 6), size=8, weight=weight, rotation=45, rotation_mode="anchor")


def _write(
    axes: Axes, text: str, place: tuple[float, float], offset: tuple[float, float], **look: Any
) -> None:
    """Write on whatever lines there are."""
    paper = {"boxstyle": "round,pad=0.1", "fc": "white", "ec": "none", "alpha": 0.8} if text else None
    axes.annotate(text, place, offset, textcoords="offset points", bbox=paper, zorder=3, **look)


def _told_of_node(node: Record, words: Mapping[str, str], crowded: bool) -> list[str]:
    facts = {f"end_{node['end']}": node["end"], f"state_{node['state']}": node["state"] != "sound"}
    told = ["★ " * node["knows"] + node["id"], *(words[name] for name, holds in facts.items() if holds)]
    return told if crowded or not node["note"] else [*told, node["note"]]


def _told_of_link(link: Record, words: Mapping[str, str], crowded: bool) -> str:
    told = [] if link["state"] == "working" else [words[f"link_{link['state']}"]]
    if not crowded:
        told.append(link["label"])
        if link["level"] is not None:
            share = words["percent"].format(value=f"{100 * link['level']:.0f}")
            told.append(words["pool"].format(percent=share))
    return "\n".join(line for line in told if line)
