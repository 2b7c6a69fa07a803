"""The notebook on bits and qubits as a learner uses it: every control of its panels, by mouse and by keys."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from qkdlab.lab.qubits.detector_clicks import DetectorClicks
from qkdlab.lab.qubits.qubit_view import QubitView
from tests.browser.component_page import ComponentPage
from tests.browser.fitting import faults_of, out_of_view
from tests.browser.lab import PANEL, Lab, large_text, open_and_run, open_tab, screenshot

NOTEBOOK = "01_bits_and_qubits.ipynb"
KERNEL = f"{PANEL}.context.sessionContext.session?.kernel"
BUSY = f"{KERNEL}?.status === 'busy'"
SLEEP = f"{KERNEL}.requestExecute({{code: 'import time; time.sleep(3)'}}); null"
LETTERS = """panel => [...panel.querySelectorAll('.pair text')].map(one =>
  parseFloat(getComputedStyle(one).fontSize) * one.getScreenCTM().a)"""
KNOB = ".{picture} .knob"


@pytest.fixture(scope="module")
def notebook(watched_page: object, jupyterlab: Lab) -> Page:
    """The notebook after all its cells have run; the tests go on in the same page."""
    page: Page = watched_page.page  # type: ignore[attr-defined]
    open_and_run(page, jupyterlab, NOTEBOOK)
    return page


def panel_of(page: Page, text: str) -> Locator:
    panel = page.locator(".qk-panel").filter(has=page.get_by_role("button", name=text))
    panel.scroll_into_view_if_needed()
    return panel


def share(panel: Locator, detector: int) -> Locator:
    return panel.locator(f".chance.bit{detector} .share")


def told(panel: Locator) -> Locator:
    return panel.locator(".qk-told-line")


def slide(panel: Locator, name: str, key: str, times: int = 1) -> None:
    panel.get_by_role("slider", name=name, exact=True).first.focus()
    for _ in range(times):
        panel.page.keyboard.press(key)


def drag(picture: Locator, start: tuple[float, float], stop: tuple[float, float]) -> None:
    """Drag in a picture, by shares of its width and height."""
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box
    mouse = picture.page.mouse
    mouse.move(box["x"] + start[0] * box["width"], box["y"] + start[1] * box["height"])
    mouse.down()
    for part in (0.5, 1.0):
        x, y = (start[k] + part * (stop[k] - start[k]) for k in (0, 1))
        mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
    mouse.up()


@pytest.mark.parametrize("size", [(1366, 768), (700, 900)], ids=["wide", "narrow"])
def test_the_letters_of_the_pictures_are_as_large_as_the_others(
    lab_page: Page, notebook: Page, size: tuple[int, int]
) -> None:
    # before: smaller in a small picture, and smallest in large text
    panel, letters = panel_of(notebook, "Send the photons"), {}
    notebook.set_viewport_size({"width": size[0], "height": size[1]})
    again = panel.get_by_role("group", name="then again in")
    again.get_by_role("button", name="X", exact=True).click()
    expect(panel.locator(".pair text.arc-name")).to_have_count(2)
    for text in ("normal", "large"):
        large_text(panel, on=text == "large")
        letters[text] = min(panel.evaluate(LETTERS))
    large_text(panel, on=False)
    again.get_by_role("button", name="no", exact=True).click()
    notebook.set_viewport_size({"width": 1366, "height": 768})
    assert letters["normal"] > 12.5
    assert letters["large"] > 18.5


def test_sliders_states_and_bases_change_the_chances(lab_page: Page, notebook: Page) -> None:
    panel = panel_of(notebook, "Send the photons")
    expect(share(panel, 0)).to_have_text("75.0 %")
    slide(panel, "Angle θ", "ArrowRight", 15)
    expect(share(panel, 0)).to_have_text("50.0 %")
    expect(panel.locator(".disc .arc-name")).to_have_text("θ 45°")
    expect(panel.locator(".sphere .arc-name")).to_have_text("2θ 90°")
    panel.get_by_role("group", name="Measure in").get_by_role("button", name="X").click()
    expect(share(panel, 0)).to_have_text("100.0 %")
    slide(panel, "Phase φ", "ArrowRight", 18)
    expect(share(panel, 0)).to_have_text("50.0 %")
    panel.get_by_role("group", name="Measure in").get_by_role("button", name="Y").click()
    expect(share(panel, 0)).to_have_text("100.0 %")
    expect(panel.get_by_label("State", exact=True)).to_have_value(re.compile("circular"))
    panel.get_by_label("State", exact=True).select_option("|1⟩ vertical")
    panel.get_by_role("group", name="Measure in").get_by_role("button", name="Z").click()
    expect(share(panel, 1)).to_have_text("100.0 %")
    panel.get_by_role("button", name="More controls").click()
    slide(panel, "Phase of all", "ArrowRight", 36)
    expect(panel.locator(".chance.bit1 .why")).to_have_text("amplitude −1.00")
    expect(share(panel, 1)).to_have_text("100.0 %")


def test_a_hand_on_the_pictures_moves_the_sliders_while_the_kernel_is_busy(
    lab_page: Page, notebook: Page
) -> None:
    panel = panel_of(notebook, "Send the photons")
    panel.get_by_label("State", exact=True).select_option("|0⟩ horizontal")
    expect(share(panel, 0)).to_have_text("100.0 %")
    notebook.evaluate(SLEEP)
    notebook.wait_for_function(BUSY)
    disc = panel.locator(".disc")
    drag(disc, (0.85, 0.5), (0.5, 0.05))
    expect(share(panel, 1)).to_have_text("100.0 %", timeout=1000)
    assert notebook.evaluate(BUSY)
    angle = panel.get_by_role("slider", name="Angle θ", exact=True)
    expect(angle).to_have_attribute("aria-valuenow", "90.0")
    panel.locator(".disc .knob").focus()
    notebook.keyboard.press("PageDown")
    expect(panel.locator(".disc .arc-name")).to_have_text("θ 75°", timeout=1000)
    panel.locator(".sphere .knob").focus()
    notebook.keyboard.press("PageUp")
    expect(panel.locator(".sphere .knob")).to_have_attribute("aria-valuetext", "15°", timeout=1000)
    notebook.wait_for_function(f"!({BUSY})")
    expect(panel.locator(".disc .arc-name")).to_have_text(
        "θ 75°"
    )  # what the kernel says late takes nothing back
    expect(panel.locator(".qk-qubit .pair")).to_have_attribute("aria-label", re.compile("θ = 75°, φ = 15°"))


def test_photons_land_and_the_prediction_is_answered(lab_page: Page, notebook: Page) -> None:
    panel = panel_of(notebook, "Send the photons")
    panel.get_by_label("State", exact=True).select_option("|+⟩ rising diagonal")
    slide(panel, "Prediction for 0", "Home")
    expect(panel.locator(".qk-clicks .guess").first).to_be_visible()
    panel.get_by_role("button", name="Send the photons").click()
    expect(told(panel)).to_contain_text("✗ You predicted 0")
    expect(told(panel)).to_contain_text("its bit is not turned round")
    expect(panel.locator(".qk-clicks .says")).to_contain_text(re.compile(r"\d+ of 200 in detector 0"))
    screenshot(notebook, "qubits-surprise")
    panel.get_by_role("group", name="then again in").get_by_role("button", name="Z").click()
    expect(panel.locator(".qk-clicks .cell")).to_have_count(2)
    panel.get_by_role("button", name="Send the photons").click()
    expect(panel.locator(".qk-clicks .says").last).to_contain_text("200 of 200 photons gave the same result")
    panel.get_by_label("Photons", exact=True).select_option("10")
    panel.get_by_role("button", name="Send the photons").click()
    expect(panel.locator(".qk-clicks .says").last).to_contain_text("10 of 10 photons gave the same result")
    open_tab(panel, "Circuit")
    expect(panel.locator(".qk-circuit-drawing svg")).to_contain_text("measure in Z")
    open_tab(panel, "Qubit")


def test_the_grid_answers_four_predictions(lab_page: Page, notebook: Page) -> None:
    panel = panel_of(notebook, "Send 4")
    slide(panel, "|0⟩ in Z", "End")
    slide(panel, "|+⟩ in X", "End")
    slide(panel, "|0⟩ in X", "Home")
    slide(panel, "|+⟩ in Z", "Home")
    expect(panel.locator(".qk-clicks .guess")).to_have_count(5)  # four, and the legend
    panel.get_by_role("button", name="Send 4").click()
    expect(told(panel)).to_contain_text("2 of your 4 predictions")
    expect(panel.locator(".qk-clicks .says").first).to_have_text("200 of 200 in detector 0")
    screenshot(notebook, "qubits-grid")


def test_the_mystery_source_keeps_the_score(lab_page: Page, notebook: Page) -> None:
    panel = panel_of(notebook, "Measure 10 photons")
    panel.get_by_role("button", name="Measure 10 photons").click()
    expect(panel.locator(".qk-clicks .says").first).to_contain_text("of 10 in detector 0")
    panel.get_by_role("button", name="It tosses a coin").click()
    expect(told(panel)).to_contain_text("this was a guess")
    expect(panel.get_by_role("button", name="Measure 10 photons")).to_have_attribute("aria-disabled", "true")
    panel.get_by_role("button", name="Next box").click()
    expect(told(panel)).to_contain_text("Box 2")
    panel.get_by_role("group", name="Measure in").get_by_role("button", name="X").click()
    panel.get_by_role("button", name="Measure 10 photons").click()
    expect(panel.locator(".qk-clicks .says").last).to_contain_text("of 10 in detector 0")
    panel.get_by_role("button", name="It sends |+⟩").click()
    expect(told(panel)).to_contain_text("In X detector")
    expect(panel).to_contain_text("Boxes 2")


def test_a_copy_of_plus_is_a_coin(lab_page: Page, notebook: Page) -> None:
    panel = panel_of(notebook, "Copy and measure 200 photons")
    panel.get_by_role("button", name="Copy and measure 200 photons").click()
    expect(told(panel)).to_contain_text("✓ You predicted 200 good copies")
    panel.get_by_role("button", name="|+⟩", exact=True).click()
    expect(panel.locator(".qk-circuit-drawing")).to_contain_text("measure both in X")
    slide(panel, "Good copies", "PageDown")
    panel.get_by_role("button", name="Copy and measure 200 photons").click()
    expect(told(panel)).to_contain_text("so is the original now")


def test_beside_the_glossary_what_is_predicted_and_sent_stays_in_view(lab_page: Page, notebook: Page) -> None:
    # before: the left column was cut above "Prediction for 0" and "Send the photons"
    before = notebook.viewport_size
    notebook.set_viewport_size({"width": 1100, "height": 768})
    notebook.evaluate("window.jupyterapp.shell.mode = 'multiple-document'")
    notebook.get_by_role("link", name="polarisation").first.click()
    expect(notebook.locator(".jp-MarkdownViewer")).to_be_visible()
    for text in ("Send the photons", "Send 4", "Measure 10 photons", "Copy and measure 200 photons"):
        panel = panel_of(notebook, text)
        panel.evaluate("panel => panel.scrollIntoView({ block: 'start' })")
        width = panel.evaluate("panel => panel.clientWidth")
        assert width < 520, "beside the glossary"
        for control in panel.locator(".qk-panel-controls :is(.qk-send, .widget-slider)").all():
            if control.is_visible():
                assert not out_of_view(control), (text, control.inner_text())
        assert not faults_of(panel), text
    screenshot(notebook, "qubits-beside-the-glossary")
    notebook.evaluate("[...jupyterapp.shell.widgets('main')].at(-1).close()")
    notebook.evaluate("window.jupyterapp.shell.mode = 'single-document'")
    if before:
        notebook.set_viewport_size(before)


def test_large_text_and_dark_leave_all_in_its_place(lab_page: Page, notebook: Page) -> None:
    change = "theme => jupyterapp.commands.execute('apputils:change-theme', { theme })"
    for theme, large in (("JupyterLab Dark", False), ("JupyterLab Light", True)):
        notebook.evaluate(change, theme)
        for text in ("Send the photons", "Send 4", "Measure 10 photons", "Copy and measure 200 photons"):
            panel = panel_of(notebook, text)
            large_text(panel, on=large)
            assert not faults_of(panel), text
    screenshot(notebook, "qubits-large")


@pytest.mark.parametrize(
    ("angle", "phase", "basis", "zero"), [(30, 0, 0, 75), (45, 90, 2, 100), (45, 180, 1, 0)]
)
def test_the_browser_computes_what_the_kernel_does(
    chromium: Browser, angle: float, phase: float, basis: int, zero: float
) -> None:
    with ComponentPage(chromium, QubitView(angle=float(angle), phase=float(phase), basis=basis)) as shown:
        assert shown.page.locator(".chance.bit0 .share").inner_text() == f"{zero:.1f} %"
        shown.page.locator(".sphere .knob").focus()
        before = shown.page.locator(".sphere .ring").first.get_attribute("d")
        shown.page.keyboard.press("Shift+ArrowRight")
        shown.settle()
        assert shown.page.locator(".sphere .ring").first.get_attribute("d") != before
        assert shown.get("phase") == phase
        box = shown.page.locator(".sphere").bounding_box()
        assert box
        before = shown.page.locator(".sphere .ring").first.get_attribute("d")
        drag(shown.page.locator(".sphere"), (0.05, 0.1), (0.25, 0.1))
        shown.settle()
        assert shown.page.locator(".sphere .ring").first.get_attribute("d") != before
        shown.page.evaluate("leave()")
        assert shown.page.evaluate("listeners()") == 0


@pytest.mark.parametrize("phase", [0, 45, 90, 180, 270])
@pytest.mark.parametrize("angle", [10, 45, 90, 150, 180])
def test_the_angle_is_written_where_no_light_is_drawn(chromium: Browser, angle: int, phase: int) -> None:
    # before: the ring of circular light, and the arc of the angle, went through “θ 45°”; “2θ 60°” on a foot
    on_text = """() => ['.disc', '.sphere'].flatMap(picture => {
        const box = document.querySelector(`${picture} .arc-name`).getBoundingClientRect();
        const lines = ':is(.wave, .arc, .rim, .axis, .part, .ring, .drop, .foot, .state, .end)';
        return [...document.querySelectorAll(`${picture} ${lines}`)].filter(path => {
            for (let at = 0; at <= path.getTotalLength(); at += 2) {
                const { x, y } = path.getPointAtLength(at).matrixTransform(path.getScreenCTM());
                if (x > box.x && x < box.right && y > box.y && y < box.bottom) return true;
            }
            return false;
        }).map(path => `${picture} ${path.getAttribute('class')}`);
    })"""
    for basis in (0, 1, 2):
        with ComponentPage(chromium, QubitView(angle=float(angle), phase=float(phase), basis=basis)) as shown:
            shown.settle()
            assert shown.page.evaluate(on_text) == []


def test_a_prediction_is_drawn_before_the_photons_are_sent(chromium: Browser) -> None:
    # before: the legend had its sign, the picture none, and the axis no end
    cell = {"title": "a", "basis": 0, "clicks": "", "guess": 50}
    with ComponentPage(chromium, DetectorClicks(cells=[cell | {"n": 200}])) as shown:
        page = shown.page
        assert page.locator(".cell text.end").all_text_contents() == ["0", "200"]
        scale, guess = (page.locator(f".cell .{name}").bounding_box() for name in ("scale", "guess"))
        assert scale
        assert guess
        middle = guess["x"] + guess["width"] / 2 - scale["x"]
        assert middle == pytest.approx(scale["width"] / 4, abs=2)
        assert page.locator(".legend .guess").count() == 1
        shown.widget.cells = [cell]  # of how many is not known
        shown.push()
        assert page.locator(".guess").count() == 0


def test_who_wants_no_motion_sees_all_clicks_at_once(chromium: Browser) -> None:
    clicks = DetectorClicks(cells=[{"title": "In Z", "basis": 0, "clicks": ""}])
    with ComponentPage(chromium, clicks, calm=True) as shown:
        clicks.cells = [{"title": "In Z", "basis": 0, "clicks": "0" * 30 + "1" * 10, "told": "done"}]
        shown.push()
        assert shown.page.locator(".count").all_text_contents() == ["30", "10"]
        assert shown.page.locator(".says").inner_text() == "done"


def test_new_clicks_meet_a_drawing_that_has_not_heard_of_them(chromium: Browser) -> None:
    # while clicks are landing, each frame draws: of the cells that are on the screen, not of those to come
    one = {"title": "In Z", "basis": 0}
    clicks = DetectorClicks(cells=[{**one, "clicks": "0" * 200}])
    with ComponentPage(chromium, clicks) as page:
        page.settle()
        clicks.cells = [{**one, "clicks": "1" * 200}]
        page.push()
        assert page.page.locator(".count").last.text_content() != "200", "they land one after another"
        clicks.cells = [{**one, "title": f"Photon {place}", "clicks": ""} for place in range(3)]
        page.push()
        expect(page.page.locator(".cell h3")).to_have_text([f"Photon {place}" for place in range(3)])
