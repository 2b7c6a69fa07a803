"""The panel for BB84 by hand without a browser: actions, faults, viewpoints, reruns, the end."""

import re
from typing import Any

import pytest

from qkdlab.lab import Hand, HandPanel, hand_report, play
from qkdlab.lab.by_hand.hand import OPEN, Step
from qkdlab.lab.by_hand.hand_table import HandTable
from qkdlab.lab.by_hand.moves import Score
from qkdlab.lab.by_hand.pulse_circuit import circuit_of
from qkdlab.lab.by_hand.talk import talk
from qkdlab.lab.by_hand.view import VIEWPOINTS, scene_of
from qkdlab.lab.components.text import words_for
from tests.lab.notebook_shell import Shell


def say(
    panel: HandPanel, action: str = "", *, epoch: int | None = None, row: int = 0, **choices: Any
) -> None:
    """What the browser says when something is pressed."""
    scene = panel.table.scene
    panel.table._said = {
        "epoch": scene["epoch"] if epoch is None else epoch,
        "serial": panel.table._said.get("serial", 0) + 1,
        "row": 0,
        "action": action,
        "choices": {**scene["choices"], **choices},
    }


def through(panel: HandPanel, *actions: str) -> None:
    for action in actions:
        say(panel, action)


def test_a_game_from_the_first_choice_to_the_end() -> None:
    panel = HandPanel("Alice")
    say(panel, alice_bits=[1] + [OPEN] * 14)
    assert panel.hand.alice_bits[0] == 1
    say(panel, "next")
    assert panel.table.scene["told"].startswith("Pulse 1 is still open")
    assert panel.table.scene["wrong"]
    through(panel, "fill", "next")
    assert panel.hand.alice_bits[0] == 1, "what was chosen stays"
    assert panel.hand.step is Step.READ
    through(panel, "next", "next")
    assert panel.hand.step is Step.SIFT, "nothing is marked yet"
    assert "keep it" in panel.table.scene["told"]
    through(panel, "fill", "next", "next")
    assert "Mark at least one" in panel.table.scene["told"]
    through(panel, "fill", "next", "use")
    assert panel.hand.decision == "use"
    assert panel.table.scene["viewpoint"] == "all"
    assert "Eve was not on the line" in panel.table.scene["told"]
    say(panel, "again")
    assert (panel.hand.step, panel.hand.seed) == (Step.ALICE, 9)
    panel.close()


def test_late_news_of_the_step_before_changes_nothing() -> None:
    panel = HandPanel("Bob")
    through(panel, "fill", "next")
    hand = panel.hand
    say(panel, "next", epoch=panel.table.scene["epoch"] - 1, bob_bases=[0] * 15)
    assert panel.hand == hand
    panel.close()


def test_the_story_goes_on_when_the_cell_runs_again(monkeypatch: pytest.MonkeyPatch) -> None:
    shell = Shell()
    monkeypatch.setattr("qkdlab.lab.frame.cells.get_ipython", lambda: shell)
    with shell.running("a"):
        panel = HandPanel("Bob")
    through(panel, "fill", "next", "next")
    left, told = panel.hand, panel.table.scene["told"]
    with shell.running("a"):
        again = HandPanel("Bob")
        assert HandPanel("Eve").hand.place == 0, "each role has its own"
        assert HandPanel("Bob", Hand(role="Bob", seed=1)).hand.place == 0
    assert not panel.children
    assert again.hand == left
    assert again.table.scene["told"] == told
    with shell.running("b"):
        assert HandPanel("Bob").hand.place == 0, "each cell has its own"


def test_rules_begin_anew_and_are_obeyed() -> None:
    panel = HandPanel("Alice")
    through(panel, "fill", "next")
    panel.two_bases.value = False
    assert (panel.hand.place, panel.hand.two_bases, set(panel.hand.bob_bases)) == (0, False, {0})
    assert "Everybody uses Z" in panel.table.scene["told"]
    panel.two_players.value = True
    assert Step.BOB in panel.hand.steps
    panel.eve.value = "there"
    assert panel.hand.eve_measures
    panel.close()


