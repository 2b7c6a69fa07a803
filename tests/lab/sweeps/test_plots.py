"""Plots of sweeps: what is drawn of the rows, what the sentence says, and what is refused."""

from typing import Any

import pytest

from qkdlab.lab import heat_map, plot_sweep, rate_against_distance
from qkdlab.lab.components.text import words_for
from qkdlab.lab.sweeps.heat_map import HeatMap

WORDS = words_for("sweep_plots")


def row(km: float, bits: float | None, share: Any = 0.0, error: str | None = None) -> dict[str, Any]:
    return {
        "link.length_km": km,
        "eavesdropper.fraction": share,
        "secret_bits_per_pulse": bits,
        "error": error,
    }


RUNS = [row(km, bits / (1 + km)) for km in (10, 0) for bits in (1e-3, 5e-3, 2e-3, 3e-3, 4e-3)]


def test_a_point_is_the_median_of_its_runs_and_its_bar_two_quantiles() -> None:
    # by hand: of five runs the quantiles 25 % and 75 % are the second and the fourth
    figure = rate_against_distance(RUNS, quantiles=(0.25, 0.75))
    (one,) = figure.chart.series
    assert one["x"] == [0, 10]
    assert one["y"] == pytest.approx([3e-3, 3e-3 / 11])
    assert one["lower"] == pytest.approx([2e-3, 2e-3 / 11])
    assert one["upper"] == pytest.approx([4e-3, 4e-3 / 11])
    assert "10 runs" in figure.chart.statement
    assert "25 % quantile to the 75 % quantile" in figure.chart.statement
    figure.close()


def test_one_run_at_a_point_has_no_bar() -> None:
    figure = rate_against_distance([row(0, 1e-3), row(10, 1e-4)])
    assert "lower" not in figure.chart.series[0]
    assert "quantile" not in figure.chart.statement
    assert ": 1 run." in rate_against_distance([row(0, 1e-3)]).chart.statement  # before: "1 runs"
    # before: beside points of several runs, a bar of no length at all
    (mixed,) = rate_against_distance([row(0, 1e-3), row(0, 2e-3), row(10, 1e-4)]).chart.series
    assert (mixed["lower"][1], mixed["upper"][1]) == (None, None)
    assert 1e-3 < mixed["lower"][0] < mixed["upper"][0] < 2e-3


def test_quantiles_of_a_few_runs_are_told_to_be_no_bounds() -> None:
    # before: two runs that came out alike had a bar without a length, and nothing was said of it
    told = rate_against_distance([row(0, 1e-3)] * 2 + [row(10, 1e-4)] * 10).chart.statement
    assert "Points of fewer than 10 runs: 1. So few have no such quantiles of their own" in told
    assert "fewer than" not in rate_against_distance([row(0, 1e-3)] * 10).chart.statement
    assert "fewer than" not in rate_against_distance(RUNS, quantiles=(0.25, 0.75)).chart.statement
    assert "fewer than" not in rate_against_distance(RUNS, quantiles=(0.0, 1.0)).chart.statement


def test_what_failed_is_left_out_and_counted() -> None:
    # would catch: the number of a run that ended in an error, and a missing number drawn as 0
    rows = [row(0, 1e-3), row(0, 9.0, error="boom"), row(10, None), row(10, 1e-4), row(20, float("nan"))]
    figure = rate_against_distance(rows)
    assert figure.chart.series[0]["y"] == [1e-3, 1e-4]
    assert figure.chart.statement.endswith(WORDS["told_out"].format(out=3))
    assert rate_against_distance([row(0, None)]).chart.statement.startswith(WORDS["told_empty"])


def test_no_key_on_a_log_scale_is_seen_and_named() -> None:
    figure = rate_against_distance([row(0, 1e-3), row(50, 2e-5), row(100, 0.0)])
    points, zeros = figure.chart.series
    assert (points["x"], zeros["x"]) == ([0, 50], [100])
    assert zeros["name"] == WORDS["zero"]
    assert zeros["y"] == [figure.chart.y_axis["low"]] == [pytest.approx(1e-5)]
    assert figure.chart.y_axis["high"] == pytest.approx(1e-3)


def test_a_log_axis_ends_at_powers_of_ten_and_has_a_length() -> None:
    for bits, ends in (((2e-5, 3e-3), (1e-5, 1e-2)), ((1e-4, 1e-3), (1e-4, 1e-3)), ((1e-3,), (1e-4, 1e-3))):
        axis = rate_against_distance([row(km, one) for km, one in enumerate(bits)]).chart.y_axis
        assert (axis["low"], axis["high"]) == pytest.approx(ends)


def test_series_have_the_look_of_their_theory() -> None:
    rows = [row(km, 1e-3 * (1 - share), share) for share in (0.5, 0.0) for km in (0, 10)]
    theory = [row(km, 2e-3, share) for share in (0.5, 0.7) for km in range(11)]
    chart = rate_against_distance(rows, by="eavesdropper.fraction", theory=theory).chart
    looks = [(one["kind"], one["name"].split(": ")[1], one["style"]) for one in chart.series]
    shares = {0.0: "0.0\xa0%", 0.5: "50.0\xa0%", 0.7: "70.0\xa0%"}
    assert looks == [
        ("curve", shares[0.5], 1),
        ("curve", shares[0.7], 2),
        ("points", shares[0.0], 0),
        ("points", shares[0.5], 1),
    ]


