"""Every notebook runs to its last cell in the browser, and prints what is saved, letter for letter."""

import os

import pytest

from tests.browser.lab import ROOT
from tests.site.site_page import SitePage, same_but_for_chance

ALL = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
CHOSEN = os.environ.get("SITE_NOTEBOOKS", "").split() or ALL


@pytest.mark.timeout(900)
@pytest.mark.parametrize("notebook", CHOSEN)
def test_a_notebook_runs_as_it_is_saved(notebook: str, site_page: SitePage) -> None:
    start = site_page.open(f"notebooks/{notebook}")
    faults, told = site_page.run_all(notebook)
    print(f"{notebook}: {start:.1f} s to a kernel, {told}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("seen", "alike"),
    [("X0: 485, 515 of 0.50", True), ("X0: 520, 480 of 0.51", False), ("X0: 300, 700 of 0.50", False)],
)
def test_counts_may_differ_by_chance_and_nothing_else_may(seen: str, alike: bool) -> None:
    expected = {"stdout": ["X0: 521, 479 of 0.50"]}
    assert same_but_for_chance(expected, {"stdout": [seen]}, 1000) is alike
    assert not same_but_for_chance(expected, {"stdout": [seen], "stderr": ["oh"]}, 1000)
