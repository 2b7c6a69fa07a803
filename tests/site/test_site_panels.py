"""Every panel in the page: each control, in all tabs and folds, is moved once, and something comes of it.

The panels share a page, and so the start of a kernel: the one cell of its notebook makes one after another.
"""

import os
import random
import statistics
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.lab import END, PANEL, wait_until
from tests.browser.random_use import PANELS, Visit, cell_of, open_cells, shown_by
from tests.browser.site_lab import Served, SiteLab
from tests.site.controls import Walk, walk_map
from tests.site.site_page import PATIENCE, SitePage

CHOSEN = os.environ.get("SITE_PANELS", "").split() or PANELS
RUN_INSTEAD = f"""async code => {{
  const {{ content }} = {PANEL};
  content.widgets[0].model.sharedModel.setSource(code);
  content.activeCellIndex = 0;
  await window.jupyterapp.commands.execute('notebook:run-cell');
}}"""

ALIVE = """
from ipywidgets.widgets.widget import _instances
names = [type(one).__name__ for one in dict(_instances).values()]
print(*(name for name in names if name.endswith("Panel")))
"""


@pytest.fixture(scope="module")
def shared(chromium: Browser, site_lab: SiteLab) -> Iterator[SitePage]:
    """The page that shows one panel after another."""
    page = SitePage(chromium, Served(url=site_lab.url))
    open_cells(page.page, site_lab, "panels.ipynb", "here = True")
    yield page
    page.close()


@pytest.fixture
def opened(shared: SitePage) -> Iterator[Callable[[str], tuple[SitePage, Locator]]]:
    """What opens a panel, which closes the one before, and sees that its cell prints nothing."""

    def opens(name: str) -> tuple[SitePage, Locator]:
        shared.page.evaluate(RUN_INSTEAD, cell_of(name))
        wait_until(shared.page, END, PATIENCE)
        assert not [one for outputs in shared.outputs() for one in outputs if one["output_type"] == "stream"]
        assert not shared.failures()
        # or what goes on in another would be taken for an answer of this one
        assert shared.ask(ALIVE).split() == [name]
        return shared, shown_by(shared.page, 0)

    yield opens
    assert shared.taken() == ([], [])


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
