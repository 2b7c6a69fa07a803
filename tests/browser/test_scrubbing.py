"""While a slider moves, the formula moves with it in the browser, whatever the kernel does."""

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Page, expect

from tests.browser.lab import PANEL, Lab, open_and_run, unfold

CELLS = ("import time\nfrom qkdlab.lab import LinkPanel", "LinkPanel()")
BUSY = f"{PANEL}.context.sessionContext.session?.kernel?.status === 'busy'"


def test_the_formula_follows_a_slider_while_the_kernel_is_busy(lab_page: Page, jupyterlab: Lab) -> None:
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in CELLS])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, jupyterlab.folder / "scrubbing.ipynb")
    open_and_run(lab_page, jupyterlab, "scrubbing.ipynb")
    gauge = lab_page.locator(".qk-gauge").first
    now, formula = gauge.locator(".now .value"), gauge.locator(".formula .value")
    measured, before = now.text_content(), formula.text_content()
    handle = lab_page.locator(".qk-panel .widget-hslider", has_text="Misalignment").locator(".noUi-handle")
    unfold(lab_page.locator(".qk-panel").first)
    expect(handle).to_be_visible()
    lab_page.evaluate(
        f"{PANEL}.context.sessionContext.session.kernel.requestExecute({{code: 'time.sleep(4)'}})"
    )
    lab_page.wait_for_function(BUSY)
    handle.focus()
    for _ in range(8):
        lab_page.keyboard.press("ArrowRight")
    expect(formula).not_to_have_text(before or "", timeout=1000)
    lab_page.wait_for_timeout(200)  # the mark follows all eight steps
    ahead = formula.text_content() or ""
    assert lab_page.evaluate(BUSY)
    assert now.text_content() == measured  # the run is not there yet
    expect(now).not_to_have_text(measured or "")  # and lands
    # 8 steps of 0.5 % more misalignment; what the run's own theory says is what was seen while it moved
    assert float(ahead.split()[0]) - float((before or "").split()[0]) > 3.5
    expect(formula).to_have_text(ahead)
