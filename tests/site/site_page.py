"""A page in a built site: opens a notebook, runs it, asks its kernel, and compares what it printed."""

import json
import os
import re
import time
from collections import defaultdict
from configparser import ConfigParser
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.browser.lab import END, ERRORS, IDLE, PANEL, READY, ROOT, RUN_ALL, WatchedPage, wait_until
from tests.browser.site_lab import Served

SITE = Path(os.environ.get("QKDLAB_SITE", ROOT / ".artifacts" / "site"))
PATIENCE = 1000 * int(os.environ.get("SITE_PATIENCE", "240"))  # ms, for a step
OUTPUTS = f"""{PANEL}.content.model.toJSON().cells
  .filter(cell => cell.cell_type === 'code').map(cell => cell.outputs)"""
ASK = f"""async code => {{
  const told = [];
  const future = {PANEL}.context.sessionContext.session.kernel.requestExecute({{ code }});
  future.onIOPub = ({{ header, content }}) => {{
    if (header.msg_type === 'stream') told.push(content.text);
    if (header.msg_type === 'error') told.push([content.evalue, ...content.traceback].join('\\n'));
  }};
  const {{ content }} = await future.done;
  return [content.status, told.join('')];
}}"""


class SitePage(WatchedPage):
    """A page in a context, and so with a storage, of its own."""

    def __init__(self, browser: Browser, site: Served) -> None:
        super().__init__(browser)
        self.site = site

    def open(self, notebook: str, *, via: str = "index.html") -> float:
        """Open a notebook and wait for its kernel; return the seconds it took."""
        begun = time.monotonic()
        self.page.goto(f"{self.site.url}/{via}?path={notebook}", timeout=PATIENCE)
        self.started()
        return time.monotonic() - begun

    def started(self) -> None:
        """Wait for the kernel of the notebook."""
        wait_until(self.page, READY, PATIENCE)
        wait_until(self.page, IDLE, PATIENCE)

    def all_ran(self) -> float:
        """Wait until all cells have run, or one has failed; return the seconds it took."""
        begun = time.monotonic()
        wait_until(self.page, END, PATIENCE)
        return time.monotonic() - begun

    def first_panel(self) -> float:
        """Run all cells until the first panel can be used; return the seconds it took."""
        begun = time.monotonic()
        self.page.evaluate(f"() => {{ ({RUN_ALL})(); }}")  # which ends when all cells have run
        panel = self.page.locator(".qk-panel").first
        panel.get_by_role("slider").or_(panel.get_by_role("button")).first.wait_for(timeout=PATIENCE)
        return time.monotonic() - begun

    def run_all(self, notebook: str) -> tuple[list[str], str]:
        """Run all cells; return what ends or prints other than is saved, and how long it took in words."""
        panel = self.first_panel()  # this runs all cells
        ran = panel + self.all_ran()
        faults = self.failures() or differences(notebook, self.outputs())
        return faults, f"{panel:.1f} s to a panel, {ran:.1f} s for all cells"

    def failures(self) -> list[str]:
        """Return the errors that cells ended with."""
        told: list[str] = self.page.evaluate(ERRORS)
        return told

    def outputs(self) -> list[list[dict[str, Any]]]:
        """Return the outputs of each code cell."""
        found: list[list[dict[str, Any]]] = self.page.evaluate(OUTPUTS)
        return found

    def ask(self, code: str) -> str:
        """Run code in the kernel; return what it printed, or fail with its traceback."""
        status, told = self.page.evaluate(ASK, code)
        assert status == "ok", told
        return str(told)


# ---- outputs, compared as `make notebook-tests` compares them ------------------------------------------

UNSEEN = {"image/png", "image/jpeg", "application/vnd.jupyter.widget-view+json"}


def sanitisers() -> list[tuple[re.Pattern[str], str]]:
    """Return the expressions of tests/nbval_sanitize.cfg and what takes their place."""
    config = ConfigParser(interpolation=None)
    config.read(ROOT / "tests" / "nbval_sanitize.cfg", encoding="utf-8")
    return [(re.compile(config[one]["regex"]), config[one]["replace"]) for one in config.sections()]


def told(outputs: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Return the texts of a cell's outputs by where they stand: stream or type of data; no pictures."""
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for output in outputs:
        if output["output_type"] == "stream":
            name = output["name"]
            texts[name] = ["".join([*texts[name], *_lines(output["text"])])]
        elif output["output_type"] == "error":
            texts["error"].append(f"{output['ename']}: {output['evalue']}")
        for kind, text in output.get("data", {}).items():
            if kind not in UNSEEN:
                texts[kind].append("".join(_lines(text)))
    clean = sanitisers()
    for key, parts in texts.items():
        cleaned = parts
        for pattern, replacement in clean:
            cleaned = [pattern.sub(replacement, part) for part in cleaned]
        texts[key] = cleaned
    return dict(texts)


def _lines(text: Any) -> list[str]:
    return text if isinstance(text, list) else [text if isinstance(text, str) else json.dumps(text)]


def saved_cells(notebook: str) -> list[dict[str, Any]]:
    """Return the code cells of a notebook as they are committed."""
    cells = json.loads((ROOT / "notebooks" / notebook).read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


SHOTS = {"01_bits_and_qubits.ipynb": {3: 200, 4: 200, 6: 200, 8: 1000, 10: 1000}}
"""Cells that count shots on Aer where there is one, and draws of NumPy from the same probabilities here:
other counts from the same seed. By the number of the code cell: how many photons a count is of, at most."""
_COUNT = re.compile(r"(?<![\d.,])\d+(?![.,]?\d)")


def differences(notebook: str, ran: list[list[dict[str, Any]]]) -> list[str]:
    """Return what a run printed otherwise than the committed notebook, a line for each cell."""
    found = []
    for number, (cell, outputs) in enumerate(zip(saved_cells(notebook), ran, strict=True), start=1):
        if "nbval-ignore-output" in cell["metadata"].get("tags", []):
            continue
        expected, seen = told(cell["outputs"]), told(outputs)
        photons = SHOTS.get(notebook, {}).get(number)
        if expected != seen and not (photons and same_but_for_chance(expected, seen, photons)):
            found.append(f"cell {number}:\n  saved {expected}\n  here  {seen}")
    return found


def same_but_for_chance(expected: dict[str, list[str]], seen: dict[str, list[str]], photons: int) -> bool:
    """Whether two texts differ in counts of photons alone, by at most five standard deviations of both."""
    one, other = str(expected), str(seen)
    words = {re.sub(" +", " ", _COUNT.sub("n", text)) for text in (one, other)}
    counts = zip(_COUNT.findall(one), _COUNT.findall(other), strict=False)
    return len(words) == 1 and all(abs(int(a) - int(b)) <= 5 * (photons / 2) ** 0.5 for a, b in counts)
