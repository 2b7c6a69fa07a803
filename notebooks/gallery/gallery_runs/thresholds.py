"""Protocols against errors: what is left of a key, by proofs for one-way correction, and in sessions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import sqrt
from typing import Any

import numpy as np
import scipy

from qkdlab import IDEAL_LINK, AsymptoticSecurity, SessionSettings
from qkdlab.distillation.estimation.witnesses import ChshEstimate
from qkdlab.distillation.security.proofs import PROOFS
from qkdlab.sweep import SweepResult, sweep
from qkdlab.values import binary_entropy

PROTOCOLS = {"BB84": "BB84", "six-state": "six-state", "SARG04": "SARG04", "E91": "CHSH"}
"""The protocols of the figure, and their proofs."""

PUBLISHED = {"BB84": 0.11, "six-state": 0.126, "SARG04": 0.0968, "E91": 0.071}
"""The QBER from which on no key is left, by the papers."""

QBERS = tuple(percent / 100 for percent in range(13))
VARIANT = "modified (8)"
"""The variant of Cascade that leaks least."""

SETTINGS = SessionSettings(
    n_pulses=1_000_000,
    link=IDEAL_LINK,
    security=AsymptoticSecurity(),
    cascade=VARIANT,
    sample_fraction=0.25,
    max_qber=0.2,
    seed=2000,
)
DEPOLARISATION = "link.depolarizing_probability"


def eve_knows(protocol: str, qber: float) -> float:
    """Return what Eve may know of a bit at an error rate that is the same in all bases."""
    chsh = ChshEstimate(value=2 * sqrt(2) * (1 - 2 * qber), standard_error=0.0, n_compared=1)
    return PROOFS[PROTOCOLS[protocol]].knowledge(qber, chsh)


def key_fraction(protocol: str, qber: float, *, efficiency: float = 1.0) -> float:
    """Return the secret bits of a corrected bit in a run without end; negative if there are none."""
    return 1 - eve_knows(protocol, qber) - efficiency * binary_entropy(qber)


def threshold(protocol: str, *, efficiency: float = 1.0) -> float:
    """Return the QBER from which on no key is left.

    >>> round(threshold("BB84"), 4)
    0.11
    """
    found = scipy.optimize.brentq(lambda q: key_fraction(protocol, q, efficiency=efficiency), 0.01, 0.2)
    return float(found)


def depolarisation(protocol: str, qber: float) -> float:
    """Return the depolarisation p of the line that makes this QBER: p / 2, or in SARG04 p / (1 + p).

    >>> depolarisation("BB84", 0.05), depolarisation("SARG04", 0.2)
    (0.1, 0.25)
    """
    return qber / (1 - qber) if protocol == "SARG04" else 2 * qber


def point(protocol: str, qber: float) -> dict[str, Any]:
    """Return a point of the sweep."""
    return {"protocol": protocol, DEPOLARISATION: round(depolarisation(protocol, qber), 6)}


def runs(over: Iterable[Mapping[str, Any]], *, executor: Any = "serial") -> SweepResult:
    """Run a session at each of these points."""
    return sweep(SETTINGS, list(over), executor=executor, progress=False)


def stored(executor: Any = "serial") -> SweepResult:
    """Run all sessions of the figure, to the first error rate without a key."""
    points = [
        point(protocol, qber) for protocol in PROTOCOLS for qber in QBERS if qber < threshold(protocol) + 0.01
    ]
    return runs(points, executor=executor)


def fractions(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with the secret bits of each bit that was corrected."""
    return [
        {**row, "key_fraction": row["key_length"] / (row["sifted_bits"] - row["disclosed_bits"])}
        for row in rows
    ]


def curves() -> list[dict[str, Any]]:
    """Return what is left by the proofs as rows, with perfect error correction."""
    return [
        {"protocol": protocol, "true_qber": qber, "key_fraction": max(0.0, key_fraction(protocol, qber))}
        for protocol in PROTOCOLS
        for qber in [*np.linspace(0, threshold(protocol), 60).tolist(), 0.13]
    ]
