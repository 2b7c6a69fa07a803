"""Every panel on one screen: who moves a control sees it, the verdict, Eve's lamp, QBER and the main picture.

At the sizes of usual screens, light and dark, with large text, and enlarged by half. Every tab can be read.
With QKDLAB_SHOTS=FOLDER a picture of each is kept there.
"""

import os
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.browser.fitting import IN_VIEW, all_out_of_view, faults_of, measured, out_of_view, resize
from tests.browser.lab import Lab, WatchedPage, large_text, open_and_run, open_tab, show_alone
from tools.save_notebooks import normalise, text_of

NOTEBOOK, PATIENCE = "one_screen.ipynb", 15_000
PANELS = {
    "link": "LinkPanel",
    "eavesdropper": "EavesdropperPanel",
    "link_budget": "LinkBudgetPanel",
    "distillation": "DistillationPanel",
    "network": "NetworkPanel",
    "encryptor": "EncryptorPanel",
}
ALONE = {
    "stage": "StagePanel()",
    "sample": "SamplePanel()",
    "hand": "HandPanel()",
    "mystery": "MysteryPanel()",
}
"""Panels without a bar and tabs, as they are made."""
SLIDER = ".qk-panel-controls [role=slider]:not([aria-disabled=true])"
IN_BAR = {"verdict": ".qk-bar .verdict", "Eve": ".qk-bar .eve-lamp", "figure": ".qk-bar .figure"}
TAB = ".qk-panel-main > .lm-TabBar .lm-TabBar-tab"
CONTENT = ".qk-panel-main > .widget-tab-contents"
CHANGE_THEME = "theme => jupyterapp.commands.execute('apputils:change-theme', { theme })"
TOLD = """([panel, before]) => panel.querySelector(".qk-bar .changed").textContent !== before
  && panel.querySelector('.qk-lamp').dataset.state !== 'running'
  && panel.querySelector('.qk-bar .figure b').textContent !== '…'"""  # a network that is being measured
PICTURE = ".qk-panel-main .qk:not(.qk-lamp)"
DRAWING = f"{PICTURE} :is(.plot, .rows)"
LEAST_PICTURE, LEAST_IN_LITTLE, LEAST_IN_SMALL = 0.9, 0.75, 0.2
"""The share of the main picture that has to be in view; in little room; in less than panels are made for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Screen:
    """A window and how it shows panels."""

    width: int
    height: int
    zoom: float = 1
    dark: bool = False
    large: bool = False

    @property
    def repeats(self) -> bool:
        """Whether all stands as on a screen before: dark, or enlarged to about the size of another."""
        return self.dark or (self.zoom != 1 and self.width > SIZES[0][0])

    @property
    def least_picture(self) -> float:
        """The share of the main picture that has to be in view."""
        width, height = self.width / self.zoom, self.height / self.zoom
        if width < 600:
            return LEAST_IN_SMALL
        little = height < 560 or (self.large and width < 900)
        return LEAST_IN_LITTLE if little else LEAST_PICTURE

    def __str__(self) -> str:
        zoom = f"zoom{self.zoom * 100:.0f}" if self.zoom != 1 else ""
        how = [zoom, "dark" if self.dark else "", "large" if self.large else ""]
        return "-".join([f"{self.width}x{self.height}", *filter(None, how)])


SIZES = [(1280, 720), (1366, 768), (1920, 1080), (700, 900)]
HOW: list[dict[str, float]] = [{}, {"zoom": 1.5}, {"large": True}, {"dark": True}]
SCREENS = [Screen(width=width, height=height, **how) for how in HOW for width, height in SIZES]  # type: ignore[arg-type]
SCREENS.append(Screen(width=1100, height=768))  # as wide as a panel is beside the file browser


class Desk:
    """A notebook with all panels, a cell each, and the window it is seen in."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._window: CDPSession = page.context.new_cdp_session(page)
        self._dark = self._large = False

    def panel(self, name: str) -> Locator:
        return self.page.locator(".qk-panel").nth([*PANELS, *ALONE].index(name))

    def show(self, screen: Screen) -> None:
        """Let the window and the theme be as `screen` says, and panels as they are brought."""
        resize(self._window, screen.width, screen.height, screen.zoom)
        if screen.dark != self._dark:
            theme = "JupyterLab Dark" if screen.dark else "JupyterLab Light"
            self.page.evaluate(CHANGE_THEME, theme)
            light = "false" if screen.dark else "true"
            expect(self.page.locator("body")).to_have_attribute("data-jp-theme-light", light)
            self._dark = screen.dark
        self._large = screen.large

    def bring(self, name: str) -> Locator:
        """Show a panel alone, with its first tab, and return it."""
        panel = self.panel(name)
        show_alone(panel)
        large_text(panel, on=self._large)
        # both wait until what follows a size has been drawn
        if name in ALONE:
            measured(panel, "settle")
        else:
            assert measured(panel.locator(TAB).first, "press")
        return panel

    def move(self, panel: Locator) -> None:
        """Move the first slider with the keyboard, and wait until the bar has told it."""
        before = panel.locator(".qk-bar .changed").text_content() or ""
        at_end = panel.locator(SLIDER).first.evaluate("""slider => {
          slider.blur(); slider.focus();  // as who comes by Tab: it scrolls into view
          return slider.ariaValueNow === slider.ariaValueMax;
        }""")
        self.page.keyboard.press("ArrowLeft" if at_end else "ArrowRight")
        self.page.wait_for_function(TOLD, arg=[panel.element_handle(), before], timeout=PATIENCE)
        measured(panel, "settle")

    def keep(self, name: str) -> None:
        """Keep a picture of the window if pictures are asked for."""
        if folder := os.environ.get("QKDLAB_SHOTS"):
            path = Path(folder, f"{name}.png")
            path.parent.mkdir(parents=True, exist_ok=True)
            shot = self._window.send("Page.captureScreenshot")  # Playwright's would undo the zoom
            path.write_bytes(b64decode(shot["data"]))


