"""A game by hand as somebody sees it: the scene that its table draws."""

from __future__ import annotations

from typing import Any, Final

from ..components.text import percent_text, words_for
from .hand import BASIS_CHOICES, OPEN, Hand, Step
from .moves import Score
from .talk import Talk, letters_left, talk

VIEWPOINTS: Final = ("alice", "bob", "eve", "all")


def own_view(hand: Hand) -> str:
    """Return with whose eyes the learner sees a step: those of whoever acts, and everybody's at the end."""
    if hand.step is Step.END:
        return "all"
    if hand.two_players:
        return "alice" if hand.step is Step.ALICE else "bob"
    return hand.role.lower()


def is_secret(hand: Hand, viewpoint: str) -> bool:
    """Whether a place may be taken at the end only: it would tell what the learner cannot know before."""
    if hand.step is Step.END:
        return False
    return viewpoint in _hidden_notes(hand) or _tells_of_eve(hand, viewpoint)


def _tells_of_eve(hand: Hand, viewpoint: str) -> bool:
    return hand.eve == "perhaps" and hand.role != "Eve" and viewpoint in ("eve", "all")


def _hidden_notes(hand: Hand) -> tuple[str, ...]:
    """Return the places with notes of others, from which the player has to find out what they can."""
    if hand.two_players:
        return () if hand.step is Step.ALICE else ("alice", "all")
    return {"Alice": (), "Bob": ("alice", "all"), "Eve": ("alice", "bob", "all")}[hand.role]


def scene_of(
    hand: Hand, viewpoint: str, *, epoch: int = 0, row: int = 0, fault: str = "", word: str = ""
) -> dict[str, Any]:
    """Return what `HandTable` draws.

    Parameters
    ----------
    hand, viewpoint
        The game, and one of `VIEWPOINTS`.
    epoch, row
        As in `HandTable`.
    fault
        What is to be said in place of what comes next; empty if nothing is wrong.
    word
        The word that Alice tries to send, if any.
    """
    words = words_for("hand_panel")
    said = talk(hand) if hand.is_past(Step.BOB) else None
    groups = _groups(hand, viewpoint, words)
    shown = {column["key"] for group in groups for column in group["columns"]}
    cells = [
        {key: cell for key, cell in _cells(hand, said, pulse).items() if key in shown}
        for pulse in range(hand.n_pulses)
    ]
    editable = {
        name: {
            "kind": _kind(name),
            "options": hand.options(name),
            "rows": [name != "sample" or bool(said and said.kept[pulse]) for pulse in range(hand.n_pulses)],
        }
        for name in hand.editable
        if name in shown
    }
    return {
        "epoch": epoch,
        "steps": [words[f"step_{step}"] for step in hand.steps],
        "at": hand.place,
        "told": fault or told(hand, said, word),
        "wrong": bool(fault),
        "actions": _actions(hand, words),
        "views": [
            {
                "name": name,
                "label": words[f"view_{name}"],
                "off": is_secret(hand, name),
                "hint": _view_hint(hand, name),
            }
            for name in VIEWPOINTS
        ],
        "viewpoint": viewpoint,
        "groups": groups,
        "cells": cells,
        "editable": editable,
        "choices": {name: list(getattr(hand, name)) for name in editable},
        "row": row,
    }


def _kind(name: str) -> str:
    if name == "eve_tactics":
        return "tactic"
    return "basis" if name in BASIS_CHOICES else "bit" if name == "alice_bits" else "mark"


def _view_hint(hand: Hand, name: str) -> str:
    words = words_for("hand_panel")
    if not is_secret(hand, name):
        return words["view_all_hint"] if name == "all" else ""
    return words["view_secret" if _tells_of_eve(hand, name) else "view_hidden"]


def _groups(hand: Hand, viewpoint: str, words: dict[str, str]) -> list[dict[str, Any]]:
    """Return who knows what, each with columns: the viewer's own notes, and what is public."""
    reads = hand.role == "Eve" or hand.eve_measures
    columns: dict[str, tuple[str, ...]] = {
        "alice": ("alice_bits", "alice_bases", "sends"),
        "eve": ("eve_tactics", "eve_reads", "known") if reads else ("known",),
        "bob": ("bob_bases", "bob_reads"),
        "public": (*(() if viewpoint == "all" else ("said_alice", "said_bob")), "kept", "sample"),
        "truth": ("truth",) if hand.step is Step.END else (),
    }
    seen = [name for name in columns if name == "public" or (viewpoint in ("all", name) and columns[name])]
    return [
        {
            "key": name,
            "title": words[f"group_{name}"],
            "columns": [{"key": key, "title": words[f"column_{key}"]} for key in columns[name]],
        }
        for name in seen
    ]


