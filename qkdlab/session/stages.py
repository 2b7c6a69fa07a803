"""The stages of a session, from the pulses sent to the secret bits: what each took and what it left."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..distillation.authentication.account import SESSION_BITS
from ..distillation.outcome import Distillation


class Stage(StrEnum):
    """What takes pulses, and then bits, on the way to the key."""

    NOT_DETECTED = "made no click"
    NOT_KEPT = "dropped in sifting"
    DISCLOSED = "disclosed"
    LEAKED = "leaked in correction"
    LOST = "frames announced openly"
    HASHED = "verification hash"
    EVE = "what else Eve may know"
    AUTHENTICATION = "authentication"
    THROWN_AWAY = "thrown away"


@dataclass(frozen=True, kw_only=True, slots=True)
class StageEntry:
    """What a stage took, and how much was left after it: pulses until sifting, then bits."""

    stage: Stage
    taken: int
    left: int


def count_stages(
    n_pulses: int, n_detected: int, distillation: Distillation, key_length: int
) -> tuple[StageEntry, ...]:
    """Return what each stage took. All of it and the key together are the pulses sent.

    Parameters
    ----------
    n_pulses, n_detected
        Pulses sent, and those that made a click.
    distillation
        What distillation came to.
    key_length
        The secret bits.

    Returns
    -------
    An entry for each stage that was reached. What Eve may know besides the leak is the share that the error
    rate allows her, and the margins for chance; it is what privacy amplification takes off. A session without
    a key throws away what it had left when it ended.
    """
    steps = distillation
    wanted: list[tuple[Stage, int]] = [
        (Stage.NOT_DETECTED, n_pulses - n_detected),
        (Stage.NOT_KEPT, n_detected - steps.n_sifted),
        (Stage.DISCLOSED, steps.n_disclosed),
    ]
    n_key = steps.n_sifted - steps.n_disclosed
    if steps.correction:
        leaked, hashed = steps.charged_leak or 0, steps.tag_bits or 0
        lost = steps.correction.n_lost
        wanted += [
            (Stage.LEAKED, leaked - lost),
            *([(Stage.LOST, lost)] if lost else []),
            (Stage.HASHED, hashed),
        ]
        if steps.n_amplified is not None:
            wanted.append((Stage.EVE, n_key - leaked - hashed - steps.n_amplified))
            paid = steps.authentication and steps.authentication.agreed
            wanted.append((Stage.AUTHENTICATION, min(SESSION_BITS, steps.n_amplified) if paid else 0))
    entries, left = [], n_pulses
    for stage, amount in wanted:
        taken = min(amount, left)  # a leak may be more than there is: then nothing is left
        left -= taken
        entries.append(StageEntry(stage=stage, taken=taken, left=left))
    if left > key_length:
        entries.append(StageEntry(stage=Stage.THROWN_AWAY, taken=left - key_length, left=key_length))
    return tuple(entries)
