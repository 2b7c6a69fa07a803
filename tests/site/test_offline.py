"""The second visit needs no network; the archive works from any folder; the start tells how far it is."""

import gzip
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.lab import free_port
from tests.browser.site_lab import Served, served
from tests.site.site_page import PATIENCE, SITE, SitePage

NOTEBOOK = "notebooks/00_start.ipynb"
CELL = "from qkdlab import run_session; print(run_session(n_pulses=100_000, seed=1).accepted)"
KEPT = """async () => {
  const found = await Promise.all((await caches.keys()).map(async name => (await caches.open(name)).keys()));
  return found.flat().map(({ url }) => url);
}"""
WORKERS = {"/service-worker.js", "/drive-worker.js", "/favicon.ico"}  # the browser keeps the worker itself
FIRST_VISIT = 40e6  # bytes that cross the network, compressed


def compressed(path: Path) -> int:
    """How many bytes a server that compresses sends of a file: archives stay as they are."""
    data = path.read_bytes()
    return len(data) if path.suffix in {".whl", ".zip", ".png", ".gz"} else len(gzip.compress(data, 6))


@pytest.mark.timeout(900)
def test_the_second_visit_needs_no_network(page_of: Callable[[Served], SitePage]) -> None:
    with served(SITE) as own:
        page = page_of(own)
        first = page.open(NOTEBOOK)
        assert page.ask(CELL) == "True\n"
        asked = {path.split("?")[0] for path, size in own.asked if size}
        size = sum(compressed(SITE / path.lstrip("/")) for path in asked)
        print(
            f"first visit: {first:.1f} s,"
            f" {len(asked)} files, {own.bytes_asked() / 1e6:.1f} MB, compressed {size / 1e6:.1f} MB"
        )
        assert size < FIRST_VISIT
        kept = {url.removeprefix(own.url).split("?")[0] for url in page.page.evaluate(KEPT)}
        assert asked - kept <= WORKERS, "the browser may forget what the page's own cache has not"
        page.page.goto("about:blank")
    # the server has gone
    second = page.open(NOTEBOOK)
    print(f"second visit, no server: {second:.1f} s")
    assert page.ask(CELL) == "True\n"


@pytest.mark.timeout(900)
def test_the_archive_works_below_any_folder(page_of: Callable[[Served], SitePage], tmp_path: Path) -> None:
    archive = SITE.with_name("qkdlab-site.zip")
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(tmp_path)
    port = free_port()
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", tmp_path]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(1)
        page = page_of(Served(url=f"http://127.0.0.1:{port}"))
        page.open(NOTEBOOK, via="qkdlab-site/")
        assert page.ask(CELL) == "True\n"
        # files beside the notebook, through the page's own storage
        assert page.ask("import os; print(os.path.exists('data/kit.csv.gz'))") == "True\n"
    finally:
        server.terminate()
        server.wait()


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


@pytest.mark.timeout(900)
def test_progress_is_told_while_it_starts(site_page: SitePage) -> None:
    site_page.page.goto(f"{site_page.site.url}/index.html?path={NOTEBOOK}")
    line = site_page.page.locator("#qkdlab-start")
    expect(line).to_contain_text("s (the first visit fetches", timeout=PATIENCE)
    expect(line).to_contain_text("Starting Python", timeout=PATIENCE)
    expect(line).to_have_count(0, timeout=PATIENCE)