@pytest.fixture(scope="module")
def desk(watched_page: WatchedPage, jupyterlab: Lab) -> Iterator[Desk]:
    """All panels in a notebook; what went wrong in the page is told at the end."""
    cells = [
        nbformat.v4.new_code_cell(f"from qkdlab import lab\nlab.{made}")
        for made in [*(f"{panel}(guide=True)" for panel in PANELS.values()), *ALONE.values()]
    ]
    notebook = normalise(nbformat.v4.new_notebook(cells=cells))
    Path(jupyterlab.folder, NOTEBOOK).write_text(text_of(notebook), encoding="utf-8")
    open_and_run(watched_page.page, jupyterlab, NOTEBOOK)
    lamps = watched_page.page.locator(".qk-panel .qk-lamp")
    expect(lamps).to_have_count(len(PANELS), timeout=PATIENCE)
    for lamp in lamps.all():
        expect(lamp).not_to_have_attribute("data-state", "running", timeout=PATIENCE)
    yield Desk(watched_page.page)
    errors, outside = watched_page.taken()
    assert not errors, errors
    assert not outside, outside


@pytest.fixture(scope="module", params=SCREENS, ids=str)
def screen(request: pytest.FixtureRequest, desk: Desk) -> Screen:
    """A screen that the panels are shown on."""
    shown: Screen = request.param
    desk.show(shown)
    return shown


def check(faults: dict[str, list[str]]) -> None:
    """Fail if there is any fault, and say what it is a fault of."""
    told = [f"{what}: {fault}" for what, found in faults.items() for fault in found]
    assert not told, "\n" + "\n".join(told)


@pytest.mark.parametrize("name", PANELS)
def test_what_a_control_does_is_seen_where_it_is_moved_and_every_tab_can_be_read(
    desk: Desk, screen: Screen, name: str
) -> None:
    panel = desk.bring(name)
    desk.move(panel)
    desk.keep(f"{name}/{screen}")
    whole = {"control": SLIDER, **IN_BAR, "panel": None}
    most = {"picture": PICTURE, "drawing": DRAWING}
    places = {what: (place, IN_VIEW) for what, place in whole.items()}
    places |= {what: (place, screen.least_picture) for what, place in most.items()}
    faults = all_out_of_view(panel, places) | {"all of it": faults_of(panel)}
    tabs, titles = panel.locator(TAB), panel.locator(TAB).all_text_contents()
    assert len(titles) > 1
    for place, title in enumerate(titles[1:], 1):
        if screen.repeats:
            break
        faults[f"tab {title}"] = measured(tabs.nth(place), "tab", CONTENT)
        desk.keep(f"{name}/{screen}-{place}")
    check(faults)


CUT = """bar => [...bar.querySelectorAll('.cells > *')]
  .filter(one => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1)
  .map(one => `${one.className} needs ${one.scrollWidth}×${one.scrollHeight} of`
    + ` ${one.clientWidth}×${one.clientHeight} px: ${one.innerText}`)"""
FILES = 263
"""What the list of files takes of a window: it is open when the laboratory starts, and here it is not."""
BESIDE_FILES, ENLARGED = Screen(width=1366 - FILES, height=768), Screen(width=1366, height=768, large=True)
SESSIONS = ("link", "eavesdropper", "link_budget", "distillation")


def cut(desk: Desk, name: str, what: str) -> dict[str, list[str]]:
    """Return what of a panel's bar is cut, beside the list of files and where the text is large."""
    found: dict[str, list[str]] = {}
    for shown in (BESIDE_FILES, ENLARGED):
        desk.show(shown)
        found[f"{what}, {shown}"] = desk.bring(name).locator(".qk-bar .qk-lamp").evaluate(CUT)
        desk.keep(f"bars/{what}-{shown}")
    return found


def choose(panel: Locator, menu: str, title: str) -> None:
    """Choose from a menu, and wait until the bar tells what came of it."""
    bar = panel.locator(".qk-bar .qk-lamp")
    panel.get_by_label(menu, exact=True).select_option(title)
    expect(panel.locator(".qk-bar .changed")).to_contain_text(title, timeout=PATIENCE)
    expect(bar).not_to_have_attribute("data-state", "running", timeout=PATIENCE)
    expect(panel.locator(".qk-bar .figure b").first).not_to_have_text("…", timeout=PATIENCE)


