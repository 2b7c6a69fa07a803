"""The protocols of the lab, and the choice of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from itertools import product

from ..values import Basis, ZProbability, check_choice, check_z_probability
from .protocol import Protocol, Signal


def _same_basis(*bases: Basis) -> frozenset[tuple[int, Basis, int, int]]:
    """Return the readings of protocols that announce the basis and keep what was measured in it."""
    return frozenset((basis, basis, value, value) for basis in bases for value in (0, 1))


def _states(bases: dict[Basis, float]) -> tuple[Signal, ...]:
    """Return both states of each basis, which Alice takes with the given probability, basis announced."""
    return tuple(
        Signal(basis=basis, value=bit, bit=bit, announcement=basis, axis=basis, probability=probability / 2)
        for basis, probability in bases.items()
        for bit in (0, 1)
    )


ZShares = tuple[float, float]
"""How often Alice takes Z, and how often Bob."""


def _z_and_x(z_probability: float) -> dict[Basis, float]:
    """Return how often a party takes either basis."""
    return {Basis.Z: z_probability, Basis.X: 1 - z_probability}


def _bb84(z_shares: ZShares) -> Protocol:
    """Bennett and Brassard 1984: four states, two bases, keep where the bases agree.

    Unless both parties take both bases equally often, the key is made from Z and X shows Eve: the errors of
    one basis say nothing of the other's (Lo, Chau and Ardehali, J. Cryptology 18, 133 (2005)). That needs
    choices that are independent of each other and of all else, not choices that are equally likely. Shares
    such as 0.9 and 0.1 leave as many bits of either basis, and still the key comes from one: Eve may read
    Alice's basis off a pulse of several photons and let it pass only where Bob is likely to take the same.
    Then such pulses are a larger part of the key than of the clicks, in which decoys count them.
    """
    alice, bob = (_z_and_x(share) for share in z_shares)
    return Protocol(
        name="BB84",
        signals=_states(alice),
        bases=tuple(bob.items()),
        readings=_same_basis(Basis.Z, Basis.X),
        key_announcements=(Basis.Z, Basis.X) if z_shares == (0.5, 0.5) else (Basis.Z,),
        proof="BB84",
    )


def _six_state(z_shares: ZShares) -> Protocol:
    """Bruß, PRL 81, 3018 (1998): the circular basis as well, so that Eve disturbs more."""
    bases = dict.fromkeys((Basis.Z, Basis.X, Basis.Y), 1 / 3)
    return Protocol(
        name="six-state",
        signals=_states(bases),
        bases=tuple(bases.items()),
        readings=_same_basis(*bases),
        key_announcements=tuple(bases),
        proof="six-state",
    )


def _three_state(z_shares: ZShares) -> Protocol:
    """BB84 without the second state of X: key from Z, the one state of X to find Eve.

    What the fourth state would have shown follows from the other three, as |+⟩⟨+| + |-⟩⟨-| = |0⟩⟨0| + |1⟩⟨1|
    (Tamaki, Curty, Kato, Lo and Azuma, PRA 90, 052314 (2014)).
    """
    alice, bob = (_z_and_x(share) for share in z_shares)
    plus = Signal(
        basis=Basis.X, value=0, bit=0, announcement=Basis.X, axis=Basis.X, probability=alice.pop(Basis.X)
    )
    return Protocol(
        name="three-state",
        signals=(*_states(alice), plus),
        bases=tuple(bob.items()),
        readings=_same_basis(Basis.Z, Basis.X),
        key_announcements=(Basis.Z,),
        proof="three-state",
    )


_SEND_0, _SEND_PLUS = (Basis.Z, 0), (Basis.X, 0)


def _b92(z_shares: ZShares) -> Protocol:
    """Bennett, PRL 68, 3121 (1992): |0⟩ or |+⟩; an outcome that one of them cannot give means the other.

    Nothing is announced but which pulses were conclusive. On a line with loss Eve can measure without
    error, too, and block what she could not tell: no key is made of it here.
    """
    signals = tuple(
        Signal(basis=basis, value=value, bit=bit, announcement=0, axis=Basis.V, probability=0.5)
        for bit, (basis, value) in enumerate((_SEND_0, _SEND_PLUS))
    )
    return Protocol(
        name="B92",
        signals=signals,
        bases=((Basis.Z, 0.5), (Basis.X, 0.5)),
        readings=frozenset({(0, Basis.Z, 1, 1), (0, Basis.X, 1, 0)}),
        key_announcements=(0,),
        proof="",
        kept_because="conclusive",
    )


def _sarg04(z_shares: ZShares) -> Protocol:
    """Scarani, Acín, Ribordy and Gisin, PRL 92, 057901 (2004): the states of BB84, another sifting.

    Alice announces her state together with one of the other basis, chosen at random; the bit is the
    basis. A photon split off does not tell Eve the bit, even when she has heard the pair.
    """
    signals, readings = [], set()
    for announcement, (z, x) in enumerate(product((0, 1), repeat=2)):
        for bit, (basis, value) in enumerate(((Basis.Z, z), (Basis.X, x))):
            signals.append(
                Signal(
                    basis=basis,
                    value=value,
                    bit=bit,
                    announcement=announcement,
                    axis=Basis.V if z == x else Basis.W,
                    probability=1 / 8,
                )
            )
        readings |= {(announcement, Basis.Z, 1 - z, 1), (announcement, Basis.X, 1 - x, 0)}
    return Protocol(
        name="SARG04",
        signals=tuple(signals),
        bases=((Basis.Z, 0.5), (Basis.X, 0.5)),
        readings=frozenset(readings),
        key_announcements=(0, 1, 2, 3),
        proof="SARG04",
        kept_because="conclusive",
    )


def _halves(bases: dict[Basis, float]) -> tuple[Signal, ...]:
    """Return Alice's measurements of her half of a pair."""
    return tuple(
        Signal(basis=basis, value=0, bit=None, announcement=basis, axis=basis, probability=probability)
        for basis, probability in bases.items()
    )


