"""What pulses that give no key bit tell of Eve: a CHSH value, and the errors of a state never sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from ...values import NO_BIT, Basis, Bits, as_index, check_count, looked_up, picked
from ..channel import Party, PublicChannel, Subject
from .decoys import DecoyEstimate, yield_bounds
from .error_rate import QberEstimate, estimate_qber


class NeededRate(StrEnum):
    """An error rate that the length of the key depends on, by the bits that are compared for it."""

    KEY = "bits that may become key"
    TEST = "bits of the other basis"
    DECOY = "bits of decoys"


@dataclass(frozen=True, kw_only=True, slots=True)
class BasisRate:
    """The error rate of the compared bits that Bob read in one basis."""

    basis: Basis
    estimate: QberEstimate


def rates_by_basis(
    announced: Bits, bob_bits: Bits, wrong: NDArray[np.bool_], readings: Bits
) -> tuple[BasisRate, ...]:
    """Return the error rates of disclosed bits by Bob's basis; bases without bits are left out.

    Where Alice announces her basis it is his. In SARG04 and B92 he announces none, but his bit tells it: a
    conclusive outcome in Z stands for another bit than one in X.

    Parameters
    ----------
    announced, bob_bits, wrong
        What Alice announced, the bit that Bob read and whether it differs from hers, shape (n,) each.
    readings
        Which bit he reads, as in `sifting.SiftingRule`.
    """
    bases = np.zeros((len(readings), 2), dtype=np.uint8)
    for announcement, basis, outcome in zip(*np.nonzero(readings < NO_BIT), strict=True):
        bases[announcement, readings[announcement, basis, outcome]] = basis
    read_in = looked_up(bases, announced, bob_bits)
    return tuple(
        BasisRate(basis=basis, estimate=estimate_qber(picked(wrong, read_in == basis)))
        for basis in Basis
        if np.any(read_in == basis)
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class ChshEstimate:
    """A CHSH value S from disclosed outcomes, with its standard error.

    |S| ≤ 2 for whatever could have been agreed upon beforehand, 2√2 for perfect pairs (Clauser, Horne,
    Shimony and Holt, PRL 23, 880 (1969)). Lost pairs are left out, which assumes that they are like the
    detected ones.
    """

    value: float
    standard_error: float
    n_compared: int

    def __post_init__(self) -> None:
        check_count("n_compared", self.n_compared, minimum=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Witnesses:
    """All that the disclosed bits of a session say of Eve.

    Parameters
    ----------
    estimate
        The error rate of a sample of the bits that may become key.
    phase
        That of the disclosed bits of the other basis, if the key comes from one basis alone.
    phase_error
        The phase error found otherwise, in the three-state protocol.
    chsh
        The CHSH value, if the protocol measures one.
    decoys
        What the decoys say of the pulses from which the key is made; None if there are none.
    test_decoys
        What they say of the pulses of the other basis, if the key comes from one basis alone. A pulse of
        several photons may be let through more often in one basis than in the other.
    """

    estimate: QberEstimate
    phase: QberEstimate | None = None
    phase_error: float | None = None
    chsh: ChshEstimate | None = None
    decoys: DecoyEstimate | None = None
    test_decoys: DecoyEstimate | None = None

    @property
    def sample(self) -> QberEstimate:
        """The compared bits whose errors bound the phase error of the key."""
        return self.phase or self.estimate


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """Disclosed outcomes of pulses that give no key, uint8, shape (n,) each: public."""

    announced: Bits
    intensities: Bits
    alice_bits: Bits
    bob_bases: Bits
    bob_outcomes: Bits


def announce_outcomes(
    rows: NDArray[np.bool_], alice_bits: Bits, bob_bases: Bits, bob_outcomes: Bits, channel: PublicChannel
) -> tuple[Bits, Bits, Bits]:
    """Let both disclose what they have of the pulses `rows`, which give no key; return what Alice sees.

    Parameters
    ----------
    rows
        Boolean, shape (n_detected,).
    alice_bits, bob_bases, bob_outcomes
        Their own records, shape (n_detected,) each.

    Returns
    -------
    Alice's bits, Bob's bases and his outcomes, uint8, shape (n_rows,) each.
    """
    bases = channel.say(Party.BOB, Subject.TEST_SETTINGS, bob_bases[rows])
    outcomes = channel.say(Party.BOB, Subject.TEST_BITS, bob_outcomes[rows])
    channel.say(Party.ALICE, Subject.TEST_BITS, alice_bits[rows])
    return alice_bits[rows], bases, outcomes


def estimate_chsh(seen: Outcomes, settings: Sequence[tuple[int, int, int]]) -> ChshEstimate | None:
    """Return the CHSH value of disclosed outcomes; None if a setting is missing.

    S = Σ sign · E over the settings (announcement, Bob's basis, sign), where E is the share of equal
    outcomes minus that of unequal ones. Where all of few are equal, or none is, they do not make E certain:
    its error is that of one more of each kind (Laplace's rule of succession).
    """
    value, variance, compared = 0.0, 0.0, 0
    for announcement, basis, sign in settings:
        rows = (seen.announced == announcement) & (seen.bob_bases == basis)
        n = int(np.count_nonzero(rows))
        if not n:
            return None
        correlation = 1 - 2 * float(np.mean(seen.alice_bits[rows] != seen.bob_outcomes[rows]))
        value += sign * correlation
        spread = correlation if abs(correlation) < 1 else correlation * n / (n + 2)
        variance += (1 - spread**2) / n
        compared += n
    return ChshEstimate(value=value, standard_error=sqrt(variance), n_compared=compared)


def count_outcomes(
    seen: Outcomes,
    weights: Sequence[float],
    plus_intensities: Bits,
    plus_wrong: NDArray[np.bool_],
    n_intensities: int,
) -> NDArray[np.float64]:
    """Count Bob's outcomes in X in the three-state protocol, each over how often Alice sends the state.

    Parameters
    ----------
    seen
        The disclosed outcomes of pulses that are not kept.
    weights
        How often Alice sends |0⟩, |1⟩ and |+⟩.
    plus_intensities, plus_wrong
        Of the kept pulses |+⟩: the intensity, and whether Bob found |-⟩.
    n_intensities
        Number of intensities.

    Returns
    -------
    Shape (n_intensities, 2, 3): outcome + or -, state |0⟩, |1⟩ or |+⟩.
    """
    rows = (seen.announced == 0) & (seen.bob_bases == 1)
    columns = (
        np.concatenate([seen.intensities[rows], plus_intensities]).astype(np.intp),
        np.concatenate([seen.bob_outcomes[rows], plus_wrong]).astype(np.intp),
        np.concatenate([seen.alice_bits[rows], np.full(len(plus_wrong), 2)]).astype(np.intp),
    )
    shape = (n_intensities, 2, 3)
    places = np.ravel_multi_index(columns, shape)
    counts = np.bincount(as_index(places), minlength=6 * n_intensities).reshape(shape)
    scaled: NDArray[np.float64] = counts / np.array(weights)
    return scaled


def missing_state_error(yields: NDArray[np.float64]) -> float:
    """Return the phase error of the Z bits of the three-state protocol, 0 … 1.

    As |+⟩⟨+| + |-⟩⟨-| = |0⟩⟨0| + |1⟩⟨1|, what |-⟩ would have shown is known: Y(+|-) = Y(+|0) + Y(+|1) -
    Y(+|+). So the error is [Y(-|+) + Y(+|-)] / Σ Y(s|0, 1), for any attack on single photons, with any loss
    (Tamaki, Curty, Kato, Lo and Azuma, PRA 90, 052314 (2014)).

    Parameters
    ----------
    yields
        Shape (2, 3): the probabilities that Bob, in X, finds + or - (rows) when Alice sent |0⟩, |1⟩ or |+⟩.
        Any common factor cancels.

    Examples
    --------
    >>> missing_state_error(np.array([[0.5, 0.5, 1.0], [0.5, 0.5, 0.0]]))
    0.0
    """
    (plus_0, plus_1, plus_plus), (minus_0, minus_1, minus_plus) = yields.tolist()
    total = plus_0 + plus_1 + minus_0 + minus_1
    wrong = minus_plus + plus_0 + plus_1 - plus_plus
    return float(min(1.0, max(0.0, wrong / total))) if total > 0 else 1.0


def missing_state_bound(gains: NDArray[np.float64], means: Sequence[float]) -> float:
    """Return an upper bound, 0 … 1/2, on the phase error of single photons with three states and decoys.

    Each of the six yields of `missing_state_error` is bounded from its own gains, from above or below as
    the formula needs it; asymptotic, as in `decoys.decoy_bounds`.

    Parameters
    ----------
    gains
        Shape (n_intensities, 2, 3): as in `missing_state_error`, for each intensity.
    means
        Mean photon number of each intensity, descending.
    """
    low, high = np.zeros((2, 3)), np.zeros((2, 3))
    for place in np.ndindex(2, 3):
        # an empty pulse carries no state, so it shows an outcome equally often whatever Alice meant; but Eve,
        # who can tell that it is empty, may put a photon in, and make one outcome likelier than the other
        empty = gains[:, place[0], :].min(axis=1)
        low[place], high[place] = yield_bounds(means, gains[(slice(None), *place)], empty)
    wrong = high[1, 2] + high[0, 0] + high[0, 1] - low[0, 2]
    total = float(low[:, :2].sum())
    return float(min(0.5, max(0.0, wrong / total))) if total > 0 else 0.5
