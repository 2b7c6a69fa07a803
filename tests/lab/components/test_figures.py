"""Still pictures: they draw what the components hold, tell it in words, and let no two labels meet."""

import asyncio
import math
import subprocess
import sys
from base64 import b64decode
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from qkdlab.lab.components import BarRows, CircuitDrawing, CurveChart, KeyFunnel, QberGauge, VerdictLamp
from qkdlab.lab.components.figures import HALF, Drawing, Still
from qkdlab.lab.frame import frame
from qkdlab.lab.frame.frame import Panel
from tests.lab.frame.one_thread import StackTurns

PNG = b"\x89PNG\r\n"
AXIS = {"label": "km", "low": 0.0, "high": 10.0}


def drawn(drawing: Drawing | None, width: float = HALF) -> Axes:
    """Draw alone on a page; the axes."""
    assert drawing is not None
    figure = Figure(figsize=(width, drawing.height), layout="constrained")
    axes = figure.add_subplot()
    drawing.draw(axes)
    figure.draw_without_rendering()
    return axes


def bars(axes: Axes) -> list[tuple[float, float, float]]:
    """Row, start and stop of each bar."""
    boxes = [bar.get_bbox() for bar in axes.patches]
    return [(round((box.y0 + box.y1) / 2), box.x0, box.x1) for box in boxes]


def legend(axes: Axes) -> list[str]:
    found = axes.get_legend()
    return [text.get_text() for text in found.get_texts()] if found else []


def size(still: Still) -> tuple[int, int]:
    return int.from_bytes(still.png[16:20]), int.from_bytes(still.png[20:24])


# ---- pages -----------------------------------------------------------------------------------------


def part(text: str, *, wide: bool = False) -> Drawing:
    return Drawing(draw=lambda axes: axes.set_title(text), text=f"{text}.", height=2.0, wide=wide)


def test_two_drawings_stand_side_by_side_and_a_wide_one_alone() -> None:
    one, two = Still.of([part("a")]), Still.of([part("a"), part("b")])
    assert size(two) == (2 * size(one)[0], size(one)[1])
    assert size(Still.of([part("a"), part("b"), part("c")]))[1] == 2 * size(one)[1]
    assert size(Still.of([part("a"), part("b", wide=True), part("c")]))[1] == 3 * size(one)[1]


def test_a_picture_says_what_it_shows() -> None:
    still = Still.of([part("a"), part("b", wide=True)], "25 km")
    assert still.png.startswith(PNG)
    assert still.text == repr(still) == "25 km. a. b."
    assert still._repr_png_() == (still.png, {"alt": still.text})


def test_the_same_picture_twice_is_the_same_file() -> None:
    # what is saved in notebooks changes only if what it shows does
    assert Still.of([part("a")]).png == Still.of([part("a")]).png


# ---- components ------------------------------------------------------------------------------------


def test_a_component_with_nothing_to_show_is_not_drawn() -> None:
    assert [kind().drawing() for kind in (CircuitDrawing, CurveChart, BarRows, KeyFunnel)] == [None] * 4


def test_the_chart_draws_its_points_with_their_intervals() -> None:
    points = {"name": "runs", "kind": "points", "x": [2.0, 20.0], "y": [3.0, 3.0], "lower": [1.0, 1.0]}
    points["upper"] = [4.0, 4.0]
    chart = CurveChart(
        title="Errors",
        statement="Few errors.",
        x_axis=AXIS,
        y_axis={**AXIS, "unit": "percent"},
        series=[{"name": "theory", "kind": "curve", "x": [0, 5], "y": [1, None]}, points],
        lines=[{"axis": "y", "at": 7.0, "label": "no key above"}],
    )
    drawing = chart.drawing()
    assert drawing is not None
    assert drawing.text == "Few errors."
    axes = drawn(drawing)
    curve, marks, *_ = axes.lines
    assert curve.get_xydata().tolist()[0] == [0, 1]
    assert marks.get_xydata()[0].tolist() == [2, 3]
    # would catch: a point at 20 km on an axis of 10 km, drawn in the margin
    assert str(marks.get_xdata()[1]) == "nan"
    (spread,) = [bar for bar in axes.collections if len(bar.get_segments())]
    # would catch: bounds taken for the lengths of the error bars
    assert spread.get_segments()[0][:, 1].tolist() == [1, 4]
    assert legend(axes) == ["theory", "no key above", "runs"]
    assert axes.yaxis.get_major_formatter()(0.25) == "25 %"