def test_who_may_be_there_is_told_at_the_end_alone() -> None:
    panel = HandPanel("Bob", Hand(role="Bob", seed=95, eve="perhaps"))
    through(panel, "fill", "next")
    for viewpoint in ("eve", "all"):
        say(panel, f"view {viewpoint}")
        assert panel.table.scene["viewpoint"] == "bob"
    assert [one["name"] for one in panel.table.scene["views"] if one["off"]] == ["alice", "eve", "all"]
    assert "probability" not in panel.circuit.statement
    through(panel, "next", "fill", "next", "fill", "next", "drop")
    assert panel.table.scene["viewpoint"] == "all"
    assert "Eve was on the line" in panel.table.scene["told"]
    panel.close()


def columns(scene: dict[str, Any]) -> set[str]:
    return {column["key"] for group in scene["groups"] for column in group["columns"]}


@pytest.mark.parametrize("viewpoint", VIEWPOINTS)
def test_nobody_sees_what_is_not_theirs(viewpoint: str) -> None:
    # would catch: Bob's table with Alice's bits in it, or bits of the key in public
    hidden = {
        "alice": {"bob_reads", "eve_reads", "eve_tactics", "truth"},
        "bob": {"alice_bits", "sends", "eve_reads", "truth"},
        "eve": {"alice_bits", "sends", "bob_reads", "truth"},
        "all": set(),
    }
    hand = Hand(role="Eve", seed=59).filled().on().on()
    scene = scene_of(hand, viewpoint)
    assert not columns(scene) & hidden[viewpoint]
    for cells in scene["cells"]:
        assert not set(cells) & hidden[viewpoint]


def test_nothing_is_public_before_it_is_said() -> None:
    hand = Hand(role="Alice", seed=8).filled()
    for _ in range(2):
        assert "said_bob" not in scene_of(hand, "alice")["cells"][0]
        hand = hand.on()
    assert scene_of(hand, "alice")["cells"][0]["said_bob"] == ["basis", hand.bob_bases[0]]
    assert "kept" not in scene_of(hand, "alice")["cells"][0]


def test_a_word_stands_in_the_first_bits_and_comes_through_with_holes() -> None:
    panel = HandPanel("Alice")
    panel.word.value = "key"
    assert panel.hand.alice_bits == (0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0)
    through(panel, "fill", "next", "next", "fill", "next")
    assert "Of the word “KEY” all five bits are kept of these letters: ···" in panel.table.scene["told"]
    for wrong, told in {"K3Y": "Only letters", "FOUR": "room for 3 letters"}.items():
        panel.word.value = wrong
        assert told in panel.heard.value
    panel.close()


def test_two_players_take_turns_and_the_others_notes_are_hidden() -> None:
    panel = HandPanel("Alice")
    panel.two_players.value = True
    through(panel, "fill", "next")
    scene = panel.table.scene
    assert (scene["viewpoint"], set(scene["editable"])) == ("bob", {"bob_bases"})
    assert "alice_bits" not in columns(scene)
    panel.close()


@pytest.mark.parametrize(
    ("mark", "told"), [("known", "You know this bit"), ("coin", "coin toss"), ("passed", "let pulse")]
)
def test_eve_is_told_what_she_cannot_know(mark: str, told: str) -> None:
    panel = HandPanel("Eve", Hand(role="Eve", seed=59))
    say(panel, eve_tactics=[0 if mark == "passed" else 1] * 15)
    through(panel, "next", "next")
    said, hand = talk(panel.hand), panel.hand
    known = said.known.astype(int).tolist()
    wrong = next(pulse for pulse in range(15) if said.kept[pulse] and bool(known[pulse]) == (mark == "known"))
    known[wrong] = 1 - known[wrong]
    say(panel, "next", known=known)
    assert told in panel.table.scene["told"]
    assert f"ulse {wrong + 1}" in panel.table.scene["told"]
    assert panel.hand.step is hand.step
    assert panel.table.scene["row"] == wrong
    panel.close()


