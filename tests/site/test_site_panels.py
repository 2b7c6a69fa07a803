"""Every panel in the page: each control, in all tabs and folds, is moved once, and something comes of it."""

import os
import random
import statistics
from collections.abc import Callable, Mapping

import pytest

from tests.browser.random_use import PANELS, Visit, open_panels
from tests.browser.site_lab import Served, SiteLab
from tests.site.controls import Walk
from tests.site.site_page import SitePage

CHOSEN = os.environ.get("SITE_PANELS", "").split() or PANELS
STAYS: Mapping[str, Mapping[str, str]] = {}
"""Controls that a walk cannot move: by panel and control, the reason."""


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", CHOSEN)
def test_each_control_is_answered(
    name: str, site_lab: SiteLab, page_of: Callable[[Served], SitePage]
) -> None:
    page = page_of(Served(url=site_lab.url))
    (panel,) = open_panels(page.page, site_lab, name)
    assert not [one for outputs in page.outputs() for one in outputs if one["output_type"] == "stream"]
    walk = Walk(panel=panel)
    with Visit(page=page.page, panel=panel, rng=random.Random(name)):
        walk.run()
    median = f"{1000 * statistics.median(walk.seconds):.0f} ms"
    print(f"{name}: {len(walk.moved)} controls moved, {median} from a control to rest (median)")
    assert not walk.unheard
    assert walk.left == set(STAYS.get(name, {}))
