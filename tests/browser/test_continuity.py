"""What becomes of a panel whose kernel is busy, goes or starts anew, and of a notebook that is opened."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Page, expect

from tests.browser.lab import IDLE, PANEL, READY, Lab, open_and_run, screenshot
from tools.save_notebooks import NOTEBOOK_METADATA

SMALL = """from qkdlab import IDEAL_LINK, SessionSettings
from qkdlab.lab import LinkPanel
panel = LinkPanel(SessionSettings(n_pulses=20_000, link=IDEAL_LINK, seed=3))
panel"""
COUNT = """import gc, ipywidgets
gc.collect()
alive = sum(isinstance(one, ipywidgets.Widget) for one in gc.get_objects())
print(alive, len(ipywidgets.widgets.widget._instances))"""
WAIT = "import time; time.sleep(6)"
NAME = "continuity.ipynb"
SAVE = "() => window.jupyterapp.commands.execute('docmanager:save')"
SECONDS = 60_000  # ms


@pytest.fixture(scope="module")
def notebook(jupyterlab: Lab) -> Iterator[str]:
    """A small notebook in the served folder."""
    cells = [nbformat.v4.new_code_cell(source) for source in (SMALL, COUNT, "")]
    path = jupyterlab.folder / NAME
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=NOTEBOOK_METADATA), path)
    yield NAME
    path.unlink()


def run_cell(page: Page, number: int) -> None:
    """Run one cell and wait until the kernel is idle."""
    page.evaluate(f"{PANEL}.content.activeCellIndex = {number}")
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-cell')")
    page.wait_for_function(
        f"{IDLE} && {PANEL}.content.widgets[{number}].model.executionCount", timeout=SECONDS
    )


def saved(jupyterlab: Lab) -> Any:
    """The notebook as it is in its file."""
    return nbformat.read(jupyterlab.folder / NAME, as_version=4)


def reopen(page: Page, jupyterlab: Lab, name: str) -> None:
    """Open a notebook in a page that knows nothing of it, with a kernel that knows nothing of it."""
    page.goto("about:blank")
    jupyterlab.end_kernels()
    page.goto(jupyterlab.address(name))
    page.wait_for_function(READY, timeout=SECONDS)
    page.wait_for_function(IDLE, timeout=SECONDS)


def test_a_reopened_notebook_shows_pictures(lab_page: Page, jupyterlab: Lab, notebook: str) -> None:
    # before: "Error displaying widget: model not found"
    open_and_run(lab_page, jupyterlab, notebook)
    expect(lab_page.locator(".qk-panel")).to_be_visible()
    lab_page.evaluate(SAVE)
    alt = saved(jupyterlab).cells[0].outputs[0].metadata["image/png"]["alt"]
    reopen(lab_page, jupyterlab, notebook)
    picture = lab_page.locator(".jp-OutputArea-output img")
    expect(picture).to_be_visible()
    expect(picture).to_have_attribute("alt", alt)
    expect(lab_page.get_by_text("model not found")).to_have_count(0)
    screenshot(lab_page, "continuity-reopened")


@pytest.mark.parametrize("name", ["00_start.ipynb", "08_networks.ipynb"])
def test_opening_a_notebook_does_not_change_it(lab_page: Page, jupyterlab: Lab, name: str) -> None:
    # before: the tab was marked as changed, for want of the version of Python, and autosave wrote it
    path: Path = jupyterlab.folder / name
    before, written = path.read_bytes(), path.stat().st_mtime_ns
    reopen(lab_page, jupyterlab, name)
    time.sleep(2)
    assert lab_page.evaluate(f"{PANEL}.context.model.dirty") is False
    alts = lab_page.locator(".jp-OutputArea-output img").evaluate_all("all => all.map(one => one.alt)")
    assert alts
    assert all(alts)
    lab_page.evaluate(SAVE)
    assert path.stat().st_mtime_ns > written
    assert path.read_bytes() == before
    hidden = lab_page.locator(".jp-CodeCell .jp-InputPlaceholder")
    expect(hidden).not_to_have_count(0)
    expect(hidden.first).to_contain_text("import")


def test_answers_to_predictions_are_veiled_until_their_cell_is_run(lab_page: Page, jupyterlab: Lab) -> None:
    # before: the saved picture of the panel, and the report below it, gave the predictions away
    name = "00_start.ipynb"
    cells = nbformat.read(jupyterlab.folder / name, as_version=4).cells
    veiled = [
        place for place, cell in enumerate(cells) if "outputs_hidden" in cell.metadata.get("jupyter", {})
    ]
    reopen(lab_page, jupyterlab, name)
    curtains = lab_page.locator(".jp-OutputPlaceholder")
    expect(curtains).to_have_count(len(veiled))
    pictures = lab_page.locator(".jp-OutputArea-output img")
    expect(pictures.first).to_be_visible()
    assert not [
        alt for alt in pictures.evaluate_all("all => all.map(one => one.alt)") if "KEY ACCEPTED" in alt
    ]
    curtains.first.scroll_into_view_if_needed()
    screenshot(lab_page, "continuity-veiled")
    run_cell(lab_page, veiled[0])
    expect(lab_page.locator(".qk-panel")).to_be_visible()
    expect(curtains).to_have_count(len(veiled) - 1)
    kept = f"{PANEL}.content.widgets[{veiled[0]}].model.getMetadata('jupyter') ?? {{}}"
    assert lab_page.evaluate(kept) == {}  # once it has been run, it is saved with its picture


def test_the_panel_says_that_nobody_answers(lab_page: Page, jupyterlab: Lab, notebook: str) -> None:
    # before: the old verdict beside the new setting, and broken links without a word
    open_and_run(lab_page, jupyterlab, notebook)
    line, slider = lab_page.locator(".qk-notice p"), lab_page.locator(".qk-panel [role=slider]").first
    slider.focus()
    lab_page.wait_for_timeout(1500)
    expect(line).to_be_hidden()  # an idle kernel has answered
    lab_page.evaluate(f"code => {PANEL}.content.widgets[2].model.sharedModel.setSource(code)", WAIT)
    lab_page.evaluate(f"{PANEL}.content.activeCellIndex = 2")
    lab_page.evaluate("() => void window.jupyterapp.commands.execute('notebook:run-cell')")
    slider.focus()
    slider.press("ArrowRight")
    expect(line).to_contain_text("busy")
    expect(lab_page.locator(".qk-panel.qk-unheard")).to_have_count(1)
    screenshot(lab_page, "continuity-busy")
    expect(line).to_be_hidden()
    lab_page.evaluate(f"() => {PANEL}.context.sessionContext.session.kernel.restart()")
    expect(line).to_contain_text("no longer live")
    icons = """() => [...document.querySelectorAll('.qk-panel, .qk-panel .jupyter-widgets-disconnected')]
      .filter(one => !['none', 'normal'].includes(getComputedStyle(one, '::before').content)).length"""
    assert lab_page.evaluate(icons) == 0
    screenshot(lab_page, "continuity-gone")


def test_a_picture_that_comes_later_leaves_the_panel_as_it_is(
    lab_page: Page, jupyterlab: Lab, notebook: str
) -> None:
    # before: the panel was made anew in its place, and the animation began again; or the panel waited
    open_and_run(lab_page, jupyterlab, notebook)
    cell = f"{PANEL}.content.widgets[2]"
    lab_page.evaluate(f"code => {cell}.model.sharedModel.setSource(code)", "panel")
    watch = """() => {
      const look = () => cell.node.querySelectorAll('.qk-panel').forEach(panel => {
        if (!seen.has(panel)) globalThis.shown.push(cell.model.outputs.get(0).data);
        seen.add(panel);
      });
      new MutationObserver(look).observe(cell.node, { childList: true, subtree: true });
    }"""
    lab_page.evaluate(
        f"() => {{ globalThis.seen = new Set(); globalThis.shown = []; globalThis.cell = {cell}; }}"
    )
    lab_page.evaluate(watch)
    run_cell(lab_page, 2)
    expect(lab_page.locator(".qk-panel")).to_have_count(2)
    lab_page.wait_for_timeout(500)
    assert "image/png" in lab_page.evaluate("cell.model.outputs.get(0).data")
    assert lab_page.evaluate("seen.size") == 1
    assert "image/png" not in lab_page.evaluate("shown[0]")  # the panel was there before


def test_a_second_run_leaves_no_widget_behind(lab_page: Page, jupyterlab: Lab, notebook: str) -> None:
    # before: more than a hundred widgets each time
    open_and_run(lab_page, jupyterlab, notebook)
    counts = []
    for times in (4, 10):  # IPython remembers the last three values
        for _ in range(times):
            run_cell(lab_page, 0)
        run_cell(lab_page, 1)
        counts.append(lab_page.evaluate(f"{PANEL}.content.widgets[1].model.outputs.get(0).data"))
    texts = [one["application/vnd.jupyter.stdout"] for one in counts]
    assert texts[0] == texts[1]
    expect(lab_page.locator(".qk-panel")).to_be_visible()


LATE = """const { timeout } = AbortSignal;
window.late = 0;
AbortSignal.timeout = milliseconds => {
  if (milliseconds !== 2000) return timeout.call(AbortSignal, milliseconds);
  window.late += 1;
  return timeout.call(AbortSignal, 0);
};"""
"""As if the JavaScript of each component came after the two seconds that anywidget waits for it."""


def test_a_slow_page_loses_no_message(lab_page: Page, jupyterlab: Lab, notebook: str) -> None:
    # before: the stage told of no pulses for good, whatever was changed
    lab_page.add_init_script(LATE)
    path = jupyterlab.folder / NAME
    cells = [nbformat.v4.new_code_cell("from qkdlab.lab import StagePanel\nStagePanel()")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=NOTEBOOK_METADATA), path)
    reopen(lab_page, jupyterlab, notebook)
    open_and_run(lab_page, jupyterlab, notebook)
    assert lab_page.evaluate("window.late") > 0
    panel = lab_page.locator(".qk-panel")
    expect(panel).to_contain_text("Pulses 1 to 16 have gone by")
    panel.get_by_text("All three at once").click()
    error = panel.get_by_role("button", name="Next error")
    expect(error).to_be_disabled()
    panel.get_by_role("checkbox").click()
    expect(error).to_be_enabled()  # with Eve there are some
