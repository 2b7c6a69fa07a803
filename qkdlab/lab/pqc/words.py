"""The words of the timeline and of the duel."""

from typing import Final

from ..components.text import add_words

YEAR_LANES: Final = {
    "name": "Years and messages",
    "title": "Which of the messages that Eve records does she read, and when?",
    "axis": "years from today",
    "cell": "sent in year {year}: {fate}",
    "fate_early": "read while it must be secret",
    "fate_late": "read when it need not be secret any more",
    "fate_never": "not read",
    "legend_early": "read too early",
    "legend_late": "read, but no longer secret",
    "legend_never": "not read",
    "legend_life": "the message you look at, while it must be secret; filled: Eve reads it",
}

TIMELINE_PANEL: Final = {
    "preset_default": "Files of a clinic (25 years)",
    "preset_state": "A state secret (40 years)",
    "preset_card": "A payment (1 year)",
    "preset_early": "Migrated in time",
    "preset_lattice": "Lattices fall in year 12",
    "preset_fault": "A QKD node is bribed in year 12",
    "preset_both": "Both fall",
    "secrecy_years": "x: secret for, years",
    "migration_years": "y: change takes, years",
    "quantum_year": "z: computer in, years",
    "falls": "The problem behind PQC is solved",
    "pqc_falls": "… in year",
    "fault": "Eve has a QKD device or node",
    "qkd_fault": "… from year",
    "watched_year": "Message of year",
    "tab_lanes": "Years",
    "tab_table": "This message",
    "tab_save": "Save",
    "bar_migration": "y, then x",
    "bar_quantum": "z",
    "bar_sum": "{y} + {x} = {sum}",
    "classical": "no migration",
    "pqc": "to PQC",
    "qkd": "to QKD",
    "hybrid": "to both (hybrid)",
    "lane": "{early} of {all} ✕",
    "mark_migration": "year {year}: last of the old way",
    "mark_quantum": "year {year}: quantum computer",
    "mark_falls": "year {year}: PQC falls",
    "mark_fault": "year {year}: QKD device or node",
    "title_late": "TOO LATE",
    "title_time": "IN TIME",
    "title_lost": "IN TIME, BUT …",
    "why_late": "x + y = {sum} is more than z = {z}. What is sent in year {y}, the last of the migration, "
    "must be secret until year {sum}, and Eve reads it from year {reads} on.",
    "why_time": "x + y = {sum} is not more than z = {z}. What is sent in the old way need not be secret any "
    "more when the quantum computer comes.",
    "why_none": "x = 0: nothing has to stay secret.",
    "why_fallen": "What is ticked counts, too: of {all} messages Eve reads too early {items}.",
    "fallen_pqc": "{early} with PQC",
    "fallen_qkd": "{early} with QKD",
    "fallen_hybrid": "{early} with both",
    "statement": "Read too early, of {all} messages: {items}.",
    "item": "{name} {early}",
    "table_name": "After a migration …",
    "table_key": "its key came from",
    "table_until": "secret until year",
    "table_from": "Eve reads it from year",
    "table_years": "years too early",
    "never": "never",
    "key_classical": "a classical key exchange",
    "key_pqc": "PQC",
    "key_qkd": "QKD",
    "key_hybrid": "QKD and PQC",
    "table_head": "The message of year {year}",
    "assumed": "For all four it is assumed that Alice and Bob know who is at the other end, and that AES "
    "with the key holds. QKD needs both as much as PQC does.",
}

DUEL: Final = {
    "seed": "seed",
    "qber": "QBER",
    "verdict": "what Alice and Bob saw",
    "key": "key",
    "known": "Eve knows",
    "team_ab": "Alice, Bob",
    "team_eve": "Eve",
    "accepted": "key accepted",
    "none": "none",
    "sum": "sum",
    "ab_wins": "Alice and Bob win",
    "eve_wins": "Eve wins",
    "draw": "nobody wins",
    "no_choice": "This choice cannot be read. {told}",
    "quotes": "Names and words stand between double quotes, numbers have digits and a point and no comma, "
    "and true and false have small letters, as in {example}",
    "no_file": "There is no file {name} here{others}.",
    "others": ", but {names}",
}

add_words({"year_lanes": YEAR_LANES, "timeline_panel": TIMELINE_PANEL, "duel": DUEL})
