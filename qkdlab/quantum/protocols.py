"""Prepare-and-measure protocols as data: the signal states, the bases, the sifting rule."""

from __future__ import annotations

from dataclasses import dataclass

from ..values import Basis


@dataclass(frozen=True, kw_only=True, slots=True)
class Signal:
    """One state that Alice may send: the eigenstate of `basis` that stands for `bit`."""

    basis: Basis
    bit: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PrepareAndMeasure:
    """A protocol in which Alice sends one of a few states and Bob measures in one of a few bases.

    Alice draws her signal and Bob his basis uniformly at random.

    Parameters
    ----------
    name
        The protocol's usual name.
    signals
        The states Alice chooses from; a signal is known by its place in this tuple.
    bases
        The bases Bob chooses from.
    kept_bases
        The sifting rule: the pairs (Alice's basis, Bob's basis) whose bits are kept.
    """

    name: str
    signals: tuple[Signal, ...]
    bases: tuple[Basis, ...]
    kept_bases: frozenset[tuple[Basis, Basis]]

    @property
    def match_probability(self) -> float:
        """Probability that sifting keeps a detected pulse."""
        pairs = [(signal.basis, basis) for signal in self.signals for basis in self.bases]
        return sum(pair in self.kept_bases for pair in pairs) / len(pairs)


BB84 = PrepareAndMeasure(
    name="BB84",
    signals=tuple(Signal(basis=basis, bit=bit) for basis in (Basis.Z, Basis.X) for bit in (0, 1)),
    bases=(Basis.Z, Basis.X),
    kept_bases=frozenset({(Basis.Z, Basis.Z), (Basis.X, Basis.X)}),
)
"""Bennett and Brassard 1984: four states, two bases, keep where the bases agree."""

PROTOCOLS = {protocol.name: protocol for protocol in (BB84,)}
"""Every protocol of the lab by name."""
