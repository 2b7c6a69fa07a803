"""What a learner is told of an answer: as plain text, and in HTML with a sign, a word and a colour."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from types import MappingProxyType
from typing import Final

from ..components.text import words_for

_LOOKS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "right": ("✓", "#00734f"),
        "wrong": ("✗", "#b34700"),
        "not_checked": ("!", "#5e5e5e"),
        "check_failed": ("!", "#5e5e5e"),
        "hint": ("?", "#00639c"),
        "solution": ("=", "#8a3a6b"),
    }
)
"""The sign and the colour of each kind; white letters on the colour can be read in both themes."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """A mark and a text for the learner; shown by being the value of a notebook cell.

    Parameters
    ----------
    kind
        "right", "wrong", "open", "hint", "solution", "not_checked" (the learner's code stopped) or
        "check_failed" (ours did).
    mark, text
        What is said.
    concept
        Of a wrong answer the misunderstanding that is named; "" if none is, None if the check does not tell.
    note
        What else the learner must know, such as that the progress could not be saved.
    """

    kind: str
    mark: str
    text: str
    concept: str | None = None
    note: str = ""

    @classmethod
    def of(cls, kind: str, text: str, *, concept: str | None = None, **values: object) -> Feedback:
        """Return the feedback of a kind under its usual mark."""
        return cls(kind, words_for("checks")[kind].format(**values), text, concept)

    def __repr__(self) -> str:
        told = f"{self.mark}: {self.text}" if self.text else self.mark
        return f"{told}\n{self.note}" if self.note else told

    def _repr_html_(self) -> str | None:
        """Return the same in HTML; None for an exercise that waits for its answer."""
        if self.kind not in _LOOKS:
            return None
        sign, colour = _LOOKS[self.kind]
        badge = (
            f"<b style='background:{colour};color:#fff;border-radius:6px;padding:1px 8px;"
            f"white-space:nowrap'>{sign} {escape(self.mark)}</b>"
        )
        note = (
            f"<div style='margin-top:4px;white-space:pre-wrap'>{_marked_up(self.note)}</div>"
            if self.note
            else ""
        )
        return (
            f"<div role='status' style='border-left:5px solid {colour};padding:4px 10px;max-width:60em'>"
            f"{badge} <span style='white-space:pre-wrap'>{_marked_up(self.text)}</span>{note}</div>"
        )


def _marked_up(text: str) -> str:
    """Return plain text as HTML, with what stands between back quotes as code."""
    return re.sub(r"`([^`\n]+)`", r"<code>\1</code>", escape(text))
