"""The notebook on eavesdroppers as a learner uses it: a real JupyterLab in a real Chromium."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.fitting import out_of_view
from tests.browser.lab import (
    Lab,
    check_texts_in_all_tabs,
    fresh_panel,
    large_text,
    open_tab,
    screenshot,
    unfold,
)

NOTEBOOK = "03_eavesdroppers.ipynb"


@pytest.fixture
def panel(lab_page: Page, jupyterlab: Lab) -> Locator:
    """The eavesdropper panel, as it comes."""
    return fresh_panel(lab_page, jupyterlab, NOTEBOOK)


def test_attacks_charts_circuit_and_prediction(panel: Locator) -> None:
    page = panel.page
    plane, errors, missing = (panel.locator(".qk-chart").nth(n) for n in range(3))
    expect(plane).to_contain_text("the formula gives 0.500.")
    expect(errors).to_contain_text(re.compile(r"Z bits: QBER 2[2-8]\.\d\s%"))
    expect(missing).to_contain_text("49 compared bits")
    screenshot(page, "eavesdroppers-random")

    panel.get_by_role("button", name="more in both").click()
    panel.get_by_label("Eve", exact=True).select_option("measures in Z only")
    expect(errors).to_contain_text(re.compile(r"Z bits: QBER 0\.0\s% \(0 of [\d,]+\), formula 0\.0\s%"))
    badge = panel.get_by_role("button", name="surprise: why?")
    badge.click()
    expect(panel.locator(".why")).to_be_visible()
    assert not out_of_view(panel.locator(".why"))  # before: behind the line of the question
    badge.click()
    open_tab(panel, "Compare")
    expect(panel.get_by_role("row").filter(has_text="surprise")).to_contain_text("more errors in X only")
    open_tab(panel, "Circuit")
    expect(panel.locator(".qk-circuit-drawing svg").get_by_text("probe").first).to_be_visible()
    screenshot(page, "eavesdroppers-circuit")

    panel.get_by_label("Eve", exact=True).select_option("clones (optimal)")
    expect(plane).to_contain_text("the formula gives 0.305.")
    open_tab(panel, "Knowledge")
    expect(panel.get_by_text("she waits for the bases")).to_be_visible()
    slider = panel.get_by_role("slider", name="Cloner: QBER")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(errors).to_contain_text("formula 12.0 %")
    screenshot(page, "eavesdroppers-cloner")

    panel.get_by_label("Eve", exact=True).select_option("is not on the line")
    expect(plane).to_contain_text("There is no Eve")
    expect(panel.get_by_role("status").first).to_contain_text("KEY ACCEPTED")


def test_photon_splitting_is_seen_by_decoys_alone(panel: Locator) -> None:
    page = panel.page
    plane, errors, alarm = (panel.locator(".qk-chart").nth(n) for n in range(3))
    open_tab(panel, "Errors")
    open_mark, full_mark = errors.locator(".plot .mark.open"), errors.locator(".plot .mark:not(.open)")
    expect(open_mark).to_have_count(1)
    expect(full_mark).to_have_count(1)
    expect(open_mark).to_have_css("fill", "none")
    outer, inner = open_mark.bounding_box(), full_mark.bounding_box()
    assert outer
    assert inner
    assert outer["width"] > inner["width"] + 4  # a mark inside of it is seen
    panel.get_by_label("Eve", exact=True).select_option("splits off photons (PNS)")
    expect(plane).to_contain_text("the formula gives 0.999")
    expect(panel.get_by_label("Line", exact=True)).to_have_value(re.compile("decoys"))
    expect(alarm).to_contain_text("decoy: ")
    expect(panel.get_by_role("status").first).to_contain_text("too many multi-photon pulses")
    screenshot(page, "eavesdroppers-photon-numbers")
    panel.get_by_label("Scenario").select_option("Eve splits the beam")
    expect(plane).to_contain_text("the formula gives 0.345")
    expect(panel.get_by_role("status").first).to_contain_text("KEY ACCEPTED")


def test_large_text_and_keys(panel: Locator) -> None:
    page = panel.page
    large_text(panel)
    plot = panel.locator(".qk-chart .plot").first
    plot.focus()
    page.keyboard.press("ArrowRight")
    expect(panel.locator(".qk-chart .readout").first).to_contain_text("QBER of all sifted bits: 0 %")
    cells = "window.jupyterapp.shell.currentWidget.content.widgets.length"
    before = page.evaluate(cells)
    for key in ("x", "d", "d"):
        page.keyboard.press(key)
    assert page.evaluate(cells) == before
    screenshot(page, "eavesdroppers-large")
    unfold(panel)
    check_texts_in_all_tabs(panel)
