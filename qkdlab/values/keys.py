"""What a party holds: raw keys, intensities and secret keys; `repr` shows how much, and never the bits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import shown
from .bits import Basis, Bits, HoldsArrays, as_bits
from .checks import check_count, check_non_negative, check_probability


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class RawKey(HoldsArrays):
    """What one party holds after the quantum part: a bit and a basis for each detected pulse.

    Parameters
    ----------
    bits, bases
        uint8 arrays of shape (n_detected,); bases as in `Basis`. Both are secret to the party
        until it announces them, so ``repr`` shows their length alone.
    """

    bits: Bits
    bases: Bits

    def __post_init__(self) -> None:
        object.__setattr__(self, "bits", as_bits("bits", self.bits))
        object.__setattr__(self, "bases", as_bits("bases", self.bases, largest=max(Basis)))
        if self.bits.shape != self.bases.shape:
            raise ValueError(f"bases must have shape {self.bits.shape}, got {self.bases.shape}")

    def __len__(self) -> int:
        return len(self.bits)

    def __repr__(self) -> str:
        return f"RawKey({len(self)} secret bits and bases)"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class IntensityRecord(HoldsArrays):
    """With which intensity Alice sent the pulses: hers alone until she announces it.

    Parameters
    ----------
    means
        Mean photon number of each intensity, the signal first. Public from the beginning.
    probabilities
        How often each is sent, on average. Public as well.
    n_sent
        How many pulses were sent with each, lost ones included.
    choices
        uint8, shape (n_detected,): the number of the intensity of each detected pulse.
    """

    means: tuple[float, ...]
    probabilities: tuple[float, ...]
    n_sent: tuple[int, ...]
    choices: Bits

    def __post_init__(self) -> None:
        means = tuple(check_non_negative("means", mean) for mean in self.means)
        object.__setattr__(self, "means", means)
        object.__setattr__(self, "n_sent", tuple(check_count("n_sent", number) for number in self.n_sent))
        chances = tuple(check_probability("probabilities", chance) for chance in self.probabilities)
        object.__setattr__(self, "probabilities", chances)
        if len(chances) != len(means):
            raise ValueError(f"probabilities must be {len(means)} numbers, got {shown(chances)}")
        if len(self.n_sent) != len(means):
            raise ValueError(f"n_sent must have {len(means)} numbers, got {shown(self.n_sent)}")
        choices = as_bits("choices", self.choices, largest=len(means) - 1)
        object.__setattr__(self, "choices", choices)

    def __len__(self) -> int:
        return len(self.choices)

    def __repr__(self) -> str:
        return f"IntensityRecord({len(self)} secret intensities)"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SecretKey(HoldsArrays):
    """A final secret key, one copy of which each party holds.

    ``repr`` shows the length and never the bits.

    >>> SecretKey([1, 0, 1])
    SecretKey(3 bits)
    """

    bits: Bits

    def __post_init__(self) -> None:
        object.__setattr__(self, "bits", as_bits("bits", self.bits))

    def __len__(self) -> int:
        return len(self.bits)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SecretKey) and np.array_equal(self.bits, other.bits)

    def __hash__(self) -> int:
        return hash(self.bits.tobytes())

    def __repr__(self) -> str:
        return f"SecretKey({len(self)} bits)"

    def to_bytes(self) -> bytes:
        """Return the whole bytes of the key, first bit first; up to 7 last bits are left out."""
        return np.packbits(self.bits[: len(self) // 8 * 8]).tobytes()
