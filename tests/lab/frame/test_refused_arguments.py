"""What a panel is given and cannot show: refused by name, and nothing else is said."""

import gc
from typing import Any

import pytest

from qkdlab.lab import (
    CopyPanel,
    DistillationPanel,
    EavesdropperPanel,
    EncryptorPanel,
    GridPanel,
    HandPanel,
    LinkBudgetPanel,
    LinkPanel,
    MysteryPanel,
    NetworkPanel,
    QubitPanel,
    SamplePanel,
    StagePanel,
    TimelinePanel,
)
from qkdlab.lab.frame.frame import Panel

SETTINGS: dict[type[Panel], str] = {
    LinkPanel: "SessionSettings",
    StagePanel: "SessionSettings",
    EavesdropperPanel: "SessionSettings",
    LinkBudgetPanel: "SessionSettings",
    DistillationPanel: "SessionSettings",
    NetworkPanel: "NetworkSettings",
    EncryptorPanel: "DeliverySettings",
    TimelinePanel: "TimelineSettings",
}
OTHERS = (CopyPanel, GridPanel, HandPanel, MysteryPanel, QubitPanel, SamplePanel)


@pytest.mark.parametrize("settings", [0, "", "x" * 100_000, {"n_pulses": 1_000}, LinkPanel])
@pytest.mark.parametrize("kind", SETTINGS)
def test_settings_that_are_none_are_refused_by_name(kind: type[Any], settings: object) -> None:
    # would catch: "'int' object has no attribute 'link'", and a default in place of what was given
    with pytest.raises(ValueError, match=f"^settings must be a {SETTINGS[kind]}, got ") as told:
        kind(settings)
    assert len(str(told.value)) < 300


@pytest.mark.parametrize("kind", [kind for kind in SETTINGS if kind is not StagePanel])
def test_a_panel_keeps_what_it_shows_when_other_settings_are_refused(kind: type[Any]) -> None:
    panel = kind()
    before, shown = panel.settings, repr(panel)
    with pytest.raises(ValueError, match=f"^settings must be a {SETTINGS[kind]}, got 3$"):
        panel.settings = 3
    assert (panel.settings, repr(panel)) == (before, shown)
    panel.close()


@pytest.mark.parametrize("kind", [*SETTINGS, *OTHERS])
def test_a_refused_argument_leaves_one_error(kind: type[Any]) -> None:
    # would catch: a second error, which Python prints when it lets go of a panel that was never built. Python
    # gives it to pytest, which makes a warning of it, and so an error of this test
    with pytest.raises(TypeError, match="unexpected keyword argument 'no_such'"):
        kind(no_such=True)
    gc.collect()
