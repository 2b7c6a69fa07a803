"""Key confirmation from end to end: whether the two ends of a relay have the same key, whoever is between.

Tags between neighbours keep strangers from changing a relayed key unnoticed, but not the nodes that pass it
on. A node of a single path knows the whole key, and could make any tag that follows from the key alone. So
the two ends need a secret of their own, which went by no node: carried by hand, as the first secret of every
link is, or made over a link between the two. With it each end tags the key that it has, and checks the
other's tag with its own key.

**Argument.** A tag is h(names, length and bits of the key) ⊕ pad: the polynomial hash at a secret point,
under 128 bits that are used once (`authentication.tags`). Let the ends have keys k ≠ k', both known to the
nodes between, even chosen by them. The pads are uniform and used once, so all tags up to now are independent
of the point. To be accepted, a node has to turn the tag of k into that of k', which means to add
h(k) ⊕ h(k'): a polynomial in the point, not the zero one, of degree (blocks + 1) at most. One value is right
for at most that many of the 2¹²⁸ points (`forging_probability`), and there are two tags to try it on, one in
each direction. Over many keys under one point the probabilities add up (`ConfirmationAccount.epsilon`).
Nothing here rests on the difficulty of a computation, on how many nodes work together, or on the way the
key took.

**What it does not do.** A key that is confirmed is the same at both ends; every node of a single path still
knows it. It is not told who lied. A node that lies each time lets no key be confirmed and uses up the
account, as who cuts the fibre lets no key be made. If the last tag alone is changed, the target has taken as
confirmed what the source has not; the two keys are the same then. A relayed key must never be paid into the
account it is confirmed with: the nodes that passed it on would know the pads.

**Shares over several paths.** All this holds for them, too, even if nodes on every path lie together. Nodes
on fewer paths than the threshold do not know the key, and all they can do is add words of their choice to the
target's. Against them the ends could do without a secret of their own, and take point and pad out of the
relayed key itself: whatever is added to key, point and pad, it is right for (blocks + 1) in 2¹²⁸ of the keys
at most. That is worth nothing as soon as liars sit on as many paths as the threshold, just those who know the
key; on a single path, always. So there is one way here, with a secret of their own. Neither way tells which
path the lie came by. With n - t shares to spare (Shamir) the target could try others, and each try would be
one more guess for a forger; that is not done.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...distillation.authentication.account import FIRST_SECRET_BITS, SESSION_BITS
from ...distillation.authentication.tags import (
    Carrier,
    authenticator_pair,
    check_transcripts,
    forging_probability,
)
from ...errors import KeyExhausted, KeyNotConfirmed, shown
from ...values import SecretKey, check_count, check_instance
from .hops import tagged_bytes

CONFIRMATION_BITS = SESSION_BITS
"""Bits of the ends' own secret that each key takes: a tag in each direction. The point takes 128, once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Confirmation:
    """That both ends of a relay have the same key.

    Parameters
    ----------
    ends
        Source and target.
    bits_used, bits_left
        Bits of their own secret that this took, and that are left of it.
    forging_probability
        Probability at most with which different keys would have been confirmed, this time.
    """

    ends: tuple[str, str]
    bits_used: int
    bits_left: int
    forging_probability: float


