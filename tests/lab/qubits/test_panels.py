"""The panels of the notebook on bits and qubits, without a browser."""

from collections.abc import Iterator

import numpy as np
import pytest
from scipy.stats import binom

from qkdlab.lab.frame.cells import widgets_in
from qkdlab.lab.qubits.copy_panel import CopyPanel
from qkdlab.lab.qubits.counting import is_near, law_text
from qkdlab.lab.qubits.detector_clicks import DetectorClicks, counts_of
from qkdlab.lab.qubits.grid_panel import CELLS, N_PHOTONS, GridPanel, grid_clicks
from qkdlab.lab.qubits.mystery import box_kinds, open_box
from qkdlab.lab.qubits.mystery_panel import MysteryPanel
from qkdlab.lab.qubits.panel import STATES, QubitPanel
from qkdlab.lab.qubits.qubit_view import QubitView
from qkdlab.quantum.qubit_state import QubitState
from qkdlab.values import Basis
from tests.bounds import assert_share


@pytest.fixture
def panel() -> Iterator[QubitPanel]:
    made = QubitPanel()
    yield made
    made.close()


@pytest.fixture
def mystery() -> Iterator[MysteryPanel]:
    made = MysteryPanel(seed=5)
    yield made
    made.close()


def told(panel: CopyPanel | QubitPanel | GridPanel | MysteryPanel) -> str:
    return str(panel.told.value)


@pytest.mark.parametrize(("n", "chance"), [(200, 0.75), (200, 0.5), (1000, 0.5), (1000, 0.1)])
def test_the_counts_of_95_percent_of_all_runs_are_those(n: int, chance: float) -> None:
    low, high = map(int, law_text({"law_text": "{low} {high}"}, n, chance).split())
    assert 0.945 < binom(n, chance).cdf(high) - binom(n, chance).cdf(low - 1) < 0.965


# ---- one qubit ---------------------------------------------------------------------------------------


def test_the_photons_follow_the_state_and_the_prediction_is_answered(panel: QubitPanel) -> None:
    panel.guess.value = 150
    panel.send.click()
    assert panel.results.shape == (200, 1)
    assert "✓ You predicted 150" in told(panel)
    zeros = counts_of(panel.clicks.cells[0]["clicks"])[0]
    assert is_near(zeros, 200, 0.75)
    assert panel.clicks.cells[0]["expected"] == 0.75
    first = panel.clicks.cells[0]["clicks"]
    panel.send.click()
    assert panel.clicks.cells[0]["clicks"] != first


@pytest.mark.parametrize(
    ("angle", "basis", "guess", "why"),
    [
        (0, Basis.X, 0, "its bit is not turned round"),
        (0, Basis.X, 200, "each click is a coin toss"),
        (0, Basis.Z, 100, "the result was sure"),
        (30, Basis.Z, 174, "square of the amplitude: 75.0"),
    ],
)
def test_a_wrong_prediction_is_told_why(
    panel: QubitPanel, angle: int, basis: Basis, guess: int, why: str
) -> None:
    panel.angle.value, panel.basis.value, panel.guess.value = angle, basis, guess
    panel.send.click()
    assert "✗" in told(panel)
    assert why in told(panel).replace("\xa0", " ")


def test_a_prediction_that_came_true_against_the_odds_is_not_called_wrong(panel: QubitPanel) -> None:
    # before: "✗ You predicted 0, but 0 of 1 clicked detector 0."
    panel.angle.value, panel.n_photons.value = 10, 1
    panel.guess.value = 0
    for _ in range(200):
        panel.send.click()
        if not panel.results[:, -1][0]:
            assert "✗ You predicted 0, but 1 of 1 clicked" in told(panel)
            continue
        break
    assert "✓ You predicted 0, and 0 of 1 clicked detector 0: by chance. The chance is" in told(panel)


def test_near_a_sure_count_is_not_what_chance_allows(panel: QubitPanel) -> None:
    # before: "✓ You predicted 197, and 200 of 200 clicked detector 0: within what chance allows."
    panel.angle.value, panel.guess.value = 0, 197
    panel.send.click()
    assert "200 of 200 clicked detector 0: near enough, though the result was sure." in told(panel)
    panel.guess.value = 200
    panel.send.click()
    assert "within what chance allows" in told(panel)


def test_a_second_measurement_finds_what_the_first_has_left(panel: QubitPanel) -> None:
    panel.preset.value = "X0"
    panel.second.value = Basis.Z
    panel.send.click()
    assert np.array_equal(panel.results[:, 0], panel.results[:, 1])
    assert "200 of 200 photons gave the same result" in panel.clicks.cells[1]["told"]
    panel.second.value = Basis.X
    panel.guess.value = 200
    assert panel.results is None
    assert not panel.clicks.cells[0]["clicks"]
    panel.send.click()
    assert "The state before is gone" in told(panel)
    assert is_near(int(np.count_nonzero(panel.results[:, 1] == 0)), 200, 0.5)


