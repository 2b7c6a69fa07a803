"""Every panel in the page: each control is moved once, and something comes of each.

Smaller panels are walked through in all tabs and folds, with their buttons; of larger ones what is on the
screen is moved.
"""

import os
import random
import statistics
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.random_use import PANELS, Visit, open_panels
from tests.browser.site_lab import Served, SiteLab
from tests.site.controls import STATE, Walk
from tests.site.site_page import PATIENCE, SitePage

CHOSEN = os.environ.get("SITE_PANELS", "").split() or PANELS
WALKED = frozenset(
    f"{name}Panel"
    for name in (
        "Copy",
        "Distillation",
        "Grid",
        "Hand",
        "Link",
        "Mystery",
        "Qubit",
        "Sample",
        "Stage",
        "Timeline",
    )
)
"""Panels of which every control can be walked to."""


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
@pytest.mark.parametrize("name", [name for name in CHOSEN if name in WALKED])
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


def move(control: Locator) -> bool:
    """Move a slider a step, turn a box, take another choice; return whether that could be done."""
    if not control.is_visible() or not control.is_enabled():
        return False
    kind = control.get_attribute("role") or control.evaluate("one => one.type || one.tagName")
    if kind == "slider":
        low = control.get_attribute("aria-valuenow") == control.get_attribute("aria-valuemin")
        high = control.get_attribute("aria-valuenow") == control.get_attribute("aria-valuemax")
        if low and high:
            return False
        control.focus()
        control.page.keyboard.press("ArrowLeft" if high else "ArrowRight")
    elif kind == "checkbox":
        control.click()
    else:
        names = control.locator("option").all_inner_texts()
        now = control.evaluate("one => one.selectedIndex")
        if len(names) < 2:
            return False
        control.select_option(index=(now + 1) % len(names))
    return True


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", [name for name in CHOSEN if name not in WALKED])
def test_each_control_on_the_screen_is_answered(
    name: str, opened: Callable[[str], tuple[SitePage, Locator]]
) -> None:
    page, panel = opened(name)
    with Visit(page=page.page, panel=panel, rng=random.Random(name)):
        move_all(name, page, panel)


def move_all(name: str, page: SitePage, panel: Locator) -> None:
    """Move one control after another, and see that the state of the kernel's widgets follows."""
    more = panel.get_by_role("button", name="More controls")
    if more.count():
        more.first.click()
    busy = panel.locator(".qk-lamp[data-state=running]")
    expect(busy).to_have_count(0, timeout=PATIENCE)
    controls = panel.locator("[role=slider], input[type=checkbox], select").all()
    moved, seconds, unheard = 0, [], []
    for control in controls:
        before = page.ask(STATE)
        begun = time.monotonic()
        if not move(control):
            continue
        moved += 1
        while page.ask(STATE) == before and time.monotonic() - begun < 20:
            time.sleep(0.02)
        expect(busy).to_have_count(0, timeout=PATIENCE)
        seconds.append(time.monotonic() - begun)
        if page.ask(STATE) == before:
            unheard.append(control.evaluate("one => one.outerHTML.slice(0, 200)"))
    median = f"{1000 * statistics.median(seconds):.0f} ms" if seconds else "-"
    print(f"{name}: {moved} of {len(controls)} controls moved, {median} from a control to rest (median)")
    assert not unheard, unheard
    assert moved or not controls
