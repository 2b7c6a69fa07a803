"""The first pulses of a session as the plain data that the photon stage draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ...attacks.attack import Eavesdropper
from ...errors import shown
from ...exchange.run import Exchange
from ...quantum.tactics import PASS

REACH: Final = 5
"""Within so many pulses of its start a story shows an error."""


def stage_pulses(exchange: Exchange, eavesdropper: Eavesdropper | None) -> list[list[int | None]]:
    """Return the first pulses of an exchange as the photon stage takes them.

    Each is ``[alice_bit, alice_basis, eve_basis, eve_bit, arrived, bob_basis, bob_bit]``.
    """
    bases = eavesdropper.stage_bases if eavesdropper else ()
    if bases is None:
        raise ValueError(f"eavesdropper must measure in Z or X to be shown, got {shown(eavesdropper)}")
    rows: list[list[int | None]] = []
    for story in exchange.opening:
        read = story.eve_tactic != PASS
        rows.append(
            [
                story.alice_bit,
                story.alice_basis,
                int(bases[story.eve_tactic - 1]) if read else None,
                story.eve_outcome if read else None,
                int(story.arrived),
                story.bob_basis,
                story.bob_bit,
            ]
        )
    return rows


def is_kept(pulse: Sequence[int | None]) -> bool:
    """Return whether Bob has a bit of a pulse of the stage, and took the basis that Alice took."""
    _, alice_basis, _, _, _, bob_basis, bob_bit = pulse
    return bob_bit is not None and alice_basis == bob_basis


def story_start(pulses: Sequence[Sequence[int | None]]) -> int:
    """Return how many pulses go by before the story starts.

    The first pulse of the story clicks, and one of its first `REACH` is an error, if the run has one; else
    the story starts with the first click. The pulses before count all the same: where the story starts
    depends on the errors, and a QBER counted from there on would be too high.

    >>> lost, good, wrong = [0, 0, 0, 0, 0, 0, None], [0, 0, 0, 0, 1, 0, 0], [0, 0, 1, 1, 1, 0, 1]
    >>> story_start([lost, good, good, lost, good, lost, good, wrong]), story_start([lost, good, good])
    (4, 1)
    """
    clicks = [index for index, pulse in enumerate(pulses) if pulse[6] is not None]
    errors = (index for index in clicks if is_kept(pulses[index]) and pulses[index][0] != pulses[index][6])
    goal = next(errors, None)
    if goal is None:
        return clicks[0] if clicks else 0
    return next(index for index in clicks if index > goal - REACH)
