"""What a party wrote down, as events: from the rows of tables, however they are laid out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import RecordingError, shown
from ..values import Bits
from .reading import BASES, BITS, STATES, columns_read, meanings
from .tables.files import open_table
from .tables.layout import PARTIES, Layout, party_of_file
from .tables.table import Table
from .tables.table_rows import Rows
from .tables.vocabulary import (
    BOTH,
    NO_CLICK,
    UNREAD,
    basis_words,
    bit_words,
    by_word,
    canonical,
    channel_words,
    flag_words,
    party_words,
    state_words,
)

_MOST_CLICKS = 2**31
_ROW = "the number of the row"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Events:
    """Some rows of a party.

    Parameters
    ----------
    rows
        Where they stand.
    slots
        int64, shape (n,): the numbers of their pulses, from 0.
    states
        uint8, shape (n,): 1 and 2 for the bits 0 and 1 in Z, 4 and 8 in X; of Bob's double clicks, the sum.
    slot_name, intensity_name
        The columns of slots and intensities, for messages; None if there is none.
    timed
        Whether slots follow from time tags.
    shared
        Whether a row is of both parties: a second click in a slot then repeats what Alice sent.
    """

    rows: Rows
    slots: NDArray[np.int64]
    states: Bits
    slot_name: str
    intensity_name: str | None
    timed: bool = False
    shared: bool = False


class Records:
    """The tables of a run, and how they are read.

    Parameters
    ----------
    files
        The files; several count as one, in this order.
    layout
        What is stated about them.
    n_pulses
        Pulses sent.
    """

    def __init__(self, files: list[Path], layout: Layout, n_pulses: int) -> None:
        self._layout, self._n_pulses = layout, n_pulses
        self._tables = [open_table(file, layout) for file in files]
        self._check_stated(layout)
        self._parties = [self._find_parties(number, table) for number, table in enumerate(self._tables)]
        self._check_both()
        self._whose = party_words()
        self._flags, self._channels = flag_words(), channel_words(layout)
        self._bases = {party: basis_words(layout) for party in PARTIES}
        self._bits = {party: bit_words(layout, clicks=party == "Bob") for party in PARTIES}
        self._states = {party: state_words(layout, clicks=party == "Bob") for party in PARTIES}
        self.n_outside = 0

    def events(self, party: str) -> Iterator[Events]:
        """Yield what a party wrote down, some rows at a time; of Bob's rows those with a click."""
        n_rows = 0
        for table, parties in zip(self._tables, self._parties, strict=True):
            empty = True
            for rows in table.blocks():
                empty = False
                mine = rows
                if (name := table.roles.get("party")) and parties == ("Alice", "Bob"):
                    mine = rows.where(self._whose.read(rows, name) == PARTIES[party])
                elif party not in parties:
                    continue
                if len(mine):
                    if not {"slot", "time"} & set(table.roles):
                        mine = _numbered(mine, n_rows + self._layout.first_slot)
                    events = self._read(mine, table.roles, party)
                    n_rows += len(mine)
                    if len(events.slots):
                        yield events
            if empty:
                raise RecordingError(f"{table.path}: must hold rows, got none")

    def _check_both(self) -> None:
        """Refuse files that say nothing of a party."""
        for party in PARTIES:
            if not any(party in parties for parties in self._parties):
                table = self._tables[-1]
                raise RecordingError(
                    f"{table.path}: columns must say what {party} held, got {table.unknown_columns()}; "
                    "columns= says which is which"
                )

    def _check_stated(self, layout: Layout) -> None:
        """Refuse a stated column that no file has, and parties of more or fewer files than there are."""
        if layout.parties is not None and len(layout.parties) != len(self._tables):
            rule = f"be as many as the files, {len(self._tables)}"
            raise ValueError(f"parties must {rule}, got {shown(layout.parties)}")
        columns = layout.columns.values() if isinstance(layout.columns, Mapping) else ()
        for column in columns:
            if not any(column in table.names for table in self._tables):
                table = self._tables[0]
                raise RecordingError(
                    f"{table.path}: must have the column {shown(column)}, got {table.unknown_columns()}"
                )

    def _find_parties(self, number: int, table: Table) -> tuple[str, ...]:
        """Return whose rows a table holds, and refuse one that does not tell enough."""
        roles, found = table.roles, []
        if "party" in roles:
            found = list(PARTIES)
        elif any(role.startswith(("alice_", "bob_")) or role in ("click",) for role in roles):
            found = [party for party in PARTIES if _complete(roles, party, prefixed=True)]
        elif (party := party_of_file(table.path.name, number, self._layout)) is not None:
            found = [party]
        complete = [party for party in found if _complete(roles, party, prefixed="party" not in roles)]
        if found and complete == found and (set(roles) & {"slot", "time"} or "party" not in roles):
            return tuple(found)
        wanted = (
            "party,slot,basis,bit, or slot,alice_basis,alice_bit,bob_basis,bob_bit for one row per pulse, or "
            "slot,basis,bit in a file that is named after its party"
        )
        hint = "; columns= says which is which"
        hint += " (is each row a pulse? this table may lie on its side)" if len(table.names) > 100 else ""
        raise RecordingError(f"{table.path}: columns must be {wanted}, got {table.unknown_columns()}{hint}")

    def _read(self, rows: Rows, roles: dict[str, str], party: str) -> Events:
        """Return some rows as events."""
        if party == "Bob" and (flag := roles.get("click")):
            rows = rows.where(self._flags.read(rows, flag) == 1)
        rows, states = self._read_states(rows, roles, party)
        name = roles.get("slot", roles.get("time", _ROW))
        if timed := "time" in roles and "slot" not in roles:
            slots, inside = self._read_times(rows, roles)
            self.n_outside += int(np.count_nonzero(~inside))
            rows, slots, states = rows.where(inside), slots[inside], states[inside]
        else:
            slots = self._read_slots(rows, name)
        return Events(
            rows=rows,
            slots=slots,
            states=states,
            slot_name=name,
            intensity_name=roles.get("intensity"),
            timed=timed,
            shared="party" not in roles and _complete(roles, "Alice") and _complete(roles, "Bob"),
        )

    def _read_slots(self, rows: Rows, name: str) -> NDArray[np.int64]:
        """Return the numbers of the pulses, from 0; of a run that counts from 1, say so."""
        first, n = self._layout.first_slot, self._n_pulses
        try:
            return rows.wholes(name, first, n - 1 + first) - first
        except RecordingError as error:
            if first == 0 and str(error).endswith((f"got '{n}'", f"got {n}")):
                raise RecordingError(f"{error} (first_slot=1 if pulses count from 1)") from None
            raise

    def _read_states(self, rows: Rows, roles: dict[str, str], party: str) -> tuple[Rows, Bits]:
        """Return the rows with a click, and their states."""
        held = {role: _column(roles, party, role) for role in ("basis", "bit", "state")}
        if held["bit"] is not None and held["basis"] is not None:
            bits = self._bits[party].read(rows, held["bit"])
            rows, bits = rows.where(bits != NO_CLICK), bits[bits != NO_CLICK]
            bases = self._bases[party].read(rows, held["basis"])
            return rows, np.where(bits == BOTH, np.uint8(3), np.uint8(1) << bits) << 2 * bases
        if party == "Bob" and (detectors := _detectors(roles)):
            states = np.zeros(len(rows), dtype=np.uint8)
            for number, name in enumerate(detectors):
                states[rows.wholes(name, 0, _MOST_CLICKS) > 0] |= np.uint8(1 << number)
            rows, states = rows.where(states > 0), states[states > 0]
            if len(detectors) == 2 and held["basis"] is not None:
                states = states << 2 * self._bases[party].read(rows, held["basis"])
            return rows, states
        if held["state"] is not None:
            states = self._states[party].read(rows, held["state"])
        else:
            states = self._channels.read(rows, roles["channel"])
        clicked = (states > 0) & (states != UNREAD)
        return rows.where(clicked), states[clicked]

    def _read_times(self, rows: Rows, roles: dict[str, str]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return the slots of time tags, and which lie in their windows and in the run."""
        layout = self._layout
        if layout.period is None:
            raise ValueError(
                "period must be given with time tags, and offset and window as they are, got None"
            )
        times = rows.reals(roles["time"]) - self._offsets(rows, roles.get("channel"))
        slots = np.rint(times / layout.period).astype(np.int64)
        inside = (slots >= 0) & (slots < self._n_pulses)
        if layout.window is not None:
            inside &= np.abs(times - slots * layout.period) <= layout.window / 2
        return slots, inside

    def _offsets(self, rows: Rows, name: str | None) -> float | NDArray[np.float64]:
        """Return when a click of the first pulse is expected: one time, or that of each row's channel."""
        if not isinstance(offset := self._layout.offset, Mapping):
            return offset
        if name is None:
            raise ValueError(f"offset must be one number without a column 'channel', got {shown(offset)}")
        known = by_word("offset", offset.items())
        channels, places = np.unique(rows.columns[name], return_inverse=True)
        lates = np.array([known.get(canonical(channel), np.nan) for channel in channels.tolist()])[places]
        if (missing := np.isnan(lates)).any():
            raise rows.refusal(int(np.argmax(missing)), name, "be a channel with an offset")
        return lates

    def check_signs(self) -> None:
        """Refuse outcomes 1 and −1 that were taken for clicks of 1 alone."""
        bits = self._bits["Bob"].known
        signs = set(bits.values()) == {1, NO_CLICK} and any(canonical(word) == "-1" for word in bits)
        if signs and self._layout.no_click is None:
            rule = "Bob's bits must be 0 and 1, or bits= or no_click= must say what −1 is"
            raise RecordingError(f"{rule}, got 1 and −1 alone")

    def reading(self) -> tuple[str, ...]:
        """Return sentences that say how files were read; none of what is as `save_recording` writes it."""
        words = [*self._bases.values()], [*self._bits.values()], [*self._states.values(), self._channels]
        meant = filter(None, map(meanings, words, (BASES, BITS, STATES)))
        said = [how for pair in zip(self._tables, self._parties, strict=True) if (how := columns_read(*pair))]
        return tuple(said + (["; ".join(text)] if (text := list(meant)) else []))


def _column(roles: dict[str, str], party: str, role: str) -> str | None:
    """Return the column in which a party's basis, bit or state stands; None if there is none."""
    return roles.get(f"{party.lower()}_{role}", roles.get(role))


def _detectors(roles: dict[str, str]) -> list[str]:
    """Return the columns of Bob's detectors: of all four, or of 0 and 1 in the basis he took; or none."""
    for detectors in ("hvda", "01"):
        if all(f"bob_{one}" in roles for one in detectors):
            return [roles[f"bob_{one}"] for one in detectors]
    return []


def _complete(roles: dict[str, str], party: str, *, prefixed: bool = True) -> bool:
    """Tell whether the columns say enough of a party's events."""
    has = {role for role in ("basis", "bit", "state") if _column(roles, party, role) is not None}
    detectors = len(_detectors(roles)) if party == "Bob" else 0
    if detectors == 4 or (detectors == 2 and "basis" in has):
        return True
    return {"basis", "bit"} <= has or "state" in has or (party == "Bob" and "channel" in roles and prefixed)


def _numbered(rows: Rows, first: int) -> Rows:
    """Return rows of a table without slots with the number of each row in their place."""
    columns = rows.columns | {_ROW: first + np.arange(len(rows))}
    return Rows(path=rows.path, unit=rows.unit, numbers=rows.numbers, columns=columns)
