"""The words of the notebook on bits and qubits."""

from typing import Final

from ..components.text import add_words

QUBIT_VIEW: Final = {
    "name": "A qubit, as light and on the Bloch sphere",
    "percent": "{value} %",
    "room": "Light, coming towards you",
    "ball": "The Bloch sphere",
    "angle": "Angle θ of the light",
    "phase": "Phase φ between |0⟩ and |1⟩",
    "detector": "Detector {bit}",
    "amplitude": "amplitude {value}",
    "summary": "θ = {angle}°, φ = {phase}°: a measurement in {basis} gives 0 with a chance of {zero} and 1 "
    "with {one}.",
}

DETECTOR_CLICKS: Final = {
    "name": "Clicks of the two detectors",
    "counts": "clicks: detector 0 filled, detector 1 hatched",
    "legend_seen": "clicks of detector 0",
    "legend_interval": "95 % interval",
    "legend_law": "what the law says",
    "legend_guess": "your prediction",
    "not_yet": "  nothing sent yet",
    "summary_none": "No photon has been sent yet.",
    "summary_cell": "{title}: clicks of detector 0: {zeros}, of detector 1: {ones}.",
}

KETS: Final = {
    "ket_Z0": "|0⟩",
    "ket_Z1": "|1⟩",
    "ket_X0": "|+⟩",
    "ket_X1": "|−⟩",
    "ket_Y0": "|i⟩",
    "ket_Y1": "|−i⟩",
}

QUBIT_PANEL: Final = {
    "preset": "State",
    "preset_none": "turned by hand",
    "preset_Z0": "|0⟩ horizontal",
    "preset_Z1": "|1⟩ vertical",
    "preset_X0": "|+⟩ rising diagonal",
    "preset_X1": "|−⟩ falling diagonal",
    "preset_Y0": "|i⟩ circular",
    "preset_Y1": "|−i⟩ circular, the other way",
    "angle": "Angle θ",
    "phase": "Phase φ",
    "whole": "Phase of all",
    "basis": "Measure in",
    "second": "then again in",
    "no_second": "no",
    "n_photons": "Photons",
    "guess": "Prediction for 0",
    "guess_last": "Prediction, 2nd time",
    "send": "Send the photons",
    "send_hint": "Prepare the photons one by one, measure each, and see the clicks",
    "more": "More controls",
    "more_open": "Fewer controls",
    "more_hint": "Show the other controls, or hide them",
    "tab_qubit": "Qubit",
    "tab_circuit": "Circuit",
    "start": "Turn the light: drag a knob, move a slider, or use the arrow keys. Say for how many of "
    "{n} photons detector 0 will click, then send them.",
    "turned": "For how many of {n} photons will detector 0 click now? Say it, then send them.",
    "turned_last": "For how many of {n} photons will detector 0 click the second time? Say it, then send "
    "them.",
    "first_title": "Measured in {basis}",
    "second_title": "The same photons, measured again in {basis}",
    "told": "{zeros} of {n} in detector 0; the law says {law}.",
    "told_same": "{zeros} of {n} in detector 0. {agree} of {n} photons gave the same result as before.",
    "near": "✓ You predicted {guess}, and {seen} of {n} clicked detector 0: within what chance allows.",
    "near_sure": "✓ You predicted {guess}, and {seen} of {n} clicked detector 0: near enough, though the "
    "result was sure.",
    "exact": "✓ You predicted {guess}, and {seen} of {n} clicked detector 0: by chance. {why}",
    "far": "✗ You predicted {guess}, but {seen} of {n} clicked detector 0. {why}",
    "why_sure": "The photon was in a state of this basis, so the result was sure.",
    "why_coin": "The basis was a wrong one for this state. The photon is not lost, and its bit is not "
    "turned round either: each click is a coin toss.",
    "why_angle": "The chance is the square of the amplitude: {zero}.",
    "why_again": "After the first measurement the photon is in the state that was found. The state before "
    "is gone.",
    "law_text": "{low} to {high} in 95 of 100 tries",
    "law_sure": "exactly {low}",
    "wire": "photon",
    "prepare": "prepare",
    "measure": "measure in {basis}",
    "circuit_told": "The circuit of each photon: prepare the state, turn the basis to Z, and read the "
    "detectors.",
    "circuit_told_again": "The circuit of each photon: prepare the state, turn the basis to Z, and read the "
    "detectors; then the same in the second basis.",
    "circuit_told_back": "The circuit of each photon: prepare the state, turn the basis to Z, and read the "
    "detectors. What was turned is turned back, so that the photon is in the state that was found; then the "
    "same in the second basis.",
}