@pytest.mark.parametrize("name", PANELS)
def test_no_text_of_the_bar_is_cut(desk: Desk, name: str) -> None:
    # before: "no bit of the key is left to guess" was the line that was not seen
    desk.show(BESIDE_FILES)
    panel, faults = desk.bring(name), {}
    if name == "encryptor":
        kill(panel)
        faults = cut(desk, name, "killed")
        panel.get_by_role("button", name="Start KME-A").click()  # other tests want keys
    elif name == "network":
        for network in NETWORKS:
            choose(panel, "Network", network)
            faults |= cut(desk, name, network)
    else:
        panel.locator(".qk-predict button").nth(1).evaluate("button => button.click()")
        for title in panel.get_by_label("Scenario").locator("option").all_text_contents()[1:]:
            choose(panel, "Scenario", title)
            faults |= cut(desk, name, title)
    check(faults)


NETWORKS = (
    "Beijing–Shanghai\N{NO-BREAK SPACE}(model)",
    "Vienna\N{NO-BREAK SPACE}2008\N{NO-BREAK SPACE}(model)",
)
"""Those with long names, one after the other: the bar tells both."""


def kill(panel: Locator) -> None:
    """Kill a KME, and wait until the bar tells it."""
    if not panel.get_by_role("button", name="Kill KME-A").is_visible():
        panel.get_by_role("button", name="What can go wrong").click()
    panel.get_by_role("button", name="Start KME-A").click()
    panel.get_by_role("button", name="Reset", exact=True).click()
    bar = panel.locator(".qk-bar .qk-lamp")
    expect(bar).to_contain_text("ENCRYPTED, KEYS FLOW", timeout=4 * PATIENCE)
    panel.get_by_role("button", name="Kill KME-A").click()
    expect(bar).to_contain_text("out of reach", timeout=PATIENCE)


@pytest.mark.parametrize("name", SESSIONS)
def test_no_text_of_the_bar_is_cut_beside_a_kept_run(desk: Desk, name: str) -> None:
    desk.show(BESIDE_FILES)
    panel = desk.bring(name)
    open_tab(panel, "Compare")
    panel.get_by_role("button", name="Keep as A").click()
    panel.locator(".qk-predict button").nth(1).evaluate("button => button.click()")
    panel.get_by_role("button", name="Run again").click()
    expect(panel.locator(".qk-bar .badge")).to_be_visible(timeout=PATIENCE)
    measured(panel, "settle")
    desk.keep(f"{name}/bar-kept")
    check({"beside A": panel.locator(".qk-bar .qk-lamp").evaluate(CUT)})


LINES = "names => names.map(name => name.getClientRects().length)"


def test_names_of_curves_and_the_table_are_seen_beside_the_list_of_files(desk: Desk) -> None:
    # before: the names scrolled, the table was below them, and “secret bits per pulse” stood in two lines
    desk.show(BESIDE_FILES)
    panel, faults, lines = desk.bring("eavesdropper"), {}, {}
    chart, eve = panel.locator(".qk-chart:visible"), panel.get_by_label("Eve", exact=True)
    for attack in ("blinds the detectors", "measures in a random basis"):
        eve.select_option(attack)
        expect(panel.locator(".qk-bar .changed")).to_contain_text(attack, timeout=PATIENCE)
        expect(panel.locator(".qk-bar .qk-lamp")).not_to_have_attribute("data-state", "running")
        measured(panel, "settle")
        for what in ("summary", ".legend > :last-child"):
            faults[f"{attack}, {what}"] = out_of_view(chart.locator(what))
        lines[attack] = panel.locator(".qk-bar .figure > span").evaluate_all(LINES)
        desk.keep(f"eavesdropper/names-{len(lines)}")
    check(faults)
    assert {count for counts in lines.values() for count in counts} == {1}


STAGE = {"drawing": ".drawing", "buttons": ".controls", "error": ".next_error", "pulses": ".frame th.corner"}


@pytest.mark.parametrize("name", ALONE)
def test_a_panel_without_tabs_can_be_read(desk: Desk, screen: Screen, name: str) -> None:
    if screen.repeats:
        return
    panel = desk.bring(name)
    desk.keep(f"{name}/{screen}")
    faults = {name: faults_of(panel)}
    if name == "stage" and screen.height / screen.zoom > 560:
        faults |= all_out_of_view(panel, {what: (place, IN_VIEW) for what, place in STAGE.items()})
    check(faults)


def test_small_texts_of_the_sites_are_there_in_a_narrow_window(desk: Desk) -> None:
    # before: the names alone were left, and half of each box was empty
    desk.show(Screen(width=700, height=900))
    panel = desk.bring("encryptor")
    expect(panel.locator(".qk-bar .qk-lamp")).not_to_contain_text("NO KEY", timeout=4 * PATIENCE)
    texts = panel.locator(".qk-sites :is(.part .text, .note)").all()
    desk.keep("encryptor/small texts")
    check({text.text_content() or "": out_of_view(text) for text in texts if text.text_content()})
    assert len([text for text in texts if text.text_content()]) >= 6  # a link may have nothing to say
