"""Published efficiencies of Cascade, to set a run against."""

from __future__ import annotations

from typing import Any

PUBLISHED_QBERS = (0.01, 0.02, 0.03, 0.05, 0.08, 0.11)
PUBLISHED_EFFICIENCIES: dict[str, tuple[int, tuple[float, ...]]] = {
    "original": (10_000, (1.133, 1.152, 1.165, 1.180, 1.208, 1.235)),
    "modified (3)": (10_000, (1.085, 1.085, 1.080, 1.100, 1.112, 1.131)),
    "modified (4)": (10_000, (1.070, 1.068, 1.060, 1.078, 1.089, 1.102)),
    "modified (8)": (2**14, (1.047, 1.042, 1.040, 1.044, 1.056, 1.062)),
}
"""Key length and mean f at `PUBLISHED_QBERS` by variant, read off the figures of Martinez-Mateo et al.,
Quantum Inf. Comput. 15, 453 (2015), ± 0.004; in the batch schedule."""


def published_efficiency(variant: str, qber: float) -> dict[str, Any] | None:
    """Return the published mean f of a variant at the nearest error rate; None if none is near.

    >>> published_efficiency("original", 0.047)
    {'value': 1.18, 'qber': 0.05, 'n_bits': 10000}
    """
    n_bits, means = PUBLISHED_EFFICIENCIES.get(variant, (0, ()))
    nearest = min(range(len(PUBLISHED_QBERS)), key=lambda i: abs(PUBLISHED_QBERS[i] - qber))
    if not means or not 0.75 < qber / PUBLISHED_QBERS[nearest] < 1.35:
        return None
    return {"value": means[nearest], "qber": PUBLISHED_QBERS[nearest], "n_bits": n_bits}
