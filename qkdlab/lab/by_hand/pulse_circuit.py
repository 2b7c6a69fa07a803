"""The circuit of one pulse of a game by hand, as far as the viewer knows it."""

from __future__ import annotations

from typing import Any

from ...quantum.circuits import build_circuit
from ...quantum.protocols import BB84
from ...values import Basis
from ..components.text import words_for
from .hand import OPEN, Hand, Step
from .talk import TACTICS, chances, talk


def circuit_of(hand: Hand, pulse: int, viewpoint: str) -> dict[str, Any]:
    """Return the traits of `CircuitDrawing` for a pulse (from 0 on).

    The parts of others are left out, until their basis is announced, and Eve's to all but herself. Where
    the circuit is known as a whole, it says how likely each result was.
    """
    words = words_for("hand_panel")
    bit, basis, bob = hand.alice_bits[pulse], hand.alice_bases[pulse], hand.bob_bases[pulse]
    announced = hand.is_past(Step.READ)
    sees_eve = viewpoint in ("eve", "all") and hand.eve_tactics[pulse] > 0
    tactic = hand.eve_tactics[pulse] if sees_eve else 0
    knows = {
        "alice": viewpoint in ("alice", "all") and OPEN not in (bit, basis),
        "bob": bob != OPEN and (viewpoint in ("bob", "all") or announced),
    }
    signal = BB84.signals[2 * max(basis, 0) + max(bit, 0)]
    circuit = build_circuit(signal, Basis(max(bob, 0)), tactic=TACTICS[tactic - 1] if tactic else None)
    parts: list[list[dict[str, Any]]] = [[]]
    for gate in circuit.gate_list:
        parts.append([]) if gate["name"] == "barrier" else parts[-1].append(gate)
    if not knows["alice"]:
        parts[0] = []
    if not knows["bob"]:
        parts[-1] = []
    wall = {"name": "barrier", "qubits": [], "parameters": [], "clbits": []}
    gates = [gate for at, part in enumerate(parts) for gate in ([wall] if at else []) + part]
    title = {who: words[f"circuit_{who}" if knows[who] else f"circuit_{who}_unknown"] for who in knows}
    return {
        "gates": gates,
        "wires": [words["circuit_photon"], words["circuit_probe"]][: 1 + bool(tactic)],
        "sections": [title["alice"], *([words["circuit_eve"]] if tactic else []), title["bob"]],
        "statement": _statement(hand, pulse, viewpoint, tactic, knows),
    }


def _statement(hand: Hand, pulse: int, viewpoint: str, tactic: int, knows: dict[str, bool]) -> str:
    """Return the circuit in words: each part that is known, and the chances where all of it is."""
    words = words_for("hand_panel")
    bit, basis, bob = hand.alice_bits[pulse], hand.alice_bases[pulse], hand.bob_bases[pulse]
    told = [words["circuit_pulse"].format(number=pulse + 1)]
    if knows["alice"]:
        told.append(words["circuit_told_alice"].format(bit=bit, basis=Basis(basis).name))
    elif viewpoint not in ("alice", "all"):
        told.append(words["circuit_told_hidden"])
    if tactic:
        told.append(words["circuit_told_eve"].format(basis=Basis(tactic - 1).name))
    if knows["bob"]:
        told.append(words["circuit_told_bob"].format(basis=Basis(bob).name))
    nobody = not hand.eve_measures and hand.eve != "perhaps"
    whole = all(knows.values()) and (viewpoint == "all" or nobody)
    if whole:
        zero, one = chances(bit, basis, tactic, bob)
        told.append(words["circuit_chances"].format(zero=zero, one=one))
    if hand.is_past(Step.BOB) and viewpoint in ("bob", "all"):
        told.append(words["circuit_read"].format(bit=int(talk(hand).bob_bits[pulse])))
    return " ".join(told)