def test_a_theory_of_all_is_one_curve() -> None:
    theory = [{"link.length_km": km, "secret_bits_per_pulse": 1e-3} for km in (0, 5, 10)]
    chart = rate_against_distance([row(0, 1e-3)], by="eavesdropper.fraction", theory=theory).chart
    assert [(one["name"], one["style"]) for one in chart.series if one["kind"] == "curve"] == [("theory", 6)]
    chart = rate_against_distance([], theory=theory).chart
    assert [(one["name"], one["style"]) for one in chart.series] == [("theory", 0)]
    assert chart.statement.endswith("as theory has it.")
    chart = rate_against_distance([row(0, 1e-3)], theory=theory).chart
    assert [(one["name"], one["style"]) for one in chart.series] == [("theory", 0), ("runs", 6)]


def test_curves_that_are_no_theory_are_called_what_they_are() -> None:
    # would catch: measurements of others that the legend passes off as theory
    theory = [row(km, 2e-3, share) for share in (0.5, 0.7) for km in (0, 5)]
    options = {"theory": theory, "theory_label": "as printed"}
    split = rate_against_distance([], by="eavesdropper.fraction", **options).chart.series
    assert [one["name"].startswith("as printed, ") for one in split] == [True, True]
    assert [one["name"] for one in rate_against_distance([], **options).chart.series] == ["as printed"]


def test_cells_hold_medians_the_darker_the_larger() -> None:
    rows = [row(km, bits, share) for km, share, bits in ((10, "b", 4e-4), (0, "a", 1e-3), (0, "b", 1e-5))]
    chart = heat_map(
        rows, x="link.length_km", y="eavesdropper.fraction", colour="secret_bits_per_pulse", scale="log"
    ).chart
    assert (chart.columns, chart.rows) == (["0", "10"], ["a", "b"])
    assert [[cell["text"] for cell in line] for line in chart.cells] == [
        ["1 × 10⁻³", "–"],
        ["1 × 10⁻⁵", "4 × 10⁻⁴"],
    ]
    assert chart.cells[0][0]["shade"] == 1
    assert chart.cells[1][0]["shade"] == 0
    assert chart.cells[1][1]["shade"] == pytest.approx(0.801, abs=5e-4)  # log10(40) / 2
    assert chart.shades == words_for("heat_map")["shades"].format(low="1 × 10⁻⁵", high="1 × 10⁻³")
    assert "3 runs" in chart.statement


def test_a_linear_scale_of_one_value_and_none() -> None:
    options = {"x": "link.length_km", "y": "eavesdropper.fraction", "colour": "secret_bits_per_pulse"}
    assert heat_map([row(0, 0.5)], **options).chart.cells == [[{"text": "0.5", "shade": 0.0}]]
    empty = heat_map([row(0, None)], **options).chart
    assert (empty.cells, empty.shades, empty.drawing()) == ([], "", None)


def test_figures_keep_a_picture_and_their_words() -> None:
    for figure in (
        rate_against_distance(RUNS),
        heat_map(RUNS, x="link.length_km", y="eavesdropper.fraction", colour="secret_bits_per_pulse"),
    ):
        data, metadata = figure._repr_mimebundle_()
        assert figure.chart.summary in metadata["image/png"]["alt"]
        assert len(data["image/png"]) > 5_000
        assert data["text/plain"] == repr(figure) == f"SweepFigure({figure.chart.title!r})"
        assert figure.chart.data()
        figure.close()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"x": "km", "y": "error"}, "column must be one of 'link.length_km', .*, got 'km'"),
        ({"x": "place", "y": "secret_bits_per_pulse"}, "x must name a column of numbers, got 'a' in 'place'"),
        (
            {"x": "link.length_km", "y": "secret_bits_per_pulse", "by": "number"},
            "by must name a column of at most 5 values, got 6",
        ),
        (
            {"x": "link.length_km", "y": "secret_bits_per_pulse", "y_scale": "square"},
            "y_scale must be one of 'linear', 'log', got 'square'",
        ),
    ],
    ids=["column", "text", "many", "scale"],
)
def test_what_cannot_be_drawn_is_refused(options: dict[str, Any], message: str) -> None:
    rows = [row(0, 1e-3) | {"place": "a", "number": number} for number in range(6)]
    with pytest.raises(ValueError, match=message):
        plot_sweep(rows, **options)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([[{"text": "1", "shade": 2}]], r"cells\[0\]\[0\]\['shade'\] must lie between 0 and 1, got 2"),
        (
            [[{"text": "1", "shade": 0}], []],
            r"cells must hold rows of one length, got \[1, 0\]",
        ),
        ([[{"text": "1"}]], r"cells\[0\]\[0\] must have the key 'shade', got"),
    ],
    ids=["shade", "ragged", "key"],
)
def test_a_heat_map_refuses_other_cells(cells: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        HeatMap(cells=cells)
