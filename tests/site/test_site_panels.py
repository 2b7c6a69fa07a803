"""Every panel in the page: each control, in all tabs and folds, is moved once, and something comes of it."""

import os
import random
import statistics
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.random_use import PANELS, Visit, open_panels
from tests.browser.site_lab import Served, SiteLab
from tests.site.controls import Walk, walk_map
from tests.site.site_page import SitePage

CHOSEN = os.environ.get("SITE_PANELS", "").split() or PANELS


@pytest.fixture
def opened(
    site_lab: SiteLab, page_of: Callable[[Served], SitePage]
) -> Callable[[str], tuple[SitePage, Locator]]:
    """What opens a panel, and sees that its cell prints nothing."""

    def opens(name: str) -> tuple[SitePage, Locator]:
        page = page_of(Served(url=site_lab.url))
        (panel,) = open_panels(page.page, site_lab, name)
        assert not [one for outputs in page.outputs() for one in outputs if one["output_type"] == "stream"]
        return page, panel

    return opens


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", CHOSEN)
def test_every_control_in_all_tabs_is_answered(
    name: str, opened: Callable[[str], tuple[SitePage, Locator]]
) -> None:
    page, panel = opened(name)
    walk = Walk(panel=panel)
    with Visit(page=page.page, panel=panel, rng=random.Random(name)):
        walk.run()
    median = f"{1000 * statistics.median(walk.seconds):.0f} ms"
    print(f"{name}: {len(walk.moved)} controls moved, {median} from a control to rest (median)")
    assert not walk.unheard
    assert not walk.left


@pytest.mark.timeout(900)
@pytest.mark.skipif("NetworkPanel" not in CHOSEN, reason="no map is chosen")
def test_every_item_of_a_map_is_answered(opened: Callable[[str], tuple[SitePage, Locator]]) -> None:
    page, panel = opened("NetworkPanel")
    with Visit(page=page.page, panel=panel, rng=random.Random("map")):
        walk_map(panel)
    expect(panel.get_by_role("slider").first).to_be_visible()
