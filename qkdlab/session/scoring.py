"""What only a simulation can see: the true error rate, and how much of the bits Eve guesses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..attacks.readings import EveReadings
from ..distillation.channel import Party, PublicChannel, Subject
from ..distillation.hashing.toeplitz import toeplitz_hash
from ..distillation.outcome import Distillation, DistilledKeys
from ..distillation.sifting import RawRecords, SiftingRule, read_bits
from ..exchange.run import Exchange
from ..quantum.tactics import PASS
from ..values import Bits, SecretKey, looked_up, picked
from .key_knowledge import KeyKnowledge, true_key_knowledge


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
    n_told, true_corrected_guess_rate
        Bits of the reconciled key whose value Cascade told everybody, as parities of single bits; and the
        share of that key she guesses right, those included. None if it did not come to correction.
    true_key_guess_rate
        The same for the final key, hashing those guesses as Alice and Bob hash theirs; None if there
        is no key.
    key_guess
        Her guess of the final key; None if there is no key.
    true_key
        What she knows of the key by all of her record, and whether that breaks it; None if there is no key.
    """

    n_sifted: int
    n_attacked: int
    n_certain: int
    true_guess_rate: float | None
    n_told: int | None
    true_corrected_guess_rate: float | None
    true_key_guess_rate: float | None
    key_guess: SecretKey | None
    true_key: KeyKnowledge | None


def true_qber(records: RawRecords, channel: PublicChannel, rule: SiftingRule) -> float | None:
    """Compare all sifted bits of both parties: the score of the estimate, seen by nobody.

    Only pulses from which the key is made count: signal pulses, if there are decoys, and those of the key
    basis, if the protocol has one. None if there are none, or if the session broke off before.
    """
    heard = channel.heard(Party.BOB, Subject.ANNOUNCED)
    if heard is None or not channel.has(Subject.KEPT):
        return None
    read = read_bits(heard, records.bob.bases, records.bob.bits, rule.readings)
    kept = channel.find(Subject.KEPT) & rule.key[heard]
    if records.intensities:
        kept = kept & (records.intensities.choices == 0)
    n_kept, wrong = np.count_nonzero(kept), kept & (records.alice.bits != read)
    return np.count_nonzero(wrong) / n_kept if n_kept else None


def score_eve(
    exchange: Exchange,
    distillation: Distillation,
    channel: PublicChannel,
    readings: EveReadings | None,
    rng: np.random.Generator,
) -> EveKnowledge | None:
    """Let Eve read her record with what was announced, and compare her guesses with Alice's bits.

    She carries her guesses on to the key as Alice carries her bits. Of the parities she uses those of single
    bits, which are values; that all of them together tell her no more of the key than was charged is what
    privacy amplification is for, and is not scored here.
    """
    eve = exchange.eve
    if eve is None or readings is None or not channel.has(Subject.KEPT):
        return None
    kept = channel.find(Subject.KEPT)
    tactics, outcomes = picked(eve.tactics, kept), picked(eve.outcomes, kept)
    seen = picked(channel.find(Subject.ANNOUNCED), kept), tactics, outcomes
    guesses, certain = looked_up(readings.guesses, *seen), looked_up(readings.certain, *seen)
    coins = rng.integers(0, 2, len(guesses), dtype=np.uint8)
    guesses = np.where(tactics == PASS, coins, guesses)
    key_guess, key_rate, n_told, corrected_rate, true_key = None, None, None, None, None
    right = guesses == picked(exchange.alice.bits, kept)
    if distillation.correction:
        rest = ~channel.find(Subject.SAMPLE)
        places, values = told_bits(channel, int(np.count_nonzero(rest)))
        corrected = picked(guesses, rest)
        corrected[places] = values
        n_told = len(places)
        corrected_rate = float(np.mean(corrected == picked(picked(exchange.alice.bits, kept), rest)))
        if isinstance(distillation, DistilledKeys):
            hashed = toeplitz_hash(corrected, channel.find(Subject.AMPLIFICATION_SEED))
            key_guess = SecretKey(hashed[len(hashed) - len(distillation.alice_key) :])
            true_key = true_key_knowledge(exchange, distillation, channel, readings)
            key_rate = float(np.mean(key_guess.bits == distillation.alice_key.bits))
    return EveKnowledge(
        n_sifted=len(guesses),
        n_attacked=int(np.count_nonzero(tactics != PASS)),
        n_certain=int(np.count_nonzero(certain)),
        true_guess_rate=float(np.mean(right)) if len(right) else None,
        n_told=n_told,
        true_corrected_guess_rate=corrected_rate,
        true_key_guess_rate=key_rate,
        key_guess=key_guess,
        true_key=true_key,
    )


def told_bits(channel: PublicChannel, n_bits: int) -> tuple[NDArray[np.int64], Bits]:
    """Return the bits of Alice's key that everybody heard: parities of blocks of one bit.

    Parameters
    ----------
    channel
        What was said.
    n_bits
        Length of the key that was corrected.

    Returns
    -------
    Their places in the key, int64, without repetition, and their values, uint8.
    """
    orders, places, values = [np.arange(n_bits)], [], []
    question = np.zeros((3, 0), dtype=np.int64)
    for message in channel.messages:
        if message.subject is Subject.PERMUTATION:
            orders.append(np.random.default_rng(int(message.payload)).permutation(n_bits))
        elif message.subject is Subject.QUESTION:
            question = message.payload
        elif message.subject is Subject.PARITY and question.size:
            number, starts, stops = question
            single = stops - starts == 1
            places.append(orders[number[0]][starts[single]])
            values.append(message.payload[single])
    if not places:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint8)
    found, first = np.unique(np.concatenate(places), return_index=True)
    return found, np.concatenate(values)[first]