def test_states_of_the_menu_and_the_sliders_go_together(panel: QubitPanel) -> None:
    for name, state in STATES.items():
        panel.preset.value = name
        assert panel.state == state
        assert panel.view.state == state
    panel.angle.value = 31
    assert panel.preset.value == ""
    panel.phase.value, panel.angle.value = 0, 135
    assert panel.preset.value == "X1"


def test_the_phase_of_all_changes_no_chance_and_keeps_the_clicks(panel: QubitPanel) -> None:
    panel.send.click()
    before = panel.clicks.cells
    panel.whole.value = 90
    assert panel.view.whole == 90
    assert panel.clicks.cells == before


def test_the_number_of_photons_keeps_the_share_that_was_predicted(panel: QubitPanel) -> None:
    panel.guess.value = 50
    for n in (1000, 10, 1, 200):
        panel.n_photons.value = n
        assert panel.guess.max == n
        panel.send.click()
        assert len(panel.results) == n
    panel.n_photons.value = 1000
    assert panel.guess.value in (0, 250)


def test_the_circuit_is_that_of_the_state(panel: QubitPanel) -> None:
    def names() -> list[str]:
        return [gate["name"] for gate in panel.drawing.gates]

    assert names() == ["ry", "barrier", "measure"]
    assert panel.drawing.gates[0]["text"] == "Ry 60°"  # twice the angle in the room
    panel.preset.value = "X0"
    panel.second.value = Basis.Z
    assert names() == ["h", "barrier", "measure", "barrier", "measure"]


def test_a_view_says_its_chances_and_refuses_what_is_no_basis() -> None:
    view = QubitView(angle=30.0)
    assert "0 with a chance of 75.0\xa0% and 1 with 25.0\xa0%" in view.summary
    with pytest.raises(ValueError, match="basis must be"):
        view.basis = 3
    view.close()


def test_clicks_have_an_interval_and_are_checked() -> None:
    clicks = DetectorClicks(cells=[{"title": "a", "basis": 0, "clicks": "01" * 100}])
    cell = clicks.cells[0]
    assert (round(cell["lower"], 1), round(cell["upper"], 1)) == (85.7, 114.3)
    assert "clicks of detector 0: 100, of detector 1: 100" in clicks.summary
    with pytest.raises(ValueError, match="must hold 0 and 1 only"):
        clicks.cells = [{"title": "a", "basis": 0, "clicks": "012"}]
    clicks.close()


def test_a_second_measurement_is_told_where_one_predicts_and_at_its_circuit() -> None:
    # would catch: a prediction that does not say of which time it is, and gates after the dial without a word
    panel = QubitPanel()
    assert "second" not in told(panel) + panel.drawing.statement
    panel.second.value = Basis.X
    assert "the second time" in told(panel)
    assert panel.guess.description == "Prediction, 2nd time"
    assert "second basis" in panel.drawing.statement
    assert "turned back" not in panel.drawing.statement
    panel.basis.value = Basis.Y
    assert "is turned back" in panel.drawing.statement
    panel.second.value = None
    assert "second" not in told(panel) + panel.drawing.statement
    panel.close()


# ---- two states, two bases ---------------------------------------------------------------------------


def test_the_grid_is_sure_in_the_same_basis_and_a_coin_in_the_other() -> None:
    # would catch a wrong basis that turns the bit round, or loses the photon
    sums = [0, 0]
    for seed in range(10):
        for clicks, (prepared, _, measured) in zip(grid_clicks(seed), CELLS, strict=True):
            assert len(clicks) == N_PHOTONS
            zeros = counts_of(clicks)[0]
            if prepared is measured:
                assert zeros == N_PHOTONS
            else:
                sums[prepared is Basis.X] += zeros
    for zeros in sums:
        assert_share(zeros, 10 * N_PHOTONS, 0.5, rules_out=0.0)


def test_the_grid_answers_predictions() -> None:
    panel = GridPanel()
    panel.send.click()
    assert "0 of your 4 predictions" in told(panel)
    assert "its bit is not turned round" in told(panel)
    for guess, count in zip(panel.guesses, (200, 100, 0, 200), strict=True):
        guess.value = count
    assert not panel.clicks.cells[0]["clicks"]
    panel.send.click()
    assert [cell["expected"] for cell in panel.clicks.cells] == [1.0, 0.5, 0.5, 1.0]
    assert "3 of your 4" in told(panel)
    panel.guesses[2].value = 97
    panel.send.click()
    assert "4 of your 4" in told(panel)
    panel.close()


# ---- the mystery source ------------------------------------------------------------------------------


def test_boxes_look_alike_in_z_and_differ_in_x() -> None:
    rng = np.random.default_rng(2)
    for kind in ("superposition", "coin"):
        assert_share(int(open_box(kind, Basis.Z, 4_000, rng).sum()), 4_000, 0.5, rules_out=0.0)
    assert not open_box("superposition", Basis.X, 4_000, rng).any()
    assert_share(int(open_box("coin", Basis.X, 4_000, rng).sum()), 4_000, 0.5, rules_out=0.0)
    assert len(open_box("coin", Basis.X, 1, rng)) == 1
    with pytest.raises(ValueError, match="kind must be"):
        open_box("bit", Basis.X, 1, rng)
    assert_share(box_kinds(1, 10_000).count("coin"), 10_000, 0.5)


