"""Start a JupyterLab, run a notebook in it, look at it."""

import contextlib
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.component_page import STILL

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / ".artifacts" / "screenshots"
VIEWPORT = {"width": 1300, "height": 900}
INSIDE = re.compile(r"(http|ws)://127\.0\.0\.1[:/]|data:|blob:|about:")
START_SECONDS = 180
STOP_SECONDS = 20

# Keep cells that are scrolled out of sight in the page, where tests can find them. Save no notebook by the
# clock: the next test would open it as this one left it.
TEST_SETTINGS = {
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
}


@dataclass(frozen=True, kw_only=True)
class Lab:
    """A running JupyterLab: its address, its secret, and the folder it serves."""

    url: str
    token: str
    folder: Path

    def address(self, notebook: str) -> str:
        """Where a page opens `notebook` alone, in no restored workspace."""
        return f"{self.url}/doc/tree/{notebook}?reset&token={self.token}"

    def path(self, notebook: str) -> str:
        """What a page calls `notebook`."""
        return notebook

    def open(self, page: Page, notebook: str, milliseconds: float) -> None:
        """Show `notebook` alone, with a kernel that knows nothing; a JupyterLab that is there goes on.

        To start JupyterLab takes 4 s of work; to open a notebook in it, a quarter of that.
        """
        if page.url.startswith(f"{self.url}/doc"):
            page.evaluate(CLOSE_ALL)
            self.end_kernels()
            page.evaluate(OPEN_ALONE, notebook)
        else:
            self.visit(page, notebook, milliseconds)

    def visit(self, page: Page, notebook: str, milliseconds: float) -> None:
        """Show `notebook` in a page that starts anew, with a kernel that knows nothing."""
        page.goto("about:blank")
        self.end_kernels()
        page.goto(self.address(notebook), timeout=milliseconds)

    def api(self, path: str, method: str = "GET") -> Any:
        """Ask the server something; the JSON of the answer, or None if it is empty."""
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(f"{self.url}/{path}", method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=STOP_SECONDS) as answer:
            body = answer.read()
        return json.loads(body) if body else None

    def end_kernels(self) -> None:
        """End every kernel, so that the next test finds none that already ran."""
        for session in self.api("api/sessions"):
            self.api(f"api/sessions/{session['id']}", method="DELETE")


