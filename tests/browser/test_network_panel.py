"""The network panel in a notebook: by keyboard alone from the map to the words, an hour, two networks."""

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.lab import Lab, check_texts_in_all_tabs, large_text, open_and_run, open_tab, screenshot

NOTEBOOK, PATIENCE = "network_panel_alone.ipynb", 30_000
CELL = "from qkdlab.lab import NetworkPanel\npanel = NetworkPanel()\npanel"


@pytest.fixture
def panel(lab_page: Page, jupyterlab: Lab) -> Locator:
    """The panel, alone in a notebook."""
    cell = {
        "cell_type": "code",
        "execution_count": None,
        "id": "a",
        "metadata": {},
        "outputs": [],
        "source": CELL,
    }
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path = jupyterlab.folder / NOTEBOOK
    if not path.exists():  # JupyterLab asks about files that change under its hands
        path.write_text(json.dumps(notebook), encoding="utf-8")
    open_and_run(lab_page, jupyterlab, NOTEBOOK)
    shown = lab_page.locator(".qk-panel").first
    expect(shown).to_contain_text("KEY ACCEPTED", timeout=PATIENCE)
    return shown


def choose(panel: Locator, item: str, action: str) -> None:
    """Focus an item of the map, and choose an action, with keys alone."""
    page = panel.page
    open_tab(panel, "Map")
    panel.locator(f"[data-key='{item}'][role=button]").first.focus()
    page.keyboard.press("Enter")
    menu = page.get_by_role("menu")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    for _ in range(menu.get_by_role("menuitem").count()):
        if page.evaluate("document.activeElement.textContent") == action:
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("menu")).to_have_count(0)


def test_eve_a_cut_and_a_traitor_by_keyboard_alone(panel: Locator) -> None:
    page, words = panel.page, panel.get_by_role("status")
    choose(panel, "link A–B", "Let Eve listen")
    expect(words.filter(has_text="KEY ACCEPTED, WAY CHANGED")).to_have_count(1, timeout=PATIENCE)
    expect(panel).to_contain_text("Eve was noticed on A–B after 0.5 s: QBER too high.")
    expect(panel).to_contain_text("over A–E–D–C; the key before came over A–B–C")
    assert page.evaluate("document.activeElement.dataset.key") == "link A–B"  # the focus has stayed
    screenshot(page, "network-eve")

    choose(panel, "node D", "Compromise")
    expect(words.filter(has_text="ACCEPTED, BUT BROKEN")).to_have_count(1, timeout=PATIENCE)
    open_tab(panel, "The key")
    expect(panel.get_by_role("row", name=re.compile("The attacker"))).to_contain_text("at D: all 256 bits")
    panel.get_by_label("Key goes over").select_option("one path, parities")
    expect(panel).to_contain_text("K(E–A) = ", timeout=PATIENCE)

    choose(panel, "link C–D", "Cut the fibre")
    expect(words.filter(has_text="ACCEPTED, BUT BROKEN")).to_have_count(0, timeout=PATIENCE)
    expect(words.filter(has_text="KEY ACCEPTED, FROM STORE")).to_have_count(1)
    panel.get_by_role("button", name="More controls").click()
    panel.get_by_label("Keys were made and stored before anything happened").uncheck()
    expect(words.filter(has_text="NO WAY FOR A KEY")).to_have_count(1, timeout=PATIENCE)
    expect(panel).to_contain_text("A–B: sessions abort (QBER too high) and C–D: cut.")
    screenshot(page, "network-no-way")


def test_steps_an_hour_and_two_networks(panel: Locator) -> None:
    page = panel.page
    panel.get_by_label("Scenario").select_option("Ring or star after one cut?")
    open_tab(panel, "Compare")
    expect(panel).to_contain_text("the stores of this way last for", timeout=PATIENCE)
    expect(panel.locator(".qk-network:visible")).to_have_count(2)

    open_tab(panel, "Relay")
    following = panel.get_by_role("button", name="Next")
    following.focus()
    page.keyboard.press("Enter")
    expect(panel).to_contain_text("Step 2 of 6: A XORs S and K(A–B)")
    expect(panel.locator(".qk-network:visible .plot")).to_contain_text("S ⊕ K(A–B)")
    panel.get_by_role("button", name="Play").click()
    expect(panel).to_contain_text("Step 6 of 6", timeout=PATIENCE)
    expect(panel).to_contain_text("Both have the same key: A and C.")

    choose(panel, "link A–B", "Cut the fibre")
    open_tab(panel, "An hour")
    panel.get_by_role("button", name="Let an hour pass").click()
    expect(panel).to_contain_text("A–C goes over A–E–D–C", timeout=PATIENCE)
    expect(panel).to_contain_text("served over A–E–D–C")
    large_text(panel)
    check_texts_in_all_tabs(panel)
    panel.scroll_into_view_if_needed()
    screenshot(page, "network-large")


def test_neither_a_table_nor_a_prediction_moves_what_is_beside_it(panel: Locator) -> None:
    # before: the map shrank to a heap above its table, and bold letters pushed a choice into the next line
    window = panel.locator(".qk-network:visible .window")
    heights = []
    for _ in range(2):
        heights.append(window.evaluate("node => node.clientHeight"))
        panel.get_by_text("Data table").first.click()
    assert heights[1] >= min(heights[0], 400)
    places = "panel => [...panel.querySelectorAll('.qk-predict button')].map(one => one.offsetTop)"
    before = panel.evaluate(places)
    for choice in panel.locator(".qk-predict button").all():
        choice.click()
        assert panel.evaluate(places) == before
    panel.locator(".qk-predict button").first.click()


@pytest.mark.parametrize("size", [(1280, 720), (1366, 768), (1920, 1080)], ids=str)
def test_the_46_nodes_fit_their_tab_beside_the_verdict(panel: Locator, size: tuple[int, int]) -> None:
    page = panel.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    panel.get_by_label("Network", exact=True).select_option("46 nodes (model)")
    open_tab(panel, "Map")
    expect(panel.locator(".qk-network:visible .nodes > .node")).to_have_count(46, timeout=PATIENCE)
    panel.evaluate("element => element.scrollIntoView()")
    whole = "node => { const { top, bottom } = node.getBoundingClientRect(); return [top, bottom]; }"
    for part in (".qk-bar", ".qk-network:visible .window", ".qk-network:visible .below"):
        top, bottom = panel.locator(part).first.evaluate(whole)
        assert top >= 0, part
        assert bottom <= size[1] - 24, part  # above JupyterLab's line of status
    letters = "all => Math.min(...all.map(text => parseFloat(getComputedStyle(text).fontSize)))"
    assert panel.locator(".qk-network:visible .plot .name").evaluate_all(letters) >= 13
    tab = panel.locator(".widget-tab-contents").first
    assert tab.evaluate("one => one.scrollHeight <= one.clientHeight + 1"), "the map's tab scrolls"
    screenshot(page, f"network-46-{size[0]}")
