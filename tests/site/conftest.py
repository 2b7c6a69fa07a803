"""The built site in a real Chromium.

- ``site``: the folder that `make site` or `make site-tests` built, served on loopback (session).
- ``page_of``: makes pages of a site, each with a context, and so a storage, of its own. A page error or a
  request to another machine fails the test at its end.
- ``site_page``: such a page of ``site``.
- ``site_lab``: a copy of the site, for notebooks of a test's own (session).
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.site_lab import Served, SiteLab, running_site, served
from tests.site.site_page import SITE, SitePage


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.site)


@pytest.fixture(scope="session")
def site() -> Iterator[Served]:
    """The site, served."""
    assert (SITE / "index.html").is_file(), f"no site in {SITE}: run `make site-tests`"
    with served(SITE) as running:
        yield running


@pytest.fixture(scope="session")
def site_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteLab]:
    """A copy of the site, for notebooks of our own."""
    with running_site(tmp_path_factory.mktemp("site"), SITE) as lab:
        yield lab


@pytest.fixture
def page_of(chromium: Browser) -> Iterator[Callable[[Served], SitePage]]:
    """What makes a page of a site."""
    pages: list[SitePage] = []

    def made(site: Served) -> SitePage:
        pages.append(SitePage(chromium, site))
        return pages[-1]

    yield made
    for page in pages:
        page.close()
    assert [page.taken() for page in pages] == [([], [])] * len(pages)


@pytest.fixture
def site_page(page_of: Callable[[Served], SitePage], site: Served) -> SitePage:
    """A page of the site, as on a first visit."""
    return page_of(site)
