"""The words of the link panel, of its stages and of the photon stage."""

from typing import Final

from ..components.text import add_words
from ..components.words import PHOTON_SIGNS, PLAYBACK

LINK_PANEL: Final = {
    "preset_quiet": "A quiet line",
    "preset_eve": "Eve reads every photon",
    "preset_careful_eve": "Eve reads one photon in twenty",
    "preset_short": "Too few pulses",
    "preset_long": "A line that is too long",
    "preset_laser": "A laser without decoys",
    "preset_classroom": "Classroom: 4,000 pulses",
    "elsewhere": "How far a key reaches: the link budget panel, notebook 04. An Eve who "
    "makes no errors, or blinds the detectors: notebook 03. Keys over several links, and who knows them: "
    "notebook 08.",
    "group_link": "Line and detectors",
    "group_source": "Protocol and source",
    "protocol": "Protocol",
    "weak": "laser light (weak)",
    "goes_not": "“{name}: {value}” does not go with {protocol}; “{goes}” does.",
    "mean_photon_number": "Photons on average",
    "tab_qber": "Error rate",
    "tab_key": "Funnel",
    "label_eve": "Eve {fraction} %",
    "pulses_matter": "How long a key is depends on how many pulses are sent, too (More controls).",
    "no_pulses_help": "No number of pulses gives a key here: the line itself makes a QBER of {qber}, and "
    "above {limit} nothing is left. A shorter or a better line helps.",
    "no_pulses_help_light": "No number of pulses gives a key here: the line itself makes a QBER of {qber}, "
    "and too few of the clicks are sure to come from single photons. A shorter or a better line helps, or "
    "other light.",
    "no_pulses_help_dark": "No number of pulses gives a key here: nothing makes a detector click.",
    "more_pulses": " With {pulses} of them this line should give one, if nobody listens.",
}

STAGE_PANEL: Final = {
    "eve": "Eve is on the line (she reads every photon and sends on what she read)",
}

FIGURES: Final = {
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

PHOTON_STAGE: Final = {
    **PLAYBACK,
    **PHOTON_SIGNS,
    "name": "Photon stage",
    "alice": "Alice",
    "eve": "Eve",
    "bob": "Bob",
    "public": "Public",
    "compare": "Truth",
    "view": "Seen by",
    "view_all": "All three at once",
    "view_all_note": "(nobody in reality can see this)",
    "restart": "Restart",
    "next_click": "Next click",
    "next_error": "Next error",
    "next_error_unseen": "Next error: which bits are wrong is seen under “All three at once” alone",
    "to_end": "To the end",
    "keys": "Arrow keys: right is Step, left is Back; Space is Play, Home is Restart, End is To the end.",
    "table": "Table of pulses",
    # counters
    "pulses": "Pulses",
    "clicks": "Clicks",
    "kept_count": "Kept",
    "errors": "Errors",
    "qber": "QBER so far",
    "no_data": "no data",
    "interval": "95 % interval: {lower} to {upper}",
    "trace": "QBER so far: {qber}. {interval}.",
    "of": "{count} of {total}",
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
    "chance_0": "at 0°: 100 %",
    "chance_45": "at 45°: 50 %",
    "chance_90": "only by noise",
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
    # what happened, in a sentence
    "told_start": "Pulses 1 to {count} have gone by: they count and stand in the table.",
    "told_start_all": "The next one makes a click.",
    "told_ready": "Press Step to send the next pulse.",
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

add_words(
    {
        "link_panel": LINK_PANEL,
        "stage_panel": STAGE_PANEL,
        "figures": FIGURES,
        "photon_stage": PHOTON_STAGE,
    }
)
