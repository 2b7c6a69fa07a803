"""A chart of curves, points and bars: what was simulated, on what the formula says."""

from typing import Any, ClassVar, Final

from ...errors import shown
from ...values import check_choice, check_count, check_non_negative
from .base import (
    Component,
    check_finite,
    check_list,
    check_numbers,
    check_record,
    check_text,
    followed_controls,
    list_of,
    module_text,
    one_of,
    optional,
    record_of,
    style_text,
    synced,
)
from .figures import Drawing, chart_drawing

KINDS: Final = ("curve", "points", "bars")
SCALES: Final = ("linear", "log")
UNITS: Final = ("number", "percent")
STYLES: Final = 7
"""Number of looks: each has its own colour, dash pattern and marker shape."""

_AXIS: Final = record_of(
    {
        "label": check_text,
        "scale": one_of(*SCALES),
        "unit": one_of(*UNITS),
        "low": check_finite,
        "high": check_finite,
    },
    scale="linear",
    unit="number",
)
_SERIES: Final = frozenset({"name", "kind", "x", "y"})
_SERIES_MORE: Final = frozenset({"lower", "upper", "notes", "style", "shift"})
_LINE: Final = record_of({"axis": one_of("x", "y"), "at": check_finite, "label": check_text})


def _check_axis(name: str, value: Any) -> dict[str, Any]:
    axis: dict[str, Any] = _AXIS(name, value)
    if axis["low"] >= axis["high"]:
        raise ValueError(f"{name}['high'] must be above 'low', got {shown(axis['high'])}")
    if axis["scale"] == "log" and axis["low"] <= 0:
        raise ValueError(f"{name}['low'] must be above 0 on a log scale, got {shown(axis['low'])}")
    return axis


def _check_series(name: str, value: Any) -> list[dict[str, Any]]:
    checked = []
    for index, (at, item) in enumerate(check_list(name, value, "curves and points")):
        record = check_record(at, item, _SERIES, _SERIES_MORE)
        series: dict[str, Any] = {
            "name": check_text(f"{at}['name']", record["name"]),
            "kind": check_choice(f"{at}['kind']", record["kind"], KINDS),
            "x": check_numbers(f"{at}['x']", record["x"], gaps=False),
            "style": check_count(f"{at}['style']", record.get("style", index % STYLES), maximum=STYLES - 1),
            "shift": check_finite(f"{at}['shift']", record.get("shift", 0)),
        }
        for key in ("y", "lower", "upper"):
            if key in record:
                series[key] = check_numbers(f"{at}[{key!r}]", record[key], len(series["x"]), gaps=True)
        if "notes" in record:
            series["notes"] = list_of(check_text, "texts")(f"{at}['notes']", record["notes"])
        checked.append(series)
    return checked


class CurveChart(Component):
    """Curves and points on linear or logarithmic axes, with a readout, a legend and a data table.

    Parameters
    ----------
    title, statement
        What stands above the chart; `statement` says in one sentence what it shows now.
    x_axis, y_axis
        ``{"label": str, "low": float, "high": float}`` and, if wanted, "scale" (one of SCALES) and
        "unit" (one of UNITS; a percentage is given as a share of 1). Name the unit in the label.
    series
        ``{"name": str, "kind": one of KINDS, "x": [float], "y": [float | None]}``. A None is a gap.
        "lower" and "upper" give the points error bars, and "notes" a text each, which only the data have;
        "style" (0 … STYLES - 1) fixes the look, by default the place in the list. Points beyond the axes
        are drawn at the edge, with an arrow. Bars stand on the lower edge and are 0.36 of an x unit wide;
        "shift" draws a series so much to the right of its x, so that bars stand side by side and their
        points on them.
    lines
        ``{"axis": "x" | "y", "at": float, "label": str}``: a line across the chart at a value of the axis.
    at, followed
        Where on the x axis a hairline stands, with a tick on each curve and its value in the legend; None for
        none. `followed` holds at most one control, ``{"x": slider}``: as it moves, the hairline moves with
        it in the browser, without the kernel.
    height
        Of the plot, in letters. In a place of given height (class ``qk-fill``) the plot takes what is left.
    """

    _section: ClassVar = "curve_chart"
    _told_of: ClassVar = ("statement", "series", "x_axis", "y_axis")
    _shown_in_repr: ClassVar = ("title", "statement")
    _esm = module_text(__file__)
    _css = style_text(__file__)

    title = synced(check_text, "")
    statement = synced(check_text, "")
    x_axis = synced(_check_axis, {"label": "x", "low": 0.0, "high": 1.0})
    y_axis = synced(_check_axis, {"label": "y", "low": 0.0, "high": 1.0})
    series = synced(_check_series, ())
    lines = synced(list_of(_LINE, "lines"), ())
    at = synced(optional(check_finite), None)
    followed = followed_controls()
    height = synced(lambda name, value: check_non_negative(name, value, below=60), 18)

    def _summary(self) -> str:
        if self.statement:
            return str(self.statement)
        names = ", ".join(series["name"] for series in self.series)
        text = self.words["summary" if names else "summary_empty"]
        return str(text.format(x=self.x_axis["label"], y=self.y_axis["label"], names=names))

    def data(self) -> list[dict[str, Any]]:
        """Return the points of all series."""
        records = []
        for one in self.series:
            gaps = [None] * len(one["x"])
            columns = (one.get(key, gaps) for key in ("x", "y", "lower", "upper", "notes"))
            records += [
                {"figure": self.title, "name": one["name"]}
                | {"x": x, "value": y, "low": low, "high": high, "note": note}
                for x, y, low, high, note in zip(*columns, strict=True)
            ]
        return records

    def drawing(self) -> Drawing | None:
        """Return what a still picture shows of the chart."""
        if not self.series:
            return None
        names = ("title", "x_axis", "y_axis", "series", "lines", "at")
        traits = {name: getattr(self, name) for name in names}
        for control in self.followed.values():
            traits["at"] = None if control.disabled else control.value
        return chart_drawing(traits, self.summary)
