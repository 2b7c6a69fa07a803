"""The words of the live figures of the link budget."""

from typing import Final

from ...components.text import add_words

SPLITTING_FIGURE: Final = {
    "title": "A laser without decoys, photon numbers split",
    "x": "length of the fibre, km",
    "y": "share of the sifted bits",
    "known": "Eve knows them (theory)",
    "qber": "they are wrong: the QBER with Eve (theory)",
    "free": "the QBER without her (theory)",
    "runs_known": "Eve knows them, simulated",
    "runs_qber": "QBER, simulated",
    "length_km": "Fibre, km",
    "mean": "μ of the laser",
    "told": "At {length} km Eve knows {known} of the bits of pulses with μ = {mean}. The QBER is {qber}, "
    "and {free} without her: no test of errors finds her.",
}

GAINS_FIGURE: Final = {
    "title": "Clicks by the brightness of a pulse",
    "x": "mean photon number of the pulse",
    "y": "gain: clicks per pulse",
    "free": "free line (theory)",
    "split": "Eve splits photon numbers (theory)",
    "runs_free": "free line, simulated",
    "runs_split": "with Eve, simulated",
    "signal": "signal",
    "decoy": "Decoy ν, photons",
    "length_km": "Fibre, km",
    "fraction": "Pulses she attacks",
    "told": "A decoy of ν = {decoy} makes {free} clicks per pulse on the free line, and {split} with Eve: "
    "{share} of them. A signal pulse makes {signal} of the clicks of the free line.",
}

BRIGHTNESS_FIGURE: Final = {
    "title": "The best brightness",
    "x": "mean photon number μ of the signal",
    "y": "secret bits of a million signal pulses",
    "infinite": "infinitely many decoys (theory)",
    "decoys": "vacuum and ν = {decoy} (theory)",
    "formula": "formula",
    "signal": "Signal μ, photons",
    "length_km": "Fibre, km",
    "error": "Misalignment",
    "told": "At {length} km signal pulses of μ = {signal} give {bits} secret bits a million with "
    "infinitely many decoys. The best is μ = {best}, with {most}; the formula for long lines says "
    "{formula}.",
    "told_none": "At {length} km no brightness gives a key; the formula for long lines says μ = {formula}.",
}

REACH_FIGURE: Final = {
    "title": "How far with decoys, and without",
    "x": "length of the fibre, km",
    "y": "secret bits per signal pulse",
    "infinite": "infinitely many decoys (theory)",
    "decoys": "vacuum and ν = {decoy} (theory)",
    "tagged": "no decoys, the best μ for each length (theory)",
    "runs": "simulated sessions, with decoys",
    "length_km": "Fibre, km",
    "signal": "Signal μ, photons",
    "dark": "Dark counts ×",
    "told": "Secret bits of a signal pulse at {length} km: {decoys} with decoys, {tagged} without. With "
    "decoys the key ends at {reach} km, without them at {short} km.",
    "told_none": "No key with this signal, at any length.",
    "no_key": "none",
}

add_words(
    {
        "splitting_figure": SPLITTING_FIGURE,
        "gains_figure": GAINS_FIGURE,
        "brightness_figure": BRIGHTNESS_FIGURE,
        "reach_figure": REACH_FIGURE,
    }
)
