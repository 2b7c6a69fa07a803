"""The first pulses of a session as the plain data that the photon stage draws."""

from __future__ import annotations

from ...attacks.attack import Eavesdropper
from ...errors import shown
from ...exchange.run import Exchange
from ...quantum.tactics import PASS


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
