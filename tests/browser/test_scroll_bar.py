"""The scroll bar of the controls of a panel has its room at all times: nothing moves when it comes.

In a page of its own with the panels' style, as Playwright's browser hides scroll bars.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

import qkdlab.lab.frame.frame
from tests.browser.chromium import launch

STYLE = Path(qkdlab.lab.frame.frame.__file__).with_name("panel.css").read_text(encoding="utf-8")
PAGE = f"""<!doctype html><style>body {{ margin: 0 }} {STYLE}</style>
<div id="place"><div class="qk-panel qk-screen"><div class="qk-panel-body">
  <div class="qk-panel-controls"><div id="control">a control</div><div id="more"></div></div>
  <div class="qk-panel-main"></div>
</div></div></div>"""
# How wide panel and control are, and what is left of the gap to the picture; without and with a scroll bar.
MEASURE = """([width, large]) => {
  place.style.width = `${width}px`;
  const controls = document.querySelector(".qk-panel-controls");
  document.querySelector(".qk-panel").classList.toggle("qk-panel-projector", large);
  return ["0", "5000px"].map(height => {
    more.style.height = height;
    const { right, bottom } = controls.getBoundingClientRect();
    const main = document.querySelector(".qk-panel-main").getBoundingClientRect();
    return {
      scrolls: controls.scrollHeight > controls.clientHeight,
      control: control.getBoundingClientRect().width,
      bar: controls.offsetWidth - controls.clientWidth,
      apart: main.top >= bottom || main.left >= right,
    };
  });
}"""


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    browser = launch(chromium.browser_type, scroll_bars=True)
    yield browser.new_page(viewport={"width": 1600, "height": 700})
    browser.close()


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("width", [320, 467, 600, 740, 900, 1100, 1500])
def test_controls_are_as_wide_with_a_scroll_bar_as_without(page: Page, width: int, large: bool) -> None:
    # before: 15 px narrower, so that a row of buttons broke and all below it moved down by 28 px
    page.set_content(PAGE)
    few, many = page.evaluate(MEASURE, [width, large])
    assert (few["scrolls"], many["scrolls"]) == (False, True)
    assert many["bar"] > 5, "this browser shows none"
    assert few["control"] == many["control"]
    assert few["apart"]
    assert many["apart"]
