"""A mode for a handful of bits: what a teaching kit of a hundred pulses can show, and no security claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ...values import check_instance
from .asymptotic import AsymptoticSecurity
from .proofs import PROOFS


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassroomSecurity(AsymptoticSecurity):
    """The textbook's key length for as few bits as there are: every step of a key, and no security claim.

    Three things make the textbook mode refuse 128 pulses, and are left out here. It asks for 50 compared bits
    of each rate; here one will do, so an Eve who reads a tenth of the pulses may leave no trace. Its hash
    lets different keys pass once in 10¹⁰ runs, which takes more than thirty bits; here once in a hundred, for
    about ten. And authentication takes more bits than there are: messages are taken to be authentic unless
    `authenticate` is set. Error correction chooses its blocks for the rate that Laplace's rule of succession
    makes of the sample, (errors + 1) / (bits + 2), which at few bits is far below the upper limit.

    Parameters
    ----------
    epsilon_correctness
        Alice's and Bob's keys differ with at most this probability.
    charge_bob
        As in `AsymptoticSecurity`.
    authenticate
        Whether sessions use their shared bits to authenticate what is said, and pay for it.

    Examples
    --------
    >>> from qkdlab import IDEAL_LINK, run_session
    >>> run_session(n_pulses=128, link=IDEAL_LINK, seed=1, security="classroom")
    AcceptedSession(128 pulses, 29 secret bits)
    """

    name: ClassVar[str] = "classroom"
    minimum_sample: ClassVar[int] = 1
    epsilon_correctness: float = 0.01
    authenticate: bool = False

    def __post_init__(self) -> None:
        AsymptoticSecurity.__post_init__(self)
        check_instance("authenticate", self.authenticate, bool)

    @property
    def authenticates(self) -> bool:
        return self.authenticate

    def block_qber(self, n_sample: float, n_errors: float) -> float:
        """Return the error rate for which error correction chooses its blocks, by Laplace's rule."""
        return min((n_errors + 1) / (n_sample + 2), 0.5)

    def describe(self, proof: str, n_intensities: int = 0) -> str:
        source = PROOFS[proof].source if proof else "no proof for this protocol"
        chance = f"{self.epsilon_correctness:.0e}"
        return f"classroom, no security claim (textbook: {source}); keys may differ with probability {chance}"
