"""Sifting: Alice announces what her protocol says, and only pulses from which Bob reads a bit are kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..values import NO_BIT, Bits, HoldsArrays, IntensityRecord, RawKey, looked_up
from .channel import Party, PublicChannel, Subject


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class RawRecords(HoldsArrays):
    """What Alice and Bob hold of the detected pulses, be it of a simulation or of a laboratory.

    Parameters
    ----------
    n_pulses
        Pulses sent.
    slots
        int64, shape (n_detected,): the numbers of the pulses that made a click, ascending.
    alice, bob
        What each holds for these pulses. Bob's bits are his outcomes; what they stand for follows from
        the sifting rule of the protocol.
    announcements
        uint8, shape (n_detected,): what Alice will say of each in sifting; her basis in BB84.
    intensities
        With which intensities Alice sent; None if her source has only one.
    n_alarms
        Clicks at which Bob's monitor saw bright light; None if he has no monitor.
    """

    n_pulses: int
    slots: NDArray[np.int64]
    alice: RawKey
    bob: RawKey
    announcements: Bits
    intensities: IntensityRecord | None = None
    n_alarms: int | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.n_pulses} pulses, {len(self.slots)} detected)"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SiftingRule:
    """The public part of a protocol: what Bob reads, which bits become key, and how Eve shows.

    Parameters
    ----------
    readings
        uint8, shape (n_announcements, n_bases, 2): Bob's key bit, by what Alice announced, his basis and his
        outcome; `NO_BIT` where he reads none.
    key
        bool, shape (n_announcements,): those whose bits become key; other kept bits are disclosed.
    proof
        The argument by which Eve's knowledge follows from the errors, a name of `proofs.PROOFS`.
    key_probability
        How often Alice announces something whose bits become key.
    match_probability
        How likely a detected pulse gives a key bit, if that depends on the bases alone.
    correlations
        The settings of a CHSH test: (announcement, Bob's basis, sign).
    state_weights
        In the three-state protocol, how often Alice sends each state; empty otherwise. Announcement 0 is
        that of |0⟩ and |1⟩, of which Bob's outcomes in basis 1 are disclosed too.
    """

    readings: Bits
    key: NDArray[np.bool_]
    proof: str
    key_probability: float = 1.0
    match_probability: float = 0.5
    correlations: tuple[tuple[int, int, int], ...] = ()
    state_weights: tuple[float, ...] = ()

    @property
    def has_test_bits(self) -> bool:
        """Whether some kept bits never become key: the key comes from one basis, and the other shows Eve."""
        return bool(np.any(self.readings[~self.key] < NO_BIT))


def announce_detected(slots: NDArray[np.int64], channel: PublicChannel) -> NDArray[np.int64]:
    """Let Bob say which pulses made a click, int64, shape (n,); return what Alice hears.

    Both forget the other pulses. Clicks tell nothing of the bits, as both detectors are alike.
    """
    return channel.say(Party.BOB, Subject.DETECTED, slots)


def announce_signals(announcements: Bits, channel: PublicChannel) -> Bits:
    """Let Alice say of each detected pulse what her protocol says, her basis in BB84; return what Bob hears.

    She says it only once all pulses are through. It tells nothing of the bits.
    """
    return channel.say(Party.ALICE, Subject.ANNOUNCED, announcements)


def announce_intensities(record: IntensityRecord, channel: PublicChannel) -> tuple[Bits, NDArray[np.int64]]:
    """Let Alice say with which intensity each detected pulse left, and how many left with each.

    She says it only once Bob has said which pulses made a click. Returns what Bob hears: the
    choices, uint8, shape (n_detected,), and the numbers of pulses sent, int64, shape (n_intensities,).
    """
    choices = channel.say(Party.ALICE, Subject.INTENSITIES, record.choices)
    return choices, channel.say(Party.ALICE, Subject.SENT, np.array(record.n_sent, dtype=np.int64))


def read_bits(heard: Bits, bob_bases: Bits, bob_outcomes: Bits, readings: Bits) -> Bits:
    """Return the bits that Bob reads, uint8, shape (n,), `NO_BIT` where there is none.

    Parameters
    ----------
    heard
        What Alice announced, shape (n,).
    bob_bases, bob_outcomes
        Bob's own record, shape (n,) each.
    readings
        The rule of the protocol, as in `SiftingRule`.
    """
    return looked_up(readings, heard, bob_bases, bob_outcomes)


def announce_kept(bob_bits: Bits, channel: PublicChannel) -> NDArray[np.bool_]:
    """Let Bob say which detected pulses gave him a bit; return that mask as all hear it, shape (n,)."""
    return channel.say(Party.BOB, Subject.KEPT, bob_bits < NO_BIT)