@pytest.mark.parametrize("role", ["Alice", "Bob"])
@pytest.mark.parametrize("eve", ["nobody", "there", "perhaps"])
def test_a_bit_that_counts_is_not_called_right_before_bits_are_compared(role: str, eve: str) -> None:
    # before: "Bob read what Alice sent: keep it.", though Eve had disturbed it
    panel = HandPanel(role, Hand(role=role, seed=95, eve=eve).filled().on().on())
    assert panel.hand.step is Step.SIFT
    through(panel, "next")
    assert "keep it. Whether it is right nobody knows" in panel.table.scene["told"]
    panel.close()


def test_eve_is_told_that_nobody_sees_all_her_errors() -> None:
    # before: "Errors that you caused in all kept bits: 2.", as if she could count them
    panel = HandPanel("Eve", Hand(role="Eve", seed=59))
    for _ in range(3):
        through(panel, "fill", "next")
    assert panel.hand.step is Step.DECIDE
    assert "What nobody in the game sees: you caused errors in" in panel.table.scene["told"]
    panel.close()


def test_eve_hears_the_bits_that_are_compared() -> None:
    # before: "coin" beside bits that had just been said in public
    panel = HandPanel("Alice", Hand(role="Alice", seed=59, eve="nobody").filled())
    through(panel, "next", "next", "next", "fill", "next", "fill", "next")
    assert panel.hand.step is Step.DECIDE
    cells = scene_of(panel.hand, "eve")["cells"]
    panel.close()
    compared = [cell for cell in cells if cell.get("sample", ["hidden"])[0] == "same"]
    assert compared
    assert all(cell["known"] == ["digit", cell["sample"][1]] for cell in compared)
    assert all(cell["known"] == ["coin"] for cell in cells if cell.get("sample") == ["hidden"])


def test_an_eve_who_lets_all_pass_has_read_and_sent_nothing() -> None:
    # before: "You wrote down what you read, and sent each photon on as you had read it."
    panel = HandPanel("Eve", Hand(role="Eve", seed=59))
    say(panel, eve_tactics=[0] * 15)
    through(panel, "next")
    assert "what you let pass went on untouched" in panel.table.scene["told"]
    panel.close()


def test_the_circuit_says_no_more_than_the_viewer_knows() -> None:
    hand = Hand(role="Bob", seed=8).filled().on()
    seen = circuit_of(hand, 0, "bob")
    assert seen["sections"] == ["Alice: ?", "Bob"]
    assert seen["gates"][0]["name"] == "barrier"
    assert "hidden" in seen["statement"]
    all_seen = circuit_of(hand, 0, "all")
    assert "By this circuit he reads 0 with" in all_seen["statement"]
    watched = circuit_of(Hand(role="Bob", seed=95, eve="there").filled().on(), 0, "bob")
    assert watched["wires"] == ["photon"], "Bob cannot see that Eve is there"


def test_a_reader_without_a_kernel_sees_a_game() -> None:
    panel = HandPanel("Alice")
    still = panel._still()
    assert "A game as the lab plays it" in still.text
    assert still.png.startswith(b"\x89PNG")
    through(panel, "fill", "next")
    assert "Bob reads" in panel._still().text
    assert repr(panel) == "HandPanel(step 'read' of Alice)"
    panel.close()
    assert repr(panel) == "HandPanel(closed)"


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="role must be one of 'Alice', 'Bob', 'Eve', got 'Mallory'"):
        HandPanel("Mallory")
    with pytest.raises(ValueError, match="hand must be of Alice, got 'Bob'"):
        HandPanel("Alice", Hand(role="Bob", seed=1))
    scene = dict(HandPanel("Alice").table.scene)
    with pytest.raises(ValueError, match=r"scene\['cells'\]\[0\] must be of its columns, got 'odd'"):
        HandTable(scene={**scene, "cells": [{"odd": ["none"]}]})
    with pytest.raises(ValueError, match="scene must have the key"):
        HandTable(scene={})


