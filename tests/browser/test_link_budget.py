"""The link-budget panel in the notebooks on loss and on decoys: a real JupyterLab in a real Chromium."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.lab import (
    Lab,
    check_texts_in_all_tabs,
    fresh_panel,
    large_text,
    open_tab,
    screenshot,
    unfold,
)
from tests.browser.live_figures import check_live_figures

LOSS, DECOYS = "04_loss_noise_detectors.ipynb", "07_decoys.ipynb"
PATIENCE = 30_000  # milliseconds: a sweep is eight runs


@pytest.fixture
def loss(lab_page: Page, jupyterlab: Lab) -> Locator:
    return fresh_panel(lab_page, jupyterlab, LOSS, seconds=240)


@pytest.fixture
def decoys(lab_page: Page, jupyterlab: Lab) -> Locator:
    return fresh_panel(lab_page, jupyterlab, DECOYS, seconds=240)


def charts_of(panel: Locator) -> list[Locator]:
    """Rate, QBER, gains or clicks, photon numbers."""
    return [panel.locator(".qk-chart").nth(place) for place in range(4)]


def test_controls_sweep_and_challenge(loss: Locator) -> None:
    page = loss.page
    rate, qber, clicks, photons = charts_of(loss)
    expect(rate).to_contain_text("At 25 km this run gives")
    expect(clicks).to_contain_text("25 km make 5.0 dB")
    expect(photons).to_contain_text("100.0 % held one photon")
    screenshot(page, "budget-single")

    loss.get_by_role("button", name="rejected").click()
    length = loss.get_by_role("slider", name="Fibre, km")
    length.focus()
    page.keyboard.press("ArrowRight")
    expect(rate).to_contain_text("At 26 km this run gives")
    open_tab(loss, "Compare")
    expect(loss.get_by_role("row").filter(has_text="surprise")).to_contain_text("key accepted")

    before = rate.locator(".plot .mark").count()
    loss.get_by_role("button", name="Sweep the distance").click()
    expect(rate.locator(".plot .mark")).to_have_count(before + 8, timeout=PATIENCE)
    expect(loss.get_by_role("status").first).to_contain_text("KEY ACCEPTED", timeout=PATIENCE)
    expect(rate).to_contain_text("no key (drawn at the lower edge)")
    assert qber.locator(".plot .mark").count() > 5
    open_tab(loss, "Distance")
    screenshot(page, "budget-sweep")
    open_tab(loss, "Errors")
    screenshot(page, "budget-sweep-errors")

    open_tab(loss, "Challenge")
    challenge = loss.locator(".qk-challenge").filter(has_text="noise or Eve?")
    names = ("dark counts", "Eve", "nobody can tell")
    answers = [challenge.get_by_role("button", name=name) for name in names]
    for answer in answers:
        expect(answer).to_be_disabled()
    challenge.get_by_role("button", name="Show the figures").click()
    expect(challenge).to_contain_text("QBER of X bits", timeout=PATIENCE)
    expect(challenge).to_contain_text("gain of decoy")
    expect(answers[2]).to_be_enabled()
    answers[2].focus()
    page.keyboard.press("Enter")
    expect(challenge).to_contain_text("✓ Right: nobody can tell.")
    expect(challenge).to_contain_text("which is why every error is charged to Eve")
    challenge.scroll_into_view_if_needed()
    screenshot(page, "budget-challenge")
    challenge.get_by_role("button", name="Next challenge").click()
    expect(challenge).to_contain_text("Line 2:", timeout=PATIENCE)
    answers[0].click()
    expect(challenge).to_contain_text("✗ Not so.")
    expect(challenge).to_contain_text("Right so far: 1 of 2.")


def test_decoys_see_photon_splitting_and_bars_stand(decoys: Locator) -> None:
    page = decoys.page
    rate, qber, gains, photons = charts_of(decoys)
    expect(rate).to_contain_text("gives no key")
    expect(gains).to_contain_text("nothing follows about single photons")
    assert photons.locator(".plot .column").count() == 12
    assert photons.locator(".plot .column.open").count() == 6
    heights = [box.get_attribute("height") for box in photons.locator(".plot .column").all()]
    assert all(height is not None and float(height) >= 0 for height in heights)
    screenshot(page, "budget-splitting")

    decoys.get_by_label("Eve", exact=True).select_option("is not on the line")
    expect(decoys.get_by_role("status").first).to_contain_text("KEY ACCEPTED")
    expect(gains).to_contain_text(re.compile(r"Y₁ ≥ [34]\.\d+ × 10⁻³ \(in truth 4\.01 × 10⁻³\)"))
    open_tab(decoys, "Photons")
    screenshot(page, "budget-photons")

    plot = photons.locator(".plot")
    plot.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(photons.locator(".readout")).to_contain_text("all pulses, theory: photons in the pulse: 1")
    open_tab(decoys, "Funnel")
    funnel = decoys.locator(".qk-funnel")
    several = funnel.get_by_role("listitem").filter(has_text="several").locator(".kept")
    expect(several).to_have_attribute("aria-label", re.compile("of Detected"))

    decoys.get_by_label("Pulses hold").select_option("laser light")
    expect(rate).to_contain_text("theory: no key at any length")
    unfold(decoys)
    expect(decoys.get_by_role("slider", name="Decoy ν, photons")).to_have_attribute("aria-disabled", "true")
    decoys.get_by_label("Scenario").select_option("Gobby and others, 170 km: too far")
    expect(decoys.get_by_role("status").first).to_contain_text("QBER too high")
    expect(qber).to_contain_text("At 170 km")


def test_large_text_stays_in_its_place(decoys: Locator) -> None:
    page = decoys.page
    large_text(decoys)
    cells = "window.jupyterapp.shell.currentWidget.content.widgets.length"
    before = page.evaluate(cells)
    charts_of(decoys)[0].locator(".plot").focus()
    for key in ("x", "d", "d"):
        page.keyboard.press(key)
    assert page.evaluate(cells) == before
    decoys.scroll_into_view_if_needed()
    screenshot(page, "budget-large")
    unfold(decoys)
    check_texts_in_all_tabs(decoys)
    open_tab(decoys, "Challenge")
    screenshot(page, "budget-large-challenge")


def test_live_figures(decoys: Locator) -> None:
    check_live_figures(decoys.page, 4)
