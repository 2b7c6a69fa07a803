"""What the words of records stand for: bases, bits, states, no click, as people write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from ...errors import shown
from ...values import Bits
from .layout import Layout
from .table_rows import Rows, first_unknown

BOTH, NO_CLICK = 2, 3
"""Codes of Bob's bits besides 0 and 1: a click in either detector of a basis, and none."""
NOTHING, UNREAD = 0, 16
"""Codes of Bob's states besides the sums of 1, 2, 4, 8 for the four: none, and a channel not to be read."""

_BASES = dict.fromkeys(("z", "+", "r", "rect", "rectilinear", "hv", "h/v", "0"), 0)
_BASES |= dict.fromkeys(("x", "×", "d", "diag", "diagonal", "da", "ad", "d/a", "a/d", "1", "45"), 1)
_BITS = {"0": 0, "1": 1, "false": 0, "true": 1}
_BOTH = dict.fromkeys(("both", "double", "double click", "0+1", "0&1", "0/1", "1+0"), BOTH)
_NONE = ("", "-1", "nan", "none", "null", "na", "n/a", "<na>", "no click", "no_click", "noclick", "lost")
_LETTERS = {"h": 1, "v": 2, "d": 4, "a": 8, "p": 4, "m": 8, "+": 4, "-": 8, "r": 4, "l": 8}
_ANGLES = {0: 1, 90: 2, 45: 4, 135: 8}
Meaning = TypeVar("Meaning")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d*)?", re.ASCII)


def canonical(field: Any) -> str:
    """Return a field as text: trimmed, in small letters, whole numbers without a decimal point.

    >>> canonical(" X "), canonical("1,0"), canonical(0.0), canonical("+45"), canonical("01")
    ('x', '1', '0', '45', '01')
    """
    text = str(field).strip().lower()
    if not _NUMBER.fullmatch(text) or re.match(r"[+-]?0\d", text):
        return text
    number = float(text.replace(",", "."))
    return str(int(number)) if number.is_integer() else repr(number)


class Words:
    """The meanings of one kind of words, each looked up once and remembered.

    Parameters
    ----------
    rule
        What a field must be, for errors.
    interpret
        Returns the code that a word, as `canonical` gives it, stands for; None if it is not understood.
    twice
        Words that are refused, as they stand for two things.
    """

    def __init__(
        self, rule: str, interpret: Callable[[str], int | None], *, twice: frozenset[str] = frozenset()
    ) -> None:
        self.rule, self.twice = rule, twice
        self.known: dict[Any, int] = {}
        self.meaning = interpret

    def read(self, rows: Rows, name: str) -> Bits:
        """Return what each field of a column stands for, uint8, shape (n,), or refuse the first unknown."""
        while (index := first_unknown(codes := rows.codes(name, self.known))) is not None:
            field = rows.columns[name][index].item()
            if (word := canonical(field)) in self.twice:
                rule = "have one meaning, not that of no_click= or double_click= and another"
                raise rows.refusal(index, name, rule)
            if (code := self.meaning(word)) is None:
                raise rows.refusal(index, name, self.rule)
            self.known[field] = code
        return codes


def basis_words(layout: Layout) -> Words:
    """Return the words for bases, Z 0 and X 1: those stated, or the usual ones."""
    if layout.bases is None:
        return Words("be Z or X (or + x, R D, HV DA, 0 1, 0 45; bases= states others)", _BASES.get)
    if isinstance(layout.bases, Mapping):
        stated = [(word, "ZX".index(basis)) for word, basis in layout.bases.items()]
    else:
        stated = [(word, code) for code, word in enumerate(layout.bases)]
    meanings = by_word("bases", stated)
    return Words("be a stated basis, " + " or ".join(meanings), meanings.get)


