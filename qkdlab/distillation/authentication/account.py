"""The secret bits with which Alice and Bob authenticate what they say: an account that can run dry.

Authentication needs a secret before there is one, so the account begins with a key that was shared by other
means. Every session is charged for its tags; a session that makes a key pays back out of it. An
eavesdropper who lets no session succeed therefore drains the account, and QKD stops until a new secret is
carried by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import is_

import numpy as np

from ...errors import KeyExhausted
from ...values import SecretKey, check_count, check_instance
from ..channel import Message
from .tags import TAG_BITS, Carrier, authenticator_pair, check_transcripts, forging_probability, transcript

SESSION_BITS = 2 * TAG_BITS
"""Secret bits that a session uses up: a tag in each direction."""

FIRST_SECRET_BITS = TAG_BITS + SESSION_BITS
"""Bits without which no first session can be authenticated: the secret point of the hash, and two tags."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Authentication:
    """How Alice and Bob compared what each of them said and heard.

    Parameters
    ----------
    alice_agreed, bob_agreed
        Whether Alice found Bob's tag right, and Bob hers.
    bits_used
        Bits of the shared key that this took; 0 if too few were left, and nothing was compared.
    bits_left
        Bits that were left in the account afterwards, before anything is paid back.
    epsilon
        Probability at most with which a false transcript passed, in this session or in one before it with
        the same account; None if keys were paid in for which no ε is claimed. Two checks a session under
        one secret point, and the ε of every key paid in: bits that are not perfectly secret do not hide the
        point perfectly (Abidin and Larsson, arXiv:1109.5168).
    """

    alice_agreed: bool
    bob_agreed: bool
    bits_used: int
    bits_left: int
    epsilon: float | None

    @property
    def agreed(self) -> bool:
        """Whether both found the other's tag right: if one refuses, there is no key for either."""
        return self.alice_agreed and self.bob_agreed


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the account: what for, how many bits came (or, negative, went), and how many it left."""

    purpose: str
    change: int
    balance: int


class AuthenticationLedger:
    """Alice's and Bob's copies of the shared key, and the account of it.

    Parameters
    ----------
    shared
        The key they share beforehand.

    Examples
    --------
    >>> ledger = AuthenticationLedger.draw(700, np.random.default_rng(1))
    >>> ledger.authenticate([], []).agreed, ledger.bits_left
    (True, 312)
    >>> key = SecretKey(np.ones(256, dtype=np.uint8))
    >>> ledger.pay_back(key, key, epsilon=2e-10)
    >>> for entry in ledger.entries:
    ...     print(f"{entry.change:+5d} {entry.balance:4d}  {entry.purpose}")
     +696  696  shared beforehand
     -128  568  secret point of the hash
     -256  312  tags of a session
     +256  568  paid back out of the key
    """

    def __init__(self, shared: SecretKey) -> None:
        check_instance("shared", shared, SecretKey)
        self._alice, self._bob = authenticator_pair(shared)
        self._epsilon: float | None = 0.0
        self._paid_in: set[bytes] = set()
        self._entries = [Entry("shared beforehand", self.bits_left, self.bits_left)]

    @classmethod
    def draw(cls, n_bits: int, rng: np.random.Generator) -> AuthenticationLedger:
        """Return an account that begins with `n_bits` random bits, of which whole bytes are used."""
        bits = rng.integers(0, 2, check_count("n_bits", n_bits), dtype=np.uint8)
        return cls(SecretKey(bits))

    def __repr__(self) -> str:
        return f"AuthenticationLedger({self.bits_left} bits left, {len(self._entries)} entries)"

    @property
    def bits_left(self) -> int:
        """Secret bits that are left."""
        return self._alice.bits_left

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The account, oldest line first."""
        return tuple(self._entries)

    def authenticate(
        self, alice_saw: Sequence[Message], bob_saw: Sequence[Message], *, carry: Carrier | None = None
    ) -> Authentication:
        """Let Alice and Bob compare tags of all that each of them said and heard.

        `carry` brings the tags, as in `authentication.check_transcripts`.

        Raises
        ------
        KeyExhausted
            If fewer bits are left than that takes; none is used then.
        """
        point = 0 if self._alice.has_point else TAG_BITS
        needed = point + SESSION_BITS
        if self.bits_left < needed:
            raise KeyExhausted(f"{needed} secret bits are needed, {self.bits_left} are left")
        hers = transcript(alice_saw)
        same = len(alice_saw) == len(bob_saw) and all(map(is_, alice_saw, bob_saw))
        his = hers if same else transcript(bob_saw)  # one copy of what both saw
        alice_agreed, bob_agreed = check_transcripts(hers, his, alice=self._alice, bob=self._bob, carry=carry)
        if point:
            self._entries.append(Entry("secret point of the hash", -point, self.bits_left + SESSION_BITS))
        self._entries.append(Entry("tags of a session", -SESSION_BITS, self.bits_left))
        self._doubt(2 * forging_probability(max(len(hers), len(his))))
        return Authentication(
            alice_agreed=alice_agreed,
            bob_agreed=bob_agreed,
            bits_used=needed,
            bits_left=self.bits_left,
            epsilon=self._epsilon,
        )

    def _doubt(self, epsilon: float | None) -> None:
        self._epsilon = (
            None if None in (self._epsilon, epsilon) else (self._epsilon or 0.0) + (epsilon or 0.0)
        )

    def pay_back(self, alice_key: SecretKey, bob_key: SecretKey, *, epsilon: float | None) -> None:
        """Add bits of a new key, to each copy those of its owner; whole bytes count.

        Parameters
        ----------
        alice_key, bob_key
            The bits, which must not be used for anything else. Should the two keys differ, tags do not agree
            any more.
        epsilon
            How far the key may be from a perfect one, ε_sec + ε_cor; None if nothing is claimed.

        Raises
        ------
        ValueError
            If these bits were paid in before, as by running a session with the same seed again.
        """
        paid = alice_key.to_bytes()
        if paid and paid in self._paid_in:
            raise ValueError("alice_key must be new to the account, got bits that were paid in before")
        self._paid_in.add(paid)
        self._alice.add(alice_key)
        self._bob.add(bob_key)
        self._doubt(epsilon)
        change = self.bits_left - self._entries[-1].balance
        self._entries.append(Entry("paid back out of the key", change, self.bits_left))
