"""The watching page sees what it is there to see: otherwise the other tests would pass for nothing."""

from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.lab import Lab, WatchedPage, open_and_run
from tools.save_notebooks import normalise, text_of


@pytest.mark.parametrize(
    "script",
    [
        "setTimeout(() => { throw new Error('thrown in the page') })",
        "Promise.reject(new Error('thrown in the page')); null",
    ],
    ids=["error", "rejection"],
)
def test_page_errors_are_seen(chromium: Browser, script: str) -> None:
    watched = WatchedPage(chromium)
    with watched.page.context.expect_event("weberror"):
        watched.page.evaluate(script)
    watched.close()
    assert ["thrown in the page" in error for error in watched.errors] == [True]


def test_requests_that_leave_are_seen_and_do_not_get_far(chromium: Browser) -> None:
    watched = WatchedPage(chromium)
    answers = watched.page.evaluate(
        "Promise.allSettled([fetch('http://qkdlab.invalid/'), fetch('http://192.0.2.1/')])"
    )
    with watched.page.expect_websocket():
        watched.page.evaluate("new WebSocket('ws://qkdlab.invalid/'); null")
    watched.close()
    assert [answer["status"] for answer in answers] == ["rejected", "rejected"]
    assert watched.outside == ["http://qkdlab.invalid/", "http://192.0.2.1/", "ws://qkdlab.invalid/"]


def test_a_failing_cell_is_seen(lab_page: Page, jupyterlab: Lab) -> None:
    cells = [nbformat.v4.new_code_cell(source) for source in ("1 / 0", "'never reached'")]
    notebook = normalise(nbformat.v4.new_notebook(cells=cells))
    Path(jupyterlab.folder, "failing.ipynb").write_text(text_of(notebook), encoding="utf-8")
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        open_and_run(lab_page, jupyterlab, "failing.ipynb")
