"""The notebook on the way from identical to secret: a real JupyterLab in a real Chromium."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.fitting import faults_of
from tests.browser.lab import Lab, fresh_panel, large_text, open_tab, screenshot
from tests.browser.live_figures import check_live_figures

NOTEBOOK = "06_identical_to_secret.ipynb"
PATIENCE = 60_000  # milliseconds


@pytest.fixture
def panel(lab_page: Page, jupyterlab: Lab) -> Locator:
    """The distillation panel, as it comes."""
    return fresh_panel(lab_page, jupyterlab, NOTEBOOK, seconds=300)


def test_eve_knows_less_and_less_and_then_stands_in_the_middle(panel: Locator) -> None:
    page = panel.page
    expect(panel.get_by_role("status").first).to_contain_text("KEY ACCEPTED")
    expect(panel).to_contain_text("9,110 secret bits")
    open_tab(panel, "Eve")
    eve = panel.get_by_role("listitem").filter(has_text=re.compile(r"of 9,110"))
    expect(eve.first).to_contain_text(re.compile(r"(49|50)\.\d+\s%"))
    screenshot(page, "secrecy-panel")

    open_tab(panel, "Verification")
    panel.get_by_label("Change this bit").check()
    expect(panel).to_contain_text("✗ The hashes differ")
    for text in ("usual", "large"):  # before: the sentence and the row of the key were cut
        large_text(panel, on=text == "large")
        assert not faults_of(panel.locator(".qk-panel-main > .widget-tab-contents")), text
        screenshot(page, f"secrecy-one-bit-{text}")
    large_text(panel, on=False)

    open_tab(panel, "Authentication")
    panel.get_by_label("Eve stands in the middle").check()
    panel.get_by_label("Alice and Bob compare tags").uncheck()
    panel.get_by_role("button", name="Make a key").click()
    expect(panel).to_contain_text("Eve has both keys", timeout=PATIENCE)
    panel.get_by_label("Alice and Bob compare tags").check()
    for left in (640, 384, 128):
        panel.get_by_role("button", name="Make a key").click()
        expect(panel).to_contain_text(f"{left} bits of shared secret are left", timeout=PATIENCE)
        expect(panel).to_contain_text("✓ Eve was found out")
    panel.get_by_role("button", name="Make a key").click()
    expect(panel).to_contain_text("no shared key left", timeout=PATIENCE)
    panel.get_by_role("button", name="Make a key").scroll_into_view_if_needed()
    screenshot(page, "secrecy-account")

    slider = panel.get_by_role("slider", name="Pulses she reads")
    slider.focus()
    page.keyboard.press("End")
    expect(panel.get_by_role("status").first).to_contain_text("QBER too high", timeout=PATIENCE)
    panel.scroll_into_view_if_needed()
    screenshot(page, "secrecy-rejected")


def test_live_figures(panel: Locator) -> None:
    check_live_figures(panel.page, 5)


def test_the_whole_notebook_is_seen(panel: Locator) -> None:
    """Photographs for a reader's eye; that no cell failed, `fresh_panel` has seen."""
    page = panel.page
    headings = page.locator(".jp-RenderedMarkdown h2")
    assert headings.count() >= 12
    for number in range(headings.count()):
        headings.nth(number).scroll_into_view_if_needed()
        page.mouse.wheel(0, 500)
        page.wait_for_timeout(300)
        screenshot(page, f"secrecy-{number:02d}")
    expect(page.get_by_text("Eve's solution is the corrected key: True")).to_have_count(1)
    assert page.locator(".MathJax, mjx-container").count() >= 5
