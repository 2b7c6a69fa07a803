"""The Python side of the network map: what it accepts and refuses, what it says, its still picture."""

import re
from inspect import getfile
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from qkdlab.lab.components.base import module_text
from qkdlab.lab.components.figures import HALF, Still
from qkdlab.lab.components.text import words_for
from qkdlab.lab.network.forms import FORMS, built
from qkdlab.lab.network.map.network_data import ENDS, LINK_STATES, MAX_ROUTES, NODE_KINDS, NODE_STATES
from qkdlab.lab.network.map.network_drawing import MANY
from qkdlab.lab.network.map.network_map import NetworkMap
from qkdlab.network import PRESETS, Topology
from tests.lab.network.map.network_maps import chain, metro, ring, star, told_in_full

A = {"id": "A", "x": 0, "y": 0, "kind": "end user"}
B = {"id": "B", "x": 1, "y": 0, "kind": "trusted node"}
C = {"id": "C", "x": 2, "y": 0, "kind": "end user"}
AB = {"id": "A-B", "a": "A", "b": "B"}
BC = {"id": "B-C", "a": "B", "b": "C"}
PNG = b"\x89PNG"


def test_what_is_left_out_is_filled_in() -> None:
    shown = NetworkMap(nodes=[A, B], links=[AB])
    assert shown.nodes[0] == {
        "id": "A",
        "x": 0.0,
        "y": 0.0,
        "kind": "end user",
        "state": "sound",
        "knows": False,
        "end": "",
        "note": "",
        "actions": [],
    }
    assert shown.links == [
        {
            "id": "A-B",
            "a": "A",
            "b": "B",
            "state": "working",
            "label": "",
            "level": None,
            "note": "",
            "actions": [],
        }
    ]
    assert (shown.step, shown.asked) == (None, None)


