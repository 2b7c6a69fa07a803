"""The timeline panel in JupyterLab: each control moved, and what comes of it seen; its picture by itself."""

import time
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

from qkdlab.lab.pqc.lanes_view import lanes_traits
from qkdlab.lab.pqc.presets import PRESETS
from qkdlab.lab.pqc.year_lanes import YearLanes
from tests.browser.component_page import STILL, ComponentPage
from tests.browser.fitting import faults_of, out_of_view, resize
from tests.browser.lab import (
    FRAMES,
    SCREENSHOTS,
    Lab,
    check_texts_in_all_tabs,
    large_text,
    open_and_run,
    open_tab,
)
from tools.save_notebooks import normalise, text_of

SLIDERS = ("secrecy_years", "migration_years", "quantum_year", "pqc_falls", "qkd_fault", "watched_year")
NOTEBOOK = "timeline_alone.ipynb"
CELLS = (
    "from qkdlab.lab import TimelinePanel\npanel = TimelinePanel()\npanel",
    "from qkdlab.lab import KEYS_RUN_OUT, Lesson\nLesson('10').ask(KEYS_RUN_OUT)",
)
BOXES = ("The problem behind PQC is solved", "Eve has a QKD device or node")
SIZES = [(1366, 768), (1100, 768), (700, 900)]  # the second: beside the list of files


@pytest.fixture(scope="module")
def panel(watched_page, jupyterlab: Lab) -> Iterator[Locator]:  # type: ignore[no-untyped-def]
    """The panel, in a notebook with a question."""
    page: Page = watched_page.page
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in CELLS])
    Path(jupyterlab.folder, NOTEBOOK).write_text(text_of(normalise(notebook)), encoding="utf-8")
    open_and_run(page, jupyterlab, NOTEBOOK)
    shown = page.locator(".qk-timeline").first
    shown.evaluate("panel => panel.scrollIntoView({ block: 'start' })")
    yield shown
    jupyterlab.end_kernels()
    errors, outside = watched_page.taken()
    assert not errors, errors
    assert not outside, outside


def reset(panel: Locator) -> None:
    """Go back to the settings of the beginning."""
    open_tab(panel, "Years")
    panel.get_by_role("button", name="Reset").click()
    expect(panel.locator(".qk-timeline-verdict")).to_contain_text("TOO LATE x + y = 33")
    for box in BOXES:
        expect(panel.get_by_role("checkbox", name=box)).not_to_be_checked()
    expect(panel.locator(".qk-lanes .legend")).not_to_contain_text("PQC falls")
    expect(panel.locator(".qk-lanes .legend")).not_to_contain_text("QKD device or node")


def bring(panel: Locator) -> None:
    """Scroll a panel to the top of the window, and wait until nothing moves."""
    panel.page.evaluate(STILL)
    panel.evaluate("panel => panel.scrollIntoView({ block: 'start' })")
    panel.page.evaluate(STILL)


def press(panel: Locator, slider: str, *keys: str) -> None:
    """Move a slider with the keyboard."""
    panel.get_by_role("slider").nth(SLIDERS.index(slider)).focus()
    for key in keys:
        panel.page.keyboard.press(key)


def lane(panel: Locator, number: int) -> str:
    """What becomes of the messages of a lane: a letter for each year, x read too early, o later, . never."""
    kinds = panel.locator(".qk-lanes .plot [data-year] > .cell").evaluate_all(
        "cells => cells.map(cell => ({ early: 'x', late: 'o', never: '.' })[cell.classList[1]]).join('')"
    )
    return str(kinds)[31 * number : 31 * (number + 1)]


def has_lane(panel: Locator, number: int, expected: str) -> None:
    """Wait until the messages of a lane fare so: the lanes are painted after the line above."""
    end = time.monotonic() + 10
    while lane(panel, number) != expected and time.monotonic() < end:
        panel.page.wait_for_timeout(50)
    assert lane(panel, number) == expected


def says(panel: Locator, text: str) -> None:
    """Wait until the line above says this."""
    expect(panel.locator(".qk-timeline-verdict")).to_contain_text(text)


def test_x_y_and_z(panel: Locator) -> None:
    reset(panel)
    has_lane(panel, 1, "x" * 9 + "." * 22)
    press(panel, "secrecy_years", "Home")
    says(panel, "IN TIME x = 0")
    expect(panel.locator(".qk-lanes .plot .cell.early")).to_have_count(0)
    reset(panel)
    press(panel, "migration_years", "Home")
    says(panel, "x + y = 25 is more than z = 15")
    expect(panel.locator(".qk-lanes .plot")).to_contain_text("1 of 31")
    reset(panel)
    press(panel, "quantum_year", "End")
    says(panel, "IN TIME x + y = 33 is not more than z = 40")
    has_lane(panel, 0, "o" * 16 + "x" * 15)