def _bbm92(z_shares: ZShares) -> Protocol:
    """Bennett, Brassard and Mermin, PRL 68, 557 (1992): BB84 with pairs in place of prepared states."""
    measured = _halves(_z_and_x(z_shares[0]))
    return replace(_bb84(z_shares), name="BBM92", signals=measured, entangled=True)


def _e91(z_shares: ZShares) -> Protocol:
    """Ekert, PRL 67, 661 (1991): three bases each, key where they agree, a CHSH test from others.

    Alice's Z, W, X and Bob's W, X, V lie 45° apart on the Bloch sphere: of nine combinations two make key,
    four the test, and three neither. S = E(Z, W) - E(Z, V) + E(X, W)
    + E(X, V) is 2√2 for perfect pairs and at most 2 for anything that could have been agreed beforehand.
    """
    return Protocol(
        name="E91",
        signals=_halves(dict.fromkeys((Basis.Z, Basis.W, Basis.X), 1 / 3)),
        bases=tuple(dict.fromkeys((Basis.W, Basis.X, Basis.V), 1 / 3).items()),
        readings=_same_basis(Basis.W, Basis.X),
        key_announcements=(Basis.W, Basis.X),
        proof="CHSH",
        entangled=True,
        correlations=(
            (Basis.Z, Basis.W, 1),
            (Basis.Z, Basis.V, -1),
            (Basis.X, Basis.W, 1),
            (Basis.X, Basis.V, 1),
        ),
    )


_BUILDERS: dict[str, tuple[Callable[[ZShares], Protocol], float | None]] = {
    "BB84": (_bb84, 0.5),
    "six-state": (_six_state, None),
    "three-state": (_three_state, 0.9),
    "SARG04": (_sarg04, None),
    "B92": (_b92, None),
    "BBM92": (_bbm92, 0.5),
    "E91": (_e91, None),
}

PROTOCOLS = tuple(_BUILDERS)
"""The names of the protocols of the lab."""


def get_protocol(name: str, z_probability: ZProbability | None = None) -> Protocol:
    """Return a protocol.

    Parameters
    ----------
    name
        One of `PROTOCOLS`.
    z_probability
        How often Alice and Bob take the Z basis, strictly between 0 and 1: one number for both, or two,
        Alice's and Bob's; None for the protocol's own: 0.5 in BB84 and BBM92, 0.9 in the three-state
        protocol. The others have no such choice.

    Examples
    --------
    >>> get_protocol("BB84").match_probability
    0.5
    >>> round(get_protocol("BB84", (0.9, 0.5)).match_probability, 12)
    0.45
    """
    check_choice("protocol", name, PROTOCOLS)
    return _build(name, None if z_probability is None else check_z_probability(z_probability))


@lru_cache(maxsize=32)
def _build(name: str, z_probability: ZProbability | None) -> Protocol:
    build, usual = _BUILDERS[name]
    if z_probability is None:
        z_probability = 0.5 if usual is None else usual
    elif usual is None:
        raise ValueError(f"z_probability must be None for the protocol {name!r}, got {z_probability!r}")
    return build(z_probability if isinstance(z_probability, tuple) else (z_probability, z_probability))


BB84 = get_protocol("BB84")
"""BB84 with equally likely bases."""