@contextlib.contextmanager
def running_lab(folder: Path) -> Iterator[Lab]:
    """Serve a copy of the notebooks from `folder`; configuration, data and workspaces are below it, too."""
    lab = Lab(url=f"http://127.0.0.1:{free_port()}", token=secrets.token_hex(16), folder=folder / "notebooks")
    shutil.copytree(ROOT / "notebooks", lab.folder, ignore=shutil.ignore_patterns(".*"))
    settings = folder / "config" / "labconfig" / "default_setting_overrides.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps(TEST_SETTINGS), encoding="utf-8")
    own = {
        "JUPYTER_CONFIG_DIR": folder / "config",
        "JUPYTER_DATA_DIR": folder / "data",
        "JUPYTER_RUNTIME_DIR": folder / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": folder / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": folder / "workspaces",
        "IPYTHONDIR": folder / "ipython",
        "JUPYTER_PATH": ROOT / "share" / "jupyter",  # what a new install would bring
    }
    command = [
        *(sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root"),
        *("--ip=127.0.0.1", f"--port={lab.url.rpartition(':')[2]}", "--ServerApp.port_retries=0"),
        f"--ServerApp.root_dir={lab.folder}",
        "--LabApp.expose_app_in_browser=True",  # window.jupyterapp
    ]
    environment = os.environ | {name: str(path) for name, path in own.items()} | {"JUPYTER_TOKEN": lab.token}
    log = folder / "server.log"
    with log.open("w") as output:
        server = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        wait_until_up(lab, server, log)
        yield lab
    finally:
        server.terminate()  # ends its kernels, too
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(STOP_SECONDS)
        server.kill()  # does nothing if it has ended
        server.wait()


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_up(lab: Lab, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Return when the server answers; fail with its log if it ended or does not start in time."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError):
            lab.api("api/status")
            return
        time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()}")


class WatchedPage:
    """A page in a context of its own, with a record of its errors and of requests that tried to leave."""

    def __init__(self, browser: Browser) -> None:
        self.errors: list[str] = []
        self.outside: list[str] = []
        self._context = browser.new_context(viewport=VIEWPORT)
        self._context.on("request", lambda request: self._note(request.url))
        self._context.on("weberror", lambda error: self.errors.append(str(error.error)))
        self.page = self._context.new_page()
        self.page.on("websocket", lambda channel: self._note(channel.url))

    def _note(self, url: str) -> None:
        if not INSIDE.match(url):
            self.outside.append(url)

    def taken(self) -> tuple[list[str], list[str]]:
        """Return the errors and the requests so far, and begin the record anew."""
        record = self.errors[:], self.outside[:]
        self.errors.clear()
        self.outside.clear()
        return record

    def cleared(self) -> bool:
        """Close the notebooks in the page; tell whether all else but a JupyterLab is as in a new one."""
        if "/doc" in self.page.url:
            self.page.evaluate(CLOSE_ALL)
        self.page.mouse.move(0, 0)
        self.taken()
        return bool(self.page.evaluate(AS_NEW, [*VIEWPORT.values()]))

    def close(self) -> None:
        """Close the page without asking whether to save."""
        self._context.close()


# Expressions in the page. CLOSE_ALL asks nobody whether to save. PANEL is the notebook that is open.
PANEL = "window.jupyterapp.shell.currentWidget"
PATH = "window.jupyterapp?.shell.currentWidget?.context?.path"
READY = "window.jupyterapp?.shell.currentWidget?.context?.isReady"
IDLE = f"{PANEL}.context.sessionContext.session?.kernel?.status === 'idle'"
CLOSE_ALL = "() => [...window.jupyterapp.shell.widgets('main')].forEach(one => one.dispose())"
OPEN_ALONE = """async path => {
  const { commands, shell } = window.jupyterapp;
  const opened = await commands.execute('docmanager:open', { path });
  for (const other of [...shell.widgets('main')]) if (other !== opened) other.dispose();  // the launcher
}"""
RUN_ALL = """async () => {
  for (const command of ['notebook:clear-all-cell-outputs', 'notebook:run-all-cells'])
    await window.jupyterapp.commands.execute(command);
}"""
ALL_RAN = f"""{PANEL}.content.widgets.every(({{ model }}) =>
  model.type !== 'code' || !model.sharedModel.source.trim() || model.executionCount)"""
RUN_CELL_OF = f"""async panel => {{
  const {{ content }} = {PANEL};
  const place = content.widgets.findIndex(cell => cell.node.contains(panel));
  content.activeCellIndex = place;
  await window.jupyterapp.commands.execute('notebook:run-cell');
  return place;
}}"""
ERRORS = f"""{PANEL}.content.widgets.flatMap(({{ model }}) => model.type !== 'code' ? [] :
  model.outputs.toJSON().filter(o => o.output_type === 'error').map(o => `${{o.ename}}: ${{o.evalue}}`))"""
END = f"({IDLE} && {ALL_RAN}) || ({ERRORS}).length"
"""All cells have run, or one has failed."""


AS_NEW = """([width, height]) => innerWidth === width && innerHeight === height && devicePixelRatio === 1
  && document.body.dataset.jpThemeLight !== 'false' && !document.querySelector('.jp-Dialog')"""
"""The window and the theme are those of a new page, and nobody is asked anything."""


FRAMES = (
    "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
)


def wait_until(page: Page, expression: str, milliseconds: float) -> None:
    """Wait until an expression of a page is true; asked at each frame, it would slow what it waits for."""
    page.wait_for_function(expression, timeout=milliseconds, polling=100)


def open_tab(panel: Locator, title: str) -> None:
    """Bring a tab of a panel to the front, and wait until all has drawn anew for its new size."""
    panel.get_by_role("tab", name=title, exact=True).click()
    panel.page.evaluate(FRAMES)


def check_texts_in_all_tabs(panel: Locator) -> None:
    """Fail if in any tab the panel is wider than its place, or a text lies under what follows it."""
    fits = "element => element.scrollWidth <= element.clientWidth + 1"
    whole = "all => all.every(text => text.scrollHeight <= text.clientHeight + 1)"
    for title in panel.get_by_role("tab").all_inner_texts():
        open_tab(panel, title)
        assert panel.evaluate(fits), title
        assert panel.locator(".widget-html").evaluate_all(whole), f"{title}: a text lies under another"


def large_text(panel: Locator, *, on: bool = True) -> None:
    """Show a panel in large text, or in the usual, and wait until all has drawn anew."""
    button = panel.get_by_role("button", name="Large text")
    if (button.get_attribute("aria-pressed") == "true") != on:
        button.evaluate("button => button.click()")  # where the page is enlarged, a mouse would miss it
    whole = expect(panel)  # the kernel tells the panel last
    (whole.to_have_class if on else whole.not_to_have_class)(re.compile("qk-panel-projector"))
    panel.page.evaluate(STILL)


def show_alone(panel: Locator) -> None:
    """Hide all cells but the panel's, and scroll to it: all would be laid out anew whenever it is."""
    panel.evaluate("""panel => {
      for (const cell of document.querySelectorAll(".jp-Notebook .jp-Cell"))
        cell.style.display = cell.contains(panel) ? "" : "none";
      panel.scrollIntoView({ block: "start" });
    }""")


def unfold(panel: Locator) -> None:
    """Show the controls that are folded away."""
    panel.get_by_role("button", name="More controls").click()


def open_and_run(page: Page, lab: Lab, notebook: str, seconds: float = 120) -> None:
    """Open `notebook` (a name in the served folder), run all its cells, and see that none ended in an error.

    Saved outputs and numbers are cleared first: what the page shows afterwards, this run has made. If the
    page shows the notebook already, its kernel goes on, and all cells run again.
    """
    patience = seconds * 1000
    if page.evaluate(PATH) != lab.path(notebook):
        lab.open(page, notebook, patience)
        wait_until(page, READY, patience)
    wait_until(page, IDLE, patience)
    page.evaluate(RUN_ALL)
    wait_until(page, END, patience)
    errors = page.evaluate(ERRORS)
    assert not errors, f"{notebook}: {errors}"


def fresh_panel(page: Page, lab: Lab, notebook: str, number: int = 0, seconds: float = 120) -> Locator:
    """A panel of `notebook` as its cell makes it, brought into view.

    All cells run when the notebook is opened. If the page shows it already, only the panel's cell runs again.
    """
    panel = page.locator(".qk-panel").nth(number)
    if page.evaluate(PATH) == lab.path(notebook):
        wait_until(page, IDLE, seconds * 1000)
        place = panel.evaluate(RUN_CELL_OF)
        panel = page.locator(".jp-Notebook .jp-Cell").nth(place).locator(".qk-panel").first
        errors = page.evaluate(ERRORS)
        assert not errors, f"{notebook}: {errors}"
    else:
        open_and_run(page, lab, notebook, seconds)
    panel.scroll_into_view_if_needed()
    return panel


def screenshot(page: Page, name: str) -> Path:
    """Save what the page shows as .artifacts/screenshots/NAME.png and return the path."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / (re.sub(r"[^\w.-]+", "-", name).strip("-") + ".png")
    page.screenshot(path=path)
    return path
