"""Short keys with a few wrong bits: to correct by hand, or with Cascade by the hundred."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...distillation.channel import Party, PublicChannel, Subject
from ...distillation.correction.cascade import ParityOracle, reconcile
from ...values import Bits, as_bits, check_count


def short_keys(n_bits: int, n_errors: int, rng: np.random.Generator) -> tuple[Bits, Bits]:
    """Return a random key of Alice's, and Bob's copy with errors in random places; shape (n_bits,) each."""
    check_count("n_bits", n_bits, minimum=1)
    check_count("n_errors", n_errors, maximum=n_bits)
    alice = rng.integers(0, 2, n_bits, dtype=np.uint8)
    bob = alice.copy()
    bob[rng.choice(n_bits, n_errors, replace=False)] ^= 1
    return as_bits("alice", alice), as_bits("bob", bob)


class ParityQuestions:
    """What Bob may ask: is the parity of a block another one in Alice's key than in his?

    Called with the places `start` and `stop` of a block, counted from 0 and without `stop`, it returns
    whether the parities differ. Every question makes Alice tell one bit of her key.

    >>> alice, bob = np.array([1, 0, 1, 1], dtype=np.uint8), np.array([1, 0, 0, 1], dtype=np.uint8)
    >>> ask = ParityQuestions(alice, bob)
    >>> ask(0, 2), ask(2, 3), ask.n_asked
    (False, True, 2)
    """

    def __init__(self, alice_bits: Bits, bob_bits: Bits) -> None:
        self._bob, self._channel = as_bits("bob_bits", bob_bits), PublicChannel()
        self._alice = ParityOracle(alice_bits, self._channel)
        if len(self._alice) != len(self._bob):
            raise ValueError(f"bob_bits must have shape ({len(self._alice)},), got shape {self._bob.shape}")
        self._alice.open_pass(np.arange(len(self._bob)))

    def __len__(self) -> int:
        return len(self._bob)

    @property
    def n_asked(self) -> int:
        """How many bits Alice has told."""
        return self._channel.leaked_bits(Party.ALICE)

    def __call__(self, start: int, stop: int) -> bool:
        check_count("stop", stop, minimum=1, maximum=len(self._bob))
        check_count("start", start, maximum=stop - 1)
        block = np.array([[0], [start], [stop]])  # the first pass, which leaves the order as it is
        self._channel.say(Party.BOB, Subject.QUESTION, block, leaked_bits=1)
        told = self._alice.answer(0, block[1], block[2])
        return bool(told[0] != np.bitwise_xor.reduce(self._bob[start:stop]))


SHORT_BITS, SHORT_ERRORS = 64, 3
"""Length of the keys that `short_cascade` corrects, and the number of errors in them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ShortRun:
    """A key of Alice's, and Bob's copy before and after Cascade, each of shape (SHORT_BITS,)."""

    alice: Bits
    before: Bits
    after: Bits


def short_cascade(seed: int) -> ShortRun:
    """Correct a short key with the original Cascade; the seed draws the key, the errors and the shuffles."""
    rng, channel = np.random.default_rng(check_count("seed", seed)), PublicChannel()
    alice, bob = short_keys(SHORT_BITS, SHORT_ERRORS, rng)
    qber = SHORT_ERRORS / SHORT_BITS
    done = reconcile(bob, ParityOracle(alice, channel), qber=qber, rng=rng, channel=channel)
    return ShortRun(alice=alice, before=bob, after=done.bits)