def test_bar_rows_are_drawn_part_by_part() -> None:
    parts = [{"start": 0.0, "stop": 4.0, "kind": "kept"}, {"start": 9.0, "stop": 4.0, "kind": "taken"}]
    shown = BarRows(
        heading="Bits",
        rows=[{"name": "sifted", "value": "4 left", "parts": parts}],
        room=(0.0, 10.0),
        mark={"at": 5.0, "text": "half"},
        legend=[{"kind": "taken", "text": "gone"}],
    )
    axes = drawn(shown.drawing())
    assert bars(axes) == [(0, 0, 4), (0, 4, 9)]
    assert axes.lines[0].get_xdata() == [5.0, 5.0]
    assert legend(axes) == ["half", "gone"]
    assert [text.get_text() for text in axes.texts] == ["4 left"]


def test_the_circuit_draws_each_gate_on_its_wire_and_who_acts() -> None:
    plain = {"qubits": [0], "parameters": [], "clbits": []}
    gates = [
        plain | {"name": "x"},
        plain | {"name": "barrier", "qubits": [0, 1]},
        plain | {"name": "cry", "qubits": [0, 1], "parameters": [math.pi / 2]},
        plain | {"name": "cx", "qubits": [1, 0]},
        plain | {"name": "measure", "clbits": [0]},
    ]
    circuit = CircuitDrawing(gates=gates, wires=["photon", "probe"], sections=["Alice", "Eve"])
    axes = drawn(circuit.drawing(), 2 * HALF)
    told = {text.get_text(): text.get_position() for text in axes.texts}
    # would catch: a gate on the wire of its control, a turn in radians, a gate before its turn
    assert [(name, told[name]) for name in ("X", "Ry 90°", "⊕", "◠")] == [
        ("X", (1, 0)),
        ("Ry 90°", (3, 1)),
        ("⊕", (4, 0)),
        ("◠", (5, 0)),
    ]
    assert told["Alice"][0] < 1 < told["Eve"][0] < 3
    assert [label.get_text() for label in axes.get_yticklabels()] == ["photon", "probe"]
    links = [line.get_ydata().tolist() for line in axes.lines if len(line.get_markevery() or ()) == 1]
    assert links == [[0, 1], [1, 0]]


def test_the_funnel_draws_bars_as_long_as_the_numbers_and_names_larger_scales() -> None:
    counts = [1000, 75, 30, 1, 0]
    funnel = KeyFunnel(stages=[{"name": str(count), "count": count} for count in counts])
    axes = drawn(funnel.drawing())
    lengths = [stop - start for _, start, stop in bars(axes)]
    # would catch: 1 drawn as long as 1000
    assert lengths == pytest.approx([1, 0.75, 0.3, 0.01, 0])
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "1000",
        "× 10",
        "75",
        "30",
        "1",
        "0",
    ]
    assert [text.get_text() for text in axes.texts] == ["1,000", "", "75", "30", "1", "0"]


def test_the_gauge_draws_the_estimate_its_interval_and_what_limits_it() -> None:
    gauge = QberGauge(qber=0.08, lower=0.05, upper=0.12, expected=0.07, confidence=0.95, limit=0.052)
    axes = drawn(gauge.drawing())
    assert bars(axes) == [(0, 0, 0.08), (0, 0.05, 0.12), (1, 0, 0.07)]
    assert [line.get_xdata()[0] for line in axes.lines] == [0.11, 0.052]
    assert "95 % interval 5.0\xa0% to 12.0\xa0%" in axes.get_title(loc="left")
    gauge.limit = 0.2  # above the threshold there is no key in any case
    assert [line.get_xdata()[0] for line in drawn(gauge.drawing()).lines] == [0.11]


def test_the_gauge_never_draws_no_data_as_zero() -> None:
    axes = drawn(QberGauge().drawing())
    assert bars(axes) == []
    assert [text.get_text() for text in axes.texts] == ["no data"]


@pytest.mark.parametrize("state", ["idle", "running", "accepted", "rejected", "too_few", "error"])
def test_the_lamp_has_a_sign_of_its_own_for_each_state(state: str) -> None:
    lamp = VerdictLamp(state=state, reason="Because. " * 40)
    title, reason = (text.get_text() for text in drawn(lamp.drawing(), 2 * HALF).texts)
    assert title.endswith(lamp.words[f"title_{state}"])
    assert title[0] == {"idle": "–", "running": "…", "accepted": "✓", "rejected": "✗", "too_few": "△"}.get(
        state, "!"
    )
    assert reason.count("\n") == 2


# ---- panels ----------------------------------------------------------------------------------------


