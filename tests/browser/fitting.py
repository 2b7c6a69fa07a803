"""What a reader can see of a page, measured: is it in view, is a text cut or drawn over another?

The measures are in ``fitting.js``. They go by what the browser has laid out: boxes of elements and of lines
of text, what cuts them off, and what lies on top. Pixels are those of the page.
"""

from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Locator

SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
IN_VIEW = 0.97  # what is scrolled to may lack a part of a pixel
"""The share of an element from which it counts as all in view: an edge lies between pixels."""


_MEASURE = """(element, [script, measure, rest]) => {
  if (!window.fitting) (0, eval)(script);
  return fitting[measure](element, ...rest);
}"""


def measured(place: Locator, measure: str, *rest: object) -> Any:
    """Return what a measure of ``fitting.js`` gives for an element, in one call of the page."""
    return place.evaluate(_MEASURE, [SCRIPT, measure, rest])


def out_of_view(place: Locator, least: float = IN_VIEW) -> list[str]:
    """Return why less than the share `least` of an element can be seen; an empty list if it can.

    Seen is what lies in the window and in every scrolled box around it, with nothing on top.
    """
    if place.count() == 0:
        return ["is not there"]
    return _told(measured(place.first, "view"), least)


def all_out_of_view(panel: Locator, places: dict[str, tuple[str | None, float]]) -> dict[str, list[str]]:
    """Return why less than its share of each place can be seen: a selector in the panel, or None for it."""
    found = measured(panel, "views", [selector for selector, _ in places.values()])
    return {name: _told(one, least) for (name, (_, least)), one in zip(places.items(), found, strict=True)}


def _told(found: dict[str, Any] | None, least: float) -> list[str]:
    if found is None:
        return ["is not there"]
    faults = [f"{found['share']:.0%} in view"] if found["share"] < least else []
    return faults + ([f"covered by {found['cover']}"] if found["cover"] else [])


def faults_of(place: Locator) -> list[str]:
    """Return what cannot be read or used in a panel or a part of one, in words; an empty list if all can.

    Text that is cut, leaves its box, or overlaps another by over a pixel; what scrolls sideways; a button
    alone in the last line of a row; a component that is half empty; a slider without room to be moved, or
    with its number in another line; letters that are small or of another face than the rest; tabs in two
    rows; a low plot or map; words on curves.
    """
    return list(measured(place, "faults"))


def resize(window: CDPSession, width: int, height: int, zoom: float = 1) -> None:
    """Make the window `width` × `height` pixels large and enlarge its page, as the browser's zoom does.

    `window` is a session of the page, which forgets the size when it ends.
    """
    size = {"width": round(width / zoom), "height": round(height / zoom)}
    window.send("Emulation.setDeviceMetricsOverride", {**size, "deviceScaleFactor": zoom, "mobile": False})
