"""Every word that a learner reads in the lab, in one catalogue.

Words reach the browser through the `words` trait of each component. ``{name}`` in a text is filled in when it
is shown. Keep to plain English (B1–B2), the textbook's terms, and short sentences.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_PHOTON_STAGE: Final = {
    "name": "Photon stage",
    "alice": "Alice",
    "eve": "Eve",
    "bob": "Bob",
    "public": "Public",
    "compare": "Truth",
    "view": "Seen by",
    "view_all": "All three at once (nobody in reality can see this)",
    "step": "Step",
    "back": "Back",
    "play": "Play",
    "pause": "Pause",
    "restart": "Restart",
    "speed": "Speed",
    "speed_value": "{speed}×",
    "keys": "Arrow keys: right is Step, left is Back, Home is Restart.",
    "table": "Table of pulses",
    # counters
    "pulses": "Pulses",
    "clicks": "Clicks",
    "kept_count": "Kept",
    "errors": "Errors",
    "qber": "QBER so far",
    "no_data": "no data",
    "of": "{count} of {total}",
    "percent": "{value} %",
    # scene
    "you": "you",
    "unknown": "?",
    "somebody": "Anyone here?",
    "somebody_hint": "cannot be seen",
    "absent": "not on the line",
    "private": "private",
    "waits": "waits",
    "sends": "sends {bit} in {basis}",
    "reads": "reads {bit} in {basis}",
    "passes": "lets it pass",
    "no_click": "no click",
    "lost": "lost",
    "dark": "dark count: {bit}",
    "silent": "public channel (in truth silent until the last pulse)",
    "said_kept": "in public: Alice {alice}, Bob {bob} – same basis, kept",
    "said_dropped": "in public: Alice {alice}, Bob {bob} – not kept",
    "said_no_click": "in public: Bob saw no click – not kept",
    # table rows
    "row_pulse": "Pulse",
    "row_bit": "bit",
    "row_sends": "sends",
    "row_basis": "measures in",
    "row_reads": "reads",
    "row_cause": "detector",
    "row_click": "Bob: click?",
    "row_alice_basis": "Alice: basis",
    "row_bob_basis": "Bob: basis",
    "row_kept": "kept?",
    "row_same": "same bit?",
    "cell_none": "–",
    "cell_yes": "yes",
    "cell_no": "no",
    "cell_kept": "kept",
    "cell_same": "same",
    "cell_error": "error",
    "cell_photon": "photon",
    "cell_lost": "lost",
    "cell_dark": "dark",
    # signs
    "basis_0": "Z",
    "basis_1": "X",
    "basis_0_name": "Z, rectilinear basis",
    "basis_1_name": "X, diagonal basis",
    "state_00": "0 in Z: horizontal",
    "state_10": "1 in Z: vertical",
    "state_01": "0 in X: diagonal, rising",
    "state_11": "1 in X: diagonal, falling",
    # what happened, in a sentence
    "told_ready": "Press Step to send the first pulse.",
    "told_flying": "Pulse {number} is on its way.",
    "told_pulse": "Pulse {number}.",
    "told_alice": "You are Alice: you send the bit {bit} in basis {basis}.",
    "told_eve_reads": "You are Eve: you measure in basis {basis}, read {bit} and send the same on to Bob.",
    "told_eve_passes": "You are Eve: you let this pulse pass.",
    "told_eve_absent": "Eve is not on this line.",
    "told_bob_reads": "You are Bob: you measure in basis {basis} and read {bit}.",
    "told_bob_nothing": "You are Bob: you measure in basis {basis}, but your detector does not click.",
    "told_all_alice": "Alice sends {bit} in {basis}.",
    "told_all_eve": "Eve measures in {basis}, reads {bit}, sends that on.",
    "told_all_bob": "Bob measures in {basis} and reads {bit}.",
    "told_all_lost": "The photon is lost; Bob's detector does not click.",
    "told_all_dark": "The photon is lost, but Bob's detector clicks by itself: a dark count, {bit}.",
    "told_all_same": "Same basis: kept, and the bits agree.",
    "told_all_error": "Same basis: kept, but the bits differ: an error.",
    "told_all_dropped": "Different bases: not kept.",
    "told_all_no_click": "Nothing is kept.",
    "told_public_kept": "In public: both used {alice}, the bit is kept.",
    "told_public_dropped": "In public: Alice used {alice}, Bob used {bob}, the bit is not kept.",
    "told_public_no_click": "In public: Bob saw no click, nothing is kept.",
    "told_end": "All {total} pulses have been sent.",
    # one sentence for screen readers and reports
    "summary_empty": "There are no pulses to show.",
    "summary": "Pulses sent: {position} of {total}. Clicks: {clicks}. Kept: {kept}.",
    "summary_all": "Pulses sent: {position} of {total}. Clicks: {clicks}. Kept: {kept}, wrong: {errors}.",
}

_QBER_GAUGE: Final = {
    "name": "QBER gauge",
    "title": "QBER",
    "percent": "{value} %",
    "no_data": "no data",
    "interval": "interval {lower} to {upper}",
    "interval_at": "{confidence} interval {lower} to {upper}",
    "no_interval": "no interval: nothing was measured",
    "threshold": "{threshold}: above this no key",
    "now": "This run",
    "expected": "From the formula",
    "history": "Runs so far, newest first",
    "history_empty": "No runs yet.",
    "history_more": "and {count} earlier",
    "legend_accepted": "key accepted",
    "legend_rejected": "key rejected",
    "legend_too_few": "too few pulses",
    "legend_expected": "from the formula",
    "legend_interval": "interval",
    "summary_none": "QBER: no data yet.",
    "summary_below": "QBER {qber}{interval}, below the {threshold} line.",
    "summary_above": "QBER {qber}{interval}, above the {threshold} line.",
    "summary_interval": " ({lower} to {upper})",
    "summary_expected": " The formula gives {expected}.",
}

_CURVE_CHART: Final = {
    "name": "Chart",
    "percent": "{value} %",
    "gap": "–",
    "x_label": "→ {label}",
    "y_label": "↑ {label}",
    "keys": "Arrow keys or the mouse read out values: left and right along a curve, up and down to the next.",
    "empty": "There is nothing to show yet.",
    "readout": "{name}: {x_label}: {x}; {y_label}: {y}{interval}.",
    "readout_interval": ", interval {lower} to {upper}",
    "interval": "{lower} to {upper}",
    "table": "Data table",
    "column_name": "Curve or point",
    "column_interval": "Interval",
    "summary": "{y} against {x}: {names}.",
    "summary_empty": "{y} against {x}: nothing to show yet.",
}

_KEY_FUNNEL: Final = {
    "name": "Key funnel",
    "title": "From pulses to key",
    "scale": "number, on a logarithmic scale",
    "kept": "{percent} of the stage before",
    "kept_head": "of stage before",
    "count_head": "number",
    "percent": "{value} %",
    "not_defined": "–",
    "empty": "No run yet.",
    "summary_empty": "The key funnel is empty.",
    "summary_item": "{name} {count}",
    "summary": "From first to last: {items}.",
}

_VERDICT_LAMP: Final = {
    "name": "Verdict",
    "title_idle": "NO RUN YET",
    "title_running": "RUNNING",
    "title_accepted": "KEY ACCEPTED",
    "title_rejected": "KEY REJECTED",
    "title_too_few": "TOO FEW PULSES",
    "title_error": "SOMETHING WENT WRONG",
    "progress": "{value} % done",
    "summary": "{title}. {reason}",
    "summary_bare": "{title}.",
}

_KEYBOARD_GUARD: Final = {"name": "Keyboard guard", "readout": "{label}, value"}

_STAGES: Final = {
    "sent": "Sent",
    "detected": "Detected",
    "sifted": "Sifted",
    "reconciled": "Reconciled",
    "secret": "Secret",
    "note_detected": "a photon arrived, or a dark count",
    "note_sifted": "same basis",
    "note_reconciled": "not disclosed, errors corrected",
    "note_secret": "after privacy amplification",
}

_PANEL: Final = {
    "projector": "Large text",
    "projector_hint": "Larger text and thicker lines, for a projector",
    "preset": "Scenario",
    "preset_none": "choose one …",
    "again": "Run again",
    "again_hint": "Run the same settings with the next seed",
    "cancel": "Cancel",
    "cancel_hint": "Stop the run that is going on",
    "cancelled": "CANCELLED",
    "cancelled_hint": "The run was stopped. Move a control or press Run again.",
    "predict": "I predict for the next run:",
    "predict_none": "nothing",
    "log_empty": "Choose a prediction, then change a control: both will stand here, side by side.",
    "log_run": "Run",
    "log_predicted": "Predicted",
    "log_observed": "Observed",
    "log_right": "✓ as predicted",
    "log_wrong": "✗ surprise: why?",
    "scenario_title": "Save or load these settings",
    "scenario": "JSON",
    "load": "Load",
    "load_hint": "Run the settings in the text box",
    "load_error": "Not loaded. {error}",
    "loaded": "Loaded.",
}

_LINK_PANEL: Final = {
    "preset_quiet": "A quiet line",
    "preset_eve": "Eve reads every photon",
    "preset_careful_eve": "Eve reads one photon in twenty",
    "preset_short": "Too few pulses",
    "preset_long": "A line that is too long",
    "preset_laser": "A laser without decoys",
    "preset_classroom": "Classroom: 4,000 pulses",
    "group_eve": "Eavesdropper",
    "group_link": "Line and detectors",
    "group_source": "Source",
    "group_run": "Run",
    "eve": "Eve is on the line",
    "fraction": "Pulses she reads",
    "length_km": "Fibre, km",
    "misalignment_error": "Misalignment",
    "efficiency": "Detector efficiency",
    "dark_count_probability": "Dark counts",
    "source": "Pulses hold",
    "single": "one photon",
    "weak": "laser light (weak)",
    "decoy": "laser light with decoys",
    "mean_photon_number": "Photons on average",
    "n_pulses": "Pulses sent",
    "security": "Key length",
    "finite": "finite key (with ε)",
    "asymptotic": "textbook (asymptotic)",
    "seed": "Seed",
    "predict_accepted": "key accepted",
    "predict_rejected": "key rejected",
    "predict_too_few": "too few pulses",
    "label_no_eve": "no Eve",
    "label_eve": "Eve {fraction} %",
}

_ATTACK_CHARTS: Final = {
    "errors_title": "Where the errors are",
    "errors_x": "share of the pulses that Eve attacks",
    "errors_y": "QBER of the bits of one basis",
    "errors_theory": "{basis} bits, formula",
    "errors_measured": "{basis} bits, compared",
    "errors_told": "{basis} bits: QBER {measured}, formula {expected}",
    "nothing": "No bits were compared",
    "limit": "no key above {limit}",
    "information_title": "What Eve gets for the errors she makes",
    "information_x": "QBER of all sifted bits",
    "information_y": "Eve's information, bits per sifted bit",
    "intercept": "intercept-resend, random or one basis",
    "breidbart": "intercept-resend, Breidbart basis",
    "probe": "entangling probe",
    "cloner": "optimal cloner: the best on single photons",
    "collective": "h(Q): no collective attack is above",
    "bob": "Bob, 1 − h(Q)",
    "this_run": "this run, simulated",
    "no_eve": "There is no Eve on this line: no point to draw.",
    "information_told": "At a QBER of {qber} Eve's record holds {information} bits per sifted bit; "
    "the formula gives {expected}.",
    "missing_title": "The chance to miss her",
    "missing_x": "number of sifted bits compared",
    "missing_y": "chance that none of them is wrong",
    "missing_theory": "(1 − QBER)ⁿ, formula",
    "missing_measured": "this run, cut into samples of n bits",
    "missing_limit": "one in a million",
    "missing_needed": "n = {count}",
    "missing_told": "With a QBER of {qber}, {count} compared bits miss her less than once in a million runs.",
    "missing_never": "No errors are expected: comparing bits shows nothing.",
    "figure": "Attack: {attack}. {sentences}",
}

_EAVESDROPPER_PANEL: Final = {
    "group_attack": "Attack",
    "group_run": "Run",
    "group_circuit": "The circuit of one pulse",
    "attack": "Eve",
    "attack_none": "is not on the line",
    "attack_random": "measures in a random basis",
    "attack_Z": "measures in Z only",
    "attack_X": "measures in X only",
    "attack_Breidbart": "measures between Z and X (Breidbart)",
    "attack_probe": "copies and waits (probe)",
    "attack_cloner": "clones (optimal)",
    "fraction": "Pulses attacked",
    "strength": "Probe strength",
    "disturbance": "Cloner: QBER",
    "n_pulses": "Pulses sent",
    "seed": "Seed",
    "predict_no_errors": "no errors",
    "predict_z_only": "errors in Z only",
    "predict_x_only": "errors in X only",
    "predict_both": "errors in both bases",
    "predict_nothing": "nothing compared",
    "knows_title": "What Eve knows of a sifted bit",
    "knows_when": "When",
    "knows_guess": "guesses right",
    "knows_information": "information, bits",
    "knows_before": "before the bases are announced",
    "knows_after": "after",
    "knows_formula": "{value} (formula {expected})",
    "knows_waits": "not measured yet: she waits for the bases",
    "knows_none": "There is no Eve on the line.",
    "signal": "Alice sends",
    "signal_text": "{bit} in {basis}",
    "bob_basis": "Bob measures in",
    "tactic": "Eve's choice",
    "tactic_pass": "lets it pass",
    "tactic_number": "attack {number} of {count}",
    "tactic_basis": "measures in {basis}",
    "tactic_single": "attacks",
    "circuit_told": "Alice sends {bit} in {alice}; Eve {tactic}; Bob measures in {bob}. "
    "The top line is the photon, the second Eve's probe; she reads it last.",
    "circuit_told_alone": "Alice sends {bit} in {alice}; nobody touches the photon; Bob measures in {bob}.",
}

_STAGE_PANEL: Final = {
    "eve": "Eve is on the line (she reads every photon and sends on what she read)",
}

_CHECKS: Final = {
    "open": "NOT ANSWERED YET",
    "open_hint": "replace None with your answer and run the cell again.",
    "not_checked": "NOT CHECKED (the code stopped with an error)",
    "wrong": "NOT YET",
    "right": "RIGHT",
    "hint": "HINT {number}",
    "solution": "SOLUTION",
}

_FIGURES: Final = {
    "threshold": "above {threshold} %: no key",
    "expected": "from the formula",
    "estimate": "estimate, 95 % interval",
    "funnel": "From pulses to key",
    "pulses": "The first {count} pulses: who sent, read and kept what.",
    "pictures": "Pictures side by side: {titles}.",
    "alice": "Alice sends",
    "eve": "Eve reads",
    "bob": "Bob reads",
    "sifted": "Sifted",
    "kept": "kept",
    "lost": "lost",
    "error": "error",
}

WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "photon_stage": MappingProxyType(_PHOTON_STAGE),
        "qber_gauge": MappingProxyType(_QBER_GAUGE),
        "curve_chart": MappingProxyType(_CURVE_CHART),
        "key_funnel": MappingProxyType(_KEY_FUNNEL),
        "verdict_lamp": MappingProxyType(_VERDICT_LAMP),
        "keyboard_guard": MappingProxyType(_KEYBOARD_GUARD),
        "stages": MappingProxyType(_STAGES),
        "panel": MappingProxyType(_PANEL),
        "link_panel": MappingProxyType(_LINK_PANEL),
        "attack_charts": MappingProxyType(_ATTACK_CHARTS),
        "eavesdropper_panel": MappingProxyType(_EAVESDROPPER_PANEL),
        "stage_panel": MappingProxyType(_STAGE_PANEL),
        "checks": MappingProxyType(_CHECKS),
        "figures": MappingProxyType(_FIGURES),
    }
)
"""All words: section (one for each component or panel) → name → text."""

LOCALE: Final = "en"
"""The BCP 47 tag by which the browser groups digits and sets the decimal mark."""


def words_for(section: str) -> dict[str, str]:
    """Return a copy of one section of the catalogue, with the `locale` added.

    >>> words_for("stages")["sifted"]
    'Sifted'
    """
    if section not in WORDS:
        raise ValueError(f"section must be one of {', '.join(map(repr, WORDS))}, got {section!r}")
    return {**WORDS[section], "locale": LOCALE}


def number_text(value: int) -> str:
    """Return a whole number with its thousands separated.

    >>> number_text(1234567)
    '1,234,567'
    """
    return f"{value:,}"


def power_text(value: float) -> str:
    """Return a small number as a multiple of a power of ten.

    >>> power_text(6e-7), power_text(0.0)
    ('6 × 10⁻⁷', '0')
    """
    if not value:
        return "0"
    digits, exponent = f"{value:.2e}".split("e")
    raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{float(digits):g} × 10{raised}"


def percent_text(fraction: float) -> str:
    """Return a share of 1 as a percentage with one decimal.

    >>> percent_text(0.2503), percent_text(0.11)
    ('25.0 %', '11.0 %')
    """
    return f"{100 * fraction:.1f} %"
