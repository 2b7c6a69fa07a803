"""The words of the components."""

from typing import Final

from .text import add_words

COMMON: Final = {"percent": "{value} %", "stale": "shown: the run before"}
"""Of components that show the figures of a run."""

PLAYBACK: Final = {
    "percent": "{value} %",
    "step": "Step",
    "back": "Back",
    "play": "Play",
    "pause": "Pause",
    "speed": "Speed",
    "speed_value": "{speed}×",
}
"""Of components that play something."""

PHOTON_SIGNS: Final = {
    "basis_0": "Z",
    "basis_1": "X",
    "basis_0_name": "Z, rectilinear basis",
    "basis_1_name": "X, diagonal basis",
    "state_00": "0 in Z: horizontal",
    "state_10": "1 in Z: vertical",
    "state_01": "0 in X: diagonal, rising",
    "state_11": "1 in X: diagonal, falling",
}
"""Of components that draw photons: the two bases, and the state of each bit in them, `state_` bit basis."""

QBER_GAUGE: Final = {
    **COMMON,
    "name": "QBER gauge",
    "title": "QBER",
    "no_data": "no data",
    "interval": "interval {lower} to {upper}",
    "interval_at": "{confidence} interval {lower} to {upper}",
    "no_interval": "no interval: too few bits were compared",
    "threshold": "above {threshold}: Alice and Bob stop",
    "limit": "above {limit}: correction takes all",
    "unproven": "no proof: no key at any error rate",
    "now": "This run",
    "expected": "From the formula",
    "history": "Runs so far, newest first",
    "history_empty": "No runs yet.",
    "history_more": "and {count} earlier",
    "legend_now": "this run",
    "legend_accepted": "key accepted",
    "legend_broken": "broken: Eve knows bits of it",
    "legend_rejected": "key rejected",
    "legend_too_few": "too few pulses",
    "legend_expected": "from the formula",
    "legend_interval": "interval",
    "summary_none": "QBER: no data yet.",
    "summary_below": "QBER {qber}{interval}, below the {threshold} line.",
    "summary_costly": "QBER {qber}{interval}, below the {threshold} line, but above {limit}: "
    "error correction costs too much for a key.",
    "summary_above": "QBER {qber}{interval}, above the {threshold} line.",
    "summary_unproven": "QBER {qber}{interval}; without a proof there is no key at any error rate.",
    "summary_limit_text": "QBER {qber}{interval}; {text}.",
    "summary_interval": " ({lower} to {upper})",
    "summary_expected": " The formula gives {expected}.",
}

CURVE_CHART: Final = {
    **COMMON,
    "name": "Chart",
    "gap": "–",
    "x_label": "→ {label}",
    "y_label": "↑ {label}",
    "keys": "Arrow keys or the mouse read out values: left and right along a curve, up and down to the next.",
    "hint": "Arrow keys or the mouse read out values.",
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

KEY_FUNNEL: Final = {
    **COMMON,
    "name": "Key funnel",
    "title": "From pulses to key",
    "zoom": "× {factor}",
    "zoom_hint": "Magnifying glass: all bars below are drawn {factor} times as long. Press for the scale of "
    "the first.",
    "zoom_off": "× {factor}: magnify",
    "kept": "{percent} of {name}",
    "kept_head": "of stage before",
    "count_head": "number",
    "not_defined": "–",
    "empty": "No run yet.",
    "summary_empty": "The key funnel is empty.",
    "summary_item": "{name} {count}",
    "summary": "From first to last: {items}.",
}

VERDICT_LAMP: Final = {
    "name": "Verdict",
    "title_idle": "NO RUN YET",
    "title_running": "RUNNING",
    "title_accepted": "KEY ACCEPTED",
    "title_broken": "ACCEPTED, BUT BROKEN",
    "title_rejected": "KEY REJECTED",
    "title_too_few": "TOO FEW PULSES",
    "title_error": "SOMETHING WENT WRONG",
    "progress": "{value} % done",
}

COPY_BUTTON: Final = {
    "name": "Copy",
    "copy": "Copy",
    "hint": "Copy these settings to the clipboard",
    "copied": "Copied.",
    "failed": "The browser did not allow it: select the text and press Ctrl+C.",
}

BAR_ROWS: Final = {
    **COMMON,
    "name": "Bars",
    "empty": "No run yet.",
    "summary_empty": "There is nothing to show yet.",
    "summary_item": "{name} {value}",
}

CIRCUIT_DRAWING: Final = {
    "name": "Circuit",
    "summary_empty": "There is no circuit to show.",
    "summary_parts": "A circuit of {wires}: {sections}.",
    "key": "In words: {gates}.",
    "goes_on": "A row that begins with … goes on from the row above.",
    "gate_x": "X turns |0⟩ and |1⟩ into each other",
    "gate_h": "H turns the states of Z and of X into each other",
    "gate_s": "S turns the states of X into those of Y",
    "gate_sdg": "S† turns the states of Y into those of X",
    "gate_ry": "Ry turns by its angle from |0⟩ towards |+⟩ on the Bloch sphere, where 180° lead to |1⟩ "
    "and 0° change nothing",
    "gate_rx": "Rx turns by its angle about the line through |+⟩ and |\N{WORD JOINER}−⟩ of the Bloch sphere",
    "gate_rz": "Rz turns the phase φ between |0⟩ and |1⟩ by its angle",
    "gate_cx": "a dot joined to ⊕, a CNOT, turns |0⟩ and |1⟩ into each other where the dot's qubit is |1⟩",
    "gate_cry": "Ry with a dot turns by its angle from |0⟩ towards |1⟩ where the dot's qubit is |1⟩: at 180° "
    "it copies |0⟩ and |1⟩ as a CNOT does, and at 0° it does nothing",
    "gate_measure": "the dial is a pair of detectors, which give 0 or 1",
}

add_words(
    {
        "qber_gauge": QBER_GAUGE,
        "curve_chart": CURVE_CHART,
        "key_funnel": KEY_FUNNEL,
        "verdict_lamp": VERDICT_LAMP,
        "copy_button": COPY_BUTTON,
        "bar_rows": BAR_ROWS,
        "circuit_drawing": CIRCUIT_DRAWING,
    }
)
