"""What is read on a control: the texts of menus, and what a pointer that rests on it shows."""

import re
from pathlib import Path
from typing import Any

import pytest
from ipywidgets import HTML
from ipywidgets.widgets.widget_description import DescriptionWidget

from qkdlab.lab import EavesdropperPanel, LinkBudgetPanel, LinkPanel
from qkdlab.lab.frame.cells import widgets_in
from qkdlab.lab.frame.frame import Panel
from qkdlab.lab.frame.run_panel import RunPanel


@pytest.mark.parametrize("kind", [LinkPanel, EavesdropperPanel, LinkBudgetPanel])
def test_no_control_has_the_tooltip_null(kind: type[Panel]) -> None:
    # would catch: ipywidgets writes "null" over the label of a widget without a tooltip
    described = [one for one in widgets_in(kind()) if isinstance(one, DescriptionWidget)]
    assert len(described) > 10
    assert [one.description for one in described if one.tooltip is None] == []


@pytest.mark.parametrize("kind", [LinkPanel, EavesdropperPanel, LinkBudgetPanel])
def test_the_names_of_scenarios_are_whole_in_their_menu_and_say_all(kind: type[RunPanel[Any]]) -> None:
    # would catch: "Rusca and others (2018): dead time, one deco", and "the same, 120 km" in a closed menu
    names = [name for name, _ in kind().preset.options]
    assert max(map(len, names)) <= 34
    assert not [name for name in names if name.startswith("the same")]


def test_the_names_of_lines_are_whole_in_their_menu() -> None:
    assert max(len(name) for name, _ in EavesdropperPanel().controls.widgets["link"].options) <= 34


@pytest.mark.parametrize("kind", [LinkPanel, EavesdropperPanel, LinkBudgetPanel])
def test_a_panel_says_in_which_notebooks_is_done_what_it_has_no_control_for(kind: type[Panel]) -> None:
    told = [one.value for one in widgets_in(kind()) if isinstance(one, HTML) and "notebook" in one.value]
    (line,) = [text for text in told if "08" in text]
    folder = Path(__file__).parents[3] / "notebooks"
    for number in re.findall(r"\b0\d\b", line):
        assert list(folder.glob(f"{number}_*.ipynb")), number
