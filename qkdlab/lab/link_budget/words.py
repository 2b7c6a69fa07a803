"""The words of the link budget, its charts and its challenge."""

from typing import Final

from ..components.text import add_words

LINK_BUDGET_PANEL: Final = {
    "preset_gys": "Gobby and others 2004, 50 km",
    "preset_gys_far": "Gobby and others 2004, 120 km",
    "preset_gys_too_far": "Gobby and others, 170 km: too far",
    "preset_single": "Single photons, 25 km",
    "preset_laser": "A laser without decoys",
    "preset_afterpulses": "Lim and others 2014: afterpulses",
    "preset_dead_time": "Rusca and others 2018: dead time",
    "preset_shared": "Fibre shared with classical light",
    "preset_split": "Eve splits photons, no decoys",
    "preset_seen": "Eve splits photons, decoys see it",
    "elsewhere": "An Eve who makes no errors, or blinds the detectors: notebook 03. From "
    "clicks to a key: notebooks 05 and 06. Keys over several links, and who knows them: notebook 08.",
    "group_fibre": "Fibre",
    "group_detector": "Detectors",
    "group_source": "Source",
    "attenuation_db_per_km": "Loss, dB/km",
    "insertion_loss_db": "Further loss, dB",
    "weak": "laser light",
    "signal_mean": "Signal μ, photons",
    "decoy_mean": "Decoy ν, photons",
    "attack": "Eve",
    "none": "is not on the line",
    "BeamSplitting": "splits the beam",
    "PhotonNumberSplitting": "splits off photons (PNS)",
    "sweep": "Sweep the distance",
    "sweep_hint": "Run these settings at eight distances, in the textbook mode with half a million clicks "
    "each or a billion pulses, and keep the points",
    "sweeping": "RUNNING: {done} of {total} distances",
    "sweep_stopped": "Sweep stopped after {done} of {total} distances.",
    "tab_rate": "Distance",
    "tab_errors": "Errors",
    "tab_gains": "Clicks",
    "tab_photons": "Photons",
    "tab_funnel": "Funnel",
    "tab_challenge": "Challenge",
}

BUDGET_CHARTS: Final = {
    "distance": "length of the fibre, km",
    "rate_title": "How much key, how far",
    "rate_y": "secret bits per signal pulse",
    "rate_single": "theory, single photons",
    "rate_tagged": "theory, laser without decoys",
    "rate_decoys": "theory, these decoys",
    "rate_infinite": "theory, infinitely many decoys",
    "rate_points": "other runs, simulated",
    "rate_now": "this run, simulated",
    "rate_none": "no key (drawn at the lower edge)",
    "rate_reach": "theory ends at {reach} km",
    "rate_endless": "theory: key beyond {furthest} km",
    "rate_nowhere": "theory: no key at any length",
    "rate_long": "for long keys, {told}",
    "rate_pulses": " The other runs sent {least} to {most} pulses each, this one {pulses}: "
    "a key grows with them.",
    "rate_told": "At {length} km this run gives {rate} secret bits per signal pulse; theory {expected}. ",
    "rate_signals": "It sent {share} of its pulses as signals: {sent} secret bits per pulse sent. ",
    "rate_told_none": "At {length} km this run gives no key; theory {expected}. ",
    "rate_free": "The theory is for a line without Eve and many pulses: {share} of the sifted bits are "
    "disclosed, and error correction leaks 1.2 h(QBER), about what Alice tells in Cascade; "
    "finite keys count Bob's questions, too.",
    "rate_no_theory": "The formulas are those of BB84; for {protocol} there is no curve.",
    "no_key_expected": "expects none",
    "no_formula": "has no formula for this attack",
    "qber_title": "How many errors, how far",
    "qber_y": "QBER of the signal bits",
    "qber_theory": "theory",
    "qber_points": "other runs, compared bits",
    "qber_now": "this run, compared bits",
    "qber_told": "At {length} km the compared bits show a QBER of {qber} ({lower} to {upper}); theory "
    "{expected}. Loss alone makes no error: the curve rises where few photons are "
    "left beside the dark counts.",
    "qber_none": "At {length} km too few bits were compared to give a QBER.",
    "limit": "no key above {limit}",
    "clicks_title": "How many clicks, how far",
    "clicks_y": "clicks per pulse sent",
    "clicks_theory": "theory",
    "clicks_theory_free": "theory, without Eve",
    "clicks_empty": "without Alice's light: dark counts, noise photons",
    "clicks_points": "other runs, simulated",
    "clicks_now": "this run, simulated",
    "clicks_told": "{line} {loss} dB; clicks per pulse: {gain} ({clicks} of {sent}); {theory}: {expected}.",
    "clicks_fibre": "{length} km make",
    "clicks_further": "{length} km and the further loss make",
    "photons_title": "Photons in a pulse, as it left Alice",
    "photons_x": "photons in the pulse",
    "photons_y": "share of the pulses",
    "photons_sent": "all pulses, theory",
    "photons_seen": "detected pulses, this run",
    "photons_theory": "detected pulses, theory",
    "photons_told": "Detected pulses: {count}; {none} of them were empty (clicks without light), {one} held "
    "one photon and {several} several; of all pulses sent, {sent_several} hold several.",
    "photons_nothing": "No pulse was detected.",
    "bounds_told": "{trust} give: single photons are detected with probability Y₁ ≥ {yield_lower} "
    "({compared} {yield_true}) and wrong in e₁ ≤ {error_upper} of the cases ({compared} {error_true}).",
    "bounds_textbook": "These gains, taken at their word with no room for chance,",
    "bounds_finite": "These gains, taken at their word (the key itself leaves room for chance),",
    "bounds_chance": " The truth lies outside: chance did that, not Eve.",
    "bounds_free": "in truth",
    "bounds_eve": "without Eve",
    "bounds_nothing": "From these gains nothing follows about single photons: Y₁ ≥ 0.",
    "one": "… 1 photon",
    "several": "… several",
    "empty": "… none",
    "note_one": "of the detected pulses held one photon as they left Alice",
    "note_several": "of the detected pulses held several: Eve may have kept one",
    "note_empty": "of the detected pulses were empty: clicks without light",
}

