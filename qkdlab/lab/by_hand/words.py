"""The words of the panel for BB84 by hand, and of its table."""

from typing import Final

from ..components.text import add_words
from ..components.words import PHOTON_SIGNS

HAND_PANEL: Final = {
    "you_are": "You are {role}",
    "still_example": "A game as the lab plays it.",
    "eve_is": "Eve is",
    "eve_hint": "Whether Eve measures every photon and sends on what she read",
    "eve_is_nobody": "not on the line",
    "eve_is_there": "on the line",
    "eve_is_perhaps": "perhaps there (you will see)",
    "two_bases": "Two bases (off: everybody uses Z alone)",
    "two_bases_hint": "Off: Alice and Bob never use X, and Eve knows it",
    "two_players": "Two players: you and a second student are Alice and Bob",
    "two_players_hint": "Alice chooses, then Bob does; the other's notes are hidden",
    "word": "Send a word",
    "word_place": "up to three letters",
    "word_hint": "Its letters become Alice's first bits, five for each: A is 00000, B is 00001",
    "word_letters": "Only letters from A to Z can be sent here.",
    "word_long": "There is room for {most} letters.",
    "word_sent": "“{word}” stands in Alice's first bits, five bits for a letter.",
    "word_left": "Of the word “{word}” all five bits are kept of these letters: {left} (· is a letter with "
    "bits missing). Nobody chose which bits are kept.",
    # whose eyes
    "view_alice": "Alice",
    "view_bob": "Bob",
    "view_eve": "Eve",
    "view_all": "All three at once",
    "view_all_hint": "Nobody in reality can see this",
    "view_secret": "At the end: it would tell whether Eve is there",
    "view_hidden": "At the end: until then these notes are hidden from you",
    # the steps
    "step_alice": "Alice chooses",
    "step_eve": "Eve chooses",
    "step_bob": "Bob chooses",
    "step_read": "Bob reads",
    "step_sift": "Sift",
    "step_know": "What Eve knows",
    "step_sample": "Choose a sample",
    "step_decide": "Decide",
    "step_end": "The end",
    "told_alice": "Choose a bit and a basis for each photon: tap a cell, or move with the arrow keys and "
    "press Space. The sign beside them is the polarisation that you send.",
    "told_alice_two": "Alice: choose a bit and a basis for each photon. Bob looks away.",
    "told_bob": "Photons come, and you cannot see how Alice prepared them. Choose a basis for each: tap a "
    "cell, or press Space.",
    "told_bob_two": "Now Bob: Alice's notes are hidden. Choose a basis for each photon.",
    "told_eve": "The photons pass you. For each, measure in a basis, or let it pass: tap a cell, or press "
    "Space. What you read you send on.",
    "one_basis": "Everybody uses Z.",
    "told_read": "All photons have been measured. Bob wrote a bit for each, but does not know yet which "
    "of them mean anything.",
    "told_read_eve": "What you measured you wrote down, and sent on as you had read it; what you let pass "
    "went on untouched. Bob has measured all photons. Wait for the bases.",
    "told_sift": "The bases are public now; the bits are not. Mark the photons to keep: those where both "
    "bases are the same.",
    "told_know": "The bases are public now; the bits are not. Under “knows”, mark the kept bits that you "
    "know for certain: where Alice and Bob used the same basis, and you measured in it too.",
    "told_know_one_basis": "Everybody uses Z, and you knew it before. Under “knows”, mark the bits that you "
    "know for certain: those that you measured in Z.",
    "told_sample": "Bits kept: {n_kept}. Choose some of them to compare in public. What is compared is "
    "no secret any more, and is thrown away.",
    "told_decide": "Compared: {n_compared}, different: {n_errors}, a QBER of {qber}. With so few bits "
    "the rate may well be anything from {low} to {high} (95 % interval). Bits left for a key: {n_key}.",
    "told_decide_eve": "Alice and Bob compare in public. Compared: {n_compared}, different: {n_errors}, a "
    "QBER of {qber}. Bits left: {n_key}; you know {n_known} of them. What nobody in the game sees: you "
    "caused errors in {true_n_all_errors} of all the kept bits.",
    "told_nothing_compared": "No bit is kept that could be compared. Nobody can tell whether Eve was there.",
    "told_end": "Bits left as a key: {n_key}, different among them: {true_n_errors_left}.",
    "told_end_eve": "Compared: {n_compared}, wrong: {n_errors}. Bits left: {n_key}; you know {n_known} of "
    "them.",
    "eve_use": "Alice and Bob use their key: you were lucky, or you did little.",
    "eve_use_one_basis": "Alice and Bob use their key. With one basis you read whatever you measure, and "
    "make no error: nobody could have noticed.",
    "eve_drop": "Alice and Bob throw all of it away: what you know is worth nothing.",
    "end_there": "Eve was on the line, and knows {n_known} of them.",
    "end_away": "Eve was not on the line.",
    "end_use_there": "You used a key that she knows in part: compare more bits, and stop at errors.",
    "end_use_unread": "By chance she knows none of these bits: compare more bits, and stop at errors.",
    "end_no_key": "No bit is left: there is no key to use, and none to throw away.",
    "end_use_away": "A good decision.",
    "end_drop_there": "Well thrown away. Nothing is betrayed: no message had been sent.",
    "end_drop_away": "A key was thrown away.",
    "end_drop_for_nothing": "No error was found, and a good key was thrown away.",
    # the buttons
    "back": "Back",
    "back_hint": "One step back, with all that was chosen",
    "fill": "Choose for me",
    "fill_hint": "Let chance choose what is still open, or the lab do this step",
    "next_alice": "Send the photons",
    "next_alice_hint": "On to the next step",
    "next_eve": "Measure and send on",
    "next_eve_hint": "On to the next step",
    "next_bob": "Measure",
    "next_bob_hint": "On to the next step",
    "next_read": "Announce the bases",
    "next_read_hint": "Alice and Bob tell each other, and everybody, their bases",
    "next_sift": "Keep these",
    "next_sift_hint": "On to the next step, if the marks are right",
    "next_know": "These I know",
    "next_know_hint": "On to the next step, if the marks are right",
    "next_sample": "Compare these bits",
    "next_sample_hint": "Alice and Bob tell each other these bits in public",
    "next_decide": "What do they decide?",
    "next_decide_hint": "Alice and Bob stop if more than 11 % of the compared bits are wrong",
    "use": "Use the key",
    "use_hint": "Take the bits that were not compared as the key",
    "drop": "Throw it away",
    "drop_hint": "Stop: use none of these bits",
    "again": "New photons",
    "again_hint": "Begin anew with other photons",
    # what is not right yet
    "fault_open": "Pulse {number} is still open. Choose, or press “Choose for me”.",
    "fault_sample": "Mark at least one kept bit to compare: without a sample nobody can tell whether Eve "
    "was there.",
    "fault_kept": "Not yet: in pulse {number} both used {alice}, so the bit counts: keep it. "
    "Whether it is right nobody knows before bits are compared.",
    "fault_dropped": "Not yet: in pulse {number} Alice used {alice} and Bob {bob}. His bit is a coin "
    "toss: it may be right or wrong, and nobody knows. Do not keep it.",
    "fault_not_kept": "Not yet: pulse {number} is not kept (Alice {alice}, Bob {bob}). It will not be in "
    "the key.",
    "fault_known": "Not yet: in pulse {number} you measured in {eve}, as Alice and Bob did. You know this "
    "bit.",
    "fault_coin": "Not yet: in pulse {number} Alice used {alice} and you {eve}. What you read is a coin "
    "toss.",
    "fault_passed": "Not yet: you let pulse {number} pass, so you know nothing of it. The bases tell no bit.",
    # the columns
    "group_alice": "Alice",
    "group_eve": "Eve",
    "group_bob": "Bob",
    "group_public": "Public",
    "group_truth": "Truth",
    "column_alice_bits": "bit",
    "column_alice_bases": "basis",
    "column_sends": "sends",
    "column_eve_tactics": "basis",
    "column_eve_reads": "reads",
    "column_known": "knows",
    "column_bob_bases": "basis",
    "column_bob_reads": "reads",
    "column_said_alice": "Alice",
    "column_said_bob": "Bob",
    "column_kept": "kept?",
    "column_sample": "sample",
    "column_truth": "key",
    # the circuit of a pulse
    "circuit_pulse": "Pulse {number}.",
    "circuit_photon": "photon",
    "circuit_probe": "Eve's note",
    "circuit_alice": "Alice",
    "circuit_alice_unknown": "Alice: ?",
    "circuit_eve": "Eve",
    "circuit_bob": "Bob",
    "circuit_bob_unknown": "Bob: ?",
    "circuit_told_alice": "Alice prepares {bit} in {basis}.",
    "circuit_told_hidden": "What Alice prepares is hidden.",
    "circuit_told_eve": "Eve measures in {basis} and sends that on.",
    "circuit_told_bob": "Bob measures in {basis}.",
    "circuit_chances": "By this circuit he reads 0 with {zero:.0%}, 1 with {one:.0%}.",
    "circuit_read": "He read {bit}.",
}

