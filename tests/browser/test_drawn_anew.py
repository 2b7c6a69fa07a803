"""A component that has been changed and resized shows what one that is new in that state and place does."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from ipywidgets import Widget
from playwright.sync_api import Browser

from qkdlab.lab.components import CircuitDrawing, CurveChart
from qkdlab.lab.components.chart_series import curve
from qkdlab.lab.pqc.lanes_view import lanes_traits
from qkdlab.lab.pqc.presets import PRESETS
from qkdlab.lab.pqc.year_lanes import YearLanes
from qkdlab.lab.qubits.qubit_view import QubitView
from tests.browser.component_page import ComponentPage

PLACE = "css => { document.getElementById('app').style.cssText = css; }"
HIDDEN = "display: none"
FILLED = "width: 600px; height: 420px"
HEIGHTS = """() => [+document.querySelector('.plot').getAttribute('height'),
  document.querySelector('.space').clientHeight]"""


def lanes(name: str, **changes: Any) -> dict[str, Any]:
    return lanes_traits(replace(PRESETS[name], **changes))


def chart(top: float) -> dict[str, Any]:
    return {"series": [curve("line", 1, [0.0, 1.0, 2.0], [0.0, top, top / 2])], "title": f"to {top}"}


def first_years(lane: dict[str, Any]) -> dict[str, Any]:
    return {**lane, "fates": lane["fates"][:20]}


LANES = lanes("both")["lanes"]
GATES = [{"name": "h", "qubits": [i % 2], "parameters": [], "clbits": []} for i in range(20)]
CASES: dict[str, tuple[Callable[..., Widget], list[dict[str, Any]]]] = {
    "lanes": (
        YearLanes,
        [lanes("both"), lanes("both", quantum_year=3), {"watched": 9}, {"last_year": 20}, lanes("both")],
    ),
    "fewer lanes": (YearLanes, [lanes("both"), {"lanes": [first_years(lane) for lane in LANES[:2]]}]),
    "chart": (CurveChart, [chart(1.0), chart(3.0), chart(2.0)]),
    "qubit": (QubitView, [{"angle": 20.0}, {"angle": 50.0, "basis": 1}, {"phase": 90.0}]),
    "circuit": (CircuitDrawing, [{"wires": ["a", "b"], "gates": GATES[:3]}, {"gates": GATES}]),
}
PLACES = {
    "narrower": (["width: 420px"], False),
    "wider again, large": (["width: 330px", "width: 860px"], True),
    "hidden between": (["width: 500px", HIDDEN, "width: 700px"], False),
    "hidden, same size, large": ([HIDDEN, ""], True),
}


def picture(shown: ComponentPage) -> list[str]:
    """Return all drawings, without the names of what they refer to."""
    shown.page.wait_for_timeout(300)  # what nobody saw is painted late
    shown.settle()
    drawings = shown.page.eval_on_selector_all("#app svg", "all => all.map(one => one.outerHTML)")
    return [re.sub(r"qk-[0-9a-z]{6,}\b", "", one) for one in drawings]


@pytest.mark.parametrize(("places", "large"), PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("name", CASES)
def test_sizes_and_cells_that_are_kept_are_not_stale(
    chromium: Browser, name: str, places: list[str], large: bool
) -> None:
    kind, states = CASES[name]
    widget = kind(**states[0])
    with ComponentPage(chromium, widget) as shown:
        for index in range(max(len(places), len(states) - 1)):
            if index < len(places):
                shown.page.evaluate(PLACE, places[index])
            for trait, value in (states[1:][index] if index + 1 < len(states) else {}).items():
                setattr(widget, trait, value)
            shown.push()
        widget.projector = large
        shown.push()
        changed = picture(shown)
    with ComponentPage(chromium, widget) as shown:
        shown.page.evaluate(PLACE, places[-1])
        assert picture(shown) == changed


def test_a_plot_that_was_out_of_sight_is_as_high_as_its_place(chromium: Browser) -> None:
    # before: it was measured while a name of the legend was away, and drawn as high as without it
    long = {"axis": "x", "at": 1.0, "label": "a name for which a plot has no room " * 4}
    widget = CurveChart(**chart(1.0), lines=[long])
    with ComponentPage(chromium, widget) as shown:
        shown.page.evaluate("() => { document.getElementById('app').className = 'qk-fill'; }")
        for place in (FILLED, HIDDEN, FILLED):
            shown.page.evaluate(PLACE, place)
            shown.settle()
        assert shown.page.locator(".homeless").count() == 1
        for name, value in chart(2.0).items():
            setattr(widget, name, value)
        shown.push()
        drawn, place = shown.page.evaluate(HEIGHTS)
        assert drawn == place > 100
