"""A learner in a hurry: seeded clicks, drags and keys on a panel, fast and contradictory.

    python -m tests.browser.random_use                         ten minutes on every panel of the lab
    python -m tests.browser.random_use --minutes 1 --seed 7 LinkPanel NetworkPanel

Afterwards there may be no error in the page, on its console or in the kernel, and the panel must still
answer. The seed makes the same choices again among what is on the screen; what is there also depends on how
fast the machine is.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import ConsoleMessage, FileChooser, Locator, Page, expect

import qkdlab.lab
from tests.browser.chromium import running_chromium
from tests.browser.lab import IDLE, PANEL, Lab, WatchedPage, open_and_run, running_lab
from tools.save_notebooks import normalise, text_of

PANELS = tuple(name for name in qkdlab.lab.__all__ if name.endswith("Panel"))
KEYS = ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Enter", "Space", "Tab", "Escape", "Home", "End")
TEXTS = ("", "abc", "-1", "1e99", "nan", "12", "0", "ü ⤢ \\ ' \"", "{}", "[[1]]")
PATIENCE = 60_000
"""Milliseconds that a panel may take to come to rest."""

# What can be used in a panel and is on the screen: places and kinds, in the order of the document.
_USABLE = """panel => {
  const usable = "button, select, input, textarea, [role], [tabindex='0'], summary";
  return [...panel.querySelectorAll(usable)].map(one => {
    const box = one.getBoundingClientRect();
    const x = box.x + box.width / 2, y = box.y + box.height / 2;
    const top = x > 0 && y > 0 && document.elementFromPoint(x, y);
    if (!top || box.width < 2 || box.height < 2 || !(one.contains(top) || top.contains(one))) return null;
    if (one.closest("a[href]") || one.disabled) return null;
    const tag = one.tagName.toLowerCase(), role = one.getAttribute("role");
    const typed = tag === "textarea" || (tag === "input" && ["text", "number"].includes(one.type));
    const kind = tag === "select" ? tag : role === "slider" ? role : typed ? "text" : "click";
    const name = (one.getAttribute("aria-label") || one.textContent || one.title || tag).trim().slice(0, 40);
    return { kind, name, x: box.x, y: box.y, width: box.width, height: box.height };
  }).filter(Boolean);
}"""
# From now on, what the kernel says of errors: raised in a cell or in the answer to a click, or of a message
# to a widget that it does not have, with what the page sent there.
_LISTEN = f"""() => {{
  window.kernelErrors = [];
  const {{ kernel }} = {PANEL}.context.sessionContext.session;
  const sent = {{}};
  kernel.anyMessage.connect((_, {{ msg, direction }}) => {{
    const {{ comm_id: comm, target_name: name, data }} = msg.content ?? {{}};
    const told = [direction, msg.header.msg_type, name ?? "", JSON.stringify(data)?.slice(0, 200) ?? ""];
    if (comm) (sent[comm] ??= []).push(told);
  }});
  kernel.iopubMessage.connect((_, message) => {{
    const {{ content, header }} = message;
    const told = `${{content.ename}}: ${{content.evalue}}`;
    if (header.msg_type === "error") kernelErrors.push({{ text: told, sent: [] }});
    if (header.msg_type !== "stream" || content.name !== "stderr") return;
    const lacks = /^(No such comm: (\\S+)\\s*)+$/.test(content.text);
    for (const text of lacks ? content.text.trim().split("\\n") : [content.text])
      kernelErrors.push({{ text, sent: sent[text.split(": ")[1]] ?? [] }});
  }});
}}"""
_ASK = f"""async () => {{
  const asked = {PANEL}.context.sessionContext.session.kernel.requestExecute({{ code: "1 + 1" }});
  return (await asked.done).content.status;
}}"""


def is_reconnection(sent: Sequence[Sequence[str]]) -> bool:
    """Return whether a widget that the kernel does not have is only not there yet.

    When the page's connection was lost and is back, JupyterLab opens a comm to ask for the state of all
    widgets, and asks. A thread of ipykernel 7 looks for the comm of each message before another has opened
    it, says that there is none, and hands the message on all the same: the comm is there by then, and
    answers. So it goes in a notebook with a slider of ipywidgets and nothing of ours.
    """
    opened = ["send", "comm_open", "jupyter.widget.control", "{}"]
    asked = ["send", "comm_msg", "", '{"method":"request_states"}']
    return list(map(list, sent[:2])) == [opened, asked]


def is_elsewhere(error: Mapping[str, Any]) -> bool:
    """Return whether the kernel lacks a widget that this page sent nothing to: another window began to ask.

    Who leaves a panel by Tab comes to JupyterLab's own buttons, of which one opens the notebook in another
    window, with the same kernel. What `is_reconnection` says of comms is true of its first question, too.
    """
    return error["text"].startswith("No such comm") and not error["sent"]


@dataclass(kw_only=True)
class Visit:
    """One user at one panel, and what happened.

    Attributes
    ----------
    n_actions
        How many clicks, drags and keys there were.
    last
        The last of them, in words.
    errors
        What went wrong in the page, on its console and in the kernel.
    n_windows
        How many other windows were opened.
    """

    page: Page
    panel: Locator
    rng: random.Random
    n_actions: int = 0
    last: deque[str] = field(default_factory=lambda: deque(maxlen=12))
    errors: list[str] = field(default_factory=list)
    n_windows: int = 0

    def __enter__(self) -> "Visit":
        self.page.context.on("page", self._opened)
        self.page.on("console", self._heard)
        self.page.on("filechooser", self._no_file)
        self.page.evaluate(_LISTEN)
        return self

    def __exit__(self, kind: object, *_rest: object) -> None:
        self.page.context.remove_listener("page", self._opened)
        self.page.remove_listener("console", self._heard)
        self.page.remove_listener("filechooser", self._no_file)
        if kind is None:
            self.see_that_it_answers()

    def act(self) -> None:
        """Do one thing."""
        if self.rng.random() < 0.1:
            self.panel.evaluate(
                "(panel, to) => panel.scrollIntoView({ block: to })", self._one("start", "end")
            )
        usable = self.panel.evaluate(_USABLE)
        if not usable:
            self.panel.evaluate("panel => panel.scrollIntoView({ block: 'start' })")
            return
        target = self.rng.choice(usable)
        do: Callable[[dict[str, float]], str] = getattr(self, f"_{target['kind']}")
        self.last.append(f"{target['kind']} {target['name']!r}: {do(target)}")
        self.n_actions += 1

    def see_that_it_answers(self) -> None:
        """Fail unless the panel is still there, comes to rest, and its kernel works."""
        self.page.keyboard.press("Escape")
        self.errors += [
            "\n".join([one["text"].strip(), *map(" ".join, one["sent"])])
            for one in self.page.evaluate("kernelErrors")
            if not is_reconnection(one["sent"]) and not (self.n_windows and is_elsewhere(one))
        ]
        assert not self.errors, self.told()
        expect(self.panel, self.told()).to_be_visible()
        self.page.wait_for_function(IDLE, timeout=PATIENCE)
        running = self.panel.locator(".qk-lamp[data-state=running]")
        expect(running, self.told()).to_have_count(0, timeout=PATIENCE)
        assert self.page.evaluate(_ASK) == "ok", self.told()

    def told(self) -> str:
        """What was done last, and what went wrong."""
        return "\n".join([f"after {self.n_actions} actions:", *self.errors, "the last were", *self.last])

    def _one(self, *choices: str) -> str:
        return self.rng.choice(choices)

    def _point(self, box: dict[str, float]) -> tuple[float, float]:
        across, down = self.rng.uniform(0.1, 0.9), self.rng.uniform(0.1, 0.9)
        return box["x"] + across * box["width"], box["y"] + down * box["height"]

    def _click(self, box: dict[str, float]) -> str:
        at, times = self._point(box), self.rng.choice((1, 1, 1, 2, 3))
        self.page.mouse.click(*at, click_count=times)
        return f"{times} times"

    def _slider(self, box: dict[str, float]) -> str:
        if self.rng.random() < 0.5:
            self.page.mouse.click(*self._point(box))
            return self._keys()
        self.page.mouse.move(*self._point(box))
        self.page.mouse.down()
        for _ in range(self.rng.randint(1, 5)):
            self.page.mouse.move(box["x"] + self.rng.uniform(-200, 200), box["y"] + self.rng.uniform(-5, 5))
        self.page.mouse.up()
        return "dragged"

    def _select(self, box: dict[str, float]) -> str:
        # the list of a <select> is drawn by the system: its options are chosen as by keys
        self.page.evaluate(
            """([x, y, at]) => {
              const select = document.elementFromPoint(x, y).closest("select");
              if (!select || !select.options.length) return;
              select.focus();
              select.selectedIndex = Math.floor(at * select.options.length);
              for (const kind of ["input", "change"])
                select.dispatchEvent(new Event(kind, { bubbles: true }));
            }""",
            [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, self.rng.random()],
        )
        return "another option"

    def _text(self, box: dict[str, float]) -> str:
        self.page.mouse.click(*self._point(box), click_count=3)
        text = self._one(*TEXTS)
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press("Enter")
        return repr(text)

    def _keys(self) -> str:
        keys = self.rng.choices(KEYS, k=self.rng.randint(1, 6))
        for key in keys:
            self.page.keyboard.press(key)
        return " ".join(keys)

    def _opened(self, other: Page) -> None:
        """Close a window that a key opened outside of the panel, such as "Open in Notebook"."""
        self.n_windows += 1
        other.close()

    def _heard(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.errors.append(f"console: {said.text}")

    def _no_file(self, chooser: FileChooser) -> None:
        del chooser  # nobody chooses a file


def open_cells(page: Page, lab: Lab, file: str, *cells: str) -> None:
    """Open a notebook with these cells, and run them."""
    notebook = normalise(nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, cells))))
    Path(lab.folder, file).write_text(text_of(notebook), encoding="utf-8")
    open_and_run(page, lab, file)


def cell_of(name: str) -> str:
    """The cell that makes a panel."""
    return f"from qkdlab.lab import {name}\n{name}()"


def shown_by(page: Page, place: int) -> Locator:
    """The panel that a cell shows."""
    panel = page.locator(".jp-Cell-outputArea").nth(place).locator(".jupyter-widgets").first
    expect(panel).to_be_visible(timeout=PATIENCE)
    return panel


def open_panels(page: Page, lab: Lab, *names: str) -> list[Locator]:
    """Open a notebook with these panels, a cell each, and return them."""
    open_cells(page, lab, f"random_{len(names)}_{names[0]}.ipynb", *map(cell_of, names))
    return [shown_by(page, place) for place in range(len(names))]


def main() -> int:
    """Use the panels that are named, and tell how it went."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("panels", nargs="*", default=PANELS, metavar="PANEL", help=", ".join(PANELS))
    parser.add_argument("--minutes", type=float, default=10.0, help="for each panel")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if unknown := sorted(set(arguments.panels) - set(PANELS)):
        parser.error(f"PANEL must be one of {', '.join(PANELS)}, got {', '.join(unknown)}")
    failed = 0
    with (
        tempfile.TemporaryDirectory() as folder,
        running_lab(Path(folder)) as lab,
        running_chromium() as browser,
    ):
        for name in arguments.panels:
            watched = WatchedPage(browser)
            (panel,) = open_panels(watched.page, lab, name)
            end = time.monotonic() + 60 * arguments.minutes
            visit = Visit(page=watched.page, panel=panel, rng=random.Random(f"{name} {arguments.seed}"))
            try:
                with visit:
                    while time.monotonic() < end:
                        visit.act()
                errors, outside = watched.taken()
                assert not errors + outside, f"{visit.told()}\n{errors} {outside}"
                told = "no error, and it answers"
            except AssertionError as fault:
                failed, told = failed + 1, f"FAILED {fault}"
            how = f"{visit.n_actions} actions in {arguments.minutes:g} min, seed {arguments.seed}"
            print(f"{name}: {how}: {told}", flush=True)
            watched.close()
            lab.end_kernels()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