class Lamps(Panel):
    """Two lamps and an empty chart; counts how often it is drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.times = 0
        self._assemble([], [], [VerdictLamp(state="accepted"), CurveChart(), VerdictLamp(state="idle")])

    def _still(self) -> Still:
        self.times += 1
        return super()._still()


def test_a_panel_is_drawn_only_when_displayed() -> None:
    panel = Lamps()
    assert panel.times == 0
    data, metadata = panel._repr_mimebundle_()
    assert b64decode(data["image/png"]).startswith(PNG)
    still = "A picture of the panel. To use it, run the cells above, then this one."
    assert metadata == {"image/png": {"alt": f"KEY ACCEPTED. NO RUN YET. {still}"}}
    assert "application/vnd.jupyter.widget-view+json" in data
    assert panel.times == 1


def shown(
    panel: Panel, monkeypatch: pytest.MonkeyPatch, *, in_a_tab: bool, closed: bool = False, times: int = 1
) -> list[Any]:
    """Display a panel as a kernel does; what is published: types, metadata and whether it is an update."""
    told: list[Any] = []
    places: set[str] = set()

    def publish(data: dict[str, Any], metadata: Any = None, *, transient: Any, update: bool = False) -> None:
        assert update is (transient["display_id"] in places)  # what was displayed before keeps its picture
        places.add(transient["display_id"])
        told.append((sorted(data), metadata, update))

    if in_a_tab:
        monkeypatch.setattr(frame, "turns_here", StackTurns)
    monkeypatch.setattr(frame, "publish_display_data", publish)

    async def use() -> list[Any]:
        shell = InteractiveShell.instance()
        monkeypatch.setattr(shell, "kernel", object(), raising=False)
        formatter = shell.display_formatter
        assert formatter is not None
        for _ in range(times):
            assert formatter.format(panel) == ({}, {})
        if in_a_tab:
            assert [update for *_, update in told] == times * [False]
            if closed:
                panel.close()
            await asyncio.sleep(0)
        return list(told)

    return asyncio.run(use())


@pytest.mark.parametrize("in_a_tab", [True, False], ids=["tab", "server"])
def test_the_picture_comes_after_the_panel(monkeypatch: pytest.MonkeyPatch, in_a_tab: bool) -> None:
    # before: the first panel was seen up to a second later
    first, second = shown(Lamps(), monkeypatch, in_a_tab=in_a_tab)
    widget = ["application/vnd.jupyter.widget-view+json", "text/plain"]
    assert first == (widget, None, False)
    assert (second[0], second[2]) == ([widget[0], "image/png", widget[1]], True)
    assert "KEY ACCEPTED" in second[1]["image/png"]["alt"]


def test_a_panel_that_is_closed_at_once_gets_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(shown(Lamps(), monkeypatch, in_a_tab=True, closed=True)) == 1


@pytest.mark.parametrize("in_a_tab", [True, False], ids=["tab", "server"])
def test_a_panel_that_is_shown_again_leaves_the_first_picture(
    monkeypatch: pytest.MonkeyPatch, in_a_tab: bool
) -> None:
    # before: it took the picture from the first cell's output, and put one of what the panel shows now there
    assert len(shown(Lamps(), monkeypatch, in_a_tab=in_a_tab, times=2)) == 4


class Undrawn(Lamps):
    """A panel that cannot be drawn."""

    def _still(self) -> Still:
        raise RuntimeError("no paper")


@pytest.mark.parametrize("in_a_tab", [True, False], ids=["tab", "server"])
def test_a_drawing_that_fails_is_told_once_below_the_panel(
    monkeypatch: pytest.MonkeyPatch, in_a_tab: bool
) -> None:
    # before: told twice, with the panel as a line of text below; in a tab, to the browser's console alone
    told = []
    monkeypatch.setattr(InteractiveShell.instance(), "showtraceback", lambda: told.append(sys.exception()))
    assert len(shown(Undrawn(), monkeypatch, in_a_tab=in_a_tab)) == 1
    assert [str(one) for one in told] == ["no paper"]


def test_where_nothing_can_be_added_the_picture_comes_with_the_panel() -> None:
    # before: a terminal printed the panel twice in a cell that awaits something
    formatter = InteractiveShell.instance().display_formatter
    assert formatter is not None

    async def use() -> None:
        data, _ = formatter.format(Lamps())
        assert "image/png" in data

    asyncio.run(use())


def test_the_first_panel_needs_no_library_that_loads_slowly() -> None:
    # before: in a browser tab, two of the ten seconds until it was seen
    code = """import sys
from tests.no_qiskit import NoQiskit
sys.meta_path.insert(0, NoQiskit())
from qkdlab.lab import StagePanel
StagePanel()
print(*sys.modules.keys() & {"matplotlib", "scipy.special", "scipy.linalg", "networkx"})"""
    assert subprocess.check_output([sys.executable, "-c", code], text=True).split() == []


def test_no_panel_loads_matplotlib_before_its_picture() -> None:
    # before: the network's and the encryptor's did, a third of a second
    code = """import sys
from qkdlab.lab import EncryptorPanel, LinkBudgetPanel, NetworkPanel, TimelinePanel
import qkdlab.lab.sweeps
print("matplotlib" in sys.modules)"""
    assert subprocess.check_output([sys.executable, "-c", code], text=True).split() == ["False"]


def test_pyplot_is_not_loaded() -> None:
    code = "import sys, qkdlab.lab.components, qkdlab.lab.sessions.session_panel\n"
    code += "sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
