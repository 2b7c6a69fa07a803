"""A real Chromium, a real JupyterLab, and a page that watches what happens in it.

Each worker has a browser and a server of its own.

- ``chromium`` (tests/conftest.py): the browser (session); for tests of one component in a blank page.
- ``jupyterlab``: a server on a free port with its own configuration and a copy of the notebooks (session).
- ``lab_page``: a page in it that the tests of a module use one after another, so that a notebook is opened
  and its kernel started once for them all; then other modules go on in its JupyterLab. A page error or a
  request that left this machine fails the test, and where a test fails its page is photographed.
- ``open_and_run``, ``fresh_panel`` and ``screenshot`` are helpers in ``tests/browser/lab.py``.
"""

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.lab import Lab, WatchedPage, running_lab, screenshot
from tests.browser.site_lab import running_site

HERE = Path(__file__).parent
FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note at a test that it failed, for the fixtures that end with it."""
    report = yield
    item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="session")
def jupyterlab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab that knows nothing of this user's settings; ends with its kernels.

    With $QKDLAB_SITE the laboratory as a page, which was built there, stands for it: `make site-tests`.
    """
    folder, site = tmp_path_factory.mktemp("lab"), os.environ.get("QKDLAB_SITE")
    with running_site(folder, Path(site)) if site else running_lab(folder) as lab:
        yield lab


@pytest.fixture(scope="session")
def idle_pages() -> list[WatchedPage]:
    """Pages whose modules have left them as new, with the JupyterLab that runs in them."""
    return []


@pytest.fixture(scope="module")
def watched_page(
    chromium: Browser, jupyterlab: Lab, idle_pages: list[WatchedPage], request: pytest.FixtureRequest
) -> Iterator[WatchedPage]:
    """A page of its own context, watched; what it showed is closed, and the kernels it started end.

    A page of which a test failed, or that is not as it was, is lent no more.
    """
    watched = idle_pages.pop() if idle_pages else WatchedPage(chromium)
    failed = request.session.testsfailed
    yield watched
    if request.session.testsfailed == failed and watched.cleared():
        idle_pages.append(watched)
    else:
        watched.close()
    jupyterlab.end_kernels()


@pytest.fixture
def lab_page(watched_page: WatchedPage, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page of the module; what went wrong in it is told once, and of the test in which it was seen."""
    yield watched_page.page
    errors, outside = watched_page.taken()
    if errors or outside or request.node.stash[FAILED]:
        screenshot(watched_page.page, f"{request.node.name}-end")
    assert not errors, errors
    assert not outside, outside
