"""The notebook from sifted bits to identical keys: a real JupyterLab in a real Chromium."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.lab import Lab, fresh_panel, large_text, open_tab, screenshot
from tests.browser.live_figures import check_live_figures

NOTEBOOK = "05_sifted_to_identical.ipynb"
PATIENCE = 30_000  # milliseconds: four ways to correct 37,000 bits


@pytest.fixture
def distillation(lab_page: Page, jupyterlab: Lab) -> Locator:
    return fresh_panel(lab_page, jupyterlab, NOTEBOOK, 0, seconds=240)


@pytest.fixture
def samples(lab_page: Page, jupyterlab: Lab) -> Locator:
    return fresh_panel(lab_page, jupyterlab, NOTEBOOK, 1, seconds=240)


def test_panels_answer(distillation: Locator, samples: Locator) -> None:
    page = distillation.page
    distillation.scroll_into_view_if_needed()
    expect(distillation.get_by_role("status").first).to_contain_text("KEY ACCEPTED", timeout=PATIENCE)
    open_tab(distillation, "Methods")
    distillation.get_by_role("button", name="Compare ways to correct").click()
    expect(distillation).to_contain_text("LDPC, rate-adaptive", timeout=PATIENCE)
    expect(distillation).to_contain_text("Cascade, modified (4) (this run)")
    expect(distillation).to_contain_text("11,472 charged")
    expect(distillation).to_contain_text("takes 11,472: 5,736 from Alice, 5,736 from Bob's questions")
    screenshot(page, "identical-distillation")

    samples.scroll_into_view_if_needed()
    chart = samples.locator(".qk-chart")
    expect(chart).to_contain_text("Bits compared: 10. Of 200 samples 12 show no error.")
    slider = samples.get_by_role("slider", name="Bits compared")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(chart).to_contain_text(re.compile(r"Bits compared: 11\. .* 200 × 0\.75¹¹ = 8\.4\."))
    before = chart.inner_text()
    samples.get_by_role("button", name="Draw 200 others").click()
    expect(chart).not_to_have_text(before)
    expect(chart).to_contain_text("Bits compared: 11.")
    screenshot(page, "identical-samples")


def test_samples_stay_in_their_place_in_large_text(samples: Locator) -> None:
    large_text(samples)
    samples.scroll_into_view_if_needed()
    assert samples.evaluate("element => element.scrollWidth <= element.clientWidth + 1")
    screenshot(samples.page, "identical-samples-large")


def test_live_figures(samples: Locator) -> None:
    check_live_figures(samples.page, 2)
