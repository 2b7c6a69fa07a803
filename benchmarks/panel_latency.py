"""From a click in a panel to the painted result: milliseconds in a real JupyterLab and Chromium.

    python -m benchmarks.panel_latency

In the link panel Eve is switched on and off, in the eavesdropper panel the next seed is run, in the network
panel all fibres grow by a kilometre, so that sessions of new links are run, and shrink again.
A time is from the click, or the key, to the first frame in which the lamp shows another verdict, the chart
another point, the map other rates; of fibres also to the first frame with what theory expects of them. Beside
it: the same sessions in Python alone, and an empty round trip to the kernel (a label that the kernel copies
from a checkbox), so that the panels' own share can be seen as a ratio.
"""

import statistics
import tempfile
import time
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Page, sync_playwright

from qkdlab import InterceptResend, run_session
from qkdlab.lab.eavesdropper.presets import ATTACK_PRESETS
from qkdlab.lab.link.presets import PRESETS
from qkdlab.settings.session_settings import SessionSettings
from tests.browser.conftest import CHROMIUM_FLAGS
from tests.browser.lab import open_and_run, running_lab
from tools.ensure_chromium import find as find_chromium

CLICKS = 30
ACT_AND_WAIT = """async ([control, shown, turns, key, word]) => {
  const times = [];
  for (let i = 0; i < turns; i++) {
    const before = shown.innerHTML, start = performance.now();
    if (key) control.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    else control.click();
    while (shown.innerHTML === before || (word && shown.textContent.includes(word))) {
      if (performance.now() - start > 10000) throw new Error('nothing was painted');
      await new Promise(requestAnimationFrame);
    }
    times.push(performance.now() - start);
    await new Promise(done => setTimeout(done, 600));
  }
  return times;
}"""
CELLS = (
    "from qkdlab.lab import EavesdropperPanel, LinkPanel\nLinkPanel()",
    "EavesdropperPanel()",
    "from qkdlab.lab import NetworkPanel\nNetworkPanel()",
    "import ipywidgets as w\nbox, label = w.Checkbox(description='echo'), w.Label('False')\n"
    "box.observe(lambda change: setattr(label, 'value', str(change['new'])), 'value')\nw.HBox([box, label])",
)


def session_times(settings: SessionSettings) -> list[float]:
    """Return the milliseconds of sessions with these settings, Eve on and off in turn, in Python alone."""
    times = []
    for turn in range(CLICKS):
        eve = InterceptResend(fraction=1.0) if turn % 2 else settings.eavesdropper
        start = time.perf_counter()
        run_session(settings, eavesdropper=eve)
        times.append(1000 * (time.perf_counter() - start))
    return times


def times_to_paint(page: Page, control: str, shown: str, *, key: str = "", not_yet: str = "") -> list[float]:
    """Return the milliseconds from each click on `control`, or `key` in it, to another picture in `shown`.

    A picture in which the words `not_yet` stand does not count.
    """
    handles = [page.locator(control).first.element_handle(), page.locator(shown).first.element_handle()]
    times: list[float] = page.evaluate(ACT_AND_WAIT, [*handles, CLICKS, key, not_yet])
    return times


def main() -> None:
    """Measure and print."""
    alone = session_times(PRESETS["quiet"].settings)
    attacked = session_times(ATTACK_PRESETS["all"].settings)
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
        times = {
            "echo through kernel": times_to_paint(
                page, ".widget-checkbox input >> nth=-1", ".widget-label:not(label) >> nth=-1"
            ),
            "session in Python": alone,
            "link panel": times_to_paint(page, ".qk-panel input[type=checkbox]", ".qk-panel [role=status]"),
            "attack in Python": attacked,
            "eavesdropper panel": times_to_paint(
                page,
                ".qk-panel >> nth=1 >> button:has-text('Run again')",
                ".qk-panel >> nth=1 >> .qk-chart .plot",
            ),
        }
        network, plot = ".qk-panel >> nth=2", ".qk-panel >> nth=2 >> .qk-network .plot"
        handle = f"{network} >> .widget-slider .noUi-handle"
        for name, key, not_yet in (
            ("fibres, expected", "ArrowRight", ""),
            ("fibres, simulated", "ArrowRight", "expected"),
            ("fibres, run before", "ArrowLeft", "expected"),
        ):
            times[name] = times_to_paint(page, handle, plot, key=key, not_yet=not_yet)
        browser.close()
    echo = statistics.median(times["echo through kernel"])
    for name, all_of_it in times.items():
        middle, high = statistics.median(all_of_it), sorted(all_of_it)[int(0.95 * len(all_of_it))]
        print(f"{name:<20} median {middle:6.1f} ms   95 % {high:6.1f} ms   {middle / echo:5.2f} × echo")


if __name__ == "__main__":
    main()