@pytest.mark.parametrize("hand", ["x", {"role": "Alice"}, 0, ""])
def test_a_hand_that_is_none_is_refused_by_name(hand: object) -> None:
    with pytest.raises(ValueError, match="^hand must be a Hand, got"):
        HandPanel("Alice", hand)  # type: ignore[arg-type]


CLOSED = {
    "Alice": ({"role": "Alice"}, []),
    "Bob": ({"role": "Bob"}, ["alice", "all"]),
    "Bob, and Eve perhaps": ({"role": "Bob", "eve": "perhaps"}, ["alice", "eve", "all"]),
    "Alice, and Eve perhaps": ({"role": "Alice", "eve": "perhaps"}, ["eve", "all"]),
    "Eve": ({"role": "Eve"}, ["alice", "bob", "all"]),
}


@pytest.mark.parametrize("who", CLOSED)
def test_notes_of_others_are_closed_until_the_end(who: str) -> None:
    # would catch: Bob, who "cannot see how Alice prepared them", with her table one click away
    rules, closed = CLOSED[who]
    words = words_for("hand_panel")
    hand = Hand(**{"seed": 8, **rules})
    panel = HandPanel(hand.role, hand)
    while panel.hand.step is not Step.END:
        views = panel.table.scene["views"]
        assert [one["name"] for one in views if one["off"]] == closed, panel.hand.step
        hidden = {words["view_hidden"], words["view_secret"]}
        assert {one["hint"] for one in views if one["off"]} <= hidden
        told = [one["hint"] for one in views if one["off"] and one["name"] == "alice"]
        assert told in ([], [words["view_hidden"]])
        for viewpoint in closed:
            say(panel, f"view {viewpoint}")
            assert panel.table.scene["viewpoint"] not in closed
        through(panel, "fill", "use" if panel.hand.step is Step.DECIDE and hand.role != "Eve" else "next")
    assert not [one for one in panel.table.scene["views"] if one["off"]]
    panel.close()


def test_two_players_do_not_see_alices_notes_after_her_step() -> None:
    hand = Hand(role="Alice", seed=8, two_players=True).filled()
    off = [[one["name"] for one in scene_of(at, "bob")["views"] if one["off"]] for at in (hand, hand.on())]
    assert off == [[], ["alice", "all"]]


def test_counts_of_one_are_no_plurals() -> None:
    # would catch: "1 bits are kept", "1 bits would be your key"
    words = words_for("hand_panel")
    numbers = (
        "n_kept",
        "n_compared",
        "n_errors",
        "n_key",
        "n_known",
        "true_n_all_errors",
        "true_n_errors_left",
    )
    for key, text in words.items():
        if not key.startswith(("told_", "end_", "eve_")):
            continue
        told = re.sub(r"\{(\w+)\}", lambda name: "1" if name[1] in numbers else "…", text)
        assert not re.search(r"\b1 \w+s\b", told), told


@pytest.mark.parametrize("role", ["Alice", "Bob", "Eve"])
def test_no_key_is_used_or_thrown_away_where_no_bit_is_left(role: str) -> None:
    # before: "You used a key that she knows in part", and "Alice and Bob use their key: you were lucky"
    hand = play(Hand(role=role, seed=0, n_pulses=1, eve="there"))
    assert (hand.decision, Score.of(hand).n_key) == ("use", 0)
    assert scene_of(hand, "all")["told"].endswith(
        "No bit is left: there is no key to use, and none to throw away."
    )
    assert hand_report(hand).endswith("No bit is left for a key.")


def test_of_a_key_that_she_does_not_know_nothing_else_is_said() -> None:
    # before: "Eve was on the line, and knows 0 of them. You used a key that she knows in part"
    hand = play(Hand(role="Bob", seed=34, n_pulses=15, eve="there"))
    score = Score.of(hand)
    assert (hand.decision, score.n_key, score.n_known) == ("use", 1, 0)
    text = scene_of(hand, "all")["told"]
    assert "knows 0 of them. By chance she knows none of these bits: compare more bits" in text
