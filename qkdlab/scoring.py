"""What only a simulation can see: the true error rate, and how much of the bits Eve guesses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .distillation.channel import PublicChannel, Subject
from .distillation.hashing import toeplitz_hash
from .distillation.pipeline import Distillation, DistilledKeys
from .distillation.sifting import SiftingRule, read_bits
from .exchange import Exchange
from .quantum.eavesdroppers import PASS
from .quantum.readings import EveReadings
from .values import SecretKey

if TYPE_CHECKING:
    from .recording import Recording


@dataclass(frozen=True, kw_only=True, slots=True)
class EveKnowledge:
    """What Eve came to know, scored against Alice's bits (which only a simulation can do).

    Parameters
    ----------
    n_sifted, n_attacked
        Sifted bits, and those of them whose pulse she attacked.
    n_certain
        Sifted bits she knows for certain once the bases are announced.
    true_guess_rate
        Share of the sifted bits she guesses right, tossing a coin where she let the pulse pass;
        None if nothing was sifted.
    true_key_guess_rate
        The same for the final key, hashing her guesses as Alice and Bob hash theirs; None if there
        is no key.
    key_guess
        Her guess of the final key; None if there is no key.
    """

    n_sifted: int
    n_attacked: int
    n_certain: int
    true_guess_rate: float | None
    true_key_guess_rate: float | None
    key_guess: SecretKey | None


def true_qber(exchange: Exchange | Recording, channel: PublicChannel, rule: SiftingRule) -> float | None:
    """Compare all sifted bits of both parties: the score of the estimate, seen by nobody.

    Only pulses from which the key is made count: signal pulses, if there are decoys, and those of the key
    basis, if the protocol has one.
    """
    heard = channel.find(Subject.ANNOUNCED)
    read = read_bits(heard, exchange.bob.bases, exchange.bob.bits, rule.readings)
    kept = channel.find(Subject.KEPT) & rule.key[heard]
    if exchange.intensities:
        kept = kept & (exchange.intensities.choices == 0)
    wrong = exchange.alice.bits[kept] != read[kept]
    return float(np.mean(wrong)) if len(wrong) else None


def score_eve(
    exchange: Exchange,
    distillation: Distillation,
    channel: PublicChannel,
    readings: EveReadings | None,
    rng: np.random.Generator,
) -> EveKnowledge | None:
    """Let Eve read her record with what was announced, and compare her guesses with Alice's bits.

    She could also use the disclosed sample and the parities; that they tell her no more of the key
    than was charged is what privacy amplification is for, and is not scored here.
    """
    eve = exchange.eve
    if eve is None or readings is None:
        return None
    kept = channel.find(Subject.KEPT)
    tactics, outcomes = eve.tactics[kept], eve.outcomes[kept]
    heard = channel.find(Subject.ANNOUNCED)[kept]
    guesses, certain = (column[heard, tactics, outcomes] for column in (readings.guesses, readings.certain))
    coins = rng.integers(0, 2, len(guesses), dtype=np.uint8)
    guesses = np.where(tactics == PASS, coins, guesses)
    key_guess, key_rate = None, None
    if isinstance(distillation, DistilledKeys):
        reconciled = guesses[~channel.find(Subject.SAMPLE)]
        seed = channel.find(Subject.AMPLIFICATION_SEED)
        key_guess = SecretKey(toeplitz_hash(reconciled, seed))
        key_rate = float(np.mean(key_guess.bits == distillation.alice_key.bits))
    right = guesses == exchange.alice.bits[kept]
    return EveKnowledge(
        n_sifted=len(guesses),
        n_attacked=int(np.count_nonzero(tactics != PASS)),
        n_certain=int(np.count_nonzero(certain)),
        true_guess_rate=float(np.mean(right)) if len(right) else None,
        true_key_guess_rate=key_rate,
        key_guess=key_guess,
    )