def test_what_may_fall(panel: Locator) -> None:
    reset(panel)
    panel.get_by_label("Scenario").select_option(label="Migrated in time")
    says(panel, "IN TIME x + y = 13")
    for number in (1, 2):
        has_lane(panel, number, "oooo" + "." * 27)
    panel.get_by_role("checkbox", name="The problem behind PQC is solved").check()
    says(panel, "IN TIME, BUT …")
    says(panel, "What is ticked counts, too: of 31 messages Eve reads too early 27 with PQC.")
    expect(panel.locator(".qk-lanes .legend")).to_contain_text("year 12: PQC falls")
    has_lane(panel, 1, "oooo" + "x" * 27)
    press(panel, "pqc_falls", "ArrowRight", "ArrowRight")
    expect(panel.locator(".qk-lanes .legend")).to_contain_text("year 14: PQC falls")
    has_lane(panel, 1, "ooooo" + "x" * 26)
    panel.get_by_role("checkbox", name="Eve has a QKD device or node").check()
    expect(panel.locator(".qk-lanes .legend")).to_contain_text("year 12: QKD device or node")
    for number in (2, 3):
        has_lane(panel, number, "oooo" + "." * 8 + "x" * 19)
    press(panel, "qkd_fault", "End")
    expect(panel.locator(".qk-lanes .legend")).to_contain_text("year 40: QKD device or node")
    for number in (2, 3):
        has_lane(panel, number, "oooo" + "." * 27)
    panel.get_by_role("checkbox", name="The problem behind PQC is solved").uncheck()
    says(panel, "IN TIME x + y = 13")


def test_one_message_is_followed_by_slider_and_by_click(panel: Locator) -> None:
    reset(panel)
    press(panel, "watched_year", "End")
    expect(panel.locator("[data-year='30'] .ring")).to_have_count(4)
    panel.locator(".qk-lanes .plot [data-year='12']").nth(1).click()
    expect(panel.locator("[data-year='12'] .ring")).to_have_count(4)
    expect(panel.locator(".widget-readout").last).to_have_text("12")
    open_tab(panel, "This message")
    expect(panel.get_by_role("row", name="to PQC PQC 37 never 0")).to_be_visible()
    open_tab(panel, "Save")
    text = panel.get_by_label("JSON").input_value()
    panel.get_by_label("JSON").fill(text.replace('"quantum_year": 15', '"quantum_year": 5'))
    panel.get_by_role("button", name="Load").click()
    says(panel, "x + y = 33 is more than z = 5")


def test_all_is_seen_on_one_screen(panel: Locator) -> None:
    reset(panel)
    window = panel.page.context.new_cdp_session(panel.page)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for large in (False, True):
        large_text(panel, on=large)
        for size in SIZES:
            resize(window, *size)
            bring(panel)
            faults = faults_of(panel) + out_of_view(panel.locator(".qk-timeline-verdict"))
            # with both boxes ticked the legend is at its longest, and nothing of it is cut
            for box in BOXES:
                panel.get_by_role("checkbox", name=box).check()
            for told in ("PQC falls", "QKD device or node"):
                expect(panel.locator(".qk-lanes .legend")).to_contain_text(told)
            bring(panel)  # who ticks a box may have scrolled
            if size[0] > 1000 and not large:
                faults += out_of_view(panel.locator(".qk-lanes .legend > span").last)
            picture = window.send("Page.captureScreenshot")["data"]
            name = f"timeline-{size[0]}{'-large' if large else ''}.png"
            (SCREENSHOTS / name).write_bytes(b64decode(picture))
            reset(panel)
            assert not faults, (size, large)
    check_texts_in_all_tabs(panel)
    large_text(panel, on=False)
    window.detach()


