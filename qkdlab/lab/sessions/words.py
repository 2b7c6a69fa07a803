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
    "note_too_few": "{count} disclosed, fewer than the {needed} needed: all are thrown away",
    "note_too_few_of": "{count} disclosed, of them {few}, fewer than the {needed} needed: all are "
    "thrown away",
    "note_all_disclosed": "all {count} disclosed, none is left for a key",
    "note_none_disclosed": "the session ended before any was compared",
    "note_reconciled": "errors corrected",
    "note_differ": "a difference was left: all are thrown away",
    "note_costly": "errors corrected, but that costs the whole key",
    "note_secret": "after privacy amplification",
    "note_broken": "so Alice and Bob take them to be",
    "key_rate": "Key rate: {rate} secret bits per pulse sent.",
    "key_rate_broken": "Key rate: {rate} bits per pulse sent, which Alice and Bob take to be secret.",
}

EVE_LAMP: Final = {
    "nobody": "NOBODY LISTENS",
    "nobody_reason": "There is no Eve on this line.",
    "no_key": "NO KEY TO KNOW",
    "no_key_reason": "She guesses {rate} of the {count} sifted bits right, and none of them became key.",
    "no_key_one_right": "She guesses the only sifted bit right, and it did not become key.",
    "no_key_one_wrong": "She guesses the only sifted bit wrong, and it did not become key.",
    "no_bits_reason": "No sifted bits were left for her to guess.",
    "safe": "EVE DOES NOT KNOW IT",
    "account": "{corrected} bits - {parts} = {key} of key.",
    "took_LEAKED": "{bits} for correction",
    "took_LOST": "{bits} lost",
    "took_HASHED": "{bits} hash",
    "took_EVE": "{bits} for Eve",
    "took_AUTHENTICATION": "{bits} tags",
    "safe_reason": "Her record holds about {held} of the {corrected} corrected bits, and at least "
    "as much was taken off.",
    "hardly_reason": "Less than one bit of the key is open to her: her record holds about {held} of the "
    "{corrected} corrected bits.",
    "all": "EVE KNOWS THE KEY",
    "all_reason": "No bit of the key is left to guess: her record holds about {held} of the {corrected} "
    "corrected bits, public talk the rest.",
    "some": "EVE KNOWS PART OF IT",
    "some_reason": "About {known} of {made} bits of key are open to her: her record holds about {held} of "
    "the {corrected} corrected bits.",
}

GAINS: Final = {
    "title": "Clicks per pulse",
    "title_decoys": "Clicks per pulse: what decoys show",
    "x": "photons per pulse on average, as sent",
    "y": "gain: clicks per pulse sent",
    "free": "without Eve, formula",
    "eve": "with this attack, formula",
    "measured": "this run: {names}",
    "told": "{name}: {gain}, {clicks} of {sent} (formula without Eve: {free})",
    "nothing": "No pulses were sent.",
}

MULTIPHOTON: Final = {
    "limit": "above {limit} the single photons give no key",
    "never": "too many multi-photon pulses: no key at any error rate",
    "short": "about {limit}: above this the run has too few pulses",
    "short_here": "{limit}: here the run has too few pulses",
    "short_never": "too few pulses in this run: no key at any error rate",
}

CLAIMS: Final = {
    "told": "No security is claimed: {why}.",
    "asymptotic": "the textbook mode ignores chance",
    "classroom": "the classroom mode ignores chance",
    "bob": "what Bob announces is not charged",
    "published": "the margin of the published formulas is no bound",
}

NO_CONTROL: Final = {
    "told": "Also on, without a control here: {what}. Another scenario takes it off.",
    "depolarizing": "a fibre that replaces {share} of the qubits by random ones",
    "mismatch": "detectors that are not alike at all times",
    "random_assignment": "Bob draws which detector stands for which bit",
    "watches_light": "Bob's monitor of bright light",
}

add_words(
    {
        "multiphoton": MULTIPHOTON,
        "claims": CLAIMS,
        "no_control": NO_CONTROL,
        "clicks": CLICKS,
        "stages": STAGES,
        "eve_lamp": EVE_LAMP,
        "gains": GAINS,
    }
)
