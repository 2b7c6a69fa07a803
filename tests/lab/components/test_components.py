"""The Python side of the components: what they accept, what they say, how they print. No browser."""

import math
from inspect import getfile
from pathlib import Path
from typing import Any

import pytest
from ipywidgets import FloatSlider

from qkdlab.distillation.estimation.error_rate import QberEstimate
from qkdlab.lab.catalogue import WORDS
from qkdlab.lab.components import CircuitDrawing, CurveChart, KeyFunnel, QberGauge, VerdictLamp
from qkdlab.lab.components.base import Component, module_text, style_text
from qkdlab.lab.components.key_funnel import zooms_of
from qkdlab.lab.components.text import words_for
from qkdlab.lab.distillation.cascade.cascade_replay import CascadeReplay
from qkdlab.lab.distillation.cascade.cascade_story import cascade_story
from qkdlab.lab.frame.kernel_notice import KernelNotice
from qkdlab.lab.frame.keyboard_guard import KeyboardGuard
from qkdlab.lab.link.photon_stage import PhotonStage, Tally
from qkdlab.lab.network.map.network_map import NetworkMap
from qkdlab.lab.sweeps.heat_map import HeatMap

PULSES: list[list[int | None]] = [
    [1, 0, None, None, 1, 0, 1],  # kept
    [0, 1, 0, 1, 1, 0, 1],  # other basis
    [1, 1, 0, 0, 1, 1, 0],  # kept, an error
    [0, 0, None, None, 0, 0, None],  # lost
]


def test_tally_counts_clicks_kept_bits_and_errors() -> None:
    stage = PhotonStage(PULSES)
    assert stage.tally(0) == Tally(clicks=0, kept=0, errors=0)
    assert stage.tally(4) == Tally(clicks=3, kept=2, errors=1)
    stage.position = 2
    assert stage.tally() == Tally(clicks=2, kept=1, errors=0)


def test_the_trace_has_a_point_for_each_kept_bit() -> None:
    trace = PhotonStage(PULSES)._trace
    assert [number for number, *_ in trace] == [1, 3]
    for (_, *figures), errors in zip(trace, (0, 1), strict=True):
        estimate = QberEstimate(n_sample=errors + 1, n_errors=errors)
        assert figures == [estimate.qber, estimate.lower, estimate.upper]


def test_a_story_starts_where_it_is_told_to() -> None:
    stage = PhotonStage()
    stage.load(PULSES, eve_present=True, start=2)
    assert (stage.position, stage._goto[:2]) == (2, [stage.epoch, 2])
    stage.load(PULSES[:1], eve_present=True, start=2)
    assert stage.position == 1


def test_new_pulses_start_anew() -> None:
    stage = PhotonStage(PULSES)
    stage.position = 3
    epoch = stage.epoch
    stage.load(PULSES[:2], eve_present=True)
    assert (stage.position, stage.epoch, stage.eve_present) == (0, epoch + 1, True)
    assert stage.pulses == PULSES[:2]


def test_a_late_message_about_old_pulses_does_not_move_new_ones() -> None:
    stage = PhotonStage(PULSES)
    old = stage.epoch
    stage.load(PULSES, eve_present=False)
    stage.set_state({"_arrived": [old, 3]})
    assert stage.position == 0
    stage.set_state({"_arrived": [stage.epoch, 2]})
    assert stage.position == 2
    assert stage.summary == "Pulses sent: 2 of 4. Clicks: 2. Kept: 1."


def test_the_browser_moves_without_an_echo_and_python_moves_the_browser() -> None:
    stage = PhotonStage(PULSES)
    stage.set_state({"_arrived": [stage.epoch, 2]})
    before = stage._goto
    stage.set_state({"_arrived": [stage.epoch, 3]})
    assert stage._goto == before
    stage.position = 1
    assert stage._goto[:2] == [stage.epoch, 1]


def test_position_stops_at_the_last_pulse() -> None:
    stage = PhotonStage(PULSES)
    stage.position = 99
    assert stage.position == 4


