"""What comes of the choices: photons measured, the public talk, and what Eve makes of it.

Everything by the package's own functions: circuits, sifting and comparison are those of a session.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...attacks.qubit_attacks import InterceptResend
from ...attacks.readings import eve_readings
from ...distillation.channel import PublicChannel
from ...distillation.estimation.error_rate import QberEstimate, compare_sample, estimate_qber
from ...distillation.sifting import RawRecords, announce_detected, announce_kept, announce_signals, read_bits
from ...errors import shown
from ...quantum.circuits import circuit_table
from ...quantum.protocols import BB84
from ...quantum.sampling import ExactSampler, outcome_distribution
from ...quantum.tactics import PASS, Tactic
from ...settings.distillation_settings import sifting_rule
from ...values import Bits, HoldsArrays, RawKey
from .hand import OPEN, Hand

TACTICS: Final[tuple[Tactic, ...]] = InterceptResend().tactics
"""What Eve can do by hand, but for letting a photon pass: measure in Z, or in X, and send on."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Talk(HoldsArrays):
    """What the three have after the photons have flown and the bases are announced.

    Parameters
    ----------
    alice_bits, bob_bits
        uint8, shape (n,): what Alice sent, and what Bob read.
    eve_bits
        uint8, shape (n,): what Eve read; 0, and without a meaning, where she let the photon pass.
    kept
        bool, shape (n,): where the announced bases agree.
    known
        bool, shape (n,): the kept bits that Eve now knows for certain.
    guesses
        uint8, shape (n,): her best guess of each kept bit, a coin toss where she has nothing to go by.
    """

    alice_bits: Bits
    bob_bits: Bits
    eve_bits: Bits
    kept: Mask
    known: Mask
    guesses: Bits

    @property
    def true_errors(self) -> Mask:
        """Kept bits in which Alice and Bob differ; nobody can see it but in the sample."""
        different: Mask = self.kept & (self.alice_bits != self.bob_bits)
        return different

    @property
    def n_kept(self) -> int:
        """Number of kept bits."""
        return int(np.count_nonzero(self.kept))

    @property
    def true_n_right(self) -> int:
        """How many kept bits Eve has right, by knowledge or by luck."""
        return int(np.count_nonzero(self.kept & (self.guesses == self.alice_bits)))

    def compared(self, sample: object) -> Mask:
        """Return where Alice and Bob differ among the kept pulses of a sample, bool, shape (n,)."""
        chosen = np.asarray(sample, dtype=bool) & self.kept
        found = np.zeros_like(chosen)
        if chosen.any():
            found[chosen] = compare_sample(self.alice_bits[chosen], self.bob_bits[chosen], PublicChannel())
        return found

    def estimate(self, sample: object) -> QberEstimate | None:
        """Return what a sample says of the error rate; None if nothing was compared."""
        chosen = np.asarray(sample, dtype=bool) & self.kept
        return estimate_qber(self.compared(sample)[chosen]) if chosen.any() else None


def talk(hand: Hand) -> Talk:
    """Let the photons of a hand fly, and Alice and Bob announce their bases."""
    for name in ("alice_bits", "alice_bases", "eve_tactics", "bob_bases"):
        if OPEN in getattr(hand, name):
            raise ValueError(f"{name} must all be chosen, got {getattr(hand, name)!r}")
    bits, bases, tactics, bob_bases = (
        np.array(getattr(hand, name), dtype=np.uint8)
        for name in ("alice_bits", "alice_bases", "eve_tactics", "bob_bases")
    )
    table = circuit_table(BB84, TACTICS, 0.0)
    index = table.index(_signals(bits, bases), tactics, bob_bases)
    outcome = ExactSampler().sample(table, index, np.random.default_rng([hand.seed, 0]))
    coins = np.random.default_rng([hand.seed, 1]).integers(0, 2, hand.n_pulses, dtype=np.uint8)
    return talk_of(
        alice=RawKey(bits=bits, bases=bases),
        bob=RawKey(bits=outcome & np.uint8(1), bases=bob_bases),
        tactics=tactics,
        eve_bits=outcome >> np.uint8(1),
        coins=coins,
    )


def talk_of(*, alice: RawKey, bob: RawKey, tactics: Bits, eve_bits: Bits, coins: Bits) -> Talk:
    """Let two parties announce what they hold, and Eve read her notes with it.

    Parameters
    ----------
    alice, bob
        What each has of every pulse.
    tactics, eve_bits
        What Eve did to each (0: let it pass), and what she read.
    coins
        What she guesses where she knows nothing.
    """
    channel, slots = PublicChannel(), np.arange(len(alice))
    records = RawRecords(n_pulses=len(alice), slots=slots, alice=alice, bob=bob, announcements=alice.bases)
    announce_detected(records.slots, channel)
    heard = announce_signals(records.announcements, channel)
    kept = announce_kept(read_bits(heard, bob.bases, bob.bits, sifting_rule(BB84).readings), channel)
    readings = eve_readings(BB84, TACTICS, 0.0)
    certain = readings.certain[heard, tactics, eve_bits] & (tactics != PASS)
    guesses = np.where(certain, readings.guesses[heard, tactics, eve_bits], coins)
    return Talk(
        alice_bits=alice.bits,
        bob_bits=bob.bits,
        eve_bits=eve_bits,
        kept=kept,
        known=kept & certain,
        guesses=guesses,
    )


def chances(bit: int, basis: int, tactic: int, bob_basis: int) -> tuple[float, float]:
    """Return how likely Bob reads 0, and 1, by the circuit of one pulse.

    >>> chances(1, 1, 0, 1), chances(1, 1, 0, 0)
    ((0.0, 1.0), (0.5, 0.5))
    """
    table = circuit_table(BB84, TACTICS, 0.0)
    place = ((2 * basis + bit) * table.n_tactics + tactic) * table.n_bases + bob_basis
    row = outcome_distribution(table)[place]
    return float(row[::2].sum()), float(row[1::2].sum())


def _signals(bits: Bits, bases: Bits) -> Bits:
    """The number of each signal in the table of BB84: two states of Z, then two of X."""
    signals: Bits = (2 * bases + bits).astype(np.uint8)
    return signals


CODE: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LETTER_BITS: Final = 5


def word_bits(word: str) -> list[int]:
    """Return a word as bits, five for a letter, A is 00000.

    >>> word_bits("KEY")
    [0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0]
    """
    for letter in word:
        if letter not in CODE:
            raise ValueError(f"word must have letters from A to Z alone, got {shown(word)}")
    return [int(bit) for letter in word for bit in f"{CODE.index(letter):0{LETTER_BITS}b}"]


def letters_left(word: str, kept: Mask) -> str:
    """Return the letters of a word of which all five bits were kept, and · for each other.

    >>> letters_left("KEY", np.array([True] * 5 + [False] * 10))
    'K··'
    """
    starts = range(0, LETTER_BITS * len(word), LETTER_BITS)
    whole = [kept[start : start + LETTER_BITS].all() for start in starts]
    return "".join(letter if good else "·" for letter, good in zip(word, whole, strict=True))
