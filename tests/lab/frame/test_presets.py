"""Scenarios by name, the same way in every panel."""

import pytest

from qkdlab.lab import (
    DistillationPanel,
    EavesdropperPanel,
    EncryptorPanel,
    LinkBudgetPanel,
    LinkPanel,
    NetworkPanel,
)
from qkdlab.lab.frame.frame import Panel

PANELS: list[type[Panel]] = [
    LinkPanel,
    EavesdropperPanel,
    LinkBudgetPanel,
    DistillationPanel,
    NetworkPanel,
    EncryptorPanel,
]


@pytest.mark.parametrize("kind", PANELS)
def test_a_scenario_is_begun_by_its_name(kind: type[Panel]) -> None:
    panel, name = kind(), list(kind.presets())[1]
    try:
        panel.show(name)
        assert panel.settings == kind.presets()[name]  # type: ignore[attr-defined]
        assert panel.preset.value == name
        panel.show(name)  # once more: it begins anew
        assert panel.settings == kind.presets()[name]  # type: ignore[attr-defined]
        first = next(iter(kind.presets()))
        with pytest.raises(ValueError, match=f"name must be one of '{first}', .*, got 'tea'"):
            panel.show("tea")
        assert panel.settings == kind.presets()[name]  # type: ignore[attr-defined]
    finally:
        panel.close()


def test_the_names_are_those_of_the_menu() -> None:
    panel = LinkPanel()
    offered = [value for _, value in panel.preset.options if value]
    assert offered == list(LinkPanel.presets())
    panel.controls.widgets["eve"].value = True
    panel.show("quiet")
    assert panel.settings.eavesdropper is None
    panel.close()
