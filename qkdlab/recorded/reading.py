"""How records were read, in words: for the report, so that nothing is recognised in silence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ..errors import shown
from .tables.table import Table
from .tables.vocabulary import BOTH, NO_CLICK, UNREAD, Words

BASES: Final = {0: "Z", 1: "X"}
BITS: Final = {0: "0", 1: "1", BOTH: "a double click", NO_CLICK: "no click"}
STATES: Final = {0: "no click", 1: "0 in Z", 2: "1 in Z", 4: "0 in X", 8: "1 in X", UNREAD: "not read"}
"""What the codes of words stand for."""
_MOST_NAMED = 8


def columns_read(table: Table, parties: Sequence[str]) -> str:
    """Return how the columns of a table were read; nothing if they are as `save_recording` writes them."""
    parts = list(table.remarks)
    if "party" not in table.roles:
        parts += ["a row per pulse"] if len(parties) > 1 else [f"{parties[0]}'s"]
    parts += [f"{role} from {shown(name, 40)}" for role, name in table.roles.items() if role != name]
    read = set(table.roles.values())
    if left := [name for name in table.names if name and name not in read]:
        more = ", …" if len(left) > _MOST_NAMED else ""
        parts += ["not read: " + ", ".join(name[:40] for name in left[:_MOST_NAMED]) + more]
    return f"{table.path.name[:40]}: " + "; ".join(parts) if parts else ""


def meanings(several: Sequence[Words], names: Mapping[int, str]) -> str:
    """Return what words were taken for, but for those that say it themselves."""
    known = {str(word).strip(): code for words in several for word, code in words.known.items()}
    pairs = sorted((code, shown(word, 20)) for word, code in known.items() if word != names.get(code))
    return ", ".join(f"{word} is {names[code]}" for code, word in pairs[: _MOST_NAMED + 1] if code in names)