class ConfirmationAccount:
    """The secret of two ends that no node between them has, and what is left of it.

    Parameters
    ----------
    a, b
        Names of the two ends.
    shared
        What they share beforehand. Whole bytes of it are used: 128 bits once, and `CONFIRMATION_BITS` for
        each key. It must not come over the nodes whose relays it is to confirm.

    Examples
    --------
    >>> account = ConfirmationAccount.draw("A", "C", 700, np.random.default_rng(1))
    >>> key = SecretKey(np.ones(256, dtype=np.uint8))
    >>> confirmed = account.confirm("A", key, key)
    >>> confirmed.bits_used, confirmed.bits_left, confirmed.forging_probability < 1e-36
    (384, 312, True)
    >>> account.confirm("C", key, SecretKey(np.zeros(256, dtype=np.uint8)))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    qkdlab.errors.KeyNotConfirmed: the keys of 'C' and 'A' were not confirmed: something was changed ...
    >>> account
    ConfirmationAccount(A and C, 56 bits left)
    """

    def __init__(self, a: str, b: str, shared: SecretKey) -> None:
        if a == b:
            raise ValueError(f"ends must be two nodes, got {shown((a, b))}")
        check_instance("shared", shared, SecretKey)
        self.ends = (a, b)
        self._halves = dict(zip((a, b), authenticator_pair(shared), strict=True))
        self._epsilon = 0.0

    @classmethod
    def draw(cls, a: str, b: str, n_bits: int, rng: np.random.Generator) -> ConfirmationAccount:
        """Return an account that begins with `n_bits` random bits, of which whole bytes are used."""
        return cls(a, b, SecretKey(rng.integers(0, 2, check_count("n_bits", n_bits), dtype=np.uint8)))

    def __repr__(self) -> str:
        return f"ConfirmationAccount({self.ends[0]} and {self.ends[1]}, {self.bits_left} bits left)"

    @property
    def bits_left(self) -> int:
        """Secret bits that are left."""
        return self._halves[self.ends[0]].bits_left

    @property
    def bits_needed(self) -> int:
        """Secret bits that the next key takes."""
        return CONFIRMATION_BITS if self._halves[self.ends[0]].has_point else FIRST_SECRET_BITS

    @property
    def epsilon(self) -> float:
        """Probability at most with which different keys were ever confirmed, under a perfect secret."""
        return self._epsilon

    def add(self, shared: SecretKey) -> None:
        """Pay in more bits that both ends share and no node between them knows; whole bytes count."""
        check_instance("shared", shared, SecretKey)
        for half in self._halves.values():
            half.add(shared)

    def check_left(self) -> None:
        """Raise `KeyExhausted` unless there are bits left for one more key."""
        if self.bits_left < self.bits_needed:
            need = f"{self.bits_needed} secret bits of their own are needed, {self.bits_left} are left"
            raise KeyExhausted(f"{self.ends[0]} and {self.ends[1]}: {need}")

    def confirm(
        self, source: str, source_key: SecretKey, target_key: SecretKey, *, carry: Carrier | None = None
    ) -> Confirmation:
        """Let both ends of a relay tag the key that they have, and check the other's tag.

        Parameters
        ----------
        source
            The end that began the relay; the other one is the target.
        source_key, target_key
            The key that each of them has, of any length.
        carry
            Brings the tags: that of the source (`Party.ALICE`) and that of the target (`Party.BOB`). The
            nodes between may change them. None if they arrive as they are.

        Raises
        ------
        KeyNotConfirmed
            If one of them finds the other's tag wrong: neither uses the key. The bits are used up.
        KeyExhausted
            If too few bits are left; none is used then.
        """
        if source not in self.ends:
            raise ValueError(f"source must be one of {' and '.join(self.ends)}, got {shown(source)}")
        for name, key in (("source_key", source_key), ("target_key", target_key)):
            check_instance(name, key, SecretKey)
        self.check_left()
        target = self.ends[self.ends[0] == source]
        needed = self.bits_needed
        hers, his = (tagged_bytes((source, target), key.bits) for key in (source_key, target_key))
        agreed = check_transcripts(
            hers, his, alice=self._halves[source], bob=self._halves[target], carry=carry
        )
        forged = 2 * forging_probability(max(len(hers), len(his)))
        self._epsilon += forged
        if not all(agreed):
            raise KeyNotConfirmed(source, target)
        return Confirmation(
            ends=(source, target), bits_used=needed, bits_left=self.bits_left, forging_probability=forged
        )


class ConfirmationAccounts:
    """The accounts of all pairs of nodes that share a secret of their own.

    Parameters
    ----------
    rng
        Draws the secrets.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._accounts: dict[frozenset[str], ConfirmationAccount] = {}

    def share(self, a: str, b: str, n_bits: int) -> ConfirmationAccount:
        """Give two nodes a secret of `n_bits`, or so many more bits of it, and return their account."""
        more = SecretKey(self._rng.integers(0, 2, check_count("n_bits", n_bits), dtype=np.uint8))
        if account := self._accounts.get(frozenset((a, b))):
            account.add(more)
        else:
            account = self._accounts[frozenset((a, b))] = ConfirmationAccount(a, b, more)
        return account

    def ready(self, a: str, b: str) -> ConfirmationAccount:
        """Return the account of two nodes, if a key can be confirmed with it; else raise `KeyExhausted`."""
        account = self._accounts.get(frozenset((a, b)))
        if account is None:
            raise KeyExhausted(f"{a} and {b} have no secret of their own to confirm a key with: `share` one")
        account.check_left()
        return account
