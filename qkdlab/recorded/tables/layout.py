"""How records are laid out: what may be stated about it, and what is recognised by the names of columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from ...delimited import DELIMITERS, check_encoding
from ...errors import RecordingError, shown
from ...values import check_between, check_choice, check_count, check_instance, check_non_negative
from .table_rows import MOST_EXACT

PARTIES: Final = MappingProxyType({"Alice": 0, "Bob": 1})
"""The parties as files name them, and the number that each stands for."""
_HELD = ("basis", "bit", "state")
ROLES = (
    *("party", "slot", "time", "channel", *_HELD, "click", "intensity"),
    *(f"{party}_{held}" for party in ("alice", "bob") for held in _HELD),
    *(f"bob_{detector}" for detector in "01hvda"),
)
"""What a column may hold; the last are clicks of one detector of Bob's, or their number.

With ``alice_`` or ``bob_`` before it a column is that party's, so that a row may hold both; without it, it
belongs to the party of the row or of the file."""

_WORDS = {
    "slot": "slot pulse puls index idx id seq sequence number no nr n i k # pulse_index pulse_number "
    "pulse_id pulse_no slot_index slot_number event round qubit",
    "time": "time timestamp timetag time_tag tag time_ps time_ns timestamp_ps timestamp_ns",
    "channel": "channel ch detector detector_id",
    "basis": "basis bases base measurement_basis",
    "bit": "bit bits value outcome result measured measurement measured_bit measurement_result key_bit",
    "state": "state polarization polarisation pol angle symbol letter",
    "click": "click clicked detected detection",
    "intensity": "intensity mu mean_photon_number decoy intensities",
    "party": "party who side",
}
_ROLE_OF = {word: role for role, words in _WORDS.items() for word in words.split()}
_PARTY_OF = {"alice": "alice", "a": "alice", "alices": "alice", "sender": "alice", "tx": "alice"}
_PARTY_OF |= {"bob": "bob", "b": "bob", "bobs": "bob", "receiver": "bob", "rx": "bob"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """What is stated about the layout of records. What is not stated is recognised, or refused.

    Parameters
    ----------
    columns
        Which column holds what, ``{"alice_bit": "a", …}`` (see `ROLES`); or the roles of all columns in their
        order, for files without a header, with None for one that is not to be read.
    bases
        The words for Z and X, as ``("+", "x")``, or a word's basis, as ``{"+": "Z", "x": "X"}``.
    bits
        The words for 0 and 1, as ``("1", "-1")``.
    states
        The words for the four states, 0 and 1 in Z and 0 and 1 in X, as ``"HVDA"`` or ``("0", "90", "45",
        "135")``.
    no_click
        The word, or the words, that stand where Bob detected nothing.
    double_click
        The word, or the words, for a click in both detectors of a basis.
    parties
        Whose file each is, where neither the columns nor the names of the files tell.
    first_slot
        The number of the first pulse: 0 or 1.
    delimiter
        Between fields: one of `DELIMITERS`. None recognises it.
    encoding
        Of text; None takes UTF-8, or UTF-16 with a byte-order mark.
    period, offset, window
        Of time tags, in the file's unit: the time between pulses, when a click of the first pulse is expected
        (a number, or one for each channel that is read), and the width of the window around it in which
        clicks count. None counts all.
    channels
        The state that each channel of a time tagger stands for, ``{1: "H", 2: "V", …}``; None for a channel
        that holds no clicks.
    """

    columns: Mapping[str, str] | Sequence[str | None] | None = None
    bases: Mapping[Any, str] | Sequence[Any] | None = None
    bits: Sequence[Any] | None = None
    states: Sequence[Any] | None = None
    no_click: Any = None
    double_click: Any = None
    parties: Sequence[str] | None = None
    first_slot: int = 0
    delimiter: str | None = None
    encoding: str | None = None
    period: float | None = None
    offset: float | Mapping[Any, float] = 0.0
    window: float | None = None
    channels: Mapping[Any, str | None] | None = None

    def __post_init__(self) -> None:
        check_count("first_slot", self.first_slot, maximum=1)
        if self.delimiter is not None:
            check_choice("delimiter", self.delimiter, tuple(DELIMITERS))
        if not isinstance(self.parties, list | tuple | None):
            raise ValueError(f"parties must be a list, got {shown(self.parties)}")
        for party in self.parties or ():
            check_choice("parties", party, tuple(PARTIES))
        if not isinstance(self.columns, Mapping | list | tuple | None):
            raise ValueError(f"columns must be a mapping or a list, got {shown(self.columns)}")
        if isinstance(self.columns, Mapping):
            for name in self.columns.values():
                check_instance("columns", name, str)
        roles = list(self.columns or ())
        for role in roles:
            if role is not None or isinstance(self.columns, Mapping):
                check_choice("columns", role, ROLES)
        if len(set(roles) - {None}) < len(roles) - roles.count(None):
            raise ValueError(f"columns must name each once, got {shown(roles)}")
        for name, length in (("bits", 2), ("states", 4)):
            if (words := getattr(self, name)) is not None and not _are_words(words, length):
                raise ValueError(f"{name} must be {length} different words, got {shown(words)}")
        self._check_bases()
        check_encoding(self.encoding)
        if self.channels is not None:
            check_instance("channels", self.channels, Mapping)
        offsets = self.offset.values() if isinstance(self.offset, Mapping) else [self.offset]
        for offset in offsets:
            check_between("offset", offset, -MOST_EXACT, MOST_EXACT)
        if self.period is not None and not check_non_negative("period", self.period) > 0:
            raise ValueError(f"period must be above 0, got {self.period!r}")
        if self.window is not None and not 0 < check_non_negative("window", self.window) <= (
            self.period or 0
        ):
            raise ValueError(f"window must be above 0 and at most the period, got {self.window!r}")

    def _check_bases(self) -> None:
        if self.bases is None:
            return
        if isinstance(self.bases, Mapping):
            good = set(map(str, self.bases.values())) == {"Z", "X"}
        else:
            good = _are_words(self.bases, 2)
        if not good:
            raise ValueError(f"bases must be two words, or say of each Z or X, got {shown(self.bases)}")


def _are_words(words: object, length: int) -> bool:
    """Whether something is so many different words, or letters."""
    return isinstance(words, Sequence) and len(words) == length == len(set(map(str, words)))


def recognise(names: Sequence[str], layout: Layout, place: str) -> dict[str, str]:
    """Return which of a file's columns holds what, by role.

    Raises
    ------
    RecordingError
        If two columns could be the same.
    """
    stated = dict(layout.columns) if isinstance(layout.columns, Mapping) else {}
    roles: dict[str, str] = {}
    roles |= {role: name for role, name in stated.items() if name in names}
    if set("HVDA") <= set(names):
        roles |= {f"bob_{letter.lower()}": letter for letter in "HVDA" if letter not in stated.values()}
    for name in names:
        if (known := role_of(name)) is None or known in stated or name in stated.values():
            continue
        role = known
        if role in roles:
            said = f"columns={{{role!r}: …}} must say which"
            raise RecordingError(
                f"{place}: {role} may be {shown(roles[role], 40)} or {shown(name, 40)}; {said}"
            )
        roles[role] = name
    return roles


def role_of(name: str) -> str | None:
    """Return what a column of this name holds; None if it tells nothing.

    >>> role_of("Alice Bit"), role_of("bobMeasured"), role_of("eve_bit")
    ('alice_bit', 'bob_bit', None)
    """
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip().replace("'", "").replace("’", ""))
    words = [word for word in re.split(r"[^a-z0-9#]+", apart.lower()) if word]
    parties = {_PARTY_OF[word] for word in words if word in _PARTY_OF}
    rest = _ROLE_OF.get("_".join(word for word in words if word not in _PARTY_OF))
    if words in (["alice"], ["bob"]):
        return f"{words[0]}_state"
    detector = re.fullmatch(
        r"(?:clicks?|d|det|detector|counts?)_?([01hvda])", "_".join(word for word in words if word != "bob")
    )
    if detector:
        return f"bob_{detector[1]}"
    if rest is None or len(parties) > 1:
        return None
    if not parties or rest in ("slot", "intensity", "party"):
        return rest
    (party,) = parties
    if rest in _HELD:
        return f"{party}_{rest}"
    return rest if party == "bob" else None


def listed(names: Sequence[str]) -> str:
    """Return the names of columns for a message, the first few of many."""
    few = ", ".join(shown(name, 24) for name in names[:8])
    return few if len(names) <= 8 else f"{few}, … ({len(names):,} columns)"


def party_of_file(path: str, number: int, layout: Layout) -> str | None:
    """Return whose file the one with this number is, as stated or by its name; None if nothing tells."""
    if layout.parties is not None:
        return layout.parties[number]
    words = re.split(r"[^a-z]+", path.lower())
    found = [party for party in PARTIES if party.lower() in words]
    return found[0] if len(found) == 1 else None
