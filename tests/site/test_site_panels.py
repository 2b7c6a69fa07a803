"""Every panel in the page: each control on the screen is moved once, and the kernel answers to each."""

import os
import statistics
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.lab import IDLE
from tests.browser.random_use import PANELS
from tests.site.site_page import PATIENCE, Served, SitePage

CHOSEN = os.environ.get("SITE_PANELS", "").split() or PANELS
STATE = """
import ipywidgets as _w
_all = _w.widget._instances if hasattr(_w.widget, "_instances") else _w.Widget._active_widgets
print(sorted(
    (key, str(getattr(one, "value", ""))[:2000], str(getattr(one, "summary", "")))
    for key, one in dict(_all).items()
    if hasattr(one, "value") or hasattr(one, "summary")
))
"""
LISTEN = """() => {
  window.kernelErrors = [];
  const { sessionContext } = window.jupyterapp.shell.currentWidget.context;
  sessionContext.session.kernel.iopubMessage.connect((_, { content, header }) => {
    if (header.msg_type === "error") kernelErrors.push(`${content.ename}: ${content.evalue}`);
    if (header.msg_type === "stream" && content.name === "stderr") kernelErrors.push(content.text);
  });
}"""
SHOW = """async name => {
  const app = window.jupyterapp, path = `notebooks/panel_${name}.ipynb`;
  const cell = { cell_type: "code", id: "panel", metadata: {}, outputs: [], execution_count: null,
    source: `from qkdlab.lab import ${name}\\npanel = ${name}()\\npanel` };
  const kernelspec = { display_name: "Python (Pyodide)", language: "python", name: "python" };
  const content = { cells: [cell], metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 };
  await app.serviceManager.contents.save(path, { type: "notebook", format: "json", content });
  await app.commands.execute("docmanager:open", { path });
}"""


@pytest.fixture
def own_page(site_browser: Browser, site: Served) -> Iterator[SitePage]:
    """A page of its own: a kernel for each panel."""
    page = SitePage(site_browser, site)
    yield page
    page.close()


def move(control: Locator) -> bool:
    """Move a slider a step, turn a box, take another choice; return whether that could be done."""
    if not control.is_visible() or not control.is_enabled():
        return False
    kind = control.get_attribute("role") or control.evaluate("one => one.type || one.tagName")
    if kind == "slider":
        low = control.get_attribute("aria-valuenow") == control.get_attribute("aria-valuemin")
        high = control.get_attribute("aria-valuenow") == control.get_attribute("aria-valuemax")
        if low and high:
            return False
        control.focus()
        control.page.keyboard.press("ArrowLeft" if high else "ArrowRight")
    elif kind == "checkbox":
        control.click()
    else:
        names = control.locator("option").all_inner_texts()
        now = control.evaluate("one => one.selectedIndex")
        if len(names) < 2:
            return False
        control.select_option(index=(now + 1) % len(names))
    return True


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", CHOSEN)
def test_each_control_is_answered(name: str, own_page: SitePage) -> None:
    page = own_page.page
    own_page.open("notebooks/00_start.ipynb")
    page.evaluate(SHOW, name)
    page.wait_for_function(
        f"window.jupyterapp.shell.currentWidget?.context?.path.includes('{name}') && ({IDLE})",
        timeout=PATIENCE,
    )
    page.evaluate(LISTEN)
    own_page.run_all()
    assert not own_page.failures()
    panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell-outputArea .jupyter-widgets").first
    panel.wait_for(timeout=PATIENCE)
    more = panel.get_by_role("button", name="More controls")
    if more.count():
        more.first.click()
    busy = panel.locator(".qk-lamp[data-state=running]")
    expect(busy).to_have_count(0, timeout=PATIENCE)
    controls = panel.locator("[role=slider], input[type=checkbox], select").all()
    moved, seconds, unheard = 0, [], []
    for control in controls:
        before = own_page.ask(STATE)
        begun = time.monotonic()
        if not move(control):
            continue
        moved += 1
        while own_page.ask(STATE) == before and time.monotonic() - begun < 20:
            time.sleep(0.02)
        expect(busy).to_have_count(0, timeout=PATIENCE)
        seconds.append(time.monotonic() - begun)
        if own_page.ask(STATE) == before:
            unheard.append(control.evaluate("one => one.outerHTML.slice(0, 200)"))
    errors = page.evaluate("kernelErrors")
    median = f"{1000 * statistics.median(seconds):.0f} ms" if seconds else "-"
    print(f"{name}: {moved} of {len(controls)} controls moved, {median} from a control to rest (median)")
    assert not errors, errors
    assert not unheard, unheard
    assert moved or not controls
    assert not own_page.outside
