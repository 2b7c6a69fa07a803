"""Key rates of long runs over single photons: closed forms here, numerical proofs there."""

from __future__ import annotations

from dataclasses import replace
from math import asin, log, log2, sqrt
from typing import Any

import numpy as np

from benchmarks.peers.task import OURS, Task, Work, ready, scaled
from qkdlab import IDEAL_LINK
from qkdlab.distillation.security.proofs import six_state_knowledge
from qkdlab.theory.rates import expected_rate
from qkdlab.values import binary_entropy

TOLERANCE = 1e-6

Z, X, Y = np.diag([1.0, -1.0]), np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[0, -1j], [1j, 0]])
BB84 = ((Z, 1), (X, 1))
SIX_STATE = (*BB84, (Y, -1))
"""What the two measure on a pair, and the sign of what they find without errors."""


def qbers(scale: float) -> list[float]:
    """Error rates from 0.5 % to 11 %."""
    return np.linspace(0.005, 0.11, scaled(4, scale, 2)).tolist()


def entropy_of(*shares: float) -> float:
    return -sum(share * log2(share) for share in shares if share > 0)


def bell_diagonal(q: float, *shares: float) -> float:
    """Bits per sifted bit that Eve, who holds the rest of a Bell-diagonal state, and the leak h(q) leave."""
    return 1 - (entropy_of(*shares) - entropy_of(q, 1 - q)) - entropy_of(q, 1 - q)


def bb84_truth(q: float) -> float:
    """Bit and phase errors are independent at worst."""
    return bell_diagonal(q, (1 - q) ** 2, q * (1 - q), q * (1 - q), q**2)


def six_state_truth(q: float) -> float:
    return bell_diagonal(q, 1 - 1.5 * q, q / 2, q / 2, q / 2)


def ours_bb84(scale: float) -> Work:
    links = [replace(IDEAL_LINK, misalignment_error=q) for q in qbers(scale)]
    return lambda: [2 * expected_rate(link) for link in links]  # half of the pulses are sifted


def ours_six_state(scale: float) -> Work:
    return lambda: [1 - six_state_knowledge(q) - binary_entropy(q) for q in qbers(scale)]


def qics(observables: Any) -> Any:
    """The least relative entropy of all states that show these errors, by the cone that is made for it."""

    def make(scale: float) -> Work:
        from qics import Model, Solver  # noqa: PLC0415 - peers are there or not, here and below
        from qics.cones import QuantKeyDist  # noqa: PLC0415
        from qics.vectorize import mat_to_vec  # noqa: PLC0415

        is_complex = any(np.iscomplexobj(one) for one, _ in observables)
        kind = complex if is_complex else float
        seen = [np.eye(4), *(np.kron(one, one) for one, _ in observables)]
        rows = np.stack([np.append(0.0, mat_to_vec(one.astype(kind))) for one in seen])
        cost = np.zeros((rows.shape[1], 1))
        cost[0] = 1.0

        def rate(q: float) -> float:
            shown = np.array([[1.0], *([sign * (1 - 2 * q)] for _, sign in observables)])
            model = Model(c=cost, A=rows, b=shown, cones=[QuantKeyDist(4, 2, iscomplex=is_complex)])
            return Solver(model, verbose=0).solve()["p_obj"] / log(2) - binary_entropy(q)

        return lambda: [rate(q) for q in qbers(scale)]

    return ready(make)


def qkdsec(scale: float) -> Work:
    from qkdsec.proofs import BB84 as PROTOCOL  # noqa: PLC0415
    from qkdsec.proofs import DepolarizingChannel, key_rate  # noqa: PLC0415

    return lambda: [key_rate(PROTOCOL(), DepolarizingChannel(qber=q)).r_lower for q in qbers(scale)]


def tno(scale: float) -> Work:
    from tno.quantum.communication.qkd_key_rate.quantum import standard_detector  # noqa: PLC0415
    from tno.quantum.communication.qkd_key_rate.quantum.bb84_single_photon import (  # noqa: PLC0415
        BB84SingleAsymptoticKeyRateEstimate,
    )

    def rate(q: float) -> float:
        detector = standard_detector.customise(
            dark_count_rate=0.0, polarization_drift=asin(sqrt(q)), error_detector=0.0, efficiency_party=1.0
        )
        return BB84SingleAsymptoticKeyRateEstimate(detector=detector).compute_rate(1.0, 0.0)

    return lambda: [rate(q) for q in qbers(scale)]


def judge_by(truth: Any) -> Any:
    """Hold every rate against the closed form."""

    def judge(rates: list[float], scale: float) -> tuple[bool, str]:
        off = max(abs(rate - truth(q)) for rate, q in zip(rates, qbers(scale), strict=True))
        return off <= TOLERANCE, "off by less than 10⁻¹²" if off < 1e-12 else f"off by {off:.0e} at most"

    return judge


BB84_RATE = Task(
    title="Secret bits per sifted bit of BB84, at 4 error rates of 0.5 … 11 %",
    truth="1 − 2 h(Q), written as the entropy of a Bell-diagonal state; right if within 10⁻⁶",
    sides={
        OURS: ready(ours_bb84),
        "tno-quantum-communication-qkd-key-rate": ready(tno),
        "qkdsec": ready(qkdsec),
        "qics": qics(BB84),
    },
    judge=judge_by(bb84_truth),
)

SIX_STATE_RATE = Task(
    title="Secret bits per sifted bit of the six-state protocol, at 4 error rates of 0.5 … 11 %",
    truth="1 − H(1 − 3Q/2, Q/2, Q/2, Q/2); right if within 10⁻⁶",
    sides={OURS: ready(ours_six_state), "qics": qics(SIX_STATE)},
    judge=judge_by(six_state_truth),
)
