"""The network map in a blank page: the menu by mouse, touch and keys, labels, themes, what is drawn."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from qkdlab.lab.network.forms import FORMS, SWITCH_STAR, TRUSTED_STAR, built
from qkdlab.lab.network.map.network_map import NetworkMap
from qkdlab.lab.network.network_run import run_network
from qkdlab.lab.network.settings import NetworkSettings
from qkdlab.lab.network.view import map_traits
from qkdlab.network import PRESETS, Topology
from tests.browser.component_page import ComponentPage
from tests.lab.network.map.network_maps import LINK_ACTIONS, chain, metro, ring, star, told_in_full

MIDDLE = """node => {
    const box = node.getBoundingClientRect();
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}"""
# What is written on the map and stands on something else: on other words, a node, a line, or half outside.
# The boxes of letters have empty rims, so they are shrunk by a pixel or two.
ON_SOMETHING = """() => {
    const box = node => {
        const { x, y, right, bottom } = node.getBoundingClientRect();
        const link = node.closest('.mark:has(.chip.own)')?.dataset.id;  // it has a ground
        return { text: node.textContent, link, x0: x + 1, x1: right - 1, y0: y + 2, y1: bottom - 2 };
    };
    const every = names => [...document.querySelectorAll(names)];
    const meet = (a, b) => a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;
    const map = document.querySelector('.window').getBoundingClientRect();
    const texts = every('.plot .label text, .plot .chip, .plot .step text').map(box);
    const nodes = every('.nodes > .node > .sign, .zoom').map(box);
    const lines = every('.plot .link > .line, .plot .way').map(path => {
        const spots = [];
        for (let at = 0; at <= path.getTotalLength(); at += 2)
            spots.push(path.getPointAtLength(at).matrixTransform(path.getScreenCTM()));
        return { id: path.parentElement.dataset.id, spots };
    });
    return texts.flatMap((one, i) => [
        one.x0 < map.x - 1 || one.x1 > map.right + 1 ? 'outside' : '',
        one.y0 < map.y - 2 || one.y1 > map.bottom + 2 ? 'outside' : '',
        ...texts.slice(0, i).filter(other => meet(one, other)).map(other => other.text),
        ...nodes.filter(other => meet(one, other)).map(() => 'a node'),
        lines.filter(({ id }) => id !== one.link).flatMap(({ spots }) => spots)
            .some(({ x, y }) => x > one.x0 && x < one.x1 && y > one.y0 && y < one.y1) ? 'a line' : '',
    ].filter(Boolean).map(what => `${one.text}: ${what}`));
}"""
# What is written of a link and stands nearer to the line of another, or far off, without a line to it.
STRAYED = """() => {
    const lines = [...document.querySelectorAll('.links > .link')].map(link => {
        const path = link.querySelector('.line'), spots = [];
        for (let at = 0; at <= path.getTotalLength(); at += 2)
            spots.push(path.getPointAtLength(at).matrixTransform(path.getScreenCTM()));
        return { id: link.dataset.id, spots };
    });
    return [...document.querySelectorAll('.marks > .mark:has(.chip)')].flatMap(mark => {
        const { id } = mark.dataset, box = mark.querySelector('.chip .back').getBoundingClientRect();
        const beyond = (low, value, high) => Math.max(low - value, 0, value - high);
        const off = ({ x, y }) => Math.hypot(beyond(box.x, x, box.right), beyond(box.y, y, box.bottom));
        const far = lines.map(line => ({ own: line.id === id, px: Math.min(...line.spots.map(off)) }));
        const own = far.find(one => one.own).px;
        const other = Math.min(...far.filter(one => !one.own).map(one => one.px));
        if (mark.querySelector('.leader') || (own < other && own < 40)) return [];
        return [`${id} “${mark.textContent}”: ${own.toFixed()} px, another ${other.toFixed()} px`];
    });
}"""
NAMES = "() => [...document.querySelectorAll('.plot .name')].map(node => node.textContent)"
FOCUSED = "() => document.activeElement.dataset.key ?? ''"


@contextmanager
def network(browser: Browser, data: dict[str, Any], **options: Any) -> Iterator[ComponentPage]:
    traits = {name: options.pop(name) for name in ("projector", "statement") if name in options}
    with ComponentPage(browser, NetworkMap(**data, **traits), **options) as shown:
        yield shown


def item(page: Page, kind: str, name: str) -> Locator:
    return page.locator(f":is(.links, .nodes) > [data-key='{kind} {name}']")


def press_middle(page: Page, where: Locator) -> None:
    spot = where.evaluate(MIDDLE)
    page.mouse.click(spot["x"], spot["y"])


def menu(page: Page) -> Locator:
    return page.get_by_role("menu")


def test_a_click_opens_the_menu_and_a_choice_is_asked(chromium: Browser) -> None:
    with network(chromium, ring()) as shown:
        page = shown.page
        node = item(page, "node", "B")
        press_middle(page, node)
        expect(node).to_have_attribute("aria-expanded", "true")
        expect(menu(page).get_by_role("menuitem")).to_have_text(["Compromise this node", "Switch it off"])
        expect(page.locator(".menu .about")).to_have_text("Trusted node B, sound, knows the key")
        menu(page).get_by_role("menuitem", name="Switch it off").click()
        expect(menu(page)).to_have_count(0)
        assert shown.get("asked") == {"item": "node", "id": "B", "action": "lose", "count": 1}
        assert page.evaluate("saved.at(-1).asked.id") == "B"
        assert page.evaluate(FOCUSED) == "node B"
        press_middle(page, item(page, "link", "BC"))
        menu(page).get_by_role("menuitem", name="Cut this link").click()
        assert shown.get("asked") == {"item": "link", "id": "BC", "action": "cut", "count": 2}


def test_a_link_is_hit_12_pixels_beside_its_line_and_at_its_label(chromium: Browser) -> None:
    with network(chromium, ring() | {"routes": [], "step": None}) as shown:
        page = shown.page
        line = item(page, "link", "EF").locator(".hit").evaluate(MIDDLE)  # it runs straight up
        page.mouse.click(line["x"] + 11.5, line["y"] + 40)
        expect(page.locator(".menu .about")).to_contain_text("Link E–F, cut, no key, pool 80 % full")
        page.keyboard.press("Escape")
        press_middle(page, page.locator(".marks [data-id=AB] .chip text"))
        expect(page.locator(".menu .about")).to_have_text(
            "Link A–B, Eve listens, no key, pool 0 % full, QBER 25 %"
        )


def test_the_menu_closes_without_a_choice(chromium: Browser) -> None:
    with network(chromium, ring()) as shown:
        page = shown.page
        node = item(page, "node", "E")
        press_middle(page, node)
        page.keyboard.press("Escape")
        expect(menu(page)).to_have_count(0)
        assert page.evaluate(FOCUSED) == "node E"  # focus comes back
        press_middle(page, node)
        press_middle(page, node)  # a second click closes
        expect(menu(page)).to_have_count(0)
        press_middle(page, node)
        page.mouse.click(5, 5)  # outside of the card
        expect(menu(page)).to_have_count(0)
        expect(node).to_have_attribute("aria-expanded", "false")
        press_middle(page, node)
        press_middle(page, item(page, "node", "B"))  # another item: its menu instead
        expect(page.locator(".menu .about")).to_contain_text("node B")
        assert shown.get("asked") is None


def test_by_keyboard_alone(chromium: Browser) -> None:
    with network(chromium, ring()) as shown:
        page = shown.page
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUSED) == "node A"
        expect(page.locator("[data-item][tabindex='0']")).to_have_count(1)  # one stop for the whole map
        page.keyboard.press("End")
        assert page.evaluate(FOCUSED) == "link FA"
        page.keyboard.press("Home")
        page.keyboard.press("ArrowDown")  # the middles of both links from A are below it
        assert page.evaluate(FOCUSED) in ("link AB", "link FA")
        page.keyboard.press("Home")
        page.keyboard.press("ArrowRight")
        assert page.evaluate(FOCUSED) == "link AB"
        page.keyboard.press("ArrowRight")
        assert page.evaluate(FOCUSED) == "node B"
        page.keyboard.press(" ")
        page.keyboard.press("ArrowUp")  # from the first to the last
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        assert shown.get("asked") == {"item": "node", "id": "B", "action": "lose", "count": 1}
        assert page.evaluate(FOCUSED) == "node B"
        ring_width = item(page, "node", "B").locator(".ring").evaluate("n => getComputedStyle(n).strokeWidth")
        assert float(ring_width.removesuffix("px")) >= 3
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(menu(page)).to_have_count(0)
        expect(page.get_by_text("Signs")).to_be_focused()


@pytest.mark.parametrize("make", [ring, star, chain, metro])
def test_every_item_is_reached_by_keys(chromium: Browser, make: Any) -> None:
    data = make()
    wanted = [f"node {node['id']}" for node in data["nodes"]] + [
        f"link {link['id']}" for link in data["links"]
    ]
    with network(chromium, data) as shown:
        page = shown.page
        page.keyboard.press("Tab")
        found = [page.evaluate(FOCUSED)]
        for _ in wanted[1:]:
            page.keyboard.press("PageDown")
            found.append(page.evaluate(FOCUSED))
        assert found == wanted


def test_arrow_keys_walk_along_a_chain(chromium: Browser) -> None:
    with network(chromium, chain(5)) as shown:
        page = shown.page
        page.keyboard.press("Tab")
        for wanted in ("link L0", "node R1", "link L1", "node R2"):
            page.keyboard.press("ArrowRight")
            assert page.evaluate(FOCUSED) == wanted
        page.keyboard.press("ArrowUp")  # nothing is above
        page.keyboard.press("ArrowLeft")
        assert page.evaluate(FOCUSED) == "link L1"


@pytest.mark.parametrize("width", [420, 700, 1000])
@pytest.mark.parametrize("make", [ring, star, chain, metro])
def test_labels_cover_nothing(chromium: Browser, make: Any, width: int) -> None:
    with network(chromium, make(), width=width) as shown:
        for projector in (False, True):
            shown.widget.projector = projector
            shown.push()
            assert shown.page.evaluate(ON_SOMETHING) == []
            if width == 1000 and make in (ring, star):
                named = set(shown.page.evaluate(NAMES))
                assert {node["id"] for node in shown.widget.nodes} == named  # no name is left out


def with_trouble(topology: Topology) -> dict[str, Any]:
    """A network of the panel: a way of the key, Eve on its first fibre, a node compromised, one lost."""
    traits = told_in_full(topology)
    first = traits["links"][0]
    first |= {"state": "eve", "label": "no key"}
    traits["nodes"][-1]["state"] = "lost"
    way = {"nodes": [first["a"], first["b"]], "text": "way 1"}
    return traits | {"routes": [way], "step": {"link": first["id"], "from": first["a"], "text": "S ⊕ K(A–B)"}}


PANELS = [*(built(form, n_nodes, 20.0) for form in FORMS for n_nodes in (5, 12)), *PRESETS.values()]


@pytest.mark.parametrize("size", [(420, 0), (640, 400), (1000, 0)], ids=str)
@pytest.mark.parametrize("topology", PANELS, ids=repr)
def test_labels_cover_nothing_in_the_networks_of_the_panel(
    chromium: Browser, topology: Topology, size: tuple[int, int]
) -> None:
    width, height = size
    with network(chromium, with_trouble(topology), width=width + 32) as shown:
        if height:
            in_a_box(shown, height)
        assert shown.page.evaluate(ON_SOMETHING) == []
        assert shown.page.evaluate(STRAYED) == []
        names = shown.page.evaluate(NAMES)
        if len(topology.nodes) <= 20:
            assert set(names) == {node.name for node in topology.nodes}
        else:  # users and what happened
            wanted = {one["id"] for one in shown.widget.nodes if one["end"] or one["state"] != "sound"}
            assert wanted <= set(names)


# What is said of nodes that know the key: in words on the map, by the sign, in the legend that is in view.
KNOWERS = """() => {
    const every = names => [...document.querySelectorAll(names)];
    const ids = all => all.map(one => one.dataset.id).sort();
    return {
        nodes: ids(every('.nodes > .node:has(.sign-knows)')),
        told: ids(every('.plot .label').filter(one => one.textContent.includes('knows the key'))),
        legend: every('.legend.ways > span').some(one => one.textContent.includes('knows the key of')),
    };
}"""


@pytest.mark.parametrize("size", [(420, 0), (640, 400), (1000, 0)], ids=repr)
@pytest.mark.parametrize("topology", PANELS, ids=repr)
def test_of_all_that_know_the_key_it_is_said_in_words_or_of_none(
    chromium: Browser, topology: Topology, size: tuple[int, int]
) -> None:
    # before: at user 1, and not at user 2 where there was no room, so that one reads that user 2 has none
    width, height = size
    with network(chromium, with_trouble(topology), width=width + 32) as shown:
        nodes = [dict(node, knows=place % 2 == 0) for place, node in enumerate(shown.widget.nodes)]
        shown.widget.show(nodes=nodes)
        shown.push()
        if height:
            in_a_box(shown, height)
        said = shown.page.evaluate(KNOWERS)
        assert said["nodes"] == sorted(node["id"] for node in nodes if node["knows"])
        assert said["told"] == ([] if said["legend"] else said["nodes"])
        assert shown.page.evaluate(ON_SOMETHING) == []


@pytest.mark.parametrize("form", [TRUSTED_STAR, SWITCH_STAR])
def test_every_fibre_of_a_star_has_its_rate(chromium: Browser, form: str) -> None:
    # before: none had it, though the map was half empty
    run = run_network(NetworkSettings(form=form), lambda share: None)
    with network(chromium, map_traits(run), width=860) as shown:
        in_a_box(shown, 400)
        expect(shown.page.locator(".marks .chip")).to_have_count(5)
        assert shown.page.evaluate(ON_SOMETHING) == []
        assert shown.page.evaluate(STRAYED) == []


# Names that stand nearer to another node than to their own.
MISLEADING = """() => {
    const nodes = [...document.querySelectorAll('.nodes > .node')].map(node => {
        const { x, y, width, height } = node.querySelector('.sign').getBoundingClientRect();
        return { id: node.dataset.id, x: x + width / 2, y: y + height / 2 };
    });
    const beyond = (low, value, high) => Math.max(low - value, 0, value - high);
    return [...document.querySelectorAll('.plot .label:has(.name)')].flatMap(label => {
        const box = label.getBoundingClientRect(), name = label.querySelector('.name').textContent;
        const off = ({ x, y }) => Math.hypot(beyond(box.x, x, box.right), beyond(box.y, y, box.bottom));
        const nearest = nodes.sort((one, other) => off(one) - off(other))[0].id;
        return nearest === name ? [] : [`${label.textContent} stands at ${nearest}`];
    });
}"""
# What is written of a link on that side of it where the middle of the map is.
INSIDE = """() => {
    const middle = node => {
        const { x, y, width, height } = node.getBoundingClientRect();
        return { x: x + width / 2, y: y + height / 2 };
    };
    const nodes = [...document.querySelectorAll('.nodes > .node > .sign')].map(middle);
    const mean = axis => nodes.reduce((sum, spot) => sum + spot[axis], 0) / nodes.length;
    const far = ({ x, y }) => Math.hypot(x - mean('x'), y - mean('y'));
    return [...document.querySelectorAll('.marks > .mark:has(.chip)')].flatMap(mark => {
        const { id } = mark.dataset, chip = middle(mark.querySelector('.chip .back'));
        const line = middle(document.querySelector(`.links > .link[data-id="${id}"] .line`));
        return far(chip) > far(line) ? [] : [id];
    });
}"""


@pytest.mark.parametrize("size", [(420, 0), (500, 260), (640, 400), (1000, 0)], ids=str)
@pytest.mark.parametrize("who", "ABCDE")
def test_a_name_stands_nearest_to_its_own_node(chromium: Browser, who: str, size: tuple[int, int]) -> None:
    # before: "B, compromised" stood at A, with a thin line to B that ran behind A
    width, height = size
    run = run_network(NetworkSettings(compromised=(who,)), lambda share: None)
    step = {"link": "A–B", "from": "A", "text": "S ⊕ K(A–B)"}
    with network(chromium, map_traits(run) | {"step": step}, width=width + 32) as shown:
        if height:
            in_a_box(shown, height)
        assert shown.page.evaluate(MISLEADING) == []
        assert shown.page.evaluate(ON_SOMETHING) == []


def test_what_is_written_of_links_stands_outside_of_a_ring(chromium: Browser) -> None:
    # before: three rates were piled up inside the ring, and which link was meant had to be guessed
    run = run_network(NetworkSettings(eve=(("A", "B"),)), lambda share: None)
    with network(chromium, map_traits(run), width=900) as shown:
        in_a_box(shown, 520)
        assert len(shown.page.query_selector_all(".marks > .mark:has(.chip)")) == 5
        assert shown.page.evaluate(INSIDE) == []


@pytest.mark.parametrize("size", [(1110, 675), (809, 459), (723, 411), (660, 435)], ids=str)
def test_rates_of_vienna_are_all_there_and_each_is_nearest_to_its_fibre(
    chromium: Browser, size: tuple[int, int]
) -> None:
    # before: two were piled up far from their fibres, a line to a third ran through a node, or none was there
    width, height = size
    vienna = next(name for name in PRESETS if name.startswith("Vienna"))
    settings = NetworkSettings(form=vienna, a="Vienna 1", b="St. Pölten")
    with network(chromium, map_traits(run_network(settings, lambda share: None)), width=width + 32) as shown:
        in_a_box(shown, height)
        page = shown.page
        page.wait_for_timeout(100)  # what stands below has changed the height of the map
        expect(page.locator(".marks .chip")).to_have_count(8)
        assert page.evaluate(ON_SOMETHING) == []
        assert page.evaluate(STRAYED) == []
        expect(page.locator(".below .hint")).not_to_contain_text("key rate")
        page.set_viewport_size({"width": 440, "height": 600})
        in_a_box(shown, 240)  # too little room: then there are none, and it is said where they are
        expect(page.locator(".marks .chip")).to_have_count(0)
        expect(page.locator(".below .hint")).to_contain_text("key rate")


MENU_HIDES = """id => {
    const box = node => node.getBoundingClientRect(), menu = box(document.querySelector('.menu'));
    const inside = ({ x, y }) => x > menu.left && x < menu.right && y > menu.top && y < menu.bottom;
    const nodes = [...document.querySelectorAll('.nodes > .node')].filter(node => {
        const { x, y, width, height } = box(node.querySelector('.sign'));
        return inside({ x: x + width / 2, y: y + height / 2 });
    });
    const line = document.querySelector(`.links > [data-id="${id}"] .line`), length = line.getTotalLength();
    const spots = [...Array(50).keys()].map(i => line.getPointAtLength(length * i / 50));
    const own = spots.some(spot => inside(spot.matrixTransform(line.getScreenCTM())));
    return [...nodes.map(node => node.dataset.id), ...(own ? [id] : [])];
}"""


@pytest.mark.parametrize("size", [(564, 242, False), (590, 270, True), (700, 400, False)], ids=str)
def test_the_menu_of_a_link_hides_neither_its_line_nor_a_node(
    chromium: Browser, size: tuple[int, int, bool]
) -> None:
    # before: with large letters it lay on two or three nodes, far from its link
    width, height, large = size
    traits = map_traits(run_network(NetworkSettings(), lambda share: None))
    with network(chromium, traits, width=width + 32, projector=large) as shown:
        shown.page.add_style_tag(content="#app { container: qk-room / size; font-size: 15px }")
        in_a_box(shown, height)
        for link in ("A–B", "B–C", "C–D", "D–E", "E–A"):
            item(shown.page, "link", link).focus()
            shown.page.keyboard.press("Enter")
            assert shown.page.evaluate(MENU_HIDES, link) == [], link
            shown.page.keyboard.press("Escape")


def in_a_box(shown: ComponentPage, height: int) -> None:
    """Give the component a place of its own height, as a grid does."""
    shown.page.evaluate("height => { document.getElementById('app').style.height = `${height}px` }", height)
    shown.settle()


@pytest.mark.parametrize("large", [False, True], ids=["small", "large"])
def test_eve_stays_on_her_fibre_where_there_is_little_room(chromium: Browser, large: bool) -> None:
    # before: her eye in the middle of the ring, and a map without a least height
    with network(chromium, with_trouble(built("ring", 5, 20.0)), width=560, projector=large) as shown:
        in_a_box(shown, 170)
        line = item(shown.page, "link", "A–B").locator(".hit").evaluate(MIDDLE)
        eye = shown.page.locator(".marks [data-key='link A–B'] .sign-eye").evaluate(MIDDLE)
        assert abs(line["x"] - eye["x"]) + abs(line["y"] - eye["y"]) < 3
        letters = shown.page.locator(".window").evaluate(
            "node => node.clientHeight / parseFloat(getComputedStyle(node).fontSize)"
        )
        assert letters > 11


def test_the_map_says_that_its_items_can_be_chosen(chromium: Browser) -> None:
    # before: in the last line of the panel's controls, below the fold
    data = ring()
    with network(chromium, data) as shown:
        expect(shown.page.locator(".below .hint")).to_contain_text("Choose a node or a fibre")
        shown.widget.show(
            nodes=[one | {"actions": []} for one in data["nodes"]],
            links=[one | {"actions": []} for one in data["links"]],
        )
        shown.push()
        expect(shown.page.locator(".below .hint")).to_be_hidden()


def test_the_map_fits_a_box(chromium: Browser) -> None:
    with network(chromium, told_in_full(PRESETS["46 nodes (model)"]), width=672) as shown:
        in_a_box(shown, 400)
        card, frame = (shown.page.locator(name).bounding_box() for name in (".qk", ".window"))
        assert card is not None
        assert frame is not None
        assert card["height"] == pytest.approx(400, abs=1)
        assert frame["height"] > 250  # the map has most of it
        for name in (".below", ".zoom"):
            box = shown.page.locator(name).bounding_box()
            assert box is not None
            assert box["y"] + box["height"] <= card["y"] + 400
        sizes = "all => all.map(text => parseFloat(getComputedStyle(text).fontSize))"
        assert min(shown.page.locator(".plot text").evaluate_all(sizes)) >= 13


@pytest.mark.parametrize("width", [520, 560, 600, 640, 1100])
def test_the_buttons_for_zooming_lie_on_no_node(chromium: Browser, width: int) -> None:
    # before: with large text in a narrow panel the plus lay on C, a user of the ring
    with network(chromium, told_in_full(built("ring", 5, 20.0)), width=width, projector=True) as shown:
        in_a_box(shown, 300)
        buttons = shown.page.locator(".zoom").bounding_box()
        assert buttons
        for sign in shown.page.locator(".nodes > .node > .sign").all():
            box = sign.bounding_box()
            assert box
            across = min(box["x"] + box["width"], buttons["x"] + buttons["width"]) - max(
                box["x"], buttons["x"]
            )
            down = min(box["y"] + box["height"], buttons["y"] + buttons["height"]) - max(
                box["y"], buttons["y"]
            )
            assert min(across, down) <= 0


def place_of(page: Page, name: str) -> dict[str, float]:
    spot: dict[str, float] = item(page, "node", name).evaluate(MIDDLE)
    return spot


def test_zoom_by_keys_wheel_and_buttons_names_what_is_seen(chromium: Browser) -> None:
    with network(chromium, metro()) as shown:
        page = shown.page
        few = len(page.evaluate(NAMES))
        assert few < 10
        page.mouse.click(60, 200)  # on the empty map, which takes the keys then
        whole = place_of(page, "H0")["x"] - place_of(page, "H3")["x"]
        page.keyboard.press("+")
        page.keyboard.press("+")
        shown.settle()
        assert place_of(page, "H0")["x"] - place_of(page, "H3")["x"] == pytest.approx(1.96 * whole, rel=0.01)
        page.keyboard.press("-")
        page.keyboard.press("0")
        shown.settle()
        assert place_of(page, "H0")["x"] - place_of(page, "H3")["x"] == pytest.approx(whole)
        spot = place_of(page, "H0")
        page.mouse.move(spot["x"], spot["y"])
        page.mouse.wheel(0, -300)  # without Ctrl the page scrolls
        shown.settle()
        assert place_of(page, "H0") == pytest.approx(spot)
        page.keyboard.down("Control")
        for _ in range(9):
            page.mouse.wheel(0, -100)
        page.keyboard.up("Control")
        shown.settle()
        # what is under the mouse stays there; it stands on a whole pixel, half of which are 2.6 of the map
        assert place_of(page, "H0") == pytest.approx(spot, abs=3)
        assert len(page.evaluate(NAMES)) > few
        assert page.evaluate(ON_SOMETHING) == []
        page.get_by_role("button", name="The whole map").click()
        shown.settle()
        assert len(page.evaluate(NAMES)) == few
        page.get_by_role("button", name="Zoom in").click()
        shown.settle()
        page.mouse.dblclick(60, 200)
        shown.settle()
        assert place_of(page, "H0") == pytest.approx(spot)
        expect(page.get_by_role("button", name="Zoom out")).to_have_attribute("aria-disabled", "true")


def test_dragging_and_arrow_keys_move_a_zoomed_map(chromium: Browser) -> None:
    with network(chromium, ring()) as shown:
        page = shown.page
        page.mouse.click(60, 200)
        page.keyboard.press("+")
        shown.settle()
        before = place_of(page, "C")
        page.keyboard.press("ArrowRight")
        shown.settle()
        assert place_of(page, "C") == pytest.approx({"x": before["x"] - 60, "y": before["y"]})
        spot = place_of(page, "C")
        page.mouse.move(spot["x"], spot["y"])
        page.mouse.down()
        page.mouse.move(spot["x"] - 30, spot["y"] + 20)
        page.mouse.move(spot["x"] - 50, spot["y"] + 40)
        page.mouse.up()
        shown.settle()
        assert place_of(page, "C") == pytest.approx({"x": spot["x"] - 50, "y": spot["y"] + 40})
        expect(menu(page)).to_have_count(0)  # a drag is no click
        press_middle(page, item(page, "node", "C"))
        expect(menu(page)).to_have_count(1)
        page.keyboard.press("Escape")
        for _ in range(3):
            page.keyboard.press("+")
        page.keyboard.press("PageDown")  # what has the focus is moved into sight
        page.keyboard.press("PageDown")
        shown.settle()
        frame, spot = (
            page.locator(".window").bounding_box(),
            place_of(page, page.evaluate(FOCUSED).split()[1]),
        )
        assert frame is not None
        assert frame["x"] < spot["x"] < frame["x"] + frame["width"]
        assert frame["y"] < spot["y"] < frame["y"] + frame["height"]
        shown.widget.show(**star())  # another network is seen whole
        shown.push()
        shown.settle()
        expect(page.get_by_role("button", name="Zoom out")).to_have_attribute("aria-disabled", "true")


def test_keys_stay_in_the_map(chromium: Browser) -> None:
    with network(chromium, ring()) as shown:
        page = shown.page
        page.evaluate(
            "document.heard = []; document.addEventListener('keydown', e => document.heard.push(e.key))"
        )
        page.mouse.click(60, 200)
        for key in ("d", "d", "x", "+", "ArrowDown", "0"):
            page.keyboard.press(key)
        assert page.evaluate("document.heard") == []
        page.keyboard.press("Enter")  # to the item that Tab comes to
        assert page.evaluate(FOCUSED) == "node A" or page.evaluate(FOCUSED).startswith("link")


def test_what_has_no_room_is_told_on_focus_and_hover(chromium: Browser) -> None:
    with network(chromium, chain()) as shown:
        page = shown.page
        assert "20 kbit/s" not in page.evaluate("() => document.querySelector('.plot').textContent")
        callout = page.locator(".callout")
        expect(callout).to_be_hidden()
        page.keyboard.press("Tab")
        page.keyboard.press("End")
        expect(callout).to_have_text("Link R31–R32, working, 20 kbit/s, pool 50 % full")
        spot = item(page, "node", "R3").evaluate(MIDDLE)
        page.mouse.move(spot["x"], spot["y"])
        expect(callout).to_have_text("Trusted node R3, sound, knows the key")
        page.mouse.move(2, 2)
        expect(callout).to_be_hidden()


def test_names_say_everything_in_words(chromium: Browser) -> None:
    with network(chromium, ring()) as shown:
        page = shown.page
        expect(item(page, "node", "A")).to_have_attribute("aria-label", "End user A, sound, user 1")
        expect(item(page, "node", "C")).to_have_attribute(
            "aria-label", "Trusted node C, compromised, knows the key"
        )
        expect(item(page, "link", "EF")).to_have_attribute(
            "aria-label", "Link E–F, cut, no key, pool 80 % full"
        )
        expect(page.get_by_role("button", name="Link A–B, Eve listens")).to_have_attribute(
            "aria-haspopup", "menu"
        )
        expect(page.get_by_role("status")).to_have_text(shown.widget.summary)
        page.get_by_text("Data table").click()
        expect(page.locator("tr").first).to_be_visible()  # the rows are made when it opens
        rows = page.locator("tr").all_inner_texts()
        assert "C\ttrusted node\tcompromised, knows the key\t–" in rows
        assert "A–B\tEve listens\tno key\t0 %\tQBER 25 %" in rows


def test_signs_and_legend_show_what_is_there_and_nothing_else(chromium: Browser) -> None:
    with network(chromium, star()) as shown:
        page = shown.page
        page.get_by_text("Signs").click()
        legend = page.locator(".legend > span")
        assert legend.all_inner_texts() == [
            "end user",
            "optical switch: it sees no key",
            "how full the key pool is",
        ]
        shown.widget.show(**ring())
        shown.push()
        expect(legend).to_have_count(12)
        assert item(page, "node", "C").locator(".danger, .sign-eye, .sign-knows").count() == 3
        assert item(page, "link", "AB").locator(".hatch").count() == 1
        assert page.locator(".marks [data-id=AB] .sign-eye").count() == 1
        assert page.locator(".marks [data-id=EF] .sign-cut").count() == 1
        cut = item(page, "link", "EF").locator(".line").get_attribute("d") or ""
        assert cut.count("M") == 2  # a gap
        dashes = page.locator(".way").evaluate_all(
            "all => all.map(one => one.getAttribute('stroke-dasharray'))"
        )
        assert len(set(dashes[:2])) == 2
        assert page.locator(".numbers .digit").all_text_contents() == ["1", "2"]
        assert page.locator(".steps .arrow").count() == 2


def test_routes_on_the_same_link_run_side_by_side(chromium: Browser) -> None:
    data = ring() | {"routes": [{"nodes": ["A", "B"], "text": "to"}, {"nodes": ["B", "A"], "text": "fro"}]}
    with network(chromium, data) as shown:
        starts = shown.page.locator(".routes .way").evaluate_all(
            "all => all.map(one => one.getAttribute('d'))"
        )
        ends = {frozenset(path.removeprefix("M").split("L")) for path in starts}
        assert len(ends) == 2  # not one upon the other, whichever way they go


def test_elements_stay_from_one_state_to_the_next(chromium: Browser) -> None:
    with network(chromium, ring()) as shown:
        page = shown.page
        page.evaluate("document.querySelectorAll('[data-item]').forEach(node => { node.seen = true })")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        data = ring()
        data["nodes"][0]["note"] = "the bank"
        data["links"][2]["state"] = "down"
        data["nodes"].append({"id": "G", "x": 0, "y": 0, "kind": "optical switch"})
        shown.widget.show(**data)
        shown.push()
        expect(menu(page)).to_be_visible()  # and the menu stays open
        expect(page.locator(".menu .about")).to_contain_text("the bank")
        new = (
            "() => [...document.querySelectorAll('[data-item]')].filter(n => !n.seen).map(n => n.dataset.id)"
        )
        assert set(page.evaluate(new)) == {"G"}
        data["nodes"][0]["actions"] = []
        shown.widget.show(**data)
        shown.push()
        expect(menu(page)).to_have_count(0)  # there is nothing to choose any more
        expect(item(page, "node", "A")).to_have_attribute("role", "img")


@pytest.mark.parametrize("width", [380, 900])
def test_the_menu_stays_on_the_card_and_off_its_item(chromium: Browser, width: int) -> None:
    data = star()
    for node in data["nodes"]:
        texts = ("Compromise", "Switch off", "First user", "Second user")
        node["actions"] = [{"id": text, "text": text} for text in texts]
    with network(chromium, data, width=width) as shown:
        page = shown.page
        card = page.locator(".qk").bounding_box()
        assert card is not None
        for node in data["nodes"]:
            item(page, "node", node["id"]).focus()
            page.keyboard.press("Enter")
            box = page.locator(".menu").bounding_box()
            assert box is not None
            assert box["x"] >= card["x"]
            assert box["y"] >= card["y"]
            assert box["x"] + box["width"] <= card["x"] + card["width"]
            assert box["y"] + box["height"] <= card["y"] + card["height"]
            at = place_of(page, node["id"])
            across = box["x"] - 12 < at["x"] < box["x"] + box["width"] + 12
            assert not (across and box["y"] - 12 < at["y"] < box["y"] + box["height"] + 12), node["id"]
            page.keyboard.press("Escape")


def test_the_menu_leaves_the_name_and_the_line_of_its_item_free(chromium: Browser) -> None:
    with network(chromium, ring(), width=700) as shown:
        page = shown.page
        for name in "ABCDEF":
            item(page, "node", name).focus()
            page.keyboard.press("Enter")
            menu_box, text = (
                page.locator(".menu").bounding_box(),
                page.locator(f".labels [data-id={name}] .name"),
            )
            box = text.bounding_box()
            assert menu_box is not None
            assert box is not None
            beside = box["x"] + box["width"] <= menu_box["x"] or menu_box["x"] + menu_box["width"] <= box["x"]
            above = (
                box["y"] + box["height"] <= menu_box["y"] or menu_box["y"] + menu_box["height"] <= box["y"]
            )
            assert beside or above, name
            page.keyboard.press("Escape")


def test_the_menu_leaves_the_names_of_other_nodes_free(chromium: Browser) -> None:
    # before: that of a fibre covered the next node, that of a node the next name
    with network(
        chromium, map_traits(run_network(NetworkSettings(), lambda share: None)), width=760
    ) as shown:
        page = shown.page
        names = {name: page.locator(f".labels [data-id={name}] .name").bounding_box() for name in "ABCDE"}
        for kind, ids in (("node", "ABCDE"), ("link", ("A–B", "B–C", "C–D", "D–E", "E–A"))):
            for one in ids:
                item(page, kind, one).focus()
                page.keyboard.press("Enter")
                box = page.locator(".menu").bounding_box()
                assert not [name for name, other in names.items() if meet(box, other)], (kind, one)
                page.keyboard.press("Escape")


def meet(one: dict, other: dict) -> bool:
    """Whether two boxes overlap."""
    return all(
        one[at] < other[at] + other[size] and other[at] < one[at] + one[size]
        for at, size in (("x", "width"), ("y", "height"))
    )


def test_names_stay_when_eve_comes_and_the_key_takes_another_way(chromium: Browser) -> None:
    # before: two of five hopped to the other side of their node
    calm = map_traits(run_network(NetworkSettings(), lambda share: None))
    eve = map_traits(run_network(NetworkSettings(eve=(("A", "B"),)), lambda share: None))
    with network(chromium, calm, width=760) as shown:
        page = shown.page

        def sides() -> dict[str, tuple[bool, bool]]:
            found = {}
            for name in "ABCDE":
                box, at = page.locator(f".labels [data-id={name}] .name").bounding_box(), place_of(page, name)
                found[name] = (box["x"] + box["width"] / 2 < at["x"], box["y"] > at["y"] + 8)
            return found

        before = sides()
        shown.widget.show(**eve)
        shown.push()
        expect(page.locator(".labels").get_by_text("knows the key")).to_have_count(4)
        assert sides() == before


def test_touch(chromium: Browser) -> None:
    with network(chromium, ring(), touch=True) as shown:
        spot = item(shown.page, "node", "F").evaluate(MIDDLE)
        shown.page.touchscreen.tap(spot["x"], spot["y"])
        menu(shown.page).get_by_role("menuitem").first.tap()
        assert shown.get("asked")["id"] == "F"


def test_an_empty_map_and_one_node(chromium: Browser) -> None:
    with network(chromium, {"nodes": []}) as shown:
        expect(shown.page.get_by_role("status")).to_have_text("There is no network to show yet.")
        expect(shown.page.locator(".plot")).to_be_hidden()
        shown.widget.nodes = [{"id": "A", "x": 3, "y": 3, "kind": "end user", "actions": LINK_ACTIONS}]
        shown.push()
        press_middle(shown.page, item(shown.page, "node", "A"))
        expect(menu(shown.page)).to_be_visible()


def test_links_whose_nodes_are_gone_are_not_drawn(chromium: Browser) -> None:
    with network(chromium, ring()) as shown:
        shown.widget.nodes = [node for node in shown.widget.nodes if node["id"] != "C"]
        shown.push()
        expect(shown.page.locator(".links > [data-item]")).to_have_count(4)
