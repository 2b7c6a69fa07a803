"""What controls show where they are not in use, and whole where a window is narrow."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Locator, Page, expect

from tests.browser.fitting import faults_of, resize
from tests.browser.lab import Lab, large_text, open_and_run, show_alone, unfold

PANELS = ("EavesdropperPanel", "CopyPanel", "EncryptorPanel", "TimelinePanel")
ASKING = "LinkPanel"


@pytest.fixture
def page(lab_page: Page, jupyterlab: Lab) -> Page:
    shown = [*(f"{name}()" for name in PANELS), f"{ASKING}(guide=True)"]
    cells = ["from qkdlab.lab import *", *shown]
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, jupyterlab.folder / "small_screens.ipynb")
    open_and_run(lab_page, jupyterlab, "small_screens.ipynb")
    return lab_page


def panel_of(page: Page, name: str) -> Locator:
    panel = page.locator(".qk-panel").nth(PANELS.index(name))
    show_alone(panel)
    return panel


def test_panels_on_a_narrow_screen_and_sliders_that_are_not_in_use(page: Page) -> None:
    panel = panel_of(page, "EavesdropperPanel")
    unfold(panel)
    share = panel.locator(".widget-slider", has_text="Pulses attacked").first
    expect(share.locator(".widget-readout")).to_be_visible()
    eve = panel.get_by_label("Eve", exact=True)
    eve.select_option("splits off photons, else measures")
    # before: it went on saying 100 %, or 80 %, whatever the run had
    expect(share.locator(".widget-readout")).not_to_be_visible()
    expect(share.locator(".noUi-handle")).to_have_css("opacity", "0")
    expect(share.locator("[role=slider]")).to_have_attribute("aria-valuetext", "not in use")
    resize(page.context.new_cdp_session(page), 700, 900, 1)
    panel_of(page, "EavesdropperPanel")
    bar = panel.locator(".qk-bar .qk-lamp")
    expect(bar).to_contain_text("too many multi-photon pulses")
    # before: the reason was cut, and so were the menu and what changed last
    cut = "parts => parts.filter(one => one.scrollHeight > one.clientHeight + 1).map(one => one.innerText)"
    assert bar.locator(".cells > *").evaluate_all(cut) == []
    assert faults_of(panel) == []
    broken = {}
    for name in PANELS[1:]:  # before: “Copy and measure 200 ph…”, and numbers below their sliders
        panel = panel_of(page, name)
        page.wait_for_timeout(300)
        broken[name] = faults_of(panel)
    assert broken == {name: [] for name in PANELS[1:]}


def test_what_a_question_asks_to_change_stands_beside_it_in_large_text(page: Page) -> None:
    resize(page.context.new_cdp_session(page), 700, 900, 1)
    panel = page.locator(".qk-panel").last
    show_alone(panel)
    large_text(panel)
    expect(panel.locator(".qk-guide:visible .ask")).to_contain_text("tick “Eve is on the line”")
    controls, eve = panel.locator(".qk-panel-controls"), panel.get_by_label("Eve is on the line")
    end = "node => node.getBoundingClientRect().bottom"
    # before: below the fold of the controls, under scenarios and buttons
    assert eve.evaluate(end) <= controls.evaluate(end)
