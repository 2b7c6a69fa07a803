"""The picture of the encryptor panel: two sites, what stands at each, and the three links between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final

from ....values import check_count, check_probability
from ...components.base import (
    Component,
    check_record,
    check_switch,
    check_text,
    list_of,
    module_text,
    one_of,
    optional,
    record_of,
    style_text,
    synced,
)
from ...components.figures import BLUE, GREEN, GREY, VERMILION, Drawing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STATES: Final = ("good", "low", "bad")
"""How a part of a site, or a link, does; each has a sign of its own."""

SITES, LINKS = ("alice", "bob"), ("data", "keys", "quantum")
_SIGNS: Final = {"good": ("✓", GREEN), "low": ("△", VERMILION), "bad": ("✗", VERMILION)}
_PARTS: Final = ("encryptor", "kme", "unit")


_PART: Final = record_of(
    {
        "state": one_of(*STATES),
        "title": check_text,
        "text": check_text,
        "level": optional(check_probability),
    },
    level=None,
)
_SITE: Final = record_of({"name": check_text, **dict.fromkeys(_PARTS, _PART)})
_LINK: Final = record_of(
    {"state": one_of(*STATES), "text": check_text, "note": check_text, "eve": check_text}
)


def _check_sites(name: str, value: object) -> list[dict[str, Any]]:
    sites: list[dict[str, Any]] = list_of(_SITE, "sites")(name, value)
    if len(sites) not in (0, len(SITES)):
        raise ValueError(f"{name} must be two sites or none, got {len(sites)}")
    return sites


def _check_links(name: str, value: object) -> dict[str, dict[str, Any]]:
    links = check_record(name, value, frozenset(), frozenset(LINKS))
    return {key: _LINK(f"{name}[{key!r}]", one) for key, one in links.items()}


class SitesScene(Component):
    """Two sites with an encryptor, a KME and a QKD unit each, and a link between each two of a kind.

    Parameters
    ----------
    sites
        Alice's and Bob's, each a dict of "name" and of its parts "encryptor", "kme" and "unit":
        ``{"title": str, "text": str, "state": one of STATES}``, and "level", how full it is, 0 … 1, or None.
    links
        "data", "keys" and "quantum": ``{"text": str, "note": str, "state": one of STATES, "eve": str}``; it
        says what Eve does there and is empty where she is not.
    beat
        Grows with each message that crosses: then something moves on the data link.
    rejected
        Whether the last message was rejected.
    noted
        What came of the last thing that a learner did; "" if there is nothing to be told of it.
    foot
        A line below.
    statement
        What the picture shows, in a sentence.
    """

    _section: ClassVar = "sites_scene"
    _told_of: ClassVar = ("statement",)
    _shown_in_repr: ClassVar = ("statement",)
    _esm = module_text(__file__)
    _css = style_text(__file__)

    sites = synced(_check_sites, ())
    links = synced(_check_links, {})
    beat = synced(check_count, 0)
    rejected = synced(check_switch, False)
    noted = synced(check_text, "")
    foot = synced(check_text, "")
    statement = synced(check_text, "")

    def _summary(self) -> str:
        return str(self.statement)

    def data(self) -> list[dict[str, Any]]:
        """Return what stands at each site and at each link, and how full the stores are."""
        parts = [
            {
                "name": f"{site['name']}: {site[part]['title']}",
                "value": site[part]["level"],
                "note": site[part]["text"],
            }
            for site in self.sites
            for part in _PARTS
        ]
        links = [{"name": name, "note": one["text"]} for name, one in self.links.items()]
        return [{"figure": self.words["name"], **one} for one in (*parts, *links)]

    def drawing(self) -> Drawing | None:
        """Return what a still picture shows of the sites."""
        if not self.sites:
            return None
        sites, links = self.sites, self.links
        return Drawing(draw=lambda axes: _draw(axes, sites, links), text=self.summary, height=4.2, wide=True)


def _draw(axes: Axes, sites: Sequence[Mapping[str, Any]], links: Mapping[str, Mapping[str, Any]]) -> None:
    axes.set(xlim=(0, 10), ylim=(0, 6.5))
    axes.axis("off")
    for site, x in zip(sites, (1.4, 8.6), strict=True):
        axes.text(x, 6.2, site["name"], ha="center", weight="bold", fontsize=12)
        for part, y in zip(_PARTS, (5, 3, 1), strict=True):
            told, (sign, colour) = site[part], _SIGNS[site[part]["state"]]
            box = {"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": colour, "lw": 1.6}
            text = f"{sign} {told['title']}\n{told['text']}"
            axes.text(x, y, text, ha="center", va="center", bbox=box, fontsize=10)
            if told["level"] is not None:
                axes.barh(y - 0.85, 2.0, left=x - 1, height=0.2, facecolor="none", edgecolor=GREY)
                axes.barh(y - 0.85, 2.0 * told["level"], left=x - 1, height=0.2, color=BLUE)
    for name, y in zip(LINKS, (5, 3, 1), strict=True):
        link = links.get(name)
        if link is None:
            continue
        sign, colour = _SIGNS[link["state"]]
        style = "-" if link["state"] == "good" else "--"
        axes.annotate("", (7.1, y), (2.9, y), arrowprops={"arrowstyle": "->", "color": colour, "ls": style})
        axes.text(5, y + 0.15, f"{sign} {link['text']}", ha="center", fontsize=10)
        axes.text(5, y - 0.2, link["note"], ha="center", va="top", fontsize=9, color=GREY)
        if link["eve"]:
            axes.text(5, y - 0.55, f"◉ {link['eve']}", ha="center", va="top", fontsize=10, color=VERMILION)
