"""A closed panel keeps nothing: no thread, no widget, no result, whoever still holds the panel."""

import asyncio
import gc
import weakref
from collections.abc import Callable

import comm
import pytest
from ipywidgets import FloatSlider, IntSlider, Widget
from ipywidgets.widgets.widget import _instances

from qkdlab import IDEAL_LINK, SessionSettings
from qkdlab.lab import (
    DistillationPanel,
    EavesdropperPanel,
    LinkBudgetPanel,
    LinkPanel,
    NetworkPanel,
    NetworkSettings,
    SamplePanel,
    StagePanel,
    reach_figure,
)
from qkdlab.lab.frame import cells
from qkdlab.lab.frame.frame import Panel
from qkdlab.lab.frame.live_figure import LiveFigure
from qkdlab.lab.frame.run_panel import RunPanel
from qkdlab.lab.network.network_run import NetworkRun
from qkdlab.session.session import SessionResult

SMALL = SessionSettings(n_pulses=20_000, link=IDEAL_LINK, seed=3)
SECONDS = 20.0  # a test that waits longer than this hangs

PANELS: dict[type[Panel], Callable[[], Panel]] = {
    LinkPanel: lambda: LinkPanel(SMALL, guide=True),
    StagePanel: StagePanel,
    EavesdropperPanel: lambda: EavesdropperPanel(SMALL),
    LinkBudgetPanel: lambda: LinkBudgetPanel(SMALL),
    DistillationPanel: lambda: DistillationPanel(SMALL),
    SamplePanel: SamplePanel,
    NetworkPanel: lambda: NetworkPanel(NetworkSettings(form="chain", n_nodes=3, rival="ring")),
    LiveFigure: reach_figure,
}


def use(panel: Panel) -> None:
    """Run everything that a panel can run."""
    if isinstance(panel, LinkBudgetPanel):
        panel.challenge.draw.click()
    if isinstance(panel, RunPanel):
        panel.kept.keep.click()
        panel.downloads._asked(None, {"asked": "csv"}, None)
    if isinstance(panel, DistillationPanel):
        panel.compare.click()
        panel.account.run.click()
    if isinstance(panel, NetworkPanel):
        panel.player.following.click()
        panel.hour.run.click()
    if not isinstance(panel, StagePanel | LiveFigure):
        panel.again.click()
    panel.projector.value = True
    panel._repr_mimebundle_()


def parts_of(panel: Panel) -> dict[str, weakref.ref[object]]:
    """Weak references to the runners, boxes and components of a panel, by name."""
    parts = {name: part for name, part in vars(panel).items() if not name.startswith("_")}
    for box in ("account", "challenge", "hour", "compare"):
        runner = getattr(parts.get(box), "runner", None)
        parts |= {f"runner of {box}": runner} if runner else {}
    if hasattr(parts.get("result"), "exchange"):
        parts["clicks"] = parts["result"].exchange.slots
    return {name: weakref.ref(part) for name, part in parts.items() if _can_be_freed(part)}


def _can_be_freed(part: object) -> bool:
    return type(part).__weakrefoffset__ > 0 and not isinstance(part, type | SessionSettings)


def results_alive() -> int:
    """How many results there are anywhere; they have no room for weak references."""
    gc.collect()
    return sum(issubclass(type(one), SessionResult | NetworkRun) for one in gc.get_objects())


@pytest.mark.parametrize("kind", PANELS)
def test_a_closed_panel_lets_go_of_everything(kind: type[Panel]) -> None:
    # would catch: a cache, a widget or a registry that keeps a result, a runner or a component
    before, registered = results_alive(), set(_instances)
    panel = PANELS[kind]()
    use(panel)
    parts = parts_of(panel)
    assert len(set(_instances)) > len(registered) + 10
    panel.close()
    assert results_alive() == before
    assert {name for name, part in parts.items() if part() is not None} == set()
    assert set(_instances) == registered
    assert repr(panel) == f"{kind.__name__}(closed)"
    panel.close()  # once more does no harm


@pytest.mark.parametrize("kind", [LinkPanel, NetworkPanel])
def test_closing_ends_the_run_that_goes_on(kind: type[Panel]) -> None:
    async def scenario() -> None:
        panel = PANELS[kind]()
        panel.settings = panel.settings
        thread = panel.runner._thread
        panel.close()
        await asyncio.to_thread(thread.join, SECONDS)
        assert not thread.is_alive()
        await asyncio.sleep(0)  # what it wanted to tell finds nobody
        assert repr(panel) == f"{kind.__name__}(closed)"

    asyncio.run(scenario())


@pytest.mark.parametrize("kind", PANELS)
def test_what_the_page_sends_late_is_dropped(
    kind: type[Panel], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # before: "No such comm" when a cell ran again while a slider of its panel moved
    manager = comm.get_comm_manager()
    known = set(manager.comms)

    async def scenario() -> None:
        panel = PANELS[kind]()
        use(panel)
        freed = weakref.ref(panel.projector)
        comms = set(manager.comms) - known
        panel.close()
        gc.collect()
        assert not freed()
        for one in comms:
            update = {"comm_id": one, "data": {"method": "update", "state": {"value": 1}}}
            manager.comm_msg(None, "", {"content": update})
        manager.comm_close(None, "", {"content": {"comm_id": comms.pop(), "data": {}}})
        monkeypatch.setattr(cells, "LATE_SECONDS", 0)
        PANELS[kind]().close()
        await asyncio.gather(*cells._ENDING)

    monkeypatch.setattr(cells, "LATE_SECONDS", 1)
    asyncio.run(scenario())
    assert not [one.getMessage() for one in caplog.records if "No such comm" in one.getMessage()]
    assert set(manager.comms) == known
    assert not cells._ENDING


@pytest.mark.long
@pytest.mark.parametrize("kind", PANELS)
def test_a_living_panel_closes_no_widget(kind: type[Panel], monkeypatch: pytest.MonkeyPatch) -> None:
    # a page that is slower than the kernel would still send to it: "No such comm"
    gc.collect()  # panels of other tests, which are closed once more as they go
    closed: list[str] = []
    panel = PANELS[kind]()
    whole = Widget.close
    monkeypatch.setattr(Widget, "close", lambda self: closed.append(repr(self)) or whole(self))
    for _ in range(2):
        use(panel)
        panel.projector.value = False
        for slider in (one for one in tree_of(panel) if isinstance(one, FloatSlider | IntSlider)):
            if not slider.disabled:
                slider.value = slider.min if slider.value > slider.min else slider.max
        if isinstance(panel, RunPanel):
            panel.reset.click()
    gc.collect()
    assert not closed
    monkeypatch.undo()
    panel.close()


def tree_of(widget: Widget) -> list[Widget]:
    """The widget and all that are in it."""
    return [widget, *(one for child in getattr(widget, "children", ()) for one in tree_of(child))]
