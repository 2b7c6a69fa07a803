"""The built site in a real Chromium.

- ``site``: the folder that `make site` or `make site-tests` built, served on loopback (session).
- ``site_page``: a page in it with a context, and so a storage, of its own (module). A request to another
  machine fails the test.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import CHROMIUM_FLAGS, chromium_path
from tests.site.site_page import SITE, Served, SitePage, served


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.site)


@pytest.fixture(scope="session")
def site_browser() -> Iterator[Browser]:
    """The browser of these tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site() -> Iterator[Served]:
    """The site, served."""
    assert (SITE / "index.html").is_file(), f"no site in {SITE}: run `make site-tests`"
    with served(SITE) as running:
        yield running


@pytest.fixture(scope="module")
def module_page(site_browser: Browser, site: Served) -> Iterator[SitePage]:
    """A page for the tests of a module."""
    page = SitePage(site_browser, site)
    yield page
    page.close()


@pytest.fixture
def site_page(module_page: SitePage) -> Iterator[SitePage]:
    """The page of the module; a request that left this machine fails the test."""
    module_page.outside.clear()
    yield module_page
    assert not module_page.outside, module_page.outside
