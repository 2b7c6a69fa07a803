"""Hints of which both records have to be at hand: what would make them agree, or why nothing does."""

from __future__ import annotations

import numpy as np

from ..distillation.estimation.error_rate import QberEstimate
from ..session.report.format import number, percent
from ..session.report.hints import LOW
from .plausibility import LEAST_SHARE
from .recording import Recording
from .slot_shifts import CONFIDENCE, find_shift


def record_hints(recording: Recording) -> list[str]:
    """Return hints for a recording that gave no key.

    Each is judged by an interval of `slot_shifts.CONFIDENCE`: slots that are shifted, bases that one party
    names the other way round, and bits of Bob's that are nearly all alike.
    """
    return [*_shift_hint(recording), *_basis_hint(recording), *_ones_hint(recording)]


def _shift_hint(recording: Recording) -> list[str]:
    if not (found := find_shift(recording)):
        return []
    rate, sign = found.estimate, "+" if found.slots > 0 else "-"
    return [
        f"Hint: Bob's slot n shows what Alice sent in slot n {sign} {abs(found.slots)}. "
        f"So read, the QBER is {percent(rate.qber)} of {rate.n_sample} bits."
    ]


def _basis_hint(recording: Recording) -> list[str]:
    """Say so if bits agree where the bases differ, and not where they are the same."""
    alice, bob = recording.alice, recording.bob
    wrong, same = alice.bits != bob.bits, alice.bases == bob.bases
    apart = _rate(wrong[~same])
    if apart is None or apart.upper >= LOW or (same.any() and float(np.mean(wrong[same])) < LOW):
        return []
    return [
        f"Hint: where Alice's and Bob's bases differ, {percent(apart.qber)} of {number(apart.n_sample)} bits "
        "are wrong: one of them probably names Z and X the other way round."
    ]


def _ones_hint(recording: Recording) -> list[str]:
    bits = recording.bob.bits
    ones = _rate(bits == 1)
    if ones is None or (ones.upper >= LEAST_SHARE and ones.lower <= 1 - LEAST_SHARE):
        return []
    return [
        f"Hint: Bob has {number(ones.n_errors)} ones among {number(ones.n_sample)} bits. So it looks if a "
        "detector does not click, or if his bits are not in the column that was read."
    ]


def _rate(seen: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> QberEstimate | None:
    """Return how often something was seen; None if there was no chance to."""
    if not len(seen):
        return None
    return QberEstimate(n_sample=len(seen), n_errors=int(np.count_nonzero(seen)), confidence=CONFIDENCE)
