"""Are the slots of two records shifted against each other? Each shift is judged by its error rate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..distillation.estimation.error_rate import QberEstimate
from ..session.report.hints import LOW
from .recording import Recording

FURTHEST = 3
CONFIDENCE = 0.9999
"""Of each interval: six shifts are tried, of which none shall look right by chance."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SlotShift:
    """Bob's slot n shows what Alice sent in slot n + `slots`, with this error rate."""

    slots: int
    estimate: QberEstimate


def find_shift(recording: Recording) -> SlotShift | None:
    """Return the shift by up to three slots that makes the records agree; None if none is needed, or helps.

    Alice's bits are at hand where Bob detected a pulse, so a shift is judged by pairs of detected pulses that
    are as far apart: on a line with much loss few, and then none may be found.
    """
    as_it_is = _shifted(recording, 0)
    if as_it_is is None or as_it_is.qber < LOW:
        return None
    tried = [(shift, _shifted(recording, shift)) for shift in range(-FURTHEST, FURTHEST + 1) if shift]
    found = [
        SlotShift(slots=shift, estimate=estimate)
        for shift, estimate in tried
        if estimate is not None and estimate.upper < LOW
    ]
    return min(found, key=lambda one: one.estimate.qber, default=None)


def _shifted(recording: Recording, shift: int) -> QberEstimate | None:
    """Return the error rate of the sifted bits if Bob's slot n is Alice's n + `shift`; None without bits."""
    slots = recording.slots
    if not len(slots):
        return None
    wanted = slots + shift
    theirs = np.searchsorted(slots, wanted)
    mine = np.flatnonzero(slots[np.minimum(theirs, len(slots) - 1)] == wanted)
    places = theirs[mine]
    same = recording.alice.bases[places] == recording.bob.bases[mine]
    wrong = recording.alice.bits[places][same] != recording.bob.bits[mine][same]
    if not len(wrong):
        return None
    return QberEstimate(n_sample=len(wrong), n_errors=int(np.count_nonzero(wrong)), confidence=CONFIDENCE)
