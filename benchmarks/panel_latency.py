"""From a control to painted pixels: milliseconds in a real JupyterLab and Chromium, panel by panel.

    python -m benchmarks.panel_latency [PANEL …]

For each panel a slider is moved, or a button pressed where the result waits for one. *First panel* is from
running the cell of a new kernel to the panel on the screen; *result* from one step or press to the first
frame that shows another simulated result (of a network, after what theory expects; of the encryptor panel,
what was changed); *frame* the time between frames while the slider is dragged, a step in each: a multiple of
the screen's, 16.7; *work* what the page takes of it, from its first callback until all is laid out and
painted, waiting for a processor included; *tail* from the last step of the drag to the last change of what
is shown, so that nothing may queue.
Beside it an empty round trip to the kernel (a label that the kernel copies from a checkbox), so that the
panels' own share can be seen as a ratio.
"""

import re
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Page

from qkdlab.lab.catalogue import WORDS
from tests.browser.chromium import running_chromium
from tests.browser.lab import IDLE, READY, RUN_ALL, Lab, running_lab


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A panel, what is moved in it, and where what comes of that shows.

    Parameters
    ----------
    panel
        The name of its class.
    slider
        The name of the word of the slider that is dragged; "" for a panel without sliders.
    shown
        A selector, within the panel, of what the kernel alone changes.
    pressed
        A selector of what is pressed for a result, looked up each time; "" for a step of the slider.
    until
        The name of what the panel says until there is a simulated result; "" if `shown` waits for it.
    before
        A selector of what is pressed once, before all; "" for nothing.
    alive
        Whether something in the panel moves by itself; its tail is then that of `shown` alone.
    """

    panel: str
    slider: str
    shown: str
    pressed: str = ""
    until: str = ""
    before: str = ""
    alive: bool = False

    @property
    def words(self) -> dict[str, str]:
        """The words of the panel: of a section of its name, and of all panels."""
        section = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", self.panel).lower()
        return {**WORDS["panel"], **WORDS.get(section, {})}


CLICKS = ".qk-clicks"
CASES = (
    Case(panel="QubitPanel", slider="angle", pressed=".qk-send", shown=CLICKS),
    Case(panel="GridPanel", slider="", pressed=".qk-send", shown=CLICKS),
    Case(  # of the state |+⟩: of one in Z the clicks are the same each time
        panel="CopyPanel",
        slider="guess",
        before=".qk-predict .jupyter-button >> nth=2",
        pressed=".qk-send",
        shown=CLICKS,
    ),
    Case(
        panel="MysteryPanel",
        slider="",
        pressed=".qk-panel-controls .jupyter-button:not(.qk-off, .widget-toggle-button)",
        shown=".qk-bar",
    ),
    Case(
        panel="HandPanel",
        slider="",
        before="[data-name=fill]",
        pressed=".qk-hand tbody td",
        shown=".qk-circuit-drawing",
    ),
    Case(panel="SamplePanel", slider="n_sample", shown=".qk-chart .plot"),
    Case(panel="LinkPanel", slider="length_km", shown=".qk-gauge .today .line .plot"),
    Case(panel="EavesdropperPanel", slider="fraction", shown=".qk-chart .plot"),
    Case(panel="LinkBudgetPanel", slider="length_km", shown=".qk-chart .says"),
    Case(panel="DistillationPanel", slider="sample_fraction", shown=".qk-bars .rows"),
    Case(panel="NetworkPanel", slider="length_km", shown=".qk-network", until="measuring"),
    Case(panel="EncryptorPanel", slider="rotate_seconds", shown=".qk-lamp .changed", alive=True),
    Case(panel="TimelinePanel", slider="secrecy_years", shown=".qk-lanes"),
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
  back: (i) => i % 10 < 5, // five steps to the left, and the same way back
  press(node, back) {
    if (!node.matches('[role=slider]')) return node.click();
    const key = back ? 'ArrowLeft' : 'ArrowRight';
    node.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  },
  async steps(node, shown, count, until) {
    const times = [], panel = shown.closest('.qk-panel');
    const pressed = () => (typeof node === 'string' ? panel.querySelector(node) : node);
    for (let i = 0; i < count; i++) {
      const before = shown.innerHTML, start = performance.now();
      this.press(pressed(), this.back(i));
      while (shown.innerHTML === before) {
        if (performance.now() - start > 10000) throw new Error('nothing was painted');
        await this.frame();
      }
      while (until && panel.textContent.includes(until)) await this.frame();
      times.push(performance.now() - start);
      await this.pause(400);
    }
    return times;
  },
  async seen(selector) {
    const start = performance.now();
    while (!document.querySelector(selector)) {
      if (performance.now() - start > 120000) throw new Error('nothing was shown');
      await this.frame();
    }
    await this.frame(); // in the first it is painted
    return performance.now() - start;
  },
  async drag(node, watched, count, quiet) {
    const frames = [], work = [], painted = new MessageChannel();
    painted.port1.onmessage = ({ data }) => work.push(performance.now() - data);
    let before = await this.frame();
    for (let i = 0; i < count; i++) {
      const begun = this.frame(); // first of its frame: what the step asks for runs after it
      this.press(node, this.back(i));
      const now = await begun;
      painted.port2.postMessage(performance.now()); // told when the frame is painted
      frames.push(now - before);
      before = now;
    }
    const last = performance.now();
    let changed = last;
    const seen = ({ target }) => (target.closest ? target : target.parentElement)?.checkVisibility();
    const watch = new MutationObserver((all) => { if (all.some(seen)) changed = performance.now(); });
    watch.observe(watched, { subtree: true, childList: true, characterData: true, attributes: true });
    while (performance.now() - changed < quiet) await this.pause(50);
    watch.disconnect();
    painted.port1.close();
    return [frames, work, changed - last];
  },
};"""


