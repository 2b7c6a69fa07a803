"""From a control to painted pixels: milliseconds in a real JupyterLab and Chromium, panel by panel.

    python -m benchmarks.panel_latency [PANEL …]

For each panel one slider is moved. *First panel* is from running the cell of a new kernel to the panel on the
screen; *result* from one step of the slider to the first frame that shows another simulated result (of a
network, after what theory expects); *frame* the time between frames while the slider is dragged, a step in
each; *tail* from the last step of the drag to the last change of what is shown, so that nothing may queue.
Beside it an empty round trip to the kernel (a label that the kernel copies from a checkbox), so that the
panels' own share can be seen as a ratio.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Page, sync_playwright

from qkdlab.lab.catalogue import WORDS
from tests.browser.conftest import CHROMIUM_FLAGS
from tests.browser.lab import IDLE, READY, RUN_ALL, Lab, running_lab
from tools.ensure_chromium import find as find_chromium


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A panel, its slider, and where the simulated result shows.

    Parameters
    ----------
    panel
        The name of its class.
    section
        Of the words in which the slider has its name.
    control
        The name of the slider.
    shown
        A selector, within the panel, of what the run alone changes.
    until
        The name of what stands in the bar until there is a simulated result; "" if `shown` waits for it.
    """

    panel: str
    section: str
    control: str
    shown: str
    until: str = ""


CASES = (
    Case(panel="LinkPanel", section="link_panel", control="length_km", shown=".qk-funnel .stages"),
    Case(
        panel="EavesdropperPanel", section="eavesdropper_panel", control="fraction", shown=".qk-chart .plot"
    ),
    Case(
        panel="LinkBudgetPanel", section="link_budget_panel", control="length_km", shown=".qk-funnel .stages"
    ),
    Case(
        panel="DistillationPanel",
        section="distillation_panel",
        control="sample_fraction",
        shown=".qk-bars .rows",
    ),
    Case(
        panel="NetworkPanel",
        section="network_panel",
        control="length_km",
        shown=".qk-network",
        until="figure_old",
    ),
)
ECHO = (
    "import ipywidgets as w\nbox, label = w.Checkbox(description='echo'), w.Label('False')\n"
    "box.observe(lambda change: setattr(label, 'value', str(change['new'])), 'value')\nw.HBox([box, label])"
)
STEPS, DRAG = 40, 60
RUN_STEPS = "([node, shown, n, until]) => benchmark.steps(node, shown, n, until)"
QUIET = 1500  # ms without a change, after which a drag has ended

TOOLS = """window.benchmark = {
  frame: () => new Promise(requestAnimationFrame),
  pause: (ms) => new Promise((done) => setTimeout(done, ms)),
  press(node, back) {
    if (node.type === 'checkbox') return node.click();
    const key = back ? 'ArrowLeft' : 'ArrowRight';
    node.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  },
  async steps(node, shown, count, until) {
    const times = [], bar = shown.closest('.qk-panel')?.querySelector('.qk-bar');
    for (let i = 0; i < count; i++) {
      const before = shown.innerHTML, start = performance.now();
      this.press(node, i % 20 < 10);
      while (shown.innerHTML === before) {
        if (performance.now() - start > 10000) throw new Error('nothing was painted');
        await this.frame();
      }
      while (until && bar.textContent.includes(until)) await this.frame();
      times.push(performance.now() - start);
      await this.pause(400);
    }
    return times;
  },
  async drag(node, panel, count, quiet) {
    const frames = [];
    let changed = 0;
    const watch = new MutationObserver(() => { changed = performance.now(); });
    watch.observe(panel, { subtree: true, childList: true, characterData: true, attributes: true });
    let before = await this.frame();
    for (let i = 0; i < count; i++) {
      this.press(node, i % 20 < 10);
      const now = await this.frame();
      frames.push(now - before);
      before = now;
    }
    const last = performance.now();
    changed = last;
    while (performance.now() - changed < quiet) await this.pause(50);
    watch.disconnect();
    return [frames, changed - last];
  },
};"""


def start(page: Page, lab: Lab, name: str, cell: str, awaited: str) -> float:
    """Run `cell` in a notebook and a kernel of its own; return the milliseconds until `awaited` is there."""
    notebook = new_notebook(cells=[new_code_cell(cell)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, lab.folder / name)
    page.goto("about:blank")
    lab.end_kernels()
    page.goto(lab.address(name), timeout=120_000)
    page.wait_for_function(READY, timeout=120_000)
    page.wait_for_function(IDLE, timeout=120_000)
    begun = time.perf_counter()
    page.evaluate(RUN_ALL)
    page.wait_for_selector(awaited, state="attached", timeout=120_000)
    shown = 1000 * (time.perf_counter() - begun)
    page.evaluate(TOOLS)
    page.wait_for_timeout(2000)
    return shown


def measure(page: Page, lab: Lab, case: Case) -> dict[str, list[float]]:
    """Return the milliseconds of the kinds of this module's head, for one panel."""
    cell = f"from qkdlab.lab import {case.panel}\n{case.panel}()"
    first = start(page, lab, f"{case.panel}.ipynb", cell, ".qk-panel .qk")
    words = {**WORDS["panel"], **WORDS[case.section]}
    slider = page.locator(".qk-panel .widget-hslider", has_text=words[case.control]).locator(".noUi-handle")
    handles: list[Any] = [
        node.element_handle()
        for node in (slider, page.locator(f".qk-panel {case.shown}").first, page.locator(".qk-panel").first)
    ]
    until = words[case.until] if case.until else ""
    results = page.evaluate(RUN_STEPS, [*handles[:2], STEPS, until])
    frames, tails = [], []
    for _ in range(5):
        drag = "([node, panel, n, quiet]) => benchmark.drag(node, panel, n, quiet)"
        times, tail = page.evaluate(drag, [handles[0], handles[2], DRAG, QUIET])
        frames += times
        tails.append(tail)
    return {"first panel": [first], "result": results, "frame": frames, "tail": tails}


def told(name: str, kind: str, times: Sequence[float], echo: float) -> str:
    """Return a line of the table."""
    low, high = statistics.median(times), sorted(times)[int(0.95 * len(times))]
    return f"{name:<18} {kind:<12} median {low:7.1f} ms   95 % {high:7.1f} ms   {low / echo:6.2f} × echo"


def main(panels: Sequence[str] = ()) -> None:
    """Measure the panels of these names, or all, and print."""
    with tempfile.TemporaryDirectory() as folder, running_lab(Path(folder)) as lab, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        start(page, lab, "echo.ipynb", ECHO, ".widget-checkbox input")
        nodes: list[Any] = [
            page.locator(which).element_handle()
            for which in (".widget-checkbox input >> nth=-1", ".widget-label:not(label) >> nth=-1")
        ]
        echoes = page.evaluate(RUN_STEPS, [*nodes, STEPS, ""])
        echo = statistics.median(echoes)
        print(told("kernel", "echo", echoes, echo))
        for case in CASES:
            if not panels or case.panel in panels:
                for kind, times in measure(page, lab, case).items():
                    print(told(case.panel, kind, times, echo), flush=True)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
