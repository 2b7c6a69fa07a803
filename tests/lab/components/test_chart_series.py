"""The series of a chart: what the chart takes, and what is left out where there is nothing."""

from qkdlab.lab.components import CurveChart
from qkdlab.lab.components.chart_series import curve, points


def test_points_are_a_series_only_if_there_are_any() -> None:
    assert points("none", 6, []) == []
    (series,) = points("two", 6, {1: 0.5, 2: 0.25}.items())
    assert (series["kind"], series["x"], series["y"]) == ("points", [1, 2], [0.5, 0.25])


def test_a_chart_takes_each_of_them() -> None:
    seen = [curve("line", 0, (0, 1), iter([0.5, None]))]
    seen += points("two", 1, [(0, 0.5)])
    chart = CurveChart(series=seen)
    assert [one["kind"] for one in chart.series] == ["curve", "points"]
    assert chart.series[0]["y"] == [0.5, None]
