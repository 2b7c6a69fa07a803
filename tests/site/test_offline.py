"""The archive works from any folder; the start tells how far it is; the second visit needs no network."""

import gzip
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.lab import PANEL, free_port, wait_until
from tests.browser.site_lab import Served
from tests.site.site_page import PATIENCE, SITE, SitePage, saved_cells

pytestmark = pytest.mark.long
NAME = "00_start.ipynb"
NOTEBOOK = f"notebooks/{NAME}"
FOLDER = "qkdlab-site/"
"""On top in the archive."""
KEPT = """async () => {
  const found = await Promise.all((await caches.keys()).map(async name => (await caches.open(name)).keys()));
  return found.flat().map(({ url }) => url);
}"""
MEMORY = """async () => {
  const kept = await (await caches.open('started-python')).keys();
  return kept.length;
}"""
WAITS = "from pyodide.ffi import run_sync; import asyncio; run_sync(asyncio.sleep(0.01)); print(1)"
WORKERS = {"service-worker.js", "drive-worker.js"}  # the browser keeps the worker itself
FIRST_VISIT = 40  # MB that cross the network, compressed
SECOND_VISIT = 40  # s to a panel: a fifth of it where nothing else runs, but anything may run beside this
PICTURES = f"""() => {PANEL}.content.model.toJSON().cells.flatMap(cell => cell.outputs ?? [])
  .filter(output => output.data?.['image/png']).length"""


def compressed(path: Path) -> int:
    """How many bytes a server that compresses sends of a file: archives stay as they are."""
    data = path.read_bytes()
    return len(data) if path.suffix in {".whl", ".zip", ".png", ".gz"} else len(gzip.compress(data, 6))


@contextmanager
def unpacked(folder: Path) -> Iterator[tuple[str, Path]]:
    """Unpack the archive in a folder and serve it as a learner would; give the address and the log."""
    with zipfile.ZipFile(SITE.with_name("qkdlab-site.zip")) as packed:
        packed.extractall(folder)
    port, log = free_port(), folder / "log"
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", folder]
    with log.open("w") as output, subprocess.Popen(command, stdout=output, stderr=output) as server:
        try:
            time.sleep(1)
            yield f"http://127.0.0.1:{port}", log
        finally:
            server.terminate()


def see_the_start(page: SitePage) -> None:
    """Open the notebook for the first time, and see that the page tells how far it is."""
    page.page.goto(f"{page.site.url}/{FOLDER}?path={NOTEBOOK}")
    line = page.page.locator("#qkdlab-start")
    expect(line).to_contain_text("s (the first visit fetches", timeout=PATIENCE)
    expect(line).to_contain_text("Starting Python", timeout=PATIENCE)
    expect(line).to_have_count(0, timeout=PATIENCE)
    page.started()


@pytest.mark.timeout(900)
def test_the_archive_works_below_any_folder_and_the_second_visit_needs_no_network(
    page_of: Callable[[Served], SitePage], tmp_path: Path
) -> None:
    with unpacked(tmp_path) as (url, log):
        page, begun = page_of(Served(url=url)), time.monotonic()
        see_the_start(page)
        first = time.monotonic() - begun
        faults, told = page.run_all(NAME)
        assert not faults, "\n".join(faults)
        # files beside the notebook, through the page's own storage
        assert page.ask("import os; print(os.path.exists('data/kit.csv.gz'))") == "True\n"
        given = re.findall(rf'"GET /{FOLDER}([^ ?]*)\S* HTTP/[\d.]+" 200', log.read_text(encoding="utf-8"))
        asked = {path or "index.html" for path in given}
        size = sum((SITE / path).stat().st_size for path in asked) / 1e6
        sent = sum(compressed(SITE / path) for path in asked) / 1e6
        print(f"first visit: {first:.1f} s to a kernel, {told},", end=" ")
        print(f"{len(asked)} files, {size:.1f} MB, compressed {sent:.1f} MB")
        assert sent < FIRST_VISIT
        kept = {found.removeprefix(f"{url}/{FOLDER}").split("?")[0] for found in page.page.evaluate(KEPT)}
        assert asked - kept <= WORKERS, "the browser may forget what the page's own cache has not"
        wait_until(page.page, MEMORY, PATIENCE)  # of Python, in which the second visit begins
        page.page.goto("about:blank")
    # the server has gone; before: an error at the address of the folder, which the page had as index.html
    start = page.open(NOTEBOOK, via=FOLDER)
    panel = start + page.first_panel()
    print(f"second visit, no server: {start:.1f} s to a kernel, {panel:.1f} s to a panel")
    assert panel < SECOND_VISIT
    page.all_ran()
    assert not page.failures()
    assert [Path(worker.url).name for worker in page.page.workers] == ["kernel_worker.js"], (
        "begun for nothing"
    )
    assert page.ask(WAITS) == "1\n"
    saved = [output.get("data", {}) for cell in saved_cells(NAME) for output in cell["outputs"]]
    pictures = page.page.evaluate(PICTURES)  # those of panels come after them, into the same outputs
    assert pictures == sum("image/png" in data for data in saved)


@pytest.mark.parametrize("address", ["index.html", f"lab/index.html?path={NOTEBOOK}"])
def test_a_browser_that_cannot_is_told_why(chromium: Browser, site: Served, address: str) -> None:
    # would catch: a bookmark of the laboratory, where Python starts for ever
    context = chromium.new_context()
    context.add_init_script("delete globalThis.WebAssembly")
    page = context.new_page()
    page.goto(f"{site.url}/{address}")
    told = page.get_by_role("status")
    expect(told).to_contain_text("It lacks WebAssembly", timeout=PATIENCE)
    assert "lab" not in page.url.removeprefix(site.url)
    context.close()


def test_without_service_workers_it_says_what_will_fail_and_can_be_opened(
    chromium: Browser, site: Served
) -> None:
    # before: "This browser cannot run the laboratory", which it can
    context = chromium.new_context()
    context.add_init_script("delete Navigator.prototype.serviceWorker")
    page = context.new_page()
    page.goto(f"{site.url}/index.html")
    expect(page.get_by_role("status")).to_contain_text("The laboratory runs, but", timeout=PATIENCE)
    expect(page.get_by_role("link", name="Open the first notebook")).to_be_visible()
    context.close()
