"""Guided questions beside a panel, one at a time: predict, do this, what do you see?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from ...errors import shown
from ..learning.choice import Choice
from ..learning.guide_line import GuideLine

Guide: TypeAlias = bool | Sequence[Choice]
"""Whether a panel asks the questions of its topic; or the questions that it asks."""


def guide_line(guide: Guide, own: Sequence[Choice]) -> GuideLine | None:
    """Return the line of the questions that `guide` asks for, `own` if it is True; None without any.

    Raises ``ValueError`` if it is something else than True, False or choice questions.
    """
    if guide is False:
        return None
    asked = own if guide is True else guide
    if not isinstance(asked, list | tuple) or not all(isinstance(one, Choice) for one in asked):
        raise ValueError(f"guide must be True, False or choice questions, got {shown(guide)}")
    return GuideLine(asked) if asked else None
