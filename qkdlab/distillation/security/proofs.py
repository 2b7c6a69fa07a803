"""What Eve knows of a key bit from a single photon, given what was disclosed: one function a proof."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log2, sqrt

from ...values import binary_entropy
from ..estimation.witnesses import ChshEstimate


def uncertainty(error: float) -> float:
    """Return h(min(error, 1/2)): the bits per bit that an error rate up to `error` can cost."""
    return binary_entropy(min(error, 0.5))


def six_state_knowledge(error: float) -> float:
    """Return what Eve knows of a bit of the six-state protocol at an error rate of all three bases.

    Q + (1 - Q) h[(1 - 3Q/2) / (1 - Q)]; with the leak h(Q) nothing is left at 12.62 % (Scarani et al., RMP
    81, 1301 (2009), app. A; the argument is Lo's, Quantum Inf. Comput. 1, 81 (2001)). It takes what Bob
    detects as one qubit; for detectors that only click it needs another proof, with a limit of 12.61 %
    (Kato and Tamaki, arXiv:1008.4663).
    """
    q = min(error, 0.5)
    return q + (1 - q) * binary_entropy(max(0.0, (1 - 1.5 * q) / (1 - q)))


def sarg04_knowledge(error: float) -> float:
    """Return what Eve knows of a bit of SARG04 from single photons at this error rate.

    The phase error is 3/2 of the bit error. Bit and phase are wrong together half of the time that the
    bit is, in the worst case, so she knows H(1 - 2e, e, e/2, e/2) - h(e); with the leak h(e) nothing is left
    at 9.69 % (Tamaki and Lo, PRA 73, 010302(R) (2006)).
    """
    e = min(error, 1 / 3)  # where she knows all
    parts = (1 - 2 * e, e, e / 2, e / 2)
    return -sum(p * log2(p) for p in parts if p > 0) - binary_entropy(e)


def chsh_knowledge(chsh: ChshEstimate | None) -> float:
    """Return what Eve knows of a bit at a CHSH value S: h[(1 + √((S/2)² - 1)) / 2], all if S ≤ 2.

    With QBER (1 - S / 2√2) / 2 nothing is left at 7.1 % (Acín, Brunner, Gisin, Massar, Pironio and Scarani,
    PRL 98, 230501 (2007), against collective attacks). Their bound is for devices of which nothing is known,
    and for an outcome that is part of the test; here half of the key is not, and lost pairs are left out, so
    it holds for measurements as described alone. For those it is on the safe side: phase errors of W and X
    are at most 1 - S / 2√2.
    """
    if chsh is None or chsh.value <= 2:
        return 1.0
    return binary_entropy((1 + sqrt(min(1.0, (chsh.value / 2) ** 2 - 1))) / 2)


@dataclass(frozen=True, slots=True)
class Proof:
    """An argument by which Eve's knowledge of a key bit from a single photon follows from what was disclosed.

    Parameters
    ----------
    source
        Whose it is.
    knowledge
        What she knows of a bit, 0 … 1, given the phase error and the CHSH value.
    """

    source: str
    knowledge: Callable[[float, ChshEstimate | None], float]


PROOFS: dict[str, Proof] = {
    "BB84": Proof("Shor and Preskill 2000", lambda error, _: uncertainty(error)),
    "three-state": Proof("Tamaki et al. 2014", lambda error, _: uncertainty(error)),
    "six-state": Proof("Lo 2001, for qubits", lambda error, _: six_state_knowledge(error)),
    "SARG04": Proof("Tamaki and Lo 2006", lambda error, _: sarg04_knowledge(error)),
    "CHSH": Proof("Acín et al. 2007", lambda _, chsh: chsh_knowledge(chsh)),
}
"""The arguments by name; a protocol names one of them."""
