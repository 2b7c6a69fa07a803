"""The browser that tests drive."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserType, expect, sync_playwright

from tests.browser.lab import ROOT

expect.set_options(timeout=20_000)  # ms; Playwright's five seconds are too few for a busy machine
FLAGS = [
    "--no-sandbox",  # in containers we are root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # offline: no name resolves
]


def launch(kind: BrowserType, *, scroll_bars: bool = False) -> Browser:
    """Start the browser named by $CHROME, or the one that tools/ensure_chromium.py finds.

    With `scroll_bars` it shows them; Playwright would hide them.
    """
    tool = [sys.executable, ROOT / "tools" / "ensure_chromium.py"]
    path = os.environ.get("CHROME") or subprocess.check_output(tool, text=True).strip()
    hidden = ["--hide-scrollbars"] if scroll_bars else None
    return kind.launch(executable_path=path, args=FLAGS, ignore_default_args=hidden)


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """Run the browser; a process has room for one Playwright, whose browsers all tests share."""
    with sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        yield browser
        browser.close()
