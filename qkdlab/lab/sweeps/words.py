"""The words of the plots of sweeps."""

from typing import Final

from ..components.text import add_words
from ..components.words import COMMON

COLUMNS: Final = {
    "link.length_km": "length of the fibre, km",
    "link.attenuation_db_per_km": "loss of the fibre, dB/km",
    "link.misalignment_error": "misalignment",
    "link.source.signal": "mean photon number of the signal",
    "link.source.mean_photon_number": "mean photon number",
    "link.detector.efficiency": "efficiency of the detectors",
    "eavesdropper.fraction": "share of the pulses that Eve attacks",
    "n_pulses": "pulses",
    "sifted_bits": "sifted bits",
    "leaked_bits": "leaked bits",
    "sample_fraction": "share that is disclosed",
    "qber": "QBER",
    "key_length": "secret bits",
    "secret_bits_per_pulse": "secret bits per pulse",
}
"""Columns of a sweep as axes name them; another one has its own name."""

PLOTS: Final = {
    "title": "{y} against {x}",
    "title_map": "{colour}",
    "told": "{y} against {x}: {runs}.",
    "told_map": "{colour} by {x} and {y}: {runs}; a cell has the median of its own.",
    "told_spread": " A point is the median of its runs, its bar goes from the {low} to the {high} of them.",
    "told_few": " Points of fewer than {fewest} runs: {few}. So few have no such quantiles of "
    "their own: the ends of the bar lie between runs, and another sweep may well be outside.",
    "run_one": "1 run",
    "run_many": "{runs} runs",
    "told_theory": "{y} against {x}, as theory has it.",
    "told_empty": "No run of this sweep has numbers to draw.",
    "told_out": " Left out, as they failed or have no such number: {out}.",
    "percentile": "{share:g} % quantile",
    "runs": "runs",
    "runs_of": "{by}: {value}",
    "theory": "theory",
    "theory_of": "{theory}, {by}: {value}",
    "zero": "0, which a log scale has no place for",
}

HEAT_MAP: Final = {
    **COMMON,
    "name": "Heat map",
    "gap": "–",
    "keys": "Arrow keys go from cell to cell.",
    "hint": "Arrow keys or the mouse read out cells.",
    "empty": "There is nothing to show yet.",
    "x_label": "→ {label}",
    "y_label": "↓ {label}",
    "readout": "{x_label}: {x}; {y_label}: {y}: {cell}.",
    "summary": "{title}: {x} across, {y} down.",
    "shades": "pale: {low}; dark: {high}",
}

add_words({"sweep_columns": COLUMNS, "sweep_plots": PLOTS, "heat_map": HEAT_MAP})