GRID_PANEL: Final = {
    **KETS,
    "cell": "Prepared {state}, measured in {basis}",
    "slider": "{state} in {basis}",
    "guess_intro": "I predict how often detector 0 clicks, of {n}:",
    "send": "Send 4 × {n} photons",
    "send_hint": "Prepare and measure the photons, and show what was predicted beside them",
    "start": "Two states, two bases. First say four numbers, then send the photons.",
    "result": "Near enough: {right} of your 4 predictions. {why}",
    "why_none": "Same basis: always the same detector. Other basis: half and half, each time anew.",
    "why_wrong": "In the other basis the photon is not lost, and its bit is not turned round: each click is "
    "a coin toss.",
    "why_same": "In its own basis a photon always gives its bit.",
    "told": "{zeros} of {n} in detector 0",
    "told_none": "Nothing sent yet.",
}

MYSTERY_PANEL: Final = {
    "basis": "Measure in",
    "measure": "Measure 10 photons",
    "measure_hint": "Let the box send ten photons and measure them in this basis",
    "superposition": "It sends |+⟩",
    "superposition_hint": "Decide: every photon of this box is in the state |+⟩",
    "coin": "It tosses a coin",
    "coin_hint": "Decide: for each photon this box tosses a coin, and sends |0⟩ or |1⟩",
    "next": "Next box",
    "next_hint": "Take another box",
    "start": "Box {number}. Either each of its photons is in the state |+⟩, or it tosses a coin for each "
    "and sends |0⟩ or |1⟩. Choose a basis and measure.",
    "cell": "In {basis}",
    "told": "{zeros} of {n} in detector 0",
    "told_none": "Not measured yet.",
    "seen": "Box {number}: {n} photons measured. Measure more, or decide.",
    "right": "✓ Right: {what}. {why}",
    "wrong": "✗ No: {what}. {why}",
    "what_superposition": "every photon was |+⟩",
    "what_coin": "the box tossed a coin for each photon",
    "why_guess": "But this was a guess: in Z both kinds of box give half and half. Only X tells them apart.",
    "why_guess_none": "But this was a guess: nothing was measured.",
    "why_few": "But in X a coin would have done the same once in {odds} times.",
    "why_X": "In X, |+⟩ always gives detector 0, and a coin gives half and half.",
    "why_missed": "In X detector 1 clicked ({ones} of {n} photons): |+⟩ never does that.",
    "why_sure": "In X detector 0 clicked {zeros} times without a miss: a coin does that once in {odds} "
    "times.",
    "score": "Score: {points}. Boxes {boxes}, right {right}, photons {photons}.",
    "score_how": "A right decision is worth 20, a wrong one −20; each ten photons cost 1.",
}

COPY_PANEL: Final = {
    **KETS,
    "state": "Copy",
    "guess": "Good copies",
    "send": "Copy and measure 200 photons",
    "send_hint": "Prepare each photon, copy it with a CNOT, and measure both halves in the basis of the "
    "state",
    "start": "A CNOT turns the second qubit over if the first is |1⟩. Of 200 copies, how many will look like "
    "the state that was sent? Say it, then copy.",
    "wire_original": "photon",
    "wire_copy": "copy",
    "prepare": "prepare",
    "cnot": "CNOT",
    "measure": "measure both in {basis}",
    "title_original": "The original, measured in {basis}",
    "title_copy": "The copy, measured in {basis}",
    "told": "{alike} of {n} look like what was sent.",
    "near": "✓ You predicted {guess} good copies, and {copy} of {n} are. Fidelity {fidelity}. {why}",
    "far": "✗ You predicted {guess} good copies, but {copy} of {n} are, and {original} originals. "
    "Fidelity {fidelity}. {why}",
    "why_Z": "A CNOT copies 0 and 1.",
    "why_other": "The copy is a coin toss, and so is the original now.",
}

add_words(
    {
        "copy_panel": COPY_PANEL,
        "qubit_view": QUBIT_VIEW,
        "detector_clicks": DETECTOR_CLICKS,
        "qubit_panel": QUBIT_PANEL,
        "grid_panel": GRID_PANEL,
        "mystery_panel": MYSTERY_PANEL,
    }
)