def test_where_controls_stand_side_by_side_a_box_is_beside_the_slider_that_it_frees(panel: Locator) -> None:
    reset(panel)
    window = panel.page.context.new_cdp_session(panel.page)
    boxes = panel.locator(".qk-panel-controls > .widget-checkbox")
    for size, start in ((SIZES[0], "auto"), (SIZES[-1], "1")):
        resize(window, *size)
        panel.page.evaluate(FRAMES)
        found = boxes.evaluate_all("boxes => boxes.map(box => getComputedStyle(box).gridColumnStart)")
        assert found == [start] * len(BOXES), size
    beside = """boxes => boxes.map(box => {
        const [own, next] = [box, box.nextElementSibling].map(one => one.getBoundingClientRect());
        return own.right <= next.left && own.top < next.bottom && next.top < own.bottom;
    })"""
    assert boxes.evaluate_all(beside) == [True] * len(BOXES)
    window.detach()


def test_questions_answer_where_they_are_clicked(panel: Locator) -> None:
    # the wrong idea of "prevents" is named where it was chosen
    asked = panel.page.locator(".qk", has_text="From now on Eve intercepts every photon").last
    asked.get_by_role("button", name="Nothing changes").click()
    expect(asked).to_contain_text("it does not prevent it")


@pytest.mark.parametrize("year", [20, 39, 40])
def test_no_mark_goes_through_words(chromium, year: int) -> None:  # type: ignore[no-untyped-def]
    # before: where the picture is narrow the line of year 40 struck through “0 + 8 = 8” and “0 of 31 ×”
    struck = """() => [...document.querySelectorAll('.plot text:not(.tick)')].map(text => {
        const box = text.getBoundingClientRect();
        return [...document.querySelectorAll('.plot .mark')].some(mark => {
            for (let at = 0; at <= mark.getTotalLength(); at += 2) {
                const { x, y } = mark.getPointAtLength(at).matrixTransform(mark.getScreenCTM());
                if (x > box.x && x < box.right && y > box.y + 2 && y < box.bottom - 2) return true;
            }
            return false;
        }) ? text.textContent : '';
    }).filter(Boolean)"""
    lanes = YearLanes(**lanes_traits(replace(PRESETS["both"], quantum_year=year)))
    with ComponentPage(chromium, lanes, width=560) as shown:
        assert shown.page.locator(".qk-narrow").count() == 1
        assert shown.page.locator(".plot .mark").count() > 0
        assert shown.page.evaluate(struck) == []


def test_a_name_cuts_no_cell_below_it(chromium) -> None:  # type: ignore[no-untyped-def]
    # before: the rim of the letters lay on the frame of the message that is watched, and took its clicks
    hidden = """() => [...document.querySelectorAll('.plot .ring')].filter(ring => {
        const { x, y, width } = ring.getBoundingClientRect();
        const at = [0.25, 0.5, 0.75].map(share => document.elementFromPoint(x + share * width, y - 0.5));
        return at.some(seen => !seen.closest('[data-year]'));
    }).length"""
    lanes = YearLanes(**lanes_traits(replace(PRESETS["both"], watched_year=2)))
    with ComponentPage(chromium, lanes, width=620) as shown:
        shown.page.evaluate("""() => {
            const root = document.querySelector('.qk-lanes');
            root.classList.add('qk-fill');
            root.style.height = '340px';
        }""")
        shown.settle()
        assert shown.page.locator(".qk-narrow .ring").count() == 4
        assert shown.page.evaluate(hidden) == 0


@pytest.mark.parametrize("dark", [False, True])
def test_the_picture_tells_fates_apart_by_shape(chromium, dark: bool) -> None:  # type: ignore[no-untyped-def]
    lanes = YearLanes(**lanes_traits(PRESETS["both"]))
    with ComponentPage(chromium, lanes, dark=dark, width=560) as shown:
        page = shown.page
        cells = page.locator(".plot [data-year]")
        expect(cells).to_have_count(4 * 31)
        for fate, sign in (("early", ".cross"), ("late", ".dot")):
            assert (
                page.locator(f".plot g:has(> .{fate})").count() == page.locator(f".plot {sign}").count() > 0
            )
        assert page.locator("svg[role=img]").get_attribute("aria-label").endswith(lanes.summary)  # type: ignore[union-attr]
        assert page.locator(".exposed").count() == 4
        # would catch: shapes of negative size where the tab is hidden, or very narrow; the page fails on such
        page.evaluate("document.getElementById('app').style.display = 'none'")
        lanes.show(last_year=70, projector=True)
        shown.push()
        page.evaluate("document.getElementById('app').style.cssText = 'width: 60px'")
        shown.settle()
        page.evaluate("document.getElementById('app').style.cssText = ''")
        shown.settle()
        cells.nth(30).click()  # beyond the year until which the message before had to be secret
        shown.settle()
        assert shown.get("watched") == 30
