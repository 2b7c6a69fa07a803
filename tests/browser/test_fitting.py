"""The measures of what a reader can see find what is wrong in a page, and nothing in a page that is right."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator

from tests.browser.blank_page import blank_page
from tests.browser.fitting import faults_of, out_of_view, resize

STYLE = """<style>
  body { margin: 10px } div, p { position: relative; margin: 0; font: 16px/1.4 sans-serif }
  button, select, input { font: inherit } .over { position: absolute; left: 0; top: 0 }
  .row, .lm-TabBar-content { display: flex; flex-wrap: wrap; width: 250px }
  .row button { width: 100px } .cut { overflow: hidden; white-space: nowrap; width: 60px }
</style>"""
CARD = "<section class='qk' style='height: 300px; border: 1px solid'><p>one line</p>{rest}</section>"
CHART = """<div class='qk-fill widget-tab-contents' style='height: 100px'>
  <svg class=qk-chart width=200 height=90><g class=plot><rect class=frame width=190 height={high} fill=none />
  <path class=curve d='M0 5L190 5' />
  <text class=line-text x=20 y={y}>limit</text></g></svg></div>"""
MAP = """<div class=qk-network><div class=window style='height: 80px'><svg width=200 height=80><g class=node>
  <rect class=shape width=50 height={high} /></g></svg></div></div>"""
RIGHT = {
    "lines": "<p>First line of a text</p><p>and the second</p>",
    "inline": "<p>K<sub>A–B</sub> is <b>not</b> known to <i>anybody</i> else, of whom there are many</p>",
    "chart": "<svg width=200 height=60><text x=10 y=20>one</text><text x=10 y=50>other</text></svg>",
    "ink": (
        "<svg width=200 height=60 style='font: 20px sans-serif; font-variant-numeric: tabular-nums'>"
        "<text x=10 y=20>0.8</text><text x=10 y=37>0.6</text></svg>"
    ),
    "scrolled": "<div style='height: 30px; overflow: auto'><p>seen</p><p>below</p><p>far below</p></div>",
    "hidden": "<p>seen</p><p class=over style='visibility: hidden'>not seen</p>",
    "read_out": "<p>seen</p><p class='over qk-hidden'>read out alone</p>",
    "menu": "<select style='width: 150px'><option>short<option>of which the text is very long</select>",
    "row": "<div class=row><button>a</button><button>b</button><button>c</button><button>d</button></div>",
    "column": "<div class=row><p style='width: 240px'>a text</p><button>alone</button></div>",
    "slider": "<input type=range>",
    "letters": "<p>x<sup style='font-size: 8px'>2</sup> <small>small</small> <code>of a program</code></p>",
    "tabs": "<div class=lm-TabBar-content><p>Map</p><p>The key</p></div>",
    "plot": CHART.format(high=60, y=40),
    "map": MAP.format(high=60),
    "card": CARD.format(rest="<svg width=90 height=240><path d='M0 0h9v200' /></svg>"),
}
WRONG = {
    "overlap": ("<p>First</p><p class=over>Second</p>", "“First” and “Second” overlap by"),
    "labels": (
        "<svg width=200 height=60><text x=10 y=20>100 km</text><text x=40 y=24>120 km</text></svg>",
        "“100 km” and “120 km” overlap by",
    ),
    "ellipsis": (
        "<p class=cut style='text-overflow: ellipsis'>cut short</p>",
        "is cut by p.cut",
    ),
    "below": (
        "<div style='height: 30px; overflow: clip'><p>a</p><p>b</p></div>",
        "“b” is cut by",
    ),
    "outside": ("<div style='width: 900px; text-align: right'>far</div>", "“far” leaves div"),
    "card": ("<div class=qk style='width: 40px'>indivisible</div>", "leaves div.qk"),
    "svg": (
        "<svg width=50 height=40><text x=20 y=20>too long</text></svg>",
        "“too long” is cut by svg",
    ),
    "clip_path": (
        "<svg width=90 height=40><clipPath id=c><rect width=40 height=40 /></clipPath>"
        "<g clip-path='url(#c)'><text x=20 y=20>curve</text></g></svg>",
        "“curve” is cut by g",
    ),
    "field": ("<input value='1234567890123' style='width: 50px'>", "is cut in its field"),
    "menu": (
        "<select style='width: 60px'><option>Alice sees it</select>",
        "is cut in its menu",
    ),
    "sideways": (
        "<div style='width: 60px; overflow: auto; white-space: nowrap'>far too long</div>",
        "div scrolls sideways",
    ),
    "small": (
        "<p>large <small style='font-size: 9px'>not legible</small></p>",
        "“not legible” has letters of 9 px",
    ),
    "face": ("<p>one <i style='font-family: fantasy'>other</i></p>", "“other” is set in fantasy"),
    "uneven": (
        "<div class=row><button>Load</button><button style='font-size: 13px'>Copy</button></div>",
        "“Copy” is smaller or larger than “Load”",
    ),
    "map": (MAP.format(high=30), "the map has 38 % of the height of its window"),
    "tabs": (
        "<div class='qk-panel lm-TabBar-content' style='width: 90px; font-size: 2px'>"
        "<p style='width: 60px'>Map</p><p style='width: 60px'>Relay</p></div>",
        "1 tabs stand in a second row",
    ),
    "plot": (CHART.format(high=25, y=20), "the plot has 25 % of the height of its tab"),
    "curve": (CHART.format(high=60, y=12), "“limit” lies on a curve"),
    "lone": (
        "<div class=row><button>a</button><button>b</button><button>c</button></div>",
        "“c” stands alone in the last line of div.row",
    ),
    "names": (
        "<div class=qk-chart><svg width=9 height=9><rect class=frame width=9 height=9 /></svg>"
        "<div class=legend style='height: 20px; overflow: auto'><p>one</p><p>two</p></div></div>",
        "the names of curves need ",
    ),
    "slider": ("<input type=range style='width: 20px'>", "input is 20 px long"),
    "number": (
        "<div class=widget-slider style='width: 90px'><div class=slider-container>—</div>"
        "<div class=widget-readout>25</div></div>",
        "“25” stands below its slider",
    ),
    "empty": (CARD.format(rest=""), "section.qk is filled to "),
}


@contextmanager
def panel(browser: Browser, content: str) -> Iterator[Locator]:
    """A page of 400 × 300 pixels with a panel in it."""
    with blank_page(browser, width=400, height=300) as page:
        page.set_content(f"<!doctype html>{STYLE}<div id=panel style='width: 380px'>{content}</div>")
        yield page.locator("#panel")


@pytest.mark.parametrize("content", RIGHT.values(), ids=RIGHT)
def test_nothing_is_found_where_nothing_is_wrong(chromium: Browser, content: str) -> None:
    with panel(chromium, content) as shown:
        assert faults_of(shown) == []


@pytest.mark.parametrize(("content", "fault"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_found(chromium: Browser, content: str, fault: str) -> None:
    with panel(chromium, content) as shown:
        found = faults_of(shown)
        assert [fault in one for one in found] == [True], found


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        ("<p id=it>text</p>", []),
        ("<p id=it style='margin-top: 310px; height: 40px'>text</p>", ["0% in view"]),
        ("<p id=it style='margin-top: 280px; height: 40px'>text</p>", ["50% in view"]),
        (
            "<div style='height: 20px; overflow: auto'><p id=it style='height: 80px'></p></div>",
            ["25% in view"],
        ),
        ("<p id=it>text</p><p class=over style='background: red'>lid</p>", ["covered by p.over"]),
        ("<p id=it style='display: none'>text</p>", ["0% in view"]),
        ("", ["is not there"]),
    ],
    ids=["seen", "below", "half", "scrolled", "covered", "hidden", "missing"],
)
def test_what_is_in_view(chromium: Browser, content: str, faults: list[str]) -> None:
    with panel(chromium, content) as shown:
        assert out_of_view(shown.locator("#it")) == faults


def test_zoom_makes_the_page_smaller_and_its_pixels_larger(chromium: Browser) -> None:
    with panel(chromium, "<p id=it style='margin-top: 220px'>text</p>") as shown:
        window = shown.page.context.new_cdp_session(shown.page)
        resize(window, 400, 300)
        assert out_of_view(shown.locator("#it")) == []
        resize(window, 400, 300, zoom=1.5)
        assert shown.page.evaluate("[innerWidth, innerHeight, devicePixelRatio]") == [267, 200, 1.5]
        assert out_of_view(shown.locator("#it")) == ["0% in view"]
        window.detach()
