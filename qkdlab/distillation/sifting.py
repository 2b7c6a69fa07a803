"""Sifting: bases are announced, and only the pulses whose bases match are kept."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from ..values import Bits, IntensityRecord
from .channel import Party, PublicChannel, Subject


def announce_detected(slots: NDArray[np.int64], channel: PublicChannel) -> NDArray[np.int64]:
    """Let Bob say which pulses made a click, int64, shape (n,); return what Alice hears.

    Both forget the other pulses. Clicks tell nothing of the bits, as both detectors are alike.
    """
    return channel.say(Party.BOB, Subject.DETECTED, slots)


def announce_bases(bob_bases: Bits, channel: PublicChannel) -> Bits:
    """Let Bob say in which basis he measured each detected pulse; return what Alice hears.

    He says it only once all pulses are through. Bases tell nothing of the bits.
    """
    return channel.say(Party.BOB, Subject.BASES, bob_bases)


def announce_intensities(record: IntensityRecord, channel: PublicChannel) -> tuple[Bits, NDArray[np.int64]]:
    """Let Alice say with which intensity each detected pulse left, and how many left with each.

    She says it only once Bob has said which pulses made a click. Returns what Bob hears: the
    choices, uint8, shape (n_detected,), and the numbers of pulses sent, int64, shape (n_intensities,).
    """
    choices = channel.say(Party.ALICE, Subject.INTENSITIES, record.choices)
    return choices, channel.say(Party.ALICE, Subject.SENT, np.array(record.n_sent, dtype=np.int64))


def announce_kept(
    alice_bases: Bits,
    bob_bases: Bits,
    kept_bases: Collection[tuple[int, int]],
    channel: PublicChannel,
) -> NDArray[np.bool_]:
    """Let Alice say which detected pulses are kept; return that mask as everybody hears it.

    Parameters
    ----------
    alice_bases
        Alice's own bases, uint8, shape (n,).
    bob_bases
        The bases Bob announced, shape (n,).
    kept_bases
        The sifting rule: pairs (Alice's basis, Bob's basis) that are kept.

    Returns
    -------
    Boolean array, shape (n,).
    """
    kept = np.zeros(len(alice_bases), dtype=bool)
    for alice, bob in kept_bases:
        kept |= (alice_bases == alice) & (bob_bases == bob)
    return channel.say(Party.ALICE, Subject.KEPT, kept)