def _cells(hand: Hand, said: Talk | None, pulse: int) -> dict[str, list[Any]]:
    """Return the cell of each column for a pulse, as far as the story has come."""
    bit, basis, bob = hand.alice_bits[pulse], hand.alice_bases[pulse], hand.bob_bases[pulse]
    tactic = hand.eve_tactics[pulse]
    cells: dict[str, list[Any]] = {
        "alice_bits": ["none"] if bit == OPEN else ["digit", bit],
        "alice_bases": ["none"] if basis == OPEN else ["basis", basis],
        "sends": ["sent", bit, basis],
    }
    if said is None:
        return cells
    cells |= {
        "eve_tactics": ["basis", tactic - 1] if tactic else ["pass"],
        "eve_reads": ["digit", int(said.eve_bits[pulse])] if tactic else ["none"],
        "bob_bases": ["basis", bob],
        "bob_reads": ["digit", int(said.bob_bits[pulse])],
    }
    if not hand.is_past(Step.READ):
        return cells
    kept = bool(said.kept[pulse])
    if hand.step is not Step.KNOW:
        heard = hand.is_past(Step.SAMPLE) and hand.sample[pulse]
        knows = ["digit", int(said.alice_bits[pulse])] if said.known[pulse] or heard else ["coin"]
        cells["known"] = knows if kept else ["none"]
    cells |= {"said_alice": ["basis", basis], "said_bob": ["basis", bob]}
    if not hand.is_past(Step.SIFT):
        return cells
    cells["kept"] = ["kept"] if kept else ["dropped"]
    if not hand.is_past(Step.SAMPLE) or not kept:
        return cells
    mine, theirs = int(said.alice_bits[pulse]), int(said.bob_bits[pulse])
    pair = ["same" if mine == theirs else "error", mine, theirs]
    cells["sample"] = pair if hand.sample[pulse] else ["hidden"]
    cells["truth"] = ["none"] if hand.sample[pulse] else pair
    return cells


def _actions(hand: Hand, words: dict[str, str]) -> list[dict[str, Any]]:
    def action(name: str, key: str, *, main: bool = False, off: bool = False) -> dict[str, Any]:
        return {"name": name, "label": words[key], "hint": words[f"{key}_hint"], "main": main, "off": off}

    made = [action("back", "back", off=hand.place == 0)]
    if hand.editable:
        made.append(action("fill", "fill"))
    if hand.step is Step.END:
        return [*made, action("again", "again", main=True)]
    if hand.step is Step.DECIDE and hand.role != "Eve":
        return [*made, action("drop", "drop", main=True), action("use", "use", main=True)]
    return [*made, action("next", f"next_{hand.step}", main=True)]


def told(hand: Hand, said: Talk | None, word: str = "") -> str:
    """Return what is to be said at a step: what has happened, and what to do next."""
    words = words_for("hand_panel")
    key = f"told_{hand.step}"
    text = words.get(f"{key}_{hand.role.lower()}", words.get(key, ""))
    if not hand.two_bases:
        text = words.get(f"{key}_one_basis", text)
    if hand.step in (Step.ALICE, Step.BOB) and hand.two_players:
        text = words[f"{key}_two"]
    if said is None:
        return text if hand.two_bases else f"{text} {words['one_basis']}"
    score = Score.of(hand, said)
    facts = {name: getattr(score, name) for name in score.__slots__}
    found = said.estimate(hand.sample)
    if found is not None:
        facts |= {
            "qber": percent_text(found.qber),
            "low": percent_text(found.lower),
            "high": percent_text(found.upper),
        }
    if hand.step is Step.DECIDE:
        text = words["told_nothing_compared"] if found is None else text
    if hand.step is Step.END:
        text = _end(hand, score)
    parts = [text.format(**facts)]
    if word and hand.is_past(Step.SIFT):
        parts.append(words["word_left"].format(word=word, left=letters_left(word, said.kept)))
    return " ".join(parts)


def _end(hand: Hand, score: Score) -> str:
    words = words_for("hand_panel")
    if hand.role == "Eve":
        unseen = hand.decision == "use" and not hand.two_bases and not score.true_n_all_errors
        judged = "eve_use_one_basis" if unseen else f"eve_{hand.decision}" if score.n_key else "end_no_key"
        return f"{words['told_end_eve']} {words[judged]}"
    there = "there" if hand.eve_measures else "away"
    told_eve = words[f"end_{there}"]
    judged = f"end_{hand.decision}_{there}" if score.n_key else "end_no_key"
    if judged == "end_drop_away" and not score.n_errors:
        judged = "end_drop_for_nothing"
    elif judged == "end_use_there" and not score.n_known:
        judged = "end_use_unread"
    return f"{words['told_end']} {told_eve} {words[judged]}"
