"""Every notebook runs to its last cell in the browser, and prints what is saved, letter for letter."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.lab import ROOT
from tests.site.site_page import Served, SitePage, differences, same_but_for_chance

ALL = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
CHOSEN = os.environ.get("SITE_NOTEBOOKS", "").split() or ALL
TIMES: dict[str, str] = {}


@pytest.fixture
def own_page(site_browser: Browser, site: Served) -> Iterator[SitePage]:
    """A page of its own: a notebook starts from nothing, as on a first visit."""
    page = SitePage(site_browser, site)
    yield page
    page.close()


@pytest.mark.timeout(900)
@pytest.mark.parametrize("notebook", CHOSEN)
def test_a_notebook_runs_as_it_is_saved(notebook: str, own_page: SitePage) -> None:
    start = own_page.open(f"notebooks/{notebook}")
    panel = own_page.first_panel()  # this runs all cells
    ran = panel + own_page.all_ran()
    print(f"{notebook}: {start:.1f} s to a kernel, {panel:.1f} s to a panel, {ran:.1f} s for all cells")
    assert not own_page.failures()
    found = differences(notebook, own_page.outputs())
    assert not found, "\n".join(found)
    assert not own_page.outside


@pytest.mark.parametrize(
    ("seen", "alike"),
    [("X0: 485, 515 of 0.50", True), ("X0: 520, 480 of 0.51", False), ("X0: 300, 700 of 0.50", False)],
)
def test_counts_may_differ_by_chance_and_nothing_else_may(seen: str, alike: bool) -> None:
    expected = {"stdout": ["X0: 521, 479 of 0.50"]}
    assert same_but_for_chance(expected, {"stdout": [seen]}, 1000) is alike
    assert not same_but_for_chance(expected, {"stdout": [seen], "stderr": ["oh"]}, 1000)
