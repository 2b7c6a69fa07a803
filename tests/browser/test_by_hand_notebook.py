"""The second notebook as a learner uses it: each control of its panels, by mouse, by keys, small and dark."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from qkdlab.lab.by_hand.hand import Hand
from qkdlab.lab.by_hand.hand_table import HandTable
from qkdlab.lab.by_hand.view import scene_of
from tests.browser.component_page import ComponentPage
from tests.browser.fitting import faults_of
from tests.browser.lab import PATH, VIEWPORT, Lab, large_text, open_and_run, screenshot

NOTEBOOK = "02_bb84_by_hand.ipynb"
CHANGE_THEME = "theme => jupyterapp.commands.execute('apputils:change-theme', { theme })"


@pytest.fixture
def panels(lab_page: Page, jupyterlab: Lab) -> dict[str, Locator]:
    """The three panels of the notebook, whose cells are run once for all tests."""
    if lab_page.evaluate(PATH) != NOTEBOOK:
        open_and_run(lab_page, jupyterlab, NOTEBOOK)
    found = {
        name: lab_page.locator(".qk-panel").filter(has_text=f"You are {name}")
        for name in ("Alice", "Bob", "Eve")
    }
    for panel in found.values():
        expect(panel).to_have_count(1)
    return found


def at(panel: Locator, step: str) -> None:
    """Wait until the story is at a step."""
    expect(panel.locator(".steps .now")).to_have_text(step)


def press(panel: Locator, *names: str) -> None:
    for name in names:
        panel.get_by_role("button", name=name, exact=True).click()


def to_start(panel: Locator) -> None:
    """Go back to the first step."""
    for _ in range(9):
        if panel.locator("[data-name=back][aria-disabled]").count():
            return
        before = panel.locator(".steps .now").inner_text()
        press(panel, "Back")
        expect(panel.locator(".steps .now")).not_to_have_text(before)


def cell(panel: Locator, key: str, pulse: int) -> Locator:
    return panel.locator(f"[data-key={key}]").nth(pulse - 1)


def told(panel: Locator) -> Locator:
    return panel.locator(".told")


def test_a_game_as_alice_by_mouse(panels: dict[str, Locator]) -> None:
    panel = panels["Alice"]
    cell(panel, "alice_bits", 3).click()
    cell(panel, "alice_bits", 3).click()
    cell(panel, "alice_bases", 3).click()
    expect(cell(panel, "alice_bits", 3)).to_have_text("1")
    expect(cell(panel, "sends", 3).get_by_role("img", name="1 in Z: vertical")).to_be_visible()
    circuit = panel.locator(".qk-circuit-drawing")
    expect(circuit).to_contain_text("Pulse 3. Alice prepares 1 in Z.")
    press(panel, "Send the photons")
    expect(told(panel)).to_contain_text("Pulse 1 is still open")
    press(panel, "Choose for me")
    expect(cell(panel, "alice_bits", 1)).to_have_text(re.compile("[01]"))
    expect(cell(panel, "alice_bits", 3)).to_have_text("1")
    press(panel, "Send the photons")
    at(panel, "Bob reads")
    panel.get_by_text("All three at once").click()
    expect(panel.locator("thead")).to_contain_text("reads")
    expect(circuit).to_contain_text(re.compile(r"By this circuit he reads 0 with (0|50|100)%"))
    press(panel, "Announce the bases")
    at(panel, "Sift")
    press(panel, "Keep these")
    expect(told(panel)).to_contain_text("Not yet: in pulse")
    press(panel, "Choose for me", "Keep these")
    at(panel, "Choose a sample")
    press(panel, "Choose for me", "Compare these bits")
    expect(told(panel)).to_contain_text(re.compile(r"^Compared: \d, different: 0,"))
    press(panel, "Use the key")
    expect(told(panel)).to_contain_text("Eve was not on the line. A good decision.")
    screenshot(panel.page, "by-hand-alice")
    press(panel, "Back", "Throw it away")
    expect(told(panel)).to_contain_text("a good key was thrown away")
    press(panel, "New photons")
    at(panel, "Alice chooses")
    expect(cell(panel, "alice_bits", 1)).to_have_text("·")


def test_rules_and_the_word(panels: dict[str, Locator]) -> None:
    panel = panels["Alice"]
    to_start(panel)
    word = panel.get_by_role("textbox", name="Send a word")
    word.fill("KEY")
    word.press("Enter")
    expect(panel.locator("[data-key=alice_bits]")).to_have_text(list("010100010011000"))
    press(panel, "Choose for me", "Send the photons", "Announce the bases", "Choose for me", "Keep these")
    expect(told(panel)).to_contain_text("Of the word “KEY” all five bits are kept of these letters:")
    panel.get_by_label("Eve is").select_option("on the line")
    at(panel, "Alice chooses")
    panel.get_by_text("All three at once").click()
    expect(panel.locator("thead")).to_contain_text("Eve")
    panel.get_by_role("checkbox", name="Two players").check()
    expect(panel.locator(".steps")).to_contain_text("Bob chooses")
    press(panel, "Choose for me", "Send the photons")
    expect(told(panel)).to_contain_text("Now Bob: Alice's notes are hidden")
    expect(panel.locator("[data-key=alice_bits]")).to_have_count(0)
    panel.get_by_role("checkbox", name="Two bases").uncheck()
    expect(told(panel)).to_contain_text("Everybody uses Z")
    expect(panel.locator("td.choice[data-key=alice_bases]")).to_have_count(0)
    panel.get_by_role("checkbox", name="Two players").uncheck()
    panel.get_by_label("Eve is").select_option("not on the line")
    panel.get_by_role("checkbox", name="Two bases").check()
    expect(panel.locator("td.choice[data-key=alice_bases]")).to_have_count(15)


def test_bob_plays_with_keys_alone(panels: dict[str, Locator]) -> None:
    panel, keys = panels["Bob"], panels["Bob"].page.keyboard
    cells = "window.jupyterapp.shell.currentWidget.content.widgets.length"
    before = panel.page.evaluate(cells)
    cell(panel, "bob_bases", 1).focus()
    for _ in range(15):
        keys.press("Space")
        keys.press("Space")
        keys.press("ArrowDown")
    expect(panel.locator("[data-key=bob_bases]")).to_have_text(["X"] * 15)
    keys.press("ArrowUp")
    keys.press("Space")
    expect(cell(panel, "bob_bases", 14)).to_have_text("Z")
    expect(panel.locator(".qk-circuit-drawing")).to_contain_text("Pulse 14. What Alice prepares is hidden.")
    expect(panel.locator("input[value=eve]")).to_be_disabled()
    panel.get_by_role("button", name="Measure", exact=True).focus()
    for step in ("Bob reads", "Sift"):
        keys.press("Enter")
        at(panel, step)
    keys.press("Shift+Tab")  # to "Choose for me"
    keys.press("Enter")
    expect(panel.locator("td.kept").first).to_be_visible()
    keys.press("Tab")
    keys.press("Enter")
    at(panel, "Choose a sample")
    keys.press("Shift+Tab")
    keys.press("Enter")
    keys.press("Tab")
    keys.press("Enter")
    expect(told(panel)).to_contain_text("different: ")
    keys.press("Enter")  # the first of the two decisions has the focus
    expect(told(panel)).to_contain_text("Eve was on the line")
    assert panel.page.evaluate(cells) == before, "no key reached the notebook"


def test_a_game_as_eve(panels: dict[str, Locator]) -> None:
    panel = panels["Eve"]
    for wanted in ("pass", "Z", "X"):
        cell(panel, "eve_tactics", 1).click()
        expect(cell(panel, "eve_tactics", 1)).to_have_text(wanted)
    press(panel, "Choose for me", "Measure and send on")
    expect(cell(panel, "eve_reads", 1)).to_have_text(re.compile("[01]"))
    press(panel, "Announce the bases", "These I know")
    expect(told(panel)).to_contain_text("You know this bit.")
    press(panel, "Choose for me", "These I know")
    expect(told(panel)).to_contain_text("Bits left: 3; you know")
    press(panel, "What do they decide?")
    expect(told(panel)).to_contain_text("Alice and Bob")
    screenshot(panel.page, "by-hand-eve")
    panel.get_by_role("checkbox", name="Two bases").uncheck()
    at(panel, "Eve chooses")
    press(
        panel, "Choose for me", "Measure and send on", "Announce the bases", "Choose for me", "These I know"
    )
    expect(told(panel)).to_contain_text("you caused errors in 0 of all the kept bits.")
    panel.get_by_role("checkbox", name="Two bases").check()


def test_it_fits_dark_large_and_small(panels: dict[str, Locator]) -> None:
    panel = panels["Eve"]
    page = panel.page
    press(
        panel, "Choose for me", "Measure and send on", "Announce the bases", "Choose for me", "These I know"
    )
    press(panel, "What do they decide?")
    at(panel, "The end")
    seen: dict[str, Any] = {}
    for name, width, height, dark, large in (
        ("dark", 1366, 768, True, False),
        ("large", 1366, 768, False, True),
        ("small", 700, 900, False, False),
    ):
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(CHANGE_THEME, "JupyterLab Dark" if dark else "JupyterLab Light")
        large_text(panel, on=large)
        panel.evaluate("element => element.scrollIntoView({ block: 'start' })")
        page.evaluate("() => new Promise(done => setTimeout(done, 250))")
        seen[name] = faults_of(panel)
        screenshot(page, f"by-hand-{name}")
    page.set_viewport_size(VIEWPORT)  # type: ignore[arg-type]
    assert seen == {"dark": [], "large": [], "small": []}


# ---- the table alone, without a kernel ---------------------------------------------------------------


def test_taps_are_told_all_together_and_none_after_an_action(chromium: Browser) -> None:
    # would catch: a tap that is lost while the kernel is busy, or one that comes after the step is over
    table = HandTable(scene=scene_of(Hand(role="Alice", seed=1), "alice", epoch=4))
    with ComponentPage(chromium, table) as shown:
        page = shown.page
        for pulse in range(3):
            page.locator("[data-key=alice_bits]").nth(pulse).click()
        said = shown.get("_said")
        assert (said["epoch"], said["action"]) == (4, "")
        assert said["choices"]["alice_bits"][:4] == [0, 0, 0, -1]
        page.get_by_role("button", name="Send the photons").click()
        page.locator("[data-key=alice_bits]").nth(5).click()
        page.get_by_role("button", name="Send the photons").click()
        said = shown.get("_said")
        assert (said["action"], said["serial"]) == ("next", 4), "a double click counts once"
        assert said["choices"]["alice_bits"][:6] == [0, 0, 0, -1, -1, -1]
        table.scene = scene_of(Hand(role="Alice", seed=1).filled(), "alice", epoch=5)
        shown.push()
        page.locator("[data-key=alice_bits]").nth(5).click()
        assert shown.get("_said")["epoch"] == 5
        page.evaluate("leave()")
        assert page.evaluate("listeners()") == 0
