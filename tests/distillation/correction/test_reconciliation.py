"""What a correction is charged with: all that is said from its beginning to its end, and nothing else."""

import numpy as np

from qkdlab.distillation.channel import Party, PublicChannel, Subject
from qkdlab.distillation.correction.cascade import ParityOracle, reconcile
from qkdlab.distillation.correction.ldpc import SyndromeOracle, reconcile_ldpc
from qkdlab.distillation.correction.reconciliation import Tally


def test_a_tally_counts_from_its_beginning() -> None:
    channel, bits = PublicChannel(), np.array([1, 0, 1], dtype=np.uint8)
    channel.say(Party.ALICE, Subject.PARITY, [1], leaked_bits=7)
    channel.say(Party.BOB, Subject.PARITY, [1], leaked_bits=5)
    tally = Tally(bits, 3, 0.1, channel)
    channel.say(Party.ALICE, Subject.PARITY, [1], leaked_bits=3)
    channel.say(Party.BOB, Subject.PARITY, [1], leaked_bits=2)
    counts = tally.end(bits ^ np.array([0, 1, 1], dtype=np.uint8), n_lost=1).counts
    assert (counts.alice_leak, counts.bob_leak) == (3, 2)
    assert (counts.n_bits, counts.n_corrected, counts.n_lost) == (3, 2, 1)


def test_a_second_correction_is_not_charged_for_the_first() -> None:
    # a channel on which a key was corrected before, by either method
    rng, channel = np.random.default_rng(1), PublicChannel()
    alice = rng.integers(0, 2, 3_000, dtype=np.uint8)
    bob = alice ^ (rng.random(3_000) < 0.03).astype(np.uint8)
    leaks = []
    for _ in range(2):
        seeds = np.random.default_rng(2)
        cascade = reconcile(bob, ParityOracle(alice, channel), qber=0.03, rng=seeds, channel=channel)
        ldpc = reconcile_ldpc(bob, SyndromeOracle(alice, channel), qber=0.03, rng=seeds, channel=channel)
        leaks.append([cascade.counts.alice_leak, ldpc.counts.alice_leak, ldpc.counts.bob_leak])
    assert leaks[0] == leaks[1]