def bit_words(layout: Layout, *, clicks: bool) -> Words:
    """Return the words for bits; with `clicks` also those for no click and for a double click."""
    bits = _BITS
    if layout.bits is not None:
        bits = by_word("bits", [(word, bit) for bit, word in enumerate(layout.bits)])
    if not clicks:
        return Words("be 0 or 1" if bits is _BITS else "be a stated bit, " + " or ".join(bits), bits.get)
    both = _BOTH if layout.double_click is None else dict.fromkeys(_stated(layout.double_click), BOTH)
    nothing = _nothing(layout, NO_CLICK)
    rule = "be 0, 1, or empty or −1 for no click (bits=, no_click=, double_click= state others)"
    return Words(rule, (nothing | both | bits).get, twice=_twice(layout, nothing, both, bits))


def state_words(layout: Layout, *, clicks: bool) -> Words:
    """Return the words for states: 1 and 2 for 0 and 1 in Z, 4 and 8 in X; with `clicks` their sums too."""
    nothing = _nothing(layout, NOTHING) if clicks else {}
    if layout.states is not None:
        stated = by_word("states", [(word, 1 << number) for number, word in enumerate(layout.states)])
        rule = "be a stated state, " + " or ".join(stated)
        return Words(rule, (nothing | stated).get, twice=_twice(layout, nothing, stated))
    seen: set[bool] = set()

    def interpret(word: str) -> int | None:
        if word in nothing:
            return nothing[word]
        if word and set(word) <= set(_LETTERS) and len(word) <= (2 if clicks else 1):
            seen.update(letter in "rl" for letter in word if letter not in "hv")
            if len(seen) > 1:  # circular and diagonal states: a third basis
                return None
            return sum({_LETTERS[letter] for letter in word})
        degrees = word.removesuffix("°")
        return _ANGLES.get(int(degrees) % 180) if re.fullmatch(r"[+-]?\d{1,4}", degrees, re.ASCII) else None

    return Words("be H V D A, H V R L, or an angle 0 90 45 135 (states= states others)", interpret)


def channel_words(layout: Layout) -> Words:
    """Return the words for the channels of a time tagger, as states; `UNREAD` for those without clicks."""
    meaning, stated = state_words(layout, clicks=True).meaning, []
    for word, state in (layout.channels or {}).items():
        code = UNREAD if state is None else meaning(canonical(state))
        if code is None:
            raise ValueError(f"channels must stand for states, H V D A, or None, got {shown(state)}")
        stated.append((word, code))
    meanings = by_word("channels", stated)
    return Words("be a stated channel, " + (" or ".join(meanings) or "by channels="), meanings.get)


def by_word(name: str, stated: Iterable[tuple[Any, Meaning]]) -> dict[str, Meaning]:
    """Return the meanings that are stated, by words as `canonical` gives them; refuse one with two."""
    meanings: dict[str, Meaning] = {}
    for word, meaning in stated:
        if meanings.setdefault(canonical(word), meaning) != meaning:
            rule = "give each word one meaning, however it is written"
            raise ValueError(f"{name} must {rule}, got {shown(word)} twice")
    return meanings


def party_words() -> Words:
    """Return the words for the parties, Alice 0 and Bob 1."""
    return Words("be Alice or Bob", {"alice": 0, "a": 0, "bob": 1, "b": 1}.get)


def flag_words() -> Words:
    """Return the words of a column that says whether there was a click, 0 or 1."""
    return Words("be 0 or 1, whether Bob had a click", (_BITS | {"": 0, "no": 0, "yes": 1}).get)


def _twice(layout: Layout, *kinds: Mapping[str, int]) -> frozenset[str]:
    """Return the words of several kinds that `layout` states for no click, or for a double click."""
    special = {*_stated(layout.no_click), *_stated(layout.double_click)}
    return frozenset(word for word in special if sum(word in kind for kind in kinds) > 1)


def _stated(words: Any) -> list[str]:
    """Return one word or several, as `canonical` gives them; of None no word."""
    if words is None:
        return []
    several = isinstance(words, Iterable) and not isinstance(words, str)
    return [canonical(word) for word in (words if several else [words])]


def _nothing(layout: Layout, code: int) -> dict[str, int]:
    """Return the words for no click, those stated in place of the usual ones."""
    return dict.fromkeys(_NONE if layout.no_click is None else _stated(layout.no_click), code)
