"""Sifting: the rule, and that both hear the same."""

from itertools import product

import numpy as np

from qkdlab.distillation.channel import Party, PublicChannel, Subject
from qkdlab.distillation.sifting import announce_bases, announce_detected, announce_kept
from qkdlab.quantum.protocols import BB84


def test_kept_where_the_rule_says_so() -> None:
    channel = PublicChannel()
    alice, bob = (np.array(bases, dtype=np.uint8) for bases in zip(*product(range(2), repeat=2), strict=True))
    heard = announce_bases(bob, channel)
    kept = announce_kept(alice, heard, BB84.kept_bases, channel)
    assert kept.dtype == bool
    assert kept.tolist() == [True, False, False, True]
    assert announce_kept(alice, heard, {(0, 1)}, channel).tolist() == [False, True, False, False]
    assert not announce_kept(alice, heard, set(), channel).any()


def test_only_bases_and_the_mask_are_announced() -> None:
    channel = PublicChannel()
    bases = np.array([0, 1, 1], dtype=np.uint8)
    announce_kept(bases, announce_bases(bases, channel), BB84.kept_bases, channel)
    said = [(message.sender, message.subject, message.leaked_bits) for message in channel.messages]
    assert said == [(Party.BOB, Subject.BASES, 0), (Party.ALICE, Subject.KEPT, 0)]
    assert channel.find(Subject.BASES).tolist() == [0, 1, 1]


def test_bob_says_which_pulses_made_a_click() -> None:
    channel = PublicChannel()
    heard = announce_detected(np.array([3, 5, 10**9]), channel)
    assert heard.tolist() == [3, 5, 10**9]
    assert [(m.sender, m.subject, m.leaked_bits) for m in channel.messages] == [
        (Party.BOB, Subject.DETECTED, 0)
    ]


def test_nothing_detected() -> None:
    empty = np.zeros(0, dtype=np.uint8)
    assert announce_kept(empty, empty, BB84.kept_bases, PublicChannel()).shape == (0,)
