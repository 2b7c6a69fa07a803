"""Sifting: what Bob reads, and that both hear the same."""

from itertools import product

import numpy as np
import pytest

from qkdlab.distillation.channel import Party, PublicChannel, Subject
from qkdlab.distillation.sifting import announce_detected, announce_kept, announce_signals, read_bits
from qkdlab.quantum.protocols import BB84, get_protocol
from qkdlab.settings.distillation_settings import sifting_rule
from qkdlab.values import NO_BIT


def columns(*ranges: int) -> list[np.ndarray]:
    rows = zip(*product(*map(range, ranges)), strict=True)
    return [np.array(column, dtype=np.uint8) for column in rows]


def test_bits_are_read_where_the_bases_agree() -> None:
    channel = PublicChannel()
    alice, bob, outcomes = columns(2, 2, 2)
    read = read_bits(announce_signals(alice, channel), bob, outcomes, BB84.reading_table())
    assert read.dtype == np.uint8
    assert read.tolist() == [0, 1, NO_BIT, NO_BIT, NO_BIT, NO_BIT, 0, 1]
    kept = announce_kept(read, channel)
    assert kept.dtype == bool
    assert kept.tolist() == [True, True, False, False, False, False, True, True]


def test_sarg04_bits_are_what_the_outcome_rules_out() -> None:
    # pair 0 is |0>, |+>: to find 1 in Z rules out |0>, so it was |+>, bit 1; nothing else is conclusive
    read = read_bits(*columns(1, 2, 2), get_protocol("SARG04").reading_table())
    assert read.tolist() == [NO_BIT, 1, NO_BIT, 0]


def test_only_announcements_and_the_mask_are_public() -> None:
    channel = PublicChannel()
    bases = np.array([0, 1, 1], dtype=np.uint8)
    announce_kept(np.array([0, 1, NO_BIT], dtype=np.uint8), channel)
    announce_signals(bases, channel)
    said = [(message.sender, message.subject, message.leaked_bits) for message in channel.messages]
    assert said == [(Party.BOB, Subject.KEPT, 0), (Party.ALICE, Subject.ANNOUNCED, 0)]
    assert channel.find(Subject.KEPT).tolist() == [True, True, False]  # never the bits


def test_bob_says_which_pulses_made_a_click() -> None:
    channel = PublicChannel()
    heard = announce_detected(np.array([3, 5, 10**9]), channel)
    assert heard.tolist() == [3, 5, 10**9]
    assert [(m.sender, m.subject, m.leaked_bits) for m in channel.messages] == [
        (Party.BOB, Subject.DETECTED, 0)
    ]


def test_nothing_detected() -> None:
    empty = np.zeros(0, dtype=np.uint8)
    assert read_bits(empty, empty, empty, BB84.reading_table()).shape == (0,)


@pytest.mark.parametrize(
    ("name", "bias", "tests"),
    [("BB84", None, False), ("BB84", 0.9, True), ("three-state", None, True), ("E91", None, False)],
)
def test_which_rules_have_bits_for_tests_alone(name, bias, tests) -> None:
    # would catch: the Z setting of E91, of which no bit is ever kept, taken for a test basis
    assert sifting_rule(get_protocol(name, bias)).has_test_bits is tests