def test_errors_are_in_the_summary_only_for_the_all_seeing() -> None:
    stage = PhotonStage(PULSES)
    stage.position = 4
    for viewpoint in ("alice", "eve", "bob"):
        stage.viewpoint = viewpoint
        assert stage.summary == "Pulses sent: 4 of 4. Clicks: 3. Kept: 2."
    stage.viewpoint = "all"
    assert stage.summary == "Pulses sent: 4 of 4. Clicks: 3. Kept: 2, wrong: 1."
    assert PhotonStage().summary == "There are no pulses to show."


def test_gauge_says_which_side_of_the_line() -> None:
    gauge = QberGauge()
    assert gauge.summary.replace("\N{NO-BREAK SPACE}", " ") == "QBER: no data yet."
    gauge.show(qber=0.25, lower=0.23, upper=0.27, expected=0.25)
    assert gauge.summary.replace("\N{NO-BREAK SPACE}", " ") == (
        "QBER 25.0 % (23.0 % to 27.0 %), above the 11.0 % line. The formula gives 25.0 %."
    )
    gauge.show(qber=0.0, lower=None, expected=None)
    assert gauge.summary.replace("\N{NO-BREAK SPACE}", " ") == "QBER 0.0 %, below the 11.0 % line."
    gauge.show(qber=0.07, limit=0.05)
    assert gauge.summary.replace("\N{NO-BREAK SPACE}", " ") == (
        "QBER 7.0 %, below the 11.0 % line, but above 5.0 %: error correction costs too much for a key."
    )


def test_history_is_completed_with_none() -> None:
    gauge = QberGauge(history=[{"label": "a", "qber": None, "verdict": "too_few"}])
    assert gauge.history == [
        {"label": "a", "qber": None, "lower": None, "upper": None, "expected": None, "verdict": "too_few"}
    ]


def test_funnel_and_lamp_summaries() -> None:
    assert KeyFunnel().summary == "The key funnel is empty."
    funnel = KeyFunnel(stages=[{"name": "Sent", "count": 10_000}, {"name": "Secret", "count": 0}])
    assert funnel.summary == "From first to last: Sent 10,000, Secret 0."
    funnel.statement = "Key rate: 0."
    assert funnel.summary == "From first to last: Sent 10,000, Secret 0. Key rate: 0."
    assert VerdictLamp().summary == "NO RUN YET."
    assert VerdictLamp(state="accepted", reason="All is well.").summary == "KEY ACCEPTED. All is well."
    assert VerdictLamp(state="error", title="Oh").summary == "Oh."


def test_circuit_takes_wires_and_gates_in_any_order_and_says_what_it_is() -> None:
    circuit = CircuitDrawing(gates=[GATE], wires=["photon"], sections=["Alice"])
    assert circuit.summary == "A circuit of photon: Alice."
    assert CircuitDrawing().summary == "There is no circuit to show."
    circuit.show(gates=[GATE | {"qubits": [1]}], wires=["photon", "probe"], statement="Alice sends 1 in Z.")
    assert circuit.summary == "Alice sends 1 in Z."
    assert circuit.wires == ["photon", "probe"]


LINE = {"name": "rate", "kind": "curve", "x": [0, 50.0], "y": [1, None]}
AXIS = {"label": "QBER", "low": 0, "high": 0.5}


@pytest.mark.parametrize(
    ("counts", "zooms"),
    [
        ([], []),
        ([0, 0], [1, 1]),
        ([1000, 101, 20, 0], [1, 1, 1, 1]),
        ([1000, 100, 20, 0], [1, 10, 10, 10]),
        ([10**9, 10, 5, 1], [1, 10**8, 10**8, 10**8]),
        ([1_000_000, 900, 9, 800, 800_000], [1, 1, 1, 1, 1]),
        # before: × 100,000 for 38 and × 100 for 138,374, which was drawn the shorter
        ([10**8, 138_412, 38, 138_374, 0, 69_000], [1, 500, 500, 500, 500, 500]),
    ],
)
def test_funnel_has_one_scale_for_all_stages_after_the_first(counts: list[int], zooms: list[int]) -> None:
    assert zooms_of(counts) == zooms
    drawn = [count * zoom for count, zoom in zip(counts, zooms, strict=True)]
    assert sorted(counts[1:]) == [count for _, count in sorted(zip(drawn[1:], counts[1:], strict=True))]
    assert max(drawn, default=0) == max(counts, default=0)  # none is too long for its room


