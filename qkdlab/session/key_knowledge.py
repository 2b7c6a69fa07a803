"""How much Eve knows of a final key, which only a simulation can see, and when an accepted key is broken.

Privacy amplification takes off what Eve may know of the corrected bits. If she knew more, the key is broken:
no hash makes a key of ℓ bits unknown to somebody who lacks fewer than ℓ bits of what it was made from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..attacks.readings import EveReadings
from ..distillation.channel import PublicChannel, Subject
from ..distillation.outcome import DistilledKeys
from ..exchange.run import Exchange
from ..quantum.tactics import PASS
from ..values import as_index, binary_entropy


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyKnowledge:
    """What Eve knows of a key that was made, in bits of information.

    Parameters
    ----------
    n_corrected
        Bits that error correction got, n.
    unknown
        What Eve's record leaves open of Alice's n bits, before anything was said of them: Σ h(pᵢ), where pᵢ
        is how likely her guess of bit i is right.
    announced
        Bits that Alice announced in correction and verification.
    n_amplified
        Length of the key that was made, ℓ, authentication not yet paid for.
    """

    n_corrected: int
    unknown: float
    announced: int
    n_amplified: int

    @property
    def information(self) -> float:
        """What her record tells her of the corrected bits."""
        return self.n_corrected - self.unknown

    @property
    def removed(self) -> int:
        """What amplification took off besides what was announced: so much she might have known."""
        return self.n_corrected - self.announced - self.n_amplified

    @property
    def known(self) -> float:
        """What she knows of the key, 0 … ℓ: her information beyond what was taken off.

        After the announcements she lacks Σ h(pᵢ) - `announced` bits of what the key was made from, and so of
        the key. Announcements of what she knew already would leave her a little more to guess.
        """
        return min(float(self.n_amplified), max(0.0, self.information - self.removed))

    @property
    def knows_all(self) -> bool:
        """Whether no bit of the key is left to guess."""
        return self.known >= self.n_amplified

    @property
    def broken(self) -> bool:
        """Whether she knows a bit of the key or more. An honest run has information 0, and never is."""
        return self.known >= 1


def true_key_knowledge(
    exchange: Exchange, distillation: DistilledKeys, channel: PublicChannel, readings: EveReadings
) -> KeyKnowledge | None:
    """Return what Eve knows of a key; None without Eve.

    How likely her guess is right follows from the circuits, for each announcement, tactic and outcome. Where
    the run shows her guesses to be worse, as dark counts make them, she is taken to know so much less.
    """
    eve, steps = exchange.eve, distillation.correction
    if eve is None or steps is None or distillation.n_amplified is None:
        return None
    kept = channel.find(Subject.KEPT)
    places = np.flatnonzero(kept)[~channel.find(Subject.SAMPLE)]
    cells = channel.find(Subject.ANNOUNCED)[places], eve.tactics[places], eve.outcomes[places]
    right = readings.guesses[cells] == exchange.alice.bits[places]
    shape = readings.guesses.shape
    counts, hits = (_count(cells, shape, weights) for weights in (None, right))
    unknown = 0.0
    for cell in np.argwhere(counts).tolist():
        number, place = float(counts[tuple(cell)]), tuple(cell)
        open_ = 1.0
        if place[1] != PASS:
            seen = float(hits[place]) / number
            open_ = max(binary_entropy(share) for share in (float(readings.confidence[place]), seen))
        unknown += number * open_
    return KeyKnowledge(
        n_corrected=len(places),
        unknown=unknown,
        announced=steps.alice_leak + (distillation.tag_bits or 0),
        n_amplified=distillation.n_amplified,
    )


def _count(
    cells: tuple[NDArray[np.uint8], ...], shape: tuple[int, ...], weights: NDArray[np.bool_] | None
) -> NDArray[np.float64]:
    """Count, or add up, what falls into each cell of a table."""
    flat = np.ravel_multi_index(tuple(cell.astype(np.intp) for cell in cells), shape)
    size = int(np.prod(shape))
    return np.bincount(as_index(flat), weights=weights, minlength=size).reshape(shape).astype(float)
