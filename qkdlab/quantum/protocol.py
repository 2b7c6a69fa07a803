"""What a protocol is: what Alice prepares or measures, what she announces, how Bob reads a bit from it.

A protocol is a table. After the pulses are through, Alice announces a number for each detected one: her
basis in BB84, a pair of states in SARG04, nothing in B92. From that, his basis and his outcome Bob reads
a key bit or none; pulses without a bit are dropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

import numpy as np
from numpy.typing import NDArray

from ..values import NO_BIT, Basis


@dataclass(frozen=True, kw_only=True, slots=True)
class Signal:
    """One thing that Alice may do, and how often: send a state, or measure her half of a pair.

    Parameters
    ----------
    basis
        The basis of the state, or that of her measurement.
    value
        Which state of the basis she sends, 0 or 1.
    bit
        The key bit it stands for; None if her own measurement gives it.
    announcement
        What she says of it in sifting.
    axis
        The basis that tells best apart what Alice may have sent when she announced this.
    probability
        How often she does it.
    """

    basis: Basis
    value: int
    bit: int | None
    announcement: int
    axis: Basis
    probability: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Protocol:
    """A protocol between Alice, who prepares states or holds pairs, and Bob, who measures.

    Parameters
    ----------
    name
        Its usual name.
    signals
        What Alice chooses from; a signal is known by its place in this tuple.
    bases
        The bases Bob chooses from, and how often he takes each.
    readings
        Which key bit Bob reads: (announcement, his basis, his outcome, bit). What is not there is dropped.
    key_announcements
        The announcements whose bits become key; kept bits of others are disclosed to find Eve.
    proof
        By which argument Eve's knowledge follows from the errors, a name of
        `distillation.security.proofs.PROOFS`; empty if this lab knows none.
    kept_because
        Why a pulse is kept, in two words for a report.
    entangled
        Whether Alice measures one half of an entangled pair and sends the other, and has no state to prepare.
    correlations
        The settings of a CHSH test: (announcement, Bob's basis, sign); empty if there is none.
    """

    name: str
    signals: tuple[Signal, ...]
    bases: tuple[tuple[Basis, float], ...]
    readings: frozenset[tuple[int, Basis, int, int]]
    key_announcements: tuple[int, ...]
    proof: str
    kept_because: str = "same basis"
    entangled: bool = False
    correlations: tuple[tuple[int, Basis, int], ...] = ()

    @property
    def state_weights(self) -> tuple[float, ...]:
        """How often each state of the three-state protocol is sent; empty for others."""
        return tuple(signal.probability for signal in self.signals) if self.proof == "three-state" else ()

    @property
    def announces_bases(self) -> bool:
        """Whether what Alice announces is her basis."""
        return all(signal.announcement == signal.basis for signal in self.signals)

    @property
    def n_announcements(self) -> int:
        """How many different things Alice may announce."""
        return 1 + max(signal.announcement for signal in self.signals)

    def reading_table(self) -> NDArray[np.uint8]:
        """Return Bob's key bit, or `NO_BIT`, by announcement, basis and outcome: uint8, shape (n, 5, 2)."""
        table = np.full((self.n_announcements, len(Basis), 2), NO_BIT, dtype=np.uint8)
        for announcement, basis, outcome, bit in self.readings:
            table[announcement, basis, outcome] = bit
        return table

    @property
    def key_probability(self) -> float:
        """How often Alice announces something whose bits become key."""
        chosen = (s.probability for s in self.signals if s.announcement in self.key_announcements)
        return min(1.0, fsum(chosen))

    @property
    def match_probability(self) -> float:
        """Probability that a detected pulse may give a key bit; only if that depends on the bases alone."""
        return self._match(key=True)

    @property
    def test_probability(self) -> float:
        """The same for a bit that is kept to find Eve and never becomes key; 0 if the protocol has none."""
        return self._match(key=False)

    def _match(self, *, key: bool) -> float:
        return sum(
            signal.probability * chance
            for signal in self.signals
            for basis, chance in self.bases
            if (signal.announcement in self.key_announcements) is key
            and {(signal.announcement, basis, 0), (signal.announcement, basis, 1)}
            <= {reading[:3] for reading in self.readings}
        )