ALIKE: Final = (
    "The QBER of both bases rose alike and the gains stayed, within chance: in {chance} of all runs on an "
    "unchanged line chance takes the three gains as far off, or further. Misalignment does that, and so does "
    "Eve who measures some photons in random bases. No test of these figures tells them apart, which is "
    "why every error is charged to Eve when the key is shortened."
)
"""What the challenge says of two changes that figures do not tell apart."""

CHALLENGE: Final = {
    "title": "Challenge: noise or Eve?",
    "number": "Challenge number",
    "draw": "Show the figures",
    "draw_hint": "Measure the line of this challenge number; the same number is always the same line",
    "next": "Next challenge",
    "next_hint": "Go to the next number and measure",
    "asked": "CHALLENGE: NOISE OR EVE?",
    "asked_reason": "The tab Challenge asks about another line. Of the panel's own line this bar tells again "
    "when you leave the tab.",
    "intro": "A line, not that of this panel, was measured when it was installed. Today something has "
    "changed. On this line noise hits both bases alike. Answer “dark counts” if the figures show "
    "that the new errors come from clicks without Alice's light, which tell Eve nothing; “Eve” if no noise "
    "of this line can do this; “nobody can tell” if noise, such as misalignment, and an Eve who reads "
    "photons would give the same figures.",
    "measuring": "Measuring …",
    "failed": "Not measured. {error}",
    "no_number": "Type a whole number, 0 or larger, and press “Show the figures”.",
    "empty": "Choose a number and press “Show the figures”.",
    "figure": "Figure",
    "installed": "when installed",
    "today": "today (95 % interval)",
    "line": "Line {number}: {length} km; {pulses} pulses today.",
    "qber": "QBER of {basis} bits",
    "gain_signal": "gain of signal, μ = {mean}",
    "gain_decoy": "gain of decoy, ν = {mean}",
    "gain_vacuum": "gain of vacuum, {mean} photons",
    "interval": "{value} ({lower} to {upper})",
    "nothing": "nothing measured",
    "question": "What do the figures show?",
    "answer_noise": "dark counts",
    "answer_noise_hint": "The new errors come from clicks without Alice's light",
    "answer_eve": "Eve",
    "answer_eve_hint": "Noise of this line cannot do that",
    "answer_either": "nobody can tell",
    "answer_either_hint": "Noise and an Eve who reads photons give the same figures",
    "right": "✓ Right: {answer}.",
    "wrong": "✗ Not so. You said “{said}”; the answer is “{answer}”.",
    "truth": "In truth: {truth}.",
    "score": "Right so far: {right} of {asked}.",
    "reveal_misaligned": ALIKE,
    "reveal_intercepted": ALIKE,
    "reveal_one_basis": "Only X bits have more errors: somebody measures in Z. Noise of this line is the "
    "same in both bases. (There are lines whose noise is not; there nobody could tell, and all errors are "
    "charged to Eve in any case.)",
    "reveal_split": "The QBER is as it was, but the decoys click far too seldom for their brightness. Loss "
    "of the fibre would lower all gains alike. Somebody counts photons and blocks single ones.",
    "reveal_dark": "The vacuum pulses click far more often, and the other gains grew by the same small "
    "amount: there are more clicks without light. Half of such clicks are wrong, and that accounts for all "
    "the added errors. A click without Alice's light tells Eve nothing of her bit. That nobody listens is "
    "not shown by this: an Eve who splits the beam changes none of these figures.",
    "truth_misaligned": "the receiver is misaligned, {amount} of the photons go to the wrong detector",
    "truth_intercepted": "Eve measures {amount} of the pulses in random bases",
    "truth_one_basis": "Eve measures {amount} of the pulses in Z",
    "truth_split": "Eve splits photon numbers of {amount} of the pulses",
    "truth_dark": "the detectors have become noisy, {amount} dark counts per detector and pulse",
}

add_words(
    {
        "link_budget_panel": LINK_BUDGET_PANEL,
        "budget_charts": BUDGET_CHARTS,
        "challenge": CHALLENGE,
    }
)
