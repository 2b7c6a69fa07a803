"""The words that the panels of all sessions share."""

from typing import Final

from ..components.text import add_words

CLICKS: Final = {
    "too_many": "n_pulses must make at most {most} clicks in a panel, which keeps a record of each, got "
    "about {clicks}: send fewer pulses or lengthen the line",
    "too_many_on_link": "session_seconds of the link {link} must bring at most {most} clicks in a panel, "
    "which keeps a record of each, got about {clicks}: state a shorter time, or none",
}

STAGES: Final = {
    "sent": "Sent",
    "detected": "Detected",
    "sifted": "Sifted",
    "undisclosed": "Not disclosed",
    "reconciled": "Reconciled",
    "secret": "Secret",
    "note_detected": "a photon arrived, or a dark count",
    "note_same basis": "same basis",
    "note_conclusive": "conclusive outcome",
    "note_undisclosed": "{count} disclosed to estimate the QBER, then thrown away",
    "note_reconciled": "errors corrected",
    "note_secret": "after privacy amplification",
    "key_rate": "Key rate: {rate} secret bits per pulse sent.",
}

GAINS: Final = {
    "title": "Clicks per pulse: what decoys show",
    "x": "photons per pulse on average, as sent",
    "y": "gain: clicks per pulse sent",
    "free": "without Eve, formula",
    "eve": "with this attack, formula",
    "measured": "this run: {names}",
    "told": "{name}: {gain}, without Eve {free}",
    "nothing": "No pulses were sent.",
}

add_words({"clicks": CLICKS, "stages": STAGES, "gains": GAINS})
