"""The words of what a session is drawn as: stages, charts, still pictures."""

from typing import Final

STAGES: Final = {
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

ATTACK_CHARTS: Final = {
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
    "collective": "h(Q): collective attacks on single photons stay below",
    "bob": "Bob, 1 − h(Q)",
    "this_run": "this run, simulated",
    "no_eve": "There is no Eve on this line: no point to draw.",
    "information_told": "At a QBER of {qber} Eve's record holds {information} bits per sifted bit; "
    "the formula gives {expected}.",
    "certain_told": "At a QBER of {qber} Eve knows a share of {information} of the sifted bits for certain; "
    "the formula gives {expected}. A photon that she keeps causes no error.",
    "missing_title": "The chance to miss her",
    "missing_x": "number of sifted bits compared",
    "missing_y": "chance that none of them is wrong",
    "missing_theory": "(1 − QBER)ⁿ, formula",
    "missing_measured": "this run, cut into samples of n bits",
    "missing_limit": "one in a million",
    "missing_needed": "n = {count}",
    "missing_told": "With a QBER of {qber}, {count} compared bits miss her less than once in a million runs.",
    "missing_never": "No errors are expected: comparing bits shows nothing.",
    "gains_title": "Clicks per pulse: what decoys show",
    "gains_x": "photons per pulse on average, as sent",
    "gains_y": "gain: clicks per pulse sent",
    "gains_free": "without Eve, formula",
    "gains_eve": "with this attack, formula",
    "gains_measured": "this run: {names}",
    "gains_told": "{name}: {gain}, without Eve {free}",
    "figure": "Attack: {attack}. {sentences}",
}

FIGURES: Final = {
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
