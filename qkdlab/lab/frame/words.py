"""The words of every panel."""

from typing import Final

from ..components.text import add_words

PANEL: Final = {
    "still": "A picture of the panel. To use it, run the cells above, then this one.",
    "projector": "Large text",
    "projector_hint": "Larger text and thicker lines, for a projector",
    "preset": "Scenario",
    "preset_none": "choose one …",
    "again": "Run again",
    "again_hint": "Run the same settings with the next seed",
    "reset": "Reset",
    "reset_hint": "Back to the settings with which the panel began",
    "cancel": "Cancel",
    "cancel_hint": "Stop the run that is going on",
    "cancel_cannot": "In this browser a run that has begun goes on to its end",
    "refused": "NOT RUN",
    "cancelled": "CANCELLED",
    "cancelled_hint": "The run was stopped. Move a control or press Run again.",
    "group_run": "Run",
    "n_pulses": "Pulses sent",
    "security": "Key length",
    "finite": "finite key (with ε)",
    "asymptotic": "textbook (asymptotic)",
    "classroom": "classroom (no claim)",
    "seed": "Seed",
    "predict": "I predict for the next run:",
    "predict_none": "nothing",
    "label_no_eve": "no Eve",
    "log_empty": "Choose a prediction, then change a control: both will stand here, side by side.",
    "log_run": "Run",
    "log_predicted": "Predicted",
    "log_observed": "Observed",
    "log_answer": "Answer",
    "log_told": "{observed}; {measured}",
    "log_right": "✓ as predicted",
    "log_wrong": "✗ surprise",
    "log_open": "– cannot tell",
    "badge_right": "✓ as predicted",
    "badge_wrong": "✗ surprise: why?",
    "badge_open": "– this run cannot tell",
    "badge": "{mark} ({right} of {runs})",
    "why": "Predicted: {predicted}. Seen: {observed}; {measured}. {reason}",
    "observed_broken": "accepted, but broken",
    "changed": "{name}: {old} → {new}",
    "changed_new": "{name}: {new}",
    "changed_in_one": "{changed}, in one move",
    "changed_more": "and {count} more",
    "on": "on",
    "off": "off",
    "label_same": "the same again",
    "label_other": "other settings",
    "figure_qber": "QBER",
    "figure_qber_note": "of the compared bits, which Alice and Bob know ({interval}); of all sifted bits, "
    "which only a simulation knows, {true}",
    "figure_rate": "secret bits per pulse",
    "figure_rate_note": "per pulse sent, decoys included",
    "more": "More controls",
    "more_open": "Fewer controls",
    "more_hint": "Show the other controls, or hide them",
    "tab_compare": "Compare",
    "predictions": "Predictions",
    "tab_save": "Save",
    "scenario": "JSON",
    "load": "Load",
    "load_hint": "Run the settings in the text box",
    "save_hint": "These are the settings of the panel as text. Copy it to keep them. To come back to them, "
    "paste it here and press Load.",
    "load_error": "Not loaded. {error}",
    "load_untyped": "Not loaded. This is no scenario of this panel: its line “type”: “{kind}” is missing. "
    "Copy a scenario whole, from its first {{ to its last }}.",
    "load_foreign": "Not loaded. This is a scenario of another panel: its “type” is {type}, and here "
    "“{kind}” is needed.",
    "load_place": "In {parts}: ",
    "load_kind": "Not loaded. {place}The line “type” names nothing that there is: {told}.",
    "load_extra": "Not loaded. {place}There is a line that nothing is known of: {told}.",
    "load_missing": "Not loaded. {place}A line is missing: {told}.",
    "load_value": "Not loaded. {place}{told}",
    "load_garbled": "Not loaded. This is not what was saved, or not all of it: it cannot be "
    "read from line {line} on. Paste it from its first {{ to its last }}.",
    "loaded": "Loaded.",
    # controls that several panels have
    "eve": "Eve is on the line",
    "fraction": "Pulses she reads",
    "length_km": "Fibre, km",
    "misalignment_error": "Misalignment",
    "efficiency": "Detector efficiency",
    "dark_count_probability": "Dark counts",
    "source": "Pulses hold",
    "single": "one photon",
    "decoy": "laser light with decoys",
    # what they predict, and how they name a run
    "predict_accepted": "key accepted",
    "predict_rejected": "key rejected",
    "predict_too_few": "no key yet: too few pulses",
    "predict_never": "no key here, however many",
}

KEPT_RUN: Final = {
    "title": "This run beside another",
    "intro": "Keep this run as A, then change a control: the new run stands beside it here, and the figures "
    "of A in the bar.",
    "intro_seed": "The seed stays the same until you press {again}.",
    "keep": "Keep as A",
    "keep_hint": "Keep the run shown, to hold the next ones against it",
    "forget": "Forget A",
    "forget_hint": "Show the run of now alone",
    "a": "A",
    "now": "now",
    "beside": "(A) {value}",
    "changed": "Changed since A",
    "same": "nothing",
    "verdict": "Verdict",
    "eve": "Eve",
}

DOWNLOADS: Final = {
    "name": "Downloads",
    "figure": "Figure",
    "svg": "SVG",
    "svg_hint": "Download the figure as a drawing that can be enlarged",
    "png": "PNG",
    "png_hint": "Download the figure as a picture",
    "csv": "Data (CSV)",
    "csv_hint": "Download all numbers that the panel shows as a table",
    "report": "Report",
    "report_hint": "Download what the panel shows as text, with its settings",
    "settings": "Settings",
    "scenario": "JSON",
    "given": "Downloaded: {file}",
    "failed": "Not downloaded: the figure could not be drawn.",
}

KEYBOARD_GUARD: Final = {"name": "Keyboard guard", "readout": "{label}, value", "not_used": "not in use"}

KERNEL_NOTICE: Final = {
    "name": "State of the kernel",
    "busy": "The kernel is busy with another cell. The panel shows what was there before; it will follow.",
    "gone": "This panel is no longer live: its kernel has gone. Run the cells above, then this one.",
}

add_words(
    {
        "panel": PANEL,
        "downloads": DOWNLOADS,
        "kept_run": KEPT_RUN,
        "keyboard_guard": KEYBOARD_GUARD,
        "kernel_notice": KERNEL_NOTICE,
    }
)
