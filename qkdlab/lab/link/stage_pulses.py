"""The first pulses of a session as the plain data that the photon stage draws."""

from __future__ import annotations

from ...attacks.attack import Eavesdropper
from ...errors import shown
from ...exchange.run import Exchange
from ...quantum.tactics import PASS, MeasureAndResend
from ...values import Basis


def stage_pulses(exchange: Exchange, eavesdropper: Eavesdropper | None) -> list[list[int | None]]:
    """Return the first pulses of an exchange as the photon stage takes them.

    Each is ``[alice_bit, alice_basis, eve_basis, eve_bit, arrived, bob_basis, bob_bit]``.
    """
    bases = []
    for tactic in eavesdropper.tactics if eavesdropper else ():
        if not (isinstance(tactic, MeasureAndResend) and tactic.basis in (Basis.Z, Basis.X)):
            raise ValueError(f"eavesdropper must measure in Z or X to be shown, got {shown(eavesdropper)}")
        bases.append(int(tactic.basis))
    rows: list[list[int | None]] = []
    for story in exchange.opening:
        read = story.eve_tactic != PASS
        rows.append(
            [
                story.alice_bit,
                story.alice_basis,
                bases[story.eve_tactic - 1] if read else None,
                story.eve_outcome if read else None,
                int(story.arrived),
                story.bob_basis,
                story.bob_bit,
            ]
        )
    return rows