@pytest.mark.parametrize(
    ("traits", "message"),
    [
        ({"nodes": {}}, "nodes must be a list, got {}"),
        ({"nodes": [A, {"id": "B"}]}, r"nodes\[1\] must have the key 'kind'"),
        ({"nodes": [A | {"colour": "red"}]}, r"nodes\[0\] must have no key 'colour'"),
        ({"nodes": [A, B, A]}, r"nodes\[2\]\['id'\] must not occur twice, got 'A'"),
        ({"nodes": [A | {"id": ""}]}, r"nodes\[0\]\['id'\] must not be empty, got ''"),
        ({"nodes": [A | {"y": float("nan")}]}, r"nodes\[0\]\['y'\] must be a finite number, got nan"),
        (
            {"nodes": [A | {"kind": "satellite"}]},
            r"nodes\[0\]\['kind'\] must be one of 'end user', .*'satellite'",
        ),
        ({"nodes": [A | {"state": "eve"}]}, r"nodes\[0\]\['state'\] must be one of 'sound', .*'eve'"),
        ({"nodes": [A | {"knows": 1}]}, r"nodes\[0\]\['knows'\] must be True or False, got 1"),
        ({"nodes": [A | {"end": "third"}]}, r"nodes\[0\]\['end'\] must be one of '', 'first'"),
        ({"nodes": [A | {"actions": [{"id": "x"}]}]}, r"\['actions'\]\[0\] must have the key 'text'"),
        (
            {"nodes": [A | {"actions": [{"id": "x", "text": "a"}, {"id": "x", "text": "b"}]}]},
            r"nodes\[0\]\['actions'\]\[1\]\['id'\] must not occur twice, got 'x'",
        ),
        ({"nodes": [A], "links": [AB]}, r"links\[0\]\['b'\] must be the id of a node, got 'B'"),
        ({"nodes": [A, B], "links": [AB | {"b": "A"}]}, r"links\[0\]\['b'\] must be another node than 'a'"),
        ({"nodes": [A, B], "links": [AB, AB]}, r"links\[1\]\['id'\] must not occur twice, got 'A-B'"),
        (
            {"nodes": [A, B], "links": [AB | {"state": "lost"}]},
            r"links\[0\]\['state'\] must be one of 'working'",
        ),
        (
            {"nodes": [A, B], "links": [AB | {"level": 1.2}]},
            r"links\[0\]\['level'\] must lie between 0 and 1",
        ),
        ({"nodes": [A, B], "links": [AB | {"level": float("nan")}]}, r"\['level'\] must lie between 0 and 1"),
        (
            {"nodes": [A, B, C], "links": [AB], "routes": [{"nodes": ["A", "B", "C"], "text": ""}]},
            r"routes\[0\]\['nodes'\] must follow links, got \('B', 'C'\)",
        ),
        ({"routes": [{"nodes": ["A"], "text": ""}]}, r"routes\[0\]\['nodes'\] must name at least two nodes"),
        (
            {
                "nodes": [A, B],
                "links": [AB],
                "routes": [{"nodes": ["A", "B"], "text": ""}] * (MAX_ROUTES + 1),
            },
            "routes must hold at most 4 routes, got 5",
        ),
        (
            {"nodes": [A, B], "links": [AB], "step": {"link": "B-C", "from": "B"}},
            r"step\['link'\] must be the id of a link, got 'B-C'",
        ),
        (
            {"nodes": [A, B, C], "links": [AB, BC], "step": {"link": "A-B", "from": "C"}},
            r"step\['from'\] must be an end of the link, got 'C'",
        ),
        ({"asked": {"item": "route"}}, "asked must have the key"),
        ({"title": 3}, "title must be a string, got 3"),
        ({"edges": []}, "NetworkMap must be given its own traits, got 'edges'"),
    ],
)
def test_refusals_name_the_element(traits: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        NetworkMap(**traits)


def test_another_network_at_once_in_any_order() -> None:
    # would catch: links held against the nodes of the network before
    shown = NetworkMap(**ring())
    shown.show(step=None, routes=[], links=[AB], nodes=[A, B])
    assert [node["id"] for node in shown.nodes] == ["A", "B"]
    with pytest.raises(ValueError, match="must be the id of a node, got 'C'"):
        shown.show(links=[BC])
    assert shown.links[0]["id"] == "A-B"


def test_summary_counts_what_is_wrong() -> None:
    assert NetworkMap().summary == "There is no network to show yet."
    shown = NetworkMap(**ring())
    assert shown.summary == "Nodes: 6 (compromised: 1). Links: 6 (Eve listens on: 1, cut: 1)."
    shown.statement = "Eve reads the key of A and D."
    assert shown.summary == "Eve reads the key of A and D."
    assert NetworkMap(**star()).summary == "Nodes: 11. Links: 10."
    assert repr(shown) == "NetworkMap('Ring of six', 6 nodes, 6 links)"


def test_what_the_browser_asks_is_heard_each_time() -> None:
    shown = NetworkMap(**ring())
    heard = []
    shown.observe(lambda change: heard.append(change["new"]), "asked")
    for count in (1, 2):  # the same action twice is two events, by its count
        shown.set_state({"asked": {"item": "link", "id": "AB", "action": "cut", "count": count}})
    assert [event["count"] for event in heard] == [1, 2]


def test_every_word_is_there_and_none_is_left_over() -> None:
    words = words_for("network_map")
    built = {f"kind_{kind}" for kind in NODE_KINDS} | {f"legend_kind_{kind}" for kind in NODE_KINDS}
    built |= {f"state_{state}" for state in NODE_STATES} | {f"legend_state_{s}" for s in NODE_STATES[1:]}
    built |= {f"{start}link_{state}" for state in LINK_STATES for start in ("", "legend_")}
    built |= {f"end_{end}" for end in ENDS if end}
    built |= {"zoom_in", "zoom_out", "whole"}
    built |= {f"summary_{name}" for name in ("nodes", "links", *NODE_STATES[1:], *LINK_STATES[1:])}
    assert built <= words.keys()
    text = module_text(getfile(NetworkMap))
    used = set(re.findall(r"words\.(\w+)", text)) | set(re.findall(r'say\("(\w+)"', text))
    assert used <= words.keys()
    assert words.keys() == used | built | {"summary_empty"}


def drawn(**traits: Any) -> Axes:
    """The axes of the still picture, laid out."""
    drawing = NetworkMap(**traits).drawing()
    assert drawing is not None
    figure = Figure(figsize=(2 * HALF, drawing.height), layout="constrained")
    axes = figure.add_subplot()
    drawing.draw(axes)
    figure.draw_without_rendering()
    return axes


def boxes_of(axes: Axes) -> dict[str, Bbox]:
    """Where the words stand, with the boxes around them."""
    found = {}
    for place, text in enumerate(axes.texts):
        if text.get_text():
            box = text.get_bbox_patch()
            found[f"{place}: {text.get_text()}"] = (
                box.get_window_extent() if box else text.get_window_extent()
            )
    return found


@pytest.mark.parametrize("make", [ring, star, chain, metro])
def test_still_picture(make: Any) -> None:
    network = make()
    drawing = NetworkMap(**network).drawing()
    assert drawing is not None
    assert Still.of([drawing]).png.startswith(PNG)
    assert drawing.text.startswith(f"{network.get('title', '')}".strip() or "Nodes: ")


def test_no_still_picture_of_nothing() -> None:
    assert NetworkMap().drawing() is None


def test_the_still_picture_tells_states_in_words_and_follows_the_routes() -> None:
    axes = drawn(**ring())
    told = [text.get_text().split("\n") for text in axes.texts]
    assert ["★ C", "compromised"] in told
    assert ["A", "user 1"] in told
    assert ["Eve listens", "no key", "pool 0 % full"] in told
    assert ["cut", "no key", "pool 80 % full"] in told
    assert ["41 kbit/s", "pool 20 % full"] in told
    places = {node["id"]: (node["x"], node["y"]) for node in ring()["nodes"]}
    for line, way in zip(axes.lines, ("ABCD", "AFED"), strict=False):
        assert [tuple(place) for place in line.get_xydata()] == [places[name] for name in way]
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert legend == [
        "end user",
        "trusted node: it sees the keys that pass",
        "knows the key of the chosen pair",
        "route 1: by B and C",
        "route 2: by F and E",
    ]


def test_a_crowded_picture_tells_only_what_is_unusual() -> None:
    told = [text.get_text() for text in drawn(**chain()).texts if text.get_text()]
    assert "★ R16, compromised" in told
    assert "★ R0" in told
    assert len(told) == 33  # no link has anything to tell


def badly_placed(**traits: Any) -> list[tuple[str, ...]]:
    """Words of the still picture that leave the page, and pairs of words that meet; borders may."""
    axes = drawn(**traits)
    page, boxes = axes.get_figure(root=True).bbox, boxes_of(axes)
    found: list[tuple[str, ...]] = []
    for name, box in boxes.items():
        inside = Bbox.intersection(page, box)
        if inside is None or not np.allclose(inside.extents, box.extents):
            found.append((name,))
    for (name, box), (other, there) in combinations(boxes.items(), 2):
        common = Bbox.intersection(box, there)
        if common and min(common.width, common.height) > 2:
            found.append((name, other))
    return found


@pytest.mark.parametrize("make", [ring, star])
def test_words_of_the_still_picture_keep_apart_and_inside(make: Any) -> None:
    assert badly_placed(**make()) == []


MODELS = [built(form, n_nodes, 20.0) for form in FORMS for n_nodes in (3, 5, 8, 12)]
MODELS += [model for model in PRESETS.values() if len(model.nodes) <= MANY]


@pytest.mark.long
@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_words_keep_apart_in_the_networks_of_the_lab(model: Topology) -> None:
    assert badly_placed(**told_in_full(model)) == []
