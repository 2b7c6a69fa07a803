"""From a click in the link panel to the painted verdict: milliseconds in a real JupyterLab and Chromium.

    python -m benchmarks.panel_latency

Eve is switched on and off; a time is from the click to the first frame in which the lamp shows another
verdict. Beside it: the same session in Python alone, and an empty round trip to the kernel (a label that
the kernel copies from a checkbox), so that the panel's own share can be seen as a ratio.
"""

import statistics
import tempfile
import time
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Page, sync_playwright

from qkdlab import InterceptResend, run_session
from qkdlab.lab.panels.presets import PRESETS
from tests.browser.conftest import CHROMIUM_FLAGS
from tests.browser.lab import open_and_run, running_lab
from tools.ensure_chromium import find as find_chromium

CLICKS = 30
CLICK_AND_WAIT = """async ([box, shown, clicks]) => {
  const times = [];
  for (let i = 0; i < clicks; i++) {
    const before = shown.textContent, start = performance.now();
    box.click();
    while (shown.textContent === before) {
      if (performance.now() - start > 10000) throw new Error('nothing was painted');
      await new Promise(requestAnimationFrame);
    }
    times.push(performance.now() - start);
    await new Promise(done => setTimeout(done, 400));
  }
  return times;
}"""
CELLS = (
    "from qkdlab.lab import LinkPanel\nLinkPanel()",
    "import ipywidgets as w\nbox, label = w.Checkbox(description='echo'), w.Label('False')\n"
    "box.observe(lambda change: setattr(label, 'value', str(change['new'])), 'value')\nw.HBox([box, label])",
)


def click_times(page: Page, box: str, shown: str) -> list[float]:
    """Return the milliseconds from each click on `box` to another text in `shown`."""
    handles = [page.locator(box).first.element_handle(), page.locator(shown).first.element_handle()]
    times: list[float] = page.evaluate(CLICK_AND_WAIT, [*handles, CLICKS])
    return times


def main() -> None:
    """Measure and print."""
    eve = InterceptResend(fraction=1.0)
    alone = []
    for turn in range(CLICKS):
        start = time.perf_counter()
        run_session(PRESETS["quiet"].settings, eavesdropper=eve if turn % 2 else None)
        alone.append(1000 * (time.perf_counter() - start))
    with tempfile.TemporaryDirectory() as folder, running_lab(Path(folder)) as lab, sync_playwright() as play:
        notebook = new_notebook(cells=[new_code_cell(cell) for cell in CELLS])
        notebook.metadata["kernelspec"] = {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
        nbformat.write(notebook, lab.folder / "latency.ipynb")
        browser = play.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": 1300, "height": 1000})
        open_and_run(page, lab, "latency.ipynb")
        panel = click_times(page, ".qk-panel input[type=checkbox]", ".qk-panel [role=status]")
        echo = click_times(page, ".widget-checkbox input >> nth=-1", ".widget-label:not(label) >> nth=-1")
        browser.close()
    for name, times in (("session in Python", alone), ("echo through kernel", echo), ("panel", panel)):
        low, high = statistics.median(times), sorted(times)[int(0.95 * len(times))]
        ratio = low / statistics.median(echo)
        print(f"{name:<20} median {low:6.1f} ms   95 % {high:6.1f} ms   {ratio:5.2f} × echo")


if __name__ == "__main__":
    main()