HAND_TABLE: Final = {
    **PHOTON_SIGNS,
    "name": "BB84 by hand",
    "steps": "Steps of the game",
    "view": "Seen by",
    "table": "Pulses: choose with arrow keys and Space",
    "pulse": "№",
    "choice": "Pulse {number}, {party}, {title}: {value}. Space changes it.",
    "not_chosen": "not chosen yet",
    "not_marked": "not marked",
    "cell_none": "–",
    "cell_open": "·",
    "cell_pass": "pass",
    "cell_coin": "coin",
    "cell_kept": "yes",
    "cell_dropped": "no",
    "cell_hidden": "secret",
    "keys": "Arrow keys move, Space changes.",
}

HAND_REPORT: Final = {
    "head_pulse": "pulse",
    "head_alice": "Alice",
    "head_eve": "Eve",
    "head_bob": "Bob",
    "head_kept": "kept?",
    "head_sample": "sample",
    "cell": "{bit} in {basis}",
    "kept": "kept",
    "secret": "secret",
    "counts": "{n_pulses} photons, {n_kept} kept, {n_compared} compared: {n_errors} wrong; {n_key} left",
    "shares": "of all kept bits: {errors} wrong, {known} known to Eve, {right} guessed right by her",
    "coins": "Eve tosses a coin for each bit that she does not know.",
    "decision_none": "No bit is left for a key.",
    "decision_use": "Alice and Bob use the key.",
    "decision_drop": "Alice and Bob throw the key away.",
}

add_words({"hand_report": HAND_REPORT, "hand_panel": HAND_PANEL, "hand_table": HAND_TABLE})
