"""The series of a chart: what the chart takes, and what is left out where there is nothing."""

from qkdlab.distillation.estimation.error_rate import QberEstimate
from qkdlab.lab.components import CurveChart
from qkdlab.lab.components.chart_series import curve, measured, points


def test_points_are_a_series_only_if_there_are_any() -> None:
    assert points("none", 6, []) == []
    (series,) = points("two", 6, {1: 0.5, 2: 0.25}.items())
    assert (series["kind"], series["x"], series["y"]) == ("points", [1, 2], [0.5, 0.25])


def test_a_rate_of_nothing_is_a_gap_and_no_0() -> None:
    seen = QberEstimate(n_sample=4, n_errors=1)
    series = measured("seen", 2, [10, 20], [seen, None])
    assert series["x"] == [10, 20]
    assert series["y"] == [0.25, None]
    assert (series["lower"], series["upper"]) == ([seen.lower, None], [seen.upper, None])
    assert seen.lower < 0.25 < seen.upper


def test_a_chart_takes_each_of_them() -> None:
    seen = [curve("line", 0, (0, 1), iter([0.5, None]))]
    seen += points("two", 1, [(0, 0.5)])
    seen += [measured("seen", 2, [0], [QberEstimate(n_sample=4, n_errors=1)])]
    chart = CurveChart(series=seen)
    assert [one["kind"] for one in chart.series] == ["curve", "points", "points"]
    assert chart.series[0]["y"] == [0.5, None]
