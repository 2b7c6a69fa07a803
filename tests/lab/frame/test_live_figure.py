"""A live figure: what a slider moves, what is worked out anew, what is left when it is closed."""

from collections import Counter
from typing import Any

import pytest

from qkdlab.lab.components.chart_series import curve
from qkdlab.lab.components.text import words_for
from qkdlab.lab.frame.live_figure import LiveFigure, count_slider, number_slider, power_slider

WORDS = words_for("panel") | {"x": "x", "slope": "slope"}


def line_figure(calls: Counter[str] | None = None) -> LiveFigure:
    """A straight line whose slope is a slider."""
    seen = Counter[str]() if calls is None else calls

    def curves(slope: float) -> dict[str, Any]:
        seen["curves"] += 1
        return {"title": "line", "series": [curve("line", 0, [0, 1], [0, slope])]}

    def sentence(x: float, slope: float) -> str:
        seen["sentence"] += 1
        return f"{slope:g} × {x:g} = {slope * x:g}"

    sliders = {
        "x": number_slider(WORDS, "x", 0.5, (0, 1), 0.1, ".1f"),
        "slope": number_slider(WORDS, "slope", 1, (0, 4), 0.5, ".1f"),
    }
    return LiveFigure(sliders, curves, sentence)


def test_the_sentence_follows_every_slider_and_the_curves_all_but_the_first() -> None:
    calls = Counter[str]()
    figure = line_figure(calls)
    assert figure.chart.statement == "1 × 0.5 = 0.5"
    assert calls == {"curves": 1, "sentence": 1}
    figure.sliders["x"].value = 0.2
    assert figure.chart.statement == "1 × 0.2 = 0.2"
    assert calls["curves"] == 1
    figure.sliders["slope"].value = 3
    assert figure.chart.statement == "3 × 0.2 = 0.6"
    assert calls["curves"] == 2
    assert figure.chart.series[0]["y"] == [0, 3]
    assert repr(figure) == "LiveFigure('3 × 0.2 = 0.6')"


def test_the_hairline_is_left_to_the_browser() -> None:
    # would catch: a kernel that is late and puts the hairline back to where the slider was
    figure = line_figure()
    assert figure.chart.followed == {"x": figure.sliders["x"]}
    figure.sliders["x"].value = 0.9
    assert figure.chart.at is None


def test_numbers_come_without_the_dust_of_steps() -> None:
    figure = line_figure()
    figure.sliders["x"].value = 3 * 0.1
    assert figure.chart.statement.startswith("1 × 0.3 =")


def test_a_saved_figure_has_a_picture_with_the_hairline_and_the_sentence_as_its_words() -> None:
    figure = line_figure()
    first, about = figure._repr_mimebundle_()
    assert figure.chart.statement in about["image/png"]["alt"]
    figure.sliders["x"].value = 0.9  # only the hairline moves
    figure.chart.statement = "1 × 0.5 = 0.5"
    assert figure._repr_mimebundle_()[0]["image/png"] != first["image/png"]


def test_large_text_reaches_the_chart() -> None:
    figure = line_figure()
    figure.projector.value = True
    assert figure.chart.projector


def test_sliders_begin_where_they_are_told_and_keep_to_their_ends() -> None:
    log = power_slider(WORDS, "x", 1e4, (1e3, 1e8), ",.0f")
    assert log.value == 1e4
    log.value = 1e12
    assert log.value == pytest.approx(1e8)
    assert count_slider(WORDS, "x", 3, (2, 5)).value == 3