def test_a_decision_from_z_alone_is_told_to_be_a_guess(mystery: MysteryPanel) -> None:
    kind = box_kinds(5, 1)[0]
    mystery.measure.click()
    mystery.decide[kind].click()
    assert "✓ Right" in told(mystery)
    assert "this was a guess: in Z both" in told(mystery)
    assert (mystery.points, mystery.boxes, mystery.right, mystery.photons) == (19, 1, 1, 10)
    mystery.decide[kind].click()  # decided already
    mystery.measure.click()
    assert (mystery.points, mystery.photons) == (19, 10)


def test_who_measures_in_x_is_right_every_time(mystery: MysteryPanel) -> None:
    for number in range(1, 9):
        assert f"Box {number}." in told(mystery)
        mystery.basis.value = Basis.X
        mystery.measure.click()
        coin = "1" in mystery.clicks.cells[1]["clicks"]
        mystery.decide["coin" if coin else "superposition"].click()
        assert ("|+⟩ never does that" if coin else "once in 1,024 times") in told(mystery)
        mystery.next.click()
    assert mystery.right == 8
    assert mystery.points == 8 * 19
    assert not mystery.clicks.cells[1]["clicks"]


def test_a_box_that_nobody_measured_is_a_guess(mystery: MysteryPanel) -> None:
    mystery.decide["coin"].click()
    assert "nothing was measured" in told(mystery)
    mystery.next.click()
    mystery.next.click()
    assert mystery.number == 2


def test_a_cnot_copies_the_states_of_z_only() -> None:
    # would catch a copy that is taken from the state and not from the circuit
    panel = CopyPanel()
    panel.send.click()
    assert "✓ You predicted 200 good copies, and 200 of 200 are" in told(panel)
    panel.state.value = (Basis.Z, 1)
    panel.send.click()
    assert "and 200 of 200 are" in told(panel)
    assert [cell["expected"] for cell in panel.clicks.cells] == [0.0, 0.0]
    panel.state.value = (Basis.X, 0)
    assert not panel.clicks.cells[0]["clicks"]
    panel.send.click()
    assert "so is the original now" in told(panel)
    assert "Fidelity 50.0" in told(panel)
    assert [cell["expected"] for cell in panel.clicks.cells] == [0.5, 0.5]
    for cell in panel.clicks.cells:
        assert is_near(counts_of(cell["clicks"])[0], 200, 0.5)
    panel.guess.value = 100
    panel.send.click()
    assert "✓" in told(panel)
    panel.close()


@pytest.mark.parametrize("kind", [CopyPanel, QubitPanel, GridPanel, MysteryPanel])
def test_every_panel_has_a_still_picture_and_lets_go(
    kind: type[CopyPanel | QubitPanel | GridPanel | MysteryPanel],
) -> None:
    made = kind()
    data, more = made._repr_mimebundle_()
    assert data["image/png"]
    assert kind.__name__ in repr(made)
    if isinstance(made, QubitPanel):
        assert "Measured" not in more["image/png"]["alt"]
        made.send.click()
        assert "Measured in Z" in made._repr_mimebundle_()[1]["image/png"]["alt"]
    made.close()
    assert "closed" in repr(made)


def test_a_panel_begins_at_an_angle_and_refuses_what_is_none() -> None:
    made = QubitPanel(angle_deg=90)
    assert made.state == STATES["Z1"]
    made.close()
    with pytest.raises(ValueError, match="angle_deg must be at least 0 and at most 180, got 200"):
        QubitPanel(angle_deg=200)


def test_amplitudes_of_the_state_that_is_shown() -> None:
    assert np.allclose(QubitState(angle_deg=45, phase_deg=90).amplitudes, [0.5**0.5, 0.5**0.5 * 1j])


@pytest.mark.parametrize("kind", [CopyPanel, QubitPanel, GridPanel, MysteryPanel])
def test_what_came_out_stands_in_a_bar_above_the_controls_and_the_picture(
    kind: type[CopyPanel | QubitPanel | GridPanel | MysteryPanel],
) -> None:
    made = kind()
    bar, body = made.children[-2:]
    assert bar is made.told
    assert "qk-bar" in bar._dom_classes
    assert made.clicks in widgets_in(body.children[1])
    assert "qk-screen" in made._dom_classes
    made.close()


@pytest.mark.parametrize("angle", [-90, 181, 30.5, float("nan"), "30", None, True, 10**400])
def test_a_state_that_the_sliders_cannot_show_is_refused(angle: object) -> None:
    # would catch: -90° shown as 0°, which is another state
    with pytest.raises(ValueError, match="^angle_deg must"):
        QubitPanel(angle_deg=angle)  # type: ignore[arg-type]


def test_a_score_below_zero_has_a_minus(mystery: MysteryPanel) -> None:
    # before: "Score: -20" above "a wrong one −20"
    mystery.points = -20
    mystery._show()
    assert "−20" in mystery.score.value
    assert "-20" not in mystery.score.value