def test_a_control_that_is_followed_is_a_widget_and_reaches_the_browser() -> None:
    slider = FloatSlider()
    for kind in (CurveChart, QberGauge):
        assert kind(followed={"x": slider}).get_state()["followed"] == {"x": f"IPY_MODEL_{slider.model_id}"}
        with pytest.raises(ValueError, match=r"^followed must be a dict of widgets by name, got"):
            kind(followed={"x": 3})


@pytest.mark.parametrize(
    ("theory", "told"),
    [
        ({"x": [0, 1], "y": [0.1]}, "must have the key 'at'"),
        ({"x": [0, 1], "y": [0.1], "at": 0}, r"\['y'\] must hold as many numbers as 'x', got 1"),
        ({"x": [0, 1], "y": [0.1, 2], "at": 0}, r"\['y'\]\[1\] must"),
        ({"x": [0, None], "y": [0.1, 0.2], "at": 0}, r"\['x'\]\[1\] must be a finite number"),
    ],
)
def test_gauge_refuses_what_is_no_curve(theory: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        QberGauge(theory={"length_km": theory})


def test_chart_completes_its_records_and_says_what_it_shows() -> None:
    chart = CurveChart(x_axis=AXIS | {"unit": "percent"})
    assert chart.x_axis == {"label": "QBER", "low": 0.0, "high": 0.5, "scale": "linear", "unit": "percent"}
    assert chart.summary == "y against QBER: nothing to show yet."
    chart.series = [LINE, LINE | {"kind": "points", "style": 4, "lower": [0.5, None], "upper": [2, None]}]
    assert [one["style"] for one in chart.series] == [0, 4]
    assert chart.series[1]["upper"] == [2.0, None]
    assert chart.summary == "y against QBER: rate, rate."
    chart.series = [LINE | {"kind": "bars", "shift": 0.2}, LINE]
    assert [one["shift"] for one in chart.series] == [0.2, 0.0]
    chart.statement = "All is well."
    assert chart.summary == "All is well."
    assert repr(chart) == "CurveChart(title='', statement='All is well.')"


STAGE_FIELDS = "alice_bit, alice_basis, eve_basis, eve_bit, arrived, bob_basis, bob_bit"
GATE = {"name": "x", "qubits": [0], "parameters": [], "clbits": []}
BAD: list[tuple[type[Component], dict[str, Any], str]] = [
    (PhotonStage, {"pulses": 3}, "pulses must be a list of pulses, got 3"),
    (PhotonStage, {"pulses": "ab"}, "pulses must be a list of pulses, got 'ab'"),
    (PhotonStage, {"pulses": [[0, 1]]}, f"pulses[0] must hold {STAGE_FIELDS}, got [0, 1]"),
    (
        PhotonStage,
        {"pulses": [PULSES[0], [0, 0, None, None, 2, 0, 1]]},
        "pulses[1][4] (arrived) must be 0 or 1, got 2",
    ),
    (
        PhotonStage,
        {"pulses": [[0, 0, None, None, 1, 0, "1"]]},
        "pulses[0][6] (bob_bit) must be 0, 1 or None, got '1'",
    ),
    (PhotonStage, {"pulses": [[None] * 7]}, "pulses[0][0] (alice_bit) must be 0 or 1, got None"),
    (
        PhotonStage,
        {"viewpoint": "carol"},
        "viewpoint must be one of 'alice', 'eve', 'bob', 'all', got 'carol'",
    ),
    (PhotonStage, {"eve_present": 1}, "eve_present must be True or False, got 1"),
    (PhotonStage, {"position": -1}, "position must be at least 0, got -1"),
    (PhotonStage, {"speed": 3}, "speed must be one of 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, got 3"),
    (QberGauge, {"qber": 1.5}, "qber must lie between 0 and 1, got 1.5"),
    (QberGauge, {"upper": math.nan}, "upper must lie between 0 and 1, got nan"),
    (QberGauge, {"expected": "a"}, "expected must be a number, got 'a'"),
    (QberGauge, {"threshold": 0}, "threshold must lie strictly between 0 and 1, got 0"),
    (QberGauge, {"history": {}}, "history must be a list of runs, got {}"),
    (QberGauge, {"history": [5]}, "history[0] must be a dict, got 5"),
    (
        QberGauge,
        {"history": [{"label": "a", "qber": 0.1}]},
        "history[0] must have the key 'verdict', got {'label': 'a', 'qber': 0.1}",
    ),
    (
        QberGauge,
        {"history": [{"label": "a", "qber": -0.1, "verdict": "accepted"}]},
        "history[0]['qber'] must lie between 0 and 1, got -0.1",
    ),
    (
        QberGauge,
        {"history": [{"label": "a", "qber": 0.1, "verdict": "fine"}]},
        "history[0]['verdict'] must be one of 'accepted', 'broken', 'rejected', 'too_few', got 'fine'",
    ),
    (KeyFunnel, {"stages": None}, "stages must be a list of stages, got None"),
    (KeyFunnel, {"stages": [{"name": "a"}]}, "stages[0] must have the key 'count', got {'name': 'a'}"),
    (
        KeyFunnel,
        {"stages": [{"name": "a", "count": 1, "colour": "red"}]},
        "stages[0] must have no key 'colour', got {'name': 'a', 'count': 1, 'colour': 'red'}",
    ),
    (KeyFunnel, {"stages": [{"name": "a", "count": -1}]}, "stages[0]['count'] must be at least 0, got -1"),
    (KeyFunnel, {"stages": [{"name": 1, "count": 1}]}, "stages[0]['name'] must be a string, got 1"),
    (CircuitDrawing, {"gates": 4}, "gates must be a list, got 4"),
    (
        CircuitDrawing,
        {"gates": [{"name": "x"}]},
        "gates[0] must have the key 'clbits', got {'name': 'x'}",
    ),
    (
        CircuitDrawing,
        {"gates": [GATE, GATE | {"parameters": [math.nan]}], "wires": ["photon"]},
        "gates[1]['parameters'][0] must be a finite number, got nan",
    ),
    (
        CircuitDrawing,
        {"gates": [GATE, GATE | {"qubits": [0, 1]}], "wires": ["photon"]},
        "gates[1]['qubits'] must each have a wire, got [0, 1]",
    ),
    (CircuitDrawing, {"wires": [1]}, "wires[0] must be a string, got 1"),
    (CurveChart, {"series": 4}, "series must be a list of curves and points, got 4"),
    (
        CurveChart,
        {"series": [LINE, {"name": "b"}]},
        "series[1] must have the key 'kind', got {'name': 'b'}",
    ),
    (
        CurveChart,
        {"series": [LINE | {"kind": "pie"}]},
        "series[0]['kind'] must be one of 'curve', 'points', 'bars', got 'pie'",
    ),
    (CurveChart, {"series": [LINE | {"shift": "a"}]}, "series[0]['shift'] must be a finite number, got 'a'"),
    (
        KeyFunnel,
        {"stages": [{"name": "a", "count": 1}, {"name": "b", "count": 1, "of": 1}]},
        "stages[1]['of'] must be at least 0 and at most 0, got 1",
    ),
    (
        CurveChart,
        {"series": [LINE | {"x": [0, math.nan]}]},
        "series[0]['x'][1] must be a finite number, got nan",
    ),
    (
        CurveChart,
        {"series": [LINE | {"x": [0, None]}]},
        "series[0]['x'][1] must be a finite number, got None",
    ),
    (CurveChart, {"series": [LINE | {"y": [1]}]}, "series[0]['y'] must hold as many numbers as 'x', got 1"),
    (
        CurveChart,
        {"series": [LINE | {"style": 7}]},
        "series[0]['style'] must be at least 0 and at most 6, got 7",
    ),
    (CurveChart, {"x_axis": AXIS | {"high": 0}}, "x_axis['high'] must be above 'low', got 0.0"),
    (
        CurveChart,
        {"y_axis": AXIS | {"scale": "log"}},
        "y_axis['low'] must be above 0 on a log scale, got 0.0",
    ),
    (
        CurveChart,
        {"lines": [{"axis": "z", "at": 1, "label": ""}]},
        "lines[0]['axis'] must be one of 'x', 'y', got 'z'",
    ),
    (CurveChart, {"height": -1}, "height must lie between 0 and 60, got -1"),
    (VerdictLamp, {"progress": 2}, "progress must lie between 0 and 1, got 2"),
    (VerdictLamp, {"reason": None}, "reason must be a string, got None"),
    (VerdictLamp, {"projector": "yes"}, "projector must be True or False, got 'yes'"),
    (VerdictLamp, {"colour": 1}, "VerdictLamp must be given its own traits, got 'colour'"),
]


@pytest.mark.parametrize(("kind", "traits", "message"), BAD)
def test_bad_values_are_named_and_change_nothing(
    kind: type[Component], traits: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=r"must .*, got") as caught:
        kind(**traits)
    assert str(caught.value) == message
    widget = kind()
    before = repr(widget), widget.summary
    with pytest.raises(ValueError, match=r"must .*, got"):
        widget.show(**traits)
    assert (repr(widget), widget.summary) == before


def test_lamp_state_outside_the_list() -> None:
    with pytest.raises(ValueError, match=r"^state must be one of 'idle', .*, got 'green'$"):
        VerdictLamp(state="green")


def test_reprs_are_stable() -> None:
    stage = PhotonStage(PULSES, viewpoint="all")
    assert repr(stage) == "PhotonStage(4 pulses, position=0, viewpoint='all', eve_present=False)"
    assert repr(QberGauge(qber=0.1)) == (
        "QberGauge(qber=0.1, lower=None, upper=None, expected=None, threshold=0.11)"
    )
    assert repr(KeyFunnel(stages=[{"name": "Sent", "count": 3}])) == "KeyFunnel(Sent=3)"
    assert repr(CircuitDrawing()) == "CircuitDrawing(statement='')"
    assert repr(VerdictLamp()) == "VerdictLamp(state='idle', title='', reason='')"
    assert repr(KeyboardGuard()) == "KeyboardGuard()"


@pytest.mark.parametrize(
    "kind",
    [CircuitDrawing, CurveChart, PhotonStage, QberGauge, KeyFunnel, VerdictLamp, KeyboardGuard],
)
def test_display_is_a_live_widget_with_its_repr(kind: type[Component]) -> None:
    data, _ = kind()._repr_mimebundle_()  # type: ignore[misc]
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/plain"] == repr(kind())


def test_show_is_one_message() -> None:
    gauge, sent = QberGauge(), []
    gauge.send_state = lambda key=None: sent.append(set(key))
    gauge.show(qber=0.1, lower=0.05, upper=0.2, history=[])
    assert len(sent) == 1
    assert {"qber", "lower", "upper", "summary"} <= set(sent[0])


@pytest.mark.parametrize(
    "widget",
    [
        CascadeReplay,
        CircuitDrawing,
        CurveChart,
        HeatMap,
        KernelNotice,
        KeyFunnel,
        KeyboardGuard,
        NetworkMap,
        PhotonStage,
        QberGauge,
        VerdictLamp,
    ],
)
def test_joined_module_stands_alone(widget: type[Component]) -> None:
    text = module_text(getfile(widget))
    assert "import " not in text.replace("important", "")
    assert text.count("export ") == text.count("export default") == 1
    assert text.count("function keepKeys") == 1  # each file once
    for address in ("http:", "https:"):
        assert address not in text.replace("http://www.w3.org/2000/svg", "")


def test_an_import_may_take_several_lines(tmp_path: Path) -> None:
    (tmp_path / "one.js").write_text('import {\n  shared,\n  other,\n} from "./two.js";\nshared(other);\n')
    (tmp_path / "two.js").write_text("export const other = 2;\nexport function shared() {}\n")
    text = module_text(str(tmp_path / "one.py"))
    assert text == "const other = 2;\nfunction shared() {}\n\nshared(other);\n"


def test_styles_load_nothing() -> None:
    shown = (
        CascadeReplay,
        CircuitDrawing,
        CurveChart,
        HeatMap,
        KeyFunnel,
        NetworkMap,
        PhotonStage,
        QberGauge,
    )
    for widget in (*shown, VerdictLamp):
        style = style_text(getfile(widget))
        assert "url(" not in style
        assert "@import" not in style


def test_words_are_a_copy_and_sections_are_checked() -> None:
    words = words_for("photon_stage")
    words["step"] = "changed"
    assert WORDS["photon_stage"]["step"] == words_for("photon_stage")["step"] != "changed"
    with pytest.raises(ValueError, match=r"^section must be one of .*'photon_stage'.*, got 'none'$"):
        words_for("none")


# ---- the Cascade replay ------------------------------------------------------------------------------

STORY = cascade_story()


def test_the_replay_follows_its_story() -> None:
    replay = CascadeReplay(STORY)
    assert replay.summary == f"Step 1 of 44. {STORY['frames'][0]['text']}"
    assert replay.efficiency == 0
    replay.position = 1_000
    assert replay.position == 43
    assert replay.summary == f"Step 44 of 44. {STORY['frames'][-1]['text']}"
    assert replay.efficiency == STORY["frames"][-1]["leak"][0] / STORY["needed"]
    assert repr(replay) == "CascadeReplay('original', 128 bits, 44 frames, position=43)"


def test_another_story_starts_anew_and_old_news_are_not_heard() -> None:
    replay = CascadeReplay(STORY)
    replay.position = 20
    old = replay.epoch
    replay.load(STORY)  # the same again
    assert (replay.position, replay.epoch) == (0, old + 1)
    replay.show(story=cascade_story(32, 0.1))
    assert (replay.position, replay.epoch) == (0, old + 2)
    replay.set_state({"_arrived": [old, 3]})
    assert replay.position == 0
    replay.set_state({"_arrived": [old + 2, 3]})
    assert replay.position == 3


def test_a_replay_without_a_story() -> None:
    replay = CascadeReplay()
    assert replay.summary == "There is no run to show."
    assert replay.efficiency is None
    replay.position = 5
    assert replay.position == 0


def _with(frame: int, **changes: Any) -> dict[str, Any]:
    frames = list(STORY["frames"])
    frames[frame] = {**frames[frame], **changes}
    return {**STORY, "frames": frames}


@pytest.mark.parametrize(
    ("story", "rule"),
    [
        ({**STORY, "more": 1}, r"story must have no key 'more'"),
        ({**STORY, "bob": [2] * 128}, r"story\['bob'\] must hold bits"),
        ({**STORY, "orders": [[0, 0]]}, r"story\['orders'\]\[0\] must hold every place once"),
        ({**STORY, "wrong": [128]}, r"story\['wrong'\] must be at least 0 and at most 127, got 128"),
        (_with(2, kind="jump"), r"story\['frames'\]\[2\]\['kind'\] must be one of start, "),
        (_with(1, blocks=[[0, [4, 2], [0, 1]]]), r"story\['frames'\]\[1\]\['blocks'\] must cut the key"),
        (_with(1, blocks=[[0, [0], [3]]]), r"must cut the key and say what is known, got \[0\]"),
    ],
)
def test_a_story_that_cannot_be_drawn_is_refused(story: dict[str, Any], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        CascadeReplay(story)
    replay = CascadeReplay(STORY)
    with pytest.raises(ValueError, match=rule):
        replay.story = story
    assert replay.story == STORY
