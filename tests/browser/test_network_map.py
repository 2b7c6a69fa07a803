"""The network map in a blank page: the menu by mouse, touch and keys, labels, themes, what is drawn."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from qkdlab.lab.network.map.network_map import NetworkMap
from tests.browser.component_page import ComponentPage
from tests.lab.network.map.network_maps import LINK_ACTIONS, chain, metro, ring, star

MIDDLE = """node => {
    const box = node.getBoundingClientRect();
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}"""
# All that is written on the map; shrunk by a pixel, as the boxes of letters have empty rims.
TEXTS = """() => {
    const map = document.querySelector('.plot').getBoundingClientRect();
    return [...document.querySelectorAll('.plot text')].map(node => {
        const box = node.getBoundingClientRect();
        const inside = box.x >= map.x - 1 && box.right <= map.right + 1 && box.y >= map.y - 2;
        return { text: node.textContent, inside: inside && box.bottom <= map.bottom + 2,
                 x0: box.x + 1, x1: box.right - 1, y0: box.y + 2, y1: box.bottom - 2 };
    });
}"""
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
        expect(page.locator("summary")).to_be_focused()


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


@pytest.mark.parametrize("width", [440, 900, 1300])
@pytest.mark.parametrize("make", [ring, star, chain, metro])
def test_labels_keep_apart_and_inside(chromium: Browser, make: Any, width: int) -> None:
    with network(chromium, make(), width=width) as shown:
        for projector in (False, True):
            shown.widget.projector = projector
            shown.push()
            texts = shown.page.evaluate(TEXTS)
            assert all(text["inside"] for text in texts), [t["text"] for t in texts if not t["inside"]]
            for i, one in enumerate(texts):
                for other in texts[:i]:
                    beside = one["x1"] <= other["x0"] or other["x1"] <= one["x0"]
                    assert beside or one["y1"] <= other["y0"] or other["y1"] <= one["y0"], (one, other)
            if width >= 900 and not (projector and make is metro):
                named = {text["text"] for text in texts}
                assert {node["id"] for node in shown.widget.nodes} <= named  # no name is left out


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
        page.locator("summary").click()
        expect(page.locator("tr").first).to_be_visible()  # the rows are made when it opens
        rows = page.locator("tr").all_inner_texts()
        assert "C\ttrusted node\tcompromised, knows the key\t–" in rows
        assert "A–B\tEve listens\tno key\t0 %\tQBER 25 %" in rows


def test_signs_and_legend_show_what_is_there_and_nothing_else(chromium: Browser) -> None:
    with network(chromium, star()) as shown:
        page = shown.page
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
def test_the_menu_stays_on_the_card(chromium: Browser, width: int) -> None:
    data = star()
    for node in data["nodes"]:
        node["actions"] = [{"id": str(i), "text": f"A rather long action number {i}"} for i in range(5)]
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
            page.keyboard.press("Escape")


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