def start(page: Page, lab: Lab, name: str, cell: str, awaited: str) -> float:
    """Run `cell` in a notebook and a kernel of its own; return the ms until `awaited` is painted."""
    notebook = new_notebook(cells=[new_code_cell(cell)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, lab.folder / name)
    page.goto("about:blank")
    lab.end_kernels()
    page.goto(lab.address(name), timeout=120_000)
    page.wait_for_function(READY, timeout=120_000)
    page.wait_for_function(IDLE, timeout=120_000)
    page.evaluate(TOOLS)
    run = f"void ({RUN_ALL})()"  # it ends when all cells have run, and their pictures are there
    shown: float = page.evaluate(f"selector => {{ {run}; return benchmark.seen(selector); }}", awaited)
    page.wait_for_timeout(2000)
    return shown


def measure(page: Page, lab: Lab, case: Case) -> dict[str, list[float]]:
    """Return the milliseconds of the kinds of this module's head, for one panel."""
    cell = f"from qkdlab.lab import {case.panel}\n{case.panel}()"
    first = start(page, lab, f"{case.panel}.ipynb", cell, ".qk-panel .qk")
    panel, words = page.locator(".qk-panel"), case.words
    if case.before:
        panel.locator(case.before).click()
        page.wait_for_timeout(500)
    sliders = panel.locator(".widget-hslider", has_text=words.get(case.slider, case.slider))
    slider: Any = sliders.locator(".noUi-handle").first.element_handle() if case.slider else None
    shown = panel.locator(case.shown).first.element_handle()
    until = words[case.until] if case.until else ""
    results = page.evaluate(RUN_STEPS, [case.pressed or slider, shown, STEPS, until])
    frames, work, tails = [], [], []
    for _ in range(5 if slider else 0):
        drag = "([node, watched, n, quiet]) => benchmark.drag(node, watched, n, quiet)"
        watched = shown if case.alive else panel.first.element_handle()
        times, spent, tail = page.evaluate(drag, [slider, watched, DRAG, QUIET])
        frames += times
        work += spent
        tails.append(tail)
    dragged = {"frame": frames, "work": work, "tail": tails} if slider else {}
    return {"first panel": [first], "result": results} | dragged


def told(name: str, kind: str, times: Sequence[float], echo: float) -> str:
    """Return a line of the table."""
    low, high = statistics.median(times), sorted(times)[int(0.95 * len(times))]
    return f"{name:<18} {kind:<12} median {low:7.1f} ms   95 % {high:7.1f} ms   {low / echo:6.2f} × echo"


def main(panels: Sequence[str] = ()) -> None:
    """Measure the panels of these names, or all, and print."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_lab(Path(folder)) as lab,
        running_chromium() as browser,
    ):
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


if __name__ == "__main__":
    main(sys.argv[1:])
