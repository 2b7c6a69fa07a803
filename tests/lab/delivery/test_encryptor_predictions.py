"""Predictions of the encryptor panel: each is answered in place, by what the messages come to in the end."""

from collections.abc import Iterator

import pytest

from qkdlab.delivery.encryptor.rotation import Starvation
from qkdlab.lab import DeliverySettings, EncryptorPanel
from qkdlab.lab.delivery.foreseen import PREDICTIONS
from qkdlab.lab.delivery.presets import SCENARIOS
from qkdlab.lab.delivery.world.crossing import Crossing

pytestmark = pytest.mark.long

QUICK = DeliverySettings(rotate_seconds=2.0)


@pytest.fixture
def panel() -> Iterator[EncryptorPanel]:
    made = EncryptorPanel(QUICK)
    yield made
    made.close()


def predict(panel: EncryptorPanel, name: str) -> None:
    """Choose a prediction."""
    panel.predictions.menu.value = name


def step_until_answered(panel: EncryptorPanel) -> dict[str, str]:
    """Let time pass until the prediction is answered, two minutes at the most; the badge."""
    for _ in range(120):
        panel.step(1)
        if panel.lamp.badge:
            return dict(panel.lamp.badge)
    raise AssertionError("no answer")


@pytest.mark.parametrize(
    ("scenario", "outcome"),
    [
        ("calm", "flow"),
        ("replay", "flow"),
        ("eve_hold", "held"),
        ("eve_pqc", "pqc"),
        ("eve_stop", "stopped"),
        ("traitor", "read"),
        ("far", "held"),
    ],
)
def test_every_scenario_is_answered_by_how_it_ends(
    panel: EncryptorPanel, scenario: str, outcome: str
) -> None:
    # would catch an answer while stored keys are used: that all goes well where Eve has just come
    predict(panel, outcome)
    panel.show(scenario)
    assert step_until_answered(panel)["state"] == "right"
    (run,) = panel.predictions.runs
    assert run.observed == outcome


def test_all_scenarios_and_all_outcomes_are_tried() -> None:
    tried = test_every_scenario_is_answered_by_how_it_ends.pytestmark[0].args[1]
    assert {scenario for scenario, _ in tried} == set(SCENARIOS)
    assert {outcome for _, outcome in tried} == set(PREDICTIONS[1:])


def test_while_stored_keys_are_used_the_answer_is_open_and_the_panel_says_so(panel: EncryptorPanel) -> None:
    predict(panel, "flow")
    panel.controls.widgets["eve"].value = True
    panel.step(10)
    assert panel.now.stored_keys
    assert panel.lamp.badge is None
    assert panel.predictions.menu.value == "flow"
    assert "open while keys from before are used" in panel.foreseen.waits.value
    badge = step_until_answered(panel)
    assert badge["title"] == "✗ surprise: why? (0 of 1)"
    assert badge["why"].startswith("Predicted: keys flow, safe. Seen: messages wait; after ")
    assert panel.lamp.reason in badge["why"]
    assert not panel.foreseen.waits.value
    assert panel.predictions.menu.value == "none"
    assert "Eve is on the quantum link: off → on" in panel.predictions.table.value
    panel.step(5)
    assert panel.lamp.badge == badge  # it stays until the next change
    panel.controls.widgets["eve"].value = False
    panel.step(0.25)
    assert panel.lamp.badge is None


def test_a_second_change_is_what_is_answered(panel: EncryptorPanel) -> None:
    predict(panel, "pqc")
    panel.controls.widgets["eve"].value = True
    panel.step(4)
    panel.controls.widgets["starvation"].value = Starvation.PQC_ONLY.value
    assert step_until_answered(panel)["state"] == "right"
    (run,) = panel.predictions.runs
    assert run.label == "No key left: hold, then wait → go on with ML-KEM only"


@pytest.mark.parametrize("name", ["empty", "kill KME-A"])
def test_a_failure_is_a_change_too(panel: EncryptorPanel, name: str) -> None:
    panel.controls.widgets["eve"].value = True
    panel.step(3)
    predict(panel, "held")
    panel.buttons[name].click()
    step_until_answered(panel)
    (run,) = panel.predictions.runs
    assert (run.label, run.right) == (panel.buttons[name].description, True)


def test_what_is_no_change_leaves_the_prediction_open(panel: EncryptorPanel) -> None:
    predict(panel, "held")
    panel.step(5)
    panel.buttons["wrong_sae"].click()
    panel.message.value = "Hello"
    panel.send.click()
    panel.step(5)
    assert panel.lamp.badge is None
    assert panel.predictions.menu.value == "held"
    assert not panel.predictions.runs


def test_nothing_is_answered_before_the_world_has_heard_of_the_change(panel: EncryptorPanel) -> None:
    # the world goes on in a thread of its own: what is shown next may be from before
    predict(panel, "held")
    late = panel.foreseen.change("a change", Crossing.empty)
    panel.step(5)
    assert not panel.predictions.runs
    panel.pacer.do(late)
    panel.step(2)
    (run,) = panel.predictions.runs
    assert (run.label, run.observed) == ("a change", "flow")
