"""The live figures of the notebooks: sliders move the hairline in the page; sentence and curves follow."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.component_page import STILL
from tests.browser.fitting import faults_of, out_of_view, resize
from tests.browser.lab import PANEL, screenshot

SIZES = [(1280, 720), (700, 900)]
KERNEL = f"{PANEL}.context.sessionContext.session.kernel"
SLEEP = f"void {KERNEL}.requestExecute({{code: 'import time; time.sleep(60)'}})"
WAKE = f"{KERNEL}.interrupt()"
BUSY = f"{KERNEL}.status === 'busy'"


def move(figure: Locator, number: int, key: str) -> None:
    """Move a slider of a figure by one step, with the keyboard."""
    figure.get_by_role("slider").nth(number).press(key)


def check_first_slider(figure: Locator, *, busy: bool) -> None:
    """The hairline moves with the first slider, also while the kernel is busy; then the sentence."""
    page, hairline, sentence = figure.page, figure.locator(".hairline"), figure.locator(".says")
    place, told = hairline.get_attribute("transform") or "", sentence.text_content() or ""
    expect(hairline).to_have_attribute("visibility", "visible")
    assert any(figure.locator(".legend .worth").all_text_contents())
    if busy:
        page.evaluate(f"() => {{ {SLEEP} }}")
        page.wait_for_function(BUSY)
    move(figure, 0, "ArrowRight")
    expect(hairline).not_to_have_attribute("transform", place, timeout=1000)
    if busy:
        assert page.evaluate(BUSY)
        assert sentence.text_content() == told
        page.evaluate(WAKE)
    expect(sentence).not_to_have_text(told)
    expect(figure.locator(".qk-notice")).to_be_hidden()  # a busy kernel's takes room from the plot
    page.evaluate(STILL)


def check_other_sliders(figure: Locator) -> None:
    """Every other slider draws a curve anew, or tells something else; moved back, all is as it was."""
    chart = figure.locator(".qk-chart")
    for number in range(1, figure.get_by_role("slider").count()):
        before, slider = chart.inner_html(), figure.get_by_role("slider").nth(number)
        lowest = slider.get_attribute("aria-valuenow") == slider.get_attribute("aria-valuemin")
        there, back = ("ArrowRight", "ArrowLeft") if lowest else ("ArrowLeft", "ArrowRight")
        move(figure, number, there)
        expect(chart).not_to_have_js_property("innerHTML", before)
        move(figure, number, back)
        expect(chart).to_have_js_property("innerHTML", before)


def check_live_figures(page: Page, count: int) -> None:
    """Each of the `count` figures of a notebook that has run follows its sliders and fits a screen."""
    figures, window = page.locator(".qk-live"), page.context.new_cdp_session(page)
    expect(figures).to_have_count(count)
    for number, figure in enumerate(figures.all()):
        figure.evaluate("figure => figure.scrollIntoView({ block: 'start' })")
        check_first_slider(figure, busy=number == 0)
        check_other_sliders(figure)
        for size in SIZES:
            resize(window, *size)
            page.evaluate(STILL)
            figure.evaluate("figure => figure.scrollIntoView({ block: 'start' })")
            page.evaluate(STILL)  # a plot whose legend takes a line more is drawn twice
            assert not (faults := faults_of(figure) + out_of_view(figure)), (number, size, faults)
        screenshot(page, f"live-{count}-{number}")
    window.detach()
