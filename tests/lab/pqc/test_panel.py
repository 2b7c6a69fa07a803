"""The timeline panel without a browser: its controls, scenarios, text and end."""

import csv
import json
import re
from io import StringIO

import pytest

from qkdlab.lab import TimelinePanel, TimelineSettings
from qkdlab.lab.components.text import words_for
from qkdlab.lab.frame.tabs.downloads import data_csv
from qkdlab.lab.pqc.lanes_view import lanes_traits, message_html, verdict
from qkdlab.lab.pqc.presets import PRESETS
from qkdlab.lab.pqc.timeline import METHODS, messages
from qkdlab.lab.pqc.year_lanes import YearLanes


def test_each_control_changes_what_is_assumed_and_the_picture() -> None:
    panel = TimelinePanel()
    moves = {
        "secrecy_years": 12,
        "migration_years": 3,
        "quantum_year": 22,
        "falls": True,
        "pqc_falls": 9,
        "fault": True,
        "qkd_fault": 20,
        "watched_year": 17,
    }
    assert set(moves) == set(panel.controls)
    for name, value in moves.items():
        before, lanes = panel.settings, panel.lanes.get_state(["lanes", "bars", "marks", "watched"])
        panel.controls[name].value = value
        assert panel.settings != before, name
        assert panel.lanes.get_state(["lanes", "bars", "marks", "watched"]) != lanes, name
    assert panel.settings == TimelineSettings(
        secrecy_years=12, migration_years=3, quantum_year=22, pqc_falls=9, qkd_fault=20, watched_year=17
    )
    panel.controls["falls"].value = False
    assert panel.settings.pqc_falls is None
    assert panel.controls["pqc_falls"].disabled
    panel.reset.click()
    assert panel.settings == TimelineSettings()
    panel.close()
    assert repr(panel) == "TimelinePanel(closed)"


def test_what_is_shown_can_be_taken_away() -> None:
    # before: the tab Save had text to copy, and no file
    panel = TimelinePanel()
    assert [one["name"] for one in panel.downloads.figures] == list(panel.tabs.titles[:-1])
    rows = list(csv.DictReader(StringIO(data_csv([panel.lanes], panel.settings))))
    read = [row for row in rows if row["x"] and row["name"] == panel.lanes.lanes[0]["name"]]
    assert len(read) == len(panel.lanes.lanes[0]["fates"])
    for year, fate in enumerate(panel.lanes.lanes[0]["fates"]):
        assert read[year]["x"] == str(year)
        assert read[year]["note"] == words_for("year_lanes")[f"legend_{fate}"]
    assert {row["name"] for row in rows} >= {one["name"] for one in (*panel.lanes.bars, *panel.lanes.lanes)}
    told = panel._report()
    assert TimelineSettings.from_json(told[told.index("\n{") :]) == panel.settings
    panel.close()


def test_a_click_on_a_square_watches_that_message() -> None:
    panel = TimelinePanel()
    panel.lanes.watched = 12
    assert panel.settings.watched_year == panel.controls["watched_year"].value == 12
    assert panel.lanes.secret_until == 12 + 25
    assert "year 12" in panel.table.value
    panel.close()


@pytest.mark.parametrize("name", PRESETS)
def test_a_scenario_is_shown_as_it_is_and_goes_to_text_and_back(name: str) -> None:
    panel = TimelinePanel()
    panel.preset.value = name
    assert panel.settings == PRESETS[name]
    assert json.loads(panel.save.text.value)["quantum_year"] == PRESETS[name].quantum_year
    text = panel.save.text.value
    panel.reset.click()
    assert panel.preset.value == ""
    panel.save.text.value = text
    panel.save.load.click()
    assert panel.settings == PRESETS[name]
    panel.save.text.value = text.replace('"secrecy_years"', '"secret_years"')
    panel.save.load.click()
    assert "secret_years" in panel.save.told.value
    assert panel.settings == PRESETS[name]
    panel.close()


def test_the_line_above_says_what_the_lanes_show() -> None:
    states = {name: verdict(settings)[0] for name, settings in PRESETS.items()}
    assert states == {
        "default": "late",
        "state": "late",
        "card": "time",
        "early": "time",
        "lattice": "lost",
        "fault": "lost",
        "both": "lost",
    }
    words = words_for("timeline_panel")
    assert words["hybrid"] not in verdict(PRESETS["fault"])[2]
    for settings in PRESETS.values():
        shown = lanes_traits(settings)
        for method, lane in zip(METHODS, shown["lanes"], strict=True):
            assert lane["fates"] == [one.fate for one in messages(settings, method)]
            assert lane["value"].startswith(f"{lane['fates'].count('early')} of 31")
        assert shown["last_year"] >= shown["secret_until"]


def test_the_table_of_a_message() -> None:
    table = re.sub("<td [^>]*>", "<td>", message_html(PRESETS["both"]))
    # sent in 14, secret until 24; classical from 18, PQC from 20, QKD at once, hybrid from 20
    for cells in ("24</td><td>18</td><td>6", "24</td><td>20</td><td>4", "24</td><td>14</td><td>10"):
        assert cells in table
    assert "know who is at the other end" in table


@pytest.mark.parametrize(
    ("traits", "message"),
    [
        ({"lanes": [{"name": "a", "value": "", "fates": ["lost"], "read_from": None}]}, "'early', 'late'"),
        ({"bars": [{"name": "a", "value": "", "parts": [{"start": 0, "stop": 1, "kind": "x"}]}]}, "'first'"),
        ({"marks": [{"at": 3, "text": "", "kind": "wavy"}]}, "'solid', 'dashed'"),
        ({"watched": -1}, "watched must be at least 0"),
    ],
)
def test_what_cannot_be_drawn_is_refused(traits: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        YearLanes(**traits)


def test_the_line_above_counts_what_the_ticked_boxes_open() -> None:
    # would catch: silence when it is too late anyway, and lanes counted that no box opens
    ticked = TimelineSettings(pqc_falls=12, qkd_fault=12)
    state, _, why = verdict(ticked)
    assert state == "late"
    assert why.endswith("of 31 messages Eve reads too early 31 with PQC, 28 with QKD, 28 with both.")
    assert verdict(PRESETS["lattice"])[2].endswith("Eve reads too early 27 with PQC.")
    assert verdict(PRESETS["fault"])[2].endswith("Eve reads too early 19 with QKD.")
    for name in ("default", "early"):
        assert "ticked" not in verdict(PRESETS[name])[2]


@pytest.mark.parametrize("settings", ["x", {}, 0])
def test_settings_that_are_none_are_refused_by_name(settings: object) -> None:
    # would catch: an empty dict taken for the scenario at the beginning
    with pytest.raises(ValueError, match="^settings must be a TimelineSettings, got"):
        TimelinePanel(settings)  # type: ignore[arg-type]
